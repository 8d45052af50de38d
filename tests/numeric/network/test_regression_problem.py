"""Problems: least squares against NumPy, exactness, and a sentence for each bad input."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from numeric_instances import integers

from flatcert.numeric.linalg.rational import rational, rational_array
from flatcert.numeric.linalg.scalars import to_mpf
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem

seeds = st.integers(0, 2**32)


@given(st.integers(1, 6), st.integers(1, 5), seeds)
def test_exact_and_float_least_squares_agree(n, d, seed):
    """Wide, tall and rank-deficient data; ``w*`` of minimum norm."""
    rng = np.random.default_rng(seed)
    X, y = integers(rng, n, d), integers(rng, n)
    exact = RegressionProblem.from_data(X, y)
    rounded = RegressionProblem.from_data(X.astype(float), y.astype(float))
    assert exact.samples == rounded.samples == n
    assert np.allclose(exact.regressor.astype(float), rounded.regressor, atol=1e-8)
    assert float(exact.risk_min) == pytest.approx(rounded.risk_min, abs=1e-10)
    # The normal equations hold, and the risk of any network is the mean squared error.
    assert (exact.covariance @ exact.regressor == X.T @ y / n).all()
    w = integers(rng, d)
    residual = y - X @ w
    assert exact.risk(DeepLinearNetwork([w[None, :]])) == residual @ residual / n


def test_fractions_stay_fractions():
    X = np.array([[Fraction(1), Fraction(1, 2)]], dtype=object)
    problem = RegressionProblem.from_data(X, np.array([Fraction(5, 4)], dtype=object))
    assert problem.regressor[0] == Fraction(1)
    assert isinstance(problem.energy, Fraction)


@given(st.integers(1, 5), seeds)
def test_the_quantities_are_ordered(d, seed):
    """``λ <= a <= b <= Λ``, and they agree among scalars."""
    rng = np.random.default_rng(seed)
    factor = integers(rng, d, d + 1)
    problem = RegressionProblem.from_covariance(factor @ factor.T, factor @ factor.T @ integers(rng, d))
    if problem.energy == 0:
        return
    low, high = problem.eigenvalue_range
    assert low <= problem.rayleigh or low.overlaps(arb(problem.rayleigh))
    assert problem.rayleigh <= problem.b
    assert not problem.b > high
    rounded = problem.astype(float)
    for name in ("energy", "rayleigh", "b"):
        assert float(getattr(problem, name)) == pytest.approx(getattr(rounded, name), rel=1e-12)
    with mpmath.workdps(30):
        assert float(problem.astype(to_mpf).b) == pytest.approx(rounded.b, rel=1e-12)


def test_condition_number():
    assert RegressionProblem.from_covariance(np.diag([1.0, 4.0]), [1.0, 0.0]).condition_number == 4
    assert RegressionProblem.from_covariance(np.diag([0.0, 4.0]), [0.0, 1.0]).condition_number == np.inf
    exact = RegressionProblem.from_covariance(rational_array(np.diag([1, 4])), [1, 0])
    assert exact.condition_number.contains(4)
    singular = RegressionProblem.from_covariance(rational_array(np.diag([0, 4])), [0, 1])
    assert not singular.condition_number.is_finite()


def test_singular_float_data_has_an_infinite_condition_number():
    X = np.random.default_rng(0).normal(size=(3, 6))
    assert RegressionProblem.from_data(X, X @ np.ones(6)).condition_number == np.inf


def test_zero_energy_gets_a_sentence():
    problem = RegressionProblem.from_covariance(np.eye(2), np.zeros(2))
    for name in ("rayleigh", "b"):
        with pytest.raises(ValueError, match="signal energy is zero"):
            getattr(problem, name)


nan = float("nan")


@pytest.mark.parametrize(
    ("covariance", "regressor", "risk_min", "sentence"),
    [
        (np.ones((1, 2)), [1.0], 0, "square matrix"),
        (np.eye(2), [1.0], 0, r"shape \(2,\)"),
        ([[1.0, 2.0], [0.0, 1.0]], [1.0, 1.0], 0, "symmetric"),
        (rational_array([[1, 2], [0, 1]]), [1, 1], 0, "symmetric"),
        ([[1.0, 2.0], [2.0, 1.0]], [1.0, 1.0], 0, "positive semidefinite"),
        (rational_array([[1, 2], [2, 1]]), [1, 1], 0, "positive semidefinite"),
        ([[1.0, 0.0], [0.0, 0.0]], [1.0, 1.0], 0, "in the range"),
        (rational_array([[1, 0], [0, 0]]), [1, 1], 0, "in the range"),
        ([[nan]], [1.0], 0, "finite"),
        (np.array([[arb("nan")]], dtype=object), [1], 0, "finite"),
        ([[1.0]], [1.0], -1, "cannot be negative"),
    ],
)
def test_bad_covariances_get_a_sentence(covariance, regressor, risk_min, sentence):
    with pytest.raises(ValueError, match=sentence):
        RegressionProblem.from_covariance(covariance, regressor, risk_min)


@pytest.mark.parametrize(
    ("features", "target", "sentence"),
    [
        ([1.0, 2.0], [1.0, 2.0], "rows by columns"),
        (np.ones((0, 2)), [], "rows by columns"),
        ([[1.0], [2.0]], [1.0], r"target must have shape \(2,\)"),
        ([[1.0], [nan]], [1.0, 2.0], "not finite"),
    ],
)
def test_bad_data_get_a_sentence(features, target, sentence):
    with pytest.raises(ValueError, match=sentence):
        RegressionProblem.from_data(features, target)


def test_what_float64_does_not_hold_gets_a_sentence():
    """No infinite covariance, and no error of Python's: the same numbers are read exactly."""
    for features, target in (([[1e200]], [1.0]), ([[1.0], [1.0]], [1e200, -1e200]), ([[10**400]], [1.0])):
        with pytest.raises(ValueError, match="range of float64"):
            RegressionProblem.from_data(features, target)
        exact = RegressionProblem.from_data(rational_array(features), rational_array(target))
        assert exact.covariance[0, 0] == rational(features[0][0]) ** 2
        if features[0][0] == 10**400:
            with pytest.raises(ValueError, match="range of float64"):
                exact.astype(float)
    with pytest.raises(ValueError, match="range of float64"):
        RegressionProblem.from_covariance([[10**400]], [1.0])


def test_object_integers_are_exact():
    problem = RegressionProblem.from_covariance(np.array([[2]], dtype=object), np.array([3], dtype=object))
    assert problem.energy == 18
    assert problem.risk_gap(np.array([fmpq(7, 2)])) == fmpq(1, 2)
