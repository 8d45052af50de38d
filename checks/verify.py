"""The main job: derivations re-checked, instances decided, mutants refuted, tightness measured."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from importlib.metadata import version
from multiprocessing import active_children, get_context
from os import cpu_count
from signal import SIG_IGN, SIGINT, signal
from time import monotonic
from typing import Any

from ..theory.claims import Claim, Obligation
from ..theory.registry import CLAIMS, claim
from .certificates import Written, certify_unit, wanted
from .work import DerivationResult, MutantResult, Tally, decide_unit, derivation_unit, mutants_unit

WORST_FIRST = ("refuted", "inconclusive", "not applicable", "estimated", "certified", "proved")
TIGHT = 1 + 1e-6
"""An obligation declared tight must come this close to equality (measured in float64)."""


@dataclass(frozen=True)
class Profile:
    """How many instances an obligation gets, in how many batches of fresh seeds.

    ``paths`` are trajectories to be enclosed; they grow, and the last ones of ``deep`` take a minute each.
    """

    inequalities: int
    identities: int
    paths: int
    batches: int = 1

    def wanted(self, obligation: Obligation) -> int:
        """How many instances the obligation is to be decided on."""
        return {"identity": self.identities, "solution": self.identities, "enclosed": self.paths}.get(
            obligation.decide, self.inequalities)


PROFILES = {"quick": Profile(320, 60, 12), "ci": Profile(400, 100, 16, 2), "deep": Profile(400, 100, 75)}


@dataclass
class ClaimReport:
    """What a run found out about one claim."""

    claim: Claim
    tallies: dict[str, Tally] = field(default_factory=dict)
    mutants: list[MutantResult] = field(default_factory=list)
    derivation: DerivationResult = field(default_factory=DerivationResult)
    certificates: list[Written] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """The worst over the obligations; *proved* needs the whole derivation."""
        return min((self._obligation_verdict(o.name) for o in self.claim.obligations), key=WORST_FIRST.index)

    def _obligation_verdict(self, name: str) -> str:
        tally = self.tallies.get(name)
        if tally is not None and tally.refuted:
            return "refuted"
        if tally is None or tally.inconclusive:  # None: the run was interrupted before
            return "inconclusive"
        if not tally.held:
            return "not applicable"
        if self.claim.obligation(name).decide == "estimated":
            return "estimated"
        derived = self.derivation.exists and not self.derivation.problems
        return "proved" if derived and name not in self.derivation.partial else "certified"

    @property
    def certified(self) -> int:
        """The fewest instances any obligation was decided on: of the inequalities, where there are any."""
        return self._fewest("ordered", "exists") or self._fewest("identity", "solution", "enclosed")

    @property
    def estimated(self) -> int:
        """The fewest ensembles any obligation was estimated on."""
        return self._fewest("estimated")

    @property
    def enclosed(self) -> int:
        """The fewest trajectories any obligation was decided on."""
        return self._fewest("enclosed")

    def _fewest(self, *kinds: str) -> int:
        return min((self.tallies.get(o.name, Tally()).decided for o in self.claim.obligations if o.decide in kinds),
                   default=0)

    @property
    def survivors(self) -> list[str]:
        return [mutant.label for mutant in self.mutants if mutant.counterexample is None]

    @property
    def tightness(self) -> tuple[float | None, str | None]:
        """Of each obligation's tightest instance, the one that is least tight."""
        found = [(t.ratio, t.at) for t in self.tallies.values() if t.ratio is not None]
        return max(found, key=lambda pair: pair[0] or 0.0, default=(None, None))

    @property
    def failures(self) -> list[str]:
        """Why the claim fails the run, in sentences; empty when it does not."""
        found = [f"derivation: {problem}" for problem in self.derivation.problems]
        found += [f"mutant survives: {label}" for label in self.survivors]
        found += [f"{made.name}: {made.reason}" for made in self.certificates if made.disputed]
        for obligation in self.claim.obligations:
            tally = self.tallies.get(obligation.name, Tally())
            if tally.against:
                found.append(f"{obligation.name} is false by the draws of {tally.against[0]}")
            if obligation.decide != "identity" and obligation.tight and tally.held and not (
                tally.ratio is not None and tally.ratio <= TIGHT
            ):
                found.append(f"{obligation.name} is declared tight, but its best ratio is {tally.ratio}")
        return found


@dataclass
class Run:
    """A whole run, complete or interrupted."""

    profile: str
    seed: int
    reports: dict[str, ClaimReport]
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def verdict(self) -> str:
        """The worst of the claims."""
        return min((report.verdict for report in self.reports.values()), key=WORST_FIRST.index,
                   default="not applicable")

    @property
    def exit_code(self) -> int:
        """0 all hold; 1 refuted, survived or broken; 3 inconclusive or nothing applicable."""
        if self.verdict == "refuted" or any(report.failures for report in self.reports.values()):
            return 1
        return 3 if self.interrupted or self.verdict in ("inconclusive", "not applicable") else 0

    @property
    def environment(self) -> dict[str, str]:
        packages = ("sympy", "numpy", "scipy", "mpmath", "python-flint", "hypothesis")
        return {"python": platform.python_version(), "system": platform.platform(),
                **{name: version(name) for name in packages}}


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
    try:
        _carry_out(run, units, pool, progress)
        batch = PROFILES[profile].batches
        while minutes is not None and monotonic() - started < 60 * minutes:
            _carry_out(run, _decisions(run, PROFILES[profile], batch, batch + 1), pool, None)
            batch += 1
        if certificates:
            _carry_out(run, [(key[0], "certificates", certify_unit, (*key, seed)) for key in wanted(run.reports)],
                       pool, progress)
    except KeyboardInterrupt:
        run.interrupted = True
        run.reports = {name: report for name, report in run.reports.items() if report.seconds}
    finally:
        if own is not None:
            own.shutdown(wait=not run.interrupted, cancel_futures=True)
            for worker in active_children() if run.interrupted else ():
                worker.terminate()
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
    return units + _decisions(run, profile, 0, profile.batches)


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
    elif what == "certificates":
        report.certificates = sorted([*report.certificates, *result], key=lambda made: made.name)
    elif what == "mutants":
        report.mutants, seconds = result
        report.seconds += seconds
    else:
        report.tallies[what] = report.tallies.get(what, Tally()) + result
        report.seconds += result.seconds

