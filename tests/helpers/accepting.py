"""Whether a rule accepts a step, without a derivation around it; and a rule that accepts whatever is written."""

from __future__ import annotations

from typing import Any

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import Relation
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
