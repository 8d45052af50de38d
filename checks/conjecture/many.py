"""Many conjectures answered at once, on any executor."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ...theory.library import BUILT_IN, Library
from ..attack.search import EFFORTS
from ..authoring.references import load, travels
from ..output.workers import at_work, results
from .answer import Answer, answer
from .language import language_of
from .reading import Conjecture, read_line


@dataclass(frozen=True)
class _Unit:
    """A conjecture of a theory, as the line that :func:`read_line` reads."""

    number: int
    reference: str
    line: str
    effort: str
    seed: int


def answers(
    stated: Sequence[Conjecture], effort: str = "ci", seed: int = 0, library: Library = BUILT_IN, *,
    workers: int | None = 0, executor: Executor | None = None,
) -> list[Answer]:
    """Answer each conjecture: in this process, in so many ``workers`` (None for each processor), or on the executor.

    Only the times depend on that. A theory that no file holds is only known in this process.

    >>> [one.answer for one in answers([read_line("b <= a"), read_line("a <= b")], "quick")]
    ['refuted', 'proved']
    """
    if not travels(library.reference):
        workers, executor = 0, None
    units = [_Unit(number, library.reference, one.line, effort, seed) for number, one in enumerate(stated)]
    with at_work(executor, workers) as pool:
        found = {unit.number: made for unit, made in results(_answered, units, pool)}
    return [found[number] for number in range(len(units))]


def _answered(unit: _Unit) -> Answer:
    library = load(unit.reference)
    return answer(read_line(unit.line, language_of(library)), EFFORTS[unit.effort], unit.seed, library)
