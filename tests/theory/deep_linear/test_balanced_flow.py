"""Balanced and aligned flow: the statements against derivatives computed by finite differences, and closed forms.

The derivations are recomputed, and tampered with, beside those of linear convergence.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp

from flatcert.theory.deep_linear.flow.balanced_flow import ALIGNED_FLOW, BALANCED_FLOW
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim
from flatcert.theory.language.nodes import Relation, dot

Floats = np.ndarray[Any, np.dtype[np.float64]]
OBLIGATIONS = [(claim, o.name) for claim in (BALANCED_FLOW, ALIGNED_FLOW) for o in claim.obligations]
MUTANTS = [(claim, o.name, m.label) for claim in (BALANCED_FLOW, ALIGNED_FLOW) for o in claim.obligations
           for m in o.mutants]


def product(layers: Sequence[Floats], readout: float = 1.0) -> Floats:
    whole = layers[0]
    for layer in layers[1:]:
        whole = layer @ whole
    return readout * whole[0]


class Network:
    """A network with one output and a problem; ``w_flow`` by differences of the risk and of the regressor."""

    def __init__(self, sigma: Floats, target: Floats, layers: list[Floats], readout: float = 1.0) -> None:
        self.sigma, self.target, self.layers, self.readout = sigma, target, layers, readout
        self.w = product(layers, readout)

    def risk(self, layers: Sequence[Floats]) -> float:
        x = product(layers, self.readout) - self.target
        return float(x @ self.sigma @ x)

    def gradient(self) -> list[Floats]:
        step, found = 1e-5, []
        for n, layer in enumerate(self.layers):
            slope = np.zeros_like(layer)
            for index in np.ndindex(layer.shape):
                moved = [[x.copy() for x in self.layers] for _ in range(2)]
                moved[0][n][index] += step
                moved[1][n][index] -= step
                slope[index] = (self.risk(moved[0]) - self.risk(moved[1])) / (2 * step)
            found.append(slope)
        return found

    def flow(self) -> Floats:
        step, gradient = 1e-5, self.gradient()
        ends = [product([x - sign * step * y for x, y in zip(self.layers, gradient, strict=True)], self.readout)
                for sign in (1, -1)]
        return (ends[0] - ends[1]) / (2 * step)

    def gap(self, relation: Relation, u: Floats) -> float:
        """Left side minus right side."""
        matrices = {Q.Sigma: self.sigma, Q.w: self.w, Q.w_star: self.target, Q.u: u, Q.w_flow: self.flow()}
        eigenvalue = float(self.target @ self.sigma @ self.target / (self.target @ self.target))
        scalars = {Q.L: len(self.layers), Q.norm_w: float(np.linalg.norm(self.target)), Q.e: eigenvalue,
                   Q.norm_w_net: float(np.linalg.norm(self.w)),
                   Q.lambda_max: float(np.linalg.eigvalsh(self.sigma)[-1])}

        def matrix(expr: Any) -> Any:
            if expr in matrices:
                return matrices[expr]
            parts = [matrix(x) for x in expr.args] if expr.is_Matrix else []
            if isinstance(expr, sp.MatAdd):
                return sum(parts[1:], start=parts[0])
            if isinstance(expr, sp.MatMul):
                whole = parts[0]
                for part in parts[1:]:
                    whole = whole @ part if np.ndim(whole) and np.ndim(part) else whole * part
                return whole
            return float(expr)

        def side(expr: Any) -> float:
            inner = {x: sp.Float(matrix(x.args[0]) @ matrix(x.args[1])) for x in expr.atoms(dot)}
            return float(expr.xreplace(inner).subs(scalars))

        return side(relation.lhs) - side(relation.rhs)


def balanced(seed: int, aligned: bool = False) -> Network:
    """Rank-one, aligned layers of equal norm; if wanted, along an eigenvector of the covariance."""
    rng = np.random.default_rng(seed)
    d, depth = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    basis = np.linalg.qr(rng.standard_normal((d, d)))[0]
    sigma = basis @ np.diag(rng.uniform(0.3, 2, d)) @ basis.T
    size = rng.uniform(0.6, 1.2)
    hidden = [rng.standard_normal(int(rng.integers(1, 4))) for _ in range(depth - 1)]
    units = [basis[:, 0], *(x / np.linalg.norm(x) for x in hidden), np.ones(1)]
    layers = [size * np.outer(after, before) for before, after in pairwise(units)]
    target = basis[:, 0] * rng.uniform(0.5, 2) if aligned else rng.standard_normal(d)
    return Network(sigma, target, layers)


@pytest.mark.parametrize(("claim", "obligation"), OBLIGATIONS)
@pytest.mark.parametrize("seed", range(6))
def test_the_closed_forms_hold_on_balanced_weights(claim: Claim, obligation: str, seed: int) -> None:
    relation = claim.obligation(obligation).relation
    network = balanced(seed, aligned=claim is ALIGNED_FLOW)
    u = np.random.default_rng(seed).standard_normal(network.w.size)
    assert network.gap(relation, u) == pytest.approx(0, abs=1e-6)


def test_at_depth_one_every_network_is_balanced() -> None:
    rng = np.random.default_rng(0)
    network = Network(np.diag([1.0, 3.0]), rng.standard_normal(2), [rng.standard_normal((1, 2))])
    assert network.gap(BALANCED_FLOW.obligation("flow").relation, rng.standard_normal(2)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("claim", "obligation", "label"), MUTANTS)
def test_every_mutant_is_false_somewhere(claim: Claim, obligation: str, label: str) -> None:
    stated = claim.obligation(obligation)
    mutant = next(m for m in stated.mutants if m.label == label).of(stated)
    network = balanced(3, aligned=claim is ALIGNED_FLOW)
    if label == "without plain":
        network = Network(network.sigma, network.target, network.layers, readout=0.5)
    elif label == "without w along w*":  # the target is another eigenvector, orthogonal to w
        away = min(np.linalg.eigh(network.sigma)[1].T, key=lambda x: abs(float(x @ network.w)))
        network = Network(network.sigma, 1.3 * away, network.layers)
    elif label == "without balanced" and obligation == "stays":  # hidden parts cancel in W_2 W_1 = (1, 0)
        first = np.array([[1.0, 0.5], [0.0, -0.5]])
        network = Network(np.eye(2), np.array([2.0, 0.0]), [first, np.ones((1, 2))])
    elif label == "without balanced":  # only the norms of the layers are out of balance
        layers = [2 * network.layers[0], network.layers[1] / 2, *network.layers[2:]]
        network = Network(network.sigma, network.target, layers)
    u = np.array([0.3, -1.1, 0.7])[: network.w.size]
    assert abs(network.gap(mutant.relation, u)) > 1e-4


@pytest.mark.parametrize(("depth", "form"), [
    (1, lambda t, x, s, c: s + (x - s) * np.exp(-2 * c * t)),
    (2, lambda t, x, s, c: s / (1 + (s / x - 1) * np.exp(-4 * c * s * t))),
])
def test_the_radial_equation_has_the_known_solutions(depth: int, form: Any) -> None:
    """The right side of ``radial``, divided by ``|w*|``, integrated: an exponential, a logistic function."""
    relation = ALIGNED_FLOW.obligation("radial").relation
    star, c, start, time = 1.7, 0.6, 0.3, 0.9
    speed = sp.lambdify(Q.norm_w_net, (relation.rhs / Q.norm_w).subs({Q.L: depth, Q.e: c, Q.norm_w: star}))
    done = solve_ivp(lambda _, x: [speed(x[0])], (0, time), [start], rtol=1e-10, atol=1e-12)
    assert done.y[0, -1] == pytest.approx(form(time, start, star, c), rel=1e-7)
