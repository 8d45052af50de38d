"""Limits in closed form of aligned weights, against the flow by mpmath and SciPy, and against the validated flow."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf
from scipy.integrate import solve_ivp

from flatcert.numeric.flow.aligned_limit import exact_limit
from flatcert.numeric.flow.gradient_flow import gradient_flow
from flatcert.numeric.flow.weight_ball import Limit
from flatcert.numeric.linalg.rational import rational_array
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem

SCALAR = RegressionProblem.from_covariance(rational_array([[2]]), rational_array([3]))


def scalars(*layers: object) -> DeepLinearNetwork:
    return DeepLinearNetwork([rational_array([[x]]) for x in layers])


def flow_by_mpmath(layers: list[Any], time: float, steps: int = 800) -> list[Any]:
    """The scalar flow by Runge and Kutta's method at 40 digits: rounding at 16 would leave the stable manifold."""
    def slope(x: list[Any]) -> list[Any]:
        away = 4 * (prod(x) - 3)
        return [-away * prod(x[:k] + x[k + 1:]) for k in range(len(x))]

    def moved(x: list[Any], rate: list[Any], by: Any) -> list[Any]:
        return [a + by * b for a, b in zip(x, rate, strict=True)]

    with mp.workdps(40):
        x, step = [mpf(int(y.p)) / int(y.q) for y in map(fmpq, layers)], mpf(time) / steps
        for _ in range(steps):
            a = slope(x)
            b = slope(moved(x, a, step / 2))
            c = slope(moved(x, b, step / 2))
            d = slope(moved(x, c, step))
            rates = [(p + 2 * q + 2 * r + s) / 6 for p, q, r, s in zip(a, b, c, d, strict=True)]
            x = moved(x, rates, step)
    return x


@pytest.mark.parametrize("layers, time, digits", [
    ([1, -1], 2, 10), ([fmpq(1, 2), 2, fmpq(-1, 2)], 1, 7), ([2, -1, 1], 1, 7), ([-1, 1, 3, 2], 0.25, 5),
])
def test_a_tie_of_the_least_layers_runs_into_the_saddle(layers: list[Any], time: float, digits: int) -> None:
    """With 40 digits the flow is followed to the saddle; there it must be near the ball, which is 30 digits small."""
    found = exact_limit(SCALAR, scalars(*layers))
    assert found is not None and not isinstance(found, Limit) and found.radius < 1e-30
    for computed, layer in zip(flow_by_mpmath(layers, time), found.centre.weights, strict=True):
        assert abs(float(computed) - float(layer[0, 0].mid())) < 10.0**-digits
    assert found.enclosure.regressor()[0].contains(0)


@pytest.mark.parametrize("layers", [
    [1, fmpq(-3, 2)], [fmpq(1, 2), fmpq(3, 4), -1], [2, 3], [-2, -3, 4], [0, 1], [1, 0, -2], [-5], [fmpq(1, 10), 2, -2],
])
def test_otherwise_the_flow_ends_at_the_minimizer_that_the_validated_flow_encloses(layers: list[Any]) -> None:
    network = scalars(*layers)
    found = exact_limit(SCALAR, network)
    assert isinstance(found, Limit) and found.radius < 1e-30
    run = gradient_flow(SCALAR, network, method="validated", radius=1e-15)
    assert run.limit is not None and not run.limit.excludes(found.enclosure)
    assert run.limit.sharpness.overlaps(found.sharpness)


def rotated(angle: tuple[int, int, int]) -> Any:
    a, b, c = angle
    return rational_array([[fmpq(a, c), fmpq(-b, c)], [fmpq(b, c), fmpq(a, c)]])


@pytest.mark.parametrize("first, second", [(1, -1), (2, -1), (1, -2)])
def test_aligned_matrices_keep_what_is_off_the_chain(first: int, second: int) -> None:
    """``W_1`` and ``W_2`` rotated by rational angles, ``w*`` an eigenvector of ``Σ``; SciPy integrates all entries."""
    U, V = rotated((3, 4, 5)), rotated((5, 12, 13))
    sigma = V @ rational_array([[2, 0], [0, 7]]) @ V.T
    problem = RegressionProblem.from_covariance(sigma, V[:, 0] * fmpq(3, 2))
    network = DeepLinearNetwork([U @ rational_array([[first, 0], [0, 5]]) @ V.T, second * U[:, :1].T])
    found = exact_limit(problem, network)
    assert found is not None and isinstance(found, Limit) == (first + second != 0)
    S, w = sigma.astype(float), problem.regressor.astype(float)

    def slope(_: float, x: Any) -> Any:
        one, two = x[:4].reshape(2, 2), x[4:]
        g = 2 * S @ (one.T @ two - w)
        return -np.concatenate([np.outer(two, g).ravel(), one @ g])

    start = np.concatenate([weight.astype(float).ravel() for weight in network.weights])
    # Rounding leaves the stable manifold of the saddle: so soon that it is still near.
    end = solve_ivp(slope, (0, 3.0 if first + second == 0 else 20.0), start, rtol=1e-12, atol=1e-14).y[:, -1]
    shown = np.concatenate([[float(x.mid()) for x in weight.flat] for weight in found.centre.weights])
    np.testing.assert_allclose(end, shown, atol=1e-5)


def test_what_is_not_aligned_is_not_decided() -> None:
    problem = RegressionProblem.from_covariance(rational_array([[1, 0], [0, 2]]), rational_array([1, 1]))
    assert exact_limit(problem, DeepLinearNetwork([np.eye(2), np.array([[-1.0, -1.0]])])) is None  # w* no eigenvector
    problem = RegressionProblem.from_covariance(rational_array([[1, 0], [0, 1]]), rational_array([1, 0]))
    assert exact_limit(problem, DeepLinearNetwork([np.eye(2), np.array([[-1.0, 1.0]])])) is None  # w not along w*


def test_a_vanishing_gradient_stays() -> None:
    """Also where the weights are not zero, and where the chain is not defined."""
    network = DeepLinearNetwork([np.array([[0.0, 5.0], [0.0, 0.0]]), np.array([[0.0, 0.0]])])
    problem = RegressionProblem.from_covariance(rational_array([[1, 0], [0, 1]]), rational_array([1, 0]))
    found = exact_limit(problem, network)
    assert found is not None and not isinstance(found, Limit) and found.radius == 0 and found.contains(network)


@given(st.lists(st.fractions(min_value=-3, max_value=3, max_denominator=8), min_size=1, max_size=5))
def test_the_limit_is_stationary_and_keeps_the_differences_of_squares(layers: list[Any]) -> None:
    found = exact_limit(SCALAR, scalars(*(fmpq(x.numerator, x.denominator) for x in layers)))
    assert found is not None
    ends = [layer[0, 0] for layer in found.enclosure.weights]
    w = prod(ends, start=arb(1))
    assert w.overlaps(arb(3)) if isinstance(found, Limit) else w.contains(0)
    squares = [arb(fmpq(x.numerator, x.denominator)) ** 2 for x in layers]
    for k in range(len(layers) - 1):
        assert (ends[k] ** 2 - ends[k + 1] ** 2).overlaps(squares[k] - squares[k + 1])


@pytest.mark.parametrize("layers", [[1e-160, -1e-160], [1e150, -1e150], [1, -(1 + 2**-52)], [1e-300, 1e300, -1e-300]])
def test_extreme_weights(layers: list[float]) -> None:
    """A tie however small or large; and a difference of one unit in the last place is no tie."""
    found = exact_limit(SCALAR, DeepLinearNetwork([[[x]] for x in layers]))
    assert found is not None and isinstance(found, Limit) == (layers[0] == 1)
    if isinstance(found, Limit):
        squares = [layer[0, 0] ** 2 for layer in found.enclosure.weights]
        assert found.sharpness.overlaps(4 * (squares[0] + squares[1]))


def test_balanced_starts_on_the_right_side_reach_a_minimizer() -> None:
    """Two layers share the least square there as well, but ``w^T w* > 0``: both layers tend to the root of ``w*``."""
    problem = RegressionProblem.from_covariance([[fmpq(1)]], [fmpq(2)])
    found = exact_limit(problem, DeepLinearNetwork([[[fmpq(1)]], [[fmpq(1)]]]))
    assert isinstance(found, Limit)
    for layer in found.enclosure.weights:
        assert abs(float(layer[0, 0].mid()) - 2**0.5) < 1e-12
