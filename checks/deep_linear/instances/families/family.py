"""Families of networks, from functions that draw them or from tables, and what their draws share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from flint import fmpq

from .....numeric.linalg.scalars import Array
from ....instances.building import Generator, fraction, integers
from ....instances.family import Family
from ..instance import Entries, Instance, make

Number: TypeAlias = "fmpq | int"
Parts: TypeAlias = dict[str, Any]
"""The arguments of :func:`~..instance.make` but the name."""


def family(
    name: str, *, quick: range = Family.quick,
) -> Callable[[Callable[[Generator, int], Instance]], Family[Instance]]:
    """A decorator that makes a family without end of a function that draws instances.

    >>> from ..instance import make
    >>> @family("ones")
    ... def ones(rng, index):
    ...     return make("", [[1]], [[[1]]])
    >>> ones.name, ones.finite
    ('ones', False)
    """
    return lambda draw: Family(name, draw, quick=quick)


def exhibits(name: str, table: Sequence[Parts]) -> Family[Instance]:
    """The finite family of the instances that are written down in a table."""
    return Family(name, lambda _, index: make("", **table[index]), len(table))


def on(covariance: Entries, weights: Entries, **rest: Any) -> Parts:
    """Weights on a covariance, for a table."""
    return {"covariance": covariance, "weights": weights, **rest}


def scalar_layers(*values: Number) -> list[list[list[Number]]]:
    """Layers of width 1."""
    return [[[value]] for value in values]


def line(*values: Number, **rest: Any) -> Parts:
    """Layers of width 1 in dimension 1, for a table; of covariance 1 unless another is given."""
    return {"covariance": [[1]], "weights": scalar_layers(*values), **rest}


def finish(rng: Generator, sigma: Array, layers: list[Array], p: Array | None, **rest: Any) -> Instance:
    """The instance of a problem and weights, with random values for the quantifiers."""
    return make("", sigma, layers, readout=p, u=integers(rng, (sigma.shape[0],)),
                gamma=fraction(rng, (1, 40), (1, 8)), **rest)
