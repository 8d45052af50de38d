"""A trained network, read in two ways, as it is never an exact minimizer.

*On the data* its true sharpness is enclosed by the Hessian at the weights, and theorems about minimizers do not apply.
*As the exact minimizer of* ``(Σ, w(W))``, the problem whose regressor is the network's own, all theorems apply. Every
number says to which of the two readings it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flint import arb, ctx

from ....numeric.linalg.rational import rational
from ....numeric.network.min_sharpness import MinSharpness, min_sharpness
from ....numeric.network.narrowing import narrowed
from ....numeric.network.network import DeepLinearNetwork
from ....numeric.network.problem import RegressionProblem
from ....numeric.network.residual_norm import residual_norm
from ....numeric.network.sharpness import sharpness
from ...deciding.balls import BITS
from ...deep_linear.evaluation.scope import RealScope
from ...deep_linear.instances.instance import Instance
from ...evaluation.evaluate import Undefined
from ...output import UNDECIDED, exit_code
from ...output.intervals import interval
from ...output.json_values import JsonObject, json_object
from ..findings import BALLS, Finding, worst
from ..layer_spectra import LayerScope, LayerSpectra, Spectra, layer_spectra
from ..problem_numbers import narrow_value, ratio_bound
from ..statements import Stated, marks, on_minimizers, on_networks
from .limits import inspection_cost, sharp
from .theorems import decide

EXACT_WIDTH, EXACT_DEPTH = 16, 40
"""Beyond these, statements about layers are decided by enclosed spectra: exact ones would take minutes."""


@dataclass(frozen=True, eq=False)
class Placed:
    """One reading of the network: its enclosed sharpness, the ``S_min`` of the problem, and bounds from the problem."""

    instance: Instance
    sharpness: arb
    least: MinSharpness
    spectra: Spectra | None = None

    @cached_property
    def scope(self) -> RealScope:
        """The instance in balls, with its layers read from their spectra where there are some."""
        values = {"S_min": self.least.enclosure}
        return RealScope(self.instance, BALLS, values) if self.spectra is None else LayerScope(
            self.instance, self.spectra, values)

    def findings(self, statements: Iterable[Stated]) -> tuple[Finding, ...]:
        """Decide the statements on the instance."""
        values = {"S_min": self.least.enclosure, "S": self.sharpness}
        return tuple(decide(stated, self.instance, self.spectra, values) for stated in statements)

    @cached_property
    def marks(self) -> dict[str, arb]:
        """``S``, ``S_min`` and the bounds by name. With a read-out the bounds of the plain model are left out."""
        found = {"S": self.sharpness, "S_min": self.least.enclosure}
        for name, obligation in marks().items():
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
        """The names of the marks in increasing order, with ``<`` where balls prove it and ``~`` where they overlap."""
        names = sorted(self.marks, key=lambda name: self.marks[name].mid())  # midpoints may lie beyond float64
        text = names[0]
        for lower, upper in pairwise(names):
            text += f" {'<' if self.marks[lower] < self.marks[upper] else '~'} {upper}"
        return text

    def as_dict(self) -> JsonObject:
        """The JSON object of this reading."""
        return json_object({
            "sharpness": self.sharpness, "order": self.order, "ratio": self.ratio,
            "min_sharpness": self.least.enclosure, "four_kappa": self.ratio_bound,
            "bounds": {name: self.marks[name] for name in marks() if name in self.marks}})


@dataclass(frozen=True, eq=False)
class Inspection:
    """Everything that ``flatcert inspect`` prints. All numbers are balls.

    ``kernel`` is ``2λ_max(Σ^{1/2}MΣ^{1/2})``, and ``residual`` is an upper bound of the norm of the rest of the
    Hessian. ``method`` says what encloses the sharpness on the data. ``own`` is the reading as an exact minimizer, or
    None if the regressor of the network vanishes on the range of ``Σ``.
    """

    problem: RegressionProblem
    network: DeepLinearNetwork
    risk_gap: arb
    kernel: arb
    residual: arb
    method: str
    on_data: Placed
    own: Placed | None
    layers: LayerSpectra

    @cached_property
    def theta(self) -> arb:
        """``θ = (L − 1)Δ/‖w‖^{2/L}``, which is not finite if ``w = 0``."""
        try:
            with ctx.workprec(BITS):
                return arb(self.on_data.scope.value("theta"))
        except Undefined:
            return arb("inf")

    @cached_property
    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """The findings on the network on the data, and those on the network as an exact minimizer."""
        return {"on_data": self.on_data.findings((*on_networks(), *on_minimizers())),
                "as_minimizer": () if self.own is None else self.own.findings(on_minimizers())}

    @property
    def exit_code(self) -> int:
        found = worst(finding for findings in self.findings.values() for finding in findings)
        return exit_code(found) or (0 if self.too_wide is None else UNDECIDED)

    @cached_property
    def too_wide(self) -> str | None:
        """A sentence that names an enclosure too wide to count, or None."""
        for name, reading in (("of the network on the data", self.on_data), ("as the exact minimizer", self.own)):
            if reading is not None and not sharp(reading.sharpness, self.kernel + self.residual):
                return (f"The sharpness {name} is enclosed only in {interval(reading.sharpness)}, "
                        "which is wider than 1/1024 of it.")
        return None

    def as_dict(self) -> JsonObject:
        """The JSON object of the command."""
        return json_object({
            "depth": self.network.depth, "dim": self.problem.dimension, "n": self.problem.samples,
            "widths": self.network.widths, "risk_gap": self.risk_gap,
            "imbalance": self.layers.imbalance, "theta": self.theta, "layers": self.layers,
            "on_data": {**self.on_data.as_dict(), "method": self.method, "kernel_part": self.kernel,
                        "residual_part": self.residual},
            "inconclusive": self.too_wide, "as_minimizer": self.own, "theorems": self.findings,
        })


def inspection(problem: RegressionProblem, network: DeepLinearNetwork) -> Inspection:
    """Inspect weights, which are read exactly, on an exact problem with ``E > 0``.

    Raises:
        DataError: the inspection would take more than 5 minutes or 2 GB. For most networks `inspection_cost` tells
            that beforehand.

    >>> from ....numeric.linalg.rational import rational_array
    >>> problem = RegressionProblem.from_covariance(rational_array([[1, 0], [0, 4]]), rational_array([1, 0]))
    >>> report = inspection(problem, DeepLinearNetwork([[[1.0, 0.0]], [[0.5]]]))
    >>> print(report.risk_gap, report.on_data.sharpness.str(5, radius=False), report.own.order)
    0.250000000000000 2.0000 sharpness-lower ~ sharpness-lower-tight < S_min < S < S_bal < 8 L Lambda |w*|^(2-2/L)
    """
    exact = network.astype(rational)
    readout = exact.readout if exact.has_readout else None
    on_data = Instance("the network on the data", problem.covariance, tuple(exact.weights), readout, problem.regressor)
    own = Instance("the network as exact minimizer", problem.covariance, tuple(exact.weights), readout)
    size = max(exact.widths[1:]) if exact.depth > 1 else min(exact.widths)  # a single layer has few singular values
    large = size > EXACT_WIDTH or exact.depth > EXACT_DEPTH
    image = narrowed(exact) if large else exact
    inspection_cost(image.widths, narrow=False)  # a layer whose Gram matrix cannot be factored stays wide
    layers = layer_spectra(image)
    kernel: arb = sharpness(problem, exact, minimizer=True, bits=BITS).value
    with ctx.workprec(BITS):
        gap = arb(problem.risk_gap(exact.regressor()))
    residual = residual_norm(problem, image, exact)
    enclosed, method = _true_sharpness(problem, exact, kernel, residual)

    def placed(instance: Instance, value: arb) -> Placed:
        target = RegressionProblem(problem.covariance, instance.regressor)
        least = min_sharpness(target, exact.depth, instance.readout_norm_squared)
        return Placed(instance, value, least, Spectra(image, layers) if large else None)

    return Inspection(
        problem, exact, gap, kernel, residual, method, placed(on_data, enclosed),
        placed(own, kernel) if own.energy > 0 else None, layers)


def _true_sharpness(
    problem: RegressionProblem, network: DeepLinearNetwork, kernel: arb, residual: arb
) -> tuple[arb, str]:
    """The sharpness on the data, and what encloses it.

    It is the top eigenvalue of the reduced Hessian. By Weyl's inequality it differs from that of the kernel part by at
    most the norm of the residual part.
    """
    with ctx.workprec(BITS):
        by_weyl = kernel + arb(0, residual)
    if residual.is_zero():
        return by_weyl, "kernel part of the Hessian, as its residual part is zero"
    value = sharpness(problem, network, minimizer=False, bits=BITS).value
    with ctx.workprec(BITS):
        return (value.intersection(by_weyl) if value.is_finite() else by_weyl), "top eigenvalue of the reduced Hessian"
