"""Whether a rule accepts a step, why a proof is refused, and a rule that accepts whatever is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flatcert.rules import hypothesis
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import Relation
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation, Refused, Rule, Step
from flatcert.theory.proof.rule import rule
from flatcert.theory.proof.rules.common import Inference, Premise, To, stated


@rule("anything", "Whatever is written is accepted.")
def anything(at: Inference, to: To, *premises: Premise) -> Relation:
    """What a look-alike of a rule would do."""
    return stated(to)


def accepts(
    rule: Rule[...], statement: tuple[Any, str, Any], *premises: Judgment, data: Any = None,
    given: tuple[Given, ...] = (), scope: tuple[Any, ...] = (),
) -> bool:
    """Whether a rule accepts a statement from premises, denominators included."""
    step = Step(Relation(*statement), rule, tuple(range(len(premises))), data=data, scope=scope, hypotheses=given)
    facts = frozenset[Given]().union(given, *(p.facts for p in premises))
    try:
        Derivation._check_indices(step, premises, facts)
        Derivation._verify(step, premises, facts)
    except Refused:
        return False
    return True


def supposed(p: Proof, *relations: tuple[object, str, object]) -> list[int]:
    """A step of hypothesis for each relation."""
    return [hypothesis(p, Relation(*relation)) for relation in relations]


def refusals(p: Proof) -> list[str]:
    """Why steps are refused when they are checked."""
    return [result.message for result in p.done({}).check(p.library) if not result.ok]


def refusals_of(p: Proof, false: Callable[[Proof], int]) -> list[str]:
    """Why a falsehood is refused: while it is written, or when it is checked, where its author gives the statement."""
    try:
        false(p)
    except Refused as refused:
        return [str(refused)]
    return refusals(p)
