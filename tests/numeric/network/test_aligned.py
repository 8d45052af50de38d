"""Aligned minimizers: exact end-to-end regressor, and equality in the theory's lower bound."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from numeric_instances import integers

from flatcert.numeric.network.aligned import aligned_network, geometric_norms


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.integers(1, 4),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_the_kernel_of_an_aligned_network(widths, d, has_readout, seed):
    """``M = r_1 I + (Σ_{k>=2} r_k/r_{k-1}) w*w*ᵀ``, exactly, for every width and readout."""
    rng = np.random.default_rng(seed)
    w = integers(rng, d)
    norms = [fmpq(int(rng.integers(1, 9)), int(rng.integers(1, 9))) for _ in widths[1:]]
    readout = None
    if has_readout:
        readout = integers(rng, widths[-1])
        readout[0] += 5
    else:
        widths = [*widths[:-1], 1]
    network = aligned_network(w, norms, widths, readout)
    assert (network.regressor() == w).all()
    squares = [*(norm * norm for norm in norms), network.readout @ network.readout]
    ratio = sum((b / a for a, b in pairwise(squares)), fmpq(0))
    expected = squares[0] * np.eye(d, dtype=int).astype(object) + ratio * np.outer(w, w)
    assert (network.kernel() == expected).all()
    assert [q @ q for q in network.backward()[1:]] == squares


@pytest.mark.parametrize("one", [1.0, Fraction(1), mpmath.mpf(1), arb(1)])
def test_other_scalars(one):
    w = np.array([3 * one, 4 * one])
    network = aligned_network(w, [one / 2, 2 * one], [2, 3, 1])
    assert [float(x) for x in network.regressor()] == [3.0, 4.0]
    assert float(network.kernel()[0, 1]) == 12 * (16 + 0.25)


def test_geometric_norms():
    exact = geometric_norms(fmpq(3), fmpq(2), 5)
    assert all(isinstance(norm, fmpq) for norm in exact)
    squares = [float(norm * norm) for norm in exact] + [2.0]
    assert squares[0] == pytest.approx(3.0)
    assert np.diff(np.log(squares)) == pytest.approx([np.log(2 / 3) / 4] * 4)
    assert geometric_norms(3.0, 2.0, 5) == pytest.approx([float(norm) for norm in exact])
    assert geometric_norms(fmpq(1), fmpq(1), 1) == []
    assert geometric_norms(1.0, 1.0, 1) == []


def test_bad_input_gets_a_sentence():
    with pytest.raises(ValueError, match="takes 1 norms, not 0"):
        aligned_network([1.0], [], [1, 1])
    with pytest.raises(ValueError, match="norms must be positive"):
        aligned_network([1.0], [0.0], [1, 1])
    with pytest.raises(ValueError, match="readout must not be zero"):
        aligned_network([1.0], [1.0], [1, 2], [0.0, 0.0])
