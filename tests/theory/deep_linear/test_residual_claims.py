"""Residual networks: the derivations, what their rules refuse, and how much the sharper theorem allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp
from residual_networks import CLAIMS, near_identity

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Given, Obligation, scaled
from flatcert.theory.language.nodes import Relation, dot, norm_squared
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.derivation import Derivation, Refused, Rule, Step, i
from flatcert.theory.proof.rules import sub_products as rules_residual
from flatcert.theory.setting.flow import risk_flow
from flatcert.theory.setting.network import P, gradient, q
from flatcert.theory.setting.residual import change, move
from flatcert.theory.setting.residual_constants import (
    CLOSE,
    CLOSE_SHARP,
    INSIDE,
    RADIUS,
    RATE,
    RATE_SHARP,
    SMALL,
    SMALL_SHARP,
    SPEED,
)
from flatcert.theory.typeset.proofs import proof

OBLIGATIONS = [(name, o.name) for name, claim in CLAIMS.items() for o in claim.obligations]
j, k, L, u, w = Q.j, Q.k, Q.L, Q.u, Q.w
PAIRS = ((j, 1, L), (k, j, L))
LAYERS = ((k, 1, L),)


def derivation(name: str) -> Derivation:
    found = BUILT_IN.derivation(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", CLAIMS)
def test_every_step_is_recomputed_and_every_obligation_is_derived(name: str) -> None:
    found = derivation(name)
    assert [r.message for r in found.check(BUILT_IN) if not r.ok] == []
    assert found.matches(CLAIMS[name], BUILT_IN) == []
    assert not found.partial
    used = {n for end in found.yields.values() for n in found.ancestors(end)}
    assert [s for n, s in enumerate(found.steps) if n not in used] == []
    assert r"\begin" in proof(found, found.check(BUILT_IN))


@pytest.mark.parametrize(("name", "obligation"), OBLIGATIONS)
def test_an_edited_obligation_no_longer_matches(name: str, obligation: str) -> None:
    claim, found = CLAIMS[name], derivation(name)
    stated = claim.obligation(obligation)
    assert len(stated.mutants) >= 3
    changes: list[Obligation] = [mutant.of(stated) for mutant in stated.mutants]
    changes += [scaled("", sp.Rational(101, 100)).of(stated), replace(stated, given=(*stated.given, "q_1 != 0"))]
    changes += [replace(stated, given=tuple(x for x in stated.given if x != g)) for g in stated.given]
    for edited in changes:
        named = replace(edited, name=obligation)
        others = tuple(named if o.name == obligation else o for o in claim.obligations)
        assert found.matches(replace(claim, obligations=others), BUILT_IN) != [], edited.relation


# The rules --------------------------------------------------------------------------------------


def accepts(
    rule: Rule[...], statement: Relation | tuple[Any, str, Any], *premises: Judgment, data: Any = None,
    given: tuple[Given, ...] = (), scope: tuple[Any, ...] = (),
) -> bool:
    """Whether a rule accepts a statement from premises."""
    relation = statement if isinstance(statement, Relation) else Relation(*statement)
    step = Step(relation, rule, tuple(range(len(premises))), data=data, scope=scope, hypotheses=given)
    facts = frozenset[Given]().union(given, *(p.facts for p in premises))
    try:
        Derivation._check_form(step, premises, facts)
        Derivation._check_indices(step, premises, facts)
        Derivation._verify(step, premises, facts)
    except Refused:
        return False
    return True


def judgment(statement: Relation | tuple[Any, str, Any], *facts: Given, **ranges: Any) -> Judgment:
    relation = statement if isinstance(statement, Relation) else Relation(*statement)
    return Judgment(relation, frozenset(facts), {getattr(Q, x): y for x, y in ranges.items()})


def test_singular_values_bound_the_products_that_they_are_of() -> None:
    rule, square = rules_residual.sub_product, ("square",)
    front, back = dot(P(k - 1) * u, P(k - 1) * u), dot(q(k), q(k))
    for bound in (Q.alpha_sub, Q.alpha_ends):
        lower = (front, ">=", bound**2 * dot(u, u))
        assert accepts(rule, lower, data=(bound, P(k - 1), u), given=square, scope=LAYERS)
        # A wide layer has a kernel; not even a square one gives more than the square of the singular value.
        assert not accepts(rule, lower, data=(bound, P(k - 1), u), scope=LAYERS)
        assert not accepts(rule, (front, ">=", bound * dot(u, u)), data=(bound, P(k - 1), u), given=square,
                           scope=LAYERS)
        assert accepts(rule, (back, ">=", bound**2 * dot(q(L), q(L))), data=(bound, q(k), q(L)), given=square,
                       scope=LAYERS)
        assert not accepts(rule, (back, ">=", bound**2 * dot(u, u)), data=(bound, q(k), u), given=square, scope=LAYERS)
    # The whole product is none of those that alpha_ends is the least of.
    for bound, accepted in ((Q.alpha_sub, True), (Q.alpha_ends, False)):
        whole, start = dot(P(L) * u, P(L) * u), dot(q(0), q(0))
        assert accepts(rule, (whole, ">=", bound**2 * dot(u, u)), data=(bound, P(L), u), given=square) == accepted
        assert accepts(rule, (start, ">=", bound**2 * dot(q(L), q(L))), data=(bound, q(0), q(L)),
                       given=square) == accepted
    upper = (front, "<=", Q.beta_sub**2 * dot(u, u))
    assert accepts(rule, upper, data=(Q.beta_sub, P(k - 1), u), scope=LAYERS)
    assert not accepts(rule, (front, ">=", Q.beta_sub**2 * dot(u, u)), data=(Q.beta_sub, P(k - 1), u), scope=LAYERS)
    assert not accepts(rule, (front, "<=", Q.lambda_max**2 * dot(u, u)), data=(Q.lambda_max, P(k - 1), u), scope=LAYERS)
    assert not accepts(rule, (front, "<=", Q.beta_sub_0**2 * dot(u, u)), data=(Q.beta_sub_0, P(k - 1), u), scope=LAYERS)


def test_products_change_by_no_less_than_the_expansion_says() -> None:
    product = sp.Product(1 + Q.beta_sub_0 * move(i), (i, j, k))
    for factor, accepted in ((Q.beta_sub_0, True), (sp.S.One, False), (Q.beta_sub, False)):
        statement = (change(j, k), "<=", factor * (product - 1))
        assert accepts(rules_residual.expansion, statement, scope=PAIRS) == accepted
    assert not accepts(rules_residual.expansion, (change(j, k), "<=", Q.beta_sub_0 * (product - 1)),
                       scope=((j, 1, L), (k, j, L - 1)))
    term, total = move(i), sp.Sum(move(i), (i, 1, L))
    rule = rules_residual.exponential_product
    assert accepts(rule, (sp.Product(1 + term, (i, 1, L)), "<=", sp.exp(total)), data=(term, (i, 1, L)))
    assert not accepts(rule, (sp.Product(1 + term, (i, 1, L)), "<=", sp.exp(total / 2)), data=(term, (i, 1, L)))
    signed = -move(i)
    assert not accepts(rule, (sp.Product(1 + signed, (i, 1, L)), "<=", sp.exp(-total)), data=(signed, (i, 1, L)))
    mean, squares = rules_residual.quadratic_mean, sp.Sum(move(i) ** 2, (i, 1, L))
    assert accepts(mean, (total**2, "<=", L * squares), data=(term, (i, 1, L)))
    assert not accepts(mean, (total**2, "<=", squares), data=(term, (i, 1, L)))
    order = judgment((Q.time, "<=", Q.rho))
    assert accepts(rules_residual.exponential, (sp.exp(Q.time), "<=", sp.exp(Q.rho)), order)
    assert not accepts(rules_residual.exponential, (sp.exp(-Q.time), "<=", sp.exp(-Q.rho)), order)


def test_singular_values_change_no_more_than_every_product() -> None:
    rule, c, every = rules_residual.singular_values, Q.rho, {"j": (sp.S.One, L), "k": (j, L)}
    all_products = judgment((change(j, k), "<=", c), **every)
    assert accepts(rule, (Q.alpha_sub, ">=", Q.alpha_sub_0 - c), all_products, data=Q.alpha_sub)
    assert accepts(rule, (Q.beta_sub, "<=", Q.beta_sub_0 + c), all_products, data=Q.beta_sub)
    assert accepts(rule, (Q.alpha_ends, ">=", Q.alpha_ends_0 - c), all_products, data=Q.alpha_ends)
    assert not accepts(rule, (Q.alpha_sub, "<=", Q.alpha_sub_0 - c), all_products, data=Q.alpha_sub)
    assert not accepts(rule, (Q.beta_sub, "<=", Q.beta_sub_0 + c / 2), all_products, data=Q.beta_sub)
    some = judgment((change(j, k), "<=", c), j=(sp.S.One, L), k=(j, L - 1))
    assert not accepts(rule, (Q.alpha_sub, ">=", Q.alpha_sub_0 - c), some, data=Q.alpha_sub)
    uneven = judgment((change(j, k), "<=", c * k), **every)
    assert not accepts(rule, (Q.alpha_sub, ">=", Q.alpha_sub_0 - c * L), uneven, data=Q.alpha_sub)


SLOPE = judgment((risk_flow, "==", -Q.norm_gradient**2))


def sharp(*extra: Given, rate: Any = RATE_SHARP, factor: Any = 1, given: Any = ("L >= 2", INSIDE)) -> list[Judgment]:
    return [SLOPE, judgment((Q.norm_gradient**2, ">=", rate * Q.risk_gap), CLOSE_SHARP, "square", *given, *extra),
            judgment((rate, ">", 0), "E > 0", *given),
            judgment((4 * Q.risk_gap_0, "<=", factor * rate * Q.rho**2 / L), SMALL_SHARP)]


def test_weights_that_stay_close_need_a_rate_that_lasts_and_a_small_risk() -> None:
    rule, data = rules_residual.stay_close, (CLOSE_SHARP, RATE_SHARP, sp.S.Zero)
    decay = (Q.risk_gap, "<=", Q.risk_gap_0 * sp.exp(-RATE_SHARP * Q.time))
    for statement in (CLOSE_SHARP, decay):
        assert accepts(rule, statement, *sharp(), data=data)
        # A larger risk, a hypothesis that could end, a rate that could, another distance, no distance at all.
        assert not accepts(rule, statement, *sharp(factor=2), data=data)
        for fact in ("minimizer", "w == w*", Relation(Q.time, "<", 1), Relation(Q.risk_gap, "<=", Q.E), CLOSE):
            assert not accepts(rule, statement, *sharp(fact), data=data)
        assert not accepts(rule, statement, *sharp()[:3], data=data)
        assert not accepts(rule, statement, *sharp(), data=(CLOSE, RATE_SHARP, sp.S.Zero))
    moving = Q.alpha_sub**2 * Q.lambda_pos
    assert not accepts(rule, CLOSE_SHARP, *sharp(rate=moving), data=(CLOSE_SHARP, moving, sp.S.Zero))
    assert not accepts(rule, (Q.displacement, "<=", Q.rho / L), *sharp(), data=data)
    assert not accepts(rule, (Q.risk_gap, "<=", Q.risk_gap_0 * sp.exp(-2 * RATE_SHARP * Q.time)), *sharp(), data=data)
    wide = Relation(Q.displacement, "<=", 2 * Q.rho)
    assert not accepts(rule, wide, *sharp(), data=(wide, RATE_SHARP, sp.S.Zero))


def test_each_layer_stays_close_if_all_are_slow() -> None:
    rule, data = rules_residual.stay_close, (CLOSE, RATE, SPEED)
    facts = ("square", "E > 0", Relation(sp.S.Zero, "<", Q.alpha_sub_0))
    bound = judgment((Q.norm_gradient**2, ">=", RATE * Q.risk_gap), CLOSE, *facts)
    sign = judgment((RATE, ">", 0), *facts)
    small = judgment((4 * SPEED * Q.risk_gap_0, "<=", RATE**2 * (RADIUS / L) ** 2), SMALL)
    slow = judgment((norm_squared(gradient(k)), "<=", SPEED * Q.risk_gap), CLOSE, k=(sp.S.One, L))
    assert accepts(rule, CLOSE, SLOPE, bound, sign, small, slow, data=data)
    assert not accepts(rule, CLOSE, SLOPE, bound, sign, small, data=data)
    assert not accepts(rule, CLOSE, SLOPE, bound, sign, small, replace(slow, ranges={k: (sp.S.One, L - 1)}), data=data)
    assert not accepts(rule, CLOSE, SLOPE, bound, sign, small, replace(
        slow, relation=Relation(slow.relation.lhs, "<=", 2 * SPEED * Q.risk_gap)), data=data)
    weak = replace(small, relation=Relation(small.relation.lhs, "<=", 2 * small.relation.rhs))
    assert not accepts(rule, CLOSE, SLOPE, bound, sign, weak, slow, data=data)
    rising = judgment((risk_flow, "==", Q.norm_gradient**2))
    assert not accepts(rule, CLOSE, rising, bound, sign, small, slow, data=data)


# How much the theorems allow --------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_the_sharper_theorem_allows_a_hundred_times_the_risk(seed: int) -> None:
    """For d = 5, L = 10, s = 0.25, with the best radius; 1500 to 10000 times, in fact."""
    values = near_identity(seed).values()
    del values[Q.rho]
    simple = float(SMALL.rhs.subs(values))
    allowed, lost = (sp.lambdify(Q.rho, side.subs(values)) for side in (SMALL_SHARP.rhs, INSIDE.lhs))
    radii = np.linspace(1e-3, 0.5, 2000)
    best = max(allowed(r) for r in radii if lost(r) < values[Q.alpha_ends_0])
    assert best >= 1000 * simple > 0
