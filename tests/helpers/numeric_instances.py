"""Random exact problems and networks of all shapes, for the tests of ``flatcert.numeric``."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from flint import fmpq, fmpq_poly
from hypothesis import strategies as st

from flatcert.numeric.linalg.rational import project_on_range, rational_array
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem


def integers(rng, *shape):
    """Rational array with small integer entries."""
    return rational_array(rng.integers(-3, 4, size=shape))


def random_network(rng, widths, readout):
    weights = [integers(rng, upper, lower) for lower, upper in pairwise(widths)]
    return DeepLinearNetwork(weights, integers(rng, widths[-1]) if readout else None)


def random_directions(rng, network):
    return [integers(rng, *weight.shape) for weight in network.weights]


@st.composite
def networks(draw, max_depth=5, max_width=5):
    """Exact network; depth, widths and readout shrink, the entries come from a seed."""
    depth = draw(st.integers(1, max_depth))
    readout = draw(st.booleans())
    widths = draw(st.lists(st.integers(1, max_width), min_size=depth + 1, max_size=depth + 1))
    if not readout:
        widths[-1] = 1
    return random_network(np.random.default_rng(draw(st.integers(0, 2**32))), widths, readout)


@st.composite
def minimizers(draw, max_depth=5, max_width=5):
    """A problem (any rank of the covariance) and a network that minimizes it, exactly."""
    network = draw(networks(max_depth, max_width))
    d = network.dimension
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    factor = integers(rng, d, draw(st.integers(1, d + 1)))
    covariance = factor @ factor.T / fmpq(draw(st.integers(1, 5)))
    return RegressionProblem(covariance, project_on_range(covariance, network.regressor())), network


def moved(network, directions):
    """The network ``W + tΞ`` with polynomial entries: its values are exact Taylor series."""
    weights = []
    for weight, direction in zip(network.weights, directions, strict=True):
        entries = np.empty(weight.shape, dtype=object)
        for i in np.ndindex(weight.shape):
            entries[i] = fmpq_poly([weight[i], direction[i]])
        weights.append(entries)
    return DeepLinearNetwork(weights, network.readout if network.has_readout else None)


def coefficient(polynomial, order):
    """Taylor coefficient of a value that may have come out constant."""
    return (fmpq_poly([0]) + polynomial)[order]


def relative_radius(ball):
    return 0.0 if ball.is_zero() else float(ball.rad() / abs(ball.mid()))
