"""Decide millions of instances of claims, in chunks that are kept in a folder. A killed campaign goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ....theory.language.claim import Obligation
from ....theory.library import BUILT_IN, Library
from ...authoring.references import load, travels
from ...authoring.theory import Theory, library_of
from ...deciding.blocks import blocks_of
from ...deciding.ways import decider
from ...output import OK, REFUTED, UNDECIDED, DataError
from ...output.sources import sources_digest
from ...output.whole_files import ended_as_by_error
from ...output.workers import at_work, results
from .store import Settings, Store
from .totals import Summary, merged, over_shapes
from .work import Chunk, decide_chunk

Progress = Callable[[int, int, str], object]
"""A function that is called with the numbers of chunks that are done and of all, and with the claim that is at work."""


@dataclass
class Campaign:
    """What a campaign has found so far, at each shape; ``chunks`` of all its chunks are done, ``resumed`` before."""

    settings: Settings
    summary: Summary
    chunks: int
    wanted: int
    resumed: int = 0
    interrupted: bool = False

    @property
    def complete(self) -> bool:
        return self.chunks == self.wanted

    @property
    def exit_code(self) -> int:
        """1 where an instance refutes; 3 where something is undecided, missing or never applicable; else 0."""
        totals = over_shapes(self.summary).values()
        if any(one.refuted for one in totals):
            return REFUTED
        open_ = not self.complete or not totals or any(one.inconclusive or not one.held for one in totals)
        return UNDECIDED if open_ else OK


def campaign(
    ids: Iterable[str] = (), *, instances: int, out: Path, library: Library | Theory = BUILT_IN, seed: int = 0,
    workers: int | None = None, executor: Executor | None = None, progress: Progress | None = None,
) -> Campaign:
    """Decide so many instances of each obligation of the claims, or go on with the campaign that the folder holds.

    ``executor`` is any ``concurrent.futures.Executor``; by default ``workers`` processes. Neither changes a bit of the
    result. Ctrl-C keeps the chunks that are done.

    Raises DataError with a sentence where the folder holds a campaign with other settings, or of other sources, and for
    a theory that no file holds. Raises KeyError for an unknown claim.
    """
    library = library_of(library)
    if not travels(library.reference):
        raise DataError("A campaign can only go on with a theory that is in a file: save it in one, and name that.")
    named = dict.fromkeys(library.claim(name).id for name in ids)
    chosen = [name for name in named or library.claims if decidable(library, name)]
    if not chosen:
        raise DataError(f"Random draws can only estimate {', '.join(named)}: name claims about instances.")
    settings = Settings(library.reference, tuple(chosen), instances, seed, sources_digest())
    store = Store(out)
    store.open_for(settings)
    chunks = list(plan(settings, library))
    left = [chunk for chunk in chunks if not store.is_done(chunk.number)]
    made = Campaign(settings, merged(store.summaries()), len(chunks) - len(left), len(chunks), len(chunks) - len(left))
    if progress and chunks:
        progress(made.chunks, made.wanted, chosen[0])
    with ended_as_by_error():
        try:
            with at_work(executor, workers) as pool:
                for chunk, found in results(decide_chunk, left, pool):
                    store.keep(chunk, found)
                    made.summary = merged([made.summary, found])
                    made.chunks += 1
                    if progress:
                        progress(made.chunks, made.wanted, chunk.claim)
        except KeyboardInterrupt:
            made.interrupted = True
    return made


def read_campaign(out: Path) -> Campaign:
    """What the campaign in a folder has found so far. Raises DataError where there is none."""
    store = Store(out)
    settings = store.begun()
    found = list(store.summaries())
    wanted = sum(1 for _ in plan(settings, load(settings.theory)))
    return Campaign(settings, merged(found), len(found), wanted, len(found))


def decidable(library: Library, claim: str) -> list[Obligation]:
    """The obligations of a claim that are about instances; draws only estimate those about probabilities."""
    return [one for one in library.claim(claim).obligations if decider(one).exact]


def plan(settings: Settings, library: Library) -> Iterator[Chunk]:
    """The chunks of a campaign, in a fixed order."""
    number = 0
    for claim in settings.claims:
        for obligation in decidable(library, claim):
            size = blocks_of(obligation).chunk
            for place, first in enumerate(range(0, settings.instances, size)):
                yield Chunk(number, settings.theory, claim, obligation.name, settings.seed, place,
                            min(size, settings.instances - first), settings.sources)
                number += 1
