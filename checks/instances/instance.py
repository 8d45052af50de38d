"""Exact instances: a covariance, a regressor, weights, a read-out, all rational.

Any weights are a minimizer of the problem whose regressor is the projection of their
end-to-end regressor on the range of the covariance: minimizers need no optimizer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mat

from ...numeric.linalg.rational import project_on_range, rational_array
from ...numeric.network.network import DeepLinearNetwork

Array = Any


@dataclass(frozen=True, eq=False)
class Instance:
    """One exact instance; ``name`` (``family:seed:index``) makes it again.

    Shapes: ``covariance`` ``(d, d)``, ``weights[k-1]`` ``(d_k, d_{k-1})``, ``readout`` ``(d_L,)``
    or None (then ``d_L = 1``), all of ``fmpq``. ``stated`` is a regressor ``(d,)`` that was
    given; without one the weights are a minimizer and the regressor follows from them.
    ``direction`` ``(d,)`` is a vector for the quantifiers. ``ratio`` is the exact
    ``r = |q_1|^2`` of an aligned minimizer; ``curvature`` the exact ``c`` of a planted
    optimum, where ``direction`` is the optimal ``u`` (``z = Sigma^{1/2} u``). ``start`` are other weights of the
    same shapes, called the initialization; without them it is the weights.
    """

    name: str
    covariance: Array
    weights: tuple[Array, ...]
    readout: Array | None = None
    stated: Array | None = None
    direction: Array = field(default=None)
    factor: fmpq = field(default_factory=lambda: fmpq(2))
    ratio: fmpq | None = None
    curvature: fmpq | None = None
    start: tuple[Array, ...] | None = None

    @cached_property
    def network(self) -> DeepLinearNetwork:
        return DeepLinearNetwork(list(self.weights), self.readout)

    @cached_property
    def readings(self) -> dict[Any, dict[Any, Any]]:
        """What was computed of the instance, by ring: a cache that lives as long as it does."""
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
        return len(self.weights)

    @property
    def dimension(self) -> int:
        return int(self.covariance.shape[0])

    @cached_property
    def readout_norm_squared(self) -> fmpq:
        return fmpq(1) if self.readout is None else fmpq(self.readout @ self.readout)

    @cached_property
    def energy(self) -> fmpq:
        return fmpq(self.regressor @ self.covariance @ self.regressor)

    @cached_property
    def is_minimizer(self) -> bool:
        if self.stated is None:
            return True
        residual = self.covariance @ (self.network.regressor() - self.regressor)
        return all(entry == 0 for entry in residual)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        return (self.dimension, *(int(w.shape[0]) for w in self.weights))

    def describe(self) -> dict[str, Any]:
        """The instance as exact strings, for reports."""
        return {
            "name": self.name,
            "covariance": _strings(self.covariance),
            "regressor": _strings(self.regressor),
            "weights": [_strings(w) for w in self.weights],
            "readout": None if self.readout is None else _strings(self.readout),
            **({} if self.start is None else {"initialization": [_strings(w) for w in self.start]}),
        }


def _strings(array: Array) -> Any:
    return [_strings(row) for row in array] if array.ndim > 1 else [str(entry) for entry in array]


def make(
    name: str,
    covariance: Any,
    weights: Any,
    *,
    readout: Any = None,
    regressor: Any = None,
    direction: Any = None,
    start: Any = None,
    **rest: Any,
) -> Instance:
    """An instance from anything exact; without ``regressor`` the weights are a minimizer.

    The covariance must be symmetric and positive semidefinite; that is not checked here, as
    the families build it so.

    >>> made = make("example", [[2, 0], [0, 0]], [[[3, 4]], [[5]]])
    >>> [str(x) for x in made.regressor], made.is_minimizer
    (['15', '0'], True)
    """
    sigma = rational_array(covariance)
    layers = tuple(rational_array(w) for w in weights)
    p = None if readout is None else rational_array(readout)
    stated = None if regressor is None else rational_array(regressor)
    u = [fmpq(i % 3 - 1 if i else 1) for i in range(sigma.shape[0])]
    before = None if start is None else tuple(rational_array(w) for w in start)
    return Instance(name, sigma, layers, p, stated, rational_array(u if direction is None else direction),
                    start=before, **rest)
