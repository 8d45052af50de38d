"""Make a counterexample small enough to read: fewer dimensions, layers and units, then simpler entries.

The exact decider decides every step again; a step that does not refute is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import singledispatch
from typing import Any, TypeVar

import numpy as np
from flint import fmpq

from ...numeric.linalg.rational import is_psd, project_on_range, rational_array
from ...numeric.linalg.scalars import Array
from ..instances.families.building import identity
from ..instances.instance import Instance

Case = TypeVar("Case")
"""An instance of any setting."""
MAX_STEPS = 600
"""How many decisions shrinking may take."""
SIMPLER = (0, 1, -1, 2, 3)
"""The values that are tried first for every entry."""


def shrink(case: Case, refutes: Callable[[Case], bool], steps: int = MAX_STEPS) -> Case:
    """The simplest instance found that still refutes, by greedy steps from one that does.

    >>> from ..instances.instance import make
    >>> big = make("big", [[7, 0], [0, 5]], [[[3, "7/3"]], [["5/2"]]])
    >>> small = shrink(big, lambda case: case.energy > 4)
    >>> small.widths, [str(x) for x in small.regressor], str(small.covariance[0, 0])
    ((1, 1), ['3'], '1')
    """
    best, left = case, steps

    def improved(candidates: Iterable[Case]) -> bool:
        nonlocal best, left
        for candidate in candidates:
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


def unit_sized(case: Instance) -> Instance:
    """The instance with its covariance, and its layers together, scaled so that the largest entry is 1.

    Entries far from 1 in size shrink badly, because no simple numbers are near them.

    >>> from ..instances.instance import make
    >>> [str(w[0, 0]) for w in unit_sized(make("small", [[7]], [[["1/300"]], [["1/200"]]])).weights]
    ['2/3', '1']
    """
    sigma = max(abs(x) for x in case.covariance.flat)
    largest = max(abs(x) for layer in case.weights for x in layer.flat)
    found = replace(case, covariance=case.covariance / sigma) if sigma != 0 else case
    return replace(found, weights=tuple(layer / largest for layer in case.weights)) if largest != 0 else found


@singledispatch
def complexity(case: Any) -> tuple[int, int, int, int]:
    """A key that is larger for instances that are harder to read: by shape first, then by the entries."""
    entries = [*case.covariance.flat, *(x for layer in case.weights for x in layer.flat),
               *(() if case.stated is None else case.stated), *(() if case.readout is None else case.readout)]
    return (case.dimension + sum(case.widths[1:]), (case.stated is not None) + (case.readout is not None),
            sum(map(cost, entries)), sum(x < 0 for x in entries))


def readable(case: Instance) -> bool:
    """Whether every numerator and denominator is at most 100, also of the regressor."""
    entries = [*case.covariance.flat, *(x for layer in case.weights for x in layer.flat), *case.regressor]
    return all(max(abs(x.p), x.q) <= 100 for x in entries)


def cost(entry: fmpq) -> int:
    """The order of entries: 0, then 1, then integers by their digits, then halves, then all others."""
    if entry == 0:
        return 0
    top, bottom = int(abs(entry.p)), int(entry.q)
    return 1 + 2 * (top.bit_length() - 1) + 3 * (bottom.bit_length() - 1) + 3 * (bottom & (bottom - 1) != 0)


def _fewer_coordinates(case: Instance) -> Iterator[Instance]:
    yield from (_without_coordinate(case, i) for i in range(case.dimension) if case.dimension > 1)


def _fewer_units(case: Instance) -> Iterator[Instance]:
    for k in range(1, case.depth):
        yield from (_without_unit(case, k, i) for i in range(case.widths[k]) if case.widths[k] > 1)
    if case.readout is not None and case.widths[-1] > 1:
        yield from (_without_output(case, i) for i in range(case.widths[-1]) if np.delete(case.readout, i).any())


def _fewer_parts(case: Instance) -> Iterator[Instance]:
    if case.readout is not None and case.widths[-1] == 1:
        yield replace(case, readout=None)
    if case.stated is not None:
        yield replace(case, stated=None)
    yield from (_with_covariance(case, sigma)
                for sigma in (identity(case.dimension), np.diag(np.diag(case.covariance))))


def _with_covariance(case: Instance, sigma: Array) -> Instance:
    stated = None if case.stated is None else rational_array(project_on_range(sigma, case.stated))
    return replace(case, covariance=rational_array(sigma), stated=stated)


def _without_coordinate(case: Instance, i: int) -> Instance:
    first, *rest = case.weights
    kept = replace(case.with_values(u=np.delete(case.values["u"], i)), weights=(np.delete(first, i, axis=1), *rest),
                   stated=None if case.stated is None else np.delete(case.stated, i))
    return _with_covariance(kept, np.delete(np.delete(case.covariance, i, axis=0), i, axis=1))


def _without_unit(case: Instance, k: int, i: int) -> Instance:
    layers = list(case.weights)
    layers[k - 1], layers[k] = np.delete(layers[k - 1], i, axis=0), np.delete(layers[k], i, axis=1)
    return replace(case, weights=tuple(layers))


def _without_output(case: Instance, i: int) -> Instance:
    *rest, last = case.weights
    readout = None if case.readout is None else np.delete(case.readout, i)
    return replace(case, weights=(*rest, np.delete(last, i, axis=0)), readout=readout)


def _fewer_layers(case: Instance) -> Iterator[Instance]:
    """Multiply layers in pairs, or one layer into the next, or leave out a layer whose neighbours fit together."""
    if case.depth > 3:  # one by one, a thousand layers would use up all steps
        pairs = [case.weights[k + 1] @ case.weights[k] for k in range(0, case.depth - 1, 2)]
        yield replace(case, weights=(*pairs, *case.weights[2 * len(pairs):]))
    for k in range(case.depth - 1):
        before, after = case.weights[:k], case.weights[k + 2 :]
        yield replace(case, weights=(*before, case.weights[k + 1] @ case.weights[k], *after))
    for k in range(case.depth if case.depth > 1 else 0):
        rows, columns = case.weights[k].shape
        if rows == columns:
            yield replace(case, weights=case.weights[:k] + case.weights[k + 1 :])


@singledispatch
def shapes(case: Any) -> Sequence[Callable[[Any], Iterator[Any]]]:
    """The ways to make an instance smaller, the most effective first."""
    return _fewer_coordinates, _fewer_layers, _fewer_units, _fewer_parts


Position = tuple[str, int, tuple[int, ...]]
"""A part of an instance, which layer it is (0 elsewhere), and the place of an entry in it."""


@singledispatch
def positions(case: Any) -> Sequence[Any]:
    """The places of an instance's numbers."""
    d = case.dimension
    found: list[Position] = [("covariance", 0, (i, j)) for i in range(d) for j in range(i + 1)]
    found += [("weights", k, place) for k, layer in enumerate(case.weights) for place in np.ndindex(layer.shape)]
    found += [("readout", 0, (i,)) for i in range(0 if case.readout is None else len(case.readout))]
    return found + [("stated", 0, (i,)) for i in range(0 if case.stated is None else len(case.stated))]


@singledispatch
def at_position(case: Any, position: Any) -> Iterator[Any]:
    """The instance with a simpler number at a position."""
    part, k, place = position
    array = case.weights[k] if part == "weights" else getattr(case, part)
    for entry in simpler_numbers(array[place]):
        changed = array.copy()
        changed[place] = entry
        if part == "weights":
            yield replace(case, weights=(*case.weights[:k], changed, *case.weights[k + 1 :]))
        elif part == "covariance":
            changed[place[::-1]] = entry
            if is_psd(changed):
                yield _with_covariance(case, changed)
        elif part == "stated":
            yield _with_covariance(replace(case, stated=changed), case.covariance)
        elif changed.any():
            yield replace(case, readout=changed)


def simpler_numbers(entry: fmpq) -> list[fmpq]:
    """Numbers that are simpler than a number, the simplest first."""
    exact = Fraction(int(entry.p), int(entry.q))
    near = [Fraction(round(exact * q), q) for q in (1, 2, 4)] + [exact.limit_denominator(q) for q in (3, 10, 100)]
    digits = Fraction(2) ** ((int(entry.p).bit_length() - int(entry.q).bit_length()) // 2)
    smaller = [digits if entry > 0 else -digits, Fraction(round(exact / 2)), Fraction(int(exact))]
    return [fmpq(x.numerator, x.denominator) for x in dict.fromkeys([*map(Fraction, SIMPLER), *smaller, *near])
            if cost(fmpq(x.numerator, x.denominator)) < cost(entry)
            or (x == -exact and entry < 0)]
