"""Expressions read from trees of ``ast`` by a whitelist, in the language of a setting."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from functools import partial
from typing import Any

import sympy as sp

from ...theory.language.matrix_numbers import norm_squared
from ...theory.language.nodes import Relation
from ...theory.language.shapes import matrix_of
from .errors import ConjectureError, short
from .language import Language

MAX_DIGITS, MAX_EXPONENT, MAX_BITS = 40, 10_000, 4000


@dataclass(frozen=True)
class Reader:
    """Reads expressions of one text, and collects the conditions under which their parts are defined."""

    text: str
    language: Language
    conditions: list[Relation] = field(default_factory=list)
    bound: dict[str, sp.Symbol] = field(default_factory=dict)
    """The indices of the sums around what is being read."""

    def sides(self, left: ast.expr, right: ast.expr, op: str) -> tuple[sp.Expr, sp.Expr]:
        """Both sides of a comparison. Matrices are equal where the norm of their difference is zero."""
        lhs, rhs = self.expression(left), self.expression(right)
        if op in ("==", "!=") and _is_matrix(lhs) and (_is_matrix(rhs) or rhs == 0):
            difference = lhs if rhs == 0 else self._combined(ast.Sub(), lhs, rhs)
            lhs, rhs = self._called(norm_squared, [difference]), sp.S.Zero
        return self._checked(lhs), self._checked(rhs)

    def side(self, node: ast.expr) -> sp.Expr:
        """A number."""
        return self._checked(self.expression(node))

    def expression(self, node: ast.expr) -> sp.Expr:
        match node:
            case ast.Constant():
                return _number(node, self.text)
            case ast.Name():
                return self._named(node.id)
            case ast.UnaryOp() if type(node.op) in _SIGNS:
                return _SIGNS[type(node.op)] * self.expression(node.operand)
            case ast.BinOp(op=ast.Pow()):
                return self._power(self.expression(node.left), self.expression(node.right))
            case ast.BinOp(op=ast.Div()):
                left, right = self.expression(node.left), self.expression(node.right)
                return self._combined(ast.Mult(), left, self._power(right, sp.S.NegativeOne))
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                return self._combined(node.op, self.expression(node.left), self.expression(node.right))
            case ast.Attribute(attr="T"):
                return self._transposed(self.expression(node.value))
            case ast.Subscript(value=ast.Name(id=name)) if name in self.language.sequences:
                return self.language.sequences[name](self._index(node.slice))
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node)
        raise ConjectureError(f"{short(self.text)} contains {type(node).__name__}: only names, numbers, "
                              f"+ - * / ** and functions such as sqrt are allowed.")

    def _named(self, name: str) -> sp.Expr:
        if name in self.bound:
            return self.bound[name]
        if name in self.language.sequences:
            raise ConjectureError(f"{name} is a sequence: write {name}[1] for a member.")
        if name not in self.language.names:
            raise self.language.unknown(name)
        return self.language.names[name]

    def _combined(self, op: ast.operator, left: sp.Expr, right: sp.Expr) -> sp.Expr:
        if not isinstance(op, ast.Mult) and _is_matrix(left) != _is_matrix(right):
            raise ConjectureError(f"{short(self.text)} adds a number and a matrix.")
        made = self._called(_ARITHMETIC[type(op)], [left, right])
        return self._called(partial(matrix_of, "A conjecture"), [made]) if _is_matrix(made) else made

    def _transposed(self, matrix: sp.Expr) -> sp.Expr:
        if not _is_matrix(matrix):
            raise ConjectureError(f"{short(self.text)} transposes a number: .T is for vectors and matrices.")
        return matrix.T

    def _index(self, node: ast.expr) -> sp.Expr:
        index = self.expression(node)
        if index.free_symbols - {*self.bound.values(), *self.language.exponents} or not index.is_integer:
            raise ConjectureError(f"{short(self.text)} has the index {short(str(index))}: indices are integers, and "
                                  "expressions in sizes and in the index of a sum.")
        return index

    def _call(self, name: str, node: ast.Call) -> sp.Expr:
        if name == "Sum" and self.language.sequences:
            return self._sum(node)
        known = self.language.functions
        if name not in known and name != "sqrt":
            near = get_close_matches(name, known, 2)
            allowed = f"only names, numbers, + - * / ** and the functions {', '.join(('sqrt', *known))} are allowed."
            hint = f"did you mean {' or '.join(near)}?" if near else allowed
            raise ConjectureError(f"There is no function {short(name)}: {hint}")
        before = len(self.conditions)
        arguments = [self.expression(each) for each in node.args]
        if node.keywords or (name in ("sqrt", "abs", "Abs", "exp", "log") and len(arguments) != 1):
            raise ConjectureError(f"{name} takes one argument." if not node.keywords else
                                  f"{short(self.text)} names an argument of {name}: give arguments by their places.")
        if name == "sqrt":
            return self._power(arguments[0], sp.S.Half)
        if name == "log":
            self.conditions.append(Relation(self._checked(arguments[0]), ">", sp.S.Zero))
        if name == "Expectation":  # where its parts are defined depends on signs that the instance does not choose
            del self.conditions[before:]
        return self._called(known[name], arguments)

    def _called(self, function: Callable[..., Any], arguments: list[sp.Expr]) -> sp.Expr:
        try:
            made: sp.Expr = function(*arguments)
            return made
        except (TypeError, ValueError, AttributeError, NotImplementedError) as error:
            said = str(error).strip().partition("\n")[0].removesuffix(".")
            raise ConjectureError(f"{short(self.text)} cannot be read: {said or 'an argument does not fit'}.") from None

    def _sum(self, node: ast.Call) -> sp.Expr:
        match node.args:
            case [body, ast.Tuple(elts=[ast.Name(id=name), low, high])] if not node.keywords:
                limits = self._index(low), self._index(high)
            case _:
                raise ConjectureError(f"{short(self.text)} has a sum without limits: write Sum(x[k], (k, 1, n)).")
        if name in self.bound or name in self.language.names:
            raise ConjectureError(f"{short(self.text)} sums over {name}, which has a meaning already: use another "
                                  "letter.")
        index = sp.Symbol(name, integer=True)
        self.bound[name] = index
        before = len(self.conditions)
        term = self._checked(self.expression(body))
        self.conditions[before:] = [everywhere(one, (index, *limits)) for one in self.conditions[before:]]
        del self.bound[name]
        return sp.Sum(term, (index, *limits))

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if _is_matrix(base):
            return self._matrix_power(base, exponent)
        self._check_exponent(exponent)
        if base.is_zero and exponent.is_number and exponent <= 0:
            raise ConjectureError(f"{short(self.text)} divides by zero, or has 0 to the power 0.")
        if base.is_Rational and exponent.is_Rational:
            bits = int(base.p).bit_length() + int(base.q).bit_length()
            if bits * abs(exponent.p) > MAX_BITS:
                raise ConjectureError(f"{short(self.text)} contains a number that is too large.")
        self.conditions.extend(where_defined(base, exponent))
        return base**exponent

    def _matrix_power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if not (exponent.is_Integer and 0 < exponent <= 20) or base.shape[0] != base.shape[1]:
            raise ConjectureError(f"{short(self.text)} has a power of a matrix: only square matrices have powers, from "
                                  "1 to 20; the inverse is Inverse(A).")
        return base**exponent

    def _check_exponent(self, exponent: sp.Expr) -> None:
        """Exponents are rational functions of integers with moderate values."""
        known = self.language.exponents
        if _is_matrix(exponent) or exponent.free_symbols - {*known, *self.bound.values()} or (
                not exponent.is_rational_function(*exponent.free_symbols)):
            hint = f"rational in {' and '.join(map(str, known))}, as in 2 - 2/{known[0]}" if known else "rational"
            raise ConjectureError(f"{short(self.text)} has the exponent {short(str(exponent))}: exponents are {hint}.")
        for values in self.language.tried():
            value = exponent.subs(values)
            if value.is_Rational and max(abs(value.p), value.q) > MAX_EXPONENT:
                at = ", ".join(f"{name} = {number}" for name, number in values.items())
                raise ConjectureError(f"{short(self.text)} has an exponent that reaches {value} at {at}: that is "
                                      "too large.")

    def _checked(self, expression: sp.Expr) -> sp.Expr:
        if _is_matrix(expression):
            raise ConjectureError(f"{short(self.text)} has a matrix where a number is needed: take norm_squared(A), "
                                  "trace(A) or dot(x, y) of it.")
        if expression.has(sp.I, sp.zoo, sp.nan, sp.oo):
            raise ConjectureError(f"{short(self.text)} is not a real number, or divides by zero.")
        for power in expression.atoms(sp.Pow):
            self._check_exponent(power.exp)
        return expression


def _is_matrix(expression: sp.Basic) -> bool:
    return bool(getattr(expression, "is_Matrix", False))


def where_defined(base: sp.Expr, exponent: sp.Expr) -> Iterator[Relation]:
    """What a power needs: no fractional power of a negative number, no power ``<= 0`` of zero; nothing if that is sure.

    An exponent that is an integer at some sizes only is taken for fractional at all of them.

    >>> from ...theory.language.quantities import Delta, L
    >>> [str(x) for x in where_defined(Delta, 2 - L)]
    ['Delta - L + Abs(L - 2) + 2 > 0']
    """
    if not exponent.is_integer and not base.is_nonnegative:
        yield Relation(base, ">=", sp.S.Zero)
    if exponent.is_positive or base.is_zero is False:
        return
    if exponent.is_number:
        yield Relation(base, "!=", sp.S.Zero)
    else:
        yield Relation(sp.Abs(base) + exponent + sp.Abs(exponent), ">", sp.S.Zero)


def everywhere(condition: Relation, limits: tuple[sp.Symbol, sp.Expr, sp.Expr]) -> Relation:
    """The condition for all values of the index of a sum; its right side is zero.

    >>> k, n = sp.symbols("k n", integer=True)
    >>> str(everywhere(Relation(k - 3, "!=", sp.S.Zero), (k, 1, n)))
    'Product(Abs(k - 3), (k, 1, n)) > 0'
    """
    if limits[0] not in condition.lhs.free_symbols:
        return condition
    if condition.op == ">=":
        return Relation(sp.Sum(sp.Max(-condition.lhs, 0), limits), "<=", sp.S.Zero)
    size = sp.Abs(condition.lhs) if condition.op == "!=" else sp.Max(condition.lhs, 0)
    return Relation(sp.Product(size, limits), ">", sp.S.Zero)


def _number(node: ast.Constant, text: str) -> sp.Expr:
    """The rational that is written, not the float nearest to it."""
    if type(node.value) not in (int, float):
        raise ConjectureError(f"{short(text)} contains {short(str(node.value))}, which is no number.")
    if isinstance(node.value, int):
        if node.value.bit_length() > 4 * MAX_DIGITS:
            raise ConjectureError(f"{short(text)} contains a number of more than {MAX_DIGITS} digits.")
        return sp.Integer(node.value)
    digits = text.encode()[node.col_offset : node.end_col_offset].decode().replace("_", "")
    if len(digits) > MAX_DIGITS or abs(int((re.search(r"[eE]([+-]?\d+)$", digits) or ["", "0"])[1])) > 300:
        raise ConjectureError(f"{short(text)} contains the number {short(digits)}, which is too long or too large.")
    value = Fraction(digits)
    return sp.Rational(value.numerator, value.denominator)


_SIGNS: Mapping[type[ast.unaryop], int] = {ast.UAdd: 1, ast.USub: -1}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda x, y: x + y, ast.Sub: lambda x, y: x - y, ast.Mult: lambda x, y: x * y}
