"""Each rule refuses what it must: falsehoods that a careless rule would let through."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import LayerMatrix, Minimum, Relation, dot, weighted_top
from flatcert.theory.proof.derivation import Derivation, Refused, Step
from flatcert.theory.proof.rules.calculus import least_value
from flatcert.theory.proof.rules.generic_entries import generic_entries
from flatcert.theory.proof.rules.table import RULES
from flatcert.theory.setting.network import gradient, risk, t

E, L, k, r, u, w = Q.E, Q.L, Q.k, Q.r, Q.u, Q.w


def accepts(
    rule: str, statement: tuple[Any, str, Any], *premises: Judgment, data: Any = None,
    given: tuple[Given, ...] = (), scope: tuple[Any, ...] = (),
) -> bool:
    """Whether a rule accepts a statement from premises, denominators included."""
    numbers = tuple(range(len(premises)))
    step = Step(Relation(*statement), RULES[rule], numbers, data=data, scope=scope, hypotheses=given)
    facts = frozenset[Given]().union(given, *(p.facts for p in premises))
    try:
        Derivation._check_indices(step, premises, facts)
        Derivation._verify(step, premises, facts)
    except Refused:
        return False
    return True


def judgment(statement: tuple[Any, str, Any], *facts: Given, **ranges: Any) -> Judgment:
    return Judgment(Relation(*statement), frozenset(facts), {getattr(Q, x): y for x, y in ranges.items()})


def test_division_needs_a_positive_number() -> None:
    premise = judgment((dot(u, u) * Q.S, ">=", dot(u, u)))
    assert not accepts("scaling", (Q.S, ">=", 1), premise, data=1 / dot(u, u))
    assert not accepts("algebra", (dot(u, u) / dot(u, u) * Q.S / dot(w, w), "==", Q.S / dot(w, w)))


def test_positivity_of_the_energy_is_a_hypothesis() -> None:
    premise = judgment((E * Q.S, ">=", E))
    assert not accepts("scaling", (Q.S, ">=", 1), premise, data=1 / E)
    assert accepts("scaling", (Q.S, ">=", 1), premise, data=1 / E, given=("E > 0",))


def test_scaling_by_a_negative_number_is_refused() -> None:
    assert not accepts("scaling", (-Q.S, ">=", -2), judgment((Q.S, ">=", 2)), data=sp.S.NegativeOne)
    assert accepts("scaling", (-Q.S, "<=", -2), judgment((Q.S, ">=", 2)), data=sp.S.One)


def test_powers_need_nonnegative_sides() -> None:
    assert not accepts("power", (Q.S**2, ">=", 4), judgment((Q.S, ">=", 2)), data=sp.Integer(2))
    assert not accepts("power", (1 / E, ">=", 1), judgment((E, ">=", 1)), data=sp.S.NegativeOne, given=("E > 0",))


def test_the_depth_hypothesis_is_what_allows_a_root_of_order_one_less() -> None:
    term = dot(LayerMatrix("q", k), LayerMatrix("q", k))
    limits = (k, 2, L)
    root = (sp.Sum(term, limits), ">=", (L - 1) * sp.Product(term, limits) ** (1 / (L - 1)))
    assert accepts("AM-GM", root, data=(term, limits, "root"), given=("L >= 2",))
    assert not accepts("AM-GM", root, data=(term, limits, "root"))
    signed = dot(LayerMatrix("q", k), LayerMatrix("P", k) * u)
    power = (sp.Sum(signed, (k, 1, L)) ** L, ">=", L**L * sp.Product(signed, (k, 1, L)))
    assert not accepts("AM-GM", power, data=(signed, (k, 1, L), "power"))


def test_cauchy_schwarz_has_one_direction() -> None:
    assert accepts("Cauchy-Schwarz", (dot(u, u) * dot(w, w), ">=", dot(u, w) ** 2), data=(u, w))
    assert not accepts("Cauchy-Schwarz", (dot(u, u) * dot(w, w), "<=", dot(u, w) ** 2), data=(u, w))
    assert not accepts("Cauchy-Schwarz", (dot(u, u) * dot(w, w), ">=", 2 * dot(u, w) ** 2), data=(u, w))


def test_strict_conclusions_need_a_strict_link() -> None:
    weak = judgment((Q.S, ">=", E)), judgment((E, ">=", 1))
    assert not accepts("transitivity", (Q.S, ">", 1), *weak)
    assert accepts("transitivity", (Q.S, ">", 1), weak[0], judgment((E, ">", 1)))
    assert not accepts("transitivity", (Q.S, ">=", 1), weak[0], judgment((E, "<=", 1)))


def test_a_product_of_possibly_negative_factors_is_not_compared() -> None:
    term = dot(LayerMatrix("q", k), LayerMatrix("P", k) * u)
    premise = judgment((term, ">=", -1), k=(sp.S.One, L))
    product = (sp.Product(term, (k, 1, L)), ">=", sp.Product(-1, (k, 1, L)))
    assert not accepts("term by term", product, premise, data=("product", (k, 1, L)))


def test_a_sum_beyond_the_range_of_its_terms_is_refused() -> None:
    term = dot(LayerMatrix("q", k), LayerMatrix("q", k))
    premise = judgment((term, ">=", 1), k=(sp.Integer(2), L))
    for low, accepted in ((1, False), (2, True)):
        total = (sp.Sum(term, (k, low, L)), ">=", sp.Sum(1, (k, low, L)))
        assert accepts("term by term", total, premise, data=("sum", (k, low, L))) == accepted


def test_only_quantified_symbols_are_specialized() -> None:
    assert accepts("specialization", (dot(w, w), ">=", 0), judgment((dot(u, u), ">=", 0)), data=((u, w),))
    assert not accepts("specialization", (2, ">=", 1), judgment((Q.S, ">=", 1)), data=((Q.S, sp.Integer(2)),))
    below_zero = (Q.S_min, "<=", -E)
    assert not accepts("specialization", below_zero, judgment((Q.S_min, "<=", r * E)), data=((r, sp.S.NegativeOne),))


def test_the_adjoint_belongs_to_its_vector() -> None:
    adjoint = LayerMatrix("adjoint", k)
    premise = judgment((sp.Trace(adjoint.T * adjoint), "==", dot(u, u)), k=(sp.S.One, L))
    statement = (sp.Trace(adjoint.T * adjoint), "==", dot(w, w))
    assert not accepts("specialization", statement, premise, data=((u, w),), scope=((k, 1, L),))


def test_a_taylor_coefficient_beyond_the_remainder_is_refused() -> None:
    from flatcert.theory.setting.network import DEFINED

    entry = DEFINED["gradient"]
    premise = Judgment(entry.relation, frozenset(), entry.ranges)
    layer = ((k, 1, L),)
    left = sp.Symbol("risk_layer", real=True)
    assert entry.relation.lhs == left
    rest = sp.Symbol("rest_layer", real=True)
    assert not accepts("Taylor coefficient", (0, "==", 2 * rest), premise, data=(t, 2), scope=())
    slope = sp.Trace(gradient(k).T * LayerMatrix("Xi", k))
    assert not accepts("Taylor coefficient", (0, "==", slope), premise, data=(t, 1), scope=layer)  # R depends on t
    expanded = Judgment(Relation(risk + t * dot(u, w), "==", entry.relation.rhs), frozenset(), entry.ranges)
    assert accepts("Taylor coefficient", (dot(u, w), "==", slope), expanded, data=(t, 1), scope=layer)
    assert risk in entry.relation.rhs.free_symbols


def test_an_infimum_needs_a_bound_for_every_minimizer() -> None:
    lower = (Q.S_min, ">=", E)
    assert accepts("infimum", lower, judgment((Q.S, ">=", E), "minimizer"))
    assert not accepts("infimum", lower, judgment((Q.S, ">=", E), "minimizer", "aligned"))
    assert not accepts("infimum", lower, judgment((Q.S, ">=", E)))
    assert not accepts("infimum", lower, judgment((Q.S, ">=", E), "minimizer", "q_1 != 0"))
    assert not accepts("infimum", (Q.S_min, ">=", Q.norm_q1), judgment((Q.S, ">=", Q.norm_q1), "minimizer"))
    assert not accepts("infimum", (Q.S_min, "<=", E), judgment((Q.S, "<=", E), "minimizer"))


def test_an_upper_bound_needs_weights_shown_to_be_a_minimizer() -> None:
    shown = (Q.Sigma * w, "==", Q.Sigma * Q.w_star)
    value = judgment((Q.S, "==", E), "minimizer", "aligned")
    assert accepts("exhibited minimizer", (Q.S_min, "<=", E), value, judgment(shown, "aligned"))
    assert not accepts("exhibited minimizer", (Q.S_min, "<=", E), value, judgment(shown, "aligned", "minimizer"))
    assert not accepts("exhibited minimizer", (Q.S_min, "<=", E), judgment((Q.S, "==", E), "minimizer"),
                       judgment(shown))


def test_the_eigenvalue_order_needs_every_vector() -> None:
    premise = judgment((dot(w, Q.M * w), ">=", dot(w, w)))
    identity = sp.Identity(w.rows)
    order = (weighted_top(Q.M), ">=", weighted_top(identity))
    assert not accepts("monotone eigenvalue", order, premise, data=(Q.M, identity))
    premise = judgment((dot(u, Q.M * u), ">=", dot(u, u)))
    assert accepts("monotone eigenvalue", order, premise, data=(Q.M, identity))


def test_a_minimum_without_growth_is_not_assumed_to_exist() -> None:
    function = weighted_top(r * sp.Identity(w.rows))
    bound = judgment((function, ">=", r * E))
    infinite = judgment((sp.Limit(r * E, r, sp.oo), "==", sp.oo))
    statement = (function, ">=", Minimum(function, r))
    data = (function, r * E, r)
    assert not accepts("existence of a minimum", statement, bound, infinite, infinite, data=data)


def test_minimization_recomputes_the_value() -> None:
    function = r * Q.b + (L - 1) * r ** (-1 / (L - 1)) * E
    value = L * Q.b ** (1 / L) * E ** (1 - 1 / L)
    given = ("E > 0", "L >= 2")
    assert accepts("minimization", (function, ">=", value), data=(function, r), given=given)
    assert not accepts("minimization", (function, ">=", 2 * value), data=(function, r), given=given)
    assert not accepts("minimization", (function, "<=", value), data=(function, r), given=given)
    with pytest.raises(Refused, match="second derivative"):
        least_value(sp.log(r) - r, r)


def test_limits_are_computed() -> None:
    assert accepts("limit", (sp.Limit(E * r, r, sp.oo), "==", sp.oo), given=("E > 0",))
    assert not accepts("limit", (sp.Limit(E * r, r, sp.oo), "==", sp.oo))
    assert not accepts("limit", (sp.Limit(E / r, r, sp.oo), "==", sp.oo), given=("E > 0",))


def test_generic_entries_find_a_wrong_coefficient() -> None:
    h = LayerMatrix("h", k - 1)
    for factor, accepted in ((1, True), (2, False), (-1, False)):
        relation = Relation(gradient(k), "==", factor * LayerMatrix("q", k) * h.T)
        step = Step(relation, generic_entries, data=(1, 2, 1), scope=((k, sp.S.One, L),))
        try:
            generic_entries.infer(step, (), frozenset(), relation)
            assert accepted
        except Refused:
            assert not accepted
