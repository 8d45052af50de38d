"""A chunk of a campaign: a pure function of a theory's reference, an obligation, a seed and the chunk's number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from ...authoring.references import load
from ...deciding.blocks import OneByOne, blocks_of
from ...deciding.decider import Case
from ...deciding.tokens import token
from ...deciding.verdicts import Outcome, Verdict
from ...evaluation.evaluate import UnknownNode
from ...instances.spelling import GIVEN, spelled
from ...output import DataError
from ...output.sources import sources_digest
from .totals import Key, Summary, Totals, bins, merged


@dataclass(frozen=True)
class Chunk:
    """So many instances of an obligation. ``number`` counts the chunks of a campaign, ``place`` those of this one."""

    number: int
    reference: str
    claim: str
    obligation: str
    seed: int
    place: int
    count: int
    sources: str
    """The digest of the sources that the campaign is of: a worker with others refuses the chunk."""


def decide_chunk(chunk: Chunk) -> Summary:
    """Decide the instances of a chunk, for any executor. Raises DataError in a process that has other sources."""
    if sources_digest() != chunk.sources:
        raise DataError("A worker has another version of flatcert or of its packages: install the same everywhere.")
    draws = _draws(chunk.reference, chunk.claim, chunk.obligation)
    return merged(_parts(chunk, draws))


@cache
def _draws(reference: str, claim: str, obligation: str) -> OneByOne:
    return blocks_of(load(reference).claim(claim).obligation(obligation))


def _parts(chunk: Chunk, draws: OneByOne) -> Iterator[Summary]:
    names = chunk.claim, chunk.obligation
    for block in draws.blocks(chunk.seed, chunk.place, chunk.count):
        near = tuple((tight.ratio, _token(chunk, draws, tight.case)) for tight in block.tight)
        yield {Key(*names, block.shape): Totals(
            held=block.held, by_floats=block.held, not_applicable=block.not_applicable, slacks=bins(block.ratios),
            tightest=near)} if block.held or block.not_applicable else {}
        for case, outcome in _decided(draws, block.left):
            yield {Key(*names, draws.shape(case)): _counted(chunk, draws, case, outcome)}


def _decided(draws: OneByOne, cases: Iterable[Case]) -> Iterator[tuple[Case, Outcome]]:
    left = list(cases)
    try:
        yield from zip(left, draws.decides.decide_all(left), strict=True)
    except DataError:  # a function of a theory fails
        raise
    except (UnknownNode, ValueError):  # a statement that no instance can be put into
        yield from ((case, Outcome(Verdict.INCONCLUSIVE)) for case in left)


def _counted(chunk: Chunk, draws: OneByOne, case: Case, outcome: Outcome) -> Totals:
    match outcome.verdict:
        case Verdict.NOT_APPLICABLE:
            return Totals(not_applicable=1)
        case Verdict.HELD if outcome.ratio is None:
            return Totals(held=1, ties=int(outcome.equal))
        case Verdict.HELD:
            ratio = max(float(outcome.ratio or 1.0), 1.0)
            return Totals(held=1, ties=int(outcome.equal), slacks=bins(np.array([ratio])),
                          tightest=((ratio, _token(chunk, draws, case)),))
        case Verdict.REFUTED if draws.decides.exact:
            return Totals(refuted=1, counterexamples=(_token(chunk, draws, case),))
        case _:
            return Totals(inconclusive=1, undecided=(_token(chunk, draws, case),))


def _token(chunk: Chunk, draws: OneByOne, case: Case) -> str:
    name = spelled(case, draws.decides.obligation.over) if case.name == GIVEN else case.name
    return token(chunk.claim, chunk.obligation, name)
