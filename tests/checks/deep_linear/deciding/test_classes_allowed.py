"""Classes of instances by their numbers, and which of them an obligation allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.classes_allowed import EXCLUDED
from flatcert.checks.deep_linear.deciding.hypotheses import predicate
from flatcert.checks.deep_linear.evaluation.dense import end_to_end, floats
from flatcert.checks.deep_linear.instances import spaces
from flatcert.checks.deep_linear.instances.classes import CLASSES, LAYERS, classes_of, ends_reached
from flatcert.checks.deep_linear.instances.instance import Instance
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.deep_linear.instances.strategies import family_instances, small_instances
from flatcert.theory.library import BUILT_IN


@given(small_instances() | family_instances("singular") | family_instances("stray") | family_instances("balanced"))
def test_classes_are_those_of_the_numbers(case: Instance) -> None:
    """Ranks and products once more by NumPy; the name of the instance plays no part."""
    sigma, widths = floats(case.covariance), [w.shape[0] for w in case.weights]
    readout = np.ones(1) if case.readout is None else floats(case.readout)
    gap = end_to_end([floats(w) for w in case.weights], readout) - floats(case.regressor)
    off, above = np.linalg.norm(gap) > 1e-9, np.linalg.norm(sigma @ gap) > 1e-9
    singular, d = np.linalg.matrix_rank(sigma) < len(sigma), len(sigma)
    stated = {
        "depth 1": len(widths) == 1, "depth 2": len(widths) == 2, "depth 4 or more": len(widths) >= 4, "d = 1": d == 1,
        "a narrow layer": any(x < d for x in widths[:-1]), "a wide layer": any(x > d for x in widths[:-1]),
        "singular covariance": singular, "a minimizer off w*": off and not above, "weights off the minimum": above,
        "singular covariance off the minimum": singular and above,
        "a read-out": len(readout) > 1 or readout[0] != 1,
    }
    assert classes_of(case) == classes_of(replace(case, name="deep:0:0")) == {x for x, holds in stated.items() if holds}
    assert set(stated) | set(LAYERS) == set(CLASSES)


def test_layers_reached() -> None:
    assert ends_reached({1, 2}, 3) == {"the first layer"}
    assert ends_reached({1}, 1) == set(LAYERS)
    assert ends_reached((), 3) == ends_reached({0}, 3) == set()


@pytest.mark.parametrize("hypothesis", EXCLUDED, ids=str)
def test_what_a_hypothesis_excludes_is_never_decided(hypothesis: Any) -> None:
    """The table is about mathematics, so it can be false: of 200 instances none may be what is excluded."""
    excluded = EXCLUDED[hypothesis]
    if not isinstance(hypothesis, str) or hypothesis == "k < L":
        return
    for space in ("weights", "layers", "starts", "products", "balanced"):
        for family in spaces.SPACES[space]:
            for index in range(family.count or 20):
                case = instance(family.name, 0, index)
                if predicate(hypothesis, case):
                    assert not classes_of(case) & excluded, case.name


def test_hypotheses_exclude_classes() -> None:
    def allowed(claim: str, name: str) -> set[str]:
        return set(decider(BUILT_IN.claims[claim].obligation(name)).classes_allowed())

    singular = {"singular covariance", "a minimizer off w*"}
    assert singular <= allowed("sharpness-lower", "minimizers")
    assert not singular & allowed("limit-sharpness", "condition")  # lambda_min > 0, and kappa
    assert allowed("limit-sharpness", "target") & singular == {"singular covariance"}  # w == w*
    assert {"a read-out", "depth 1"} <= allowed("sharpness-lower", "minimizers")
    assert "a read-out" not in allowed("norm-control", "norm")  # plain
    assert not {"depth 1", "depth 2"} & allowed("learning-rate", "nonsingular-at-zero")  # L >= 3
    assert "singular covariance off the minimum" in allowed("pl-inequality", "kernel")
    assert not {"a narrow layer", "a wide layer"} & allowed("residual-convergence", "rate")  # square
    assert allowed("conservation", "layers") == {
        "depth 2", "depth 4 or more", "d = 1", "a narrow layer", "a wide layer", *LAYERS}
    assert allowed("residual-init", "below") == allowed("planar-flow-2", "angle") == set()
