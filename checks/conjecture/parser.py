"""Conjectures read by a whitelist over ``ast``. They are never evaluated as Python, and every number is exact.

``E`` is the signal energy here, not Euler's number, and decimals are the rationals written there.
SymPy cancels while it reads (``theta/theta`` becomes 1), so the text and the conditions under which all of its
parts are defined are kept beside the expressions.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction

import sympy as sp

from ...theory.language.hypotheses import stated
from ...theory.language.nodes import LATEX_OPS, Relation
from ...theory.language.quantities import VOCABULARY
from ...theory.language.quantities import d as dimension

NAMES: tuple[str, ...] = tuple(name for name, word in VOCABULARY.items() if word.in_conjectures)
"""What a conjecture may be about."""
MAX_LENGTH, MAX_NODES, MAX_DIGITS, MAX_EXPONENT, MAX_BITS = 2000, 400, 40, 10_000, 4000
_SIZES = ((1, 1), (2, 3), (7, 2), (1000, 5))
"""Depths and dimensions at which exponents are tried."""


class ConjectureError(ValueError):
    """A conjecture or an assumption that cannot be read; the message is one sentence."""


@dataclass(frozen=True)
class Comparison(Relation):
    """A comparison as it is written: its text, the names there, and where every part of the text is defined."""

    text: str = ""
    names: frozenset[str] = frozenset()
    conditions: tuple[Relation, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse_relation(text: str) -> Comparison:
    """One comparison of two expressions in the names of the vocabulary.

    Raises:
        ConjectureError: anything else, with what is wrong and what to write instead.

    >>> parse_relation("S_min <= 2.5*L*E**(1 - 1/L)").rhs
    5*E**(1 - 1/L)*L/2
    >>> read = parse_relation("theta/theta == 1")
    >>> str(read), read.lhs, [str(condition) for condition in read.conditions]
    ('theta/theta == 1', 1, ['theta != 0', 'norm_w_net > 0'])
    >>> parse_relation("S <= kapa")
    Traceback (most recent call last):
    ...
    flatcert.checks.conjecture.parser.ConjectureError: There is no quantity 'kapa': did you mean kappa?
    """
    tree, source = _tree(text)
    if not isinstance(tree, ast.Compare):
        raise ConjectureError(f"{_short(text)} is no comparison: write two sides with <=, <, >=, >, == or != between.")
    if len(tree.ops) > 1:
        raise ConjectureError(f"{_short(text)} has more than one comparison: state them one at a time.")
    op = _COMPARISONS.get(type(tree.ops[0]))
    if op is None:
        raise ConjectureError(f"{_short(text)} compares as numbers are not: use one of {', '.join(LATEX_OPS)}.")
    reader = _Reader(source)
    lhs, rhs = (reader.side(side) for side in (tree.left, tree.comparators[0]))
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - set(_FUNCTIONS)
    cancelled = names - {symbol.name for symbol in lhs.free_symbols | rhs.free_symbols}
    conditions = [*reader.conditions, *(condition for name, condition in _NEEDS.items() if name in cancelled)]
    return Comparison(lhs, op, rhs, source, names, tuple(dict.fromkeys(conditions)))


def parse_expression(text: str) -> sp.Expr:
    """One side of a comparison.

    Raises:
        ConjectureError: anything that is no expression in the names of the vocabulary.

    >>> parse_expression("sqrt(E)/0.1")
    10*sqrt(E)
    """
    tree, source = _tree(text)
    return _Reader(source).side(tree)


def parse_assumptions(text: str) -> tuple[str | Comparison, ...]:
    """Named hypotheses and comparisons, separated by commas.

    Raises:
        ConjectureError: a part that is neither, with the names there are.

    >>> [str(x) for x in parse_assumptions("balanced, theta <= 3/4")]
    ['balanced', 'theta <= 3/4']
    """
    return tuple(_assumption(part) for part in text.split(",") if part.strip())


def _assumption(text: str) -> str | Comparison:
    name = " ".join(text.split())
    if name in stated():
        return name
    if not re.search(r"[<>=]", name):
        near = get_close_matches(name, stated(), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"the named ones are {', '.join(stated())}."
        raise ConjectureError(f"There is no hypothesis {_short(name)}: {hint}")
    return parse_relation(text)


def _tree(text: str) -> tuple[ast.expr, str]:
    """The tree of a text, and the text in one line that the places in the tree refer to."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise ConjectureError(f"A conjecture is a text of at most {MAX_LENGTH} characters.")
    if re.search(r"\blambda\b", text):
        raise ConjectureError("There is no quantity 'lambda': write lambda_min or lambda_max.")
    if "^" in text:
        raise ConjectureError(f"{_short(text)} contains '^': write powers with **.")
    source = " ".join(text.replace("≤", "<=").replace("≥", ">=").partition("#")[0].split())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '1or 2' warns before it is refused
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConjectureError(f"{_short(text)} cannot be read: write formulas as in 2*L*E**(1 - 1/L).") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ConjectureError(f"The conjecture is too long: at most {MAX_NODES} names, numbers and operations.")
    return tree, source


@dataclass(frozen=True)
class _Reader:
    """Reads expressions of one text, and collects the conditions under which their parts are defined."""

    text: str
    conditions: list[Relation] = field(default_factory=list)

    def side(self, node: ast.expr) -> sp.Expr:
        return _checked(self.expression(node), self.text)

    def expression(self, node: ast.expr) -> sp.Expr:
        if isinstance(node, ast.Constant):
            return _number(node, self.text)
        if isinstance(node, ast.Name):
            return _quantity(node.id)
        if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
            return _SIGNS[type(node.op)] * self.expression(node.operand)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            return self._power(self.expression(node.left), self.expression(node.right))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self.expression(node.left) * self._power(self.expression(node.right), sp.S.NegativeOne)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return _ARITHMETIC[type(node.op)](self.expression(node.left), self.expression(node.right))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
            if len(node.args) != 1 or node.keywords:
                raise ConjectureError(f"{node.func.id} takes one argument.")
            argument = self.expression(node.args[0])
            return self._power(argument, sp.S.Half) if node.func.id == "sqrt" else sp.Abs(argument)
        raise ConjectureError(f"{_short(self.text)} contains {type(node).__name__}: only names, numbers, "
                              "+ - * / **, sqrt and abs are allowed.")

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        _check_exponent(exponent, self.text)
        if base.is_zero and exponent.is_number and exponent <= 0:
            raise ConjectureError(f"{_short(self.text)} divides by zero, or has 0 to the power 0.")
        if base.is_Rational and exponent.is_Rational:
            bits = int(base.p).bit_length() + int(base.q).bit_length()
            if bits * abs(exponent.p) > MAX_BITS:
                raise ConjectureError(f"{_short(self.text)} contains a number that is too large.")
        self.conditions.extend(_where_defined(base, exponent))
        return base**exponent


def _where_defined(base: sp.Expr, exponent: sp.Expr) -> Iterator[Relation]:
    """What a power needs: no fractional power of a negative number, no power ``<= 0`` of zero; nothing if that is sure.

    An exponent that is an integer at some depths only is taken for fractional at all of them.

    >>> [str(x) for x in _where_defined(VOCABULARY["Delta"].symbol, 2 - VOCABULARY["L"].symbol)]
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


def _number(node: ast.Constant, text: str) -> sp.Expr:
    """The rational that is written, not the float nearest to it."""
    if type(node.value) not in (int, float):
        raise ConjectureError(f"{_short(text)} contains {_short(str(node.value))}, which is no number.")
    if isinstance(node.value, int):
        if node.value.bit_length() > 4 * MAX_DIGITS:
            raise ConjectureError(f"{_short(text)} contains a number of more than {MAX_DIGITS} digits.")
        return sp.Integer(node.value)
    digits = text.encode()[node.col_offset : node.end_col_offset].decode().replace("_", "")
    if len(digits) > MAX_DIGITS or abs(int((re.search(r"[eE]([+-]?\d+)$", digits) or ["", "0"])[1])) > 300:
        raise ConjectureError(f"{_short(text)} contains the number {_short(digits)}, which is too long or too large.")
    value = Fraction(digits)
    return sp.Rational(value.numerator, value.denominator)


def _quantity(name: str) -> sp.Expr:
    if name == "n":
        raise ConjectureError("There is no quantity 'n' here: all depends on the data through Sigma and w* only, "
                              "and any number of samples from the rank of Sigma on has them.")
    if name not in NAMES:
        raise ConjectureError(_unknown(name))
    return VOCABULARY[name].symbol


def _unknown(name: str) -> str:
    by_case = {known.lower(): known for known in (*NAMES, *_SYNONYMS)}
    near = [by_case[x] for x in get_close_matches(name.lower(), by_case, 3, 0.6)]
    near = list(dict.fromkeys(_SYNONYMS.get(x, x) for x in near))
    if near:
        return f"There is no quantity {_short(name)}: did you mean {' or '.join(near)}?"
    return f"There is no quantity {_short(name)}: the names are {', '.join(NAMES)}."


def _check_exponent(exponent: sp.Expr, text: str) -> None:
    """Exponents are rational functions of ``L`` and ``d`` with moderate values."""
    L = VOCABULARY["L"].symbol
    if exponent.free_symbols - {L, dimension} or not exponent.is_rational_function(L, dimension):
        raise ConjectureError(f"{_short(text)} has the exponent {_short(str(exponent))}: exponents are rational "
                              "in L and d, as in 2 - 2/L.")
    for depth, size in _SIZES:
        value = exponent.subs({L: depth, dimension: size})
        if value.is_Rational and max(abs(value.p), value.q) > MAX_EXPONENT:
            raise ConjectureError(f"{_short(text)} has an exponent that reaches {value} at depth {depth}: that is "
                                  "too large.")


def _checked(expression: sp.Expr, text: str) -> sp.Expr:
    if expression.has(sp.I, sp.zoo, sp.nan, sp.oo):
        raise ConjectureError(f"{_short(text)} is not a real number, or divides by zero.")
    for power in expression.atoms(sp.Pow):
        _check_exponent(power.exp, text)
    return expression


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


_COMPARISONS = {ast.LtE: "<=", ast.Lt: "<", ast.GtE: ">=", ast.Gt: ">", ast.Eq: "==", ast.NotEq: "!="}
_SIGNS: Mapping[type[ast.unaryop], int] = {ast.UAdd: 1, ast.USub: -1}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[sp.Expr, sp.Expr], sp.Expr]] = {
    ast.Add: lambda x, y: x + y, ast.Sub: lambda x, y: x - y, ast.Mult: lambda x, y: x * y}
_FUNCTIONS = ("sqrt", "abs", "Abs")
_NEEDS = {name: word.exists for name, word in VOCABULARY.items() if word.exists is not None}
"""The condition under which each quantity exists that some instances lack."""
_SYNONYMS = {"lamda": "lambda_max", "big_lambda": "lambda_max", "sharpness": "S", "energy": "E", "depth": "L",
             "dimension": "d", "imbalance": "Delta", "condition_number": "kappa", "norm_wstar": "norm_w"}
"""Other words for the same things."""
