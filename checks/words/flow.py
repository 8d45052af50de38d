"""Words read along gradient flow, from enclosures, against SciPy's integration of the gradient in float64."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq
from scipy.integrate import solve_ivp

from ...numeric.flow.weight_ball import WeightBall
from ..deciding.along_flow import AT_LIMIT, AT_TIME, EnclosedScope, limit, state
from ..deciding.balls import BITS
from ..evaluation.dense import floats
from ..instances.instance import Instance
from ..instances.pool import instance
from .comparison import Comparison, numbers
from .definitions import DEFINITIONS

PATHS = (("exhibited-paths", 0, 2), ("exhibited-paths", 0, 6), ("exhibited-paths", 0, 7))
"""Small starts, of width one, of width two, and with a singular covariance, where the limit is not ``w*``."""
TIME = fmpq(3, 2)
LATE = 60.0
"""When the flow from these starts is over, to float64."""
NEAR = 1e-6
"""How near SciPy comes to the flow."""


@dataclass(frozen=True, eq=False)
class End:
    """The weights at the end of a trajectory in float64."""

    case: Instance
    weights: tuple[Any, ...]

    def gap(self) -> Any:
        return regressor(self.weights) - floats(self.case.regressor)

    @property
    def is_minimizer(self) -> bool:
        return bool(np.linalg.norm(floats(self.case.covariance) @ self.gap()) < NEAR)

    @property
    def is_target(self) -> bool:
        return bool(np.linalg.norm(self.gap()) < NEAR)


def regressor(weights: Any) -> Any:
    vector = np.ones(1)
    for layer in reversed(weights):
        vector = layer.T @ vector
    return vector


@lru_cache(maxsize=16)
def end(case: Instance, time: float) -> End:
    """Where the flow is at a time: the derivative of the risk in each layer, written out, by Dormand and Prince."""
    sigma, target = floats(case.covariance), floats(case.regressor)
    start = [floats(layer) for layer in case.weights]
    ends = np.cumsum([layer.size for layer in start])[:-1]

    def layers(flat: Any) -> list[Any]:
        return [part.reshape(layer.shape) for part, layer in zip(np.split(flat, ends), start, strict=True)]

    def slope(_: float, flat: Any) -> Any:
        weights = layers(flat)
        pulled = 2 * sigma @ (regressor(weights) - target)
        below = [pulled]
        for layer in weights[:-1]:
            below.append(layer @ below[-1])
        above = [regressor(weights[k + 1:]) for k in range(len(weights))]
        return -np.concatenate([np.outer(q, h).ravel() for q, h in zip(above, below, strict=True)])

    found = solve_ivp(slope, (0.0, time), np.concatenate([x.ravel() for x in start]), method="DOP853", rtol=1e-11,
                      atol=1e-13)
    return End(case, tuple(layers(found.y[:, -1])))


def ends_of_paths() -> Iterator[tuple[Instance, End]]:
    for key in PATHS:
        yield instance(*key), end(instance(*key), LATE)


def flow_word(name: str) -> Iterator[Comparison]:
    """A name that is read from the ball of weights: at a time, and at the limit, where either is read there."""
    for key in PATHS:
        case = instance(*key)
        for table, ball, then in ((AT_TIME, state(case, TIME), float(TIME.p) / float(TIME.q)),
                                  (AT_LIMIT, limit(case), LATE)):
            if name in table:
                found, stated = _read(name, case, ball), _stated(name, end(case, then))
                yield numbers(f"flow {name}", case.name, found, stated, NEAR, 0.0)


def _read(name: str, case: Instance, ball: WeightBall | None) -> float:
    """The middle of the enclosure; nan without one."""
    if ball is None:
        return float("nan")
    with ctx.workprec(BITS):
        return float(arb(EnclosedScope(case, ball, {}).value(name)).mid())


def _stated(name: str, there: End) -> float:
    weights, case = there.weights, there.case
    w, depth = regressor(weights), len(weights)
    moves = [np.linalg.norm(x - floats(y)) for x, y in zip(weights, case.weights, strict=True)]
    delta = sum(np.linalg.norm(x @ x.T - y.T @ y, 2) for x, y in pairwise(weights))
    found: dict[str, Callable[[], Any]] = {
        "risk_gap": lambda: there.gap() @ floats(case.covariance) @ there.gap(),
        "displacement": lambda: np.linalg.norm(moves),
        "layer_displacement": lambda: max(moves),
        "S": lambda: DEFINITIONS["S"](_rational(there), {}),
        "Delta": lambda: delta,
        "norm_w_net": lambda: np.linalg.norm(w),
        "theta": lambda: (depth - 1) * delta / np.linalg.norm(w) ** (2 / depth),
    }
    return float(found[name]())


def _rational(there: End) -> Instance:
    """The instance at the end of the trajectory, its float64 entries read exactly."""
    weights = tuple(np.array([[fmpq(*float(x).as_integer_ratio()) for x in row] for row in layer], dtype=object)
                    for layer in there.weights)
    return replace(there.case, name=f"end of {there.case.name}", weights=weights)


FLOW = tuple(sorted({*AT_TIME, *AT_LIMIT}))
