"""Judgments about initial value problems, as steps of proofs state them: the closed forms along gradient flow.

A function of the time that a hypothesis gives explicitly is put in first. What is left is an equality that a prime
field decides, or an inequality that balls compare at exact parameters. Only balls at exact parameters
refute, and only under hypotheses known to hold there: equations of motion, starts, bounds on the parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

from ....theory.algebra.layer_ranges import INDICES
from ....theory.language.claim import Given, Obligation
from ....theory.language.nodes import Relation
from ....theory.language.quantities import VOCABULARY, time
from ...deciding.verdicts import Outcome, Verdict
from ...deciding.ways import decider
from ..deciding.initial_value_conditions import explicit_state
from ..deciding.initial_values import Case

NAMES = frozenset({"x", "phi", "sigma", "x_0", "sigma_0", "T_0"})
"""Functions of the time, their starts, and a value of the last of them."""
PARAMETERS = frozenset({"L", "e", "norm_w", "time"})
"""The words of the theory that an initial value problem has any values of; other words have values of a network."""
_EQUALITIES = ("==", "!=")
CASES = 4
"""How many exact parameters a judgment is decided at."""


@lru_cache(maxsize=1024)
def obligation_of(relation: Relation, facts: frozenset[Given]) -> Obligation:
    """A judgment as an obligation about an initial value problem; functions that are given explicitly are put in."""
    supposed = sorted((fact for fact in facts if isinstance(fact, Relation)), key=str)
    explicit = [fact for fact in supposed if fact.op == "==" and explicit_state(fact)]
    states = {y: value for fact in explicit for y, value in explicit_state(fact).items()}
    at_start = {y.xreplace({time: sp.S.Zero}): value.xreplace({time: sp.S.Zero}) for y, value in states.items()}
    named = tuple(sorted(fact for fact in facts if isinstance(fact, str)))
    left = [_put(fact, states | at_start) for fact in supposed if fact not in explicit]
    stated = _put(relation, states | at_start)
    return Obligation("", stated, space="solution", given=(*named, *left),
                      decide="solution" if stated.op in _EQUALITIES else "ordered")


def _put(relation: Relation, exchange: dict[sp.Basic, sp.Basic]) -> Relation:
    sides = [side.xreplace(exchange) for side in (relation.lhs, relation.rhs)]
    if relation.op not in _EQUALITIES:
        sides = [side.rewrite([sp.sinh, sp.cosh, sp.tanh], sp.exp) for side in sides]
    return Relation(sides[0], relation.op, sides[1])


def unreadable(relation: Relation) -> str:
    """The reason why a relation cannot be evaluated; empty where it can."""
    for side in (relation.lhs, relation.rhs):
        if side.free_symbols & INDICES:
            return "a layer beside a parameter of an initial value problem"
        if {x.name for x in side.free_symbols} & VOCABULARY.keys() - PARAMETERS:
            return "a number of a network beside a parameter of an initial value problem"
        if any(limit[-1] == sp.oo for series in side.atoms(sp.Sum) for limit in series.limits):
            return "an infinite series"
        if side.has(sp.Limit):
            return "a limit"
    return ""


def outcomes(relation: Relation, facts: frozenset[Given]) -> Iterable[tuple[Case, Outcome]]:
    """The decisions: over the prime field, where only *held* counts, else at exact parameters."""
    obligation = obligation_of(relation, facts)
    decides = decider(obligation)
    if relation.op in _EQUALITIES:
        found = decides.decide(Case("field", 0, 0))
        if found.verdict is Verdict.HELD:
            yield Case("field", 0, 0), found
            return
    sound = all(_determines(fact) for fact in obligation.given if isinstance(fact, Relation))
    for index in range(CASES):
        case = Case("real", 0, index)
        found = decides.decide(case)
        yield case, found if sound or found.verdict is not Verdict.REFUTED else replace(
            found, verdict=Verdict.INCONCLUSIVE)


def _determines(fact: Relation) -> bool:
    """Whether a hypothesis moves or starts a function, or bounds the parameters alone."""
    if fact.op == "==":
        start = isinstance(fact.lhs, AppliedUndef) and not (fact.lhs.has(time) or fact.rhs.has(time))
        return start or isinstance(fact.lhs, sp.Derivative)
    return fact.op == "<" and not (fact.lhs.has(time) or fact.rhs.has(time))
