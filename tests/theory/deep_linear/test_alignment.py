"""The squared bounds of ``alignment-quadratic`` in float64, and what refutes their mutants."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp

from flatcert.theory.deep_linear.flow.alignment import ALIGNMENT_QUADRATIC, OVERLAP, TAIL_SUM
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.norms import spectral
from flatcert.theory.language.quantities import k
from flatcert.theory.setting.flow import D
from flatcert.theory.setting.network import W

SQUARED = [o for o in ALIGNMENT_QUADRATIC.obligations if o.name.startswith("by-")]
Layers = Sequence[Any]


def slack(relation: Relation, layers: Layers, layer: int) -> float:
    """Right side minus left side at ``k = layer``, from singular value decompositions."""
    norms = [float(np.linalg.norm(x @ x.T - y.T @ y, 2)) for x, y in pairwise(layers)]
    below, above = np.linalg.svd(layers[layer - 1]), np.linalg.svd(layers[layer])
    values = {
        OVERLAP: float(below[0][:, 0] @ above[2][0]) ** 2, TAIL_SUM: sum(norms[layer - 1:]),
        spectral(D(k)): norms[layer - 1], spectral(W(k)): below[1][0], spectral(W(k + 1)): above[1][0],
    }
    left, right = (float(x.xreplace({y: sp.Float(v) for y, v in values.items()})) for x in (relation.lhs, relation.rhs))
    return right - left


@pytest.mark.parametrize("seed", range(40))
def test_the_squared_bounds_hold_on_random_networks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    widths = [*(int(x) for x in rng.integers(1, 4, int(rng.integers(2, 6)))), 1]
    layers = [np.eye(m, n) + rng.choice([0.05, 1.0]) * rng.standard_normal((m, n)) for n, m in pairwise(widths)]
    for obligation in SQUARED:
        for layer in range(1, len(layers)):
            assert slack(obligation.relation, layers, layer) >= -1e-12


@pytest.mark.parametrize("obligation", SQUARED, ids=lambda o: o.name)
def test_they_are_nearly_attained_where_only_the_tail_is_out_of_balance(obligation: Any) -> None:
    """Orthogonal top vectors of two nearly balanced layers below a single row."""
    part = 1e-6
    layers = [np.diag([1.0, 1 + part]), np.diag([1 + part, 1.0]), np.array([[1.0, 0.0]])]
    assert slack(obligation.relation, layers, 1) == pytest.approx(0, abs=1e-4)
    for mutant in obligation.mutants:
        size = 0.1 if mutant.label == "|W|^4 -> |W|^2" else 1.0
        assert slack(mutant.of(obligation).relation, [size * x for x in layers], 1) < -1e-6
