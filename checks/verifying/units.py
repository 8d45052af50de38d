"""Work units: pure functions of a statement, a seed and a size, for any executor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from time import perf_counter
from typing import Any

from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN, claim, derivation
from ..attack.shrinking import shrink
from ..deciding.decide import Outcome, decide, decide_all, decide_at
from ..deciding.hypotheses import supposed
from ..deciding.identities import Point, error_probability, field_point, holds_at, layers_of, rational_point
from ..deciding.initial_values import Case, cases, decide_solution, real_cases
from ..deciding.initial_values import error_probability as solution_error
from ..deciding.probabilities import ensembles, estimated
from ..deciding.quantifiers import expansions, shown
from ..deciding.screening import SAFE_SLACK, slacks
from ..evaluation.batches import Pair
from ..evaluation.evaluate import UnknownNode
from ..instances.as_text import GIVEN, named, spelled
from ..instances.classes import classes_of, classes_of_shape, ends_reached
from ..instances.families.paths import SMALL_PATHS
from ..instances.instance import Instance
from ..instances.pool import instance, pool
from ..instances.spaces import SPACES, is_listed
from ..second_line.steps import Undecided, contradicted, second_line

DRAWS_PER_DECISION = 30
"""How many instances are drawn for each one wanted, before a hypothesis counts as out of reach."""
MUTANT_POOL = 400
"""How many instances a mutant gets to be refuted on."""
MUTANT_PATHS = SMALL_PATHS
"""The same where each instance is a trajectory to be enclosed."""
BATCH = 80
"""How many instances are decided before it is measured, of all at once, how tight they are."""


@dataclass(frozen=True)
class Counterexample:
    """An exact instance where a statement is false, and the token that replays it."""

    claim: str
    obligation: str
    statement: str
    token: str
    instance: dict[str, Any]
    values: dict[str, Any]


@dataclass(frozen=True)
class Tally:
    """Decisions on one obligation. Addition is commutative: the order of work never matters."""

    held: int = 0
    refuted: int = 0
    inconclusive: int = 0
    not_applicable: int = 0
    max_bits: int = 0
    ties: int = 0
    error: float = 0.0
    ratio: float | None = None
    at: str | None = None
    undecided: tuple[str, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()
    seconds: float = 0.0
    against: tuple[str, ...] = ()
    """Ensembles by whose draws a statement about a probability is false, at the confidence of the intervals."""
    wanted: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    """How many instances of each class it was decided on (see :mod:`.floors`), leaving out those written by hand."""

    @property
    def decided(self) -> int:
        return self.held + self.refuted

    def __add__(self, other: Tally) -> Tally:
        best = min((self, other), key=lambda t: (t.ratio is None, t.ratio or 0.0, t.at or ""))
        return Tally(
            self.held + other.held, self.refuted + other.refuted, self.inconclusive + other.inconclusive,
            self.not_applicable + other.not_applicable, max(self.max_bits, other.max_bits),
            self.ties + other.ties, self.error + other.error, best.ratio, best.at,
            tuple(sorted(self.undecided + other.undecided))[:5],
            tuple(sorted(self.counterexamples + other.counterexamples, key=lambda c: c.token))[:3],
            self.seconds + other.seconds,
            tuple(sorted(self.against + other.against))[:5],
            self.wanted + other.wanted, self.classes + other.classes,
        )


@dataclass(frozen=True)
class MutantResult:
    """A mutant, and the counterexample that refutes it (None: it survived)."""

    label: str
    counterexample: Counterexample | None


@dataclass(frozen=True)
class DerivationResult:
    """How much of a claim's derivation was re-checked, and what no longer fits."""

    steps: int = 0
    checked: int = 0
    problems: tuple[str, ...] = ()
    partial: dict[str, str] = field(default_factory=dict)
    exists: bool = False
    seconds: float = 0.0
    decided: int = 0
    """How many of the steps agree with the instances that decide them."""
    undecided: tuple[Undecided, ...] = ()


def decide_unit(claim_id: str, name: str, seed: int, wanted: int) -> Tally:
    """Decide an obligation on instances until ``wanted`` are decided (or too many were drawn)."""
    started = perf_counter()
    try:
        total = _decided(claim_id, claim(claim_id).obligation(name), seed, wanted)
    except (UnknownNode, ValueError) as error:  # an edited statement that no instance can be put into
        total = Tally(inconclusive=1, undecided=(f"{claim_id}/{name}: {error}",))
    return replace(total, wanted=wanted, seconds=perf_counter() - started)


def _decided(claim_id: str, obligation: Obligation, seed: int, wanted: int) -> Tally:
    total = Tally()
    if obligation.decide == "identity":
        for index in range(DRAWS_PER_DECISION * wanted):
            total += _identity_tally(claim_id, obligation, seed, index)
            if total.decided >= wanted:
                break
        return replace(total, error=error_probability(total.held))
    if obligation.decide == "estimated":
        return _estimated(claim_id, obligation, seed)
    if obligation.space == "solution":
        for case in islice(cases(obligation, seed), DRAWS_PER_DECISION * wanted):
            total += _tally(claim_id, obligation, case, decide_solution(obligation, case))
            if total.decided >= wanted or total.refuted >= 3:
                break
        return replace(total, error=solution_error(total.held) if obligation.decide == "solution" else 0.0)
    drawn = (instance(*key) for key in islice(pool(obligation.space, seed), DRAWS_PER_DECISION * wanted))
    while batch := list(islice(drawn, min(wanted - total.decided, BATCH))):
        for one, outcome in zip(batch, decide_all(obligation, batch), strict=True):
            total += _tally(claim_id, obligation, one, outcome)
            if total.decided >= wanted or total.refuted >= 3:
                return total
    return total


def _estimated(claim_id: str, obligation: Obligation, seed: int) -> Tally:
    total = Tally()
    for ensemble in ensembles(seed):
        found = estimated(obligation, ensemble)
        if found.verdict == "not applicable":
            total += Tally(not_applicable=1)
        elif found.verdict == "held":
            total += Tally(held=1)
        else:  # draws refute nothing: where they speak against it, that is told apart
            against = ((token(claim_id, obligation.name, ensemble.name),) if found.verdict == "refuted" else ())
            total += Tally(inconclusive=1, against=against,
                           undecided=(f"flatcert replay '{token(claim_id, obligation.name, ensemble.name)}'",))
    return total


def _identity_tally(claim_id: str, obligation: Obligation, seed: int, index: int) -> Tally:
    point = field_point(obligation, seed, index)
    holds = holds_at(obligation, point)
    if holds is None:
        return Tally(not_applicable=1)
    if holds:
        return Tally(held=1, max_bits=61, classes=Counter(_classes_of_point(obligation, point)))
    found = refute(claim_id, obligation) or Counterexample(
        claim_id, obligation.name, str(obligation.relation),
        token(claim_id, obligation.name, f"field:{seed}:{index}"), {"name": f"field:{seed}:{index}"}, {})
    return Tally(refuted=1, max_bits=61, counterexamples=(found,))


def _tally(claim_id: str, obligation: Obligation, case: Instance | Case, outcome: Outcome) -> Tally:
    if outcome.verdict == "not applicable":
        return Tally(not_applicable=1)
    if outcome.verdict == "inconclusive":
        return Tally(inconclusive=1, max_bits=outcome.bits,
                     undecided=(f"flatcert replay '{token(claim_id, obligation.name, case.name)}'",))
    if outcome.verdict == "refuted":
        readable = refute(claim_id, obligation) if case.name.startswith("field:") else None
        found = readable or _counterexample(claim_id, obligation, case, outcome.values)
        return Tally(refuted=1, max_bits=outcome.bits, counterexamples=(found,))
    return Tally(held=1, max_bits=outcome.bits, ties=outcome.route in ("tie", "zero"), ratio=outcome.ratio,
                 at=case.name, classes=Counter(_classes(obligation, case, outcome)))


def _classes(obligation: Obligation, case: Instance | Case, outcome: Outcome) -> frozenset[str]:
    """The classes that a decided instance counts for. One written by hand counts only where few are wanted."""
    if isinstance(case, Case) or (is_listed(case.name) and obligation.decide != "enclosed"):
        return frozenset()
    return classes_of(case) | ends_reached(outcome.layers, case.depth - ("k < L" in obligation.over))


def _classes_of_point(obligation: Obligation, point: Point) -> frozenset[str]:
    widths = [point.sigma.shape[0], *(layer.shape[0] for layer in point.weights)]
    last = len(point.weights) - ("k < L" in obligation.over)
    return classes_of_shape(widths) | ends_reached(layers_of(obligation, len(point.weights)), last)


def mutants_unit(claim_id: str) -> tuple[list[MutantResult], float]:
    """Refute every mutant of a claim by an exact counterexample, the smallest instances first."""
    started = perf_counter()
    results = []
    for obligation in claim(claim_id).obligations:
        for mutant in obligation.mutants:
            label = f"{obligation.name}: {mutant.label}"
            try:
                results.append(MutantResult(label, _readable(claim_id, mutant.of(obligation))))
            except (ValueError, UnknownNode):  # the statement was edited under it
                results.append(MutantResult(f"{label} (no longer changes the statement)", None))
    return results, perf_counter() - started


def _readable(claim_id: str, false: Obligation) -> Counterexample | None:
    """A counterexample small enough to read: one of the finite families, or a random one that is shrunk."""
    found = refute(claim_id, false)
    if found is None or false.decide not in ("identity", "ordered") or false.space not in SPACES:
        return found
    if is_listed(place(found.token)):
        return found

    def refutes(case: Instance) -> bool:
        if false.decide == "identity":
            return holds_at(false, rational_point(false, case)) is False
        return decide(false, case).verdict == "refuted"

    small = replace(shrink(named(place(found.token)), refutes), name=GIVEN)
    values = {} if false.decide == "identity" else decide(false, small).values
    return _counterexample(claim_id, false, small, values)


def derivation_unit(claim_id: str) -> DerivationResult:
    """Re-check every step of a derivation, also against exact instances, and that it yields what is claimed."""
    started = perf_counter()
    found = derivation(claim_id)
    if found is None:
        only_estimated = all(obligation.decide == "estimated" for obligation in claim(claim_id).obligations)
        return DerivationResult(problems=() if only_estimated else ("no derivation",))
    results = found.check(BUILT_IN)
    problems = [f"step {r.index + 1}: {r.message}" for r in results if not r.ok]
    problems += found.matches(claim(claim_id), BUILT_IN)
    problems += contradicted(found)
    line = second_line(found)
    return DerivationResult(len(results), sum(r.ok for r in results), tuple(problems), dict(found.partial), True,
                            perf_counter() - started, line.agreeing, line.undecided)


def refute(claim_id: str, obligation: Obligation) -> Counterexample | None:
    """Search the pool for an exact counterexample; floats only choose where to look.

    Of a statement about a probability, draws that speak against it: those are no proof.
    """
    if obligation.decide == "estimated":
        found = ((ensemble, estimated(obligation, ensemble)) for ensemble in ensembles(0))
        return next((Counterexample(claim_id, obligation.name, str(obligation.relation),
                                    token(claim_id, obligation.name, ensemble.name), ensemble.describe(),
                                    one.describe()) for ensemble, one in found if one.verdict == "refuted"), None)
    if obligation.space == "solution":
        decided = ((case, decide_solution(obligation, case)) for case in islice(real_cases(), MUTANT_POOL))
        return next((_counterexample(claim_id, obligation, case, outcome.values) for case, outcome in decided
                     if outcome.verdict == "refuted"), None)
    if obligation.decide == "identity":
        cases_ = (instance(*key) for key in islice(pool("dense", 0), MUTANT_POOL))
        return next((_counterexample(claim_id, obligation, case, {}) for case in cases_
                     if holds_at(obligation, rational_point(obligation, case)) is False), None)
    size = MUTANT_PATHS if obligation.decide == "enclosed" else MUTANT_POOL
    drawn = (instance(*key) for key in islice(pool(obligation.space, 0), size))
    return next((_counterexample(claim_id, obligation, *pair) for pair in _suspects(obligation, drawn)
                 if decide_at(obligation, *pair).verdict == "refuted"), None)


def _suspects(obligation: Obligation, drawn: Iterator[Instance]) -> Iterator[Pair]:
    """What the screen does not show to have room to spare, in order (trajectories are not screened).

    Batches double, because most mutants fall to the first few instances.
    """
    size = 1
    while batch := list(islice(drawn, size)):
        pairs = [Pair(case, values) for case in batch if supposed(obligation, case)
                 for values in expansions(obligation, case)]
        if obligation.decide == "enclosed":
            yield from pairs
            continue
        yield from (pair for pair, slack in zip(pairs, slacks(obligation, pairs), strict=True)
                    if not slack >= SAFE_SLACK)
        size *= 2


def _counterexample(
    claim_id: str, obligation: Obligation, case: Instance | Case, values: dict[str, Any]
) -> Counterexample:
    name = spelled(case, obligation.over) if isinstance(case, Instance) and case.name == GIVEN else case.name
    return Counterexample(claim_id, obligation.name, str(obligation.relation),
                          token(claim_id, obligation.name, name), case.describe(), shown(values))


def token(claim_id: str, obligation: str, name: str) -> str:
    """What ``flatcert replay`` takes: ``claim/obligation@family:seed:index``, or after the @ an instance as JSON."""
    return f"{claim_id}/{obligation}@{name}"


def place(token: str) -> str:
    """What a token says of the instance: all after its last @, which no instance contains."""
    return token.rpartition("@")[2]
