"""The normal form of statements: words, powers and sums put together, modulo given equalities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr

from ..language.nodes import LayerMatrix, Minimum, Relation, SubProduct, dot, frobenius, weighted_top
from ..language.quantities import L
from .layer_ranges import Ranges, throughout
from .powers import cancelled, is_nonnegative, is_positive, is_zero, power_form
from .words import (
    Factor,
    Word,
    factors_of,
    family_offsets,
    is_matrix,
    make_trace,
    pull_scalars,
    reverse,
    trace_word,
    word,
)

Form = dict[Word, sp.Expr]
"""A matrix: its words with their scalar coefficients."""
_DEPTH_LIMIT = 60


CLOSED = (Minimum, sp.Derivative, sp.Limit)
"""Nodes that bind a variable, so that an equality could capture it: none is used inside. (An equality in a direction z
holds for every z wherever a maximum over z may stand, and is used inside.)"""


class NotNormal(ValueError):
    """An expression that the normal form does not cover."""


class top(sp.Function):  # type: ignore[misc]
    """``weighted_top`` of a matrix in normal form: coefficients and words in turn."""

    is_commutative = True

    def _eval_is_extended_real(self) -> bool:
        return True


class Normalizer:
    """Normal forms modulo equalities, each used from left to right (towards the plain scalar).

    A scalar equality replaces the side that is a single word or atom; a matrix equality
    replaces the product on its left wherever it occurs in a word, and its transpose.
    An equality with a free layer index is used inside a sum only over its range.
    """

    def __init__(
        self, equalities: Sequence[tuple[Relation, Ranges]] = (), depth: sp.Expr = L
    ) -> None:
        self.depth = depth
        self._bound: list[tuple[sp.Symbol, sp.Expr, sp.Expr]] = []
        self._scalars: dict[sp.Expr, tuple[sp.Expr, Ranges]] = {}
        self._matrices: list[tuple[Word, MatrixExpr, Ranges]] = []
        self._level = 0
        self._cache: dict[sp.Basic, Any] = {}
        self._plain = Normalizer((), depth) if equalities else None
        if self._plain is not None:
            self._plain._bound = self._bound  # it names the indices that it binds after those that are bound already
        plain = self._plain or self
        for relation, ranges in equalities:
            self._learn(relation, ranges, plain)

    def _learn(self, relation: Relation, ranges: Ranges, plain: Normalizer) -> None:
        if relation.op != "==":
            raise NotNormal(f"only an equality can be substituted, not {relation}")
        if is_matrix(relation.lhs):
            form = plain.matrix(relation.lhs)
            if len(form) != 1 or next(iter(form.values())) != 1:
                raise NotNormal(f"the left side of {relation} is not a single product")
            self._matrices.append((next(iter(form)), relation.rhs, ranges))
            return
        sides = ((relation.lhs, relation.rhs), (relation.rhs, relation.lhs))
        for wanted in ((word, trace_word), (sp.Symbol, sp.Function, sp.Sum, sp.Product)):
            for pattern, other in sides:
                atom = plain.scalar(pattern)
                if isinstance(atom, wanted):
                    self._scalars[atom] = (other, ranges)
                    return
        raise NotNormal(f"neither side of {relation} is a single quantity")

    @property
    def indices(self) -> set[sp.Symbol]:
        """The symbols in what the equalities replace."""
        patterns = [*self._scalars, *(x for pattern, *_ in self._matrices for x, _transposed in pattern)]
        return set().union(*(x.free_symbols for x in patterns))

    # Scalars -------------------------------------------------------------------------------

    def scalar(self, expr: sp.Expr) -> sp.Expr:
        """The normal form of a scalar expression."""
        key = expr if not self._bound else None
        if key is not None and key in self._cache:
            return self._cache[key]
        form = power_form(self._scalar(expr))
        if key is not None:
            self._cache[key] = form
        return form

    def _scalar(self, expr: sp.Expr) -> sp.Expr:
        if is_matrix(expr):
            raise NotNormal(f"{expr} is a matrix")
        if expr.is_Number:
            return expr
        if isinstance(expr, word | trace_word):
            return self._known(self._reworded(expr))
        if expr.is_Add or expr.is_Mul:
            return expr.func(*(self._scalar(arg) for arg in expr.args))
        if expr.is_Pow:
            form = power_form(sp.Pow(self._scalar(expr.base), self._scalar(expr.exp)))
            return self._known(form)
        if isinstance(expr, dot):
            x, y = expr.args
            return self._one_by_one(_product(self.matrix(sp.Transpose(x)), self.matrix(y)))
        if isinstance(expr, frobenius):
            (x,) = expr.args
            return self._trace(_product(self.matrix(sp.Transpose(x)), self.matrix(x)))
        if isinstance(expr, sp.Trace):
            return self._trace(self.matrix(expr.arg))
        if isinstance(expr, weighted_top):
            return self._known(self._top(expr.args[0]))
        if isinstance(expr, sp.Sum | sp.Product):
            return self._series(expr)
        if expr.is_Symbol:
            return self._known(expr)
        if self._plain is not None and isinstance(expr, CLOSED):
            return self._known(self._plain.scalar(expr))  # an equality could capture the bound variable
        return self._known(expr.func(*(
            arg if is_matrix(arg) or not isinstance(arg, sp.Expr) else self.scalar(arg)
            for arg in expr.args
        )))

    def _known(self, atom: sp.Expr) -> sp.Expr:
        """What a given equality says about an atom."""
        if atom not in self._scalars:
            return atom
        other, ranges = self._scalars[atom]
        if not self._covered(ranges):
            return atom
        self._descend()
        try:
            return self._scalar(other)
        finally:
            self._level -= 1

    def _descend(self) -> None:
        self._level += 1
        if self._level > _DEPTH_LIMIT:
            self._level = 0
            raise NotNormal("the equalities substitute without end")

    def _covered(self, ranges: Ranges) -> bool:
        outer: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = {}
        for symbol, low, high in self._bound:
            if symbol in ranges:
                least, most = ranges[symbol]
                if not (throughout(low - least, outer) and throughout(most - high, outer)):
                    return False
            outer[symbol] = (low, high)
        return True

    def _reworded(self, atom: sp.Expr) -> sp.Expr:
        form: Form = {(): sp.S.One}
        for factor in factors_of(atom):
            form = _product(form, self._factor(factor))
        form = self._rewritten(form)
        return self._trace(form) if isinstance(atom, trace_word) else self._one_by_one(form)

    def _one_by_one(self, form: Form) -> sp.Expr:
        return sp.Add(*(c * self._scalar_word(w) for w, c in self._rewritten(form).items()))

    def _scalar_word(self, factors: Word) -> sp.Expr:
        scalar, rest = pull_scalars(factors)
        if rest:
            raise NotNormal("an inner product of matrices that are not vectors")
        return sp.Mul(*(self._known_power(x) for x in sp.Mul.make_args(scalar)))

    def _known_power(self, scalar: sp.Expr) -> sp.Expr:
        base, exp = scalar.as_base_exp()
        return self._known(base) ** exp

    def _trace(self, form: Form) -> sp.Expr:
        total = sp.S.Zero
        for factors, c in self._rewritten(form).items():
            scalar, rest = pull_scalars(factors)
            if not factors:
                raise NotNormal("the trace of an identity depends on its size")
            closed = make_trace(rest) if rest else sp.S.One
            parts = [*sp.Mul.make_args(scalar), *sp.Mul.make_args(closed)]
            total += c * sp.Mul(*(self._known_power(x) for x in parts))
        return total

    def _top(self, matrix: MatrixExpr) -> sp.Expr:
        form = self.matrix(matrix)
        args: list[sp.Basic] = []
        for factors in sorted(form, key=str):
            args += [form[factors], sp.Tuple(*(
                sp.Transpose(x) if transposed else x for x, transposed in factors
            ))]
        return top(*args)

    # Sums and products ---------------------------------------------------------------------

    def _series(self, expr: sp.Sum | sp.Product) -> sp.Expr:
        return self._nested(expr.func, expr.function, expr.limits)

    def _nested(self, kind: Any, function: sp.Expr, limits: Sequence[sp.Tuple]) -> sp.Expr:
        """The outermost index is the last; what is inside it is normalized first."""
        if not limits:
            return self._scalar(function)
        index, low, high = limits[-1]
        self._bound.append((index, low, high))
        try:
            body = power_form(self._nested(kind, function, limits[:-1]))
        finally:
            self._bound.pop()
        join = sp.Add if kind is sp.Sum else sp.Mul
        if not throughout(high - low, {x: (least, most) for x, least, most in self._bound}):
            self._shown(function, index, body)
        return join(*(self._term(kind, x, index, low, high) for x in join.make_args(body)))

    def _shown(self, function: sp.Expr, index: sp.Symbol, body: sp.Expr) -> None:
        """Refuse what turns out to be constant in a sum that may be empty, and is not defined for every value.

        What the sum shows to be constant was looked at; a quotient whose index cancels was not.
        """
        parts, shown = [function], set[sp.Expr]()
        while parts:
            part = parts.pop()
            if index in part.free_symbols:
                parts += part.args
            elif isinstance(part, sp.Expr) and not is_matrix(part):
                shown |= _conditional(power_form(self._scalar(part)))
        hidden = {x for x in _conditional(body) if index not in x.free_symbols} - shown
        if hidden:
            raise NotNormal(f"{hidden} is constant in a sum that may be empty")

    def _term(self, kind: Any, body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
        """One summand (or factor) over a range that is moved to the standard one, ends peeled off."""
        count = high - low + 1
        if index not in body.free_symbols:
            if not (count.is_integer and throughout(count, {x: (least, most) for x, least, most in self._bound})):
                raise NotNormal(f"the range {low}..{high} could be reversed")
            return body * count if kind is sp.Sum else body**count
        if kind is sp.Sum:
            outside, body = body.as_independent(index, as_Add=False)
            if outside != 1:
                return outside * self._term(kind, body, index, low, high)
        base, exp = body.as_base_exp()
        if kind is sp.Product and index not in exp.free_symbols and exp != 1 and (
                exp.is_integer or is_nonnegative(base)):
            return self._term(kind, base, index, low, high) ** exp
        shift = max(family_offsets(body, index), default=0)
        low, high = low + shift, high + shift
        body = body.xreplace({index: index - shift}) if shift else body

        def at(value: Any) -> sp.Expr:
            return self._scalar(body.xreplace({index: sp.sympify(value)}))

        if low.is_Integer and high.is_Integer:
            if high < low - 1:
                raise NotNormal(f"the range {low}..{high} is reversed")
            join = sp.Add if kind is sp.Sum else sp.Mul
            return join(*(at(i) for i in range(int(low), int(high) + 1)))
        ends, low, high = self._ends(kind, at, low, high)
        name = sp.Symbol(f"_{len(self._bound)}", integer=True)
        self._bound.append((name, low, high))
        try:
            body = power_form(self._scalar(body.xreplace({index: name})))
        finally:
            self._bound.pop()
        inner = self._known(kind(body, (name, low, high)))
        return inner + ends if kind is sp.Sum else inner * ends

    def _ends(self, kind: Any, at: Any, low: sp.Expr, high: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
        """The standard range with the terms outside it: ``1..L`` for sums, for products ``1..L-1``
        (``2..L-1`` once ``L >= 2``). A product never divides: a shorter range stays as it is.
        """
        over = high - self.depth
        if not (low.is_Integer and over.is_Integer and (high - low + 1).is_nonnegative):
            return (sp.S.Zero if kind is sp.Sum else sp.S.One), low, high
        first, last = int(low), int(over)
        if kind is sp.Sum:
            ends = sum((at(i) for i in range(first, 1)), sp.S.Zero)
            ends -= sum((at(i) for i in range(1, first)), sp.S.Zero)
            ends += sum((at(self.depth + i) for i in range(1, last + 1)), sp.S.Zero)
            ends -= sum((at(self.depth + i) for i in range(last + 1, 1)), sp.S.Zero)
            return ends, sp.S.One, self.depth
        start = 2 if (self.depth - 1).is_positive else 1
        inner_low, inner_high = sp.Integer(max(first, start)), self.depth + min(last, -1)
        if not (inner_high - inner_low + 1).is_nonnegative:  # an empty product has no ends
            return sp.S.One, low, high
        ends = sp.Mul(*(at(i) for i in range(first, start)))
        ends *= sp.Mul(*(at(self.depth + i) for i in range(0, last + 1)))
        return ends, inner_low, inner_high

    # Matrices ------------------------------------------------------------------------------

    def matrix(self, expr: MatrixExpr) -> Form:
        """The words of a matrix expression with their coefficients."""
        return {w: c for w, c in self._collected(self._rewritten(self._matrix(expr))).items() if c != 0}

    def _collected(self, form: Form) -> Form:
        total: Form = {}
        for factors, c in form.items():
            scalar, rest = pull_scalars(factors)
            known = sp.Mul(*(self._known_power(x) for x in sp.Mul.make_args(scalar)))
            total[rest] = power_form(total.get(rest, sp.S.Zero) + c * known)
        return total

    def _matrix(self, expr: MatrixExpr) -> Form:
        if isinstance(expr, sp.MatAdd):
            return _sum(*(self._matrix(arg) for arg in expr.args))
        if isinstance(expr, sp.MatMul):
            form: Form = {(): sp.S.One}
            for arg in expr.args:
                form = _product(form, self._matrix(arg) if is_matrix(arg) else {(): self.scalar(arg)})
            return form
        if isinstance(expr, sp.MatPow) and expr.exp.is_Integer and expr.exp > 0:
            return self._matrix(sp.MatMul(*[expr.base] * int(expr.exp), evaluate=False))
        if isinstance(expr, sp.Transpose):
            return {reverse(w): c for w, c in self._matrix(expr.arg).items()}
        if isinstance(expr, sp.Identity):
            return {(): sp.S.One}
        if isinstance(expr, sp.ZeroMatrix):
            return {}
        if isinstance(expr, sp.MatrixSymbol | LayerMatrix | SubProduct):
            return {((expr, False),): sp.S.One}
        raise NotNormal(f"no rule for the matrix {expr} ({type(expr).__name__})")

    def _factor(self, factor: Factor) -> Form:
        return {(factor,): sp.S.One}

    def _rewritten(self, form: Form) -> Form:
        total: Form = {}
        for factors, c in form.items():
            for done, d in self._rewrite_word(factors).items():
                total[done] = total.get(done, sp.S.Zero) + c * d
        return total

    def _rewrite_word(self, factors: Word) -> Form:
        for pattern, replacement, ranges in self._matrices:
            if not self._covered(ranges):
                continue
            for wanted, transposed in ((pattern, False), (reverse(pattern), True)):
                size = len(wanted)
                for start in range(len(factors) - size + 1):
                    if factors[start : start + size] != wanted:
                        continue
                    new = self._matrix(sp.Transpose(replacement) if transposed else replacement)
                    self._descend()
                    whole = _product(_product({factors[:start]: sp.S.One}, new),
                                     {factors[start + size :]: sp.S.One})
                    result = self._rewritten(whole)
                    self._level -= 1
                    return result
        return {factors: sp.S.One}

    # Comparison ----------------------------------------------------------------------------

    def equal(self, x: sp.Basic, y: sp.Basic) -> bool:
        """Whether two scalars, or two matrices of one shape, have the same normal form."""
        if is_matrix(x) != is_matrix(y):
            return False
        if not is_matrix(x):
            return x == y or self._vanishes(self.scalar(x) - self.scalar(y))
        if x.shape != y.shape:
            return False
        difference = _sum(self.matrix(x), {w: -c for w, c in self.matrix(y).items()})
        return all(self._vanishes(c) for c in difference.values())

    def _vanishes(self, expr: sp.Expr) -> bool:
        return is_zero(expr) if expr != 0 else True

    def same(self, x: Relation, y: Relation) -> bool:
        """Whether two relations are the same statement (read in either direction)."""
        for other in (y, y.flipped()):
            if x.op == other.op and self.equal(x.lhs, other.lhs) and self.equal(x.rhs, other.rhs):
                return True
        return False


def _conditional(expr: sp.Expr) -> set[sp.Expr]:
    """The powers that are not defined for every base."""
    powers = (x for x in expr.atoms(sp.Pow) if not (x.exp.is_integer and is_nonnegative(cancelled(x.exp))))
    return {x for x in powers if not is_positive(x.base)}


def _sum(*forms: Form) -> Form:
    total: Form = {}
    for form in forms:
        for factors, c in form.items():
            total[factors] = total.get(factors, sp.S.Zero) + c
    return total


def _product(x: Form, y: Form) -> Form:
    product: Form = {}
    for left, c in x.items():
        for right, d in y.items():
            product[left + right] = product.get(left + right, sp.S.Zero) + c * d
    return product
