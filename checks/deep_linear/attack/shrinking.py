"""Make a network smaller: fewer dimensions, layers and units, then simpler entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import is_psd, project_on_range, rational_array
from ....numeric.linalg.scalars import Array
from ...attack.simpler import at_position, complexity, cost, numbers, positions, shapes, simpler_numbers, unit_sized
from ...instances.building import identity
from ..instances.instance import Instance

Position: TypeAlias = tuple[str, int, tuple[int, ...]]
"""A part of an instance, which layer it is (0 elsewhere), and the place of an entry in it."""


@numbers.register
def _(case: Instance) -> list[fmpq]:
    return [*case.covariance.flat, *(x for layer in case.weights for x in layer.flat), *case.regressor]


@complexity.register
def _(case: Instance) -> tuple[int, int, int, int]:
    entries = [*case.covariance.flat, *(x for layer in case.weights for x in layer.flat),
               *(() if case.stated is None else case.stated), *(() if case.readout is None else case.readout)]
    return (case.dimension + sum(case.widths[1:]), (case.stated is not None) + (case.readout is not None),
            sum(map(cost, entries)), sum(x < 0 for x in entries))


@unit_sized.register
def _(case: Instance) -> Instance:
    """The covariance is scaled, and the layers together.

    >>> from ..instances.instance import make
    >>> [str(w[0, 0]) for w in unit_sized(make("small", [[7]], [[["1/300"]], [["1/200"]]])).weights]
    ['2/3', '1']
    """
    sigma = max(abs(x) for x in case.covariance.flat)
    largest = max(abs(x) for layer in case.weights for x in layer.flat)
    found = replace(case, covariance=case.covariance / sigma) if sigma != 0 else case
    return replace(found, weights=tuple(layer / largest for layer in case.weights)) if largest != 0 else found


@shapes.register
def _(case: Instance) -> tuple[Callable[[Instance], Iterator[Instance]], ...]:
    return _fewer_coordinates, _fewer_layers, _fewer_units, _fewer_parts


@positions.register
def _(case: Instance) -> list[Position]:
    d = case.dimension
    found: list[Position] = [("covariance", 0, (i, j)) for i in range(d) for j in range(i + 1)]
    found += [("weights", k, place) for k, layer in enumerate(case.weights) for place in np.ndindex(layer.shape)]
    found += [("readout", 0, (i,)) for i in range(0 if case.readout is None else len(case.readout))]
    return found + [("stated", 0, (i,)) for i in range(0 if case.stated is None else len(case.stated))]


@at_position.register
def _(case: Instance, position: Position) -> Iterator[Instance]:
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
