"""Where a gradient flow starts: the paper's Gaussian data and weights, or the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...numeric.linalg.rational import rational_array
from ...numeric.linalg.scalars import Array
from ...numeric.network.min_sharpness import RIGOROUS_DIMENSION
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...numeric.network.residual import residual_network
from .gaussian import gaussian_regression
from .table import DataError, Table
from .weights import check_inputs, read_weights


@dataclass(frozen=True, eq=False)
class Setup:
    """An exact problem, float64 weights (the dyadic rationals that they are), and where both came from."""

    problem: RegressionProblem
    network: DeepLinearNetwork
    source: str


def problem_of(table: Table) -> RegressionProblem:
    """The exact problem of a table.

    Raises:
        DataError: more features than can be treated rigorously, or ``E = 0``.
    """
    _check_dimension(table.X.shape[1])
    return _checked(RegressionProblem.from_data(table.X, table.y), f"the target {table.target!r}")


def _checked(problem: RegressionProblem, target: str) -> RegressionProblem:
    if problem.energy == 0:
        raise DataError(f"No feature is correlated with {target}, so w* = 0 and the theory says nothing: "
                        "choose another target or other features.")
    return problem


def _check_dimension(dimension: int) -> None:
    if dimension > RIGOROUS_DIMENSION:
        raise DataError(f"There are {dimension} features, but at most {RIGOROUS_DIMENSION} can be treated "
                        "rigorously: choose fewer columns.")


def gaussian_data(rng: np.random.Generator, samples: int, dimension: int) -> tuple[Array, Array]:
    """``X`` ``(n, d)`` and ``y`` ``(n,)`` of the paper's figure 1: `gaussian_regression` with noise of variance 1.

    >>> X, y = gaussian_data(np.random.default_rng(0), 50, 2)
    >>> print(np.linalg.norm(np.linalg.lstsq(X, y)[0]).round(12))
    1.0
    """
    made = gaussian_regression(rng, samples, dimension)
    return made.features, made.target


def gaussian_network(rng: np.random.Generator, dimension: int, depth: int, scale: float) -> DeepLinearNetwork:
    """``L`` layers with entries ``scale · N(0, 1)``, all hidden widths ``d``, one output.

    >>> gaussian_network(np.random.default_rng(0), 3, 2, 0.5).widths
    (3, 3, 1)
    """
    widths = [dimension] * depth + [1]
    return DeepLinearNetwork([scale * rng.normal(size=(upper, lower)) for lower, upper in pairwise(widths)])


def set_up(
    depth: int | None, dimension: int | None, scale: float, seed: int, samples: int,
    table: Table | None, weights: Path | None, *, residual: bool = False,
) -> Setup:
    """The problem and the start that the options of ``flatcert flow`` describe.

    Everything random is drawn from one generator, first the data, then the weights, so that a
    seed gives the same data for every depth and scale. With ``residual`` the layers are `residual_network`'s, of
    scale ``s``, with a read-out of equal entries and norm 1.

    Raises:
        DataError: options that are missing or contradict each other, or input that cannot be used.
    """
    given = None if weights is None else read_weights(weights)
    if given is not None and depth not in (None, given.depth):
        raise DataError(f"{str(weights)!r} holds {given.depth} layers, but --depth is {depth}: leave out --depth.")
    depth = depth if given is None else given.depth
    if depth is None:
        raise DataError("The depth is not known: give --depth L, or the weights themselves by --weights F.npz.")
    rng = np.random.default_rng(seed)
    if table is not None:
        if dimension not in (None, table.X.shape[1]):
            raise DataError(f"The data have {table.X.shape[1]} features, but --dim is {dimension}: leave out --dim.")
        problem, source = problem_of(table), f"target {table.target!r}"
    else:
        dimension = given.dimension if given is not None and dimension is None else dimension
        if dimension is None:
            raise DataError("The dimension is not known: give --dim d, or data by --data F --target COL.")
        _check_dimension(dimension)
        X, y = gaussian_data(rng, samples, dimension)
        problem = _checked(RegressionProblem.from_data(rational_array(X), rational_array(y)), "the drawn target")
        source = f"Gaussian data, seed {seed}"
    if given is not None:
        check_inputs(given, problem.dimension, str(weights), "the data")
        return Setup(problem, given, f"{source}; weights of {str(weights)!r}")
    if residual:
        network = residual_network(problem.dimension, depth, scale, rng)
        return Setup(problem, network, f"{source}; residual weights, scale {scale:g}, seed {seed}")
    network = gaussian_network(rng, problem.dimension, depth, scale)
    return Setup(problem, network, f"{source}; Gaussian weights, scale {scale:g}, seed {seed}")
