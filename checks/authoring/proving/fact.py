"""What the search adds up: polynomials that are nonnegative, each with the steps that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ....theory.proof.builder import Proof
from .polynomials import Polynomial

__all__ = ["Fact", "Trial"]

Trial = Callable[[Proof], int]
"""Adds steps to a proof, and returns the last one."""


@dataclass(frozen=True)
class Fact:
    """A polynomial of which ``0 op polynomial`` holds; ``op`` is ``<=``, ``<`` or ``==``.

    ``cost`` grows with the number of steps.
    ``write`` adds the steps that say it to a proof, with terms on either side, and returns the last one.
    """

    polynomial: Polynomial
    op: str
    write: Trial = field(repr=False)
    cost: float = 1.0
