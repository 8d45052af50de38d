"""The smallest sharpness of a minimizer, between a primal and a dual certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq

from ..linalg.eigenvalues import ball_matrix, top_eigenvalue, weighted_top
from ..linalg.pencil import working_precision
from ..linalg.precision import is_narrow, until_narrow
from ..linalg.rational import ball, rational, simplest_rational
from ..linalg.rounding import float_above, float_below
from ..linalg.scalars import Array, as_array, convert_array, object_array
from .matrix_optimum import matrix_optimum
from .matrix_problem import MatrixProblem
from .min_sharpness_optimum import float_optimum, stationary_point
from .problem import RegressionProblem

# Exact LDL and ball arithmetic are cubic with a large constant: rigorous up to this dimension.
RIGOROUS_DIMENSION = 60

Witness = list[tuple[fmpq, Array]]
Problem: TypeAlias = RegressionProblem | MatrixProblem
"""A regression with one target, or with several."""


@dataclass(frozen=True, eq=False)
class MinSharpness:
    """``lower <= S_min <= upper`` with what proves both sides.

    ``c`` (None at depth 1) gives the primal value ``2 λ_max(rΣ + …)`` at
    ``r = (E/c)^{1-1/L} ‖p‖^{2/L}``; ``dual`` is ``U = Σ_i weight_i u_i u_iᵀ`` as pairs of a rational
    weight and a rational vector ``(d,)``, empty at depth 1. ``gap`` is the width of the enclosure over its
    lower end. Without ``rigorous`` the sides are float64 values of both certificates, widened
    by a generous rounding error.
    """

    lower: float
    upper: float
    enclosure: arb
    c: fmpq | None
    r: arb
    dual: Witness
    gap: float
    rigorous: bool


def primal_value(
    problem: Problem, depth: int, c: Any, readout_norm_squared: Any = 1, bits: int = 128
) -> arb:
    """Enclosure of ``2 r λ_max(Σ + (L−1)(c/E) vvᵀ) >= S_min`` (claim `min-sharpness`).

    Here ``r = (E/c)^{1−1/L} ‖p‖^{2/L}``. Valid for every rational ``c > 0``; at depth 1 ``c`` is
    ignored and the value is ``2‖p‖²Λ``. No root of ``Σ`` is needed, since
    ``Σ + γvvᵀ = Σ^{1/2}(I + γw*w*ᵀ)Σ^{1/2}``.

    Raises:
        ValueError: ``c`` not positive, ``E = 0`` at depth 2 or more, ``Σ`` not PSD.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> print(primal_value(problem, 2, 1).str(5, radius=False))
    4.0000
    """
    _check(problem, depth, readout_norm_squared)
    size = problem.dimension
    with ctx.workprec(working_precision(bits)):
        if depth == 1:
            top: arb = top_eigenvalue(convert_array(problem.covariance, rational), bits)
            return 2 * ball(readout_norm_squared) * top
        if not rational(c) > 0:
            raise ValueError(f"The primal parameter c must be positive, not {c}.")
        w = ball_matrix(as_array(problem.columns))
        strength = (depth - 1) * ball(c) / _energy(problem)
        matrix = w * w.transpose() * strength
        for i in range(size):
            matrix[i, i] += 1
        largest = weighted_top(matrix, problem.exact_factor(bits), bits)
        return 2 * radius_of(problem, depth, c, readout_norm_squared, bits) * largest


def radius_of(
    problem: Problem, depth: int, c: Any, readout_norm_squared: Any = 1, bits: int = 128
) -> arb:
    """``r = ‖q_1‖² = (E/c)^{1−1/L} ‖p‖^{2/L}`` of the aligned minimizer that ``c`` stands for.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [3.0])
    >>> print(radius_of(problem, 2, 1).str(5, radius=False))
    3.0000
    """
    with ctx.workprec(working_precision(bits)):
        power = (_energy(problem) / ball(c)) ** (depth - 1) * ball(readout_norm_squared)
        return power.root(depth)


def dual_value(
    problem: Problem,
    depth: int,
    dual: Sequence[tuple[Any, Any]],
    readout_norm_squared: Any = 1,
    bits: int = 128,
) -> arb:
    """Enclosure of ``2L (‖p‖² tr(Σ²U) (w*ᵀΣUΣw*)^{L−1})^{1/L} / tr(ΣU) <= S_min``.

    Claim `min-sharpness-dual`. ``U = Σ_i weight_i u_i u_iᵀ`` from pairs ``(weight, u)``, weights
    nonnegative, ``u`` of shape ``(d,)``; the quotient by ``tr ΣU`` normalizes, so any scale
    will do. ``nan`` where the precision does not tell ``tr ΣU`` from 0.

    Raises:
        ValueError: a negative weight, ``tr ΣU = 0``, or ``E = 0`` at depth 2 or more.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> print(dual_value(problem, 2, [(1, [1])]).str(5, radius=False))
    4.0000
    """
    _check(problem, depth, readout_norm_squared)
    with ctx.workprec(working_precision(bits)):
        sigma = ball_matrix(problem.covariance)
        w = ball_matrix(problem.columns)
        norm, second, overlap = arb(0), arb(0), arb(0)
        for weight, vector in dual:
            if rational(weight) < 0:
                raise ValueError("The weights of the dual witness must not be negative.")
            u = ball_matrix(as_array(vector)[:, None])
            image = sigma * u
            share = ball(weight)
            norm += share * (u.transpose() * image)[0, 0]
            second += share * (image.transpose() * image)[0, 0]
            overlap += share * sum((x**2 for x in (image.transpose() * w).entries()), arb(0))
        if norm <= 0:
            raise ValueError("The dual witness must satisfy tr ΣU > 0.")
        product = second * overlap ** (depth - 1) * ball(readout_norm_squared)
        # A rational witness orthogonal to Σw* proves no more than 0.
        return 2 * depth * product.nonnegative_part().root(depth) / norm


def min_sharpness(
    problem: Problem, depth: int, readout_norm_squared: Any = 1, bits: int = 128, *,
    rigorous_dimension: int = RIGOROUS_DIMENSION,
) -> MinSharpness:
    """Enclose ``S_min``, the infimum of the sharpness over minimizers (claim `min-sharpness`).

    ``S_min = 2 min_r λ_max(rΣ + (L−1)(‖p‖²/r)^{1/(L−1)} vvᵀ)``, any rank of ``Σ``, any widths.
    The optimum solves one scalar equation in the shift ``μ`` of ``u = (μI − Σ)^{-1}w*``; in the
    kink (top eigenvalue double) ``u`` also takes a part of the top eigenvector.

    With several targets ``vvᵀ`` is ``VᵀV``, ``V = W*Σ^{1/2}``, and the enclosure is as narrow as a search in float64
    makes it; one target alone is treated as a `RegressionProblem`.

    Rigorous for ``d <= rigorous_dimension`` when ``Σ`` is PSD exactly (floats are read as the dyadic
    rationals that they are); otherwise float64 with the gap reported.

    Args:
        problem: the regression problem, or with several targets a `MatrixProblem` (float64, mpf or rational entries).
        depth: ``L >= 1``.
        readout_norm_squared: ``‖p‖²``, exact; 1 without a readout.
        bits: precision of the certificates to begin with; it is doubled until the enclosure is narrow.
        rigorous_dimension: up to this ``d`` exactly.

    Raises:
        ValueError: ``L < 1``, ``‖p‖² <= 0``, or ``E = 0`` with ``L >= 2`` (the infimum 0 is
            not attained).

    >>> problem = RegressionProblem.from_covariance([[1.0, 0.0], [0.0, 4.0]], [1.0, 0.0])
    >>> result = min_sharpness(problem, 2)
    >>> print(result.enclosure.str(12, radius=False), result.rigorous)
    4.61880215352 True
    """
    _check(problem, depth, readout_norm_squared)
    if isinstance(problem, MatrixProblem):
        if problem.outputs > 1:
            return _several(problem, depth, readout_norm_squared, bits, rigorous_dimension)
        problem = problem.single()
    if problem.dimension <= rigorous_dimension and _is_exactly_psd(problem, bits):
        return until_narrow(lambda precision: _rigorous(problem, depth, readout_norm_squared, precision),
                            lambda found: is_narrow(found.enclosure), bits, problem.dimension)
    return _float64(problem, depth, readout_norm_squared)


def _check(problem: Problem, depth: int, readout_norm_squared: Any) -> None:
    if depth < 1:
        raise ValueError(f"The depth must be at least 1, not {depth}.")
    if not rational(readout_norm_squared) > 0:
        raise ValueError("The squared norm of the readout must be positive.")
    if depth > 1 and problem.energy == 0:
        raise ValueError(
            "The signal energy is zero (w* = 0): for depth 2 and more the infimum 0 of the sharpness "
            "over minimizers is not attained, and min-sharpness does not apply."
        )


def _energy(problem: Problem) -> arb:
    w = ball_matrix(problem.columns)
    return (w.transpose() * (ball_matrix(problem.covariance) * w)).trace()


def _is_exactly_psd(problem: Problem, bits: int) -> bool:
    try:
        problem.exact_factor(bits)
    except ValueError:
        return False
    return True


def _rigorous(problem: RegressionProblem, depth: int, readout: Any, bits: int) -> MinSharpness:
    with ctx.workprec(working_precision(bits)):
        if depth == 1:
            value = primal_value(problem, 1, None, readout, bits)
            return _result(value, value, None, ball(readout), [], rigorous=True)
        c, vector = stationary_point(problem, depth, bits)
        dual: Witness = [(fmpq(1), vector)]
        upper = primal_value(problem, depth, c, readout, bits)
        lower = dual_value(problem, depth, dual, readout, bits)
        return _result(lower, upper, c, radius_of(problem, depth, c, readout, bits), dual, rigorous=True)


def _several(problem: MatrixProblem, depth: int, readout: Any, bits: int, rigorous_dimension: int) -> MinSharpness:
    """The enclosure for two targets or more, which have no read-out of their own."""
    if readout != 1:
        raise ValueError("A network with several outputs has no read-out: leave out its squared norm.")
    if depth == 1:
        return _first_layer(problem, bits, rigorous_dimension)
    optimum = matrix_optimum(problem, depth)
    energy = problem.energy
    if problem.dimension > rigorous_dimension or not _is_exactly_psd(problem, bits):
        c, dual = rational(optimum.g * float(energy)), [(fmpq(1), convert_array(optimum.vector, rational))]
        return _result(*_widened(problem, optimum.dual, optimum.primal), c, arb(float(energy) / float(c)), dual,
                       rigorous=False)
    cs = [x * rational(energy) for x in _exact_or_simple(optimum.g)]
    pairs = [_exact_or_simple(float(x)) for x in optimum.vector]
    vectors = [object_array([pair[k] for pair in pairs], (len(pairs),)) for k in (0, 1)]
    upper, c = min(((primal_value(problem, depth, c, 1, bits), c) for c in cs), key=lambda one: one[0].upper())
    lower, vector = max(((dual_value(problem, depth, [(1, u)], 1, bits), u) for u in vectors),
                        key=lambda one: one[0].lower())
    return _result(lower, upper, c, radius_of(problem, depth, c, 1, bits), [(fmpq(1), vector)], rigorous=True)


def _exact_or_simple(value: float) -> tuple[fmpq, fmpq]:
    """A float as the rational that it is, and as the simplest one near it."""
    exact = rational(value)
    return exact, simplest_rational(exact - abs(exact) / 2**40, exact + abs(exact) / 2**40)


def _first_layer(problem: MatrixProblem, bits: int, rigorous_dimension: int) -> MinSharpness:
    """``2Λ``, the sharpness of the only layer."""
    alone = RegressionProblem(problem.covariance, problem.regressor[0], problem.risk_min, problem.samples)
    return min_sharpness(alone, 1, 1, bits, rigorous_dimension=rigorous_dimension)


def _float64(problem: RegressionProblem, depth: int, readout: Any) -> MinSharpness:
    if depth == 1:
        top = 2 * float(readout) * top_eigenvalue(convert_array(problem.covariance, float))
        return _result(*_widened(problem, top, top), None, ball(readout), [], rigorous=False)
    optimum = float_optimum(problem, depth, float(readout))
    dual: Witness = [(fmpq(1), convert_array(optimum.vector, rational))]
    sides = _widened(problem, optimum.dual, optimum.primal)
    return _result(*sides, rational(optimum.c), arb(optimum.r), dual, rigorous=False)


def _widened(problem: Problem, lower: float, upper: float) -> tuple[arb, arb]:
    # float64 knows Σ up to an ulp of Λ, which counts Λ/a times where the signal is.
    top = top_eigenvalue(convert_array(problem.covariance, float))
    blur = 0.0 if problem.energy == 0 else top / float(problem.rayleigh)
    slack = problem.dimension**0.5 * (16 + blur) * float(np.finfo(np.float64).eps)
    return arb(lower) * (1 - slack), arb(upper) * (1 + slack)


def _result(lower: arb, upper: arb, c: fmpq | None, r: arb, dual: Witness, *, rigorous: bool) -> MinSharpness:
    below = lower.lower() if lower.is_finite() else arb(0)
    above = upper.upper() if upper.is_finite() else arb("inf")
    gap = (above - below) / below if below > 0 else arb("inf") if above > 0 else arb(0)
    return MinSharpness(
        lower=float_below(below),
        upper=float_above(above),
        enclosure=below.union(above),
        c=c,
        r=r,
        dual=dual,
        gap=float_above(gap),
        rigorous=rigorous,
    )
