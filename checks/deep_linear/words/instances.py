"""Exact instances at which words are compared: small ones of every class. Similar words differ on some of them."""

from __future__ import annotations

from functools import cache, lru_cache

from flint import fmpq

from ...instances.spelling import GIVEN, spelled
from ..instances.instance import Instance, make

_PLAIN = [[2, 1], [1, 3]]
_14, _I2, _10 = [[1, 0], [0, 4]], [[1, 0], [0, 1]], [[1, 0], [0, 0]]
_HALF = fmpq(1, 2)


@cache
def compared() -> tuple[Instance, ...]:
    """Few weights each, so that differences of the risk are quick; of order one, so that float64 is exact enough."""
    made = [
        # Depth 1: w* itself; with a read-out; on a singular covariance, off w*; off the minimum.
        make(GIVEN, _PLAIN, [[[1, -1]]], u=[1, 2]),
        make(GIVEN, _14, [[[1, 2], [0, 1]]], readout=[1, 3], u=[1, 1]),
        make(GIVEN, [[1, 1], [1, 1]], [[[1, 2]]], u=[2, 1]),
        make(GIVEN, _14, [[[1, 2]]], regressor=[1, 1], u=[2, 1]),
        # Width one: a minimizer; off w*, on a singular covariance; off the minimum; with a read-out; with one of -1.
        make(GIVEN, _PLAIN, [[[1, -1]], [[2]]], u=[1, 2]),
        make(GIVEN, [[1, 1], [1, 1]], [[[1, 2]], [[3]]], u=[2, 1]),
        make(GIVEN, _10, [[[3, 0]], [[5]]], u=[2, 1]),
        make(GIVEN, _10, [[[3, 1]], [[2]], [[1]]], regressor=[2, 0], u=[1, 1]),
        make(GIVEN, _PLAIN, [[[1, -1]], [[2]]], regressor=[1, 1], u=[1, 2]),
        make(GIVEN, [[1, 0], [0, 2]], [[[1, 1]], [[1]]], readout=[3], u=[1, 1]),
        make(GIVEN, [[3]], [[[2]], [[1]]], readout=[-1], u=[1]),
        make(GIVEN, [[3]], [[[_HALF]], [[1]]], readout=[1], u=[1]),  # plain, though it has one
        make(GIVEN, _14, [[[1, 0]], [[1]]], u=[0, 1]),  # balanced, and w* an eigenvector
        make(GIVEN, _14, [[[1, 0]], [[1]], [[1]]], regressor=[2, 0], u=[0, 1]),  # and w along w*, short of it
        make(GIVEN, _14, [[[1, 0]], [[-1]]], regressor=[2, 0], u=[1, 1]),  # against it
        make(GIVEN, [[2, 1], [1, 1]], [[[1, _HALF]], [[2]], [[fmpq(3, 4)]], [[1]]], u=[1, 1]),
        # Wide, narrow, with vectors read out, square.
        make(GIVEN, [[1, 0], [0, 5]], [[[1, 0], [2, 1], [1, 1]], [[1, -1, 2]]], u=[3, 1]),
        make(GIVEN, [[2, 1, 0], [1, 2, 0], [0, 0, 1]], [[[1, 0, 1], [0, 1, 2]], [[1, 1]]],
             u=[1, 0, 1]),
        make(GIVEN, [[3]], [[[1], [2]], [[1, 1], [0, 2]]], readout=[fmpq(3, 5), fmpq(4, 5)], u=[1]),
        make(GIVEN, _I2, [_I2, [[2, 0], [0, 1]]], readout=[1, 0], u=[1, 1]),
        make(GIVEN, _PLAIN, [[[1, -1], [2, 1]], [[_HALF, 1], [1, 0]]], readout=[1, 2], u=[1, 1],
             start=[[[1, 0], [0, 1]], [[fmpq(3, 2), 1], [1, _HALF]]]),
        # Products of layers that shrink, and stretch, more than any layer.
        make(GIVEN, _I2, [[[_HALF, 0], [0, 2]], [[_HALF, 1], [0, 1]]], readout=[1, 1], u=[1, 1]),
        # Orthogonal layers of one size, but the second: the imbalance is not that of the norms. Off the minimum.
        make(GIVEN, _PLAIN, [[[0, -1], [1, 0]], [[1, 0], [0, _HALF]], [[1, 1]]], regressor=[1, 0], u=[1, 3]),
        # Nothing: zero weights, q_1 = 0 though W_1 is not, no energy.
        make(GIVEN, [[1, 0], [0, 2]], [[[0, 0]], [[0]]], regressor=[1, 1], u=[1, 2]),
        make(GIVEN, [[1, 0], [0, 2]], [[[1, 2]], [[0]], [[1]]], regressor=[1, 1], u=[1, 2]),
        make(GIVEN, [[1, 0], [0, 2]], [[[1, 2]], [[0]]], u=[1, 2]),
    ]
    return tuple(made)


@lru_cache(maxsize=256)
def token(case: Instance) -> str:
    """What ``flatcert replay`` reads: the JSON of the instance."""
    return spelled(case, ("u", "gamma"))
