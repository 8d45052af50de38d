"""What is known where an expression stands: signs, ranges of layers, and what a premise shows to be defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

from ..algebra.algebra import Algebra, Judgment
from ..algebra.layer_ranges import INDICES, Ranges
from ..algebra.powers import cancelled
from ..language.calculus import Expectation, Gradient, Hessian
from ..language.claim import Given
from ..language.hypotheses import meaning
from ..language.matrices import Inverse, solve
from ..language.matrix_series import matrix_product, matrix_sum
from ..language.nodes import Maximum, Minimum, Relation
from ..language.quantities import L, norm_w, time
from ..setting.dependence import depends

__all__ = ["Context", "context"]


@dataclass(frozen=True)
class Context:
    """What is known where an expression stands.

    ``facts`` are the hypotheses, ``strict`` the premises that are strict inequalities, ``equalities`` those that are
    equalities, from left to right.
    ``ranges`` are those of the layer indices that are free or bound there, ``variables`` the other bound symbols.
    ``settled`` nodes are defined wherever the hypotheses hold, as a premise or a hypothesis contains them; each with
    the ranges of its layers. ``about`` are the sources that the hypotheses depend on. ``stipulated``: the expression
    is a hypothesis or a definition, which supposes that it is defined. Among the terms of a sum, ``outside`` is the
    context of the sum, and ``bound`` its index with the ends.
    """

    facts: frozenset[Given]
    strict: tuple[Judgment, ...]
    equalities: Mapping[sp.Basic, sp.Basic]
    ranges: Ranges = field(default_factory=dict)
    variables: frozenset[sp.Symbol] = frozenset()
    settled: Mapping[sp.Basic, tuple[Ranges, ...]] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    stipulated: bool = False
    outside: Context | None = None
    bound: tuple[sp.Symbol, sp.Expr, sp.Expr] | None = None

    @cached_property
    def algebras(self) -> tuple[Algebra, ...]:
        """What is known of signs: one algebra for each hypothesis ``... < x``, which it builds into ``x``."""
        named = frozenset(x for x in self.facts if isinstance(x, str))
        plain = _algebra(named, ())
        strict = tuple(p.relation for p in self.strict if set(p.ranges) <= set(self.ranges) and all(
            plain.covers(p.ranges, x, *self.ranges[x], self.ranges) for x in p.ranges))
        below = sorted((x for x in self.facts if isinstance(x, Relation) and x.op == "<"), key=str)
        return tuple(_algebra(named | {x}, strict) for x in below) or (_algebra(named, strict),)

    @property
    def algebra(self) -> Algebra:
        return self.algebras[0]

    def nonnegative(self, expr: sp.Expr) -> bool:
        """Whether ``expr >= 0`` throughout the ranges."""
        return any(x.is_nonnegative(expr) for x in self.algebras) or self._by_layers(expr)

    def positive(self, expr: sp.Expr) -> bool:
        """Whether ``expr > 0`` throughout the ranges."""
        return any(x.is_positive(expr) or x.is_positive(sp.factor(sp.together(x.prepare(expr)))) for x in self.algebras
                   ) or (self.integer(expr) and self._by_layers(expr - 1))

    def integer(self, expr: sp.Expr) -> bool:
        """Whether the expression is an integer."""
        return bool(cancelled(self.algebra.prepare(sp.sympify(expr))).is_integer)

    def layers(self, low: sp.Expr, index: sp.Expr, high: sp.Expr) -> bool:
        """Whether the index is an integer between the ends throughout the ranges."""
        return self.integer(index) and all(
            self.algebra.throughout(sp.sympify(gap), self.ranges) for gap in (index - low, high - index))

    def is_settled(self, node: sp.Basic) -> bool:
        """Whether a premise or a hypothesis contains the node, for all layers that it is about here."""
        return any(self._within(ranges, _indices(node, ranges)) for ranges in self.settled.get(node, ()))

    def _within(self, ranges: Ranges, about: set[sp.Symbol]) -> bool:
        """Whether all layers here are among those of the ranges, and each of the other ranges has a layer then."""
        here = {x: self.ranges[x] for x in ranges if x in self.ranges}
        return about <= set(here) and all(
            self.algebra.covers(ranges, x, *ends, self.ranges) for x, ends in here.items()) and all(
            self.algebra.throughout(ranges[x][1] - ranges[x][0], {**ranges, **here}) for x in set(ranges) - set(here))

    def inside(self, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> Context:
        """The context of the terms of a sum or product over the index."""
        ranges = _nonempty({**self.ranges, index: (low, high)}, self.algebra)
        return replace(self, ranges=ranges, outside=self, bound=(index, low, high))

    def of(self, expr: sp.Basic) -> Context:
        """The context in which an expression has to be defined: what is constant in a sum, also if the sum is empty.

        Only the sums remain whose index the expression contains, or the range of an index that it contains.
        """
        levels, here, needed = list[tuple[sp.Symbol, sp.Expr, sp.Expr]](), self, set(expr.free_symbols)
        while here.outside is not None and here.bound is not None:
            index, low, high = here.bound
            if index in needed:
                levels.append(here.bound)
                needed |= sp.sympify(low).free_symbols | sp.sympify(high).free_symbols
            here = here.outside
        for index, low, high in reversed(levels):
            here = here.inside(index, low, high)
        return here

    def _by_layers(self, expr: sp.Expr) -> bool:
        numerator, denominator = sp.fraction(sp.together(self.algebra.prepare(sp.sympify(expr))))
        return bool(denominator.is_positive) and self.algebra.throughout(numerator, self.ranges)


def _indices(node: sp.Basic, ranges: Ranges) -> set[sp.Symbol]:
    """The layer indices that a node contains, and those that the ends of their ranges contain."""
    found, todo = set[sp.Symbol](), list(node.free_symbols & INDICES)
    while todo:
        index = todo.pop()
        found.add(index)
        ends = (sp.sympify(end) for end in ranges.get(index, ()))
        todo += [x for end in ends for x in end.free_symbols & INDICES if x not in found]
    return found


@lru_cache(maxsize=512)
def _algebra(facts: frozenset[Given], strict: tuple[Relation, ...]) -> Algebra:
    return Algebra(facts, [Judgment(x) for x in strict])


def context(facts: Iterable[Given], premises: Sequence[Judgment], ranges: Ranges) -> Context:
    """The context of a step that rests on ``facts``: premises count only where they suppose no more than these."""
    facts = frozenset(facts)
    relations = [fact for fact in facts if isinstance(fact, Relation)]
    relations += [said for fact in facts if isinstance(fact, str) and (said := meaning(fact)) is not None]
    usable = [p for p in premises if p.facts <= facts]
    starts = {x.lhs: x.rhs for x in (*relations, *(p.relation for p in usable))
              if x.op == "==" and isinstance(x.lhs, AppliedUndef)}
    relations += [x for fact in relations if fact.op in "<>" and (x := _at_the_start(fact, starts)) is not None]
    strict = (*(p for p in usable if p.relation.op in "<>"), *(Judgment(x) for x in relations if x.op in "<>"))
    settled: dict[sp.Basic, tuple[Ranges, ...]] = {}
    for judgment in (*usable, *(Judgment(x) for x in relations)):
        for side in judgment.relation.sides:
            for node, throughout in _conditional(side, judgment.ranges):
                settled[node] = (*settled.get(node, ()), throughout)
    equalities = {p.relation.lhs: p.relation.rhs for p in usable if p.relation.op == "=="}
    known = facts.union(x for x in relations if x.op in "<>")
    return Context(known, strict, equalities, _nonempty(ranges, Algebra(facts)), settled=settled, about=depends(*facts))


def _conditional(expr: sp.Basic, ranges: Ranges) -> Iterator[tuple[sp.Basic, Ranges]]:
    """The nodes that are defined under conditions only, each with the ranges of the layers where it stands."""
    if isinstance(expr, sp.Limit | Minimum | Maximum | Expectation | Gradient | Hessian | matrix_sum | matrix_product):
        return  # which looks at other values of its variable, and under other hypotheses
    if isinstance(expr, sp.Pow | sp.log | sp.tan | sp.hyper | Inverse | solve):
        yield expr, ranges
    if isinstance(expr, sp.Sum | sp.Product):
        bound = {index: (low, high) for index, low, high in expr.limits}
        for node, throughout in _conditional(expr.function, {**ranges, **bound}):
            if set(bound) <= node.free_symbols:  # what is constant in a sum may be undefined where the sum is empty
                yield node, throughout
        return
    for arg in expr.args:
        yield from _conditional(arg, ranges)


def _at_the_start(fact: Relation, starts: Mapping[sp.Basic, sp.Basic]) -> Relation | None:
    """``y(t)^L < x*`` is supposed for all ``t >= 0``: here at ``t = 0``. None of what may hold later on only."""
    y = fact.lhs.base if isinstance(fact.lhs, sp.Pow) and fact.lhs.exp == L else None
    if not isinstance(y, AppliedUndef) or y.args != (time,) or fact.op != "<" or fact.rhs != norm_w:
        return None
    start = y.func(sp.S.Zero)
    return Relation(starts.get(start, start) ** L, "<", norm_w)


def _nonempty(ranges: Ranges, algebra: Algebra) -> Ranges:
    """The ranges, where each has a member: ``j <= L - 1`` if another index runs over ``j..L-1``."""
    found = dict(ranges)
    for low, high in ranges.values():
        if low in found and low != high:
            least, most = found[low]
            if algebra.throughout(most - high, ranges):
                found[low] = (least, high)
    return found
