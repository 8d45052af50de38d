"""Sums and products over the layers: over one standard range, with the terms outside it peeled off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp

from .equalities import NotNormal
from .layer_ranges import throughout
from .matrix_forms import MatrixForms
from .powers import cancelled, is_nonnegative, is_positive, power_form
from .words import family_offsets, is_matrix

Kind = type[sp.Sum] | type[sp.Product]
At = Callable[[sp.Expr | int], sp.Expr]
"""The term at an index."""


class LayerSums(MatrixForms):
    """The normal form of sums and products over layers."""

    def _series(self, expr: sp.Sum | sp.Product) -> sp.Expr:
        return self._nested(expr.func, expr.function, expr.limits)

    def _nested(self, kind: Kind, function: sp.Expr, limits: Sequence[sp.Tuple]) -> sp.Expr:
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

    def _term(self, kind: Kind, body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
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

        def at(value: sp.Expr | int) -> sp.Expr:
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

    def _ends(self, kind: Kind, at: At, low: sp.Expr, high: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
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


def _conditional(expr: sp.Expr) -> set[sp.Expr]:
    """The powers that are not defined for every base."""
    powers = (x for x in expr.atoms(sp.Pow) if not (x.exp.is_integer and is_nonnegative(cancelled(x.exp))))
    return {x for x in powers if not is_positive(x.base)}
