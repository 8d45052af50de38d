"""``S_min`` exactly, against its enclosure, closed forms and scaling laws."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.exact import Exact, Undecidable, exact
from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.deep_linear.evaluation.optimum import aligned_ratio, enclosed, exact_minimum, flattest_network
from flatcert.checks.deep_linear.evaluation.scope import RealScope
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.deep_linear.instances.strategies import positive
from flatcert.checks.evaluation.evaluate import evaluate
from flatcert.numeric.linalg.rational import rational_array
from flatcert.theory.library import BUILT_IN

_14 = [[1, 0], [0, 4]]


def reached(case: Instance) -> Exact | None:
    try:
        return exact_minimum(case)
    except Undecidable:
        return None


def test_the_kink_by_hand() -> None:
    """``diag(1, 4)``, ``w* = e_1``, ``L = 2``: ``8 / sqrt 3``, with a double eigenvalue at the optimum."""
    case = make("kink", _14, [[[1, 0]], [[1]]])
    value = exact_minimum(case)
    assert value.compare(exact(fmpq(64, 3)) ** Fraction(1, 2)) == 0
    assert value.compare(exact(fmpq(461880, 100000))) == 1
    assert value.compare(exact(fmpq(461881, 100000))) == -1


@pytest.mark.parametrize(
    "covariance, w, depth, square",
    [
        ([[1]], [1], 2, 16),
        (_14, [0, 1], 2, 16**2),  # e_2: 2 L E^{1-1/L} e^{1/L} = 4 * 2 * 2
        ([[1, 0], [0, 2]], [1, 0], 2, 16),  # the kink exactly: L e = Lambda
        ([[3]], [2], 1, 36),
        ([[0, 0], [0, 4]], [0, 1], 3, 24**2),
    ],
)
def test_closed_forms(covariance: Any, w: Any, depth: int, square: int) -> None:
    """Squares of ``S_min`` worked out by hand from the one-dimensional law."""
    value = exact_minimum(make("closed", covariance, [[w], *[[[1]]] * (depth - 1)]))
    assert (value**2).compare(exact(square)) == 0


FAMILIES = ("small", "eigenvector", "repeated", "planted", "aligned", "singular", "classics", "gaussian")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_exact_value_lies_in_the_enclosure(family: str) -> None:
    """Witnesses at a rational parameter, against a Newton enclosure at 256 bits."""
    found = 0
    for index in range(24):
        case = instance(family, 2, index)
        if case.energy == 0:
            continue
        value = reached(case)
        found += value is not None
        if value is not None:
            with ctx.workprec(320):
                enclosure = enclosed(case, 256).enclosure
                assert bool(value.ball(320).overlaps(enclosure))
                assert bool(enclosure.rad() < enclosure * arb(2) ** -100)
    # Where the optimum is built to be rational the exact route must reach it.
    assert found >= (24 if family == "planted" else 5 if family in ("eigenvector", "repeated", "small") else 0)


def test_an_irrational_optimum_is_refused_not_rounded() -> None:
    """``Sigma = diag(1, 3)``, ``w* = (1, 1)``, ``L = 2``: the optimum solves an irreducible equation."""
    case = make("generic", [[1, 0], [0, 3]], [[[1, 1]], [[1]]])
    with pytest.raises(Undecidable, match="no rational optimum"):
        exact_minimum(case)
    assert float(enclosed(case, 128).enclosure.rad()) < 1e-30


@pytest.mark.parametrize("family", ["planted", "eigenvector"])
@given(st.integers(0, 200), positive, positive)
def test_scaling_laws(family: str, index: int, c: fmpq, t: fmpq) -> None:
    """``S_min(c Sigma) = c S_min`` and ``S_min(t w*) = t^{2-2/L} S_min``: other problems, one law."""
    case = instance(family, 4, index)
    value = reached(case)
    if value is None:
        assert family == "eigenvector" and (case.depth == 1 or case.readout is not None)
        return
    first, *rest = case.weights
    curvature = c * case.values["c"] if "c" in case.values else None
    scaled = make("c", c * case.covariance, case.weights, readout=case.readout, c=curvature)
    assert exact_minimum(scaled).compare(value * c) == 0
    longer = make("t", case.covariance, [t * first, *rest], readout=case.readout, c=case.values.get("c"))
    assert exact_minimum(longer).compare(value * exact(t) ** (2 - Fraction(2, case.depth))) == 0


@given(st.integers(0, 200), positive)
def test_a_readout_enters_by_its_norm(index: int, p: fmpq) -> None:
    """``|p|^{2/L} S_min``: the read-out scaled and the first layer scaled back, one regressor."""
    case = instance("planted", 6, 2 * index)  # without a read-out of its own
    first, *rest = case.weights
    read = make("p", case.covariance, [first / p, *rest], readout=[p], c=case.values.get("c"))
    expected = exact_minimum(case) * exact(p) ** Fraction(2, case.depth)
    assert exact_minimum(read).compare(expected) == 0


@pytest.mark.parametrize("index", range(12))
def test_the_flattest_network_is_an_exact_minimizer(index: int) -> None:
    """Exact weights of the instance's own shapes whose regressor is ``w*``, to the last bit."""
    case = instance("small", 8, index) if instance("small", 8, index).energy > 0 else instance("planted", 8, index)
    network = flattest_network(case)
    assert [w.shape for w in network.weights] == [w.shape for w in case.weights]
    assert (rational_array(network.regressor()) == case.regressor).all()


@pytest.mark.parametrize("index", range(8))
def test_the_ratio_of_a_planted_problem_minimizes_over_r(index: int) -> None:
    """The primal function, printed from the claim and evaluated in balls: least at ``r``, larger beside it."""
    case = instance("planted", 5, index)
    primal = BUILT_IN.claim("min-sharpness-dual").obligation("attained").relation.lhs
    r = aligned_ratio(case, case.values.get("c"))
    with ctx.workprec(128):
        at_r, below, above = (evaluate(primal, RealScope(case, BallRing(128), {"r": r * factor}))
                              for factor in (exact(1), exact(fmpq(999, 1000)), exact(fmpq(1001, 1000))))
        assert bool(at_r.overlaps(exact_minimum(case).ball(128)))
        assert bool(below > at_r)
        assert bool(above > at_r)
