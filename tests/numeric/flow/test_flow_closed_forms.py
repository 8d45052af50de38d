"""Closed forms of the rank-one dynamics against the integrators, to 30 digits and inside the enclosures."""

import mpmath
import numpy as np
import pytest
from closed_forms import aligned_flow, aligned_time, escape_time, planar_flow
from flint import ctx, fmpq
from flow_instances import exactly, isotropic, rank_one_chain
from mpmath import mp, mpf

from flatcert.numeric.flow.gradient_flow import gradient_flow
from flatcert.numeric.linalg.rational import rational, rational_array
from flatcert.numeric.linalg.scalars import object_array
from flatcert.numeric.network.network import DeepLinearNetwork

DIGITS = 60
UNIT = ["5/13", "12/13"]
C, SIZE, TARGET, TIME = "3/4", fmpq(1, 2), fmpq(6, 5), "5/4"


def scaled_chain(size, direction, depth):
    return rank_one_chain(direction, exactly(size), depth)


def aligned_case(depth):
    """Problem, start and the network of the closed form at `TIME`, to `DIGITS` digits."""
    problem = isotropic(C, [TARGET * fmpq(5, 13), TARGET * fmpq(12, 13)])
    value = aligned_flow(TIME, SIZE**depth, TARGET, C, depth)
    return problem, rank_one_chain(UNIT, SIZE, depth), scaled_chain(mpmath.root(value, depth), UNIT, depth)


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_aligned_flow_is_in_the_enclosure_and_30_digits_of_taylor(depth):
    with mp.workdps(DIGITS):
        problem, start, expected = aligned_case(depth)
        run = gradient_flow(problem, start, method="validated", until=TIME, radius=1e-32)
        assert run.status == "reached" and run.end_error < 1e-30
        assert run.end_ball.contains(expected)
        series = gradient_flow(problem, start, method="taylor", until=TIME, bits=128)
        pairs = zip(series.end.weights, expected.weights, strict=True)
        with ctx.workprec(256):
            assert max(abs(x.mid()) for a, b in pairs for x in (a - b).flat) < 1e-31


@pytest.mark.parametrize("depth", [2, 3])
def test_a_closed_form_with_another_constant_is_outside(depth):
    """What the enclosure is good for: ``c`` off by 1e-25 is refuted."""
    with mp.workdps(DIGITS):
        problem, start, _ = aligned_case(depth)
        off = rational(C) + fmpq(1, 10**25)
        value = aligned_flow(TIME, SIZE**depth, TARGET, off, depth)
        wrong = scaled_chain(mpmath.root(value, depth), UNIT, depth)
        run = gradient_flow(problem, start, method="validated", until=TIME, radius=1e-32)
        assert run.end_ball.excludes(wrong)


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_the_limit_of_the_aligned_flow(depth):
    with mp.workdps(DIGITS):
        problem, start, _ = aligned_case(depth)
        run = gradient_flow(problem, start, method="validated", radius=1e-30)
        assert run.status == "closed" and run.limit.radius_above <= 1e-30
        # At depth 1 the tail is exact and the radius far below the digits of the closed form.
        end = rational(TARGET) if depth == 1 else mpmath.root(mpf(6) / 5, depth)
        expected = rank_one_chain(UNIT, end, 1) if depth == 1 else scaled_chain(end, UNIT, depth)
        assert run.limit.contains(expected)
        assert run.limit.imbalance.upper() < 1e-27  # balanced it started


@pytest.mark.parametrize("direction", [["3/5", "4/5"], ["-3/5", "4/5"]])
def test_planar_flow(direction):
    """The angle to ``w* = (6/5, 0)`` has half-tangent ``(4/5)/(1 ± 3/5)``, exactly."""
    cosine = rational(direction[0])
    half_tangent = fmpq(4, 5) / (1 + cosine)
    with mp.workdps(DIGITS):
        problem, start = isotropic(C, [TARGET, 0]), rank_one_chain(direction, SIZE, 2)
        state = planar_flow(TIME, SIZE**2, half_tangent, TARGET, C)
        w = rational_array([exactly(state.norm * mp.cos(state.angle)), exactly(state.norm * mp.sin(state.angle))])
        run = gradient_flow(problem, start, method="validated", until=TIME, radius=1e-32)
        assert run.end_error < 1e-30
        with ctx.workprec(256):
            enclosed = run.end_ball.enclosure.regressor()
            assert all(ball.contains(x) for ball, x in zip(enclosed, w, strict=True))
        assert all(ball.rad() < 1e-29 for ball in enclosed)


def test_aligned_along_an_eigenvector_of_any_covariance():
    with mp.workdps(DIGITS):
        problem = isotropic(1, [1, 0])
        covariance = object_array([fmpq(3, 4), fmpq(0), fmpq(0), fmpq(7)], (2, 2))
        problem = type(problem).from_covariance(covariance, problem.regressor)
        value = aligned_flow(1, fmpq(1, 8), 1, "3/4", 3)
        run = gradient_flow(problem, rank_one_chain([1, 0], SIZE, 3), method="validated", until=1, radius=1e-30)
        assert run.end_ball.contains(scaled_chain(mpmath.root(value, 3), [1, 0], 3))


@pytest.mark.parametrize("depth", [3, 4, 7])
def test_hypergeometric_time_is_the_integral(depth):
    with mp.workdps(40):
        x0, goal, c = mpf(1) / 9, mpf(3) / 2, mpf(2) / 3
        integral = mp.quad(lambda x: 1 / (2 * c * depth * x ** (2 - mpf(2) / depth) * (goal - x)), [x0, 0.4, 1.2])
        assert abs(integral - aligned_time(1.2, x0, goal, c, depth)) < mpf(10) ** -30


def test_escape_takes_about_the_stated_time():
    for depth in (3, 5):
        small = mpf(10) ** (-3 * depth)
        assert escape_time(small, 1, 1, depth) / aligned_time("1/2", small, 1, 1, depth) == pytest.approx(1, abs=0.01)


def test_closed_forms_name_what_is_out_of_range():
    for call in (
        lambda: aligned_flow(1, 0, 1, 1, 2),
        lambda: aligned_flow(1, 1, -1, 1, 2),
        lambda: aligned_flow(1, 1, 1, 1, 0),
        lambda: aligned_time("1/2", "1/4", 1, 1, 2),
        lambda: aligned_time(2, "1/4", 1, 1, 3),
        lambda: escape_time(1, 1, 1, 2),
        lambda: planar_flow(1, 1, 0, 1, 1),
    ):
        with pytest.raises(ValueError, match=r"must|needs|depths"):
            call()


def test_float_flow_follows_the_logistic_curve():
    problem, start = isotropic(1, [1, 0]), DeepLinearNetwork([np.array([[0.5, 0.0]]), np.array([[0.5]])])
    run = gradient_flow(problem, start, until=3)
    expected = [float(aligned_flow(float(t), "1/4", 1, 1, 2)) for t in run.times]
    assert np.abs(run.network.regressor()[:, 0] - expected).max() < 1e-10
