"""The kinds of number against each other: what one decides, another must not deny."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq, nmod
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.exact import Undecidable, exact
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.field import PRIME, FieldRing, RationalRing
from flatcert.checks.arithmetic.laurent import LaurentRing
from flatcert.checks.arithmetic.ring import AnyRing
from flatcert.checks.arithmetic.rings import BallRing, FloatRing
from flatcert.checks.deep_linear.instances.strategies import covariances, matrices, positive
from flatcert.checks.instances.data_strategies import halves
from flatcert.numeric.linalg.rational import rational_array

exponents = st.builds(Fraction, st.integers(-4, 4), st.integers(1, 5))


@given(positive, exponents)
def test_powers_agree(base: fmpq, exponent: Fraction) -> None:
    """C's ``pow``, Arb's roots and integer roots: three implementations of one power."""
    with ctx.workprec(200):
        ball = BallRing(200).power(arb(base), exponent)
        number = ExactRing().power(exact(base), exponent)
        assert bool(ball.overlaps(number.ball(200)))
        assert ball.rel_accuracy_bits() > 150
        found = FloatRing().power(FloatRing().number(base), exponent)
        assert bool(abs(arb(float(found)) - ball) <= abs(ball) / 10**13)


@given(st.data(), st.integers(1, 3))
def test_weighted_eigenvalues_agree(data: st.DataObject, d: int) -> None:
    """LAPACK with a square root, Arb on the pencil, the characteristic polynomial of ``Sigma A``."""
    sigma, a = data.draw(covariances(d)), data.draw(matrices(d, d))
    gram = a.T @ a
    with ctx.workprec(128):
        ball = BallRing(128).weighted_top(gram, sigma)
        number = ExactRing().weighted_top(gram, sigma).ball(128)
        floating = FloatRing()
        found = floating.weighted_top(floating.array(gram), floating.array(sigma))
        assert bool(ball.overlaps(number))
        assert bool(ball.rad() < arb(10) ** -25)
        assert bool(abs(arb(float(found)) - number) < (1 + number) / 10**12)


@given(st.data(), st.integers(1, 3), positive, positive)
def test_scaled_matrices_add(data: st.DataObject, d: int, c: fmpq, s: fmpq) -> None:
    """``sqrt(2) c A + sqrt(8) s B`` through radicals, and as ``sqrt(2) (c A + 2 s B)`` in rationals."""
    a, b = data.draw(matrices(d, d)), data.draw(matrices(d, d))
    ring, half = ExactRing(), Fraction(1, 2)
    left = ring.scale(exact(c) * exact(2) ** half, a)
    total = ring.add_matrices([left, ring.scale(exact(s) * exact(8) ** half, b)])
    for x, y in zip(total.matrix.flat, (c * a + 2 * s * b).flat, strict=True):
        assert (total.factor * x).compare(exact(2) ** half * y) == 0


def test_what_the_exact_ring_refuses() -> None:
    ring, identity = ExactRing(), rational_array(np.eye(2, dtype=int))
    with pytest.raises(Undecidable, match="three matrices"):
        ring.add_matrices([identity, *(ring.scale(exact(q) ** Fraction(1, 2), identity) for q in (2, 3))])
    with pytest.raises(Undecidable, match="a degree above"):
        ring.weighted_top(ring.add_matrices([identity, ring.scale(exact(2) ** Fraction(1, 45), identity)]), identity)


@given(halves, halves, st.integers(1, 5))
def test_the_prime_field_is_the_rationals_modulo_the_prime(x: fmpq, y: fmpq, power: int) -> None:
    """Computed in rationals and then reduced, or reduced and then computed."""
    field, rationals = FieldRing(), RationalRing()
    left = field.power(field.entry(x) + field.entry(y) * 3, Fraction(power))
    assert left == field.entry(rationals.power(rationals.entry(x) + rationals.entry(y) * 3, Fraction(power)))
    assert field.entry(fmpq(1, 3)) * nmod(3, PRIME) == nmod(1, PRIME)


def test_the_field_has_no_roots_and_its_modulus_is_prime() -> None:
    with pytest.raises(Undecidable):
        FieldRing().power(nmod(4, PRIME), Fraction(1, 2))
    # Lucas-Lehmer, for the exponent 61
    s = 4
    for _ in range(59):
        s = (s * s - 2) % PRIME
    assert PRIME == 2**61 - 1
    assert s == 0


@given(st.integers(-10**30, 10**30), st.integers(1, 10**30))
def test_floats_are_rounded_once(p: int, q: int) -> None:
    """Python's division of integers is correctly rounded; numerator and denominator apart are not."""
    assert FloatRing().entry(fmpq(p, q)) == p / q


@given(st.integers(2, 5), positive, st.integers(2, 4), st.data())
def test_incommensurable_terms_have_the_top_eigenvalue_of_the_larger(
    d: int, c: fmpq, root: int, data: st.DataObject
) -> None:
    """``Sigma`` diagonal, ``w = e_i``: the eigenvalues of ``Sigma + sqrt(q) Sigma w w^T`` are on the diagonal."""
    diagonal = data.draw(st.lists(positive, min_size=d, max_size=d))
    i = data.draw(st.integers(0, d - 1))
    sigma, identity = (rational_array(np.diag(np.array(x, dtype=object))) for x in (diagonal, [fmpq(1)] * d))
    unit = rational_array(np.zeros((d, d), dtype=int))
    unit[i, i] = fmpq(1)
    ring, weight = ExactRing(), exact(c) * exact(root) ** Fraction(1, 5)
    matrix = ring.add_matrices([identity, ring.scale(weight, unit)])
    others = max(x for j, x in enumerate(diagonal) if j != i)
    moved = exact(diagonal[i]) * (1 + weight)
    assert ring.weighted_top(matrix, sigma).compare(ring.largest([exact(others), moved])) == 0


@pytest.mark.parametrize("ring", [FieldRing(), RationalRing(), LaurentRing()], ids=lambda ring: type(ring).__name__)
def test_a_ring_refuses_what_it_lacks(ring: AnyRing) -> None:
    """Not with a wrong number, nor with an error that says nothing."""
    with pytest.raises(Undecidable, match=f"{type(ring).__name__} has no exponentials"):
        ring.exp(ring.number(fmpq(1)))
    with pytest.raises(Undecidable, match="has no eigenvalues"):
        ring.top(rational_array([[1]]))


@given(halves)
def test_every_ring_reads_rationals_and_multiplies_them(x: fmpq) -> None:
    for ring in (FloatRing(), BallRing(64), ExactRing(), FieldRing(), RationalRing()):
        number: Any = ring.number(x)
        assert number * number == ring.power(number, Fraction(2))
        assert ring.array(rational_array([x]))[0] == ring.entry(x)
