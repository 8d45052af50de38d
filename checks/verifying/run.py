"""The results of a run: verdicts and failures of each claim, and the exit status."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version

from ...theory.language.claim import Claim, Obligation
from ...theory.library import BUILT_IN, Library
from ..attack.adversary import Attack
from ..authoring.references import load
from ..authoring.theory import ASSUMED
from ..certificates.certify import Written
from ..deciding.decider import Counted
from ..deciding.tokens import command, token
from ..deciding.ways import decider
from .floors import Floor, floors
from .tallies import Counterexample, DerivationResult, MutantResult, Tally
from .words import Comparison, Words, dictionary

TIGHT = 1 + 1e-6
"""An obligation declared tight must come this close to equality, in the pool or by the adversary."""


class Standing(StrEnum):
    """The verdict on a claim or on a whole run, the worst first."""

    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"
    ESTIMATED = "estimated"
    CERTIFIED = "certified"
    PROVED = "proved"


@dataclass
class ClaimReport:
    """The results of a run on one claim."""

    claim: Claim
    tallies: dict[str, Tally] = field(default_factory=dict)
    mutants: list[MutantResult] = field(default_factory=list)
    derivation: DerivationResult = field(default_factory=DerivationResult)
    attacks: dict[str, Attack] = field(default_factory=dict)
    certificates: list[Written] = field(default_factory=list)
    words: Words = field(default_factory=Words)
    """The comparison of the words that no earlier claim of the run reads."""
    misread: list[Comparison] = field(default_factory=list)
    """Words of the claim that differ from their definitions, with one instance each."""
    seconds: float = 0.0
    reference: str = BUILT_IN.reference
    """The library of the claim."""

    def add_derivation(self, result: DerivationResult) -> None:
        self.derivation = result
        self.seconds += result.seconds

    def add_mutants(self, result: tuple[list[MutantResult], float]) -> None:
        self.mutants, seconds = result
        self.seconds += seconds

    def add_words(self, result: Words) -> None:
        self.words = result
        self.seconds += result.seconds

    def add_attacks(self, result: dict[str, Attack]) -> None:
        for name, attack in result.items():
            self.attacks[name] = self.attacks.get(name, Attack()) + attack
            self.seconds += attack.seconds

    def add_tally(self, result: Tally, name: str) -> None:
        self.tallies[name] = self.tallies.get(name, Tally()) + result
        self.seconds += result.seconds

    def add_certificates(self, result: list[Written]) -> None:
        self.certificates = sorted([*self.certificates, *result], key=lambda made: made.name)

    @property
    def verdict(self) -> Standing:
        """The worst over the obligations; *proved* needs the whole derivation."""
        return _worst(self._standing(o.name) for o in self.claim.obligations)

    def _standing(self, name: str) -> Standing:
        tally, attack = self.tallies.get(name), self.attacks.get(name, Attack())
        if attack.counterexample is not None or (tally is not None and tally.refuted):
            return Standing.REFUTED
        if tally is None or tally.inconclusive or attack.inconclusive:  # None: interrupted before
            return Standing.INCONCLUSIVE
        if not tally.held:
            return Standing.NOT_APPLICABLE
        if self.misread or any(floor.decided < floor.wanted for floor in self.floors(name)):
            return Standing.INCONCLUSIVE
        if not decider(self.claim.obligation(name)).exact:
            return Standing.ESTIMATED
        derived = self.derivation.exists and not self.derivation.problems
        return Standing.PROVED if derived and name not in self.derivation.partial else Standing.CERTIFIED

    def floors(self, name: str) -> list[Floor]:
        """How many instances of each class an obligation was decided on, and how many are wanted."""
        tally = self.tallies.get(name, Tally())
        return floors(self.claim.obligation(name), tally.classes, tally.wanted)

    @property
    def unmet(self) -> list[str]:
        """A sentence for each obligation that no instance meets: what was tried, and why nothing was decided."""
        return [_unmet(self.claim.obligation(name), tally) for name, tally in self.tallies.items()
                if tally.not_applicable and not tally.decided and not tally.inconclusive]

    @property
    def shortfalls(self) -> list[str]:
        """A sentence for each class on which an obligation that held throughout was decided too rarely."""
        return [f"{self.claim.id}/{name}: {floor.sentence}" for name, tally in self.tallies.items()
                if tally.held and not tally.refuted for floor in self.floors(name) if floor.decided < floor.wanted]

    @property
    def certified(self) -> int:
        """The fewest instances that an inequality of the claim was decided on; without inequalities, any obligation."""
        return self._fewest(Counted.INEQUALITIES) or self._fewest(Counted.IDENTITIES, Counted.PATHS)

    @property
    def estimated(self) -> int:
        """The fewest ensembles that an obligation was estimated on."""
        return self._fewest(Counted.ENSEMBLES)

    @property
    def enclosed(self) -> int:
        """The fewest trajectories that an obligation was decided on."""
        return self._fewest(Counted.PATHS)

    def _fewest(self, *kinds: Counted) -> int:
        return min((self.tallies.get(o.name, Tally()).decided for o in self.claim.obligations
                    if decider(o).counted in kinds), default=0)

    @property
    def near_misses(self) -> list[MutantResult]:
        """The mutants that are not known to be true, each of which has to be refuted."""
        return [mutant for mutant in self.mutants if not mutant.true]

    @property
    def survivors(self) -> list[str]:
        return [mutant.label for mutant in self.near_misses if mutant.counterexample is None]

    @property
    def hints(self) -> list[str]:
        """What the author of a theory may want to change, a sentence each; none of them fails the run."""
        found = [f"the mutant {mutant.label!r} is true, by a proof of auto, and no near miss{mutant.advice}"
                 for mutant in self.mutants if mutant.true]
        plain = [one.name for one in self.claim.obligations if not one.mutants]
        if plain and self.reference != BUILT_IN.reference and self.claim.id not in (
                ASSUMED, *load(self.reference).references):
            found.append(f"no mutants show that instances could refute {', '.join(plain)}: mutants=AUTOMATIC makes "
                         "some")
        return found

    @property
    def counterexamples(self) -> list[Counterexample]:
        """Exact instances where the claim is false: the shrunk ones of the adversary, then those of the pools."""
        return [found for name in self.attacks for found in self._attacked(name)] + [
            found for tally in self.tallies.values() for found in tally.counterexamples]

    def _attacked(self, name: str) -> Iterator[Counterexample]:
        found = self.attacks[name].counterexample
        if found is not None:
            yield Counterexample(self.claim.id, name, found.statement, token(self.claim.id, name, found.exact),
                                 found.instance, found.values)

    @property
    def undecided(self) -> list[str]:
        """The commands that repeat the decisions left open."""
        attacked = (token(self.claim.id, name, exact) for name, attack in self.attacks.items()
                    for exact in attack.undecided)
        return [line for tally in self.tallies.values() for line in tally.undecided] + [
            command(found, self.reference) for found in attacked]

    def tightest(self, name: str) -> tuple[float | None, str | None]:
        """The least ratio of larger to smaller side among the decisions on an obligation, and the instance."""
        found = [(x.ratio, x.at) for x in (self.tallies.get(name), self.attacks.get(name)) if x and x.ratio is not None]
        return min(found, key=lambda pair: pair[0] or 0.0, default=(None, None))

    @property
    def tightness(self) -> tuple[float | None, str | None]:
        """The obligation that comes least near equality: its least ratio, and the instance."""
        found = [pair for name in self.tallies if (pair := self.tightest(name))[0] is not None]
        return max(found, key=lambda pair: pair[0] or 0.0, default=(None, None))

    @property
    def failures(self) -> list[str]:
        """The reasons for which the claim fails the run, a sentence each; empty when it does not."""
        found = [f"derivation: {problem}" for problem in self.derivation.problems]
        found += [f"mutant survives: {mutant.label}{mutant.advice}" for mutant in self.near_misses
                  if mutant.counterexample is None]
        found += [comparison.sentence for comparison in self.misread]
        found += [f"{made.name}: {made.reason}" for made in self.certificates if made.disputed]
        for obligation in self.claim.obligations:
            tally = self.tallies.get(obligation.name, Tally())
            if tally.against:
                found.append(f"{obligation.name} is false by the draws of {tally.against[0]}")
            ratio, _ = self.tightest(obligation.name)
            if decider(obligation).measures and obligation.tight and tally.held:
                found += self._slack(obligation, tally, ratio)
        return found

    def _slack(self, obligation: Obligation, tally: Tally, ratio: float | None) -> list[str]:
        """A sentence where nothing attains an obligation that is declared tight.

        A theory of one's own brings an instance where both sides are equal, exactly, and not zero.
        """
        if self.reference == BUILT_IN.reference:
            reached = ratio is not None and ratio <= TIGHT
            return [] if reached else [f"{obligation.name} is declared tight, but its best ratio is {ratio}"]
        if tally.attained or self.attacks.get(obligation.name, Attack()).ratio == 1:
            return []
        return [f"{obligation.name} is declared tight, but no instance makes its sides equal and not zero: add a "
                "family that does, or leave out tight=True"]


@dataclass
class Run:
    """A whole run, complete or interrupted."""

    profile: str
    seed: int
    reports: dict[str, ClaimReport]
    seconds: float = 0.0
    interrupted: bool = False
    library: Library = BUILT_IN

    @property
    def verdict(self) -> Standing:
        """The worst of the claims."""
        return _worst(report.verdict for report in self.reports.values())

    def _repr_html_(self) -> str:
        """The table of claims, as a notebook shows it."""
        from .page.page import summary

        return summary(self)

    def _repr_latex_(self) -> str:
        """The claims with their verdicts as a formula, for a notebook that becomes a PDF."""
        from .formula import run_formula

        return run_formula(self)

    @property
    def words(self) -> Words:
        """All comparisons of words with their definitions."""
        return sum((report.words for report in self.reports.values()), Words())

    def spread_disagreements(self) -> None:
        """Record with every claim which of its words differ from their definitions."""
        first = {found.word: found for found in reversed(self.words.disagreements)}
        words = dictionary(self.library.setting)
        for report in self.reports.values():
            concerned = words.words_of(report.claim) | report.words.compared if first else set()
            report.misread = [first[word] for word in sorted(concerned & set(first))]

    @property
    def exit_code(self) -> int:
        """0: all claims hold; 1: a claim is refuted or fails; 3: inconclusive, or nothing is applicable."""
        if self.verdict is Standing.REFUTED or any(report.failures for report in self.reports.values()):
            return 1
        return 3 if self.interrupted or self.verdict in (Standing.INCONCLUSIVE, Standing.NOT_APPLICABLE) else 0

    @property
    def environment(self) -> dict[str, str]:
        packages = ("sympy", "numpy", "scipy", "mpmath", "python-flint", "hypothesis")
        return {"python": platform.python_version(), "system": platform.platform(),
                **{name: version(name) for name in packages}}


def _unmet(obligation: Obligation, tally: Tally) -> str:
    """Why an obligation is decided on no instance, among those of which families."""
    tried = f"{obligation.name} applies to none of {tally.not_applicable} instances of {obligation.space}"
    if tally.undefined == tally.not_applicable:
        return f"{tried}: a side or a hypothesis divides by zero, or is not defined, on each of them"
    given = ", ".join(map(str, obligation.given))
    undefined = f"; on {tally.undefined} of them a side is not defined" if tally.undefined else ""
    return f"{tried}: none satisfies {given}{undefined}; add a family that does"


def _worst(standings: Iterable[Standing]) -> Standing:
    """The worst of several verdicts; *not applicable* where there are none."""
    return min(standings, key=list(Standing).index, default=Standing.NOT_APPLICABLE)
