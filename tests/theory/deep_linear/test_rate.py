"""Linear convergence: the derivation, what its rules refuse, and the statements against simulated gradient flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp
from accepting import accepts
from scipy.integrate import solve_ivp

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.deep_linear.flow.linear_convergence import BELOW, LINEAR_CONVERGENCE, RATE_0
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import Relation, dot, norm_squared
from flatcert.theory.language.norms import second_singular, spectral
from flatcert.theory.proof.derivation import Rule
from flatcert.theory.proof.rules import gradient_flow as rules_flow
from flatcert.theory.proof.rules.inequalities import positive_factor
from flatcert.theory.proof.rules.infima import infimum, transfer
from flatcert.theory.setting.flow import BELOW_0, DEFINED, D, D_dot, risk_flow, sine
from flatcert.theory.setting.network import W

MUTANTS = [(o.name, m.label) for o in LINEAR_CONVERGENCE.obligations for m in o.mutants]
Floats = np.ndarray[Any, np.dtype[np.float64]]


# The rules --------------------------------------------------------------------------------------


def judgment(statement: tuple[Any, str, Any], *facts: Given, **ranges: Any) -> Judgment:
    return Judgment(Relation(*statement), frozenset(facts), {getattr(Q, x): y for x, y in ranges.items()})


SLOPE = judgment((risk_flow, "==", -Q.norm_gradient**2))
CONSERVED = judgment((norm_squared(D_dot(Q.k)), "==", 0), k=(sp.S.One, Q.L - 1))
IMBALANCE = Judgment(DEFINED["Delta"].relation)


def bound(rate: sp.Expr, *facts: Given, op: str = ">=") -> Judgment:
    return judgment((Q.norm_gradient**2, op, rate * Q.risk_gap), *facts)


def decay(rate: sp.Expr) -> tuple[sp.Expr, str, sp.Expr]:
    return Q.risk_gap, "<=", Q.risk_gap_0 * sp.exp(-rate * Q.time)


@pytest.mark.parametrize("rule", [rules_flow.gronwall, rules_flow.flow_length])
def test_what_happens_along_the_flow_needs_a_bound_that_lasts(rule: Rule[...]) -> None:
    rate = Q.lambda_pos / (1 + Q.Delta)

    def told(of: sp.Expr, *premises: Judgment) -> bool:
        lengths = (sp.sqrt(of) * Q.displacement, "<=", 2 * sp.sqrt(Q.risk_gap_0) - 2 * sp.sqrt(Q.risk_gap))
        return accepts(rule, decay(of) if rule is rules_flow.gronwall else lengths, *premises, data=of)

    assert told(rate, SLOPE, bound(rate), CONSERVED, IMBALANCE)
    assert told(Q.lambda_pos, SLOPE, bound(Q.lambda_pos))
    assert told(Q.lambda_pos, SLOPE, bound(Q.lambda_pos, "plain", "E > 0", BELOW_0))
    # The imbalance of one layer is not known to be conserved, or that of none; the risk rises.
    assert not told(rate, SLOPE, bound(rate))
    assert not told(rate, SLOPE, bound(rate), replace(CONSERVED, ranges={Q.k: (sp.S.One, Q.L - 2)}), IMBALANCE)
    assert not told(rate, judgment((risk_flow, "==", Q.norm_gradient**2)), bound(rate), CONSERVED, IMBALANCE)
    assert not told(Q.lambda_pos, SLOPE, bound(Q.lambda_pos, op="<="))
    assert not told(2 * Q.lambda_pos, SLOPE, bound(Q.lambda_pos))
    # What holds now need not hold later.
    for fact in (BELOW, "minimizer", "q_1 != 0", "balanced", "w == w*", "w along w*", Relation(Q.time, "<", Q.E)):
        assert not told(Q.lambda_pos, SLOPE, bound(Q.lambda_pos, fact))
    for moving in (Q.norm_q1**2, Q.risk_gap, Q.time, Q.sigma_max, spectral(W(1)), Q.theta):
        assert not told(moving, SLOPE, bound(moving))


def test_the_length_and_the_decay_are_not_better_than_that() -> None:
    rate, root = Q.lambda_pos, sp.sqrt(Q.lambda_pos)
    ends = sp.sqrt(Q.risk_gap_0) - sp.sqrt(Q.risk_gap)
    for factor, accepted in ((2, True), (1, False), (4, False)):
        statement = (root * Q.displacement, "<=", factor * ends)
        assert accepts(rules_flow.flow_length, statement, SLOPE, bound(rate), data=rate) == accepted
    assert not accepts(rules_flow.flow_length, (Q.displacement, "<=", 0), SLOPE, bound(-rate), data=-rate)
    assert not accepts(rules_flow.gronwall, decay(2 * rate), SLOPE, bound(rate), data=rate)
    assert accepts(rules_flow.gronwall, (Q.risk_gap, "<=", Q.risk_gap_0), SLOPE, bound(sp.S.Zero), data=sp.S.Zero)
    assert not accepts(rules_flow.gronwall, (Q.risk_gap, "<", Q.risk_gap_0), SLOPE, bound(sp.S.Zero), data=sp.S.Zero)


def test_a_trajectory_bounds_no_infimum_and_says_nothing_of_other_weights() -> None:
    for x in (Q.risk_gap_0, Q.displacement, Q.time):
        assert not accepts(infimum, (Q.S_min, ">=", x), judgment((Q.S, ">=", x), "minimizer"))
        assert not accepts(transfer, (Q.S_rescaled, "<=", x), judgment((Q.S, "<=", x)), data="rescaled")


def test_roots_and_products() -> None:
    x, y = dot(Q.w, Q.u), Q.norm_w_net
    assert accepts(rules_flow.square_root, (x, "<=", y), judgment((x**2, "<=", y**2)), data=(x, y))
    assert not accepts(rules_flow.square_root, (y, "<=", x), judgment((y**2, "<=", x**2)), data=(y, x))
    assert not accepts(rules_flow.square_root, (x, "<=", y), judgment((x**2, "<=", y)), data=(x, y))
    assert not accepts(rules_flow.square_root, (x, ">=", y), judgment((x**2, ">=", y**2)), data=(x, y))


def test_a_factor_is_positive_where_the_product_is_above_a_positive_number() -> None:
    x, size = dot(Q.w, Q.u), Q.norm_w_net**2
    first, second = Q.sigma_max**2, Q.norm_q1**2
    positive = judgment((Q.norm_w_net, ">", 0))
    for bound, more, accepted in ((size, (positive,), True), (size, (), False), (sp.S.One, (), True),
                                  (sp.S.Zero, (positive,), False), (-sp.S.One, (positive,), False)):
        for op in (">", ">="):
            premises = judgment((first * second, op, bound)), *more
            assert accepts(positive_factor, (first, ">", 0), *premises, data=(first, second)) == accepted
    assert not accepts(positive_factor, (first, ">", 0), judgment((first * x, ">=", 1)), data=(first, x))


def test_the_sine_without_a_gap_is_between_the_right_layers() -> None:
    k = Q.k
    above = [Judgment(Relation(r.lhs.xreplace({k: k + 1}), "==", r.rhs.xreplace({k: k + 1})))
             for r in (DEFINED["right unit"].relation, DEFINED["right"].relation)]
    here = [Judgment(DEFINED[name].relation) for name in ("D", "left unit", "left", "sine")]
    premises = (*here[:3], *above, here[3])
    lower = spectral(W(k)) ** 2 - second_singular(W(k + 1)) ** 2
    upper = spectral(W(k + 1)) ** 2 - second_singular(W(k)) ** 2
    own = spectral(W(k)) ** 2 - second_singular(W(k)) ** 2
    for side, gap, accepted in (("left", lower, True), ("right", upper, True), ("left", upper, False),
                                ("right", own, False), ("left", spectral(W(k)) ** 2, False)):
        statement = (gap * sine(k), "<=", spectral(D(k)))
        assert accepts(rules_flow.sine_bound, statement, *premises, data=side, scope=((k, 1, Q.L - 1),)) == accepted
    squared = (lower * sine(k) ** 2, "<=", spectral(D(k)) ** 2)
    assert not accepts(rules_flow.sine_bound, squared, *premises, data="left", scope=((k, 1, Q.L - 1),))


# The statements, along simulated flows ----------------------------------------------------------


class Flow:
    """A plain network moved by gradient flow for a time, in float64; nothing of the project computes it."""

    def __init__(self, sigma: Any, target: Any, layers: Sequence[Any], time: float = 0.0) -> None:
        self.sigma, self.target = np.asarray(sigma, float), np.asarray(target, float)
        self.start = [np.atleast_2d(np.asarray(layer, float)) for layer in layers]
        self.time = time
        self.end = self.start
        if time:
            flat = np.concatenate([layer.ravel() for layer in self.start])
            done = solve_ivp(lambda _, x: -self.flat_gradient(x), (0, time), flat, rtol=1e-10, atol=1e-12)
            self.end = self.unflatten(done.y[:, -1])

    def unflatten(self, flat: Floats) -> list[Floats]:
        cuts = np.cumsum([layer.size for layer in self.start])[:-1]
        return [part.reshape(layer.shape) for part, layer in zip(np.split(flat, cuts), self.start, strict=True)]

    def flat_gradient(self, flat: Floats) -> Floats:
        """By the product rule, on dense products."""
        layers = self.unflatten(flat)
        g = 2 * self.sigma @ (self.regressor(layers) - self.target)
        found = []
        for n, layer in enumerate(layers):
            below = g[:, None]
            for x in layers[:n]:
                below = x @ below
            above = np.eye(1)
            for x in reversed(layers[n + 1 :]):
                above = above @ x
            found.append((above.T @ below.T).ravel())
            assert found[-1].size == layer.size
        return np.concatenate(found)

    @staticmethod
    def regressor(layers: Sequence[Floats]) -> Floats:
        product = np.eye(1)
        for layer in reversed(layers):
            product = product @ layer
        return product[0]

    def gap(self, layers: Sequence[Floats]) -> float:
        x = self.regressor(layers) - self.target
        return float(x @ self.sigma @ x)

    def values(self) -> dict[sp.Symbol, float]:
        """The quantities of the claim at the end of the flow."""
        eigenvalues = np.linalg.eigvalsh(self.sigma)
        energy = float(self.target @ self.sigma @ self.target)
        flat = np.concatenate([layer.ravel() for layer in self.end])
        moved = [x - y for x, y in zip(self.end, self.start, strict=True)]
        imbalance = [x @ x.T - y.T @ y for x, y in pairwise(self.end)]
        return {
            Q.L: len(self.end), Q.E: energy, Q.b: float(np.sum((self.sigma @ self.target) ** 2)) / energy,
            Q.lambda_pos: float(eigenvalues[eigenvalues > 1e-9].min()), Q.lambda_max: float(eigenvalues.max()),
            Q.Delta: sum(float(np.linalg.norm(x, 2)) for x in imbalance),
            Q.norm_w_net: float(np.linalg.norm(self.regressor(self.end))), Q.risk_gap: self.gap(self.end),
            Q.norm_gradient: float(np.linalg.norm(self.flat_gradient(flat))), Q.risk_gap_0: self.gap(self.start),
            Q.time: self.time, Q.displacement: float(np.sqrt(sum(np.sum(x**2) for x in moved))),
        }

    def slack(self, relation: Relation) -> float:
        """How far the relation holds: the larger side minus the smaller one, relative to the energy."""
        values = self.values()
        sides = [float(sp.lambdify(list(values), side, "numpy")(*values.values()))
                 for side in (relation.lhs, relation.rhs)]
        sign = 1 if relation.op == "<=" else -1
        return sign * (sides[1] - sides[0]) / values[Q.E]


def random_start(seed: int) -> tuple[Floats, Floats, list[Floats]]:
    """A problem (``Sigma`` singular, now and then) and weights whose risk is below that of ``W = 0``."""
    rng = np.random.default_rng(seed)
    d, depth = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    factor = rng.standard_normal((d, d - 1 if d > 1 and seed % 3 == 0 else d))
    sigma = factor @ factor.T / d + (seed % 3 != 0 or d == 1) * 0.2 * np.eye(d)
    target = np.linalg.pinv(sigma) @ sigma @ rng.standard_normal(d)
    widths = [d, *(int(x) for x in rng.integers(1, 4, depth - 1)), 1]
    layers = [0.9 * rng.standard_normal((m, n)) for n, m in pairwise(widths)]
    if Flow.regressor(layers) @ sigma @ target < 0:
        layers[-1] = -layers[-1]
    while Flow(sigma, target, layers).gap(layers) >= target @ sigma @ target:
        layers = [0.8 * layer for layer in layers]
    return sigma, target, layers


@pytest.mark.parametrize("seed", range(24))
def test_the_bounds_hold_along_simulated_flows(seed: int) -> None:
    sigma, target, layers = random_start(seed)
    here = Flow(sigma, target, layers)
    for name in ("norm", "rate"):
        assert here.slack(LINEAR_CONVERGENCE.obligation(name).relation) >= -1e-12
    for time in (0.1, 1.0, 5.0):
        moved = Flow(sigma, target, layers, time)
        for name in ("norm", "rate", "decay", "length"):
            assert moved.slack(LINEAR_CONVERGENCE.obligation(name).relation) >= -1e-9, (name, time)


def test_the_rate_is_that_of_the_theory_and_exact_at_depth_one() -> None:
    sigma, target, layers = random_start(7)
    flow = Flow(sigma, target, layers)
    values = flow.values()
    image = float(np.linalg.norm(sigma @ target))
    c = (values[Q.E] - values[Q.risk_gap_0]) / (2 * image)
    depth = len(layers)
    wanted = 4 * values[Q.lambda_pos] * c**2 / (c ** (2 / depth) + (depth - 1) * values[Q.Delta])
    assert float(RATE_0.subs(values)) == pytest.approx(wanted, rel=1e-12)
    exact = Flow([[3.0]], [1.0], [[[0.5]]], 0.3)
    assert exact.slack(LINEAR_CONVERGENCE.obligation("decay").relation) == pytest.approx(0, abs=1e-7)
    assert exact.slack(LINEAR_CONVERGENCE.obligation("rate").relation) == pytest.approx(0, abs=1e-12)


LINE = ([[1.0]], [1.0])
SLOW = (np.diag([1.0, 100.0]), [1.0, 0.0], [[[0.5, 0.0]]])
UNBALANCED = (np.eye(2), [1.0, 1.0], [[[10.0, 0.0]], [[0.1]]])
WRONG_SIDE = (*LINE, [[[2.0]], [[-0.75]]])
COUNTEREXAMPLES: dict[tuple[str, str], tuple[Any, Any, Any, float]] = {
    ("rate", "4 -> 4.2"): (*LINE, [[[0.5]]], 0.0),
    ("rate", "lambda_+ -> Lambda"): (*SLOW, 0.0),
    ("rate", "without Delta"): (*UNBALANCED, 0.0),
    ("rate", "c^2 -> c"): (*LINE, [[[0.5]]], 0.0),
    ("rate", f"without {BELOW}"): (*WRONG_SIDE, 0.0),
    ("decay", "4 -> 4.2"): (*LINE, [[[0.5]]], 1.0),
    ("decay", "lambda_+ -> Lambda"): (*SLOW, 0.1),
    ("decay", "without Delta"): (*UNBALANCED, 1.0),
    ("decay", "t -> t^2"): (*LINE, [[[0.5]]], 2.0),
    ("decay", f"without {BELOW_0}"): (*WRONG_SIDE, 0.1),
    ("length", "2 -> 1"): (*LINE, [[[0.5]]], 1.0),
    ("length", "lambda_+ -> Lambda"): (*SLOW, 1.0),
    ("length", "without Delta"): (*UNBALANCED, 20.0),
    ("length", f"without {BELOW_0}"): (*WRONG_SIDE, 2.0),
}


@pytest.mark.parametrize(("obligation", "label"), MUTANTS)
def test_every_mutant_is_false_somewhere(obligation: str, label: str) -> None:
    stated = LINEAR_CONVERGENCE.obligation(obligation)
    mutant = next(m for m in stated.mutants if m.label == label).of(stated)
    flow = Flow(*COUNTEREXAMPLES.get((obligation, label), (*LINE, [[[0.25]]], 0.0)))
    assert flow.slack(mutant.relation) < -1e-5
    values = flow.values()
    for given in mutant.given:
        if isinstance(given, Relation):
            assert given.lhs.subs(values) < given.rhs.subs(values)
