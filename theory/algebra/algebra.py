"""What the hypotheses in force allow the algebra to use, and no more.

Positivity is a hypothesis like any other: the energy, ``a``, ``b``, the eigenvalues of ``Sigma``
are positive only under ``E > 0``; ``1/(L-1)`` means something only under ``L >= 2``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import sympy as sp

from ..language import quantities as Q
from ..language.claim import Given
from ..language.nodes import FLIPPED, Relation
from .layer_ranges import Ranges, throughout
from .normal_form import Normalizer
from .powers import is_nonnegative, is_positive
from .words import is_matrix

POSITIVE_ENERGY = (
    Q.E, Q.norm_w, Q.a, Q.b, Q.e, Q.lambda_max, Q.lambda_pos, Q.trace_Sigma, Q.alpha,
)
"""Positive only because ``E > 0`` (which makes ``w*`` and ``Sigma`` non-zero); else nonnegative."""
_INFIMA = (Q.S_min, Q.trace_min, Q.S_balanced)
_INVERTIBLE = Relation(Q.lambda_min, ">", 0)
_above = sp.Symbol("L - 1", integer=True, positive=True)  # no word has such a name
_any = sp.Symbol("L - 1", integer=True, nonnegative=True)
_weak = {x: sp.Symbol(f"{x.name}", nonnegative=True) for x in POSITIVE_ENERGY}
_any_kappa = sp.Symbol("kappa", real=True)
_real = {x: sp.Symbol(f"{x.name}", real=True) for x in _INFIMA}


@dataclass(frozen=True)
class Judgment:
    """A relation with the hypotheses it rests on and the range of its free layer indices."""

    relation: Relation
    facts: frozenset[Given] = frozenset()
    ranges: Ranges = field(default_factory=dict)


@cache
def _gap(below: sp.Symbol) -> sp.Dummy:
    """How far a number lies below another one."""
    return sp.Dummy(f"gap_below_{below}", positive=True)


@lru_cache(maxsize=256)
def preparation(facts: frozenset[Given]) -> Callable[[sp.Basic], sp.Basic]:
    """The substitution that builds the hypotheses into the assumptions of the symbols.

    >>> plain, deep = preparation(frozenset()), preparation(frozenset({"L >= 2"}))
    >>> (plain(Q.L) - 1).is_positive, (deep(Q.L) - 1).is_positive, plain(Q.E).is_positive
    (None, True, None)
    """
    exchange: dict[sp.Basic, sp.Basic] = {**_real, Q.L: _any + 1}
    if "E > 0" not in facts:
        exchange.update(_weak)
    if _INVERTIBLE not in facts:  # then there is no condition number
        exchange[Q.kappa] = _any_kappa
    gaps: dict[sp.Basic, sp.Basic] = {}
    for fact in sorted((f for f in facts if isinstance(f, Relation)), key=str):
        if fact.op == "<" and fact.rhs.is_Symbol and fact.rhs not in fact.lhs.free_symbols:
            gaps[fact.rhs] = fact.lhs + _gap(fact.rhs)
    for name, depth in (("L == 1", sp.S.One), ("L >= 3", _above + 2), ("L >= 2", _above + 1)):
        if name in facts:
            exchange[Q.L] = depth
            break
    return lambda expr: expr.xreplace(gaps).xreplace(exchange)


class Algebra:
    """Equality and sign of expressions under hypotheses and given relations.

    Equalities among ``premises`` are substituted; relations ``x > 0`` make ``x`` positive.
    """

    def __init__(self, facts: Iterable[Given], premises: Sequence[Judgment] = ()) -> None:
        facts = frozenset(facts)
        self.prepare = preparation(facts)
        equalities = [
            (self._relation(p.relation),
             {x: (self.prepare(low), self.prepare(high)) for x, (low, high) in p.ranges.items()})
            for p in premises if p.relation.op == "=="
        ]
        self.normal = Normalizer(equalities, self.prepare(Q.L))
        self._positive: dict[sp.Basic, sp.Basic] = {}
        for p in premises:
            relation = p.relation if p.relation.op in (">", ">=") else p.relation.flipped()
            if relation.op == ">" and relation.rhs == 0:
                atom = self.form(relation.lhs)
                even = atom.is_Pow and atom.exp.is_even and atom.exp.is_positive and atom.base.is_nonnegative
                base = atom.base if even else atom
                if not base.is_Number:
                    self._positive[base] = sp.Dummy("positive", positive=True)

    def _relation(self, relation: Relation) -> Relation:
        return Relation(self.prepare(relation.lhs), relation.op, self.prepare(relation.rhs))

    def form(self, expr: sp.Basic) -> sp.Expr:
        """The normal form of a scalar."""
        return self.normal.scalar(self.prepare(expr))

    def assumed(self, expr: sp.Basic) -> sp.Expr:
        """The normal form, with what the premises call positive marked as positive."""
        return self.form(expr).xreplace(self._positive)

    def equal(self, x: sp.Basic, y: sp.Basic) -> bool:
        """Whether the two sides agree."""
        return self.normal.equal(self.prepare(x), self.prepare(y))

    def same(self, x: Relation, y: Relation) -> bool:
        """Whether two relations say the same."""
        return self.normal.same(self._relation(x), self._relation(y))

    def spelled(self, relation: Relation) -> Relation:
        """A relation with its scalars in normal form, to be read in a message."""
        left, right = (side if is_matrix(side) else self.form(side) for side in relation.sides)
        return Relation(left, relation.op, right)

    def is_nonnegative(self, expr: sp.Basic) -> bool:
        """Whether ``expr >= 0``."""
        form = self.assumed(expr)
        return is_nonnegative(form) or is_nonnegative(sp.factor_terms(form))

    def is_positive(self, expr: sp.Basic) -> bool:
        """Whether ``expr > 0``."""
        form = self.assumed(expr)
        return is_positive(form) or is_positive(sp.factor_terms(form))

    def covers(self, ranges: Ranges, index: sp.Symbol, low: sp.Expr, high: sp.Expr, outer: Ranges) -> bool:
        """Whether ``low..high`` lies in the range of ``index``, for all outer indices in theirs."""
        if index not in ranges:
            return True
        least, most = ranges[index]
        return self.throughout(low - least, outer) and self.throughout(most - high, outer)

    def throughout(self, expr: sp.Expr, ranges: Ranges) -> bool:
        """Whether ``expr >= 0`` for all layer indices in their ranges."""
        return throughout(expr, ranges, self.prepare)


def oriented(relation: Relation, op: str) -> Relation:
    """The relation turned so that it points like ``op`` (an equality points both ways)."""
    if relation.op == "==" or relation.op[0] == op[0]:
        return relation
    return relation.flipped() if FLIPPED[relation.op][0] == op[0] else relation


def replaced(algebra: Algebra, relation: Relation) -> set[sp.Symbol]:
    """The indices of what an equality replaces."""
    return Normalizer([(algebra._relation(relation), {})], algebra.prepare(Q.L)).indices
