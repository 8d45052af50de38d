"""Exact instances: a covariance, a regressor, weights, a read-out, all rational.

Minimizers need no optimizer: any weights are a minimizer of the problem whose regressor is the projection of their
end-to-end regressor on the range of the covariance.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq, fmpq_mat

from ....numeric.linalg.rational import project_on_range, rational, rational_array
from ....numeric.linalg.scalars import Array
from ....numeric.network.network import DeepLinearNetwork

Entry: TypeAlias = Any
"""A number in any form that is exact."""
Entries: TypeAlias = Any
"""Nested lists or an array of numbers, each in any form that is exact."""


@dataclass(frozen=True, eq=False)
class Instance:
    """One exact instance; ``name`` (``family:seed:index``) makes it again.

    Shapes: ``covariance`` ``(d, d)``, ``weights[k-1]`` ``(d_k, d_{k-1})``, ``readout`` ``(d_L,)``
    or None (then ``d_L = 1``), all of ``fmpq``. ``stated`` is a regressor ``(d,)`` that was
    given; without one the weights are a minimizer and the regressor follows from them.
    ``start`` are other weights of the same shapes, called the initialization; without them it is the weights.
    ``values`` are exact values for the quantifiers, by name: a vector ``u`` ``(d,)`` and a factor ``gamma``; ``r``,
    which is ``|q_1|^2``, of an aligned minimizer; ``c`` of a planted optimum, of which ``u`` is the optimal direction
    (``z = Sigma^{1/2} u``).
    """

    name: str
    covariance: Array
    weights: tuple[Array, ...]
    readout: Array | None = None
    stated: Array | None = None
    start: tuple[Array, ...] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    problem_depth: int = 0
    """The depth of a problem for which there are no weights; 0 where there are weights."""

    def with_values(self, **values: Any) -> Instance:
        """The instance with other values for the quantifiers; None takes a value away."""
        kept = {name: value for name, value in {**self.values, **values}.items() if value is not None}
        return replace(self, values=kept)

    @cached_property
    def network(self) -> DeepLinearNetwork:
        """The network. Raises ValueError for a problem without weights."""
        if self.problem_depth:
            raise ValueError("a problem has no weights")
        return DeepLinearNetwork(list(self.weights), self.readout)

    @cached_property
    def readings(self) -> dict[Hashable, dict[Any, Any]]:
        """A cache of what was computed of the instance, by ring. It lives as long as the instance."""
        return {}

    @cached_property
    def regressor(self) -> Array:
        """``w*``: as stated, or the projection of the end-to-end regressor on the range of Sigma."""
        if self.stated is not None:
            return self.stated
        return rational_array(project_on_range(self.covariance, self.network.regressor()))

    @cached_property
    def regressor_is_end_to_end(self) -> bool:
        """Whether ``w* = w`` without a projection: nothing stated, and Sigma invertible."""
        return self.stated is None and fmpq_mat(self.covariance.tolist()).det() != 0

    @property
    def depth(self) -> int:
        return self.problem_depth or len(self.weights)

    @property
    def dimension(self) -> int:
        return int(self.covariance.shape[0])

    @cached_property
    def readout_norm_squared(self) -> fmpq:
        return fmpq(1) if self.readout is None else fmpq(np.dot(self.readout, self.readout))

    @cached_property
    def energy(self) -> fmpq:
        return fmpq(np.dot(self.regressor @ self.covariance, self.regressor))

    @cached_property
    def is_minimizer(self) -> bool:
        if self.problem_depth:
            return False
        if self.stated is None:
            return True
        residual = self.covariance @ (self.network.regressor() - self.regressor)
        return all(entry == 0 for entry in residual)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        return (self.dimension, *(int(w.shape[0]) for w in self.weights))

    def describe(self) -> dict[str, object]:
        """The instance as exact strings, for reports."""
        return {
            "name": self.name,
            "covariance": _strings(self.covariance),
            "regressor": _strings(self.regressor),
            "weights": [_strings(w) for w in self.weights],
            "readout": None if self.readout is None else _strings(self.readout),
            **({} if self.start is None else {"initialization": [_strings(w) for w in self.start]}),
        }


def _strings(array: Array) -> list[object]:
    return [_strings(row) if array.ndim > 1 else str(row) for row in array]


def make(
    name: str,
    covariance: Entries,
    weights: Entries,
    *,
    readout: Entries | None = None,
    regressor: Entries | None = None,
    start: Entries | None = None,
    u: Entries | None = None,
    gamma: Entry = 2,
    r: Entry | None = None,
    c: Entry | None = None,
) -> Instance:
    """An instance from anything exact; without ``regressor`` the weights are a minimizer.

    The values for the quantifiers need not be given: ``u`` and ``gamma`` have defaults.

    The covariance must be symmetric and positive semidefinite. The caller sees to that: nothing is checked here.

    >>> made = make("example", [[2, 0], [0, 0]], [[[3, 4]], [[5]]])
    >>> [str(x) for x in made.regressor], made.is_minimizer
    (['15', '0'], True)
    """
    sigma = rational_array(covariance)
    made = Instance(
        name, sigma, tuple(map(rational_array, weights)), None if readout is None else rational_array(readout),
        None if regressor is None else rational_array(regressor),
        None if start is None else tuple(map(rational_array, start)),
    )
    direction = [i % 3 - 1 if i else 1 for i in range(len(sigma))] if u is None else u
    return made.with_values(u=rational_array(direction), gamma=rational(gamma), r=r, c=c)


def problem_at_depth(covariance: Array, regressor: Array, depth: int) -> Instance:
    """A problem and a depth without weights, for statements in which no weights occur."""
    return Instance("problem", covariance, (), stated=regressor, problem_depth=depth)
