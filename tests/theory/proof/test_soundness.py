"""Falsehoods that the rules once accepted, each with the steps that led to it: all are refused now."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
from attacks import Attack, Attacks, copied

from flatcert.theory.algebra.powers import is_zero
from flatcert.theory.deep_linear.landscape.formulas import PRIMAL
from flatcert.theory.deep_linear.landscape.sharpness_unbounded import rescaled_minimizer
from flatcert.theory.deep_linear.network.common import LAYERS
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import Maximum, Minimum, Relation, dot, norm_squared
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation
from flatcert.theory.proof.rules.calculus import differentiate, limit, minimize
from flatcert.theory.proof.rules.eigenvalues import every_direction
from flatcert.theory.proof.rules.inequalities import power, scale, sign
from flatcert.theory.proof.rules.infima import at_minimum, infimum, top_direction, transfer
from flatcert.theory.proof.rules.logic import chain, hypothesis, identity, rewrite, specialize
from flatcert.theory.proof.rules.sums import exchange_sums, telescope
from flatcert.theory.setting.network import P, W, Xi, geometric, q, unit

L, k, r, u, w, gamma, eta, z = Q.L, Q.k, Q.r, Q.u, Q.w, Q.gamma, Q.eta, Q.z
TAIL = (L - 1) * (Q.norm_p**2 / r) ** (1 / (L - 1))
attack = Attacks()


@attack(claim="learning-rate")
def reversed_telescoping(p: Proof) -> int:
    function = k * (k + 1) / 2
    a = p.step(identity, (function.xreplace({k: k - 1}) - function, "==", -k), scope=LAYERS)
    return p.step(telescope, (2, "==", 0), a, data=(function, (k, 3, 1)))


@attack(claim="learning-rate")
def captured_by_a_minimum(p: Proof) -> int:
    f, cubic = gamma * r + 1 / r, Minimum(r**3 + 1 / r, r)
    a = p.step(minimize, (Minimum(f, r), "==", 2 * sp.sqrt(gamma)), data=(f, r))
    b = p.step(specialize, (cubic, "==", 2 * r), a, data=((gamma, r**2),))
    c = p.step(specialize, (cubic, "==", 2), b, data=((r, sp.Integer(1)),))
    d = p.step(specialize, (cubic, "==", 4), b, data=((r, sp.Integer(2)),))
    return p.step(chain, (2, "==", 4), c, d)


@attack(claim="learning-rate")
def root_of_a_negative_number(p: Proof) -> int:
    d, square = dot(u, w), dot(w, w)
    a = p.step(identity, (sp.sqrt(-d), "==", sp.I * sp.sqrt(d)))
    b = p.step(specialize, (sp.sqrt(d), "==", sp.I * sp.sqrt(-d)), a, data=((u, -u),))
    c = p.step(identity, (sp.I * sp.sqrt(-d), "==", -sp.sqrt(d)))
    e = p.step(chain, (sp.sqrt(d), "==", -sp.sqrt(d)), b, c)
    f = p.step(specialize, (sp.sqrt(square), "==", -sp.sqrt(square)), e, data=((u, w),))
    h = p.step(scale, (sp.sqrt(square), "==", 0), f, data=sp.Rational(1, 2))
    return p.step(power, (square, "==", 0), h, data=sp.Integer(2))


@attack(claim="sharpness-unbounded")
def rescaling_of_the_rescaled(p: Proof) -> int:
    bound = 2 * (10 * gamma) ** 2 * Q.norm_q1**2 * Q.lambda_max
    return p.step(specialize, (Q.S_rescaled, ">=", bound), copied(p, "sharpness-unbounded", "grows"),
                  data=((gamma, 10 * gamma),))


@attack(claim="min-sharpness")
def another_r_for_the_aligned(p: Proof) -> int:
    return p.step(specialize, (Q.S, "==", PRIMAL.xreplace({r: 2 * r})), copied(p, "min-sharpness", "attained"),
                  data=((r, 2 * r),))


@attack(claim="min-sharpness-dual")
def another_r_for_the_planted(p: Proof) -> int:
    top = p.define("planted top")
    return p.step(specialize, Relation(p[top].lhs.xreplace({r: 2 * r}), "==", p[top].rhs.xreplace({r: 2 * r})), top,
                  data=((r, 2 * r),))


@attack(claim="learning-rate")
def captured_by_a_sum(p: Proof) -> int:
    x = P(k - 1).T * Xi(k).T * q(k)
    form = sp.Sum(dot(q(k), q(k)) * dot(P(k - 1) * x, P(k - 1) * x), (k, 1, L))
    return p.step(specialize, (dot(x, Q.M * x), "==", form), p.define("M"), data=((u, x),), scope=LAYERS)


@attack(claim="min-sharpness")
def aligned_weights_elsewhere(p: Proof) -> int:
    a = copied(p, "min-sharpness", "attained")
    return p.step(transfer, (Q.S_rescaled, "==", PRIMAL), a, rescaled_minimizer(p)[1], data="rescaled")


@attack(claim="learning-rate")
def strict_at_an_infimum(p: Proof) -> int:
    f = r * Q.alpha + TAIL * Q.tau
    law = L * Q.norm_p ** (2 / L) * Q.alpha ** (1 / L) * Q.tau ** (1 - 1 / L)
    a = p.step(sign, (0, "<", f), given=("E > 0", "L >= 2"))
    b = p.step(minimize, (Minimum(f, r), "==", law), data=(f, r), given=("E > 0", "L >= 2"))
    return p.step(at_minimum, (0, "<", law), a, b, data=(f, r))


@attack(claim="learning-rate")
def minimum_over_what_is_given(p: Proof) -> int:
    given, f = Relation(eta, ">", 2 / Q.S_min), eta + 1 / (100 * eta)
    a = p.step(hypothesis, given, given=(given,))
    c = p.step(chain, (2 / Q.S_min, "<", f), a, p.step(sign, (f, ">=", eta)))
    b = p.step(minimize, (Minimum(f, eta), "==", sp.Rational(1, 5)), data=(f, eta))
    return p.step(at_minimum, (2 / Q.S_min, "<", sp.Rational(1, 5)), c, b, data=(f, eta))


@attack(claim="learning-rate")
def riesz_with_a_hidden_direction(p: Proof) -> int:
    one = p.step(rewrite, (dot(u, Q.w_dot), "==", dot(q(1), Xi(1) * P(0) * u)), p.cite("hessian", "first"),
                 given=("L == 1",))
    start = p.define("P_0")
    a = p.step(specialize, (dot(Q.w_dot, Q.w_dot), "==", dot(q(1), Xi(1) * P(0) * Q.w_dot)), one, data=((u, Q.w_dot),))
    left, right = dot(u, Q.w_dot) * q(1) * Q.w_dot.T, dot(Q.w_dot, Q.w_dot) * q(1) * u.T
    b = p.step(identity, (dot(q(1), Xi(1) * u), "==", dot(u, Q.w_dot)), one, start)
    c = p.step(identity, (dot(q(1), Xi(1) * Q.w_dot), "==", dot(Q.w_dot, Q.w_dot)), a, start)
    same = p.step(identity, (sp.Trace(left.T * Xi(1)), "==", sp.Trace(right.T * Xi(1))), b, c)
    return p.step(every_direction, (left, "==", right), same, data=Xi(1))


@attack(claim="learning-rate")
def premise_outside_its_range(p: Proof) -> int:
    layer, norm, upper = p.define("aligned"), p.define("aligned unit"), ((k, 2, L),)
    before = p.step(specialize, (dot(unit(k - 1), unit(k - 1)), "==", 1), norm, data=((k, k - 1),), scope=upper)
    ratio = geometric(k - 1) / geometric(k)
    a = p.step(identity, (norm_squared(W(k)), "==", ratio), layer, norm, before, scope=upper)
    trivial = p.step(identity, (norm_squared(W(k)), "==", norm_squared(W(k))), scope=LAYERS)
    return p.step(specialize, (norm_squared(W(k)), "==", ratio), trivial, a, data=(), scope=LAYERS)


@attack(claim="learning-rate")
def exchange_of_one_index(p: Proof) -> int:
    t = dot(q(k), q(k))
    sides = (sp.Sum(sp.Sum(t, (k, *ends)), (k, 1, L)) for ends in ((k + 1, L), (1, k - 1)))
    return p.step(exchange_sums, Relation(next(sides), "==", next(sides)), data=(t, k, k, L))


@attack(claim="learning-rate")
def limit_with_its_own_variable(p: Proof) -> int:
    a = p.step(sign, (gamma**2 + 1, ">", 0))
    return p.step(limit, (sp.Limit(gamma / (gamma**2 + 1), gamma, sp.oo), "==", sp.oo), a)


@attack(claim="learning-rate")
def factor_of_the_direction(p: Proof) -> int:
    f = dot(z, Q.Sigma * z)
    return p.step(top_direction, (Maximum(f * Q.alpha, z), "==", f * Q.lambda_max), data=f)


@attack(claim="min-sharpness-dual")
def planted_equality_under_a_minimum(p: Proof) -> int:
    stationary = p.define("planted stationary")
    zero = p.step(differentiate, Relation(p[stationary].lhs.doit(), "==", 0), stationary)
    moved, f = Q.alpha - p[zero].lhs, r * Q.alpha + TAIL * Q.tau
    equal = p.step(scale, (Q.alpha, "==", moved), zero, data=sp.S.One)
    return p.step(identity, (Minimum(f, r), "==", Minimum(f.xreplace({Q.alpha: moved}), r)), equal)


@attack(claim="balanced-sharpness")
def infimum_over_the_balanced_minimizers(p: Proof) -> int:
    """``diag(1, 4)``, ``w* = e_1``, ``L = 2``: 8 at the balanced minimizers, 4.62 at the flattest."""
    value = copied(p, "balanced-sharpness", "sharpness")
    return p.step(infimum, (Q.S_min, "==", p[value].rhs), value)


@pytest.mark.parametrize("found", attack, ids=lambda found: found.build.__name__)
def test_a_falsehood_is_refused(found: Attack) -> None:
    assert found.refusals()


def test_powers_of_different_sums_are_not_confused() -> None:
    """At ``gamma = 1``, ``eta = 4`` this is 0.036; powers of two bases once shared a name."""
    half, f = sp.Rational(1, 2), 3 * gamma
    lower = gamma + eta
    upper = lower ** sp.Rational(1, 3) + f
    value = lower**-half * upper**-half + upper**-half / f - lower**-half * upper**half / f
    assert abs(sp.N(value.xreplace({gamma: sp.S.One, eta: sp.Integer(4)}))) > 0.03
    assert not is_zero(value)


def test_a_statement_may_not_rest_on_both_depths() -> None:
    """``L == 1`` and ``L >= 2`` are hypotheses of different obligations: together they prove anything."""
    claim = BUILT_IN.claim("min-sharpness")
    proof = Proof(claim.id, BUILT_IN)
    found = BUILT_IN.derivation(claim.id)
    assert found is not None
    for s in found.steps:
        proof.step(s.rule, s.statement, *s.using, data=s.data, given=s.hypotheses, scope=s.scope)
    deep = proof.step(hypothesis, (L, ">=", 2), given=("L >= 2",))
    shallow = proof.step(hypothesis, (L, "==", 1), given=("L == 1",))
    absurd = proof.step(chain, (1, ">=", 2), shallow, deep)
    derived = Derivation(claim.id, tuple(proof.steps), {**found.yields, "statement": absurd})
    assert derived.ok(BUILT_IN)
    assert derived.matches(replace(claim, statement=Relation(sp.S.One, ">=", sp.Integer(2))), BUILT_IN)


def test_a_derivation_is_of_its_own_claim() -> None:
    found = BUILT_IN.derivation("gradient")
    assert found is not None and found.matches(BUILT_IN.claim("hessian"), BUILT_IN)
