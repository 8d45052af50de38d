"""Every statement of the figures can hold, fail, and be undecided; its numbers are those of a second computation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.figures.experiments import Experiment, Run
from flatcert.checks.figures.lines import Lines
from flatcert.checks.figures.statements import (
    divergence,
    gelu_edge,
    generalization,
    regression,
    small_start,
    threshold,
    thresholds,
    within_bounds,
)

LINES = Lines(lower=9.0, least=10.0, eight=40.0, paper=0.22, tight=0.21, exact=0.2, energy=1.0)
EXPERIMENT = Experiment("plain", "plain", 5, 5, 50, 1.0, (0.1, 0.2), (Run(0.1, 1000, 4), Run(0.05, 1000, 4)))


def columns(number=8, **given):
    """Networks that converged at rate 0.1 to a sharpness of 15, unless told otherwise."""
    plain = {"rate": 0.1, "steps": 1000, "scale": 0.1, "diverged_after": -1, "final_minimizer": True,
             "final_sharpness": 15.0, "final_gap": 0.0, "generalization_gap": 1.0}
    return {name: np.broadcast_to(np.asarray(given.get(name, value)), (number,)) for name, value in plain.items()}


@pytest.mark.parametrize("change, verdict, counts", [
    ({}, "held", (8, 8)),
    ({"final_sharpness": [10.0] * 7 + [20.0]}, "held", (8, 8)),
    ({"final_sharpness": [15.0] * 7 + [9.9999]}, "violated", (7, 8)),
    ({"final_sharpness": [15.0] * 7 + [20.2]}, "violated", (7, 8)),
    ({"final_minimizer": False}, "inconclusive", (0, 0)),
    ({"final_sharpness": np.nan, "final_minimizer": False, "diverged_after": 3}, "inconclusive", (0, 0)),
])
def test_sharpness_between_the_bounds(change, verdict, counts):
    found = within_bounds(1, columns(**change), LINES)
    assert (found.verdict, found.counts) == (verdict, counts)
    if counts[1]:
        assert found.interval[0] < counts[0] / counts[1] <= found.interval[1]


@pytest.mark.parametrize("beyond, verdict", [(0.9, "held"), (1.1, "violated")])
def test_how_far_beyond_two_over_eta_is_seen(beyond, verdict):
    """A perturbation grows by ``ηS − 1`` a step: from 1e-16 to 1e-10 in a thousand steps, or not."""
    growth = 1 + beyond * np.log(1e6) / 1000
    found = within_bounds(1, columns(final_sharpness=(1 + growth) / 0.1), LINES)
    assert found.verdict == verdict
    assert found.numbers["arrested above 2/eta"] == (8 if verdict == "held" else 0)


def test_small_starts():
    slow = {"rate": 0.05, "final_sharpness": 39.0}
    assert small_start(1, EXPERIMENT, columns(**slow), LINES).verdict == "held"
    assert small_start(1, EXPERIMENT, columns(**slow | {"final_sharpness": 41.0}), LINES).verdict == "violated"
    assert small_start(1, EXPERIMENT, columns(rate=0.1), LINES).verdict == "inconclusive"
    assert small_start(1, EXPERIMENT, columns(**slow | {"scale": 0.2}), LINES).verdict == "inconclusive"


@pytest.mark.parametrize("small, large, verdict", [(0, 20, "held"), (20, 0, "violated"), (5, 8, "inconclusive")])
def test_divergence_and_scale(small, large, verdict):
    gone = np.concatenate([np.arange(20) < small, np.arange(20) < large])
    table = columns(40, scale=np.repeat([0.1, 0.2], 20), diverged_after=np.where(gone, 5, -1))
    assert divergence(3, EXPERIMENT, table, LINES).verdict == verdict
    assert divergence(3, EXPERIMENT, table | {"rate": np.full(40, 0.3)}, LINES).verdict == "inconclusive"


def depth_table(settled, converged=None):
    rates = np.array([0.05, 0.1, 0.196, 0.205, 0.4])
    gaps = np.where(np.array(settled)[:, None] > np.arange(4), 0.0, np.array([1.0, 2.0, np.nan, 4.0]))
    minimizer = np.array([4, 4, 4, 0, 0] if converged is None else converged)[:, None] > np.arange(4)
    return columns(20, rate=np.repeat(rates, 4), final_gap=gaps.ravel(), final_minimizer=minimizer.ravel())


@pytest.mark.parametrize("settled, verdict", [
    ([4, 4, 2, 1, 0], "held"), ([4, 4, 1, 0, 0], "held"), ([4, 4, 4, 2, 0], "held"), ([4, 1, 0, 0, 0], "violated"),
    ([4, 4, 4, 4, 4], "violated"), ([0, 0, 0, 0, 0], "violated"),
])
def test_the_threshold_lies_where_the_theory_says(settled, verdict):
    assert thresholds(2, EXPERIMENT, depth_table(settled), LINES)[1].verdict == verdict


def test_nothing_converges_above_the_threshold():
    good, bad = (thresholds(2, EXPERIMENT, depth_table([4, 4, 2, 1, 0], converged), LINES)[0]
                 for converged in (None, [4, 4, 4, 1, 0]))
    assert (good.verdict, good.counts) == ("held", (8, 8))
    assert (bad.verdict, bad.counts) == ("violated", (7, 8))


@given(st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_the_threshold_by_hand(settled):
    found = threshold(depth_table(settled), 1.0)
    rates = [0.0, 0.05, 0.1, 0.196, 0.205, 0.4, np.inf]
    last = max((i + 1 for i in range(5) if settled[i] >= 2), default=0)
    assert (found.below, found.above) == (rates[last], rates[last + 1])


@given(slope=st.floats(-2, 2), noise=st.floats(0.01, 0.3), seed=st.integers(0, 2**32))
def test_the_regression(slope, noise, seed):
    """Against the normal equations and a permutation-free interval by hand."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 3, size=40)
    y = slope * x - 1 + noise * rng.normal(size=40)
    table = columns(40, rate=0.05, final_sharpness=10**x, generalization_gap=10**y)
    found = regression(EXPERIMENT, table)
    design = np.stack([x, np.ones(40)], axis=1)
    (by_hand, intercept), (squares,), *_ = np.linalg.lstsq(design, y)
    error = np.sqrt(squares / 38 * np.linalg.inv(design.T @ design)[0, 0])
    assert found.slope == pytest.approx(by_hand, abs=1e-8) and found.intercept == pytest.approx(intercept, abs=1e-8)
    assert found.slope_interval == pytest.approx((by_hand - 2.7116 * error, by_hand + 2.7116 * error), abs=1e-4)
    verdict = generalization(6, EXPERIMENT, table).verdict
    assert verdict == ("held" if found.slope_interval[0] > 0 else
                       "violated" if found.slope_interval[1] < 0 else "inconclusive")


def test_a_regression_needs_networks():
    assert generalization(6, EXPERIMENT, columns(rate=0.05, diverged_after=7)).verdict == "inconclusive"


@pytest.mark.parametrize("far, verdict", [(0, "held"), (4, "inconclusive"), (30, "violated")])
def test_the_edge_of_gelu_networks(far, verdict):
    table = columns(30 if far != 4 else 8, final_sharpness=np.where(np.arange(30 if far != 4 else 8) < far, 30.0, 20.5))
    assert gelu_edge(7, table, 1.0).verdict == verdict
    assert gelu_edge(7, columns(final_gap=0.011), 1.0).counts == (0, 0)


def test_as_json():
    made = within_bounds(1, columns(), LINES).as_dict()
    assert made["estimated"] and made["held"] == made["of"] == 8 and made["probability"]["upper"] == 1
    assert within_bounds(1, columns(final_minimizer=False), LINES).as_dict()["probability"] == {
        "lower": None, "upper": None}
