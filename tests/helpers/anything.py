"""A rule that accepts whatever is written: what a look-alike of a rule would do."""

from __future__ import annotations

from flatcert.theory.language.nodes import Relation
from flatcert.theory.proof.rule import rule
from flatcert.theory.proof.rules.common import Inference, Premise, To, stated


@rule("anything", "Whatever is written is accepted.")
def anything(at: Inference, to: To, *premises: Premise) -> Relation:
    return stated(to)
