"""Work units: pure functions of a library's reference, a statement, a seed and a size, for any executor."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from time import perf_counter
from typing import Any

from ...theory.language.claim import Mutant, Obligation
from ...theory.library import Library
from ..attack.grounds import ground
from ..attack.shrinking import shrink
from ..authoring.proving.auto import derived
from ..authoring.references import load
from ..deciding.decider import Case, Decider
from ..deciding.tokens import command, place, token
from ..deciding.verdicts import Outcome, Route, Verdict, shown
from ..deciding.ways import decider
from ..evaluation.evaluate import UnknownNode
from ..instances.spelling import GIVEN, spelled
from ..output import DataError
from ..second_line.steps import contradicted, second_line
from .tallies import Counterexample, DerivationResult, MutantResult, Tally, slack_class


def decide_unit(reference: str, claim_id: str, name: str, seed: int, wanted: int) -> Tally:
    """Decide an obligation on instances until ``wanted`` are decided (or too many were drawn)."""
    started = perf_counter()
    try:
        decides = decider(load(reference).claim(claim_id).obligation(name))
        total = sum((_tally(reference, claim_id, decides, *found) for found in decides.outcomes(seed, wanted)), Tally())
        total = replace(total, error=decides.error(total.held))
    except DataError:  # a family or a function of a theory fails
        raise
    except (UnknownNode, ValueError) as error:  # an edited statement that no instance can be put into
        total = Tally(inconclusive=1, undecided=(f"{claim_id}/{name}: {error}",))
    return replace(total, wanted=wanted, seconds=perf_counter() - started)


def _tally(reference: str, claim_id: str, decides: Decider[Any], case: Case, outcome: Outcome) -> Tally:
    again = token(claim_id, decides.obligation.name, case.name)
    match outcome.verdict:
        case Verdict.NOT_APPLICABLE:
            return Tally(not_applicable=1, undefined=outcome.route is Route.UNDEFINED)
        case Verdict.HELD:
            return Tally(held=1, max_bits=outcome.bits, ties=outcome.equal,
                         attained=outcome.route is Route.TIE, ratio=outcome.ratio, at=case.name,
                         classes=Counter(decides.classes(case, outcome)),
                         slacks=Counter([] if outcome.ratio is None else [slack_class(outcome.ratio)]))
        case Verdict.REFUTED if decides.exact:
            readable = refute(claim_id, decides.obligation) if case.name.startswith("field:") else None
            found = readable or _counterexample(claim_id, decides.obligation, case, outcome)
            return Tally(refuted=1, max_bits=outcome.bits, counterexamples=(found,))
        case verdict:  # draws refute nothing: those that speak against the obligation are listed apart
            return Tally(inconclusive=1, max_bits=outcome.bits, undecided=(command(again, reference),),
                         against=(again,) if verdict is Verdict.REFUTED else ())


def mutants_unit(reference: str, claim_id: str) -> tuple[list[MutantResult], float]:
    """Refute every mutant of a claim by an exact counterexample, the smallest instances first."""
    started = perf_counter()
    results, library = [], load(reference)
    for obligation in library.claim(claim_id).obligations:
        for mutant in obligation.mutants:
            label = f"{obligation.name}: {mutant.label}"
            try:
                found = _readable(claim_id, mutant.of(obligation))
                results.append(
                    MutantResult(label, found) if found else unrefuted(library, claim_id, obligation, mutant))
            except DataError:
                raise
            except (ValueError, UnknownNode):  # the statement was edited, and the mutant no longer fits
                results.append(MutantResult(f"{label} (no longer changes the statement)", None))
    return results, perf_counter() - started


def unrefuted(library: Library, claim_id: str, obligation: Obligation, mutant: Mutant) -> MutantResult:
    """The result for a mutant without a counterexample: an automatic one may be true, by a proof."""
    false = mutant.of(obligation)
    dropped = [given for given in obligation.given if given not in false.given]
    true = mutant.automatic and derived(false, claim_id, library) is not None
    if true:
        advice = "".join(f": leave the hypothesis {given} out of the claim" for given in dropped)
    else:
        advice = "".join(f"; no instance needs the hypothesis {given}: leave it out, or add a family where it matters"
                         for given in dropped)
    return MutantResult(f"{obligation.name}: {mutant.label}", None, true, advice)


def _readable(claim_id: str, false: Obligation) -> Counterexample | None:
    """A counterexample small enough to read: one of the finite families, or a random one that is shrunk."""
    found, decides = refute(claim_id, false), decider(false)
    if found is None or not decides.shrinks or decides.written_down(place(found.token)):
        return found
    case = decides.named(place(found.token))
    small = replace(shrink(case, lambda other: decides.decide(other).verdict is Verdict.REFUTED,
                           completed=ground(false).completed), name=GIVEN)
    return _counterexample(claim_id, false, small, decides.decide(small))


def derivation_unit(reference: str, claim_id: str) -> DerivationResult:
    """Re-check every step of a derivation by its rule and on instances, and compare the results with the claim."""
    started = perf_counter()
    library = load(reference)
    claim = library.claim(claim_id)
    try:
        found = library.derivation(claim_id)
    except DataError as error:  # the function that writes the proof fails
        return DerivationResult(problems=(str(error),), exists=True)
    if found is None:
        derivable = library.proved and any(decider(obligation).exact for obligation in claim.obligations)
        return DerivationResult(problems=("no derivation",) if derivable else ())
    results = found.check(library)
    problems = [f"step {r.index + 1}: {r.message}" for r in results if not r.ok]
    problems += found.matches(claim, library)
    problems += contradicted(found, library)
    line = second_line(found, library)
    return DerivationResult(len(results), sum(r.ok for r in results), tuple(problems), dict(found.partial), True,
                            perf_counter() - started, library.taken(found), line.agreeing, line.undecided)


def refute(claim_id: str, obligation: Obligation) -> Counterexample | None:
    """The first counterexample among the cases that are tried for an obligation.

    For a statement about a probability these are draws that speak against it, which are no proof.
    """
    return next((_counterexample(claim_id, obligation, *found) for found in decider(obligation).counterexamples()),
                None)


def _counterexample(claim_id: str, obligation: Obligation, case: Case, outcome: Outcome) -> Counterexample:
    name = spelled(case, obligation.over) if case.name == GIVEN else case.name
    return Counterexample(claim_id, obligation.name, str(obligation.relation),
                          token(claim_id, obligation.name, name), case.describe(), shown(outcome.values))
