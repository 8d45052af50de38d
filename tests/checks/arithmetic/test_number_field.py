"""Ties with irrational eigenvectors: dot products in a number field, against balls."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_poly
from hypothesis import assume, given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.exact import Undecidable, exact, lifted, top_root
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.deciding.verdicts import Route, Verdict
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.numeric.linalg.rational import charpoly, rational_array
from flatcert.theory.library import BUILT_IN

entries = st.integers(-3, 3)


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    d = draw(st.integers(2, 4))
    return rational_array(np.array(draw(st.lists(entries, min_size=d * d, max_size=d * d))).reshape(d, d))


@given(matrices(), st.data())
def test_dot_products_of_eigenvectors_lie_in_their_balls(matrix: np.ndarray, data: st.DataObject) -> None:
    """The exact value of ``(u . v)^2``, where it is rational, is in the ball of the other ring."""
    gram = matrix @ matrix.T
    start = rational_array(np.array(data.draw(st.lists(entries, min_size=len(gram), max_size=len(gram)))))
    other = rational_array(np.array(data.draw(st.lists(entries, min_size=len(gram), max_size=len(gram)))))
    assume(any(start) and any(gram.flat))
    with ctx.workprec(300):
        ball = BallRing(300)
        try:
            enclosed = ball.dot(ball.top_vector(gram, start), ball.array(other))
        except ZeroDivisionError:  # the start is orthogonal to the eigenspace
            return
        ring = ExactRing()
        try:
            unit = ring.top_vector(gram, start)
        except ZeroDivisionError:  # which balls may not see
            return
        for x, y in zip(unit, ball.top_vector(gram, start), strict=True):
            assert (lifted(x) if isinstance(x, fmpq) else x).ball(300).overlaps(y)
        try:
            found = lifted(ring.dot(unit, ring.array(other)))
        except Undecidable:
            return
        assert arb(enclosed).overlaps(found.ball(300))


@given(matrices(), st.data())
def test_a_unit_vector_has_length_one(matrix: np.ndarray, data: st.DataObject) -> None:
    gram = matrix @ matrix.T
    start = rational_array(np.array(data.draw(st.lists(entries, min_size=len(gram), max_size=len(gram)))))
    ring = ExactRing()
    try:
        unit = ring.top_vector(gram, start)
    except ZeroDivisionError:
        return
    assert lifted(ring.dot(unit, unit)).compare(exact(1)) == 0


def test_an_orthogonal_irrational_eigenvector_is_a_tie() -> None:
    """W_1 W_1^T has eigenvalues 1 and 1 +- sqrt(3)/2; the right vector of W_2 belongs to 1: a tie."""
    (obligation,) = (o for c in BUILT_IN if c.id == "alignment-quadratic" for o in c.obligations
                     if o.name == "lower-gap")
    found = decider(obligation).decide(instance("small", 2, 15510))
    assert (found.verdict, found.route) == (Verdict.HELD, Route.TIE)


@pytest.mark.parametrize("power", [2, 3, -2])
def test_a_power_of_a_root_is_a_root_of_another_polynomial(power: int) -> None:
    """The top eigenvalue of ``A^p`` is that of ``A`` to the power ``p``."""
    a = rational_array(np.array([[2, 1, 0], [1, 3, 1], [0, 1, 5]]))
    top = top_root(charpoly(a))
    raised = top_root(charpoly(np.linalg.matrix_power(a, abs(power)))) ** (1 if power > 0 else -1)
    assert (top**power).compare(raised) == 0
    assert (top**power).ball(200).overlaps(raised.ball(200))


def test_a_power_too_high_stays_undecided() -> None:
    """``phi^402 = (phi^2)^201`` needs a power that is not formed; one root of two polynomials is one number."""
    golden = top_root(fmpq_poly([-1, -1, 1]))
    with pytest.raises(Undecidable):
        (golden**402).compare(top_root(fmpq_poly([1, -3, 1])) ** 201)
    assert (golden**201).compare(top_root(fmpq_poly([-1, -2, 0, 1])) ** 201) == 0  # of (x + 1)(x^2 - x - 1)
