"""Words read along gradient flow from enclosures, compared with SciPy's integration of the gradient in float64."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
from flint import arb, ctx, fmpq
from scipy.integrate import solve_ivp

from ....numeric.flow.weight_ball import WeightBall
from ....numeric.linalg.scalars import Array
from ...deciding.balls import BITS
from ...verifying.words import Comparison
from ..deciding.along_flow import AT_LIMIT, AT_TIME, EnclosedScope, limit, state
from ..evaluation.dense import covariance_of, end_to_end, floats, readout_of, regressor_of
from ..instances.instance import Instance
from ..instances.pool import instance
from .comparison import numbers
from .definitions import DEFINITIONS
from .definitions_exact import by_layer

PATHS = (("exhibited-paths", 0, 2), ("exhibited-paths", 0, 6), ("exhibited-paths", 0, 7))
"""Small starts, of width one, of width two, and with a singular covariance, where the limit is not ``w*``."""
TIME = fmpq(3, 2)
LATE = 60.0
"""When the flow from these starts is over, to float64."""
NEAR = 1e-6
"""How near SciPy comes to the flow."""


@lru_cache(maxsize=16)
def end(case: Instance, time: float) -> Instance:
    """The instance with the weights at a time, float64 entries read exactly, and its own weights as initialization.

    The derivative of the risk in each layer, written out, is integrated by the method of Dormand and Prince.
    """
    sigma, target, readout = covariance_of(case), regressor_of(case), readout_of(case).astype(float)

    def slope(_: float, flat: Array) -> Array:
        weights = by_layer(case, flat)
        below = [2 * sigma @ (end_to_end(weights, readout) - target)]
        for layer in weights[:-1]:
            below.append(layer @ below[-1])
        above = [end_to_end(weights[k + 1:], readout) for k in range(len(weights))]
        return -np.concatenate([np.outer(q, h).ravel() for q, h in zip(above, below, strict=True)])

    start = np.concatenate([floats(layer).ravel() for layer in case.weights])
    found = solve_ivp(slope, (0.0, time), start, method="DOP853", rtol=1e-11, atol=1e-13)
    return replace(case, name=f"end of {case.name}", weights=tuple(map(_rational, by_layer(case, found.y[:, -1]))),
                   stated=case.regressor, start=case.weights)


def _rational(layer: Array) -> Array:
    return np.array([[fmpq(*float(x).as_integer_ratio()) for x in row] for row in layer], dtype=object)


def ends_of_paths() -> Iterator[tuple[Instance, Instance]]:
    for key in PATHS:
        yield instance(*key), end(instance(*key), LATE)


def flow_word(name: str) -> Iterator[Comparison]:
    """A name that is read from the ball of weights: at a time, and at the limit, where either is read there."""
    for key in PATHS:
        case = instance(*key)
        for table, ball, then in ((AT_TIME, state(case, TIME), float(TIME.p) / float(TIME.q)),
                                  (AT_LIMIT, limit(case), LATE)):
            if name in table:
                found, stated = _read(name, case, ball), DEFINITIONS[name](end(case, then))
                yield numbers(f"flow {name}", case.name, found, stated, NEAR, 0.0)


def _read(name: str, case: Instance, ball: WeightBall | None) -> float:
    """The middle of the enclosure; nan without one."""
    if ball is None:
        return float("nan")
    with ctx.workprec(BITS):
        return float(arb(EnclosedScope(case, ball, {}).value(name)).mid())


FLOW = tuple(sorted({*AT_TIME, *AT_LIMIT}))
