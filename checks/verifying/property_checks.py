"""The checks of a library: each obligation on drawn instances, each mutant, each derivation.

``verify`` decides each obligation on a fixed pool. Here Hypothesis chooses the instances, mixes entries that no family
has, and shrinks what fails. Inconclusive is a failure, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from ...theory.language.claim import Claim, Mutant, Obligation
from ...theory.library import Library
from ..attack.grounds import ground
from ..deciding.decider import Certifiable, Counted, Decider
from ..deciding.tokens import command, token
from ..deciding.verdicts import Verdict, shown
from ..deciding.ways import decider
from .replay import replay
from .units import derivation_unit, refute, unrefuted

PATHS = 6
"""On how many trajectories an obligation is checked: each takes a tenth of a second. ``verify`` has more."""


FIRST = 9
"""Cases up to this index are drawn where cases are made by a seed and an index, which fixes their shape."""


class Fails(AssertionError):
    """A check fails. The message says how, and how to repeat the decision."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict


@dataclass(frozen=True)
class Found:
    """The verdict of a check that passes, and the greatest precision in bits that a decision took."""

    verdict: str
    bits: int = 0


@dataclass(frozen=True)
class Check:
    """One thing that must hold of a claim. ``run`` raises :class:`Fails` where it does not."""

    claim: str
    name: str
    run: Callable[[], Found]

    def __str__(self) -> str:
        return f"{self.claim}/{self.name}"


def checks_of(library: Library, *, derivations: bool = True) -> Iterator[Check]:
    """The checks of all claims of a library.

    >>> from ...theory.library import BUILT_IN
    >>> [check.name for check in checks_of(BUILT_IN) if check.claim == "gradient"][:2]
    ['layer', 'layer over the rationals']
    """
    for claim in library:
        for obligation in claim.obligations:
            yield from _of_obligation(library, claim, obligation)
            yield from (Check(claim.id, f"{obligation.name}: mutant {mutant.label}",
                              partial(_mutant, library, claim, obligation, mutant)) for mutant in obligation.mutants)
        if derivations and library.has_proof(claim.id):
            yield Check(claim.id, "derivation", partial(_derivation, library, claim))


def _of_obligation(library: Library, claim: Claim, obligation: Obligation) -> Iterator[Check]:
    """The checks of an obligation. Where no instances are drawn, ``verify`` alone decides."""
    decides = decider(obligation)
    if not isinstance(decides, Certifiable):
        return
    holds = partial(_holds, library, claim, decides)
    drawn = ground(obligation).strategy(decides.space)
    match decides.counted:
        case Counted.IDENTITIES:
            yield Check(claim.id, obligation.name, partial(holds, _cases(decides)))
            yield Check(claim.id, f"{obligation.name} over the rationals", partial(holds, drawn))
        case Counted.PATHS:
            yield Check(claim.id, obligation.name, partial(holds, drawn, most=PATHS))
        case _:
            yield Check(claim.id, obligation.name, partial(holds, drawn, applicable=True))


def _cases(decides: Decider[Any]) -> st.SearchStrategy[Any]:
    """The first cases of any seed. There is no end of them, and they do not shrink."""
    return st.builds(lambda seed, index: next(islice(decides.cases(seed), index, None)),
                     st.integers(0, 2**64 - 1), st.integers(0, FIRST))


def _holds(library: Library, claim: Claim, decides: Decider[Any], drawn: st.SearchStrategy[Any], *,
           applicable: bool = False, most: int | None = None) -> Found:
    """Decide an obligation on drawn cases. With ``applicable`` only cases where its hypotheses hold are kept.

    Then the check is never vacuous: it fails where the hypotheses hold on no drawn case.
    """
    obligation, bits = decides.obligation, 0
    cases = drawn.map(lambda case: (case, decides.decide(case)))
    if applicable:
        cases = cases.filter(lambda found: found[1].verdict is not Verdict.NOT_APPLICABLE)

    @settings(suppress_health_check=list(HealthCheck), max_examples=most or settings().max_examples)
    @given(cases)
    def holds(found: tuple[Any, Any]) -> None:
        nonlocal bits
        case, outcome = found
        bits = max(bits, outcome.bits)
        if outcome.verdict not in (Verdict.HELD, Verdict.NOT_APPLICABLE):
            again = "" if case.name == "drawn" else "; " + command(
                token(claim.id, obligation.name, case.name), library.reference)
            raise Fails(outcome.verdict, f"{outcome.verdict}: {obligation.relation} at {json.dumps(case.describe())} "
                                         f"{shown(outcome.values) or ''}{again}")

    try:
        holds()
    except Unsatisfiable:
        given_ = ", ".join(map(str, obligation.given))
        raise Fails(Verdict.NOT_APPLICABLE, f"no drawn instance satisfies {given_}: add a family that does") from None
    return Found(Verdict.HELD, bits)


def _mutant(library: Library, claim: Claim, obligation: Obligation, mutant: Mutant) -> Found:
    """A near-miss falls to an exact instance, and deciding that instance from its token agrees."""
    found = refute(claim.id, mutant.of(obligation))
    if found is None:
        if unrefuted(library, claim.id, obligation, mutant).true:
            return Found("true")
        raise Fails(Verdict.HELD, f"the mutant {mutant.label!r} survives: {mutant.of(obligation).relation}")
    again = replay(found.token, library)
    if (again.verdict, again.statement, again.instance) != (Verdict.REFUTED, found.statement, found.instance):
        raise Fails(again.verdict, f"{command(found.token, library.reference)} does not say that {found.statement} is "
                                   "refuted")
    return Found(Verdict.REFUTED, again.bits)


def _derivation(library: Library, claim: Claim) -> Found:
    found = derivation_unit(library.reference, claim.id)
    if found.problems:
        raise Fails("refused", "; ".join(found.problems))
    return Found("proved")
