"""Polynomial identities: what the points compute, against SymPy's derivatives and closed forms."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import fmpq, fmpq_poly, nmod, nmod_poly

from flatcert.checks.arithmetic.field import PRIME, FieldRing
from flatcert.checks.deep_linear.deciding.identities import (
    Identity,
    Point,
    degree_bound,
    field_point,
    holds_at,
    rational_point,
)
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.evaluation.evaluate import evaluate
from flatcert.theory.language.claim import Obligation
from flatcert.theory.language.nodes import LayerMatrix, Relation, dot
from flatcert.theory.language.quantities import Sigma, curvature, u, w
from flatcert.theory.library import BUILT_IN

IDENTITIES = [(c.id, o) for c in BUILT_IN for o in c.obligations if o.decide == "identity"]
CASES = [
    make("scalar", [[2]], [[[3]], [[-1]]], regressor=[1]),
    make("plain", [[2, 1], [1, 3]], [[[1, -1], [0, 2]], [[2, 1]]], regressor=[1, 2]),
    make("readout", [[1, 0], [0, 2]], [[[1, 2]], [[3], [1]]], readout=["1/2", 2], regressor=[0, 1]),
    make("deep", [[1]], [[[1], [2]], [[1, "1/2"]], [[2], [1]], [[1, -1]]], regressor=[3]),
]
FREE = Obligation("free", Relation(curvature, "==", curvature))


def in_sympy(array: Any) -> sp.Matrix:
    rows = array.reshape(array.shape[0], -1)
    return sp.Matrix(*rows.shape, [sp.Rational(int(x.p), int(x.q)) for x in rows.reshape(-1)])


class Symbolic:
    """The risk with one symbol a weight; SymPy differentiates."""

    def __init__(self, case: Instance) -> None:
        self.layers = [sp.Matrix(*w.shape, lambda i, j, k=k: sp.Symbol(f"w{k}_{i}_{j}"))
                       for k, w in enumerate(case.weights)]
        self.at = {symbol: value for layer, w in zip(self.layers, case.weights, strict=True)
                   for symbol, value in zip(layer, in_sympy(w), strict=True)}
        readout = sp.eye(1) if case.readout is None else in_sympy(case.readout)
        regressor = readout
        for layer in reversed(self.layers):
            regressor = layer.T * regressor
        self.regressor = regressor
        gap = regressor - in_sympy(case.regressor)
        self.risk = (gap.T * in_sympy(case.covariance) * gap)[0, 0]

    def gradient(self, k: int) -> sp.Matrix:
        return self.layers[k].applyfunc(lambda symbol: sp.diff(self.risk, symbol)).subs(self.at)

    def along(self, expression: Any, directions: list[Any], order: int) -> Any:
        """The derivative along ``W + t Xi`` at ``t = 0``."""
        t = sp.Symbol("t")
        moves = {symbol: self.at[symbol] + t * step for layer, xi in zip(self.layers, directions, strict=True)
                 for symbol, step in zip(layer, in_sympy(xi), strict=True)}
        return sp.diff(expression.subs(moves, simultaneous=True), t, order).subs(t, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_derivatives_are_sympys(case: Instance) -> None:
    """SymPy differentiates expressions in symbols; a point reads Taylor coefficients of polynomials."""
    point, symbolic = rational_point(FREE, case), Symbolic(case)
    for k in range(case.depth):
        assert in_sympy(point.gradient[k]) == symbolic.gradient(k)
        pulled = (in_sympy(case.values["u"]).T * symbolic.regressor)[0, 0]
        expected = symbolic.layers[k].applyfunc(lambda x, f=pulled: sp.diff(f, x)).subs(symbolic.at)
        assert in_sympy(point.adjoint[k]) == expected
    for name, order in (("w_dot", 1), ("w_ddot", 2)):
        assert in_sympy(point.value(name)) == symbolic.along(symbolic.regressor, point.directions, order)
    value = point.value("curvature")
    assert sp.Rational(int(value.p), int(value.q)) == symbolic.along(symbolic.risk, point.directions, 2)
    flow = symbolic.along(symbolic.regressor, [-layer for layer in point.gradient], 1)
    assert in_sympy(point.value("w_flow")) == flow


@pytest.mark.parametrize("claim_id, obligation", IDENTITIES, ids=lambda x: x if isinstance(x, str) else x.name)
def test_both_sides_have_the_degree_that_the_error_bound_uses(claim_id: str, obligation: Obligation) -> None:
    """With all entries times ``s``, the differences of one order more than the degree vanish.

    Schwartz-Zippel needs the degree from above; it is measured here, not counted.
    """
    for index in (0, 1, 2, 3):
        base = field_point(obligation, 11, index)
        if holds_at(obligation, base) is None:
            continue
        depth = len(base.weights)
        bound = degree_bound(depth)
        for side in (obligation.relation.lhs, obligation.relation.rhs):
            values = [np.asarray(evaluate(side, _scaled(base, s, obligation))).reshape(-1)[0]
                      for s in range(1, bound + 3)]
            for _ in range(bound + 1):
                values = [y - x for x, y in pairwise(values)]
            assert values == [nmod(0, PRIME)]


def _scaled(point: Point, s: int, obligation: Obligation) -> Point:
    factor = nmod(s, PRIME)
    w_star = None if "minimizer" in obligation.given else point.w_star * factor
    made = Point(FieldRing(), lambda c: nmod_poly(c, PRIME), point.sigma * factor, w_star,
                 [layer * factor for layer in point.weights], point.readout * factor,
                 [xi * factor for xi in point.directions], point.u * factor, point.gamma)
    made.integers["k"] = 1
    return made


def test_field_points_are_reproducible_and_distinct() -> None:
    def entries(seed: int, index: int) -> list[int]:
        point = field_point(FREE, seed, index)
        return [int(x) for layer in point.weights for x in layer.flat]

    assert entries(3, 7) == entries(3, 7)
    seen = [tuple(entries(seed, index)) for seed in (0, 1, -1, 2**64 - 2, 2**63 + 1) for index in range(5, 15)]
    assert len(set(seen)) == len(seen)
    values = [x for entry in seen for x in entry]
    assert max(values) > 0.99 * PRIME
    assert len(set(values)) == len(values)


def test_field_points_have_all_depths_and_shapes() -> None:
    points = [field_point(FREE, 0, index) for index in range(60)]
    assert {len(p.weights) for p in points} == {1, 2, 3, 4, 5}
    assert {p.sigma.shape[0] for p in points} == {1, 2, 3, 4}
    assert any(w.shape[0] > p.sigma.shape[0] for p in points for w in p.weights)
    assert all((p.sigma == p.sigma.T).all() for p in points)


def test_the_error_probability_is_the_union_bound() -> None:
    """At most (degree / prime) a point, and proportional to the points; small enough to mean something."""
    error = Identity(FREE).error
    assert error(0) == 0
    assert error(60) == pytest.approx(60 * error(1), rel=1e-12)
    assert degree_bound(5) / PRIME <= error(1) < 1e-15


def test_one_wrong_entry_in_one_layer_is_seen() -> None:
    """The comparison covers every layer and entry: a lie in the last one must be noticed."""
    (gradient,) = BUILT_IN.claims["gradient"].obligations
    point = rational_point(gradient, CASES[3])
    assert holds_at(gradient, point)
    point.gradient[-1][0, -1] += 1
    assert holds_at(gradient, point) is False


def test_sides_of_different_shapes_are_not_equal() -> None:
    """Broadcasting would compare ``(2, 1)`` with ``(2, 2)`` entry by entry."""
    wrong = Obligation("wrong", Relation(u, "==", Sigma), decide="identity")
    assert holds_at(wrong, rational_point(wrong, CASES[1])) is False


@pytest.mark.parametrize("family, index", [("q", -1), ("P", -1), ("W", 0), ("Xi", 0), ("q", 3), ("W", 3)])
def test_layers_do_not_wrap_around(family: str, index: int) -> None:
    """Python counts from the end at ``-1``; a statement about ``P_{-1}`` is undefined, not refuted."""
    with pytest.raises(IndexError, match=f"no {family}_{index}"):
        rational_point(FREE, CASES[1]).layer(family, index)
    outside = LayerMatrix(family, sp.Integer(index))
    wrong = Obligation("wrong", Relation(outside, "==", outside), decide="identity")
    assert holds_at(wrong, rational_point(wrong, CASES[1])) is None


@pytest.mark.parametrize(
    "op, equal, unequal",
    [("==", True, False), ("!=", False, True), ("<=", True, None), (">=", True, None), ("<", False, None),
     (">", False, None)],
)
def test_an_edited_operator_is_not_read_as_equality(op: str, equal: bool, unequal: bool | None) -> None:
    """A true identity with ``<`` for ``=`` is false; a field has no order beyond that."""
    true = Obligation("true", Relation(dot(u, w), op, dot(w, u)), decide="identity")
    assert holds_at(true, field_point(true, 0, 3)) is equal
    false = replace(true, relation=Relation(dot(u, w), op, 2 * dot(w, u)))
    assert holds_at(false, field_point(false, 0, 3)) is unequal


def test_a_hypothesis_on_the_depth_is_respected() -> None:
    (unbounded, _) = BUILT_IN.claims["sharpness-unbounded"].obligations
    shallow = make("one layer", [[1]], [[[2]]])
    assert holds_at(unbounded, rational_point(unbounded, shallow)) is None


def test_minimizers_are_made_by_the_target() -> None:
    """Under ``minimizer`` the point takes ``w* = w(W)``; without it a generic one."""
    given = replace(FREE, given=("minimizer",))
    for index in range(10):
        free, tied = field_point(FREE, 0, index), field_point(given, 0, index)
        assert (tied.w_star == tied.network.regressor()).all()
        assert any(x != y for x, y in zip(free.w_star, free.network.regressor(), strict=True))


def test_a_value_by_hand() -> None:
    """``R = 2 (w_1 w_2 - 1)^2`` at ``(3, -1)`` along ``(1, 2)``: second derivative ``4 (5^2 + (-4)(4))``."""
    point = rational_point(FREE, CASES[0])
    assert [int(x.p) for xi in point.directions for x in xi.flat] == [1, 2]
    assert point.value("curvature") == 4 * (5**2 + (-4) * 4)
    assert evaluate(dot(u, w), point) == fmpq(-3) * CASES[0].values["u"][0]
    assert isinstance(point.moved.regressor()[0], fmpq_poly)


def test_instances_of_the_dense_space_refute_false_identities_readably() -> None:
    """The counterexample to a false identity is rational, not an element of the prime field."""
    obligation = BUILT_IN.claims["kernel"].obligation("matrix")
    false = obligation.mutants[0].of(obligation)
    found = next(i for i in range(30) if holds_at(
        false, rational_point(false, instance("classics", 0, i))) is False)
    assert found < 5
