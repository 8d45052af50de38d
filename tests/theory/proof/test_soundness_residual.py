"""Falsehoods found while residual networks were reviewed: empty ranges, empty products, a rate that moves."""

from __future__ import annotations

import pytest
import sympy as sp
from attacks import Attack, Attacks, copied

from flatcert.theory.deep_linear.flow.linear_convergence import steepness
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.norms import spectral
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import i
from flatcert.theory.proof.rules.gram_powers import part_of_sum
from flatcert.theory.proof.rules.inequalities import scale
from flatcert.theory.proof.rules.inequalities import sign as sign_rule
from flatcert.theory.proof.rules.logic import antisymmetry, chain, hypothesis, identity, rewrite
from flatcert.theory.proof.rules.sub_products import stay_close
from flatcert.theory.proof.rules.sums import term_by_term
from flatcert.theory.setting.network import W, q
from flatcert.theory.setting.residual_constants import ABOVE_ZERO_0, ALPHA, CLOSE, CLOSE_SHARP, RADIUS, RATE, SPEED

L, j, k, gap = Q.L, Q.j, Q.k, Q.risk_gap
ONE, TWO = sp.S.One, sp.Integer(2)
attack = Attacks()


def zero(index: sp.Symbol) -> sp.Expr:
    """Zero, although the index is free in it: SymPy does not multiply it out by itself."""
    return index * (index + 1) - index**2 - index


def two_is_at_most_one(p: Proof, index: sp.Symbol) -> int:
    """``2 <= index <= 1`` for all of no layers ``index = 2..1``: true, as there is none."""
    nowhere = ((index, 2, 1),)
    above = p.step(part_of_sum, (2, "<=", index), data=(ONE, (i, ONE, TWO), (ONE, index)), scope=nowhere)
    below = p.step(part_of_sum, (index, "<=", 1), data=(ONE, (i, ONE, index), (ONE, ONE)), scope=nowhere)
    return p.step(chain, (2, "<=", 1 + zero(index)), above, below, scope=nowhere)


@attack(claim="learning-rate")
def empty_range_lost_in_a_sum(p: Proof) -> int:
    """``2 <= 1``, without hypotheses."""
    return p.step(term_by_term, (2, "<=", 1), two_is_at_most_one(p, j), data=("sum", (k, 1, 1)))


@attack(claim="learning-rate")
def empty_range_beside_a_sum(p: Proof) -> int:
    """``R = R_min`` for all weights."""
    nowhere = ((k, 2, 1),)
    least = p.step(scale, (gap, "<=", zero(k)), two_is_at_most_one(p, k), data=gap, scope=nowhere)
    most = p.step(sign_rule, (gap, ">=", zero(k)), scope=nowhere)
    equal = p.step(antisymmetry, (gap, "==", zero(k)), least, most, scope=nowhere)
    total = sp.Sum(spectral(W(k)), (k, 1, L))
    return p.step(identity, (gap + total, "==", total), equal)


@attack(claim="residual-convergence")
def staying_close_at_a_rate_for_deep_networks(p: Proof) -> int:
    """The rate of ``L >= 101`` for every ``L``. At ``L = W = p = Sigma = 1`` the gap is ``e^{-4t}``."""
    slope, lasting, _sign, _small, slow = p.steps[copied(p, "residual-convergence", "decay")].using
    deep = ((k, 1, L - 100),)
    within = p.step(part_of_sum, (k + 100, "<=", L), data=(ONE, (i, ONE, k + 100), (ONE, L)), scope=deep)
    least = p.step(sign_rule, (101 + zero(k), "<=", k + 100), scope=deep)
    depth = p.step(chain, (101 + zero(k), "<=", L), least, within, scope=deep)
    one = 4 * Q.lambda_pos * ALPHA**4 * Q.norm_p**2
    rate = 101 * one
    scaled = p.step(scale, ((101 + zero(k)) * one * gap, "<=", RATE * gap), depth, data=one * gap, scope=deep)
    fast = p.step(chain, (Q.norm_gradient**2, ">=", (101 + zero(k)) * one * gap), lasting, scaled, scope=deep)
    sign = p.step(sign_rule, (rate, ">", 0), given=("E > 0", ABOVE_ZERO_0))
    given = Relation(4 * SPEED * Q.risk_gap_0, "<=", rate**2 * (RADIUS / L) ** 2)
    small = p.step(hypothesis, given, given=(given,))
    return p.step(stay_close, (gap, "<=", Q.risk_gap_0 * sp.exp(-rate * Q.time)), slope, fast, sign, small, slow,
                  data=(CLOSE, rate, SPEED))


@attack(claim="linear-convergence")
def staying_close_at_a_rate_that_moves(p: Proof) -> int:
    """``q_1`` of now as the rate: ``L = 2``, ``Sigma = w* = 1``, ``W = (x, x)``, ``x(0) = 1/100``, any large ``rho``.

    ``x^2 = 1/2`` at ``t = 2.303``, where the gap is 1/4, and the bound is 1/100.
    """
    rate, radius = 4 * Q.lambda_pos * sp.Trace(q(1) * q(1).T), Q.rho / sp.sqrt(L)
    cited, norm = p.cite("pl-inequality", "backward-vector"), p.define("norm_q1")
    close = p.step(hypothesis, CLOSE_SHARP, given=(CLOSE_SHARP,))
    bound = p.step(rewrite, (Q.norm_gradient**2, ">=", rate * gap), cited, norm)
    bound = p.step(rewrite, (Q.norm_gradient**2, ">=", rate * gap), bound, close)
    slope, positive = steepness(p), Relation(rate, ">", 0)
    sign = p.step(hypothesis, positive, given=(positive,))
    given = Relation(4 * Q.risk_gap_0, "<=", rate * radius**2)
    small = p.step(hypothesis, given, given=(given,))
    return p.step(stay_close, (gap, "<=", Q.risk_gap_0 * sp.exp(-rate * Q.time)), slope, bound, sign, small,
                  data=(CLOSE_SHARP, rate, sp.S.Zero))


@attack(claim="learning-rate")
def last_factor_of_an_empty_product(p: Proof) -> int:
    """At ``L = 1`` the product is empty: ``1 = 0``."""
    return p.step(identity, (sp.Product(k - L, (k, 2, L)), "==", 0))


@attack(claim="learning-rate")
def first_factor_of_an_empty_product(p: Proof) -> int:
    """At ``L = 2`` the product is empty: ``1 = 0``."""
    return p.step(identity, (sp.Product(k - 1, (k, 1, L - 2)), "==", 0), given=("L >= 2",))


@pytest.mark.parametrize("found", attack, ids=lambda found: found.build.__name__)
def test_a_falsehood_is_refused(found: Attack) -> None:
    assert found.refusals()
