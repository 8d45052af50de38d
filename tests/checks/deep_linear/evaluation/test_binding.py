"""Names bound to numbers: each once, and each to what its definition says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq
from scipy.optimize import minimize, minimize_scalar

from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.rings import BallRing, FloatRing
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.along_flow import AT_TIME
from flatcert.checks.deep_linear.deciding.identities import rational_point
from flatcert.checks.deep_linear.evaluation.dense import floats, root
from flatcert.checks.deep_linear.evaluation.scope import BINDINGS, DEPENDENT, RealScope, bound
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.deep_linear.instances.spaces import SPACES
from flatcert.checks.deep_linear.words.comparison import numbers
from flatcert.checks.deep_linear.words.definitions import DEFINITIONS, is_defined
from flatcert.checks.evaluation.evaluate import Meaningless, UnknownNode, evaluate
from flatcert.theory.language.claim import Obligation
from flatcert.theory.language.nodes import LayerMatrix, Relation, dot
from flatcert.theory.language.quantifiers import VARIABLES
from flatcert.theory.language.quantities import VOCABULARY, direction, w_star, z
from flatcert.theory.library import BUILT_IN

VALUES = {"gamma": fmpq(3, 2), "eta": fmpq(1, 7)}
DEFINED = {name for name, word in VOCABULARY.items()
           if (word.definition is not None or word.initially) and not isinstance(word.symbol, LayerMatrix)}
"""Words without a binding of their own may have a value by their definition."""
CASES = [
    make("plain", [[2, 1], [1, 3]], [[[1, -1]], [[2]]], u=[1, 2]),
    make("readout", [[2, 1], [1, 3]], [[[1, 2], [0, 1]], [["1/2", 1]]], readout=[3], u=[1, -2]),
    make("wide", [[1, 0], [0, 5]], [[[1, 0], [2, 1], [1, 1]], [[1, -1, 2]]], u=[3, 1]),
    make("vector readout", [[3]], [[[1], [2]], [[1, 1], [0, 2]]], readout=["3/5", "4/5"], u=[1]),
    make("singular", [[1, 1], [1, 1]], [[[1, 2]], [[3]]], u=[2, 1]),
    make("deep", [[2, 1], [1, 1]], [[[1, "1/2"]], [[2]], [["3/4"]], [[1]]], u=[1, 1]),
    make("stray", [[2, 1], [1, 3]], [[[1, -1]], [[2]]], regressor=[1, 1], u=[1, 2]),
    make("saddle", [[1, 0], [0, 2]], [[[0, 0]], [[0]]], regressor=[1, 1], u=[1, 2]),
]
CASES.append(make("pair", [[2, 1], [1, 3]], [[[1, -1], [2, 1]], [["1/2", 1], [1, 0]]], readout=[1, 2], u=[1, 1],
                  start=[[[1, 0], [0, 1]], [["3/2", 1], [1, "1/2"]]]))
SMALL = [instance("compact", 0, i) for i in range(12) if
         sum(w.size for w in instance("compact", 0, i).weights) <= 12]
SEARCHED_FOR = {"S_min", "S_flat"}
BOUND_BY_DEFINITION = sorted(set(DEFINITIONS) - SEARCHED_FOR)


def stated() -> list[tuple[str, Obligation]]:
    found = [(claim.id, o) for claim in BUILT_IN for o in claim.obligations
             if o.space not in ("solution", "ensemble")]
    return found + [(name, mutant.of(o)) for name, o in found for mutant in o.mutants]


def names_of(obligation: Obligation) -> set[str]:
    relations = [obligation.relation, *(g for g in obligation.given if isinstance(g, Relation))]
    kinds = (sp.Symbol, sp.MatrixSymbol)
    indices = {"k", "j"}
    return {node.name for relation in relations for side in (relation.lhs, relation.rhs)
            for kind in kinds for node in side.atoms(kind)} - indices


@pytest.mark.parametrize("claim_id, obligation", stated(), ids=lambda x: x if isinstance(x, str) else x.name)
def test_every_name_is_bound(claim_id: str, obligation: Obligation) -> None:
    """The vocabulary of theory and the table of bindings are written in different folders."""
    if obligation.decide == "identity":
        point = rational_point(obligation, instance("compact", 0, 3))
        known = set(VOCABULARY)
        for name in names_of(obligation) - {"L"}:
            assert point.value(name) is not None
    else:
        moved = obligation.space in ("trajectory", "residual-paths")
        known = set(BINDINGS) | DEFINED | VARIABLES | (set(AT_TIME) if moved else set())
    assert names_of(obligation) <= known


def test_no_name_is_bound_twice() -> None:
    before = dict(BINDINGS)
    with pytest.raises(ValueError, match="'S' is bound twice"):
        bound("S")(lambda scope: 0)
    assert before == BINDINGS


def test_bound_names_are_in_the_vocabulary_and_quantifiers_only_when_derived() -> None:
    assert set(BINDINGS) <= set(VOCABULARY)
    assert not set(BINDINGS) & VARIABLES and set(BINDINGS) >= DEPENDENT


def test_every_word_with_a_value_is_compared_with_a_definition() -> None:
    assert set(DEFINITIONS) == set(BINDINGS) | DEFINED


def test_few_words_have_a_shortcut_beside_their_definition() -> None:
    """Every other binding is that of a primitive: of what no expression says."""
    assert set(BINDINGS) & DEFINED == {
        "lambda_min", "lambda_max", "risk_gap", "norm_gradient", "alpha_sub", "beta_sub", "alpha_ends"}


def _float(value: Any) -> Any:
    """Any ring's value as float64, balls by their midpoints."""
    if isinstance(value, np.ndarray):
        return np.array([[_float(x) for x in row] for row in value])
    if isinstance(value, arb):
        return float(value.mid())
    if isinstance(value, fmpq):
        return float(arb(value).mid())
    return float(value.ball(128).mid()) if hasattr(value, "ball") else float(value)


@pytest.mark.parametrize("name", BOUND_BY_DEFINITION)
@pytest.mark.parametrize("direct", [False, True], ids=["reduced", "direct"])
def test_bound_to_its_definition(name: str, direct: bool) -> None:
    """Rings use the kernel, the Hessian formula, Arb and characteristic polynomials; the other side
    differentiates the risk by differences and uses LAPACK."""
    cases = [case for case in CASES + SMALL if is_defined(name, case)]
    assert len(cases) >= 3
    for case in cases:
        values = {**VALUES, "direction": case.values["u"].reshape(-1, 1)}
        expected = DEFINITIONS[name](case)
        for ring in (FloatRing(), BallRing(128)):
            with ctx.workprec(128):
                found = _float(RealScope(case, ring, values, direct=direct).value(name))
            compared = numbers(name, case.name, found, expected)
            assert compared.agrees, (ring, compared)


def flattest_by_search(case: Instance, seed: int = 0) -> float:
    """The least of ``2 lambda_max(J^T Sigma J)`` over minimizers, by SciPy, with ``w = w*`` built in.

    ``W_2 .. W_L`` are free; of ``W_1`` the part along ``q_1`` is fixed by ``W_1^T q_1 = w*``.
    """
    target, half = floats(case.regressor), root(case)
    shapes = [w.shape for w in case.weights]
    readout = np.ones(1) if case.readout is None else floats(case.readout)

    def sharpness(x: Any) -> float:
        layers, at = [], 0
        for shape in shapes:
            layers.append(x[at : at + shape[0] * shape[1]].reshape(shape))
            at += shape[0] * shape[1]
        backward = [readout]
        for layer in reversed(layers[1:]):
            backward.insert(0, layer.T @ backward[0])
        q = backward[0]
        if q @ q < 1e-12:
            return 1e12
        layers[0] = layers[0] + np.outer(q, target - layers[0].T @ q) / (q @ q)
        blocks, before = [], np.eye(len(target))
        for layer, behind in zip(layers, backward, strict=True):
            blocks.append(np.kron(behind, half @ before.T))  # derivative of Sigma^{1/2} w in W_k
            before = layer @ before
        return float(2 * np.linalg.norm(np.hstack(blocks), 2) ** 2)

    random = np.random.default_rng(seed)
    size = sum(m * n for m, n in shapes)
    best = 1e300
    for _ in range(2):
        x = random.standard_normal(size)
        for _ in range(3):
            found = minimize(sharpness, x, method="Nelder-Mead", options={
                "maxiter": 1500, "xatol": 1e-10, "fatol": 1e-13, "adaptive": True})
            x = found.x
        best = min(best, found.fun)
    return best


SEARCHED = [
    make("two scalars", [[3]], [[[2]], [[1]]]),
    make("kink", [[1, 0], [0, 4]], [[[1, 0]], [[1]]]),
    make("smooth", [[2, 1], [1, 3]], [[[1, -1]], [[2]]]),
    make("three layers", [[2, 1], [1, 3]], [[[1, 1]], [[1]], [[2]]]),
    make("singular", [[1, 1], [1, 1]], [[[1, 2]], [[1]]]),
    make("readout", [[1, 0], [0, 2]], [[[1, 1]], [[1]]], readout=[3]),
    make("wide", [[1, 0], [0, 4]], [[[1, 0], [0, 1]], [[1, 1]]]),
]


@pytest.mark.parametrize("case", SEARCHED, ids=lambda c: c.name)
def test_least_sharpness_is_what_a_search_over_the_weights_finds(case: Instance) -> None:
    """No search may come below (up to float64), and the best one comes within a millionth.

    The search knows the weights only; the bound value is a primal-dual enclosure in dimension one.
    """
    with ctx.workprec(128):
        least = float(RealScope(case, BallRing(128)).value("S_min").mid())
    best = flattest_by_search(case)
    assert least * (1 - 1e-9) <= best <= least * (1 + 1e-6)


def test_least_sharpness_by_a_scan_in_one_variable() -> None:
    """At ``d = 2``, ``L = 2``, width 1 the minimizers are ``W_2 = t, W_1 = w*/t``: Brent's method."""
    case = make("scan", [[2, 1], [1, 3]], [[[1, -1]], [[2]]])
    half, w = root(case), floats(case.regressor)

    def sharpness(t: float) -> float:
        jacobian = np.column_stack([t * half, half @ w / t])
        return float(2 * np.linalg.norm(jacobian, 2) ** 2)

    best = minimize_scalar(sharpness, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-12}).fun
    assert abs(RealScope(case, FloatRing()).value("S_min") - best) <= 1e-9 * best


@pytest.mark.parametrize("key", [(f.name, 0, i) for f in SPACES["problem"] if f.name not in ("classics", "deep")
                                 for i in range(4) if instance(f.name, 0, i).energy > 0], ids=str)
def test_the_exhibited_minimizer_is_one_and_nearly_the_flattest(key: tuple[str, int, int]) -> None:
    """``S_flat`` is the sharpness of exact weights, ``S_min`` an enclosure found without weights."""
    case = instance(*key)
    with ctx.workprec(256):
        scope = RealScope(case, BallRing(256), {"eta": 2 / fmpq(10**9)})
        flat, least = scope.value("S_flat"), scope.value("S_min")
        assert bool(flat > least * (1 - arb(10) ** -30))
        assert bool(flat < least * (1 + arb(10) ** -9))


def test_rings_agree_on_a_statement_with_an_irrational_eigenvalue() -> None:
    """Exact, ball and float64 routes to one eigenvalue: ``(5 + sqrt 5)/2`` of ``[[2,1],[1,3]]``."""
    case = CASES[0]
    with ctx.workprec(256):
        golden = (5 + arb(5).sqrt()) / 2
        assert bool(abs(RealScope(case, BallRing(256)).value("lambda_max") - golden) < arb(10) ** -60)
        assert bool(abs(RealScope(case, ExactRing()).value("lambda_max").ball(256) - golden) < arb(10) ** -60)
        assert abs(RealScope(case, FloatRing()).value("lambda_max") - float(golden)) < 1e-14


def test_quantified_values_are_not_remembered() -> None:
    """One instance at two rescalings and two directions: a stale cache would repeat the first."""
    case = CASES[0]
    readings = [RealScope(case, FloatRing(), {"gamma": fmpq(g), "direction": u.reshape(-1, 1)}).value(name)
                for name in ("S_rescaled", "alpha", "tau")
                for g, u in ((1, case.values["u"]), (5, case.values["u"][::-1]))]
    first, second = readings[::2], readings[1::2]
    assert all(x != y for x, y in zip(first, second, strict=True))


def test_a_direction_has_no_value_of_another_shape() -> None:
    """A row against a column gave a matrix of products, silently; and ``z`` itself is irrational."""
    case = CASES[0]
    with pytest.raises(Meaningless, match="no column"):
        evaluate(dot(direction, w_star), RealScope(case, FloatRing(), {"direction": case.values["u"]}))
    scope = RealScope(case, FloatRing(), {"direction": case.values["u"].reshape(-1, 1)})
    assert evaluate(dot(direction, w_star), scope) == float(case.values["u"] @ case.regressor)
    with pytest.raises(UnknownNode, match="'z'"):
        evaluate(dot(z, z), scope)


@pytest.mark.usefixtures("forgotten")
def test_the_direct_route_is_taken_when_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``direct`` the reduction must not be used, or the claim ``sharpness`` checks itself."""
    (obligation,) = (o for o in BUILT_IN.claims["sharpness"].obligations if o.name == "eigenvalue")
    assert obligation.direct
    false = make("lie", [[1]], [[[1]], [[1]]])
    dense = np.array([[fmpq(7), fmpq(0)], [fmpq(0), fmpq(1)]], dtype=object)
    monkeypatch.setattr("flatcert.checks.deep_linear.evaluation.bindings.network.dense_hessian", lambda case: dense)
    assert decider(obligation).decide_at(false, {}).verdict == "refuted"


def test_definitions_hold_for_a_known_network() -> None:
    """``d = 1, L = 2, W = (1, 1)``, ``Sigma = 1``: Hessian ``2 (1,1)(1,1)^T``, by hand."""
    case = make("by hand", [[1]], [[[1]], [[1]]])
    expected = {"S": 4.0, "trace": 4.0, "E": 1.0, "norm_q1": 1.0, "M": [[2.0]]}
    for name, value in expected.items():
        np.testing.assert_allclose(_float(DEFINITIONS[name](case)), value, rtol=1e-12)
