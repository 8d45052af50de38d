"""A trained network of the user's: never an exact minimizer, so it is read in two ways.

*On the data*: its true sharpness is enclosed by the Hessian at the weights, and what the theory says
of minimizers does not apply. *As the exact minimizer of* ``(Σ, w(W))``, the problem whose regressor
is the network's own: there all of it applies. Every number says which of the two it is of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from flint import arb, ctx

from ...numeric.flow.weight_ball import WeightBall
from ...numeric.linalg.rational import rational
from ...numeric.network.min_sharpness import MinSharpness, min_sharpness
from ...numeric.network.narrowing import narrowed
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...numeric.network.residual_norm import residual_norm
from ...numeric.network.sharpness import sharpness
from ...theory.library import claim
from ..deciding.balls import BITS
from ..evaluation.evaluate import Undefined
from ..instances.instance import Instance
from ..output.intervals import ends, interval
from .findings import BallScope, Finding, worst
from .inspection_limits import inspection_cost, sharp
from .layer_balls import LayerBalls, layer_balls
from .layer_spectra import LayerScope, LayerSpectra, layer_spectra
from .limit_bounds import narrow_value, ratio_bound
from .theorems import OF_ANY_NETWORK, OF_MINIMIZERS, decide_by_spectra, decide_exact

BOUNDS = {
    "sharpness-lower": "minimizers",
    "sharpness-lower-tight": "minimizers",
    "S_bal": "sharpness",
    "8 L Lambda |w*|^(2-2/L)": "eight",
}
_CLAIM_OF = {"S_bal": "balanced-sharpness", "8 L Lambda |w*|^(2-2/L)": "limit-sharpness"}


EXACT_WIDTH, EXACT_DEPTH = 16, 40
"""Beyond these, statements about layers are decided by enclosed spectra: characteristic polynomials take minutes."""


class Spectra(NamedTuple):
    """What is known of the layers of a large network: that of its image under `narrowed`."""

    image: DeepLinearNetwork
    layers: LayerSpectra


@dataclass(frozen=True, eq=False)
class Placed:
    """A sharpness, enclosed, with the ``S_min`` of a problem and the bounds that are numbers of the problem."""

    instance: Instance
    sharpness: arb
    least: MinSharpness
    spectra: Spectra | None = None

    @cached_property
    def scope(self) -> BallScope:
        values = {"S_min": self.least.enclosure}
        return BallScope(self.instance, values) if self.spectra is None else LayerScope(
            self.instance, self.spectra.image, self.spectra.layers, values)

    def findings(self, tables: Iterable[dict[str, tuple[str, ...]]]) -> tuple[Finding, ...]:
        """The statements of some tables on the instance."""
        parts = [(name, part) for table in tables for name, parts in table.items() for part in parts]
        if self.spectra is None:
            return tuple(decide_exact(name, part, self.instance) for name, part in parts)
        values = {"S_min": self.least.enclosure, "S": self.sharpness}
        return tuple(decide_by_spectra(name, part, self.instance, self.spectra.image, self.spectra.layers, values)
                     for name, part in parts)

    @cached_property
    def marks(self) -> dict[str, arb]:
        """``S``, ``S_min`` and the bounds by name; those of the plain model only without a read-out."""
        found = {"S": self.sharpness, "S_min": self.least.enclosure}
        for name, part in BOUNDS.items():
            obligation = claim(_CLAIM_OF.get(name, name)).obligation(part)
            if "plain" not in obligation.given or self.instance.readout is None:
                found[name] = narrow_value(self.instance, obligation.relation.rhs)
        return found

    @cached_property
    def ratio(self) -> arb:
        """``S/S_min``."""
        with ctx.workprec(BITS):
            return self.sharpness / self.least.enclosure

    @cached_property
    def ratio_bound(self) -> arb:
        """``4κ``, infinite if ``Σ`` is singular."""
        return ratio_bound(RegressionProblem(self.instance.covariance, self.instance.regressor), self.instance.depth)

    @property
    def order(self) -> str:
        """The marks from the least on: ``<`` where balls prove it, ``~`` where they overlap."""
        names = sorted(self.marks, key=lambda name: self.marks[name].mid())  # points, beyond float64 too
        text = names[0]
        for lower, upper in pairwise(names):
            text += f" {'<' if self.marks[lower] < self.marks[upper] else '~'} {upper}"
        return text

    def as_dict(self) -> dict[str, Any]:
        return {"sharpness": ends(self.sharpness), "order": self.order, "ratio": ends(self.ratio),
                "min_sharpness": ends(self.least.enclosure), "four_kappa": ends(self.ratio_bound),
                "bounds": {name: ends(self.marks[name]) for name in BOUNDS if name in self.marks}}


@dataclass(frozen=True, eq=False)
class Inspection:
    """Everything that ``flatcert inspect`` prints; all numbers are balls.

    ``kernel`` is ``2λ_max(Σ^{1/2}MΣ^{1/2})`` and ``residual`` an upper bound of the norm of the rest of the
    Hessian; ``method`` says what encloses the sharpness on the data. ``own`` is None if the
    regressor of the network vanishes on the range of ``Σ``.
    """

    problem: RegressionProblem
    network: DeepLinearNetwork
    risk_gap: arb
    kernel: arb
    residual: arb
    method: str
    on_data: Placed
    own: Placed | None
    layers: LayerBalls

    @cached_property
    def theta(self) -> arb:
        """``θ = (L − 1)Δ/‖w‖^{2/L}``, not finite if ``w = 0``."""
        try:
            with ctx.workprec(BITS):
                return arb(self.on_data.scope.value("theta"))
        except Undefined:
            return arb("inf")

    @cached_property
    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """What applies to the network on the data, and to it as an exact minimizer."""
        return {"on_data": self.on_data.findings((OF_ANY_NETWORK, OF_MINIMIZERS)),
                "as_minimizer": () if self.own is None else self.own.findings((OF_MINIMIZERS,))}

    @property
    def exit_code(self) -> int:
        found = worst([finding for findings in self.findings.values() for finding in findings])
        return {"refuted": 1, "inconclusive": 3}.get(found, 0 if self.too_wide is None else 3)

    @cached_property
    def too_wide(self) -> str | None:
        """One sentence that names an enclosure too wide to count, or None."""
        for name, reading in (("of the network on the data", self.on_data), ("as the exact minimizer", self.own)):
            if reading is not None and not sharp(reading.sharpness, self.kernel + self.residual):
                return (f"The sharpness {name} is enclosed only in {interval(reading.sharpness)}, "
                        "which is wider than 1/1024 of it.")
        return None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: lower bounds rounded down, upper bounds up."""
        return {
            "depth": self.network.depth, "dim": self.problem.dimension, "n": self.problem.samples,
            "widths": list(self.network.widths), "risk_gap": ends(self.risk_gap),
            "imbalance": ends(self.layers.imbalance), "theta": ends(self.theta), "layers": self.layers.as_dict(),
            "on_data": {**self.on_data.as_dict(), "method": self.method, "kernel_part": ends(self.kernel),
                        "residual_part": ends(self.residual)},
            "inconclusive": self.too_wide,
            "as_minimizer": None if self.own is None else self.own.as_dict(),
            "theorems": {name: [finding.as_dict() for finding in findings] for name, findings in self.findings.items()},
        }


def inspection(problem: RegressionProblem, network: DeepLinearNetwork) -> Inspection:
    """Inspect weights (read exactly) on an exact problem with ``E > 0``.

    Raises:
        DataError: more than 5 minutes or 2 GB, as `inspection_cost` tells beforehand of most networks.

    >>> from ...numeric.linalg.rational import rational_array
    >>> problem = RegressionProblem.from_covariance(rational_array([[1, 0], [0, 4]]), rational_array([1, 0]))
    >>> report = inspection(problem, DeepLinearNetwork([[[1.0, 0.0]], [[0.5]]]))
    >>> print(report.risk_gap, report.on_data.sharpness.str(5, radius=False), report.own.order)
    0.250000000000000 2.0000 sharpness-lower ~ sharpness-lower-tight < S_min < S < S_bal < 8 L Lambda |w*|^(2-2/L)
    """
    exact = network.astype(rational)
    readout = exact.readout if exact.has_readout else None
    on_data = Instance("the network on the data", problem.covariance, tuple(exact.weights), readout, problem.regressor)
    own = Instance("the network as exact minimizer", problem.covariance, tuple(exact.weights), readout)
    size = max(exact.widths[1:]) if exact.depth > 1 else min(exact.widths)  # one layer has few singular values
    large = size > EXACT_WIDTH or exact.depth > EXACT_DEPTH
    image = narrowed(exact) if large else exact
    inspection_cost(image.widths, narrow=False)  # a layer whose Gram matrix cannot be factored stays wide
    spectra = Spectra(image, layer_spectra(image)) if large else None
    kernel: arb = sharpness(problem, exact, minimizer=True, bits=BITS).value
    with ctx.workprec(BITS):
        gap = arb(problem.risk_gap(exact.regressor()))
    residual = residual_norm(problem, image, exact)
    enclosed, method = _true_sharpness(problem, exact, kernel, residual)

    def placed(instance: Instance, value: arb) -> Placed:
        target = RegressionProblem(problem.covariance, instance.regressor)
        return Placed(instance, value, min_sharpness(target, exact.depth, instance.readout_norm_squared), spectra)

    return Inspection(
        problem, exact, gap, kernel, residual, method, placed(on_data, enclosed),
        placed(own, kernel) if own.energy > 0 else None,
        layer_balls(WeightBall(exact, arb(0), BITS)) if spectra is None else spectra.layers)


def _true_sharpness(
    problem: RegressionProblem, network: DeepLinearNetwork, kernel: arb, residual: arb
) -> tuple[arb, str]:
    """By the reduced Hessian, and by Weyl within the norm of the residual part of the kernel part."""
    with ctx.workprec(BITS):
        by_weyl = kernel + arb(0, residual)
    if residual.is_zero():
        return by_weyl, "kernel part of the Hessian, as its residual part is zero"
    value = sharpness(problem, network, minimizer=False, bits=BITS).value
    with ctx.workprec(BITS):
        return (value.intersection(by_weyl) if value.is_finite() else by_weyl), "top eigenvalue of the reduced Hessian"
