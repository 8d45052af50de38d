"""Gradient flow: validated limits by size, and one Taylor step against ``mpmath.odefun``.

Run ``python benchmarks/flow.py``. Gaussian data (``n = 50``, ``‖w*‖ = 1``), hidden widths ``d``. The step is
compared on the same system, from the same state, at the same digits: ``odefun`` builds the
Taylor polynomial of its first segment in its constructor, which is what is timed.
"""

from __future__ import annotations

import time
from inspect import getclosurevars
from itertools import pairwise
from typing import Any

import numpy as np
from measuring import seconds, show, store
from mpmath import mp, mpf

from flatcert.numeric.flow.gradient_flow import gradient_flow
from flatcert.numeric.flow.series import estimated_order
from flatcert.numeric.flow.taylor import TaylorStepper
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem

SIZES = ((2, 3, 0.5), (3, 4, 0.4), (5, 10, 0.35))
STEPS = ((2, 3), (3, 4), (5, 10))
DIGITS = 48


def instance(d: int, depth: int, scale: float, seed: int = 0) -> tuple[RegressionProblem, DeepLinearNetwork]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(50, d))
    y = X @ rng.normal(size=d) + rng.normal(size=50)
    y /= np.linalg.norm(np.linalg.lstsq(X, y, rcond=None)[0])
    weights = [scale * rng.normal(size=(upper, lower)) for lower, upper in pairwise([d] * depth + [1])]
    return RegressionProblem.from_data(X, y), DeepLinearNetwork(weights)


def limit_row(d: int, depth: int, scale: float) -> dict[str, Any]:
    problem, network = instance(d, depth, scale)
    start = time.perf_counter()
    run = gradient_flow(problem, network, method="validated")
    elapsed = time.perf_counter() - start
    assert run.limit is not None
    return {
        "d": d,
        "depth": depth,
        "status": run.status,
        "seconds": elapsed,
        "steps": run.steps,
        "ms per step": 1000 * elapsed / run.steps,
        "bits": run.bits,
        "order": run.order,
        "radius": run.limit.radius_above,
        "sharpness radius": float(run.limit.sharpness.rad()),
    }


def step_row(d: int, depth: int) -> dict[str, Any]:
    """Per step, and per unit of time integrated, so that neither side gains by short steps."""
    problem, network = instance(d, depth, 0.5)
    bits = round(DIGITS * np.log2(10))
    stepper = TaylorStepper(problem, network, bits, estimated_order(2.0**-bits))
    initial = stepper.layers
    length = float(stepper.step())

    def step() -> None:
        stepper.layers = initial
        stepper.step()

    # Both are the best of a few rounds: other work on the machine must not decide the ratio.
    ours = seconds(step)
    theirs, reach = min(odefun_step(problem, network) for _ in range(2))
    return {
        "d": d,
        "depth": depth,
        "digits": DIGITS,
        "our step [s]": ours,
        "its length": length,
        "odefun [s]": theirs,
        "odefun's length": reach,
        "ratio per step": theirs / ours,
        "ratio per time": (theirs / reach) / (ours / length),
    }


def odefun_step(problem: RegressionProblem, network: DeepLinearNetwork) -> tuple[float, float]:
    """Seconds for the first segment of ``mpmath.odefun`` and its length."""
    shapes = [weight.shape for weight in network.weights]
    sigma = [[mpf(x) for x in row] for row in problem.covariance.tolist()]
    target = [mpf(x) for x in problem.regressor.tolist()]

    def velocity(_: Any, state: Any) -> list[Any]:
        layers, at = [], 0
        for rows, columns in shapes:
            layers.append([state[at + i * columns : at + (i + 1) * columns] for i in range(rows)])
            at += rows * columns
        backward = [[mpf(1)]]
        for layer in reversed(layers):
            q = backward[-1]
            backward.append([mp.fdot(q, [row[j] for row in layer]) for j in range(len(layer[0]))])
        backward.reverse()
        residual = [a - b for a, b in zip(backward[0], target, strict=True)]
        h = [2 * mp.fdot(row, residual) for row in sigma]
        slopes = []
        for layer, q in zip(layers, backward[1:], strict=True):
            slopes.extend(-a * b for a in q for b in h)
            h = [mp.fdot(row, h) for row in layer]
        return slopes

    with mp.workdps(DIGITS):
        initial = [mpf(x) for weight in network.weights for x in weight.ravel().tolist()]
        start = time.perf_counter()
        solution = mp.odefun(velocity, 0, initial)
        elapsed = time.perf_counter() - start
        # mpmath does not publish where its segments end; the closure of the solution knows.
        segments = getclosurevars(solution).nonlocals["get_series"]
        start_time, end_time = getclosurevars(segments).nonlocals["series_boundaries"]
        return elapsed, float(end_time - start_time)


def main() -> None:
    limits = [limit_row(*size) for size in SIZES]
    show("validated limits, radius wanted 1e-20", limits)
    steps = [step_row(*size) for size in STEPS]
    show(f"\none Taylor step against mpmath.odefun at {DIGITS} digits", steps)
    print(f"\nstored: {store('flow', limits + steps).name}")


if __name__ == "__main__":
    main()
