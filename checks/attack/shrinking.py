"""Make a counterexample small enough to read: a smaller shape, then simpler entries.

The exact decider decides every step again; a step that does not refute is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from .simpler import at_position, complexity, positions, readable, shapes, unit_sized

Case = TypeVar("Case")
"""An instance of any setting."""
MAX_STEPS = 600
"""How many decisions shrinking may take."""


def smallest(case: Case, refutes: Callable[[Case], bool], completed: Callable[[Case], Case]) -> Case:
    """The simplest instance found that still refutes, from one that does and from the same in units of its size."""
    small = shrink(case, refutes, completed=completed)
    if not readable(small) and refutes(sized := completed(unit_sized(case))):
        small = min(small, shrink(sized, refutes, completed=completed), key=complexity)
    return small


def shrink(case: Case, refutes: Callable[[Case], bool], steps: int = MAX_STEPS,
           completed: Callable[[Case], Case] = lambda case: case) -> Case:
    """The simplest instance found that still refutes, by greedy steps from one that does.

    ``completed`` recomputes after each step what the hypotheses determine.

    >>> from ...theory.language.kinds import psd, size
    >>> from ...theory.language.setting import Setting
    >>> from ..instances.data import make_data
    >>> from .of_data import ground  # registers how data are made simpler
    >>> big = make_data(Setting("quadratic", Q=psd(size("d"))), {"Q": [["7/3", 1], [1, 5]]})
    >>> shrink(big, lambda case: case["Q"].trace() > 4).describe()
    {'name': 'given', 'Q': [['5']]}
    """
    best, left = case, steps

    def improved(candidates: Iterable[Case]) -> bool:
        nonlocal best, left
        for candidate in map(completed, candidates):
            if left <= 0:
                return False
            if complexity(candidate) < complexity(best):
                left -= 1
                if refutes(candidate):
                    best = candidate
                    return True
        return False

    moved = True
    while moved:
        moved = False
        for kind in shapes(best):
            while improved(kind(best)):
                moved = True
        for position in positions(best):  # every position once before any of them again
            moved |= improved(at_position(best, position))
    return best
