"""Products, Jacobian and kernel of a network against unrelated routes."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import arb, nmod
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric_instances import coefficient, moved, networks, random_directions

from flatcert.numeric.linalg.rational import ball, rational_array
from flatcert.numeric.network.network import DeepLinearNetwork

seeds = st.integers(0, 2**32)


@given(networks(), seeds)
def test_derivatives_are_taylor_coefficients_of_the_moved_network(network, seed):
    directions = random_directions(np.random.default_rng(seed), network)
    series = moved(network, directions).regressor()
    assert [coefficient(x, 0) for x in series] == list(network.regressor())
    assert [coefficient(x, 1) for x in series] == list(network.jacobian(directions))
    assert [2 * coefficient(x, 2) for x in series] == list(network.second_derivative(directions))


@given(networks(max_depth=4, max_width=3), seeds)
def test_second_derivative_is_the_double_sum_of_the_statement(network, seed):
    directions = random_directions(np.random.default_rng(seed), network)
    products, backward = network.forward_products(), network.backward()
    total = 0 * network.regressor()
    for k in range(network.depth):
        for j in range(k):
            vector = directions[k].T @ backward[k + 1]
            for i in range(k - 1, j, -1):
                vector = network.weights[i].T @ vector
            total = total + 2 * products[j].T @ (directions[j].T @ vector)
    assert list(total) == list(network.second_derivative(directions))


@given(networks(max_width=3))
def test_kernel_is_the_gram_matrix_of_the_jacobian(network):
    rows = []
    for k, weight in enumerate(network.weights):
        for i in np.ndindex(weight.shape):
            basis = [0 * w for w in network.weights]
            basis[k][i] += 1
            rows.append(network.jacobian(basis))
    jacobian = np.array(rows, dtype=object)
    assert (jacobian.T @ jacobian == network.kernel()).all()


@given(networks(), seeds)
def test_kernel_product_form_and_adjoint_agree_with_the_matrix(network, seed):
    u = np.random.default_rng(seed).integers(-3, 4, network.dimension)
    product = network.kernel_product(u)
    assert list(product) == list(network.kernel() @ u)
    assert network.kernel_form(u) == product @ u
    assert list(network.jacobian(network.jacobian_adjoint(u))) == list(product)
    assert [list(h) for h in network.forward(u)] == [list(p @ u) for p in network.forward_products()]


@given(networks(max_depth=3, max_width=3))
def test_scalars_agree(network):
    kernel = rational_array(network.kernel())

    def as_fraction(x):
        return Fraction(int(x.p), int(x.q))

    assert (network.astype(as_fraction).kernel() == kernel.astype(float)).all()
    assert np.allclose(network.astype(float).kernel(), kernel.astype(float), rtol=1e-14)
    balls = network.astype(arb).kernel()
    assert all(ball(x).contains(y) for x, y in zip(balls.flat, kernel.flat, strict=True))
    prime = network.astype(lambda x: nmod(int(x.p), 101)).kernel()
    assert all(x == int(y.p) % 101 for x, y in zip(prime.flat, kernel.flat, strict=True))
    symbolic = network.astype(lambda x: sympy.Integer(int(x.p))).kernel()
    assert all(x == int(y.p) for x, y in zip(symbolic.flat, kernel.flat, strict=True))


def test_imbalance_vanishes_for_balanced_weights():
    assert [(d == 0).all() for d in DeepLinearNetwork([np.eye(2)] * 3, np.ones(2)).imbalance()] == [
        True,
        True,
    ]


@settings(max_examples=20)
@given(networks(max_depth=4), seeds)
def test_a_batch_equals_the_loop(network, seed):
    """Of weights and read-outs that differ, and of those that one read-out serves."""
    rng = np.random.default_rng(seed)
    readout = rng.normal(size=(2, 3, network.widths[-1])) if network.has_readout else None
    if readout is not None and seed % 2:
        readout = readout[0, 0]
    weights = [rng.normal(size=(2, 3, *w.shape)) for w in network.weights]
    directions = [rng.normal(size=(2, 3, *w.shape)) for w in network.weights]
    batch = DeepLinearNetwork(weights, readout)
    u = rng.normal(size=network.dimension)
    assert batch.batch_shape == (2, 3)
    for i in np.ndindex(2, 3):
        one = DeepLinearNetwork([w[i] for w in weights],
                                None if readout is None else np.broadcast_to(readout, (2, 3, *readout.shape[-1:]))[i])
        assert np.allclose(batch.kernel()[i], one.kernel(), rtol=1e-13, atol=0)
        assert np.isclose(batch.kernel_form(u)[i], one.kernel_form(u))
        assert all(np.allclose(q[i], p) for q, p in zip(batch.backward()[:-1], one.backward()[:-1], strict=True))
        assert np.allclose(
            batch.second_derivative(directions)[i], one.second_derivative([d[i] for d in directions])
        )


@pytest.mark.parametrize(
    ("weights", "readout", "sentence"),
    [
        ([], None, "at least one layer"),
        ([np.ones((2, 2))], None, "the last width must be 1"),
        ([np.ones((2, 2)), np.ones((1, 3))], None, "Layer 2 takes 3 inputs, but layer 1 gives 2"),
        ([np.ones(2)], None, "must be a matrix"),
        ([np.ones((1, 0))], None, "every width must be at least 1"),
        ([np.ones((2, 2))], np.ones(3), r"readout must have shape \(2,\)"),
        ([np.ones((2, 1, 1)), np.ones((3, 1, 1))], None, "batch dimensions"),
        ([np.ones((2, 1, 1))], np.ones((3, 1)), "batch dimensions"),
        ([[[1j]]], None, "must be real"),
        ([[[1.0, 2.0], [3.0]]], None, "same length"),
    ],
)
def test_bad_shapes_get_a_sentence(weights, readout, sentence):
    with pytest.raises(ValueError, match=sentence):
        DeepLinearNetwork(weights, readout)


def test_matrices_of_other_classes():
    """The product ``*`` of `np.matrix` is another, and a masked entry is no number."""
    plain = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, -1.0]])]
    network = DeepLinearNetwork([weight.view(np.matrix) for weight in plain])
    assert np.array_equal(network.kernel(), DeepLinearNetwork(plain).kernel())
    unmasked = DeepLinearNetwork([np.ma.masked_array(weight) for weight in plain])
    assert np.array_equal(unmasked.kernel(), network.kernel())
    with pytest.raises(ValueError, match="Masked entries have no value"):
        DeepLinearNetwork([np.ma.masked_array([[1.0, 2.0]], mask=[[True, False]])])


def test_bad_vectors_and_directions_get_a_sentence():
    network = DeepLinearNetwork([np.ones((2, 3)), np.ones((1, 2))])
    with pytest.raises(ValueError, match="must have 3 entries"):
        network.kernel_product(np.ones(2))
    with pytest.raises(ValueError, match="shapes of the weights"):
        network.jacobian([np.ones((2, 3))])
