"""The bounds that follow from what is known: a polytope of exponents, and its extreme points.

HiGHS finds at one depth which facts are used. The exponents are solved for in the field of the depth. Nothing is
proved here: the kernel decides what is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.optimize import linprog
from sympy.polys.matrices import DomainMatrix

from ..proving.exponents import FIELD, Exponent, at, written
from ..proving.monomials import Monomial, atoms, over, times
from .form import Bound, Form

__all__ = ["Following"]

_DIRECTIONS = 10
"""In so many directions extreme points are looked for."""
_MIXED = 3
"""Each direction is the mean of so many random ones, so that it has one extreme point."""
_USED = 1e-9
"""A multiplier above it counts as used."""
_DEPTH, _CONSTANT = 1e-3, 1e-4
"""What the exponent of the depth, and the constant, count beside the exponents of the words."""


@dataclass(frozen=True)
class Following:
    """The linear programme of a form at one depth."""

    form: Form
    depth: int

    @cached_property
    def _signed(self) -> list[tuple[int, int]]:
        """The facts, an equality in both directions."""
        return [(n, sign) for n, fact in enumerate(self.form.facts) for sign in ((1, -1) if fact.equal else (1,))]

    @cached_property
    def _rows(self) -> list[sp.Expr]:
        monomials = [*(fact.monomial for fact in self.form.facts), *self.form.monomials.values()]
        return [x for x in atoms(monomials) if not x.is_Integer]

    def _table(self, monomials: Iterable[Monomial]) -> NDArray[np.float64]:
        """The exponents of monomials at the depth, a column each; the logarithm of its number is in the last row."""
        columns = []
        for monomial in monomials:
            column = [float(at(monomial[x], self.depth) or 0) if x in monomial else 0.0 for x in self._rows]
            number = sum(float(at(value, self.depth) or 0) * log(int(x)) for x, value in monomial.items()
                         if x.is_Integer)
            columns.append([*column, number])
        return np.array(columns, dtype=np.float64).reshape(len(columns), len(self._rows) + 1).T

    @cached_property
    def _facts(self) -> NDArray[np.float64]:
        every = self._table(fact.monomial for fact in self.form.facts)
        return np.stack([sign * every[:, n] for n, sign in self._signed], axis=1)

    @cached_property
    def _target(self) -> NDArray[np.float64]:
        return self._table([self.form.monomials[self.form.target]])[:, 0]

    def _words(self, words: Sequence[str]) -> NDArray[np.float64]:
        return self._table(self.form.monomials[word] for word in words)

    def directions(self, words: Sequence[str], number: int = _DIRECTIONS) -> NDArray[np.float64]:
        """Logarithms of the words, a row each, that agree with what is known, constants left out."""
        random, table = np.random.default_rng(len(words)), self._words(words)[:-1]
        found = []
        for _ in range(number):
            wanted = table @ random.normal(size=len(words))
            y = linprog(-wanted, A_ub=-self._facts[:-1].T, b_ub=np.zeros(self._facts.shape[1]), bounds=(-1, 1),
                        method="highs-ds").x
            if y is not None:
                found.append(table.T @ y)
        return np.array(found).reshape(len(found), len(words))

    def follows(self, bound: Bound) -> bool:
        """Whether a bound with some constant follows at the depth, to the precision of floats."""
        words = list(bound.exponents)
        values = np.array([float(at(bound.exponents[word], self.depth) or 0) for word in words])
        target = (self._target - self._words(words) @ values)[:-1] * (1 if bound.below else -1)
        return linprog(np.zeros(self._facts.shape[1]), A_eq=self._facts[:-1], b_eq=target, bounds=(0, None),
                       method="highs-ds").status == 0

    def extreme(self, words: Sequence[str], below: bool) -> Iterator[Bound]:
        """The strongest bounds in the words, as far as they are found; some may come twice."""
        single = self.directions(words)
        for n in range(len(single)):
            direction = np.roll(single, n, axis=0)[:_MIXED].mean(axis=0)
            support = self._support(words, below, direction)
            found = None if support is None else self._exact(*support, below)
            if found is not None:
                yield found

    def _support(self, words: Sequence[str], below: bool, direction: NDArray[np.float64]
                 ) -> tuple[list[str], list[int]] | None:
        """The words and the facts of the extreme point in a direction."""
        sign, many = (1 if below else -1), len(words)
        table = np.hstack([self._words(words), sign * self._facts])
        gain = np.concatenate([direction, np.zeros(table.shape[1] - many)])
        if "L" in words:
            gain[list(words).index("L")] += _DEPTH
        cost = sign * -(gain - _CONSTANT * table[-1])
        ends: list[tuple[float | None, float | None]] = [*((None, None) for _ in words),
                                                         *((0.0, None) for _ in self._signed)]
        found = linprog(cost, A_eq=table[:-1], b_eq=self._target[:-1], bounds=ends, method="highs-ds").x
        if found is None:
            return None
        used = sorted({self._signed[n][0] for n in np.nonzero(found[many:] > _USED)[0]})
        return [word for word, x in zip(words, found[:many], strict=True) if abs(x) > _USED], used

    def _exact(self, words: Sequence[str], used: Sequence[int], below: bool) -> Bound | None:
        """The exponents of the words and the number that is left, in the field of the depth."""
        facts, monomials = self.form.facts, self.form.monomials
        target = monomials[self.form.target]
        columns = [*(monomials[word] for word in words), *(facts[n].monomial for n in used)]
        table: list[list[Any]] = [[*(one.get(x, FIELD.zero) for one in columns), target.get(x, FIELD.zero)]
                                  for x in self._rows]
        reduced, pivots = DomainMatrix(table, (len(table), len(columns) + 1), FIELD).rref()
        if len(columns) in pivots:
            return None
        rows = reduced.to_list()
        powers = {place: rows[row][len(columns)] for row, place in enumerate(pivots)}
        signs = [powers.get(len(words) + n, FIELD.zero) * (1 if below else -1) for n, one in enumerate(used)
                 if not facts[one].equal]
        if any((at(value, self.depth) or 0) < 0 for value in signs):
            return None
        left = target
        for place, value in powers.items():
            left = times(left, columns[place], -value)
        return Bound(below, {word: powers[n] for n, word in enumerate(words) if powers.get(n)}, _number(left))


def _number(left: Mapping[sp.Expr, Exponent]) -> sp.Expr:
    return sp.Mul(*(prime ** written(value) for prime, value in over(left, {}).items()))
