"""Gradient flow: the methods against each other, what is conserved, and honest endings."""

import numpy as np
import pytest
import sympy
from flint import arb, ctx, fmpq
from flow_instances import gaussian_instance, isotropic, rank_one_chain

from flatcert.numeric.flow.gradient_flow import gradient_flow
from flatcert.numeric.linalg.rational import rational_array
from flatcert.numeric.linalg.scalars import as_array, convert_array
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem

SADDLE = [np.zeros((2, 2)), np.zeros((1, 2))]


def entries(network):
    return np.concatenate([weight.astype(float).ravel() for weight in network.weights])


@pytest.mark.parametrize(("d", "depth"), [(1, 1), (2, 2), (2, 3), (3, 4)])
def test_float_agrees_with_taylor_to_9_digits(d, depth):
    """An implicit-free Runge–Kutta method of SciPy and our series share no line of code."""
    problem, network = gaussian_instance(d, depth, 0.5, seed=depth)
    for stop in ({"until": 2}, {"until": "7/3"}):
        plain = gradient_flow(problem, network, **stop)
        series = gradient_flow(problem, network, method="taylor", **stop)
        assert plain.status == series.status == "reached"
        assert np.abs(entries(plain.end) - entries(series.end)).max() < 1e-9


def test_orders_and_precisions_agree():
    problem, network = gaussian_instance(2, 3, 0.5, seed=1)
    runs = [
        gradient_flow(problem, network, method="taylor", until=1, bits=bits, order=order)
        for bits, order in ((100, 12), (100, 40), (300, 60))
    ]
    for run in runs[:2]:
        pairs = zip(run.end.weights, runs[2].end.weights, strict=True)
        assert max(abs(x) for a, b in pairs for x in (a - b).flat) < arb(2) ** -88


@pytest.mark.parametrize("method", ["float", "taylor", "validated"])
def test_what_the_theory_speaks_of_along_the_way(method):
    problem, network = gaussian_instance(3, 3, 0.5, seed=5)
    run = gradient_flow(problem, network, method=method).thinned(20)
    assert run.status in ("converged", "closed") and len(run.times) == 20
    assert (np.diff(run.times) > 0).all() and (np.diff(run.risks[:-3]) < 0).all()
    assert np.ptp(run.imbalance) < 1e-9 * run.imbalance[0]
    assert run.layer_norms.shape == (20, 3) and run.alignment.shape == (20, 2)
    assert (run.rank_one_gaps >= 0).all() and (run.alignment <= 1 + 1e-12).all()
    middle = run.state(7)
    frobenius = [(weight**2).sum() for weight in middle.weights]
    assert np.allclose(run.layer_norms[7] ** 2 + run.rank_one_gaps[7], frobenius)
    assert run.risks[7] == pytest.approx(problem.risk_gap(middle.regressor()))
    assert run.sharpness.shape == (20,) and run.sharpness[-1] > 0


def test_validated_diagnostics_match_the_enclosed_limit():
    problem, network = gaussian_instance(3, 3, 0.5, seed=5)
    run = gradient_flow(problem, network, method="validated")
    assert run.sharpness[-1] == pytest.approx(float(run.limit.sharpness.mid()), rel=1e-6)
    assert run.imbalance[0] == pytest.approx(float(run.limit.imbalance.mid()), rel=1e-12)
    values = [np.linalg.svd(weight, compute_uv=False) for weight in run.limit.centre.astype(float).weights]
    assert run.layer_norms[-1] ** 2 == pytest.approx([value[0] ** 2 for value in values], rel=1e-6)
    assert run.rank_one_gaps[-1] == pytest.approx([(value[1:] ** 2).sum() for value in values], abs=1e-6)


@pytest.mark.parametrize("method", ["float", "taylor", "validated"])
def test_a_start_at_the_saddle_is_not_called_converged(method):
    problem = RegressionProblem.from_covariance([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
    run = gradient_flow(problem, DeepLinearNetwork(SADDLE), method=method)
    assert run.status == "inconclusive" and "saddle" in run.reason
    assert run.limit is None and run.decided == "nothing"


@pytest.mark.parametrize("method", ["float", "taylor"])
def test_a_flow_into_the_saddle_is_not_called_converged(method):
    """``φ_0 = π``: ``w`` points away from ``w*`` and shrinks to 0."""
    problem, network = isotropic(1, [1, 0]), rank_one_chain([-1, 0], fmpq(1, 2), 2)
    run = gradient_flow(problem, network, method=method, gradient=1e-4)
    assert run.status == "inconclusive" and "saddle" in run.reason


def test_a_start_at_a_minimizer_stays():
    problem, network = isotropic(2, ["1/4", 0]), rank_one_chain([1, 0], fmpq(1, 2), 2)
    run = gradient_flow(problem, network, method="validated")
    assert (run.status, run.steps) == ("closed", 0)
    assert run.limit.radius_above < 1e-40 and run.limit.contains(network)


def test_too_few_steps_are_said_to_be_too_few():
    problem, network = gaussian_instance(2, 2, 0.5, seed=0)
    for method in ("float", "taylor", "validated"):
        run = gradient_flow(problem, network, method=method, max_steps=2)
        assert run.status == "inconclusive" and "no end after 2 steps" in run.reason


def test_a_readout_of_several_outputs():
    problem, _ = gaussian_instance(2, 2, 0.5, seed=3)
    rng = np.random.default_rng(4)
    network = DeepLinearNetwork([rng.normal(size=(2, 2)), rng.normal(size=(3, 2))], [1.0, -0.5, 0.25])
    plain = gradient_flow(problem, network, until=1)
    run = gradient_flow(problem, network, method="validated", until=1)
    assert np.abs(entries(plain.end) - entries(run.end)).max() < 1e-9
    limit = gradient_flow(problem, network, method="validated").limit
    assert limit.radius_above <= 1e-20
    with ctx.workprec(128):
        w = limit.enclosure.regressor()
        assert all(abs(x) < 1e-17 for x in w - as_array(problem.regressor))


def test_bad_input_is_named():
    problem, network = gaussian_instance(2, 2, 0.5, seed=0)
    batch = DeepLinearNetwork([np.zeros((3, 2, 2)), np.zeros((3, 1, 2))])
    with pytest.raises(ValueError, match="not a batch"):
        gradient_flow(problem, batch)
    with pytest.raises(ValueError, match="inputs, but the problem"):
        gradient_flow(problem, DeepLinearNetwork([[[1.0]]]))
    for value in (np.nan, np.inf, 1e200):  # no first step would be found
        with pytest.raises(ValueError, match="not finite in float64"):
            gradient_flow(problem, DeepLinearNetwork([[[value, 1.0]], [[value]]]), method="float")
    with pytest.raises(ValueError, match="time must be positive"):
        gradient_flow(problem, network, until=0)
    with pytest.raises(ValueError, match="must be float, taylor or validated"):
        gradient_flow(problem, network, method="euler")
    for few in ({"order": 1}, {"bits": 10}):
        with pytest.raises(ValueError, match="order must be at least 2"):
            gradient_flow(problem, network, method="validated", **few)
    with pytest.raises(ValueError, match="radius must lie"):
        gradient_flow(problem, network, method="validated", radius=2.0)
    with pytest.raises(ValueError, match="not at a gradient norm"):
        gradient_flow(problem, network, method="validated", gradient=1e-3)
    with pytest.raises(ValueError, match="positive semidefinite"):
        indefinite = RegressionProblem(np.diag([1.0, -1.0]), np.ones(2))
        gradient_flow(indefinite, network, method="validated")
    with pytest.raises(TypeError, match="not for symbols"):
        gradient_flow(problem, network.astype(lambda x: sympy.Float(x)))
    with pytest.raises(ValueError, match="proved error"):
        _ = gradient_flow(problem, network, until=1).end_ball
    with pytest.raises(ValueError, match="two ends"):
        gradient_flow(problem, network, until=1).thinned(1)


def test_a_wide_ball_is_not_an_exact_start():
    problem, network = gaussian_instance(2, 2, 0.5, seed=0)
    wide = DeepLinearNetwork([convert_array(w, lambda x: arb(x, 0.1)) for w in network.weights])
    with pytest.raises(ValueError, match="not one rational number"):
        gradient_flow(problem, wide, method="validated")


def test_rational_and_float_weights_give_the_same_trajectory():
    problem, network = gaussian_instance(2, 3, 0.5, seed=8)
    exact = DeepLinearNetwork([rational_array(weight) for weight in network.weights])
    runs = [gradient_flow(problem, start, method="validated", until=1) for start in (network, exact)]
    assert runs[0].end_ball.contains(runs[1].end)
