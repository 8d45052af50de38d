"""The statements about residual networks in float64: they hold, and every mutant is false somewhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from residual_networks import CLAIMS, Network, line, near_identity, stretched

from flatcert.theory.language.nodes import Relation

SPACES = [(name, o.name, o.space) for name, c in CLAIMS.items() for o in c.obligations]
ORDINARY = [x[:2] for x in SPACES if x[2] not in ("pairs", "residual-paths")]
MOVED = [x[:2] for x in SPACES if x[2] == "residual-paths"]
PAIRS = [x[:2] for x in SPACES if x[2] == "pairs"]
MUTANTS = [(name, o.name, m.label) for name, c in CLAIMS.items() for o in c.obligations for m in o.mutants]


def applies(network: Network, given: tuple[object, ...]) -> bool:
    values = network.values()
    return all(float((x.rhs - x.lhs).subs(values)) >= 0 for x in given if isinstance(x, Relation) and x.op[0] == "<")


@pytest.mark.parametrize(("name", "obligation"), ORDINARY)
def test_it_holds_for_weights(name: str, obligation: str) -> None:
    stated = CLAIMS[name].obligation(obligation)
    for network in (*map(near_identity, range(4)), stretched(6, 0.5), stretched(6, 2.0, 0.5), line(0.5, 2.0, 3.0),
                    near_identity(4, scale=1.5, depth=3)):
        if "minimizer" not in stated.given and stated.space != "problem":
            network.target = network.target + 0.1
        assert network.slack(stated.relation) >= -1e-9


@pytest.mark.parametrize(("name", "obligation"), PAIRS)
@pytest.mark.parametrize("seed", range(6))
def test_it_holds_for_any_two_weights(name: str, obligation: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    start = near_identity(seed, scale=2.0, size=3, depth=4)
    for size in (0.0, 0.01, 0.1, 1.0):
        layers = [x + size * rng.standard_normal(x.shape) for x in start.layers]
        assert Network(layers, start.readout, start=start.layers).slack(
            CLAIMS[name].obligation(obligation).relation) >= -1e-12


@pytest.mark.parametrize(("name", "obligation"), MOVED)
@pytest.mark.parametrize("seed", range(3))
def test_it_holds_along_the_flow(name: str, obligation: str, seed: int) -> None:
    """From initial risks just below what each theorem allows."""
    stated = CLAIMS[name].obligation(obligation)
    start = near_identity(seed, size=3, depth=4)
    rho = 0.1 if name.endswith("sharp") else 1.0
    direction = np.random.default_rng(seed + 100).standard_normal(3)
    target = start.target
    for shrink in range(60):
        here = Network(start.layers, start.readout, target + 0.7**shrink * direction, start.sigma, rho=rho)
        if applies(here, stated.given):
            break
    assert applies(here, stated.given)
    for time in (0.05, 0.5, 3.0):
        moved = Network(start.layers, start.readout, here.target, start.sigma, time, start=start.layers, rho=rho)
        assert moved.slack(stated.relation) >= -1e-9


def spread_line(*weights: float, eigenvalue: float = 100.0, target: object = (1.0, 0.0)) -> Network:
    """Two-dimensional identities times numbers, with ``Sigma = diag(1, eigenvalue)``."""
    return Network([x * np.eye(2) for x in weights], [1.0, 0.0], target, np.diag([1.0, eigenvalue]), u=[1.0, 0.0])


UNIT, HALF, TWICE = line(1, 1, 1), line(1, 1, 1, readout=0.5), line(1, 1, 1, readout=2.0)
SLOW = spread_line(*[1.0] * 10)
SHRUNK = line(*[0.99] * 5, start=[[[1.0]]] * 5)
GROWN = line(*[1.01] * 5, start=[[[1.0]]] * 5)
WEAKER = Network([0.9 * np.eye(2)] * 3, [1.0, 0.0], start=[np.eye(2)] * 3)
ALTERNATE = [np.diag([3, 1 / 3]), np.diag([1 / 3, 3]), np.diag([3, 1 / 3])]
PUSHED = Network([x + np.diag([0.01 / 3, 0]) for x in ALTERNATE], [1.0, 0.0], start=ALTERNATE)


def shifted(network: Callable[..., Network], *args: float, by: object, **more: object) -> Network:
    """The same network with the regressor off its target."""
    found = network(*args, **more)
    found.target = found.target + np.asarray(by, float)
    return found


def flow(readout: float, by: float, time: float, rho: float = 0.05, depth: int = 2) -> Network:
    """Layers of width one, all 1, whose target is off by a little (by -2: on the other side of zero)."""
    return line(*[1.0] * depth, readout=readout, target=[readout + by], time=time, rho=rho, start=[[[1.0]]] * depth)


OPPOSITE = flow(1.0, -2.0, 20.0, rho=0.1)
UPWARD = {"u": [0.0, 1.0]}
WHERE: dict[tuple[str, str] | tuple[str, str, str], Network] = {
    ("residual-kernel", "alpha^4 -> alpha^3"): stretched(20, 0.5),
    ("residual-kernel", "alpha^2 -> alpha"): stretched(2, 0.5),
    ("residual-kernel", "below", "without |p|^2"): HALF,
    ("residual-kernel", "simple-below", "without |p|^2"): HALF,
    ("residual-kernel", "without |p|^2"): TWICE,
    ("residual-kernel", "beta^4 -> beta^3"): stretched(20, 2.0),
    ("residual-kernel", "beta^2 -> beta"): stretched(2, 2.0),
    ("residual-sharpness", "beta^4 -> beta^3"): stretched(20, 2.0),
    ("residual-sharpness", "beta^4 -> beta^2"): stretched(4, 16.0),
    ("residual-sharpness", "Lambda -> lambda"): SLOW,
    ("residual-sharpness", "without kappa"): SLOW,
    ("residual-sharpness", "without |p|^2"): TWICE,
    ("residual-sharpness", "without alpha"): line(0.1, 1),
    ("residual-sharpness", "at least"): stretched(4, 16.0),
    ("residual-min-sharpness", "a -> Lambda"): spread_line(1.0, 1.0, eigenvalue=4.0),
    ("residual-min-sharpness", "2L -> 1.95L"): UNIT,
    ("residual-min-sharpness", "without |p|^{2/L}"): line(1, readout=0.5),
    ("residual-min-sharpness", "|p|^{2/L} -> |p|^2"): line(1, 1, readout=2.0),
    ("residual-min-sharpness", "|p|^{2/L} -> |p|^{1/L}"): line(2, 2, readout=0.25),
    ("residual-min-sharpness", "above", "without |p|^{2/L}"): line(1, readout=2.0),
    ("residual-min-sharpness", "above", "|p|^{2/L} -> |p|^2"): line(1, 1, readout=0.5),
    ("residual-min-sharpness", "above", "|p|^{2/L} -> |p|^{1/L}"): line(1, 1, readout=4.0),
    ("residual-convergence", "perturbation-below", "halved"): SHRUNK,
    ("residual-convergence", "perturbation-below", "without L"): SHRUNK,
    ("residual-convergence", "perturbation-below", "at most"): WEAKER,
    ("residual-convergence", "perturbation-above", "exp(beta_0 s) -> exp(s)"): PUSHED,
    ("residual-convergence", "perturbation-above", "without L"): GROWN,
    ("residual-convergence", "perturbation-above", "at least"): WEAKER,
    ("residual-convergence", "rate", "4 -> 4.2"): shifted(line, 1, 1, 1, by=[0.1]),
    ("residual-convergence", "rate", "alpha^4 -> alpha^3"): shifted(stretched, 20, 0.5, by=[0.0, 1.0]),
    ("residual-convergence", "rate", "lambda_+ -> Lambda"): spread_line(1.0, 1.0, target=(2.0, 0.0)),
    ("residual-convergence", "rate", "without |p|^2"): shifted(line, 1, 1, readout=0.5, by=[0.1]),
    ("residual-convergence", "layer-speed", "4 -> 3.8"): shifted(line, 1, 1, 1, by=[0.1]),
    ("residual-convergence", "layer-speed", "beta^4 -> beta^3"): shifted(stretched, 20, 2.0, by=[0.0, 1.0], layer=5),
    ("residual-convergence", "layer-speed", "Lambda -> lambda_+"): spread_line(1.0, 1.0, target=(1.0, 1.0)),
    ("residual-convergence", "layer-speed", "without |p|^2"): shifted(line, 1, 1, readout=2.0, by=[0.1]),
    ("residual-convergence", "decay", "4 -> 128"): flow(1.0, -0.005, 1.0),
    ("residual-convergence", "decay", "without |p|^2"): flow(0.125, -0.001, 4.0),
    ("residual-convergence", "decay", "at least"): flow(1.0, -0.005, 1.0),
    ("residual-convergence", "layers", "rho -> rho/64"): flow(1.0, -0.01, 10.0, depth=1),
    ("residual-convergence", "layers", "at least"): flow(1.0, -0.005, 1.0),
    ("residual-convergence-sharp", "perturbation", "halved"): SHRUNK,
    ("residual-convergence-sharp", "perturbation", "without sqrt(L)"): SHRUNK,
    ("residual-convergence-sharp", "perturbation", "at most"): WEAKER,
    ("residual-convergence-sharp", "perturbation", "0.9 beta_0 sqrt(L)"): line(*[0.999] * 7, 1.0, start=[[[1.0]]] * 8),
    ("residual-convergence-sharp", "rate", "4 -> 4.2"): shifted(line, 1, 1, 1, by=[0.1]),
    ("residual-convergence-sharp", "rate", "alpha^4 -> alpha^3"): shifted(stretched, 20, 0.5, by=[0.0, 1.0]),
    ("residual-convergence-sharp", "rate", "alpha^2 -> alpha"): shifted(stretched, 2, 0.5, by=[0.0, 1.0]),
    ("residual-convergence-sharp", "rate", "lambda_+ -> Lambda"): spread_line(1.0, 1.0, target=(2.0, 0.0)),
    ("residual-convergence-sharp", "rate", "without |p|^2"): shifted(line, 1, 1, readout=0.5, by=[0.1]),
    ("residual-convergence-sharp", "decay", "4 -> 32"): flow(1.0, -0.03, 1.0),
    ("residual-convergence-sharp", "decay", "without |p|^2"): flow(0.25, -0.008, 2.0),
    ("residual-convergence-sharp", "decay", "at least"): flow(1.0, -0.03, 1.0),
    ("residual-convergence-sharp", "distance", "rho -> rho/4"): flow(1.0, -0.04, 5.0),
    ("residual-convergence-sharp", "distance", "sqrt(L) -> L^2"): flow(1.0, -0.04, 5.0),
}
"""Where a mutant is false; any other at the layers 1, 1, 1 of width one, where the bounds are attained."""


@pytest.mark.parametrize(("name", "obligation", "label"), MUTANTS)
def test_every_mutant_is_false_somewhere(name: str, obligation: str, label: str) -> None:
    stated = CLAIMS[name].obligation(obligation)
    mutant = next(m for m in stated.mutants if m.label == label).of(stated)
    usual = OPPOSITE if label.startswith("without risk_gap_0") else UNIT
    network = WHERE.get((name, obligation, label)) or WHERE.get((name, label)) or usual
    assert applies(network, mutant.given)
    assert network.slack(mutant.relation) < -1e-6
    if network is not usual or usual is UNIT:
        assert network.slack(stated.relation) >= -1e-9
