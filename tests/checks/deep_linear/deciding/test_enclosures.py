"""Decisions along gradient flow: enclosed states and limits against SciPy's integrator, and near misses."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import ctx, fmpq
from scipy.integrate import solve_ivp

from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding import along_flow as enclosures
from flatcert.checks.deep_linear.evaluation.dense import floats
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.units import refute
from flatcert.numeric.flow.weight_ball import WeightBall
from flatcert.theory.language.claim import Obligation, operator, scaled
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import L, S, displacement, norm_w, norm_w_net, risk_gap, risk_gap_0, theta
from flatcert.theory.library import BUILT_IN

PATHS = [instance(*key) for key in islice(pool("trajectory", 1), 14)]
LIMITS = [instance(*key) for key in islice(pool("limit", 1), 6)]


def simulated(case: Instance, time: float) -> list[Any]:
    """Gradient flow in float64 by SciPy, the gradient by the product rule on dense matrices."""
    layers, sigma, target = [floats(w) for w in case.weights], floats(case.covariance), floats(case.regressor)
    ends = np.cumsum([0, *(w.size for w in layers)])

    def split(flat: Any) -> list[Any]:
        return [flat[i:j].reshape(w.shape) for (i, j), w in zip(pairwise(ends), layers, strict=True)]

    def slope(_: float, flat: Any) -> Any:
        current = split(flat)
        product = np.linalg.multi_dot([*current[::-1], np.eye(case.dimension)]) if len(current) > 1 else current[0]
        error = 2 * (product - target) @ sigma
        gradients = []
        for k in range(len(current)):
            above = np.eye(1)
            for w in current[:k:-1]:
                above = above @ w
            below = np.eye(case.dimension)
            for w in current[:k]:
                below = w @ below
            gradients.append(above.T @ error @ below.T)
        return -np.concatenate([g.ravel() for g in gradients])

    start = np.concatenate([w.ravel() for w in layers])
    run = solve_ivp(slope, (0, time), start, method="DOP853", rtol=1e-11, atol=1e-13)
    return split(run.y[:, -1])


@pytest.mark.parametrize("case", PATHS, ids=lambda case: case.name)
def test_enclosed_quantities_contain_what_scipy_finds(case: Instance) -> None:
    time = fmpq(1, 2) / np.trace(case.covariance)
    ball = enclosures.state(case, time)
    assert ball is not None
    layers = simulated(case, float(time))
    w = np.linalg.multi_dot([*layers[::-1], np.eye(case.dimension)])[0] if len(layers) > 1 else layers[0][0]
    gap = w - floats(case.regressor)
    moved = np.sqrt(sum(((new - floats(old)) ** 2).sum() for new, old in zip(layers, case.weights, strict=True)))
    with ctx.workprec(128):
        scope = enclosures.EnclosedScope(case, ball, {"time": time})
        assert float(scope.value("risk_gap").mid()) == pytest.approx(gap @ floats(case.covariance) @ gap, rel=1e-7)
        assert float(scope.value("displacement").mid()) == pytest.approx(moved, rel=1e-7)
        assert scope.value("risk_gap").rel_accuracy_bits() > 40


@pytest.mark.parametrize("case", LIMITS, ids=lambda case: case.name)
def test_limits_contain_what_scipy_finds(case: Instance) -> None:
    """At the limit ``w = w*``, and the imbalance is that of the start."""
    ball = enclosures.limit(case)
    assert ball is not None
    layers = simulated(case, 60.0)
    assert all(np.allclose(floats_of(centre), layer, atol=1e-6)
               for centre, layer in zip(ball.centre.weights, layers, strict=True))
    with ctx.workprec(128):
        scope = enclosures.EnclosedScope(case, ball, {})
        norm = scope.value("norm_w_net")
        assert abs(norm**2 - (case.regressor @ case.regressor)) < 1e-15
        start = sum(np.linalg.norm(floats(a @ a.T - b.T @ b), 2) for a, b in pairwise(case.weights))
        assert float(scope.value("Delta").mid()) == pytest.approx(start, rel=1e-9, abs=1e-15)
        expected = (case.depth - 1) * start / float(norm.mid()) ** (2 / case.depth)
        assert float(scope.value("theta").mid()) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def floats_of(array: Any) -> Any:
    return np.vectorize(float, otypes=[float])(array)


def along(lhs: Any, op: str, rhs: Any, space: Any = "trajectory", given: tuple[Any, ...] = ()) -> Obligation:
    return Obligation("made up", Relation(lhs, op, rhs), space=space, over=("t",) if space == "trajectory" else (),
                      given=given, decide="enclosed")


def test_the_risk_decreases_and_the_weights_move() -> None:
    for case in PATHS[:4]:
        assert decider(along(risk_gap, "<", risk_gap_0)).decide(case).verdict == "held"
        assert decider(along(displacement, ">", 0)).decide(case).verdict == "held"
        assert decider(along(risk_gap, ">", risk_gap_0)).decide(case).verdict == "refuted"


def test_a_tie_along_the_flow_is_inconclusive() -> None:
    """``w = w*`` at the limit: balls touch, and nothing is decided."""
    assert decider(along(norm_w_net, "==", norm_w, "limit")).decide(LIMITS[0]).verdict == "inconclusive"
    assert decider(along(norm_w_net, "<=", norm_w, "limit")).decide(LIMITS[0]).verdict == "inconclusive"


def test_hypotheses_are_decided_at_the_limit() -> None:
    case = make("slow", [[1]], [[[2]], [["1/8"]]], regressor=[1])  # theta is almost 4
    eight = BUILT_IN.claim("limit-sharpness").obligation("limit-eight")
    assert decider(eight).decide(case).verdict == "not applicable"
    assert decider(along(theta, ">", 3, "limit")).decide(case).verdict == "held"
    singular = make("singular", [[1, 0], [0, 0]], [[["1/2", "1/2"]], [["1/2"]]], regressor=[1, 0])
    assert decider(eight).decide(singular).verdict == "not applicable"  # its limit has w != w*
    assert decider(along(S, ">", L * norm_w ** (2 - 2 / L), "limit")).decide(singular).verdict == "held"


def test_what_cannot_be_enclosed_is_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a saddle the flow goes nowhere; and where the integrator gives up nothing is claimed."""
    saddle = make("saddle", [[1]], [[[0]], [[0]]], regressor=[1])
    assert decider(along(risk_gap, "<=", 2 * risk_gap_0, "limit")).decide_at(saddle, {}).verdict == "inconclusive"
    nothing: WeightBall | None = None
    monkeypatch.setattr(enclosures, "state", lambda case, time: nothing)
    assert decider(along(risk_gap, "<", risk_gap_0)).decide(PATHS[2]).verdict == "inconclusive"


def test_a_counterexample_along_the_flow_replays() -> None:
    eight = BUILT_IN.claim("limit-sharpness").obligation("limit-eight")
    false = scaled("8 -> 2", sp.Rational(1, 4)).of(eight)
    found = refute("limit-sharpness", false)
    assert found is not None
    again = replay(found.token)
    assert (again.verdict, again.route, again.statement) == ("refuted", "enclosure", found.statement)
    assert decider(operator("at least", ">=").of(eight)).decide(LIMITS[0]).verdict == "refuted"
