"""Words in every ring that evaluates statements, compared with definitions in dense linear algebra."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import sympy as sp
from flint import arb, ctx, fmpq

from ....numeric.linalg.rational import rational
from ....numeric.linalg.scalars import Array
from ....theory.language import quantities as Q
from ....theory.language.nodes import LayerMatrix, dot, norm_squared, weighted_top, width
from ....theory.language.norms import second_singular, spectral, weighted_bottom
from ...arithmetic.exact import Undecidable
from ...arithmetic.exact_ring import ExactRing
from ...arithmetic.number_field import FieldNumber
from ...arithmetic.rings import BallRing, FloatRing
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import Value, evaluate
from ...verifying.words import Comparison
from ..evaluation.bindings.network import rayleigh_at_regressor
from ..evaluation.dense import exact_gradient, floats, imbalances, root
from ..evaluation.layers import top_vectors
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from .comparison import MARGIN, numbers
from .definitions import DEFINITIONS, ETA, GAMMA, is_defined
from .definitions_exact import by_layer
from .instances import compared, token

BITS = 128
SEARCHED = dict.fromkeys(("S_min", "S_flat", "trace_min", "S_balanced"), 1e-6)
"""The relative distance between an infimum and the result of a numerical minimization."""
BY_HESSIAN = ("S", "trace", "S_rescaled", "S_flat")
"""Words with two ways to compute them, by the dense Hessian and by a reduction at minimizers: both are compared."""
RINGS = (FloatRing(), BallRing(BITS), ExactRing())

OfLayer: TypeAlias = Callable[[Instance, int], Value]
"""A definition of an instance and the number of a layer."""


def bound_word(name: str) -> Iterator[Comparison]:
    """A name of the vocabulary, at every instance where it is defined."""
    for case in compared():
        if is_defined(name, case):
            values, stated = _values(case), DEFINITIONS[name](case)
            for direct in (False, True) if name in BY_HESSIAN else (False,):
                for found in readings(Q.VOCABULARY[name].symbol, case, values, direct):
                    yield numbers(name, token(case), found, stated, SEARCHED.get(name, MARGIN))


def _values(case: Instance) -> Values:
    return {"gamma": rational(GAMMA), "eta": rational(ETA),
            **dict.fromkeys(("u", "direction"), case.values["u"].reshape(-1, 1))}


def readings(expression: sp.Basic, case: Instance, values: Values, direct: bool = False) -> Iterator[float | Array]:
    """The value in float64, in balls, and in exact numbers where there is one."""
    for ring in RINGS:
        with ctx.workprec(BITS):
            try:
                yield as_float(evaluate(expression, RealScope(case, ring, values, direct=direct)))
            except Undecidable:
                continue


def as_float(value: Value) -> float | Array:
    """A value in float64: a ball by its middle, or nan where the ball is wide.

    Raises Undecidable for a number of a field that is no radical.
    """
    if isinstance(value, np.ndarray):
        return np.array([[as_float(x) for x in row] for row in value])
    if isinstance(value, arb):
        return float(value.mid()) if value.rad() < MARGIN * (1 + abs(value.mid())) else float("nan")
    if isinstance(value, fmpq):
        return float(Fraction(int(value.p), int(value.q)))
    if isinstance(value, FieldNumber):
        return as_float(value.exact())
    return as_float(value.ball(BITS)) if hasattr(value, "ball") else float(value)


def of_layers(word: str) -> Iterator[Comparison]:
    """A family, or a function of matrices or numbers, at every layer."""
    for case in compared():
        for expression, short, stated in OF_LAYERS[word]:
            for k in range(1, len(case.weights) + 1 - short):
                for found in readings(expression, case, {**_values(case), "k": k}):
                    yield numbers(word, token(case), found, stated(case, k))


def _layer(case: Instance, k: int) -> Array:
    return floats(case.weights[k - 1])


def _singular_values(matrix: Array) -> Array:
    return np.append(np.linalg.svd(matrix, compute_uv=False), 0.0)


def _norm(matrix: Array) -> float:
    return float(_singular_values(matrix)[0])


def _weighted(case: Instance, matrix: Array) -> Array:
    half = root(case)
    return np.linalg.eigvalsh(half @ matrix @ half)


def _kernel(case: Instance) -> Array:
    found: Array = DEFINITIONS["M"](case).astype(float)
    return found


def _gradient(case: Instance, k: int) -> Array:
    """The part of the gradient that belongs to layer ``k``."""
    found: Array = by_layer(case, exact_gradient(case))[k - 1].astype(float)
    return found


def _valued(name: str, function: Callable[[Value], Value]) -> OfLayer:
    """A function of a word, the same for every layer."""
    return lambda case, k: function(DEFINITIONS[name](case))


_W, _D, _SLOPE = (LayerMatrix(name, Q.k) for name in ("W", "D", "gradient"))
_MIXED = sp.MatAdd(2 * sp.Identity(Q.M.shape[0]), 3 * Q.w_star * Q.w_star.T)

FUNCTIONS: dict[str, list[tuple[sp.Basic, int, OfLayer]]] = {
    "spectral": [(spectral(_W), 0, lambda c, k: _norm(_layer(c, k))),
                 (spectral(_D), 1, lambda c, k: _norm(imbalances(c)[k - 1]))],
    "second_singular": [(second_singular(_W), 0, lambda c, k: _singular_values(_layer(c, k))[1])],
    "norm_squared": [(norm_squared(_W), 0, lambda c, k: np.linalg.norm(_layer(c, k)) ** 2),
                     (norm_squared(_SLOPE), 0, lambda c, k: np.linalg.norm(_gradient(c, k)) ** 2)],
    "Trace": [(sp.Trace(_D), 1, lambda c, k: np.linalg.eigvalsh(imbalances(c)[k - 1]).sum()),
              (sp.Trace(Q.Sigma * Q.M), 0, lambda c, k: _weighted(c, _kernel(c)).sum())],
    "dot": [(dot(Q.u, Q.M * Q.u), 0, lambda c, k: floats(c.values["u"]) @ _kernel(c) @ floats(c.values["u"]))],
    "weighted_top": [(weighted_top(Q.M), 0, lambda c, k: _weighted(c, _kernel(c))[-1]),
                     (weighted_top(_MIXED), 0, lambda c, k: _weighted(c, 2 * np.eye(len(c.regressor)) + 3 * np.outer(
                         *2 * (DEFINITIONS["w_star"](c).ravel(),)))[-1])],
    "weighted_bottom": [(weighted_bottom(Q.M), 0, lambda c, k: _weighted(c, _kernel(c))[0])],
    "Sum": [(sp.Sum(spectral(LayerMatrix("D", Q.j)), (Q.j, Q.k, Q.L - 1)), 0,
             lambda c, k: sum(_norm(D) for D in imbalances(c)[k - 1:]))],
    "d": [(width(Q.k), 0, lambda c, k: float(len(c.weights[k - 1]))),
          (width(Q.k - 1), 0, lambda c, k: float(len(c.weights[k - 1].T)))],
    "Pow": [(Q.E ** (1 - 1 / Q.L), 0, lambda c, k: DEFINITIONS["E"](c) ** (1 - 1 / len(c.weights)))],
    "Abs": [(sp.Abs(Q.E - 7), 0, _valued("E", lambda x: np.hypot(x - 7, 0.0)))],
    "exp": [(sp.exp(-Q.norm_p), 0, _valued("norm_p", lambda x: np.exp(-x)))],
    "log": [(sp.log(Q.norm_p + 1), 0, _valued("norm_p", np.log1p))],
}
OF_LAYERS: dict[str, list[tuple[sp.Basic, int, OfLayer]]] = {
    "W": [(_W, 0, _layer)], "D": [(_D, 1, lambda c, k: imbalances(c)[k - 1])], "gradient": [(_SLOPE, 0, _gradient)],
    **{f"function {name}": entries for name, entries in FUNCTIONS.items()},
}
"""For each word some expressions, how many layers short of ``L`` their layers end, and their definitions."""


def witness() -> Iterator[Comparison]:
    """The lower bound of ``S`` that decides many statements ``S >= ...``: a Rayleigh quotient of the Hessian."""
    for case in compared():
        if is_defined("b", case):
            image = floats(case.covariance) @ DEFINITIONS["w_star"](case).ravel()
            stated = 2 * image @ _kernel(case) @ image / DEFINITIONS["E"](case)
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
