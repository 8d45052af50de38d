"""Square networks and their gradient flow in float64, for tests of section 4; nothing of the project computes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim
from flatcert.theory.language.nodes import LayerMatrix, Relation, dot, norm_squared
from flatcert.theory.library import BUILT_IN

Floats = np.ndarray[Any, np.dtype[np.float64]]
CLAIMS: dict[str, Claim] = {
    name: claim for name, claim in BUILT_IN.claims.items()
    if name.startswith("residual-") and claim.kind != "probabilistic"}


def products(layers: Sequence[Floats]) -> list[Floats]:
    """All products of consecutive layers."""
    found = []
    for first in range(len(layers)):
        product = np.eye(layers[first].shape[1])
        for layer in layers[first:]:
            product = layer @ product
            found.append(product)
    return found


class Network:
    """Square layers ``W_1, ..., W_L`` with read-out ``p``, a problem, and a radius; moved by the flow for a time."""

    def __init__(
        self, layers: Sequence[Any], readout: Any, target: Any = None, sigma: Any = None, time: float = 0.0,
        start: Sequence[Any] | None = None, u: Any = None, layer: int = 1, rho: float = 1.0,
    ) -> None:
        self.layers = [np.atleast_2d(np.asarray(x, float)) for x in layers]
        self.readout = np.atleast_1d(np.asarray(readout, float))
        size = self.layers[0].shape[1]
        self.sigma = np.eye(size) if sigma is None else np.atleast_2d(np.asarray(sigma, float))
        self.target = self.regressor(self.layers) if target is None else np.atleast_1d(np.asarray(target, float))
        self.time, self.layer, self.rho = time, layer, rho
        self.u = np.eye(size)[-1] if u is None else np.asarray(u, float)
        self.start = self.layers if start is None else [np.atleast_2d(np.asarray(x, float)) for x in start]
        if time:
            flat = np.concatenate([x.ravel() for x in self.layers])
            done = solve_ivp(lambda _, y: -np.concatenate([x.ravel() for x in self.gradients(self.shaped(y))]),
                             (0, time), flat, rtol=1e-10, atol=1e-13)
            self.layers = self.shaped(done.y[:, -1])

    def shaped(self, flat: Floats) -> list[Floats]:
        return list(flat.reshape(len(self.layers), *self.layers[0].shape))

    def regressor(self, layers: Sequence[Floats]) -> Floats:
        return self.backward(layers)[0]

    def backward(self, layers: Sequence[Floats]) -> list[Floats]:
        vectors = [self.readout]
        for x in reversed(layers):
            vectors.append(x.T @ vectors[-1])
        return vectors[::-1]

    def forward(self, layers: Sequence[Floats]) -> list[Floats]:
        found = [np.eye(layers[0].shape[1])]
        for x in layers:
            found.append(x @ found[-1])
        return found

    def gap(self, layers: Sequence[Floats]) -> float:
        x = self.regressor(layers) - self.target
        return float(x @ self.sigma @ x)

    def gradients(self, layers: Sequence[Floats]) -> list[Floats]:
        g = 2 * self.sigma @ (self.regressor(layers) - self.target)
        q, P = self.backward(layers), self.forward(layers)
        return [np.outer(q[n + 1], P[n] @ g) for n in range(len(layers))]

    def kernel(self) -> Floats:
        q, P = self.backward(self.layers), self.forward(self.layers)
        return np.asarray(sum(q[n + 1] @ q[n + 1] * P[n].T @ P[n] for n in range(len(self.layers))))

    def least_sharpness(self) -> float:
        """Twice the least, over ``r``, of ``lambda_max(r Sigma + (L-1) (|p|^2/r)^{1/(L-1)} v v^T)``."""
        depth, size = len(self.layers), float(self.readout @ self.readout)
        values, vectors = np.linalg.eigh(self.sigma)
        root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
        v = root @ self.target
        if depth == 1:
            return float(2 * size * values[-1])

        def primal(s: float) -> float:
            r = np.exp(s)
            matrix = r * self.sigma + (depth - 1) * (size / r) ** (1 / (depth - 1)) * np.outer(v, v)
            return float(2 * np.linalg.eigvalsh(matrix)[-1])

        return float(minimize_scalar(primal, bounds=(-30, 30), method="bounded", options={"xatol": 1e-10}).fun)

    def values(self) -> dict[sp.Basic, float]:
        """What the statements are about, by the definitions of the vocabulary."""
        found: dict[sp.Basic, float] = {}
        for layers, names in ((self.layers, (Q.alpha_sub, Q.beta_sub, Q.alpha_ends)),
                              (self.start, (Q.alpha_sub_0, Q.beta_sub_0, Q.alpha_ends_0))):
            singular = [np.linalg.svd(x, compute_uv=False) for x in products(layers)]
            ends = [np.linalg.svd(x, compute_uv=False)[-1] for x in self.forward(layers)[:-1]]
            ends += [np.linalg.norm(x) / np.linalg.norm(self.readout) for x in self.backward(layers)[1:]]
            numbers = (min(1, *(s[-1] for s in singular)), max(1, *(s[0] for s in singular)), min(ends))
            found.update(zip(names, map(float, numbers), strict=True))
        moves = [float(np.linalg.norm(x - y)) for x, y in zip(self.layers, self.start, strict=True)]
        eigenvalues = np.linalg.eigvalsh(self.sigma)
        positive = eigenvalues[eigenvalues > 1e-12]
        energy = float(self.target @ self.sigma @ self.target)
        norms = [float(np.sum(x**2)) for x in self.gradients(self.layers)]
        M, u = self.kernel(), self.u
        vectors = np.linalg.cholesky(self.sigma + 1e-300 * np.eye(len(u))) if positive.size == len(u) else self.sigma
        found |= {
            Q.L: len(self.layers), Q.norm_p: float(np.linalg.norm(self.readout)), Q.rho: self.rho,
            Q.lambda_min: max(float(eigenvalues[0]), 0.0), Q.lambda_pos: float(positive[0]),
            Q.lambda_max: float(eigenvalues[-1]), Q.kappa: float(eigenvalues[-1] / positive[0]), Q.E: energy,
            Q.norm_w: float(np.linalg.norm(self.target)), Q.a: energy / float(self.target @ self.target),
            Q.risk_gap: self.gap(self.layers), Q.risk_gap_0: self.gap(self.start), Q.time: self.time,
            Q.norm_gradient: float(np.sqrt(sum(norms))), Q.S_min: self.least_sharpness(),
            Q.S: float(2 * np.linalg.eigvalsh(vectors.T @ M @ vectors)[-1]),
            Q.layer_displacement: max(moves), Q.displacement: float(np.sqrt(sum(x**2 for x in moves))),
            dot(Q.u, Q.M * Q.u): float(u @ M @ u), dot(Q.u, Q.u): float(u @ u),
            norm_squared(LayerMatrix("gradient", Q.k)): norms[self.layer - 1],
        }
        return found

    def slack(self, relation: Relation) -> float:
        """How far the relation holds, relative to its larger side; negative where it is false."""
        values = self.values()
        exchange = {x: sp.Float(y, 30) for x, y in values.items() if x is not Q.L} | {Q.L: sp.Integer(values[Q.L])}
        lhs, rhs = (float(side.xreplace(exchange)) for side in (relation.lhs, relation.rhs))
        scale = max(abs(lhs), abs(rhs), 1e-300)
        return (lhs - rhs if relation.op[0] == ">" else rhs - lhs) / scale


def near_identity(seed: int, scale: float = 0.25, size: int = 5, depth: int = 10) -> Network:
    """``W_k = I + s/sqrt(d L) N_k``, a random read-out of norm one, Gaussian data with 50 samples."""
    rng = np.random.default_rng(seed)
    layers = [np.eye(size) + scale / np.sqrt(size * depth) * rng.standard_normal((size, size)) for _ in range(depth)]
    readout = rng.standard_normal(size)
    data = rng.standard_normal((50, size))
    return Network(layers, readout / np.linalg.norm(readout), sigma=data.T @ data / 50, u=rng.standard_normal(size))


def stretched(depth: int, size: float, readout: float = 1.0, **more: Any) -> Network:
    """``diag(1, a)`` first, ``diag(a, 1)`` last, identities between: the kernel at ``e_2`` attains its bounds."""
    middle = [np.eye(2)] * (depth - 2)
    return Network([np.diag([1.0, size]), *middle, np.diag([size, 1.0])], [readout, 0.0], **more)


def line(*weights: float, readout: float = 1.0, **more: Any) -> Network:
    """Layers of width one."""
    return Network([[[x]] for x in weights], [readout], **more)
