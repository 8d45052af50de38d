"""Matrices and numbers by name, seen in any ring: the least that an expression can be evaluated in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp
from flint import fmpq

from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.ring import AnyRing
from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.evaluation.evaluate import Scope, evaluate
from flatcert.numeric.linalg.rational import rational_array


class Named(Scope):
    """Rational matrices and numbers, sizes, and words with their definitions."""

    def __init__(self, ring: AnyRing, data: Mapping[str, Any], sizes: Mapping[str, int] | None = None,
                 words: Mapping[str, sp.Basic] | None = None, exact: bool = True) -> None:
        self.ring, self.data, self.words, self.exact = ring, data, words or {}, exact
        self.integers = dict(sizes or {})

    def value(self, name: str) -> Any:
        if name in self.words:
            return evaluate(self.words[name], self)
        found = self.data[name]
        return self.ring.array(found) if isinstance(found, np.ndarray) else self.ring.number(fmpq(found))

    def layer(self, family: str, index: int) -> Any:
        raise KeyError(family)

    def definition(self, name: str) -> sp.Basic | None:
        return self.words.get(name)

    def over_rationals(self) -> Scope | None:
        """Withheld where a test asks what balls alone say."""
        if not self.exact or not isinstance(self.ring, BallRing):
            return None
        return Named(ExactRing(), self.data, self.integers, self.words)


def drawn(random: np.random.Generator, rows: int, columns: int, *, symmetric: bool = False) -> Any:
    """A matrix of small halves."""
    entries = random.integers(-6, 7, (rows, columns))
    return rational_array((entries + entries.T if symmetric else entries) / 2.0)
