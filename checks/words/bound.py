"""Words bound to numbers, in every ring that evaluates statements, against definitions in dense linear algebra."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, ctx, fmpq

from ...theory.language import quantities as Q
from ...theory.language.nodes import LayerMatrix, dot, frobenius, weighted_top, width
from ...theory.language.norms import second_singular, spectral, weighted_bottom
from ..arithmetic.exact import Undecidable
from ..arithmetic.exact_ring import ExactRing
from ..arithmetic.rings import BallRing, FloatRing
from ..evaluation.bindings.network import rayleigh_at_regressor
from ..evaluation.dense import difference_gradient, floats, imbalances, root
from ..evaluation.evaluate import evaluate
from ..evaluation.layers import top_vectors
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from .comparison import MARGIN, Comparison, numbers
from .definitions import DEFINITIONS, is_defined
from .instances import compared, token

BITS = 128
SEARCHED = {"S_min": 1e-6, "S_flat": 1e-6}
"""How near a numerical minimization comes to an infimum, relatively."""
BY_HESSIAN = ("S", "trace", "S_rescaled", "S_flat")
"""What is computed from the dense Hessian on demand, and by a reduction at minimizers else: both are compared."""
RINGS = (FloatRing(), BallRing(BITS), ExactRing())

Values = dict[str, Any]
Definition = Callable[[Instance, int], Any]


def bound_word(name: str) -> Iterator[Comparison]:
    """A name of the vocabulary, at every instance where it is defined."""
    for case in compared():
        if is_defined(name, case):
            values = _values(case)
            stated = DEFINITIONS[name](case, values)
            for direct in (False, True) if name in BY_HESSIAN else (False,):
                for found in readings(Q.VOCABULARY[name].symbol, case, values, direct):
                    yield numbers(name, token(case), found, stated, SEARCHED.get(name, MARGIN))


def _values(case: Instance) -> Values:
    return {"gamma": fmpq(3, 2), "eta": fmpq(1, 7),
            **dict.fromkeys(("u", "direction"), case.values["u"].reshape(-1, 1))}


def readings(expression: sp.Basic, case: Instance, values: Values, direct: bool = False) -> Iterator[Any]:
    """The value as float64 sees it, the middle of its ball, and the exact number where there is one."""
    for ring in RINGS:
        with ctx.workprec(BITS):
            try:
                yield as_float(evaluate(expression, RealScope(case, ring, values, direct=direct)))
            except Undecidable:
                continue


def as_float(value: Any) -> Any:
    """A ball by its middle, nan where it says nothing."""
    if isinstance(value, np.ndarray):
        return np.array([[as_float(x) for x in row] for row in value])
    if isinstance(value, arb):
        return float(value.mid()) if value.rad() < MARGIN * (1 + abs(value.mid())) else float("nan")
    if isinstance(value, fmpq):
        return float(Fraction(int(value.p), int(value.q)))
    return as_float(value.ball(BITS)) if hasattr(value, "ball") else float(value)


def function(name: str) -> Iterator[Comparison]:
    """A function of matrices or numbers, in an expression that has it, for every layer."""
    for case in compared():
        for expression, short, stated in FUNCTIONS[name]:
            for k in range(1, len(case.weights) + 1 - short):
                values = {**_values(case), "k": k}
                for found in readings(expression, case, values):
                    yield numbers(f"function {name}", token(case), found, stated(case, k))


def _layer(case: Instance, k: int) -> Any:
    return floats(case.weights[k - 1])


def _singular_values(matrix: Any) -> Any:
    return np.append(np.linalg.svd(matrix, compute_uv=False), 0.0)


def _norm(matrix: Any) -> float:
    return float(_singular_values(matrix)[0])


def _weighted(case: Instance, matrix: Any) -> Any:
    half = root(case)
    return np.linalg.eigvalsh(half @ matrix @ half)


def _kernel(case: Instance) -> Any:
    return DEFINITIONS["M"](case, {})


def _gradient(case: Instance, k: int) -> Any:
    """The part of the gradient that belongs to layer ``k``."""
    first = sum(layer.size for layer in case.weights[: k - 1])
    return difference_gradient(case)[first: first + case.weights[k - 1].size].reshape(case.weights[k - 1].shape)


def _energy(case: Instance, k: int) -> Any:
    return DEFINITIONS["E"](case, {})


_W, _D, _SLOPE = (LayerMatrix(name, Q.k) for name in ("W", "D", "gradient"))
_MIXED = sp.MatAdd(2 * sp.Identity(Q.M.shape[0]), 3 * Q.w_star * Q.w_star.T)

FUNCTIONS: dict[str, list[tuple[sp.Basic, int, Definition]]] = {
    "spectral": [(spectral(_W), 0, lambda c, k: _norm(_layer(c, k))),
                 (spectral(_D), 1, lambda c, k: _norm(imbalances(c)[k - 1]))],
    "second_singular": [(second_singular(_W), 0, lambda c, k: _singular_values(_layer(c, k))[1])],
    "frobenius": [(frobenius(_W), 0, lambda c, k: np.linalg.norm(_layer(c, k)) ** 2),
                  (frobenius(_SLOPE), 0, lambda c, k: np.linalg.norm(_gradient(c, k)) ** 2)],
    "Trace": [(sp.Trace(_D), 1, lambda c, k: np.linalg.eigvalsh(imbalances(c)[k - 1]).sum()),
              (sp.Trace(Q.Sigma * Q.M), 0, lambda c, k: _weighted(c, _kernel(c)).sum())],
    "dot": [(dot(Q.u, Q.M * Q.u), 0, lambda c, k: floats(c.values["u"]) @ _kernel(c) @ floats(c.values["u"]))],
    "weighted_top": [(weighted_top(Q.M), 0, lambda c, k: _weighted(c, _kernel(c))[-1]),
                     (weighted_top(_MIXED), 0, lambda c, k: _weighted(c, 2 * np.eye(len(c.regressor)) + 3 * np.outer(
                         *2 * (DEFINITIONS["w_star"](c, {}).ravel(),)))[-1])],
    "weighted_bottom": [(weighted_bottom(Q.M), 0, lambda c, k: _weighted(c, _kernel(c))[0])],
    "Sum": [(sp.Sum(spectral(LayerMatrix("D", Q.j)), (Q.j, Q.k, Q.L - 1)), 0,
             lambda c, k: sum(_norm(D) for D in imbalances(c)[k - 1:]))],
    "d": [(width(Q.k), 0, lambda c, k: float(len(c.weights[k - 1]))),
          (width(Q.k - 1), 0, lambda c, k: float(len(c.weights[k - 1].T)))],
    "Pow": [(Q.E ** (1 - 1 / Q.L), 0, lambda c, k: _energy(c, k) ** (1 - 1 / len(c.weights)))],
    "Abs": [(sp.Abs(Q.E - 7), 0, lambda c, k: np.hypot(_energy(c, k) - 7, 0.0))],
    "exp": [(sp.exp(-Q.norm_p), 0, lambda c, k: np.exp(-DEFINITIONS["norm_p"](c, {})))],
    "log": [(sp.log(Q.norm_p + 1), 0, lambda c, k: np.log1p(DEFINITIONS["norm_p"](c, {})))],
}
"""Expressions, how many layers short of ``L`` they end, and their definitions."""


def witness() -> Iterator[Comparison]:
    """The bound that decides many statements ``S >= ...``: a Rayleigh quotient of the Hessian, so at most ``S``."""
    for case in compared():
        if is_defined("b", case):
            image = floats(case.covariance) @ DEFINITIONS["w_star"](case, {}).ravel()
            stated = 2 * image @ _kernel(case) @ image / DEFINITIONS["E"](case, {})
            with ctx.workprec(BITS):
                found = as_float(rayleigh_at_regressor(RealScope(case, BallRing(BITS))))
            yield numbers("witness S", token(case), found, stated)


def side_vectors(side: str) -> Iterator[Comparison]:
    """``left`` and ``right`` of every pair of layers: unit vectors that the layer stretches by its whole norm."""
    for case in compared():
        for k in range(1, len(case.weights)):
            layer = _layer(case, k).T if side == "left" else _layer(case, k + 1)
            for values in top_vectors(case, k):
                for vector in readings(LayerMatrix(side, k + (side == "right")), case, dict(values)):
                    found = (np.linalg.norm(vector), np.linalg.norm(layer @ vector))
                    yield numbers(side, token(case), found, (1.0, _norm(layer)))


LAYERS: dict[str, tuple[int, Definition]] = {
    "W": (0, _layer), "D": (1, lambda c, k: imbalances(c)[k - 1]), "gradient": (0, _gradient)}


def layer_family(name: str) -> Iterator[Comparison]:
    """``W_k``, ``D_k`` and the gradient of every layer, entry by entry."""
    short, definition = LAYERS[name]
    for case in compared():
        for k in range(1, len(case.weights) + 1 - short):
            for found in readings(LayerMatrix(name, k), case, {}):
                yield numbers(name, token(case), found, definition(case, k))
