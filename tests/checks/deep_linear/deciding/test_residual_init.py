"""`residual-init` by Monte Carlo and on paper: intervals by their definition, and every step of the bound by draws."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import brentq
from scipy.stats import binom

from flatcert.checks.analysis.residual.analytic_bound import (
    RATE,
    analytic_bound,
    inverse_growth,
    least_depth,
    upper_growth,
)
from flatcert.checks.analysis.residual.report import drawn_start
from flatcert.checks.deep_linear.deciding.residual_init import (
    Estimate,
    candidate,
    estimate,
    limit_norm,
    settled_depth,
    up_to,
)
from flatcert.numeric.network.residual import SubProductBounds
from flatcert.numeric.network.residual_promise import ResidualStart, sharp_promise, simple_promise
from flatcert.theory.setting import residual_constants as stated


def counted(held: int, draws: int) -> Estimate:
    rows = [[1.0, 1.0]] * held + [[0.1, 1.0]] * (draws - held)
    return Estimate(1.0, 2, 2, SubProductBounds(0.5, 2.0), np.array(rows))


@pytest.mark.parametrize("held, draws", [(0, 10), (3, 10), (10, 10), (95, 100), (1, 2)])
def test_the_interval_is_that_of_clopper_and_pearson(held: int, draws: int) -> None:
    """SciPy by quantiles of a beta distribution; here the tails of the binomial distribution, solved for."""
    lower, upper = counted(held, draws).interval
    if held:
        assert lower == pytest.approx(brentq(lambda p: binom.sf(held - 1, draws, p) - 0.005, 0, 1), abs=1e-9)
    else:
        assert lower == 0
    if held < draws:
        assert upper == pytest.approx(brentq(lambda p: binom.cdf(held, draws, p) - 0.005, 0, 1), abs=1e-9)
    else:
        assert upper == 1


def test_draws_are_a_function_of_their_seed() -> None:
    first, again = estimate(0.5, 3, 4, 5, seed=7), estimate(0.5, 3, 4, 5, seed=7)
    assert (first.drawn == again.drawn).all()
    assert (first.drawn != estimate(0.5, 3, 4, 5, seed=8).drawn).any()
    assert (estimate(0.5, 3, 4, 3, seed=7).drawn == first.drawn[:3]).all()


def test_the_median_falls_like_one_over_the_dimension_in_one_layer() -> None:
    """``s = 2``, ``L = 1``: no ``α_0(s) > 0`` serves all dimensions."""
    medians = {d: estimate(2.0, d, 1, 400).medians.alpha * d for d in (10, 20, 40, 80)}
    assert max(medians.values()) < 2 * min(medians.values())


def test_no_change_with_the_depth_beyond_some_depth() -> None:
    """``s = 2`` at ``d = 10``: a few layers are the worst, many are as good as more; ``s = 1/4``: from the first on."""
    found = [estimate(2.0, 10, depth, 60) for depth in up_to(50, (1, 2, 5, 10, 20))]
    assert 5 < settled_depth(found) <= 20
    assert found[2].interval[1] < found[-1].interval[0]
    assert estimate(0.25, 20, 50, 40).held >= 38


def test_the_limit_of_the_norm() -> None:
    """The edge of the spectrum, from the S-transform by SymPy; and a large product."""
    z, t = sp.symbols("z t", positive=True)
    inverse = sp.exp(-t * (2 * z + 1)) * z / (1 + z)
    slope = sp.diff(sp.expand_log(sp.log(inverse), force=True), z)
    for scale in (0.3, 1.0, 2.0):
        (point,) = (x for x in sp.solve(slope.subs(t, sp.Rational(scale) ** 2), z) if x > 0)
        assert limit_norm(scale) ** 2 == pytest.approx(float(1 / inverse.subs({t: scale**2, z: point})))
    medians = estimate(1.0, 40, 40, 3).medians
    assert medians.beta == pytest.approx(limit_norm(1.0), rel=0.2)
    assert 1 / medians.alpha == pytest.approx(limit_norm(1.0), rel=0.2)


@pytest.mark.parametrize("scale, c, d, depth", [(0.5, 1.0, 4, 20), (1.0, 0.7, 6, 60), (0.25, 3.0, 3, 12)])
def test_the_moments_of_one_layer(scale: float, c: float, d: int, depth: int) -> None:
    """Steps 1 and 4, by a million draws of the length itself; the inverse by solving, not by its formula."""
    rng = np.random.default_rng(1)
    theta, sigma = c * d, scale / np.sqrt(d * depth)
    noise = sigma * rng.normal(size=(100_000, d, d))
    layers = np.eye(d) + noise
    moment = (layers[:, :, 0] ** 2).sum(axis=1) ** theta
    slack = 4 * moment.std() / np.sqrt(len(moment))
    assert moment.mean() - slack <= np.exp(d * upper_growth(scale, c, depth) / depth)
    delta = 0.4
    unit = np.broadcast_to(np.eye(d)[:, :1], (len(layers), d, 1))
    inside = np.linalg.norm(noise, 2, axis=(1, 2)) <= delta
    inverse = (np.linalg.solve(layers.mT, unit) ** 2).sum(axis=(1, 2)) ** theta * inside
    slack = 4 * inverse.std() / np.sqrt(len(inverse))
    assert inside.mean() > 0.2
    assert inverse.mean() - slack <= np.exp(d * inverse_growth(scale, c, depth, delta) / depth)


def test_the_length_of_an_inverse_column() -> None:
    """Step 4's identity ``1/|W⁻ᵀu| = |n · We_1|`` for the normal ``n`` of the other columns, and its first entry."""
    rng = np.random.default_rng(0)
    noise = 0.1 * rng.normal(size=(5, 5))
    layer = np.eye(5) + noise
    normal = np.linalg.svd(layer[:, 1:].T)[2][-1]
    assert 1 / np.linalg.norm(np.linalg.inv(layer).T[:, 0]) == pytest.approx(abs(normal @ layer[:, 0]))
    below = np.linalg.solve(np.eye(4) + noise[1:, 1:].T, noise[0, 1:])
    assert normal[0] ** -2 == pytest.approx(1 + below @ below)


def test_the_tail_of_the_norm() -> None:
    """Step 5 on draws; and that the depth found is the first, and enough ever after."""
    rng = np.random.default_rng(0)
    norms = np.linalg.norm(rng.normal(size=(20_000, 4, 4)), 2, axis=(1, 2))
    for tau in (0.1, 0.5, 1.0):
        assert (norms >= 2 * (2 + tau)).mean() <= np.exp(-4 * tau**2 / 2)
    least = least_depth(0.25)
    failing = [depth * np.exp(-(max(0.2 * depth**0.5 / 0.25 - 2, 0) ** 2) / 2) > np.exp(-RATE)
               for depth in range(8, 1000)]
    assert failing.index(False) + 8 == least and not any(failing[least - 8:])


def test_the_analytic_bound_holds_on_draws() -> None:
    """From its depth on, as often as it says: the estimate is far above, the constants are far from tight."""
    bound = analytic_bound(0.25)
    found = estimate(0.25, 30, bound.depth, 20, bounds=bound.bounds)
    assert found.held == 20 and bound.probability(30) > 0.8
    assert bound.bounds.beta > candidate(0.25).beta
    with pytest.raises(ValueError, match="positive scale"):
        analytic_bound(0.0)


def test_the_thresholds_are_those_of_the_claims() -> None:
    """`numeric` imports no theory: its formulas against the SymPy expressions that are derived."""
    start = ResidualStart.of(*drawn_start(0.25, 3, 4, 0, 0))
    values = {
        "L": start.depth, "alpha_sub_0": start.bounds.alpha, "beta_sub_0": start.bounds.beta,
        "alpha_ends_0": start.ends, "norm_p": float(start.readout), "rho": 0.07,
        "lambda_pos": float(start.spectrum[0]), "lambda_max": float(start.spectrum[1]),
    }

    def at(expression: sp.Expr) -> float:
        return float(expression.subs({symbol: values[symbol.name] for symbol in expression.free_symbols}))

    simple, sharp = simple_promise(start), sharp_promise(start, 0.07)
    assert float(simple.risk_gap) == pytest.approx(at(stated.SMALL.rhs), rel=1e-12)
    assert float(simple.rate) == pytest.approx(at(stated.RATE), rel=1e-12)
    assert float(simple.move) == pytest.approx(at(stated.RADIUS), rel=1e-12)
    assert float(sharp.risk_gap) == pytest.approx(at(stated.SMALL_SHARP.rhs), rel=1e-12)
    assert float(sharp.rate) == pytest.approx(at(stated.RATE_SHARP), rel=1e-12)
