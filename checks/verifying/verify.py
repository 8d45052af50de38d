"""The main job: derivations and words re-checked, instances decided, mutants refuted, tightness measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from os import cpu_count
from signal import SIG_IGN, SIGINT, signal
from time import monotonic
from typing import Any

from ...theory.language.claim import Obligation
from ...theory.library import CLAIMS, claim
from ..attack.adversary import Attack, adversary_unit
from ..deciding.decider import Counted
from ..deciding.ways import decider
from ..output.whole_files import ended_as_by_error
from ..words.table import assigned, words_unit
from .certificates import certify_unit, wanted
from .run import ClaimReport, Run
from .tallies import Tally
from .units import decide_unit, derivation_unit, mutants_unit


@dataclass(frozen=True)
class Profile:
    """How many instances an obligation gets, in how many batches of fresh seeds.

    ``paths`` are trajectories to be enclosed; they grow, and the last ones of ``deep`` take a minute each.
    ``effort`` is that of the adversary (see :data:`.searching.EFFORTS`).
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
    ids: Iterable[str] = (),
    *,
    profile: str = "quick",
    seed: int = 0,
    workers: int | None = None,
    minutes: float | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    certificates: bool = False,
) -> Run:
    """Verify claims (all of them by default) and report on each.

    ``minutes`` repeats the batches of the profile with fresh seeds until they are over.
    ``executor`` is any ``concurrent.futures.Executor``; by default ``workers`` processes.
    ``progress`` is called with (done, all) units. ``certificates`` makes the certificates of the
    refutations, of the tightest decisions and of a random share (see :mod:`.certificates`).

    Raises KeyError for an unknown claim or profile.

    >>> run = verify(["gradient"], workers=0)
    >>> run.exit_code, run.reports["gradient"].certified >= 60
    (0, True)
    """
    if profile not in PROFILES:
        raise KeyError(f"no profile {profile!r}; there are {', '.join(PROFILES)}")
    started = monotonic()
    chosen = [claim(name) for name in ids] or list(CLAIMS.values())
    run = Run(profile, seed, {c.id: ClaimReport(c) for c in chosen})
    units = _units(run, PROFILES[profile])
    own = None if executor is not None or workers == 0 else ProcessPoolExecutor(
        workers or cpu_count() or 1, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent)
    pool = executor or own
    with ended_as_by_error():
        try:
            _carry_out(run, units, pool, progress)
            batch = PROFILES[profile].batches
            while minutes is not None and monotonic() - started < 60 * minutes:
                fresh = _decisions(run, PROFILES[profile], batch, batch + 1) + _attacks(run, PROFILES[profile], batch)
                _carry_out(run, fresh, pool, None)
                batch += 1
            if certificates:
                _carry_out(run, [(key[0], "certificates", certify_unit, (*key, seed)) for key in wanted(run.reports)],
                           pool, progress)
        except KeyboardInterrupt:
            run.interrupted = True
            run.reports = {name: report for name, report in run.reports.items() if report.seconds}
        except SystemExit:  # a signal: the workers would outlive this process, and wait for ever
            run.interrupted = True
            raise
        finally:
            if own is not None:
                own.shutdown(wait=not run.interrupted, cancel_futures=True)
                for worker in active_children() if run.interrupted else ():
                    worker.terminate()
    run.spread_disagreements()
    run.seconds = monotonic() - started
    return run


def _leave_interrupts_to_the_parent() -> None:
    signal(SIGINT, SIG_IGN)


Unit = tuple[str, str, Callable[..., Any], tuple[Any, ...]]


def _units(run: Run, profile: Profile) -> list[Unit]:
    units: list[Unit] = []
    for claim_id in run.reports:
        units.append((claim_id, "derivation", derivation_unit, (claim_id,)))
        units.append((claim_id, "mutants", mutants_unit, (claim_id,)))
    read = assigned(report.claim for report in run.reports.values())
    units += [(claim_id, "words", words_unit, (words,)) for claim_id, words in read.items()]
    return units + _attacks(run, profile, 0) + _decisions(run, profile, 0, profile.batches)


def _attacks(run: Run, profile: Profile, batch: int) -> list[Unit]:
    return [(claim_id, "attacks", adversary_unit, (claim_id, run.seed + batch, profile.effort))
            for claim_id in run.reports]


def _decisions(run: Run, profile: Profile, first: int, last: int) -> list[Unit]:
    units: list[Unit] = []
    for claim_id, report in run.reports.items():
        for obligation in report.claim.obligations:
            wanted = profile.wanted(obligation)
            for batch in range(first, last):
                arguments = (claim_id, obligation.name, run.seed + batch, wanted)
                units.append((claim_id, obligation.name, decide_unit, arguments))
    return units


def _carry_out(
    run: Run, units: list[Unit], pool: Executor | None, progress: Callable[[int, int], None] | None
) -> None:
    if pool is None:
        for done, (claim_id, what, function, arguments) in enumerate(units, 1):
            _record(run.reports[claim_id], what, function(*arguments))
            if progress:
                progress(done, len(units))
        return
    waiting: dict[Future[Any], Unit] = {pool.submit(unit[2], *unit[3]): unit for unit in units}
    for done, future in enumerate(as_completed(waiting), 1):
        claim_id, what, _, _ = waiting[future]
        _record(run.reports[claim_id], what, future.result())
        if progress:
            progress(done, len(units))


def _record(report: ClaimReport, what: str, result: Any) -> None:
    if what == "derivation":
        report.derivation = result
        report.seconds += result.seconds
    elif what == "attacks":
        for name, attack in result.items():
            report.attacks[name] = report.attacks.get(name, Attack()) + attack
            report.seconds += attack.seconds
    elif what == "certificates":
        report.certificates = sorted([*report.certificates, *result], key=lambda made: made.name)
    elif what == "words":
        report.words = result
        report.seconds += result.seconds
    elif what == "mutants":
        report.mutants, seconds = result
        report.seconds += seconds
    else:
        report.tallies[what] = report.tallies.get(what, Tally()) + result
        report.seconds += result.seconds

