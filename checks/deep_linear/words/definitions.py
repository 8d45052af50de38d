"""Every bound quantity once more, from its definition, in dense linear algebra.

``verify`` compares the values that it evaluates with these numbers (see :mod:`.table`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from scipy.optimize import minimize

from ....numeric.linalg.scalars import Array
from ...evaluation.evaluate import Value
from ..evaluation.dense import (
    SMALL,
    covariance_of,
    determinant,
    difference_hessian,
    exact_gradient,
    first_determinant,
    floats,
    imbalances,
    own_hessian,
    pulled_back,
    readout_of,
    regressor_of,
    rescaled_weights,
    residual_of,
    signal_of,
    unit,
    weights_of,
)
from ..instances.instance import Instance
from .definitions_exact import SCALARS

Definition: TypeAlias = Callable[[Instance], Value]
GAMMA, ETA = Fraction(3, 2), Fraction(1, 7)
"""The factor and the learning rate at which words are compared. The vector is that of the instance."""


def width_one_hessian(case: Instance) -> Callable[[Array], Array]:
    """The function that maps the logarithms of ``W_2, ..., W_L`` to a matrix ``(d, d)``, at minimizers of width one.

    The eigenvalues of the matrix are those of the Hessian but for zeros: the Hessian is ``2 J^T Sigma J``, the matrix
    ``2 Sigma^{1/2} J J^T Sigma^{1/2}``. It depends on ``w`` through ``v`` only, so ``w = w*`` is taken.
    """
    sigma, v = covariance_of(case), signal_of(case)
    size = readout_norm(case)

    def hessian(logarithms: Array) -> Array:
        scales = np.exp(logarithms)
        found: Array = 2 * ((size * scales.prod()) ** 2 * sigma + (scales**-2.0).sum() * np.outer(v, v))
        return found

    return hessian


def readout_norm(case: Instance) -> float:
    return float(np.linalg.norm(readout_of(case).astype(float)))


def infimum(case: Instance, flatness: Callable[[Array], Value]) -> float:
    """The infimum over the minimizers of width one of the largest eigenvalue, or of the trace, by SciPy.

    Both are convex in the logarithms, as the Hessian is a sum of positive semidefinite matrices times exponentials of
    linear functions: a local minimum is the infimum.
    """
    hessian, free = width_one_hessian(case), np.zeros(len(case.weights) - 1)

    def value(logarithms: Array) -> float:
        return float(flatness(hessian(logarithms)))

    for _ in range(3 if len(free) else 0):  # a fresh simplex where the last one got stuck
        free = minimize(value, free, method="Nelder-Mead",
                        options={"maxiter": 2000, "xatol": 1e-10, "fatol": 1e-13}).x
    return value(free)


@lru_cache(maxsize=256)
def least_sharpness(case: Instance) -> float:
    return infimum(case, lambda hessian: np.linalg.eigvalsh(hessian)[-1])


def balanced_sharpness(case: Instance) -> float:
    """The sharpness of the minimizer of width one whose layers all have the norm ``|w*|^{1/L}``, without a read-out."""
    depth = len(case.weights)
    equal = np.full(depth - 1, np.log(np.linalg.norm(regressor_of(case))) / depth)
    return float(np.linalg.eigvalsh(width_one_hessian(case)(equal))[-1])


def is_defined(name: str, case: Instance) -> bool:
    """Whether an instance has a quantity: two layers to rescale, an energy to divide by, an eigenvector for ``e``."""
    energy, image = np.linalg.norm(signal_of(case)) > SMALL, covariance_of(case) @ regressor_of(case)
    if name in ("S_rescaled", "step_determinant"):
        return len(case.weights) > 1
    if name in ("alpha", "tau"):
        return bool(floats(case.values["u"]) @ covariance_of(case) @ floats(case.values["u"]) > 0)
    if name == "e":
        along = np.linalg.norm(image) * np.linalg.norm(regressor_of(case))
        return bool(energy and abs(image @ regressor_of(case)) >= (1 - 1e-12) * along)
    if name in ("S_min", "S_flat", "S_balanced", "trace_min"):
        return bool(energy) and all(len(layer) == 1 for layer in case.weights) and not (
            name == "S_balanced" and case.readout is not None)
    if name == "kappa":
        return len(positive_eigenvalues(case)) == len(covariance_of(case))
    if name == "lambda_pos":
        return len(positive_eigenvalues(case)) > 0
    if name == "theta":
        return bool(np.linalg.norm(pulled_back(case, 0)) > SMALL)
    return name not in ("a", "b") or bool(energy)


def positive_eigenvalues(case: Instance) -> Array:
    values = np.linalg.eigvalsh(covariance_of(case))
    found: Array = values[values > SMALL * values[-1]]
    return found


def total_imbalance(case: Instance) -> float:
    return float(sum(np.linalg.norm(D, 2) for D in imbalances(case)))


def relative_imbalance(case: Instance) -> float:
    depth = len(case.weights)
    return float((depth - 1) * total_imbalance(case) / np.linalg.norm(pulled_back(case, 0)) ** (2 / depth))


def singular_values(weights: Sequence[Array]) -> list[Array]:
    """LAPACK's singular values of all products of consecutive layers, one a column of the product: zeros included."""
    found = []
    for first in range(len(weights)):
        for last in range(first + 1, len(weights) + 1):
            product = np.linalg.multi_dot([np.eye(weights[last - 1].shape[0]), *weights[first:last][::-1],
                                           np.eye(weights[first].shape[1])])
            values = np.linalg.svd(product, compute_uv=False)
            found.append(np.concatenate([values, np.zeros(product.shape[1] - len(values))]))
    return found


def products(case: Instance) -> list[Array]:
    """The singular values of all products of consecutive layers of an instance."""
    return singular_values([floats(layer) for layer in case.weights])


def least_at_ends(case: Instance) -> float:
    """The least of 1, the singular values of ``W_k ... W_1`` for ``k < L``, and ``|q_k| / |p|`` for ``k >= 1``."""
    depth = len(case.weights)
    lengths = [np.linalg.norm(pulled_back(case, k)) / readout_norm(case) for k in range(1, depth)]
    return float(min([1.0, *lengths, *(values.min() for values in products(case)[: depth - 1])]))


def at_start(case: Instance) -> Instance:
    """The instance with the initialization for its weights, and the same regressor."""
    return case if case.start is None else replace(case, weights=case.start, stated=case.regressor, start=None)


def moves(case: Instance) -> list[float]:
    return [float(np.linalg.norm(floats(x - y))) for x, y in zip(case.weights, at_start(case).weights, strict=True)]


def _zeros(case: Instance) -> list[Array]:
    return [0 * layer for layer in weights_of(case)]


# S_flat is the sharpness of a minimizer that is as flat as a search can tell.
DEFINITIONS: dict[str, Definition] = {
    "L": lambda c: float(len(c.weights)),
    "d": lambda c: float(len(covariance_of(c))),
    **{name: SCALARS[name] for name in ("Sigma", "M", "w", "w_flow")},
    "trace_Sigma": lambda c: np.linalg.eigvalsh(covariance_of(c)).sum(),
    "w_star": lambda c: regressor_of(c)[:, None],
    "p": lambda c: readout_of(c).astype(float)[:, None],
    "g": lambda c: 2 * (covariance_of(c) @ (pulled_back(c, 0) - regressor_of(c)))[:, None],
    "E": lambda c: np.linalg.norm(signal_of(c)) ** 2,
    "a": lambda c: np.linalg.norm(signal_of(c)) ** 2 / np.linalg.norm(regressor_of(c)) ** 2,
    "b": lambda c: np.linalg.norm(covariance_of(c) @ regressor_of(c)) ** 2 / np.linalg.norm(signal_of(c)) ** 2,
    "e": lambda c: np.linalg.norm(covariance_of(c) @ regressor_of(c)) / np.linalg.norm(regressor_of(c)),
    "norm_w": lambda c: np.linalg.norm(regressor_of(c)),
    "norm_p": readout_norm,
    "norm_q1": lambda c: np.linalg.norm(pulled_back(c, 1)),
    "lambda_max": lambda c: np.linalg.eigvalsh(covariance_of(c))[-1],
    "lambda_min": lambda c: np.linalg.eigvalsh(covariance_of(c))[0],
    "S": lambda c: np.linalg.eigvalsh(own_hessian(c))[-1],
    **dict.fromkeys(("S_min", "S_flat"), least_sharpness),
    "S_balanced": balanced_sharpness,
    "trace_min": lambda c: infimum(c, np.trace),
    "trace": lambda c: np.trace(own_hessian(c)),
    "S_rescaled": lambda c: np.linalg.eigvalsh(difference_hessian(c, rescaled_weights(c, GAMMA)))[-1],
    "alpha": lambda c: unit(c, c.values["u"]) @ covariance_of(c) @ unit(c, c.values["u"]),
    "tau": lambda c: (unit(c, c.values["u"]) @ signal_of(c)) ** 2,
    "hessian_rank": lambda c: float(np.linalg.matrix_rank(own_hessian(c), tol=SMALL * np.abs(own_hessian(c)).max())),
    "hessian_at_zero": lambda c: (difference_hessian(c, _zeros(c)) ** 2).sum(),
    "step_determinant": lambda c: first_determinant(c, ETA),
    "step_determinant_zero": lambda c: determinant(c, _zeros(c), ETA),
    "risk_gap": lambda c: residual_of(c) @ residual_of(c),
    "norm_gradient": lambda c: np.linalg.norm(exact_gradient(c).astype(float)),
    "lambda_pos": lambda c: positive_eigenvalues(c)[0],
    "kappa": lambda c: np.linalg.cond(covariance_of(c), 2),
    "norm_w_net": lambda c: np.linalg.norm(pulled_back(c, 0)),
    "sigma_max": lambda c: max(np.linalg.svd(floats(w))[1][0] for w in c.weights),
    "sigma_min": lambda c: min(np.linalg.norm(floats(w), 2) for w in c.weights),
    "frob": lambda c: max(np.linalg.norm(floats(w)) for w in c.weights),
    "Delta": total_imbalance,
    "theta": relative_imbalance,
    "alpha_sub": lambda c: min(1.0, *map(min, products(c))),
    "beta_sub": lambda c: max(1.0, *map(max, products(c))),
    "alpha_ends": least_at_ends,
    "displacement": lambda c: np.sqrt(sum(x**2 for x in moves(c))),
    "layer_displacement": lambda c: max(moves(c)),
}


def _at_start(name: str) -> Definition:
    return lambda case: DEFINITIONS[name](at_start(case))


DEFINITIONS |= {f"{name}_0": _at_start(name) for name in ("risk_gap", "alpha_sub", "beta_sub", "alpha_ends")}
