"""Where the primal and the dual problem of ``S_min`` meet.

The top eigenvector of ``Σ + γvvᵀ`` with eigenvalue ``μ > Λ`` is ``Σ^{1/2}u``, ``u = (μI − Σ)^{-1}w*``,
and ``γ = 1/(w*ᵀΣu)``. The primal value is stationary in ``γ``, and ``u`` is then the dual
optimum, where the *balance* ``uᵀΣ(LΣ − μI)u`` vanishes. It is positive near ``μ = Λ`` unless
``w*`` misses the top eigenspace (the kink: then ``μ = Λ`` and ``u`` takes a part of the top
eigenvector that restores the balance) and nonpositive at ``μ = LΛ``. All smooth in
``log(μ − Λ)``, where the root is sought.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx, fmpq
from scipy.optimize import brentq

from ..linalg.eigenvalues import ball_matrix
from ..linalg.pencil import binary_exponent, top_of_pencil, working_precision
from ..linalg.rational import rational, simplest_rational
from ..linalg.scalars import Array, convert_array, object_array
from .problem import RegressionProblem

# Both values are stationary, so this error in log(μ − Λ) leaves a gap of about its square.
_ROOT_TOLERANCE = 1e-14


class StationaryPoint(NamedTuple):
    """Rational primal parameter ``c = γE/(L−1)`` and dual vector ``u`` of shape ``(d,)``."""

    c: fmpq
    vector: Array


def stationary_point(problem: RegressionProblem, depth: int, bits: int = 128) -> StationaryPoint:
    """Near-optimal rational ``(c, u)`` for ``L >= 2`` and ``E > 0``; proves nothing itself.

    Where the precision is too low for that it is ``(b, w*)``, whose dual value is a bound of `min-sharpness-bracket`.

    >>> problem = RegressionProblem.from_covariance([[3.0]], [1.0])
    >>> stationary_point(problem, 5)
    StationaryPoint(c=3, vector=array([1], dtype=object))
    """
    with ctx.workprec(working_precision(bits)):
        try:
            return _searched(problem, depth, bits)
        except _TooCoarseError:
            exact = problem.astype(rational)
            return StationaryPoint(exact.b, exact.regressor)


class _TooCoarseError(ArithmeticError):
    """The working precision resolves nothing."""


def _searched(problem: RegressionProblem, depth: int, bits: int) -> StationaryPoint:
    search = _Search(problem, depth, bits)
    shift, kink = search.root(bits)
    solution = search.resolvent(shift)
    # c is homogeneous of degree one in Σ; simple values (c = Λ at d = 1) stay simple.
    ball_c = search.energy / ((depth - 1) * search.overlap(solution)) * search.unit
    if kink:
        solution = search.mixed(solution, shift)
    if not (ball_c.mid() > 0 and ball_c.is_finite() and all(x.is_finite() for x in solution.entries())):
        raise _TooCoarseError
    # Away from the kink the primal value is flat to second order: c may be simpler.
    flat = not kink and shift > search.top * arb((1, -20))
    c = (_simple(ball_c, 40, 12) if flat else None) or _within(ball_c, bits - 8)
    scale = max((abs(x) for x in solution.entries()), key=_exponent)
    if not scale.mid() > 0:
        raise _TooCoarseError
    entries = [_simple(x / scale, bits - 16, 32) or _dyadic(x / scale, bits) for x in solution.entries()]
    return StationaryPoint(c, object_array(entries, (len(entries),)))


def _within(value: arb, bits: int) -> fmpq:
    """The simplest rational within a relative ``2^{-bits}`` of the midpoint."""
    middle = value.mid().fmpq()
    margin = abs(middle) / fmpq(2) ** bits
    return simplest_rational(middle - margin, middle + margin)


def _simple(value: arb, bits: int, height: int) -> fmpq | None:
    candidate = _within(value, bits)
    return candidate if candidate.height_bits() <= height else None


def _dyadic(value: arb, bits: int) -> fmpq:
    with ctx.workprec(bits):
        return (+value).mid().fmpq()


def _exponent(value: arb) -> int:
    return binary_exponent(value) if value != 0 else -(2**60)


class _Search:
    """The balance at working precision, on midpoints, with ``Σ`` and ``w*`` scaled near 1."""

    def __init__(self, problem: RegressionProblem, depth: int, bits: int) -> None:
        sigma = ball_matrix(problem.covariance)
        w = ball_matrix(problem.regressor[:, None])
        exponent = binary_exponent(sigma.trace())
        self.unit = arb((1, exponent))
        self.sigma = (sigma / self.unit).mid()
        self.w = (w * arb((1, -max(map(_exponent, w.entries()))))).mid()
        self.depth, self.size = depth, sigma.nrows()
        pair = top_of_pencil(self.sigma, [arb(1)] * self.size, bits)
        self.top, self.vector = pair.value.upper(), pair.vector
        self.energy = self.overlap(self.w)

    def overlap(self, vector: arb_mat) -> arb:
        """``w*ᵀΣu``."""
        return (self.w.transpose() * (self.sigma * vector))[0, 0]

    def resolvent(self, shift: arb) -> arb_mat:
        """``u = ((Λ + shift)I − Σ)^{-1} w*``."""
        matrix = -self.sigma
        for i in range(self.size):
            matrix[i, i] += self.top + shift
        return matrix.solve(self.w, nonstop=True, algorithm="approx").mid()

    def _form(self, left: arb_mat, right: arb_mat, shift: arb) -> tuple[arb, arb]:
        """``xᵀΣ(LΣ)y`` and ``xᵀΣ(Λ + shift)y``; their difference is the balance."""
        images = self.sigma * left, self.sigma * right
        first = (images[0].transpose() * images[1])[0, 0] * self.depth
        return first, (images[0].transpose() * right)[0, 0] * (self.top + shift)

    def _balance(self, exponent: float) -> float:
        shift = arb(2) ** arb(exponent)
        solution = self.resolvent(shift)
        first, second = self._form(solution, solution, shift)
        balance = float((first - second) / (first + second))
        if math.isnan(balance):
            raise _TooCoarseError
        return balance

    def root(self, bits: int) -> tuple[arb, bool]:
        """The shift ``μ − Λ`` at the optimum, and whether it is (nearly) the kink."""
        magnitude = math.log2(float(self.top))
        low, high = magnitude - bits, magnitude + math.log2(self.depth - 1) + 1
        if not self._balance(low) > 0:
            return arb(2) ** arb(low), True
        exponent = brentq(self._balance, low, high, xtol=_ROOT_TOLERANCE, rtol=4 * np.finfo(float).eps)
        return arb(2) ** arb(float(exponent)), False

    def mixed(self, solution: arb_mat, shift: arb) -> arb_mat:
        """``u + s u_1`` with zero balance, ``u_1`` the top eigenvector."""
        u = self.vector

        def balance(left: arb_mat, right: arb_mat) -> arb:
            first, second = self._form(left, right, shift)
            return (first - second).mid()

        if self.overlap(u) < 0:
            u = -u
        quadratic, linear, constant = balance(u, u), balance(u, solution), balance(solution, solution)
        root = (linear * linear - quadratic * constant).nonnegative_part().sqrt()
        return (solution + u * ((root - linear) / quadratic)).mid()


class FloatOptimum(NamedTuple):
    """float64 primal and dual value at the stationary point, with ``c`` and ``u``."""

    primal: float
    dual: float
    c: float
    r: float
    vector: Array


def float_optimum(problem: RegressionProblem, depth: int, readout_norm_squared: float) -> FloatOptimum:
    """The same in float64 from one eigendecomposition of ``Σ``, for large ``d`` and ``L >= 2``.

    >>> problem = RegressionProblem.from_covariance([[1.0, 0.0], [0.0, 4.0]], [1.0, 0.0])
    >>> print(round(float_optimum(problem, 2, 1.0).primal, 10))
    4.6188021535
    """
    covariance, regressor = convert_array(problem.covariance, float), convert_array(problem.regressor, float)
    unit, length = float(np.trace(covariance)), float(np.linalg.norm(regressor))
    values, vectors = np.linalg.eigh(covariance / unit)
    values[values <= values.size * np.finfo(np.float64).eps * values[-1]] = 0.0
    v = np.sqrt(values) * (vectors.T @ (regressor / length))
    energy = float(v @ v)
    if energy == 0:
        raise ValueError("The signal energy is too small for float64: reduce the dimension to 60.")
    v /= math.sqrt(energy)
    top, distances = values[-1], values[-1] - values

    def balance(exponent: float) -> float:
        z = v / (2.0**exponent + distances)
        first, second = depth * (z * z) @ values, (top + 2.0**exponent) * (z @ z)
        return float((first - second) / (first + second))

    low, high = math.log2(top) - 60, math.log2(top) + math.log2(depth - 1) + 1
    kink = not balance(low) > 0
    shift = 2.0 ** (low if kink else float(brentq(balance, low, high, xtol=_ROOT_TOLERANCE)))
    z = v / (shift + distances)
    c = 1 / ((depth - 1) * float(v @ z))
    if kink:
        # The balance is diagonal here: the top coordinate alone makes up for the others.
        z[-1] = 0.0
        missing = (top + shift) * (z @ z) - depth * (z * z) @ values
        z[-1] = math.copysign(math.sqrt(missing / ((depth - 1) * top - shift)), v[-1])
    power = 1 - 1 / depth
    factor = 2 * unit * length ** (2 * power) * readout_norm_squared ** (1 / depth) * energy**power
    z /= np.linalg.norm(z)
    rayleigh, overlap = float((z * z) @ values), float(z @ v) ** 2
    u = np.divide(z, np.sqrt(values), out=np.zeros_like(z), where=values > 0)
    return FloatOptimum(
        primal=factor * c**-power * (top + shift),
        dual=factor * depth * rayleigh ** (1 / depth) * overlap**power,
        c=c * unit,
        r=(energy / c) ** power * length ** (2 * power) * readout_norm_squared ** (1 / depth),
        vector=vectors @ u,
    )
