"""Sharpness: the largest eigenvalue of the Hessian of the risk in all weights."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from flint import ctx
from mpmath import mp
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

from ..linalg.eigenvalues import RangeFactor, top_eigenvalue, weighted_top
from ..linalg.pencil import working_precision
from ..linalg.rational import ball
from ..linalg.scalars import Array, is_zero, scalar_kind, to_mpf
from .enclosed_sharpness import enclosed_sharpness
from .hessian import hessian, hessian_operator
from .network import DeepLinearNetwork
from .problem import RegressionProblem
from .reduced_hessian import Undetermined

Method = Literal["kernel", "reduced Hessian", "dense Hessian", "Lanczos"]

# float64 weights with a relative gradient up to this are read as a minimizer.
GRADIENT_TOLERANCE = 1e-10
# Up to this many weights the dense Hessian is quicker than Lanczos.
DENSE_LIMIT = 400

_NOT_FINITE = ("The problem or the network has entries that are not finite: "
               "give the weights from before training diverged.")


class Sharpness(NamedTuple):
    """A sharpness with the way it was computed.

    ``value`` is a float (an array over a batch), an mpf, or a ball that encloses it.
    ``minimizer`` tells whether the weights were read as a minimizer (all of a batch).
    """

    value: Any
    method: Method
    minimizer: bool


def sharpness(
    problem: RegressionProblem,
    network: DeepLinearNetwork,
    *,
    minimizer: bool | None = None,
    bits: int = 128,
) -> Sharpness:
    """Largest (algebraically) eigenvalue of the Hessian of ``R`` (claim `sharpness`).

    At a minimizer it is ``2 λ_max(Σ^{1/2} M Σ^{1/2})``, an eigenproblem of size ``d``. Elsewhere
    rational and ball entries take the reduced Hessian (`ReducedHessian`), floats the dense one up to 400
    weights and Lanczos beyond. Power iteration would return the largest eigenvalue in absolute value, which
    at a saddle may be another one.

    Float64 weights count as a minimizer if ``‖Σ(w − w*)‖ <= 1e-10 ‖Σ‖(‖w‖ + ‖w*‖)``, exact
    ones if ``Σ(w − w*) = 0``; mpf up to a fifth of the working precision; balls only if it
    is exactly zero, since balls cannot prove an equality. ``minimizer`` overrides the test.

    Args:
        problem: the regression problem, of the same or a coarser kind of scalar.
        network: float64 (batched or not), mpf, ball or rational weights.
        minimizer: True or False if the caller knows, None to test.
        bits: precision of the enclosure for rational and ball entries.

    Returns:
        The value (ball for rational and ball entries) and the method.

    Raises:
        ValueError: widths that do not match the problem; a certified value off the
            minimizers that takes over 5 minutes or 2 GB; balls too wide for the reduced Hessian
            in a network with over 400 weights; a batch that is not float64; float64 or mpf
            entries that are not finite, or float64 ones so large that the Hessian leaves the
            range of float64.
        RuntimeError: Lanczos does not converge.
        TypeError: symbolic entries.

    >>> problem = RegressionProblem.from_covariance([[1.0, 0.0], [0.0, 4.0]], [1.0, 0.0])
    >>> result = sharpness(problem, DeepLinearNetwork([[[1.0, 0.0]], [[1.0]]]))
    >>> print(result.value, result.method)
    8.0 kernel
    """
    if network.dimension != problem.dimension:
        raise ValueError(
            f"The network takes {network.dimension} inputs, but the problem has {problem.dimension}."
        )
    kind = scalar_kind(problem.covariance, problem.regressor, network.readout, *network.weights)
    if kind == "other":
        raise TypeError("The sharpness is a number: substitute numbers for the symbols first.")
    if network.batch_shape and kind != "float":
        raise ValueError("A batch of networks must be float64: take other entries one network at a time.")
    if kind == "float":
        return _float_sharpness(problem, network, minimizer)
    if minimizer is None:
        minimizer = _is_minimizer(problem, network, kind == "mpf")
    if kind == "mpf":
        return _mpf_sharpness(problem.astype(to_mpf), network.astype(to_mpf), minimizer)
    return _certified_sharpness(problem, network, minimizer, bits)


def _float_sharpness(
    problem: RegressionProblem, network: DeepLinearNetwork, minimizer: bool | None
) -> Sharpness:
    if any(array.dtype != np.float64 for array in (problem.covariance, problem.regressor)):
        problem = problem.astype(float)
    if any(array.dtype != np.float64 for array in (network.readout, *network.weights)):
        network = network.astype(float)
    arrays = (problem.covariance, problem.regressor, network.readout, *network.weights)
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError(_NOT_FINITE)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused
        return _finite_sharpness(problem, network, minimizer)


def _finite_sharpness(
    problem: RegressionProblem, network: DeepLinearNetwork, minimizer: bool | None
) -> Sharpness:
    if minimizer is None:
        minimizer = bool(nearly_minimizers(problem, network).all())
    if minimizer:
        factor = problem.float_factor
        reduced = _in_range(factor.mT @ network.kernel() @ factor)
        return Sharpness(_in_range(2 * np.linalg.eigvalsh(reduced)[..., -1])[()], "kernel", True)
    if network.weight_count <= DENSE_LIMIT:
        return Sharpness(_in_range(top_eigenvalue(_in_range(hessian(problem, network)))), "dense Hessian", False)
    weights = [np.broadcast_to(w, (*network.batch_shape, *w.shape[-2:])) for w in network.weights]
    readouts = np.broadcast_to(network.readout, (*network.batch_shape, network.widths[-1]))
    values = np.empty(network.batch_shape)
    for i in np.ndindex(network.batch_shape):
        values[i] = _lanczos(problem, DeepLinearNetwork([w[i] for w in weights], readouts[i]))
    return Sharpness(_in_range(values)[()], "Lanczos", False)


def _in_range(array: Array) -> Array:
    if not np.isfinite(array).all():
        raise ValueError("The Hessian leaves the range of float64 (1e308): rescale the problem or the weights, "
                         "or use exact entries by astype(rational).")
    return array


def nearly_minimizers(problem: RegressionProblem, network: DeepLinearNetwork) -> Array:
    """Which float64 networks of a batch count as minimizers: ``‖Σ(w − w*)‖ <= 1e-10 ‖Σ‖(‖w‖ + ‖w*‖)``.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> nearly_minimizers(problem, DeepLinearNetwork([[[[1.0]], [[2.0]]]]))
    array([ True, False])
    """
    regressor = network.regressor()
    slope = _norms(problem.risk_gradient(regressor)) / 2
    scale = (_norms(regressor) + _norms(problem.regressor)) * _norms(problem.covariance.ravel())
    small: Array = slope <= GRADIENT_TOLERANCE * scale
    return small


def _norms(vectors: Array) -> Array:
    # np.linalg.norm takes several times as long on short vectors, and its squares overflow.
    largest = np.abs(vectors).max(axis=-1)
    scaled = vectors / np.where(largest > 0, largest, 1.0)[..., None]
    return np.asarray(largest * np.sqrt((scaled * scaled).sum(axis=-1)))


def _lanczos(problem: RegressionProblem, network: DeepLinearNetwork) -> float:
    # A fixed start makes the answer reproducible; Gaussian, so that only the zero operator maps it to zero.
    start = np.random.default_rng(0).standard_normal(network.weight_count)
    operator = hessian_operator(problem, network)
    size = np.abs(_in_range(operator @ start)).max()
    if size == 0:
        return 0.0
    # ARPACK takes errors far below 1 for nothing: the operator is scaled, exactly, to the size of 1.
    exponent = int(np.frexp(size)[1])
    scaled = LinearOperator(operator.shape, matvec=lambda v: np.ldexp(operator @ v, -exponent), dtype=np.float64)
    try:
        top = eigsh(scaled, k=1, which="LA", v0=start, return_eigenvectors=False)[0]
    except ArpackError as error:
        raise RuntimeError(f"Lanczos does not converge on the Hessian of {network.weight_count} weights: "
                           "take the largest eigenvalue of the dense Hessian.") from error
    return float(np.ldexp(top, exponent))


def _is_minimizer(problem: RegressionProblem, network: DeepLinearNetwork, rounded: bool) -> bool:
    slope = problem.risk_gradient(network.regressor())
    if not rounded:
        return is_zero(slope)
    scale = sum(abs(x) for x in problem.covariance.flat) * sum(
        abs(x) for x in (*network.regressor(), *problem.regressor)
    )
    # A fifth of the digits is left to the rounding of products.
    return bool(max(abs(x) for x in slope) <= mp.mpf(2) ** (-4 * mp.prec // 5) * scale)


def _mpf_sharpness(problem: RegressionProblem, network: DeepLinearNetwork, minimizer: bool) -> Sharpness:
    arrays = (problem.covariance, problem.regressor, network.readout, *network.weights)
    if not all(mp.isfinite(x) for array in arrays for x in array.flat):
        raise ValueError(_NOT_FINITE)
    if not minimizer:
        return Sharpness(top_eigenvalue(hessian(problem, network)), "dense Hessian", False)
    values, vectors = mp.eigsy(mp.matrix(problem.covariance.tolist()))
    # A zero eigenvalue may come out slightly negative.
    roots = [mp.sqrt(max(value, mp.mpf(0))) for value in values]
    factor = np.array(vectors.tolist(), dtype=object).reshape(problem.covariance.shape)
    factor = factor * np.array(roots, dtype=object)
    return Sharpness(2 * top_eigenvalue(factor.T @ network.kernel() @ factor), "kernel", True)


def _certified_sharpness(
    problem: RegressionProblem, network: DeepLinearNetwork, minimizer: bool, bits: int
) -> Sharpness:
    with ctx.workprec(working_precision(bits)):
        factor = _factor(problem, bits) if minimizer else None
        if factor is not None:
            return Sharpness(2 * weighted_top(network.astype(ball).kernel(), factor, bits), "kernel", True)
    try:
        return Sharpness(enclosed_sharpness(problem, network, bits), "reduced Hessian", minimizer)
    except Undetermined:
        if network.weight_count > DENSE_LIMIT:
            raise
    with ctx.workprec(working_precision(bits)):
        dense: Array = hessian(problem.astype(ball), network.astype(ball))
        return Sharpness(top_eigenvalue(dense, bits), "dense Hessian", minimizer)


def _factor(problem: RegressionProblem, bits: int) -> RangeFactor | None:
    """The factor of ``Σ``, or None if a covariance of balls is too wide to have one."""
    try:
        return problem.exact_factor(bits)
    except ValueError:
        if problem.kind != "arb":
            raise
        return None
