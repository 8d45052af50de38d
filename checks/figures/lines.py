"""The theory's lines in the pictures of an experiment: bounds on the sharpness of minimizers, critical rates."""

from __future__ import annotations

from dataclasses import dataclass

from ...numeric.linalg.rational import rational_array
from ...numeric.network.problem import RegressionProblem
from ...theory.library import BUILT_IN
from ..analysis.bounds import bounds
from ..arithmetic.rings import FloatRing
from ..data.reading import Reading
from ..data.table import read_source
from ..deep_linear.evaluation.scope import RealScope
from ..deep_linear.instances.instance import problem_at_depth
from ..evaluation.evaluate import evaluate
from .experiments import Experiment


@dataclass(frozen=True)
class Lines:
    """Numbers of the problem and the depth of an experiment. ``paper``, ``tight`` and ``exact`` are learning rates.

    ``lower`` is the paper's bound (`sharpness-lower`), ``least`` is ``S_min``, and ``energy`` is ``E``. They are those
    of ``‖p‖ = 1``, which residual networks have up to rounding. ``eight`` is the paper's line ``8LΛ‖w*‖^{2−2/L}``.
    For limits of gradient flow of plain networks from nearly balanced starts it is a theorem (`limit-sharpness`); for
    other networks there is none. It is None if the covariance is singular: minimizers may then have longer regressors
    than ``w*``.
    """

    lower: float
    least: float
    eight: float | None
    paper: float
    tight: float
    exact: float
    energy: float


def lines(experiment: Experiment, seed: int) -> Lines:
    """The lines of an experiment, by the statements of the library on the data, which are read exactly.

    >>> from .experiments import all_experiments
    >>> full = all_experiments(reduced=False)
    >>> found = lines(full["plain"], 2)
    >>> found.lower < found.least < found.eight, found.exact < found.tight < found.paper
    (True, True)
    >>> lines(full["rank"], 2).eight is None
    True
    """
    data, depth = experiment.data(seed), experiment.depth
    table = read_source({"x": data.features, "y": data.target}, "y", Reading(), tell=lambda _: None)
    report = bounds(table, depth)
    lower = next(bound.value for bound in report.bounds if bound.claim == "sharpness-lower")
    rates, problem = report.learning_rate, RegressionProblem.from_data(data.features, data.target)
    case = problem_at_depth(rational_array(problem.covariance), rational_array(problem.regressor), depth)
    scope = RealScope(case, FloatRing())
    eight = None
    if experiment.samples >= experiment.dimension:
        eight = float(evaluate(BUILT_IN.claim("limit-sharpness").obligation("eight").relation.rhs, scope))
    return Lines(lower=lower, least=report.min_sharpness.upper, eight=eight, paper=rates["paper"],
                 tight=rates["tight"], exact=rates["exact_upper"], energy=report.energy)
