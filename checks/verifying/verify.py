"""The main job: re-check derivations and words, decide instances, refute mutants, measure tightness."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, TypeAlias

from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN, Library
from ..attack.adversary import adversary_unit
from ..authoring.references import travels
from ..authoring.theory import Theory, library_of
from ..deciding.decider import Counted
from ..deciding.ways import decider
from ..output.whole_files import ended_as_by_error
from ..output.workers import at_work, results
from .certificates import certify_unit, wanted
from .run import ClaimReport, Run
from .units import decide_unit, derivation_unit, mutants_unit
from .words import dictionary, words_unit

Progress: TypeAlias = Callable[[int, int, str], object]
"""A function that is called with the numbers of units that are done and of all, and with the claim that is at work."""


@dataclass(frozen=True)
class Profile:
    """How many instances an obligation gets, in how many batches of fresh seeds.

    ``paths`` counts trajectories to be enclosed. They grow along the pool: the last ones of ``deep`` take a minute
    each. ``effort`` is the effort of the adversary (see :data:`..attack.search.EFFORTS`).
    """

    inequalities: int
    identities: int
    paths: int
    batches: int = 1
    effort: str = "quick"

    def wanted(self, obligation: Obligation) -> int:
        """How many instances the obligation is to be decided on."""
        return {Counted.IDENTITIES: self.identities, Counted.PATHS: self.paths}.get(
            decider(obligation).counted, self.inequalities)


PROFILES = {"quick": Profile(320, 60, 12), "ci": Profile(400, 100, 16, 2, "ci"),
            "deep": Profile(400, 100, 75, effort="ci")}


def verify(
    ids: Iterable[str] | Theory = (),
    *,
    library: Library | Theory = BUILT_IN,
    profile: str = "quick",
    seed: int = 0,
    workers: int | None = None,
    minutes: float | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    certificates: bool = False,
) -> Run:
    """Verify claims of a library or a theory (all of them by default) and report on each.

    A theory may also stand in the place of the ids: ``verify(theory)``. One that no file holds, as in a notebook, is
    verified in this process.
    ``minutes`` repeats the batches of the profile with fresh seeds until they are over.
    ``executor`` is any ``concurrent.futures.Executor``; by default ``workers`` processes.
    ``progress`` is called with the numbers of units that are done and of all, and with the claim that is at work.
    ``certificates`` makes the certificates of the
    refutations, of the tightest decisions and of a random share (see :mod:`.certificates`). The workers do not run the
    caller's script again, so that it needs no ``if __name__ == "__main__"``.

    Raises KeyError for an unknown claim or profile.

    >>> run = verify(["gradient"], workers=0)
    >>> run.exit_code, run.reports["gradient"].certified >= 60
    (0, True)
    """
    if profile not in PROFILES:
        raise KeyError(f"no profile {profile!r}; there are {', '.join(PROFILES)}")
    started = monotonic()
    if isinstance(ids, Theory):
        library, ids = ids, ()
    library = library_of(library)
    chosen = [library.claim(name) for name in ids] or list(library)
    run = Run(profile, seed, {c.id: ClaimReport(c, reference=library.reference) for c in chosen}, library=library)
    if not travels(library.reference):
        executor, workers = None, 0
    units = _units(run, library, PROFILES[profile])
    with ended_as_by_error():
        try:
            with at_work(executor, workers) as pool:
                _carry_out(run, units, pool, progress)
                batch = PROFILES[profile].batches
                while minutes is not None and monotonic() - started < 60 * minutes:
                    fresh = (_decisions(run, library, PROFILES[profile], batch, batch + 1)
                             + _attacks(run, library, PROFILES[profile], batch))
                    _carry_out(run, fresh, pool, None)
                    batch += 1
                if certificates:
                    picked = [(key[0], (library.reference, *key, seed)) for key in wanted(run.reports)]
                    _carry_out(run, [Unit(claim_id, certify_unit, arguments, ClaimReport.add_certificates)
                                     for claim_id, arguments in picked], pool, progress)
        except KeyboardInterrupt:
            run.interrupted = True
            run.reports = {name: report for name, report in run.reports.items() if report.seconds}
    run.spread_disagreements()
    run.seconds = monotonic() - started
    return run


@dataclass(frozen=True)
class Unit:
    """Work on a claim for any process, and what the report of the claim does with the result."""

    claim_id: str
    function: Callable[..., Any]
    arguments: tuple[object, ...]
    record: Callable[[ClaimReport, Any], None]

    def result(self) -> Any:
        return self.function(*self.arguments)


def _units(run: Run, library: Library, profile: Profile) -> list[Unit]:
    units: list[Unit] = []
    for claim_id in run.reports:
        units.append(Unit(claim_id, derivation_unit, (library.reference, claim_id), ClaimReport.add_derivation))
        units.append(Unit(claim_id, mutants_unit, (library.reference, claim_id), ClaimReport.add_mutants))
    read = dictionary(library.setting).assigned(
        [report.claim for report in run.reports.values()], library) if library is BUILT_IN else {}
    units += [Unit(claim_id, words_unit, (library.reference, words), ClaimReport.add_words)
              for claim_id, words in read.items()]
    return units + _attacks(run, library, profile, 0) + _decisions(run, library, profile, 0, profile.batches)


def _attacks(run: Run, library: Library, profile: Profile, batch: int) -> list[Unit]:
    return [Unit(claim_id, adversary_unit, (library.reference, claim_id, run.seed + batch, profile.effort),
                 ClaimReport.add_attacks) for claim_id in run.reports]


def _decisions(run: Run, library: Library, profile: Profile, first: int, last: int) -> list[Unit]:
    return [Unit(claim_id, decide_unit,
                 (library.reference, claim_id, obligation.name, run.seed + batch, profile.wanted(obligation)),
                 partial(ClaimReport.add_tally, name=obligation.name))
            for claim_id, report in run.reports.items() for obligation in report.claim.obligations
            for batch in range(first, last)]


def _carry_out(run: Run, units: list[Unit], pool: Executor | None, progress: Progress | None) -> None:
    waiting = dict.fromkeys(units)
    if progress and units:
        progress(0, len(units), units[0].claim_id)
    for done, (unit, result) in enumerate(results(Unit.result, units, pool), 1):
        unit.record(run.reports[unit.claim_id], result)
        waiting.pop(unit)
        if progress:
            progress(done, len(units), next(iter(waiting), unit).claim_id)
