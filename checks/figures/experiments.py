"""The paper's experiments as data (theory, section 5): networks, learning rates, scales, and which figure they make.

The settings are those of the authors' public code. Four things differ. The generator is another one, and so is every
random number. The sharpness is exact at minimizers and computed by Lanczos elsewhere. GELU is that of the error
function; the authors' library approximates it by tanh unless told otherwise. The generalization gap takes the risk on
fresh rows in expectation, and not on one draw of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import numpy as np

from ...numeric.descent.gelu import Samples
from ...numeric.linalg.scalars import Array
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...numeric.network.residual import residual_network
from ..data.gaussian import GaussianData, gaussian_regression
from ..data.setup import gaussian_network
from ..instances.streams import generator

Kind = Literal["plain", "residual", "gelu"]


@dataclass(frozen=True)
class Run:
    """Descent at one learning rate: the number of steps, and the number of initializations for each scale."""

    rate: float
    steps: int
    repetitions: int


@dataclass(frozen=True)
class Experiment:
    """Networks of one kind, depth and dimension on one data set. All widths are ``d``.

    ``scales`` are the standard deviations of the entries (plain, GELU) or ``s`` (residual). The networks of a run are
    numbered scale by scale. `starts` draws a network as a pure function of the run, its number and the seed.
    """

    name: str
    kind: Kind
    depth: int
    dimension: int
    samples: int
    noise: float
    scales: tuple[float, ...]
    runs: tuple[Run, ...]

    def data(self, seed: int) -> GaussianData:
        """The data. Experiments of equal ``n``, ``d`` and noise have the same."""
        stream = (self.dimension << 32) + (self.samples << 1) + (self.noise > 0)
        return gaussian_regression(generator(seed, _DATA + stream, 0), self.samples, self.dimension, self.noise)

    def problem(self, seed: int) -> RegressionProblem | Samples:
        """The regression problem, or the samples that GELU networks are trained on."""
        data = self.data(seed)
        if self.kind == "gelu":
            return Samples(data.features, data.target)
        return RegressionProblem.from_data(data.features, data.target)

    def readout(self, seed: int) -> Array | None:
        """The fixed ``p`` of residual networks, uniform on the unit sphere, or None for other networks."""
        if self.kind != "residual":
            return None
        p = generator(seed, _READOUT + (self.dimension << 32) + self.depth, 0).normal(size=self.dimension)
        unit: Array = p / np.linalg.norm(p)
        return unit

    def size(self, run: Run) -> int:
        """The number of networks of a run."""
        return len(self.scales) * run.repetitions

    @cached_property
    def weight_count(self) -> int:
        square = self.dimension**2
        return self.depth * square if self.kind == "residual" else (self.depth - 1) * square + self.dimension

    def scale(self, run: Run, index: int) -> float:
        """The scale of a network of a run, by its number."""
        return self.scales[index // run.repetitions]

    def starts(self, run: Run, first: int, last: int, seed: int) -> DeepLinearNetwork:
        """The initial networks of a run with numbers ``first <= index < last``, as a batch."""
        stream = _STARTS + (_code(self.name) << 8) + self.runs.index(run)
        drawn = [self._start(self.scale(run, index), generator(seed, stream, index), seed)
                 for index in range(first, last)]
        layers = zip(*(network.weights for network in drawn), strict=True)
        return DeepLinearNetwork([np.stack(layer) for layer in layers], self.readout(seed))

    def _start(self, scale: float, rng: np.random.Generator, seed: int) -> DeepLinearNetwork:
        if self.kind == "residual":
            return residual_network(self.dimension, self.depth, scale, rng, self.readout(seed))
        return gaussian_network(rng, self.dimension, self.depth, scale)


# Streams of random numbers apart from each other and from those of other commands.
_DATA, _READOUT, _STARTS = 5 << 60, 6 << 60, 7 << 60


def _code(name: str) -> int:
    """A name of at most six letters as an integer, which is the same on every machine."""
    return int.from_bytes(name.encode()[:6], "big")


@dataclass(frozen=True)
class SingleRun:
    """One network of an experiment, whose sharpness is measured after every step (figures 1 and 4, c and d)."""

    experiment: str
    rate: float
    scale: float
    steps: int


def _linear(low: float, high: float, number: int) -> tuple[float, ...]:
    return tuple(np.linspace(low, high, number).round(6).tolist())


@cache
def all_experiments(reduced: bool) -> dict[str, Experiment]:
    """Every experiment by name: in the sizes of the paper, or reduced for a quick look."""
    many = 12 if reduced else 20
    rates = tuple(np.logspace(-2, -0.3, 13 if reduced else 25).tolist())
    plain = [(0.005, 40_000, many), (0.02, 10_000, many), (0.07, 4000, many), (0.1, 4000, many),
             (0.2, 2000, many if reduced else 80)]
    residual = [(rate, 4000, many) for rate in (0.005, 0.02, 0.07, 0.1, 0.2)]
    deficient = [(0.001, 40_000, 100), (0.004, 10_000, 20), (0.01, 4000, 20)]
    gelu = [(0.005, 160_000, 20), (0.02, 40_000, 20), (0.07, 16_000, 4 if reduced else 20)]
    if reduced:  # without the runs of small rates, which take most of the steps
        plain, deficient, gelu = plain[1:], [(0.004, 10_000, 12), (0.01, 4000, 4)], gelu[2:]
    settings: list[tuple[str, Kind, int, int, int, float, tuple[float, ...], list[tuple[float, int, int]]]] = [
        ("plain", "plain", 10, 5, 50, 1.0, _linear(0.25, 0.6, 5 if reduced else 10), plain),
        ("residual", "residual", 10, 5, 50, 1.0, _linear(0.0, 1.7, 5 if reduced else 10), residual),
        *((f"L{depth}", "residual", depth, 5, 50, 1.0, (0.25,), [(rate, 1000, 10 if reduced else 50) for rate in rates])
          for depth in (5, 10, 20, 40)),
        ("rank", "plain", 5, 20, 15, 1.0, _linear(0.1, 0.36, 5 if reduced else 9), deficient),
        ("gelu", "gelu", 10, 5, 50, 0.0, _linear(0.428, 0.7, 4 if reduced else 8), gelu),
    ]
    return {name: Experiment(name, kind, depth, d, n, noise, scales, tuple(Run(*run) for run in runs))
            for name, kind, depth, d, n, noise, scales, runs in settings}


FIGURES: dict[int, tuple[str, ...]] = {
    1: ("plain",), 2: ("L5", "L10", "L20", "L40"), 3: ("plain",), 4: ("residual",), 5: ("residual",), 6: ("rank",),
    7: ("gelu",),
}
"""The experiments that each figure shows."""

SINGLE_RUNS: dict[int, tuple[SingleRun, ...]] = {
    1: (SingleRun("plain", 0.02, 0.35, 450), SingleRun("plain", 0.1, 0.35, 450)),
    4: (SingleRun("residual", 0.02, 0.5, 400), SingleRun("residual", 0.1, 0.5, 400)),
}
