"""Exact instances as points of R^m, so that a numerical optimizer can move through them.

Every point is an exact instance: floats are dyadic rationals, a covariance ``A^T A`` is positive
semidefinite whatever ``A`` is, and weights are a minimizer of the problem that they define.
Hypotheses that a small step would break (balanced layers, a regressor that is an eigenvector)
hold by construction in :class:`Chain`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import project_on_range, rational_array
from ....numeric.linalg.scalars import Array
from ...attack.points import Point, factor, kept
from ...instances.building import diagonal
from ..instances.instance import Instance, make


@dataclass(frozen=True)
class Free:
    """All entries of an instance vary: layers, a factor of the covariance, the read-out, a regressor that was given.

    ``directed`` says whether the direction for the quantifiers varies, too.
    """

    base: Instance
    directed: bool = False
    extra: ClassVar[bool] = False

    @cached_property
    def _parts(self) -> list[Array]:
        parts = [factor(self.base.covariance), *self.base.weights]
        parts += [x for x in (self.base.readout, self.base.stated) if x is not None]
        return [np.asarray(part, dtype=float) for part in (*parts, *([self.base.values["u"]] if self.directed else ()))]

    @property
    def start(self) -> Point:
        return np.concatenate([part.ravel() for part in self._parts])

    def at(self, point: Point) -> Instance:
        """The instance at a point of shape ``(m,)``."""
        exact = rational_array(kept(point))
        cuts = np.cumsum([part.size for part in self._parts])[:-1]
        pieces = [x.reshape(p.shape) for x, p in zip(np.split(exact, cuts), self._parts, strict=True)]
        factor, *rest = pieces
        covariance = factor.T @ factor
        layers, rest = rest[: self.base.depth], rest[self.base.depth :]
        readout = None if self.base.readout is None else rest.pop(0)
        if readout is not None and not readout.any():  # it was rounded to zero, and zero is no read-out
            readout = self.base.readout
        stated = None if self.base.stated is None else project_on_range(covariance, rest.pop(0))
        direction = rest.pop(0) if self.directed else self.base.values["u"]
        return replace(self.base.with_values(u=direction, r=None, c=None), name=f"descent from {self.base.name}",
                       covariance=covariance, weights=tuple(layers), readout=readout, stated=stated)


@dataclass(frozen=True)
class Chain:
    """Aligned rank-one weights of width 1, ``W_1 = c_1 u^T`` with an exact unit vector ``u``: equality occurs there.

    ``balanced``: all ``c_k`` equal. ``eigenvector``: ``u`` is an axis of a diagonal covariance;
    ``isotropic``: the covariance is a multiple of the identity.
    """

    dimension: int
    depth: int
    balanced: bool = False
    eigenvector: bool = False
    isotropic: bool = False
    extra: ClassVar[bool] = False

    @property
    def name(self) -> str:
        kinds = [kind for kind in ("balanced", "eigenvector", "isotropic") if getattr(self, kind)]
        return f"aligned, {', '.join([*kinds, f'd = {self.dimension}', f'L = {self.depth}'])}"

    @property
    def _sizes(self) -> list[int]:
        """How many coordinates the covariance, the sizes of the layers and the unit vector take."""
        d = self.dimension
        spread = 1 if self.isotropic else d if self.eigenvector else d * d
        return [spread, 1 if self.balanced else self.depth, 0 if self.eigenvector else d - 1]

    @property
    def start(self) -> Point:
        spread, sizes, turn = self._sizes
        d = self.dimension
        factor = np.eye(d) + np.tri(d, k=-1) / 3 if spread == d * d else np.ones(spread)
        return np.concatenate([factor.ravel() * np.linspace(1, 2, spread), np.linspace(1, 1.5, sizes), np.ones(turn)])

    def at(self, point: Point) -> Instance:
        """The instance at a point of shape ``(m,)``."""
        spread, sizes, turn = np.split(rational_array(kept(point)), np.cumsum(self._sizes)[:-1])
        d = self.dimension
        if self.isotropic or self.eigenvector:
            covariance = diagonal(*(spread[0] ** 2 for _ in range(d)) if self.isotropic else (x**2 for x in spread))
        else:
            factor = spread.reshape(d, d)
            covariance = factor.T @ factor
        unit = rational_array([1] + [0] * (d - 1)) if self.eigenvector else _unit(turn)
        scales = [sizes[0]] * self.depth if self.balanced else list(sizes)
        return make(self.name, covariance, [scales[0] * unit[None, :], *([[c]] for c in scales[1:])])


def _unit(turn: Array) -> Array:
    """An exact unit vector ``(m + 1,)`` from ``(m,)`` free coordinates: stereographic projection."""
    square = sum((x * x for x in turn), fmpq(0))
    return np.array([*(2 * x / (1 + square) for x in turn), (1 - square) / (1 + square)], dtype=object)
