"""Near-misses of the theory at the very instances that are known to refute them, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp
from flint import fmpq

from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.identities import holds_at, rational_point
from flatcert.checks.deep_linear.instances.instance import make
from flatcert.theory.language.claim import Mutant, Obligation, assuming, scaled, swapped
from flatcert.theory.language.nodes import LayerMatrix, Relation, weighted_top
from flatcert.theory.language.quantities import (
    L,
    M,
    S,
    a,
    b,
    eta,
    k,
    lambda_max,
    lambda_min,
    norm_p,
    norm_w,
)
from flatcert.theory.library import BUILT_IN

_14, HALF = [[1, 0], [0, 4]], fmpq(1, 2)
TENTH = fmpq(1, 10)


def scalars(*values: Any) -> list[Any]:
    return [[[value]] for value in values]


def named(claim_id: str, obligation: str, label: str) -> Callable[[], tuple[Obligation, Obligation]]:
    """A mutant of the registry, by its label."""

    def found() -> tuple[Obligation, Obligation]:
        true = BUILT_IN.claim(claim_id).obligation(obligation)
        (mutant,) = (m for m in true.mutants if m.label == label)
        return true, mutant.of(true)

    return found


def made(claim_id: str, obligation: str, mutant: Mutant) -> Callable[[], tuple[Obligation, Obligation]]:
    def found() -> tuple[Obligation, Obligation]:
        true = BUILT_IN.claim(claim_id).obligation(obligation)
        return true, mutant.of(true)

    return found


LOWER, TIGHT = ("sharpness-lower", "minimizers"), ("sharpness-lower-tight", "minimizers")
ABOVE, UPPER = ("min-sharpness-bracket", "above"), ("min-sharpness-upper", "root")
one = {"covariance": [[1]]}
E1 = {"covariance": _14, "weights": [[[1, 0]], [[1]]]}

NEAR_MISSES: dict[str, tuple[Callable[[], tuple[Obligation, Obligation]], dict[str, Any]]] = {
    "sharpness, lambda_max(M) Lambda: 4 against 8": (
        made("sharpness", "eigenvalue", swapped("product", {weighted_top(M): 2 * lambda_max})), E1),
    "sharpness without minimizer: 0 against 2": (
        named("sharpness", "eigenvalue", "without minimizer"),
        one | {"weights": scalars(0, 0), "regressor": [1]}),
    "lower, 2.1 L": (named(*LOWER, "2L -> 2.1L"), one | {"weights": scalars(1, 1)}),
    "lower, 2.0001 L": (
        made(*LOWER, scaled("slightly", sp.Rational(20001, 20000))), one | {"weights": scalars(1, 1)}),
    "lower, Lambda: 8 < 16": (named(*LOWER, "a -> Lambda"), E1),
    "lower, exponent: 16 < 32": (
        named(*LOWER, "exponent 2 - 2/L -> 2 - 1/L"), one | {"weights": scalars(2, 2)}),
    "lower without minimizer: 8 < 16": (
        named(*LOWER, "without minimizer"), one | {"weights": scalars(0, 0), "regressor": [4]}),
    "lower, b for a at L = 4": (
        named(*LOWER, "a -> b"),
        {"covariance": [[1, 0], [0, 100]], "weights": [[[1, TENTH]], *scalars(1, 1, 1)]}),
    "lower, |p|^2 at p = 2, L = 2: 8 < 16": (
        named(*LOWER, "|p|^{2/L} -> |p|^2"), one | {"weights": scalars(1, 1), "readout": [2]}),
    "tight, Lambda: S < 4.7 < 8": (
        named(*TIGHT, "b -> Lambda"), {"covariance": _14, "weights": [[[fmpq(4, 3), 0]], [[fmpq(3, 4)]]]}),
    "tight, exponents exchanged: 3/8 < 6/4": (
        named(*TIGHT, "exponents exchanged"), one | {"weights": scalars(HALF, HALF, HALF)}),
    "tight, 2.05 L": (named(*TIGHT, "2L -> 2.05L"), one | {"weights": scalars(1, 1)}),
    "tight, |w*|^2 for E: 1/4 < 1": (
        named(*TIGHT, "E -> |w*|^2"), {"covariance": [[fmpq(1, 16)]], "weights": scalars(1, 1)}),
    "dual, 2.02 L": (
        named("min-sharpness-dual", "every-direction", "2L -> 2.02L"), one | {"weights": scalars(1, 1)}),
    "dual, exponent at v = 4": (
        named("min-sharpness-dual", "every-direction", "exponent of (z.v)^2: 1 - 1/L -> 1 - 1/(2L)"),
        one | {"weights": scalars(2, 2)}),
    "bracket, upper with b: 4 < 4.6": (named(*ABOVE, "Lambda -> b"), E1),
    "bracket, 1.95 L: 3.9 < 4": (named(*ABOVE, "2L -> 1.95L"), one | {"weights": scalars(1, 1)}),
    "bracket, exponents exchanged: 24 < 96": (
        named(*ABOVE, "exponents exchanged"), one | {"weights": scalars(2, 2, 2)}),
    "bracket, below with Lambda: 8 > 4.7": (
        named("min-sharpness-bracket", "below", "b -> Lambda"), E1),
    "upper, 2L - 2: 2 sqrt 3 < 4": (named(*UPPER, "2L - 1 -> 2L - 2"), one | {"weights": scalars(1, 1)}),
    "upper, lambda: 14 < 16": (
        named(*UPPER, "a -> lambda"), {"covariance": _14, "weights": [[[0, 1]], [[1]]]}),
    "upper, exponent: 1/2 < 1": (
        named(*UPPER, "exponent 2 - 2/L -> 2 - 1/L"), one | {"weights": scalars(HALF, HALF)}),
    "ladder reversed: 10 <= 8": (
        named("min-sharpness-ladder", "energy-below-sum", "reversed"), E1),
    "ladder, L - 2: 4 <= 2": (
        named("min-sharpness-ladder", "energy-below-sum", "L - 1 -> L - 2"), one | {"weights": scalars(1, 1)}),
    "ladder, b -> a in the middle is true, lambda is not": (
        named("min-sharpness-ladder", "paper-below-tight", "b -> lambda"),
        {"covariance": _14, "weights": [[[0, 1]], [[1]]]}),
    "kink, Lambda for e: 8 against 8/sqrt 3": (
        made("min-sharpness-kink", "high-eigenvalue", assuming(
            "other side", lambda given: Relation(given.lhs, "<", given.rhs))), E1),
    "unbounded, 2.1: 200.02 < 210": (
        named("sharpness-unbounded", "grows", "2 -> 2.1"), one | {"weights": scalars(1, 1), "gamma": fmpq(10)}),
    "unbounded, gamma^3: 200.02 < 2000": (
        named("sharpness-unbounded", "grows", "gamma^2 -> gamma^3"),
        one | {"weights": scalars(1, 1), "gamma": fmpq(10)}),
    "unbounded, times |p|: 800.08 < 1600": (
        named("sharpness-unbounded", "grows", "times |p|"),
        one | {"weights": scalars(1, 1), "readout": [2], "gamma": fmpq(10)}),
    "learning rate, >= at the threshold": (
        named("learning-rate", "exact", "> -> >="), one | {"weights": scalars(1, 1)}),
    "learning rate, threshold x 0.97": (
        made("learning-rate", "tight", assuming("smaller", lambda given: Relation(
            given.lhs, given.op, given.rhs * 97 / 100))), one | {"weights": scalars(1, 1)}),
    "learning rate, converse: all stable below": (
        made("learning-rate", "exact", Mutant("converse", lambda o: Obligation(
            o.name, Relation(eta * S, "<=", 2), over=o.over,
            given=tuple(Relation(g.lhs, "<", g.rhs) if isinstance(g, Relation) else g for g in o.given)))),
        one | {"weights": scalars(TENTH, 10)}),
    "learning rate, read-out multiplied: S = 1/2 stable": (
        named("learning-rate", "paper", "read-out multiplied, not divided"),
        one | {"weights": scalars(1), "readout": [HALF]}),
    "read-out left out: 1/2 < 2": (
        made(*LOWER, swapped("no read-out", {norm_p ** (2 / L): 1})),
        one | {"weights": scalars(1), "readout": [HALF]}),
    "read-out with 1/L: false at p = 1/4": (
        made(*LOWER, swapped("1/L", {norm_p ** (2 / L): norm_p ** (1 / L)})),
        one | {"weights": scalars(2, 2), "readout": [fmpq(1, 4)]}),
    "trace, 2.02 L": (named("min-trace", "every-minimizer", "2L -> 2.02L"), one | {"weights": scalars(1, 1)}),
    "master inequality, 1.01 L^L": (
        named("kernel-agm", "all-weights", "L^L -> 1.01 L^L"), one | {"weights": scalars(1, 1)}),
    "a <= b reversed": (
        made(*LOWER, Mutant("a and b", lambda o: Obligation("order", Relation(a, ">=", b), given=("E > 0",)))),
        {"covariance": _14, "weights": [[[1, 1]], [[1]]]}),
    "balanced is not the flattest": (
        made(*LOWER, Mutant("lambda", lambda o: Obligation(
            "norm", Relation(norm_w**2 * lambda_min, "==", norm_w**2 * lambda_max)))), E1),
}


@pytest.mark.parametrize("pair, instance", NEAR_MISSES.values(), ids=NEAR_MISSES.keys())
def test_near_miss_is_refuted_where_known(
    pair: Callable[[], tuple[Obligation, Obligation]], instance: dict[str, Any]
) -> None:
    """The instance was found by hand; there the true statement does not fail and the false one does."""
    true, false = pair()
    case = make("by hand", **instance)
    assert decider(true).decide(case).verdict != "refuted"
    assert decider(false).decide(case).verdict == "refuted"


P, q = (lambda i, name=name: LayerMatrix(name, i) for name in ("P", "q"))
IDENTITIES: dict[str, tuple[Callable[[], tuple[Obligation, Obligation]], dict[str, Any]]] = {
    "Hessian without the second term at W = 0": (
        named("hessian", "risk", "without the second term"),
        one | {"weights": scalars(0, 0), "regressor": [1]}),
    "Hessian with half of the second term at W = 0": (
        named("hessian", "risk", "half of the second term"),
        one | {"weights": scalars(0, 0), "regressor": [1]}),
    "kernel with P_k: 1 against 4": (
        made("kernel", "matrix", swapped("P_k", {P(k - 1): P(k)})), one | {"weights": scalars(2)}),
    "kernel with q_{k-1}: 1 against 4": (
        named("kernel", "matrix", "q_k -> q_{k-1}"), one | {"weights": scalars(2)}),
    "Gauss-Newton away from a minimizer": (
        named("sharpness", "hessian", "without minimizer"),
        one | {"weights": scalars(0, 0), "regressor": [1]}),
}


@pytest.mark.parametrize("pair, instance", IDENTITIES.values(), ids=IDENTITIES.keys())
def test_false_identity_is_refuted_where_known(
    pair: Callable[[], tuple[Obligation, Obligation]], instance: dict[str, Any]
) -> None:
    true, false = pair()
    case = make("by hand", **instance)
    assert holds_at(true, rational_point(true, case))
    assert holds_at(false, rational_point(false, case)) is False


def test_true_variants_are_not_refuted() -> None:
    """Weaker statements that look like near-misses but hold: they must not be called false."""
    lower = BUILT_IN.claim("sharpness-lower").obligation("minimizers")
    for mutant in (swapped("a -> lambda", {a: lambda_min}), scaled("1.9 L", sp.Rational(19, 20))):
        weaker = mutant.of(lower)
        for weights in (scalars(1, 1), scalars(TENTH, 10), scalars(2, 2, 2)):
            assert decider(weaker).decide(make("by hand", [[1]], weights)).verdict == "held"
