"""Certificates of every claim, made once a session: a random one of each obligation, and of each mutant."""

from __future__ import annotations

from functools import cache
from typing import Any

from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.verifying.certificates import Written, certified, certify_unit
from flatcert.checks.verifying.replay import named_obligation
from flatcert.checks.verifying.units import refute
from flatcert.theory.library import BUILT_IN


@cache
def held() -> tuple[Written, ...]:
    """The random share of every obligation that is no trajectory."""
    return tuple(one for claim in BUILT_IN for o in claim.obligations if o.decide != "enclosed"
                 for one in certify_unit("flatcert", claim.id, o.name, "", 0))


@cache
def refuted() -> tuple[Written, ...]:
    """The counterexample to the first mutant of every obligation that has a small one."""
    found = []
    for claim in BUILT_IN:
        for obligation in claim.obligations:
            if obligation.mutants and obligation.decide in ("ordered", "identity") and obligation.space != "solution":
                mutant = obligation.mutants[0].of(obligation)
                example = refute(claim.id, mutant)
                assert example is not None
                found += certify_unit("flatcert", claim.id, mutant.name, example.token.rpartition("@")[2], 0)
    return tuple(found)


def certificates() -> list[dict[str, Any]]:
    return [one.certificate for one in (*held(), *refuted()) if one.certificate is not None]


def of(claim_id: str, name: str, at: int = 0) -> dict[str, Any]:
    """The certificate of the first decidable instance of an obligation, from that place of its pool on."""
    obligation = named_obligation(BUILT_IN, claim_id, name)
    for index, key in enumerate(pool(obligation.space, 0)):
        made = certified(claim_id, obligation, instance(*key)) if index >= at else Written("")
        if made.certificate is not None:
            return made.certificate
    raise AssertionError
