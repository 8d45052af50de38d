"""The normal form of statements: words, powers and sums put together, modulo given equalities."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from ..language.calculus import Expectation
from ..language.nodes import Minimum, Relation, dot, norm_squared, weighted_top
from ..language.quantities import L
from ..language.symbols import NumberMember
from .equalities import NotNormal
from .layer_ranges import Ranges
from .layer_sums import LayerSums
from .matrix_forms import added, times
from .powers import is_zero, power_form
from .words import is_matrix, trace_word, word

__all__ = ["Normalizer", "NotNormal"]

CLOSED = (Minimum, sp.Derivative, sp.Limit, Expectation)
"""Nodes that bind a variable, so that an equality could capture it: none is used inside. (An equality in a direction z
holds for every z wherever a maximum over z may stand, and is used inside.)"""


class Normalizer(LayerSums):
    """Normal forms modulo equalities, each used from left to right (towards the plain scalar).

    A scalar equality replaces the side that is a single word or atom; a matrix equality
    replaces the product on its left wherever it occurs in a word, and its transpose.
    An equality with a free layer index is used inside a sum only over its range.
    """

    def __init__(
        self, equalities: Sequence[tuple[Relation, Ranges]] = (), depth: sp.Expr = L
    ) -> None:
        super().__init__(depth)
        self._cache: dict[sp.Basic, sp.Expr] = {}
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
            (pattern,) = form
            if (pattern, relation.rhs, ranges) in self._matrices:
                return
            known = [rhs for product, rhs, where in self._matrices if product == pattern and where == ranges]
            self._matrices.append((pattern, relation.rhs, ranges))
            if known and len(plain.matrix(known[0])) == 1:  # equal to one product, the right sides are equal
                self._learn(Relation(known[0], "==", relation.rhs), ranges, plain)
            return
        sides = (relation.sides, relation.flipped().sides)
        for wanted in ((word, trace_word), (sp.Symbol, sp.Function, sp.Sum, sp.Product),
                       (NumberMember, Expectation)):
            for pattern, other in sides:
                atom = plain.scalar(pattern)
                if isinstance(atom, wanted):
                    self._scalars[atom] = (other, ranges)
                    return
        raise NotNormal(f"neither side of {relation} is a single quantity")

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
            return self._one_by_one(times(self.matrix(sp.Transpose(x)), self.matrix(y)))
        if isinstance(expr, norm_squared):
            (x,) = expr.args
            return self._trace(times(self.matrix(sp.Transpose(x)), self.matrix(x)))
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

    def equal(self, x: sp.Basic, y: sp.Basic) -> bool:
        """Whether two scalars, or two matrices of one shape, have the same normal form."""
        if is_matrix(x) != is_matrix(y):
            return False
        if not is_matrix(x):
            return x == y or self._vanishes(self.scalar(x) - self.scalar(y))
        if x.shape != y.shape:
            return False
        difference = added(self.matrix(x), {w: -c for w, c in self.matrix(y).items()})
        return all(self._vanishes(c) for c in difference.values())

    def _vanishes(self, expr: sp.Expr) -> bool:
        return is_zero(expr) if expr != 0 else True

    def same(self, x: Relation, y: Relation) -> bool:
        """Whether two relations are the same statement (read in either direction)."""
        for other in (y, y.flipped()):
            if x.op == other.op and self.equal(x.lhs, other.lhs) and self.equal(x.rhs, other.rhs):
                return True
        return False
