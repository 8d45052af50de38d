"""Falsehoods from terms that are not real, not defined or not what they look like: each was accepted once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp
from accepting import anything
from attacks import Attack, Attacks

from flatcert.theory.algebra.algebra import _above
from flatcert.theory.deep_linear.network.common import LAYERS
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Obligation
from flatcert.theory.language.nodes import Maximum, Minimum, Relation, dot, weighted_top, width
from flatcert.theory.language.norms import GramPower, spectral
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation, Step, i
from flatcert.theory.proof.rules.calculus import convexity, differentiate, minimize
from flatcert.theory.proof.rules.calculus import limit as limit_rule
from flatcert.theory.proof.rules.differential_equations import explicit_derivative
from flatcert.theory.proof.rules.eigenvalues import every_direction, rank_one_update
from flatcert.theory.proof.rules.gram_powers import part_of_sum, split_sum, zeroth_power
from flatcert.theory.proof.rules.inequalities import monotone, positive_factor, scale, sign
from flatcert.theory.proof.rules.inequalities import power as power_rule
from flatcert.theory.proof.rules.infima import minimum_is_below
from flatcert.theory.proof.rules.logic import chain, hypothesis, rewrite, specialize
from flatcert.theory.proof.rules.logic import identity as identity_rule
from flatcert.theory.proof.rules.spectral_norms import dimension_one, least_eigenvalue, operator_norm
from flatcert.theory.proof.rules.sub_products import sub_product
from flatcert.theory.proof.rules.sums import term_by_term
from flatcert.theory.proof.rules.table import RULES
from flatcert.theory.setting.network import P, W, q

E, L, k, r, u, w, gamma = Q.E, Q.L, Q.k, Q.r, Q.u, Q.w, Q.gamma
ONE, TWO, HALF = sp.S.One, sp.Integer(2), sp.S.Half
attack = Attacks()


@attack("the denominator r - 1 is not known to be positive")
def a_pole_between_the_sides(p: Proof) -> int:
    a = p.step(sign, (HALF, "<=", HALF + 1))
    return p.step(monotone, (HALF * 5, "<=", -HALF), a, data=(r, r - 1 / (r - 1)))


@attack("may not stand in a statement")
def a_jump_between_the_sides(p: Proof) -> int:
    a = p.step(sign, (HALF, "<=", HALF + 1))
    jump = sp.Piecewise((r + 2, r < 1), (r - 2, True))
    return p.step(monotone, (HALF * 5, "<=", -HALF), a, data=(r, jump))


@attack("the denominator 0 is not known to be positive")
def a_power_of_zero_divided_away(p: Proof) -> int:
    given = Relation(sp.Pow(0, k - 1), "<=", 0)  # true of k = 2..L
    a = p.step(hypothesis, given, given=(given,), scope=((k, 2, L),))
    return p.step(scale, (k, "<=", k - 1), a, data=sp.Pow(0, 1 - k), scope=((k, 2, L),))


@attack("is no word of the theory")
def a_root_of_the_square_of_what_is_not_real(p: Proof) -> int:
    x = sp.Symbol("x", imaginary=True)
    return p.step(identity_rule, (sp.sqrt(x**4), "==", sp.Abs(x) ** 2))


@attack("could be negative in sqrt")
def roots_pulled_out_of_a_product(p: Proof) -> int:
    return p.step(identity_rule, (sp.Product(sp.sqrt(1 - 2 * k), (k, 1, 2)), "==", sp.sqrt(3)))


@attack("dot(u, u) is not known to be positive")
def a_denominator_that_cancels(p: Proof) -> int:
    a = p.step(sign, (1, ">=", 1))
    b = p.step(positive_factor, (dot(u, u), ">", 0), a, data=(dot(u, u), 1 / dot(u, u)))
    return p.step(specialize, (0, ">", 0), b, data=((u, sp.ZeroMatrix(width(0), 1)),))


@attack("dot(u, u) is not known to be positive")
def a_denominator_that_cancels_in_a_strict_product(p: Proof) -> int:
    a = p.step(sign, (1, ">", sp.S.Half))
    b = p.step(positive_factor, (dot(u, u), ">", 0), a, data=(dot(u, u), 1 / dot(u, u)))
    return p.step(specialize, (0, ">", 0), b, data=((u, sp.ZeroMatrix(width(0), 1)),))


@attack("gamma - 1 could be negative")
def a_vector_that_is_not_real(p: Proof) -> int:
    a = p.step(sign, (dot(u, u), ">=", 0))
    b = p.step(specialize, ((gamma - 1) * dot(u, u), ">=", 0), a, data=((u, sp.sqrt(gamma - 1) * u),))
    c = p.step(specialize, (-dot(u, u) / 2, ">=", 0), b, data=((gamma, HALF),))
    d = p.step(specialize, (-dot(Q.z, Q.z) / 2, ">=", 0), c, data=((u, Q.z),))
    return p.step(rewrite, (-HALF, ">=", 0), d, p.define("z"))


@attack("gamma - 1 could be negative")
def a_vector_of_a_rule_that_is_not_real(p: Proof) -> int:
    factor = gamma - 1
    a = p.step(least_eigenvalue, (factor * dot(u, Q.Sigma * u), ">=", factor * Q.lambda_min * dot(u, u)),
               data=sp.sqrt(factor) * u)
    return p.step(specialize, (-dot(u, Q.Sigma * u) / 2, ">=", -Q.lambda_min * dot(u, u) / 2), a, data=((gamma, HALF),))


@attack("gamma - 1 could be negative")
def a_summand_that_is_not_real(p: Proof) -> int:
    factor, identity = gamma - 1, sp.Identity(width(0))
    a = p.step(rank_one_update, (weighted_top(r * identity + factor * u * u.T), "<=",
                                 r * Q.lambda_max + factor * dot(u, Q.Sigma * u)), data=(r, ONE, sp.sqrt(factor) * u))
    half = dot(u, Q.Sigma * u) / 2
    return p.step(specialize, (weighted_top(r * identity - u * u.T / 2), "<=", r * Q.lambda_max - half), a,
                  data=((gamma, HALF),))


@attack("do not fit")
def a_vector_that_lies_about_its_size(p: Proof) -> int:
    x, y = (sp.Basic.__new__(sp.MatMul, sp.Identity(width(L)), v) for v in (u, w))
    return p.step(dimension_one, (dot(u, w) ** 2, "==", dot(u, u) * dot(w, w)), data=(x, y), given=("plain",))


@attack("is no word of the theory")
def two_symbols_that_print_alike(p: Proof) -> int:
    other = sp.Symbol("r", positive=True, integer=True)
    a = p.step(identity_rule, (sp.sqrt(r + 1), "==", sp.sqrt(other + 1)))
    b = p.step(specialize, (sp.sqrt(2), "==", sp.sqrt(other + 1)), a, data=((r, ONE),))
    c = p.step(specialize, (sp.sqrt(5), "==", sp.sqrt(other + 1)), a, data=((r, sp.Integer(4)),))
    return p.step(power_rule, (5, "==", 2), p.step(chain, (sp.sqrt(5), "==", sp.sqrt(2)), c, b), data=TWO)


@attack("is no word of the theory")
def a_symbol_of_the_minimization(p: Proof) -> int:
    function = sp.Symbol("c_1", positive=True) - 5 + 9 / r + r
    return p.step(minimize, (function, ">=", 10), data=(function, r))


@attack("L - 1 is no word of the theory")
def a_symbol_of_the_algebra_in_the_data(p: Proof) -> int:
    a = p.step(sign, (1, "<=", 2))
    b = p.step(monotone, (2 * L - 1, "<=", 2 * L - 2), a, data=(_above, 2 * L - _above), given=("L >= 2",))
    return p.step(scale, (1, "<=", 0), b, data=ONE)


@attack("(Float) may not stand in a statement")
def a_float(p: Proof) -> int:
    large = sp.Float(1e20) * r
    a = p.step(identity_rule, ((large + 1) * (r + 1) - large * (r + 1), "==", 1))
    return p.step(specialize, (0, "==", 1), a, data=((r, ONE),))


class positive_at_first(sp.Function):  # type: ignore[misc]
    """Says that it is positive, and is ``-1`` at a number."""

    def _eval_is_extended_positive(self) -> bool:
        return True

    def _eval_is_finite(self) -> bool:
        return True

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.Integer(-1) if x.is_Number else None


@attack("may not stand in a statement")
def a_function_that_lies(p: Proof) -> int:
    a = p.step(sign, (positive_at_first(r), ">", 0))
    return p.step(specialize, (-1, ">", 0), a, data=((r, ONE),))


@attack("is no word of the theory")
def the_identity_as_a_direction(p: Proof) -> int:
    power = GramPower("Xi", 1, 0)
    left, right = u * w.T, w * u.T
    a = p.step(zeroth_power, (power, "==", sp.Identity(width(0))), data=("Xi", ONE))
    b = p.step(identity_rule, (sp.Trace(left.T * power), "==", sp.Trace(right.T * power)), a)
    return p.step(every_direction, (left, "==", right), b, data=power)


@attack("is no word of the theory")
def a_power_as_a_product_of_layers(p: Proof) -> int:
    power = GramPower("P", ONE, TWO)
    return p.step(sub_product, (dot(power * u, power * u), "<=", Q.beta_sub**2 * dot(u, u)),
                  data=(Q.beta_sub, power, u))


@attack("is not defined throughout")
def a_layer_that_is_not_there(p: Proof) -> int:
    image = W(L + 1) * q(L)
    return p.step(operator_norm, (dot(image, image), "<=", spectral(W(L + 1)) ** 2 * dot(q(L), q(L))),
                  data=(W(L + 1), q(L)))


@attack("neither a sum nor a product")
def a_word_for_another_kind(p: Proof) -> int:
    return p.step(term_by_term, (4, "<=", 1), p.step(sign, (-2, "<=", 1)), data=("prod", (k, 1, 2)))


@attack("L is no variable of the theory")
def a_second_derivative_in_the_depth(p: Proof) -> int:
    a = p.step(convexity, (sp.Derivative(-L**2, (L, 2)), ">=", 0))
    return p.step(differentiate, (-2, ">=", 0), a)


@attack("the second derivative has no evident sign")
def a_second_derivative_below_a_bound(p: Proof) -> int:
    a = p.step(convexity, (sp.Derivative(E * r - r**2 / 2, (r, 2)), ">=", 0), given=(Relation(r, "<", E),))
    return p.step(differentiate, (-1, ">=", 0), a)


@attack("a hypothesis is about r")
def a_limit_below_a_bound(p: Proof) -> int:
    limit = sp.Limit(E / r, r, sp.oo, "-")
    a = p.step(limit_rule, (limit, "==", 1), given=(Relation(r, "<", E),))
    return p.step(chain, (1, "==", 0), a, p.step(limit_rule, (limit, "==", 0)))


@attack("AccumBounds(-1, 1) (AccumulationBounds) may not stand in a statement")
def a_limit_that_does_not_exist(p: Proof) -> int:
    limit, band = sp.Limit(sp.sin(r), r, sp.oo, "-"), sp.AccumBounds(-1, 1)
    a = p.step(limit_rule, (limit, "==", band))
    b = p.step(scale, (-limit, "==", band), a, data=ONE)
    return p.step(scale, (limit, "==", 0), p.step(chain, (limit, "==", -limit), a, b), data=HALF)


@attack("could be unbounded below")
def a_minimum_that_does_not_exist(p: Proof) -> int:
    least = Minimum(-r, r)
    below = p.step(minimum_is_below, (least, "<=", -r), p.step(identity_rule, (least, "==", least)))
    return p.step(specialize, (least, "<=", -1 - sp.Abs(least)), below, data=((r, 1 + sp.Abs(least)),))


@attack("the denominator k - 1 is not known to be positive")
def a_term_that_is_not_defined(p: Proof) -> int:
    positive = p.step(sign, (k, ">", 0), scope=LAYERS)
    later = p.step(specialize, (k - 1, ">", 0), positive, data=((k, k - 1),), scope=((k, 2, L),))
    deep = p.step(sign, (L - 1, ">", 0), given=("L >= 2",))
    part, whole = (sp.Sum(1 / (k - 1), (k, 1, last)) for last in (L - 1, L))
    return p.step(part_of_sum, (part, "<=", whole), later, deep, data=(1 / (k - 1), (k, ONE, L - 1), (ONE, L)))


@attack("the denominator k - 1 is not known to be positive")
def a_part_that_is_not_defined(p: Proof) -> int:
    positive = p.step(sign, (k, ">", 0), scope=LAYERS)
    later = p.step(specialize, (k - 1, ">", 0), positive, data=((k, k - 1),), scope=((k, 2, L),))
    deep = p.step(sign, (L - 1, ">", 0), given=("L >= 2",))
    first, last, whole = (sp.Sum(1 / (k - 1), (k, *ends)) for ends in ((1, L - 1), (L, L), (1, L)))
    return p.step(split_sum, (first + last, "==", whole), later, deep, data=(1 / (k - 1), k, ONE, L, L))


@attack("the sign of the difference is not evident")
def a_power_that_may_be_the_zeroth(p: Proof) -> int:
    given = Relation(Q.norm_q1 ** (2 * (L - 1)), ">", 0)
    return p.step(sign, (Q.norm_q1, ">", 0), p.step(hypothesis, given, given=(given,)))


@attack("the sign of the difference is not evident")
def a_sharpness_that_is_positive_by_declaration(p: Proof) -> int:
    return p.step(sign, (Q.S_balanced, ">", 0))


@attack("depends on time without showing it")
def a_quantity_that_moves_with_the_time(p: Proof) -> int:
    return p.step(explicit_derivative, (sp.Derivative(Q.risk_gap, Q.time), "==", 0))


@attack("depends on gamma without showing it")
def a_quantity_that_moves_with_the_rescaling(p: Proof) -> int:
    return p.step(limit_rule, (sp.Limit(Q.S_rescaled / gamma, gamma, sp.oo, "-"), "==", 0))


@attack("(Integral) may not stand in a statement")
def an_integral_entered_by_a_hypothesis(p: Proof) -> int:
    given = Relation(r, "==", 2)
    a = p.step(hypothesis, given, given=(given,))
    return p.step(identity_rule, (sp.Integral(r, (r, 0, 1)), "==", sp.Integral(2, (r, 0, 1))), a)


@attack("a hypothesis is about z")
def a_maximum_entered_by_a_hypothesis(p: Proof) -> int:
    given = Relation(Q.alpha, "==", Q.lambda_pos)
    a = p.step(hypothesis, given, given=(given,))
    return p.step(identity_rule, (Maximum(2 * Q.alpha, Q.z), "==", Maximum(2 * Q.lambda_pos, Q.z)), a)


@attack("do not fit")
def a_product_of_layers_that_do_not_meet(p: Proof) -> int:
    wrong = sp.Basic.__new__(sp.MatMul, P(1), W(1))
    return p.step(sign, (dot(wrong * u, wrong * u), ">=", 0))


@pytest.mark.parametrize("found", attack, ids=lambda found: found.build.__name__)
def test_it_is_refused_and_for_its_reason(found: Attack) -> None:
    refusals = found.refusals()
    assert refusals and found.because in refusals[0]


class Everything(str):
    """Equal to every other name of a hypothesis."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("E > 0")


class Loose(Relation):
    """A relation of another class."""


class Twofold:
    """Data that is read differently by ``dict`` and by a loop."""

    def keys(self) -> list[sp.Symbol]:
        return [E]

    def __getitem__(self, x: object) -> sp.Expr:
        return sp.Integer(-1)

    def __iter__(self) -> Any:
        return iter(())


GENUINE = Step(Relation(E, ">", 0), sign, hypotheses=("E > 0",))


@pytest.mark.parametrize(("step", "because"), [
    (Step(Relation(1, "<=", 0), replace(anything, name="sign")), "is not the rule of that name"),
    (Step(Relation(E, ">", 0), sign, hypotheses=(Everything("plain"),)), "a hypothesis is a name or a relation"),
    (Step(Relation(E, ">", 0), sign, hypotheses=("very sharp",)), "a hypothesis has no such name"),
    (Step(Loose(E, ">", 0), sign, hypotheses=("E > 0",)), "not made of statements"),
    (Step(Relation(E, ">", 0), sign, hypotheses=(Loose(E, ">", 0),)), "a hypothesis is a name or a relation"),
    (Step(Relation(-1, ">", 0), RULES["specialization"], (0,), data=Twofold()), "is no data of a step"),
    (Step(Relation(E, ">", 0), sign, hypotheses=("E > 0",), data=[E]), "is no data of a step"),
    (Step(Relation(k, ">", 0), sign, scope=((k, 1, L), (k, 1, 1))), "an index has two ranges"),
    (Step(Relation(i, ">=", 0), sign, scope=((i, L, E),)), "are no layers"),
], ids=lambda x: x if isinstance(x, str) else "")
def test_what_only_looks_like_a_step_is_refused(step: Step, because: str) -> None:
    results = Derivation("kernel-agm", (GENUINE, step), {}).check(BUILT_IN)
    assert results[0].ok and because in results[1].message


def test_what_was_checked_cannot_be_changed_afterwards() -> None:
    steps, yields = [GENUINE], {"x": 0}
    derivation = Derivation("kernel-agm", steps, yields)  # type: ignore[arg-type]
    steps.append(Step(Relation(1, "<=", 0), sign))
    yields["x"] = 1
    assert derivation.steps == (GENUINE,) and derivation.yields["x"] == 0 and derivation.ok(BUILT_IN)


def test_a_claim_that_means_nothing_is_not_proved() -> None:
    """``u/u == 1`` has the normal form of ``1 == 1``, and says nothing at ``u = 0``."""
    proof = Proof("gradient", BUILT_IN)
    trivial = proof.step(identity_rule, (1, "==", 1))
    norm = dot(u, u)
    for lhs, proved in ((sp.Mul(norm, 1 / norm, evaluate=False), False), (sp.Integer(1), True)):
        obligation = Obligation("x", Relation(lhs, "==", 1))
        claim = replace(BUILT_IN.claim("gradient"), obligations=(obligation,), statement=None)
        found = proof.done({"x": trivial}).matches(claim, BUILT_IN)
        assert (found == []) is proved
        assert proved or "the denominator dot(u, u)" in found[0]
