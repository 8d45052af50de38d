"""What the page says of a claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from markupsafe import Markup

from ....theory.language.claim import Obligation
from ....theory.language.nodes import Relation
from ....theory.library import BUILT_IN, Library
from ....theory.typeset.formulas import statement
from ...authoring.references import FILE, shown_reference, travels
from ...deciding.tokens import command, token
from ...deciding.ways import decider
from ..run import ClaimReport, Run, Standing
from ..tallies import SLACKS, Counterexample, MutantResult, Tally
from ..terminal import first_counterexamples, ratio_text, size
from .formulas import instance, mathml

Parts = list[tuple[str, Markup]]


@dataclass(frozen=True)
class Bar:
    """How many decisions had a slack of one class, and how tall the bar is, at most 1."""

    label: str
    count: int
    height: float


@dataclass(frozen=True)
class Example:
    """An exact instance, as matrices, and the command that decides on it again."""

    parts: Parts
    replay: str
    statement: str = ""


@dataclass(frozen=True)
class Mutant:
    """A false statement next to the true one, and its counterexample; without one, what that means."""

    label: str
    example: Example | None
    said: str


@dataclass(frozen=True)
class Step:
    """A step of a derivation. A statement that an earlier step has is not repeated: ``same`` is that step."""

    number: int
    statement: Markup
    rule: str
    using: tuple[int, ...]
    note: str
    same: int | None
    refused: str


@dataclass(frozen=True)
class Part:
    """An obligation of a claim: its statement, what is given, and how near it came to equality."""

    name: str
    statement: Markup
    given: tuple[Markup, ...]
    tally: Tally
    bars: tuple[Bar, ...]
    ratio: str
    tightest: Example | None


class Card:
    """A claim of a run, as the page shows it. Derivations are made again, because a run keeps only their numbers."""

    def __init__(self, report: ClaimReport, run: Run) -> None:
        self.report, self.claim, self.run = report, report.claim, run
        self.total = sum(report.tallies.values(), Tally())
        self.home: Library = run.library.home(report.claim.id)

    @property
    def standing(self) -> str:
        """The verdict as a class of the style sheet."""
        return "failing" if self.failing else self.report.verdict.replace(" ", "-")

    @property
    def failing(self) -> bool:
        return bool(self.report.failures) or self.report.verdict is Standing.REFUTED

    @property
    def urgency(self) -> int:
        """The place among the claims: those that fail come first, then those that are open."""
        open_ = (Standing.INCONCLUSIVE, Standing.NOT_APPLICABLE)
        return 0 if self.failing else 1 if self.report.verdict in open_ else 2

    @property
    def headline(self) -> Markup:
        """The statement that stands for the claim."""
        return mathml(statement(self.claim.statement or self.claim.obligations[0].relation))

    @property
    def instances(self) -> str:
        return size(self.report)

    @property
    def refuted(self) -> int:
        return len(self.report.near_misses) - len(self.report.survivors)

    @property
    def ratio(self) -> str:
        return ratio_text(self.report.tightness[0])

    @property
    def rank(self) -> float:
        """The tightness as a number to sort by."""
        return self.report.tightness[0] or 0.0

    @property
    def again(self) -> str:
        """The command that verifies the claim again."""
        reference, options = self.run.library.reference, f"--profile {self.run.profile} --seed {self.run.seed}"
        if not travels(reference):
            return f"flatcert.verify([{self.claim.id!r}], library=theory)"
        place = quote(shown_reference(reference).partition("#")[0].removeprefix(FILE))
        theory = "" if self.run.library is BUILT_IN else f"{place} "
        return f"flatcert verify {theory}{self.claim.id} {options}"

    @property
    def problems(self) -> list[str]:
        """What is wrong or open, a sentence each."""
        return [*self.report.failures, *self.report.unmet, *self.report.shortfalls, *self.report.undecided]

    @property
    def counterexamples(self) -> list[Example]:
        return [self._example(found) for found in first_counterexamples(self.report)]

    @property
    def parts(self) -> Iterator[Part]:
        for obligation in self.claim.obligations:
            tally = self.report.tallies.get(obligation.name, Tally())
            ratio, _ = self.report.tightest(obligation.name)
            yield Part(obligation.name, mathml(statement(obligation.relation)),
                       tuple(self._given(given, obligation) for given in obligation.given), tally, _bars(tally),
                       ratio_text(ratio), self._tightest(obligation))

    @property
    def mutants(self) -> list[Mutant]:
        return [Mutant(mutant.label, None if mutant.counterexample is None else self._example(mutant.counterexample),
                       _said(mutant)) for mutant in self.report.mutants]

    @property
    def steps(self) -> Iterator[Step]:
        """The derivation, checked again."""
        found = self.home.derivation(self.claim.id)
        seen: dict[Markup, int] = {}
        results = zip(found.steps, found.check(self.home), strict=True) if found else ()
        for number, (step, result) in enumerate(results, 1):
            formula = mathml(statement(step.statement))
            same = seen.setdefault(formula, number)
            yield Step(number, formula, step.rule.name, tuple(i + 1 for i in step.using), step.note,
                       same if same < number else None, "" if result.ok else result.message)

    def _given(self, given: str | Relation, obligation: Obligation) -> Markup:
        latex = statement(given) if isinstance(given, Relation) else obligation.setting.hypotheses[given].latex
        return mathml(latex) if latex else Markup("{}").format(str(given))

    def _tightest(self, obligation: Obligation) -> Example | None:
        """The instance where an obligation is tightest, of the pools or of the adversary."""
        tally, attack = self.report.tallies.get(obligation.name), self.report.attacks.get(obligation.name)
        if attack and attack.exact and attack.nearest and attack.ratio == self.report.tightest(obligation.name)[0]:
            return self._at(obligation, attack.exact, attack.nearest)
        if tally is None or tally.at is None:
            return None
        return self._at(obligation, tally.at, decider(obligation).named(tally.at).describe())

    def _at(self, obligation: Obligation, name: str, described: dict[str, object]) -> Example:
        return Example(instance(described), command(token(self.claim.id, obligation.name, name), self.report.reference))

    def _example(self, found: Counterexample) -> Example:
        return Example(instance(found.instance | found.values), command(found.token, self.report.reference),
                       found.statement)


def _said(mutant: MutantResult) -> str:
    if mutant.counterexample is not None:
        return "refuted"
    return f"true, by a proof{mutant.advice}" if mutant.true else f"survives{mutant.advice}"


def _bars(tally: Tally) -> tuple[Bar, ...]:
    most = max(tally.slacks.values(), default=0)
    return tuple(Bar(label, tally.slacks[place], tally.slacks[place] / most)
                 for place, label in enumerate(SLACKS.values())) if most else ()
