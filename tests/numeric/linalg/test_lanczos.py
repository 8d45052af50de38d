"""Lanczos against LAPACK on spectra that make it work: clusters, low rank, negative tops, exhausted Krylov spaces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatcert.numeric.descent.gelu import Samples, gelu_hessian_product
from flatcert.numeric.linalg.eigenvalues import top_eigenvalue
from flatcert.numeric.linalg.lanczos import hessian_tops, largest_eigenvalues
from flatcert.numeric.network.hessian import hessian, hessian_product
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem


def symmetric(rng, spectrum):
    basis = np.linalg.qr(rng.normal(size=(len(spectrum), len(spectrum))))[0]
    return basis * spectrum @ basis.T


SPECTRA = {
    "spread": np.linspace(-1, 1, 60),
    "negative": -np.geomspace(1e-3, 1e3, 60),
    "larger below": np.concatenate([[-100.0], np.linspace(0, 1, 59)]),
    "cluster": np.concatenate([np.zeros(40), 1 - np.geomspace(1e-12, 1e-2, 20)]),
    "double": np.concatenate([np.zeros(58), [3.0, 3.0]]),
    "low rank": np.concatenate([np.zeros(57), [1.0, 2.0, -7.0]]),
    "multiple of the identity": np.full(60, -2.0),
    "zero": np.zeros(60),
    "one": np.array([-4.0]),
}


@pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA.keys())
def test_the_largest_eigenvalue_is_found(spectrum):
    rng = np.random.default_rng(0)
    matrices = np.stack([symmetric(rng, spectrum) for _ in range(3)])
    found = largest_eigenvalues(lambda v: (matrices @ v[..., None])[..., 0], rng.normal(size=(3, len(spectrum))))
    scale = abs(spectrum).max()
    np.testing.assert_allclose(found.values, spectrum.max(), rtol=1e-8, atol=1e-12 * scale)
    assert (found.residuals <= 1e-9 * scale).all()


@given(seed=st.integers(0, 2**32), size=st.integers(1, 30), number=st.integers(1, 4))
def test_an_eigenvalue_lies_within_the_residual(seed, size, number):
    """Also where the basis is not allowed to grow until the residual is small."""
    rng = np.random.default_rng(seed)
    matrices = np.stack([symmetric(rng, rng.normal(size=size) ** 3) for _ in range(number)])
    found = largest_eigenvalues(lambda v: (matrices @ v[..., None])[..., 0], rng.normal(size=(number, size)), most=4)
    assert found.iterations <= 4
    spectra = np.linalg.eigvalsh(matrices)
    nearest = abs(spectra - found.values[:, None]).min(axis=1)
    assert (nearest <= found.residuals * (1 + 1e-9) + 1e-12 * abs(spectra).max()).all()
    assert (found.values <= spectra[:, -1] + 1e-12 * abs(spectra).max()).all()


@given(seed=st.integers(0, 2**32), depth=st.integers(1, 4), residual=st.booleans())
def test_hessians_of_linear_networks(seed, depth, residual):
    """Against the dense Hessian, another route: blocks there, one recurrence here."""
    rng = np.random.default_rng(seed)
    shapes = [(3, 3)] * (depth if residual else depth - 1) + ([] if residual else [(1, 3)])
    network = DeepLinearNetwork([rng.normal(size=(4, *shape)) for shape in shapes],
                                rng.normal(size=3) if residual else None)
    problem = RegressionProblem.from_data(rng.normal(size=(8, 3)), rng.normal(size=8))
    found = hessian_tops(lambda directions: hessian_product(problem, network, directions), shapes, 4)
    dense = hessian(problem, network)
    np.testing.assert_allclose(found.values, top_eigenvalue(dense), rtol=1e-7,
                               atol=1e-9 * abs(np.linalg.eigvalsh(dense)).max())


def test_the_hessian_of_a_gelu_network():
    rng = np.random.default_rng(0)
    shapes = [(3, 2), (1, 3)]
    weights = [rng.normal(size=(2, *shape)) for shape in shapes]
    samples = Samples(rng.normal(size=(6, 2)), rng.normal(size=6))
    found = hessian_tops(lambda directions: gelu_hessian_product(weights, samples, directions), shapes, 2)
    for index in range(2):
        columns = []
        for unit in np.eye(9):
            direction = [unit[:6].reshape(3, 2), unit[6:].reshape(1, 3)]
            product = gelu_hessian_product([w[index] for w in weights], samples, direction)
            columns.append(np.concatenate([block.ravel() for block in product]))
        assert np.allclose(columns, np.transpose(columns))
        assert found.values[index] == pytest.approx(np.linalg.eigvalsh(columns)[-1], rel=1e-9)
