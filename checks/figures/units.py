"""Units of work: a unit takes some networks of a run from start to end, as a pure function of settings and seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ...numeric.descent.descent import Descent
from ...numeric.descent.gelu import Samples, gelu_gradient, gelu_hessian_product, gelu_risk
from ...numeric.linalg.lanczos import Lanczos, Product, hessian_tops
from ...numeric.linalg.scalars import Array
from ...numeric.network.hessian import hessian_product
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...numeric.network.sharpness import nearly_minimizers, sharpness
from .experiments import Experiment, Run, SingleRun

Columns = dict[str, Array]
# The multiplications of a unit, unless eight networks take more. An interruption loses the units at work.
_WORK = 4e9
_LANES = 8
# The multiplications between two looks at whether to stop, which take about 0.1 s.
_CHUNK = 1e8
# The cost of GELU and its derivative, in multiplications with weights.
_GELU_COST = 20


class Stopped(Exception):
    """The unit was asked to stop before it was done."""


@dataclass(frozen=True)
class Unit:
    """The networks of a run with numbers ``first <= index < last``."""

    experiment: Experiment
    run: Run
    first: int
    last: int

    @property
    def name(self) -> str:
        return f"{self.experiment.name}-{self.experiment.runs.index(self.run)}-{self.first}"

    @property
    def cost(self) -> float:
        """About how many multiplications the unit takes."""
        return (self.last - self.first) * self.run.steps * step_cost(self.experiment)


def step_cost(experiment: Experiment) -> float:
    """About how many multiplications a step of one network takes."""
    cost = 3.0 * experiment.weight_count
    if experiment.kind == "gelu":
        cost = experiment.samples * (cost + _GELU_COST * experiment.dimension * (experiment.depth - 1))
    return cost


def units(experiment: Experiment) -> list[Unit]:
    """Cut an experiment into units of similar cost. A unit is whole groups of lanes, and the same on every machine."""
    made = []
    for run in experiment.runs:
        size = experiment.size(run)
        groups = max(1, int(_WORK / (_LANES * run.steps * step_cost(experiment))))
        number = min(groups * _LANES, size)
        made += [Unit(experiment, run, first, min(first + number, size)) for first in range(0, size, number)]
    return made


@dataclass(frozen=True, eq=False)
class Measured:
    """The numbers of each network of a batch, which are nan for networks that diverged.

    ``gap`` is the risk above the minimum, or the risk of a GELU network. ``distance`` is the mean squared distance of
    ``w`` from ``w*`` over the coordinates, or nan for GELU. Some eigenvalue lies within ``error`` of the sharpness.
    ``minimizer`` says whether the gradient vanishes up to rounding.
    """

    gap: Array
    distance: Array
    sharpness: Array
    error: Array
    minimizer: Array

    def columns(self, when: str) -> Columns:
        return {f"{when}_{name}": value for name, value in vars(self).items()}


def measure(problem: RegressionProblem | Samples, network: DeepLinearNetwork) -> Measured:
    """Measure the networks of a batch: minimizers by the kernel reduction, others by Lanczos on the Hessian.

    >>> problem = RegressionProblem.from_covariance(np.diag([1.0, 4.0]), np.array([1.0, 0.0]))
    >>> found = measure(problem, DeepLinearNetwork([[[[1.0, 0.0]], [[0.0, 0.0]]], [[[1.0]], [[2.0]]]]))
    >>> found.sharpness.round(9), found.minimizer
    (array([ 8., 32.]), array([ True, False]))
    """
    number = network.batch_shape[0]
    there = np.isfinite(np.stack([w.sum(axis=(-2, -1)) for w in network.weights])).all(axis=0)
    gap, distance, top, error = np.full((4, number), np.nan)
    found = Measured(gap, distance, top, error, np.zeros(number, dtype=bool))
    if not there.any():
        return found
    chosen = network.part(there)
    made = _measured_gelu(chosen.weights, problem) if isinstance(problem, Samples) else (
        _measured_linear(chosen, problem))
    for name, value in vars(made).items():
        getattr(found, name)[there] = value
    return found


def _measured_linear(network: DeepLinearNetwork, problem: RegressionProblem) -> Measured:
    away = network.regressor() - problem.regressor
    minimizer = nearly_minimizers(problem, network)
    top, error = np.zeros((2, len(minimizer)))
    if minimizer.any():
        top[minimizer] = sharpness(problem, network.part(minimizer), minimizer=True).value
    if not minimizer.all():
        others = network.part(~minimizer)
        found = _tops(partial(hessian_product, problem, others), others.weights)
        top[~minimizer], error[~minimizer] = found.values, found.residuals
    return Measured(problem.risk_gap(network.regressor()), (away * away).mean(axis=-1), top, error, minimizer)


def _measured_gelu(weights: tuple[Array, ...], samples: Samples) -> Measured:
    found = _tops(partial(gelu_hessian_product, weights, samples), weights)
    slopes = gelu_gradient(weights, samples)
    squares = np.sqrt(sum((slope * slope).sum(axis=(-2, -1)) for slope in slopes))
    scale = np.sqrt(sum((w * w).sum(axis=(-2, -1)) for w in weights)) * found.values
    risk = gelu_risk(weights, samples)
    return Measured(risk, np.full(len(risk), np.nan), found.values, found.residuals, squares <= 1e-10 * scale)


def _tops(product: Product, weights: tuple[Array, ...]) -> Lanczos:
    return hessian_tops(product, [w.shape[1:] for w in weights], len(weights[0]))


def carry_out(unit: Unit, seed: int, advanced: Callable[[float], bool]) -> Columns:
    """Carry out a unit, and return the columns, with one row for each network.

    ``advanced(cost)`` is called with the work that was done, and returns whether to go on.

    Raises:
        Stopped: ``advanced`` returned False.
    """
    experiment, run = unit.experiment, unit.run
    problem = experiment.problem(seed)
    start = experiment.starts(run, unit.first, unit.last, seed)
    descent = Descent(start, run.rate, problem)
    before = measure(problem, start)
    share = unit.cost / run.steps
    chunk = max(1, int(_CHUNK / share))
    while descent.steps < run.steps:
        steps = min(chunk, run.steps - descent.steps)
        descent.advance(steps)
        if not advanced(steps * share):
            raise Stopped(unit.name)
    end = descent.network()
    index = np.arange(unit.first, unit.last)
    columns = {
        "rate": np.full(len(index), run.rate), "steps": np.full(len(index), run.steps),
        "scale": np.array([experiment.scale(run, i) for i in range(unit.first, unit.last)]),
        "repetition": index % run.repetitions, "diverged_after": descent.diverged,
        **before.columns("initial"), **measure(problem, end).columns("final"),
    }
    if experiment.kind != "gelu":
        data = experiment.data(seed)
        columns["generalization_gap"] = data.population_risk(end.regressor()) - (
            columns["final_gap"] + RegressionProblem.from_data(data.features, data.target).risk_min)
    return columns


def carry_out_single(single: SingleRun, experiment: Experiment, seed: int) -> Columns:
    """The numbers of one network after each step, from 0 to ``single.steps``."""
    problem = experiment.problem(seed)
    alone = replace(experiment, scales=(single.scale,), runs=(Run(single.rate, single.steps, 1),))
    descent = Descent(alone.starts(alone.runs[0], 0, 1, seed), single.rate, problem)
    weights = [descent.network().weights]
    for _ in range(single.steps):
        descent.advance(1)
        weights.append(descent.network().weights)
    line = DeepLinearNetwork([np.concatenate(layers) for layers in zip(*weights, strict=True)],
                             alone.readout(seed))
    found = measure(problem, line)
    return {"step": np.arange(single.steps + 1), "gap": found.gap, "distance": found.distance,
            "sharpness": found.sharpness, "error": found.error}
