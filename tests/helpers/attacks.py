"""Derivations of falsehoods: how the tests write them down and have them refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation

Build = Callable[[Proof], int]


@dataclass(frozen=True)
class Attack:
    """Steps in the place of the derivation of a claim, whose last one is false, and why it is refused."""

    claim: str
    build: Build
    because: str

    def refusals(self) -> list[str]:
        """Why steps are refused; the first is the reason, the others lack a premise."""
        proof = Proof(self.claim, BUILT_IN)
        index = self.build(proof)
        results = Derivation(self.claim, tuple(proof.steps), {"x": index}).check(BUILT_IN)
        return [result.message for result in results if not result.ok] if not results[index].ok else []


class Attacks(list[Attack]):
    """Attacks in the order in which they are registered."""

    def __call__(self, because: str = "", claim: str = "kernel-agm") -> Callable[[Build], Build]:
        """Register an attack: ``because`` is part of the reason for which it is refused."""

        def register(build: Build) -> Build:
            self.append(Attack(claim, build, because))
            return build

        return register


def copied(proof: Proof, claim: str, obligation: str) -> int:
    """The steps of a true derivation, up to an obligation."""
    found = BUILT_IN.derivation(claim)
    assert found is not None
    for s in found.steps[: found.yields[obligation] + 1]:
        proof.step(s.rule, s.statement, *s.using, data=s.data, given=s.hypotheses, scope=s.scope)
    return found.yields[obligation]
