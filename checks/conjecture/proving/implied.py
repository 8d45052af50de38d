"""Hypotheses that follow from those of a conjecture: what is known under them may be used, and they are discharged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from ....theory.language.claim import Given
from ....theory.language.hypotheses import meaning, sufficient
from ....theory.language.nodes import Relation
from ....theory.proof.rules.inequalities import sign
from ....theory.proof.rules.logic import chain, hypothesis
from .growing import Growing, Write
from .known import Known, upward

__all__ = ["implied"]


def implied(given: frozenset[Given], known: Iterable[Known]) -> Mapping[Given, Write]:
    """The hypotheses of what is known that follow from the given ones, each with the steps of a relation that gives it.

    One that follows from a number that bounds another one, from what is known under the given ones, or from another
    name for the same.
    """
    usable = {one.relation: one for one in known if one.facts <= given}
    said = [(one, relation) for one in sorted(given, key=str)
            if (relation := one if isinstance(one, Relation) else meaning(one)) is not None]
    wanted = frozenset[Given]().union(*(one.facts for one in known)) - given
    return {each: write for each in wanted if (write := next(_ways(each, said, usable), None)) is not None}


def _ways(wanted: Given, said: Iterable[tuple[Given, Relation]], usable: Mapping[Relation, Known]) -> Iterator[Write]:
    for relation in (wanted,) if isinstance(wanted, Relation) else sufficient(wanted):
        for one, fact in said:
            if fact in (relation, relation.flipped()):
                yield partial(_supposed, one=one)
            elif _gives(upward(fact), upward(relation)):
                yield partial(_bounded, one=one, fact=fact, to=relation)
        for found in (relation, relation.flipped()):
            if found in usable:
                yield partial(_cited, known=usable[found])


def _gives(fact: Relation, wanted: Relation) -> bool:
    """Whether one bound of an expression by a number gives another one, such as ``x <= 1/2`` gives ``x < 1``."""
    if fact.op not in ("<", "<=") or wanted.op not in ("<", "<="):
        return False
    for same, (low, high) in (((fact.lhs, wanted.lhs), (fact.rhs, wanted.rhs)),
                              ((fact.rhs, wanted.rhs), (wanted.lhs, fact.lhs))):
        if same[0] == same[1] and low.is_Rational and high.is_Rational:
            return bool(low < high or (low == high and (fact.op == "<" or wanted.op == "<=")))
    return False


def _supposed(p: Growing, one: Given) -> int:
    return hypothesis(p, one)


def _cited(p: Growing, known: Known) -> int:
    return p.known(known)


def _bounded(p: Growing, one: Given, fact: Relation, to: Relation) -> int:
    """A bound by a number, and then by another number."""
    step, small, large = hypothesis(p, one), upward(fact), upward(to)
    ends = (small.rhs, large.rhs) if small.lhs == large.lhs else (large.lhs, small.lhs)
    if ends[0] == ends[1]:
        return chain(p, step, to=to)
    further = sign(p, (ends[0], "<", ends[1]))
    return chain(p, *((step, further) if small.lhs == large.lhs else (further, step)), to=upward(to))
