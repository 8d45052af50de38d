"""The problem and the weights from which a gradient flow starts: the paper's Gaussian ones, or the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...numeric.linalg.rational import rational_array
from ...numeric.network.min_sharpness import RIGOROUS_DIMENSION
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...numeric.network.residual import residual_network
from ..output import DataError
from .gaussian import gaussian_regression
from .reading import Tell
from .table import Table
from .weights import check_inputs, read_weights


@dataclass(frozen=True, eq=False)
class Setup:
    """An exact problem, weights in float64, which are read as exact dyadic rationals, and where both came from."""

    problem: RegressionProblem
    network: DeepLinearNetwork
    source: str


def problem_of(table: Table) -> RegressionProblem:
    """The exact problem of a table.

    Raises:
        DataError: there are more features than can be treated rigorously, or ``E = 0``.
    """
    _check_dimension(len(table.features))
    return _checked(table.problem, f"the target {table.target!r}")


def _checked(problem: RegressionProblem, target: str) -> RegressionProblem:
    if problem.energy == 0:
        raise DataError(f"No feature is correlated with {target}, so w* = 0 and the theory says nothing: "
                        "choose another target or other features.")
    return problem


def _check_dimension(dimension: int) -> None:
    if dimension > RIGOROUS_DIMENSION:
        raise DataError(f"There are {dimension} features, but at most {RIGOROUS_DIMENSION} can be treated "
                        "rigorously: choose fewer columns.")


def gaussian_network(rng: np.random.Generator, dimension: int, depth: int, scale: float) -> DeepLinearNetwork:
    """Draw ``L`` layers with entries ``scale · N(0, 1)``. All hidden widths are ``d``, and there is one output.

    >>> gaussian_network(np.random.default_rng(0), 3, 2, 0.5).widths
    (3, 3, 1)
    """
    widths = [dimension] * depth + [1]
    return DeepLinearNetwork([scale * rng.normal(size=(upper, lower)) for lower, upper in pairwise(widths)])


def set_up(
    depth: int | None, dimension: int | None, scale: float, seed: int, samples: int,
    table: Table | None, weights: Path | None, *, residual: bool = False, tell: Tell = lambda sentence: None,
) -> Setup:
    """The problem and the start that the options of ``flatcert flow`` describe.

    One generator draws everything random, first the data, then the weights, so that a seed gives the same data for
    every depth and scale. With ``residual`` the layers are those of `residual_network` at ``scale``, and the read-out
    has equal entries and norm 1. What is found out about the weights is told.

    Raises:
        DataError: options are missing or contradict each other, or the input cannot be used.
    """
    given = None if weights is None else read_weights(weights, tell)
    if given is not None and depth not in (None, given.depth):
        raise DataError(f"{str(weights)!r} holds {given.depth} layers, but --depth is {depth}: leave out --depth.")
    depth = depth if given is None else given.depth
    if depth is None:
        raise DataError("The depth is not known: give --depth L, or the weights themselves by --weights F.npz.")
    rng = np.random.default_rng(seed)
    if table is not None:
        if dimension not in (None, len(table.features)):
            raise DataError(f"The data have {len(table.features)} features, but --dim is {dimension}: leave out --dim.")
        problem, source = problem_of(table), f"target {table.target!r}"
    else:
        dimension = given.dimension if given is not None and dimension is None else dimension
        if dimension is None:
            raise DataError("The dimension is not known: give --dim d, or data by --data F --target COL.")
        _check_dimension(dimension)
        drawn = gaussian_regression(rng, samples, dimension)
        problem = _checked(RegressionProblem.from_data(rational_array(drawn.features), rational_array(drawn.target)),
                           "the drawn target")
        source = f"Gaussian data, seed {seed}"
    if given is not None:
        check_inputs(given, problem.dimension, str(weights), "the data")
        return Setup(problem, given, f"{source}; weights of {str(weights)!r}")
    network = (residual_network(problem.dimension, depth, scale, rng) if residual
               else gaussian_network(rng, problem.dimension, depth, scale))
    kind = "residual" if residual else "Gaussian"
    return Setup(problem, network, f"{source}; {kind} weights, scale {scale:g}, seed {seed}")
