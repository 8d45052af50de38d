"""Norms and singular vectors of layers, in every ring, against NumPy's singular value decomposition."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.exact import Undecidable
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.rings import BallRing, FloatRing
from flatcert.checks.deep_linear.evaluation.dense import floats
from flatcert.checks.deep_linear.evaluation.layers import exact, top_vectors
from flatcert.checks.deep_linear.evaluation.scope import RealScope
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.deep_linear.instances.strategies import family_instances, small_instances
from flatcert.checks.evaluation.evaluate import Undefined

CASES = [instance(*key) for key in islice(pool("layers", 5), 220)]
CASES = [case for case in CASES if case.depth <= 6 and "tiny" not in case.name and "huge" not in case.name]
ISOTROPIC = make("isotropic", [[1, 0], [0, 1]], [[[1, 0], [0, 1]], [[3, 4], [0, 0]], [[1, 0]]])


def number(value: Any) -> float:
    return float(value.mid()) if isinstance(value, arb) else float(
        value.ball(128).mid()) if hasattr(value, "ball") else float(value)


@pytest.mark.parametrize("family", ["W", "D"])
def test_norms_are_singular_values(family: str) -> None:
    checked = 0
    for case in CASES:
        for k in range(1, case.depth + (family == "W")):
            values = np.linalg.svd(floats(exact(case, family, k)), compute_uv=False)
            values = np.append(values, 0.0)
            for ring in (FloatRing(), BallRing(128), ExactRing()):
                with ctx.workprec(128):
                    scope = RealScope(case, ring)
                    try:
                        found = number(scope.spectral(family, k)), number(scope.second_singular(family, k))
                    except Undecidable:
                        continue
                # A singular value of zero comes out of a Gram matrix in float64 as a root of noise.
                slack = 3e-7 * (1 + values[0])
                assert np.allclose(found, values[:2], rtol=1e-9, atol=slack), (case.name, family, k, ring)
                checked += 1
    assert checked > 500


@given(small_instances() | family_instances("near-balanced") | family_instances("compact"), st.data())
def test_top_vectors_are_unit_vectors_of_the_top_eigenspace(case: Instance, data: st.DataObject) -> None:
    """``|x| = 1`` and ``|W^T x| = |W|``, which no other vectors have; balls must contain both."""
    if case.depth < 2:
        return
    k = data.draw(st.integers(1, case.depth - 1))
    choices = top_vectors(case, k)
    assert choices
    for values in choices:
        with ctx.workprec(256):
            scope = RealScope(case, BallRing(256), values)
            for side, index in (("left", k), ("right", k + 1)):
                vector, layer = scope.layer(side, index)[:, 0], scope.layer("W", index)
                image = layer.T @ vector if side == "left" else layer @ vector
                norm = scope.spectral("W", index)
                assert abs(arb(vector @ vector) - 1) < 1e-30
                assert abs(arb(image @ image) - norm**2) < 1e-25 * (1 + norm**2)


def test_multiple_singular_values_reach_the_worst_choice() -> None:
    """``W_1 = I``: some top left vector is orthogonal to the top right vector of ``W_2``, exactly."""
    overlaps = set()
    for values in top_vectors(ISOTROPIC, 1):
        scope = RealScope(ISOTROPIC, ExactRing(), values)
        left, right = scope.layer("left", 1), scope.layer("right", 2)
        overlaps.add(str((sum(x * y for x, y in zip(left.flat, right.flat, strict=True)) ** 2).rational()))
    assert "0" in overlaps
    assert len(overlaps) > 1


def test_rational_vectors_are_exact() -> None:
    """``W_1 = (1, 0)^T`` below ``(40, 9)/41``: the overlap is ``(40/41)^2``."""
    case = make("turned", [[1]], [[[1], [0]], [[fmpq(40, 41), fmpq(9, 41)]]])
    (values,) = top_vectors(case, 1)
    scope = RealScope(case, ExactRing(), values)
    overlap = sum(x * y for x, y in zip(scope.layer("left", 1).flat, scope.layer("right", 2).flat, strict=True)) ** 2
    assert overlap.rational() == fmpq(1600, 1681)


def test_there_is_no_layer_beyond_the_last() -> None:
    for family, index in (("W", 0), ("W", 4), ("D", 0), ("D", 3)):
        with pytest.raises(Undefined, match=f"no {family}_{index}"):
            exact(ISOTROPIC, family, index)
