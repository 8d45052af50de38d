"""The validated flow: bounds that hold, mean something, and are refused where they cannot hold."""

from dataclasses import replace
from math import comb, factorial

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from flow_instances import gaussian_instance, isotropic, nudged, rank_one_chain

from flatcert.numeric.flow.gradient_flow import gradient_flow
from flatcert.numeric.flow.limit import enclose_limit
from flatcert.numeric.flow.logarithmic_norm import BallBounds
from flatcert.numeric.flow.series import FlowSystem, ball_layers, network_of
from flatcert.numeric.flow.validated_step import validated_step
from flatcert.numeric.flow.weight_ball import WeightBall
from flatcert.numeric.linalg.norm_bounds import norm_above
from flatcert.numeric.linalg.rational import rational_array
from flatcert.numeric.network.hessian import gradient, hessian
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.sharpness import sharpness

BITS = 192


def system_of(problem, network):
    return FlowSystem.of(problem, network), ball_layers(network)


def true_state(problem, network, time):
    """The flow at 200 bits by another integrator."""
    return gradient_flow(problem, network, method="taylor", until=time, bits=200).end


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_ball_bounds_hold_for_random_and_complex_perturbations(depth):
    rng = np.random.default_rng(depth)
    problem, network = gaussian_instance(3, depth, 0.6, seed=depth)
    with ctx.workprec(BITS):
        bounds = BallBounds(*system_of(problem, network))
    values = []
    for r in (1e-3, 0.1, 0.5):
        limits = {
            "gradient": float(bounds.gradient(arb(r))),
            "expansion": float(bounds.expansion(arb(r))),
            "regressor": float(bounds.regressor(arb(r))[0]),
            "jacobian": float(bounds.jacobian(arb(r))),
        }
        for _ in range(50):
            moved = nudged(network, r, rng).astype(float)
            residual_free = -np.linalg.eigvalsh(hessian(problem, moved))[0]
            u = rng.normal(size=3)
            u /= np.linalg.norm(u)
            pairs = zip(moved.jacobian_adjoint(u), network.jacobian_adjoint(u), strict=True)
            actual = {
                "gradient": _norm(gradient(problem, moved)),
                "expansion": residual_free,
                "regressor": float(np.linalg.norm(moved.regressor() - network.regressor())),
                "jacobian": _norm([a - b for a, b in pairs]),
            }
            assert all(actual[name] <= limits[name] * (1 + 1e-12) + 1e-12 for name in limits)
            assert _complex_gradient(problem, network, r, rng) <= limits["gradient"] * (1 + 1e-12)
        values.append(bounds.gradient_float(np.array([r]))[0] / limits["gradient"])
    assert values == pytest.approx([1] * 3, rel=1e-9)


def _norm(layers):
    return float(np.sqrt(sum((np.abs(layer) ** 2).sum() for layer in layers)))


def _complex_gradient(problem, network, r, rng):
    """``‖∇R‖`` at a complex point of the ball; transposes, not adjoints."""
    steps = [rng.normal(size=w.shape) + 1j * rng.normal(size=w.shape) for w in network.weights]
    weights = [w + 0.999 * r * s / _norm(steps) for w, s in zip(network.weights, steps, strict=True)]
    backward = [np.ones(1)]
    for w in reversed(weights):
        backward.append(w.T @ backward[-1])
    backward.reverse()
    h = 2 * problem.covariance @ (backward[0] - problem.regressor)
    layers = []
    for w, q in zip(weights, backward[1:], strict=True):
        layers.append(np.outer(q, h))
        h = w @ h
    return _norm(layers)


def test_the_gradient_bound_is_attained_in_the_scalar_case():
    """``d = L = 1``: ``R' = 2(w − w*)``, linear, so nothing is lost."""
    problem, network = RegressionProblem.from_covariance([[1.0]], [1.0]), DeepLinearNetwork([[[3.0]]])
    with ctx.workprec(BITS):
        bounds = BallBounds(*system_of(problem, network))
    assert float(bounds.gradient(arb(1))) == pytest.approx(6)


def test_the_expansion_of_a_scalar_chain_is_binomial():
    """Terms with ``c`` moved layers of ``(a + ξ)^m``: ``√(C(m,c)/c!) a^{m−c}``; ``c <= 1`` is attained."""
    a, depth = 0.75, 5
    problem, network = RegressionProblem.from_covariance([[1.0]], [1.0]), DeepLinearNetwork([[[a]]] * depth)
    with ctx.workprec(BITS):
        bounds = BallBounds(*system_of(problem, network))
    for c, table in enumerate(bounds._forward):
        for j in range(depth):
            for k in range(j, depth):
                m = k - j
                assert float(table[j][k]) == pytest.approx(_term(a, m, c), rel=1e-12, abs=1e-300)
    for c, row in enumerate(bounds._backward):
        assert [float(x) for x in row] == pytest.approx([_term(a, depth - k, c) for k in range(depth + 1)], rel=1e-12)


def _term(a, m, c):
    return np.sqrt(comb(m, c) / factorial(c)) * a ** (m - c) if c <= m else 0.0


def test_the_growth_is_attained_at_the_saddle():
    """At ``W = 0``, ``L = 2``, ``d = 1`` the flow expands with rate ``2cx*`` exactly."""
    problem, network = RegressionProblem.from_covariance([[1.0]], [1.0]), DeepLinearNetwork([[[0.0]]] * 2)
    with ctx.workprec(BITS):
        bounds = BallBounds(*system_of(problem, network))
    assert float(bounds.expansion(arb(0))) == pytest.approx(2, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_one_step_carries_the_whole_ball(seed):
    """Any start within the error of the centre ends within the new error; coarse orders on purpose."""
    rng = np.random.default_rng(seed)
    problem, network = gaussian_instance(2, 1 + seed % 4, 0.7, seed=seed)
    error = 10.0 ** -rng.integers(2, 6)
    with ctx.workprec(BITS):
        step = validated_step(*system_of(problem, network), arb(error), 5, error)
    reached = WeightBall(network_of(step.layers, network), step.error)
    for _ in range(3):
        start = nudged(network, error, rng)
        assert reached.contains(true_state(problem, start, step.time))
    assert step.error < 4 * error


def test_at_a_stationary_centre_the_error_grows():
    """The midpoint rests at the saddle, a true state beside it does not: ``e^{2t}``."""
    problem, network = RegressionProblem.from_covariance([[1.0]], [1.0]), DeepLinearNetwork([[[0.0]]] * 2)
    with ctx.workprec(BITS):
        system, layers = system_of(problem, network)
        step = validated_step(system, layers, arb(1e-6), 20, 1e-12)
        still = validated_step(system, layers, arb(0), 20, 1e-12)
    assert float(step.error) == pytest.approx(1e-6 * np.exp(2 * float(step.time)), rel=1e-3)
    assert still.error == 0
    beside = DeepLinearNetwork([[[7e-7]], [[7e-7]]])
    reached = WeightBall(network_of(step.layers, network), step.error)
    assert reached.contains(true_state(problem, beside, step.time))
    assert replace(reached, radius=arb(1e-6)).excludes(true_state(problem, beside, step.time))


def test_radii_round_up():
    """What all enclosures rely on."""
    third = arb(1) / 3
    assert arb(0, third.upper()).contains(third.upper()) and arb(0, third.upper()).rad() >= third.upper()


@pytest.mark.parametrize("seed", range(4))
def test_coarse_enclosures_hold_too(seed):
    """A wide ball is the one in which a wrong term would show."""
    problem, network = gaussian_instance(2, 2 + seed % 3, 0.5, seed=seed)
    run = gradient_flow(problem, network, method="validated", until=1, radius=0.01, order=4)
    assert run.status == "reached"
    assert run.end_ball.contains(true_state(problem, network, 1))


def test_conservation_holds_inside_the_ball():
    """``D_k`` of the end state, enclosed, contains the exact ``D_k`` of the start (claim `conservation`)."""
    problem, network = gaussian_instance(3, 4, 0.4, seed=0)
    start = DeepLinearNetwork([rational_array(weight) for weight in network.weights])
    run = gradient_flow(problem, network, method="validated")
    for ball in (run.end_ball, run.limit):
        with ctx.workprec(256):
            pairs = list(zip(ball.enclosure.imbalance(), start.imbalance(), strict=True))
            assert all(x.contains(y) for a, b in pairs for x, y in zip(a.flat, b.flat, strict=True))
            assert all(x.rad() < 1e-17 for a, _ in pairs for x in a.flat)


@pytest.mark.parametrize(("d", "depth", "scale"), [(1, 2, 0.5), (2, 3, 0.5), (3, 4, 0.4), (4, 1, 1.0)])
def test_the_limit_holds_that_of_a_more_precise_run_and_not_much_more(d, depth, scale):
    """Radius 1e-20 contains the ball of radius 1e-38; shrunk by 10^6 it loses it."""
    problem, network = gaussian_instance(d, depth, scale, seed=d)
    run = gradient_flow(problem, network, method="validated")
    finer = gradient_flow(problem, network, method="validated", radius=1e-38)
    assert run.status == finer.status == "closed"
    assert run.limit.radius_above <= 1e-20 and finer.limit.radius_above <= 1e-38
    assert run.limit.contains(finer.limit.enclosure)
    assert replace(run.limit, radius=run.limit.radius * arb("1e-6")).excludes(finer.limit.enclosure)
    assert run.limit.sharpness.overlaps(finer.limit.sharpness)
    assert run.limit.imbalance.overlaps(finer.limit.imbalance)


@pytest.mark.parametrize("seed", range(4))
def test_the_tail_holds_for_every_start_within_the_error(seed):
    """The quadratic tail bound from a state far off the minimizers, with a visible error."""
    rng = np.random.default_rng(seed)
    problem, network = gaussian_instance(2, 1 + seed, 0.6, seed=seed)
    near = gradient_flow(problem, network, gradient=1e-3).end
    with ctx.workprec(BITS):
        tail = enclose_limit(problem, ball_layers(near), arb(1e-3), near, BITS)
        sharp = enclose_limit(problem, ball_layers(near), arb(0), near, BITS)
    assert sharp.radius < tail.radius < 0.1
    for _ in range(2):
        start = nudged(near, 1e-3, rng)
        limit = gradient_flow(problem, start, method="validated").limit
        assert tail.contains(limit.enclosure)
    # The other ball is the wider one at depth 1, where the tail is exact.
    assert not sharp.excludes(gradient_flow(problem, near, method="validated").limit.enclosure)


def test_the_tail_bound_is_quadratic():
    problem, network = gaussian_instance(3, 3, 0.5, seed=2)
    radii = []
    for stop in (1e-4, 1e-6):
        near = gradient_flow(problem, network, gradient=stop)
        with ctx.workprec(BITS):
            tail = enclose_limit(problem, ball_layers(near.end), arb(0), near.end, BITS)
        radii.append(tail.radius_above / near.gradient_norms[-1] ** 2)
    assert radii[1] == pytest.approx(radii[0], rel=0.5)


def test_a_flow_into_the_saddle_is_inconclusive():
    """``φ_0 = π``: nothing is enclosed, and the end state read as a start is not closed either."""
    problem, network = isotropic(1, [1, 0]), rank_one_chain([-1, 0], fmpq(1, 2), 2)
    run = gradient_flow(problem, network, method="validated", max_steps=300)
    assert run.status == "inconclusive" and run.limit is None and run.decided == "nothing"
    assert "saddle" in run.reason


def beside_the_saddle(digits):
    """The start of the test above, moved off the axis by ``10^{-digits}``: past the saddle, in the end."""
    first = rational_array([["-3/10", fmpq(1, 10**digits)], ["-2/5", 0]])
    return isotropic(1, [1, 0]), DeepLinearNetwork([first, rational_array([["3/10", "2/5"]])])


def test_a_near_saddle_is_passed_with_smaller_defects():
    problem, network = beside_the_saddle(10)
    run = gradient_flow(problem, network, method="validated", radius=1e-6)
    assert run.status == "closed" and run.limit.radius_above <= 1e-6
    assert run.layer_norms.min() < 1e-4  # so near did it come
    finer = gradient_flow(problem, network, method="validated", radius=1e-12)
    assert run.limit.contains(finer.limit.enclosure)


def test_a_nearer_saddle_leaves_the_limit_of_the_end_state():
    problem, network = beside_the_saddle(14)
    run = gradient_flow(problem, network, method="validated", radius=1e-6, restart=True)
    assert run.status == "inconclusive" and "saddle" in run.reason and run.limit is None
    assert run.decided == "limit of the end state" and run.restart.status == "closed"
    assert run.end_error > 0 and run.restart.errors[0] == 0


def test_the_end_state_can_be_decided_where_the_start_is_not():
    """Too few steps for the start; its end state is an exact start for the same number again."""
    problem, network = gaussian_instance(2, 3, 0.5, seed=0)
    run = gradient_flow(problem, network, method="validated", max_steps=20, restart=True)
    assert run.status == "inconclusive" and run.limit is None
    assert run.decided == "limit of the end state"
    whole = gradient_flow(problem, network, method="validated")
    # Near the limit of the start, but a different statement.
    assert run.restart.problem is run.problem and run.restart.errors[0] == 0
    assert not run.restart.limit.excludes(whole.limit.enclosure)


def test_singular_covariance_and_zero_problem():
    singular = RegressionProblem.from_covariance(rational_array([[1, 1], [1, 1]]), rational_array([1, 1]))
    _, network = gaussian_instance(2, 3, 0.6, seed=3)
    run = gradient_flow(singular, network, method="validated")
    assert run.status == "closed" and run.limit.radius_above <= 1e-20
    with ctx.workprec(128):
        w = run.limit.enclosure.regressor()
        assert abs(w[0] + w[1] - 2) < 1e-17
    with pytest.raises(ValueError, match="give the data as rationals"):
        wide, _ = gaussian_instance(5, 2, 0.5, seed=0, samples=3)
        gradient_flow(wide, DeepLinearNetwork([np.ones((1, 5))]), method="validated")
    nothing = RegressionProblem.from_covariance(rational_array([[0, 0], [0, 0]]), rational_array([0, 0]))
    run = gradient_flow(nothing, network, method="validated")
    assert run.status == "closed" and run.limit.contains(network)


def test_the_enclosed_limit_is_as_sharp_as_float64_says():
    problem, network = gaussian_instance(3, 4, 0.4, seed=1)
    limit = gradient_flow(problem, network, method="validated").limit
    plain = gradient_flow(problem, network).end
    assert float(limit.sharpness.mid()) == pytest.approx(sharpness(problem, plain).value, rel=1e-8)
    assert limit.sharpness.rad() < 1e-15


def test_depth_one_needs_no_expansion():
    problem, network = gaussian_instance(4, 1, 1.0, seed=1)
    run = gradient_flow(problem, network, method="validated", radius=1e-40)
    w = rational_array(problem.regressor)
    assert run.limit.contains(DeepLinearNetwork([w[None, :]]))
    assert run.limit.radius_above <= 1e-40


def test_dropping_the_radii_of_a_series_costs_few_bits():
    """The Taylor method computes with midpoints: they lie within a few ulps of the enclosures."""
    problem, network = gaussian_instance(3, 6, 0.7, seed=1)
    with ctx.workprec(600):
        enclosed = FlowSystem.of(problem, network).series(ball_layers(network), 40)
    with ctx.workprec(160):
        rounded = FlowSystem.of(problem, network).series(ball_layers(network), 40, midpoints=True)
    for exact, floating in zip(enclosed, rounded, strict=True):
        with ctx.workprec(600):
            error = norm_above([a - b for a, b in zip(exact, floating, strict=True)])
            assert error <= norm_above(exact) * arb(2) ** -140


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_ten_layers_of_five(seed):
    problem, network = gaussian_instance(5, 10, 0.35, seed=seed)
    run = gradient_flow(problem, network, method="validated")
    assert run.status == "closed" and run.limit.radius_above < 1e-20
    assert run.limit.sharpness.rad() < 1e-10
