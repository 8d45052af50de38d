"""Falsehoods from limits, empty ranges and bound indices, found by a second reading: each was accepted once."""

from __future__ import annotations

import pytest
import sympy as sp
from attacks import Attack, Attacks

from flatcert.theory.deep_linear.network.common import LAYERS
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import Maximum, Minimum, Relation, dot, norm_squared
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import i
from flatcert.theory.proof.rules.table import RULES
from flatcert.theory.setting import initial_value as along
from flatcert.theory.setting.initial_value import below, sigma_0
from flatcert.theory.setting.network import P, Sigma_half, W, W_shrunk, q, s, top_vector

E, L, alpha, gamma, j, k, r, tau, time, u, z = (
    Q.E, Q.L, Q.alpha, Q.gamma, Q.j, Q.k, Q.r, Q.tau, Q.time, Q.u, Q.z)
n, x, ZERO, ONE, TWO = along.SERIES_INDEX, along.x, sp.S.Zero, sp.S.One, sp.Integer(2)
attack = Attacks()


def limit(function: sp.Expr, variable: sp.Symbol, point: sp.Expr = ZERO) -> sp.Limit:
    return sp.Limit(function, variable, point, "+" if point == 0 else "-")


def along_w_star(p: Proof) -> tuple[sp.Expr, int, int]:
    """A unit vector along ``Sigma^{1/2} w*``, and the steps that show it."""
    return Sigma_half * Q.w_star / sp.sqrt(E), p.define("E", flipped=True), p.define("root")


@attack("r**r need not tend to 0")
def a_power_of_the_variable_to_itself(p: Proof) -> int:
    above, beneath = (p.step(RULES["sign"], (r**r, op, r**r)) for op in ("<=", ">="))
    return p.step(RULES["squeeze"], (limit(r**r, r), "==", 0), above, beneath)


@attack("a bound changes with s unseen")
def a_bound_that_moves_with_the_variable(p: Proof) -> int:
    """``s^2 |W_k|^2`` is the squared norm of the shrunk layer, which tends to 0 with it."""
    norm, shrunk = s**2 * norm_squared(W(k)), norm_squared(W_shrunk(k))
    equal = p.step(RULES["algebra"], (norm, "==", shrunk), p.define("shrunk"), scope=LAYERS)
    above, beneath = (p.step(RULES["transitivity"], (norm, op, shrunk), equal, scope=LAYERS) for op in ("<=", ">="))
    return p.step(RULES["squeeze"], (limit(norm, s), "==", shrunk), above, beneath, scope=LAYERS)


@attack("Delta is not known to be positive")
def a_limit_with_a_coefficient_that_may_vanish(p: Proof) -> int:
    bound = limit(Q.Delta / (gamma + Q.Delta), gamma)
    a = p.step(RULES["limit"], (bound, "==", 1))
    zero = p.step(RULES["hypothesis"], (Q.Delta, "==", 0), given=("balanced",))
    return p.step(RULES["transitivity"], (1, "==", 0), a, p.step(RULES["limit"], (bound, "==", 0), zero))


@attack("is no power")
def a_limit_at_depth_one(p: Proof) -> int:
    bound = limit(1 / (gamma * (L - 1) + 1), gamma, sp.oo)
    a = p.step(RULES["limit"], (bound, "==", 0))
    b = p.step(RULES["limit"], (bound, "==", 1), given=("L == 1",))
    return p.step(RULES["transitivity"], (1, "==", 0), b, a)


@attack("is no power")
def a_limit_under_a_minimum(p: Proof) -> int:
    """``min over r`` of ``1/r + 1/(1 + gamma r)`` tends to 0 with ``gamma``; at ``gamma = 0`` it is 1."""
    least, there = Minimum(1 / r + 1 / (1 + gamma * r), r), Minimum(1 / r + 1, r)
    return p.step(RULES["limit"], (limit(least, gamma), "==", there))


@attack("alpha is no variable of the theory")
def a_limit_in_what_belongs_to_a_direction(p: Proof) -> int:
    """``0 <= tau <= alpha |w*|^2``, both of one direction: ``tau`` does not stay when ``alpha`` tends to 0."""
    return p.step(RULES["limit"], (limit(tau, alpha), "==", tau))


@attack("norm_w - sigma_0**L could be negative")
def a_limit_that_settles_a_root(p: Proof) -> int:

    gap, given = Q.norm_w - sigma_0**L, (below(sigma_0),)
    less = p.step(RULES["power"], (sp.sqrt(gap), "<=", sp.sqrt(Q.norm_w)),
                  p.step(RULES["sign"], (gap, "<=", Q.norm_w)), data=sp.S.Half, given=given)
    function = sigma_0 * sp.sqrt(gap)
    above = p.step(RULES["scaling"], (function, "<=", sigma_0 * sp.sqrt(Q.norm_w)), less, data=sigma_0)
    beneath = p.step(RULES["sign"], (function, ">=", 0), given=given)
    tends = p.step(RULES["squeeze"], (limit(function, sigma_0), "==", 0), above, beneath, given=("E > 0",))
    return p.step(RULES["singular values of products"],
                  (gap * dot(P(L) * u, P(L) * u), "<=", gap * Q.beta_sub**2 * dot(u, u)), tends,
                  data=(Q.beta_sub, P(L), sp.sqrt(gap) * u))


@attack("something changes with s unseen")
def a_series_beside_what_moves(p: Proof) -> int:
    argument = s / (1 + s)
    function, term = argument * sp.hyper((1, 1), (2,), argument), argument ** (n + 2) / (n + 2)
    series, slopes = (sp.Sum(y, (n, 0, sp.oo)) for y in (term, sp.diff(term, s)))
    expanded = p.step(RULES["Gauss series"], (function, "==", argument + series))
    norm, shrunk = s**2 * norm_squared(W(k)), norm_squared(W_shrunk(k))
    equal = p.step(RULES["algebra"], (norm, "==", shrunk), p.define("shrunk"), scope=LAYERS)
    both = p.step(RULES["scaling"], (function + norm, "==", shrunk + argument + series), expanded, equal, data=ONE,
                  scope=LAYERS)
    return p.step(RULES["termwise derivative"],
                  (sp.Derivative(function + norm, s), "==", sp.diff(argument, s) + slopes), both, scope=LAYERS)


@attack("two premises may hold of no k in common")
def two_layers_for_one_index(p: Proof) -> int:
    """``k == 1`` on ``1..1`` and ``k == 2`` on ``2..2``, each with the index lost."""
    values = []
    for c in (ONE, TWO):
        here = ((k, c, c),)
        most = p.step(RULES["part of a sum"], (k, "<=", c), data=(ONE, (i, ONE, k), (ONE, c)), scope=here)
        least = p.step(RULES["part of a sum"], (c, "<=", k), data=(ONE, (i, ONE, c), (ONE, k)), scope=here)
        values.append(p.step(RULES["antisymmetry"], (k, "==", c), most, least, scope=here))
    norm = dot(q(L), q(L))
    a = p.step(RULES["algebra"], (norm, "==", k * Q.norm_p**2), p.define("norm_p"), values[0], scope=((k, 1, 1),))
    return p.step(RULES["algebra"], (norm, "==", 2 * Q.norm_p**2), a, values[1])


@attack("two premises may hold of no k in common")
def two_layers_inside_a_sum(p: Proof) -> int:
    """``Sum_1^k j == 1`` at ``k = 1`` and ``Sum_{k+1}^L j == 0`` at ``k = L``, put into a sum over ``k``."""
    part, both, split = RULES["part of a sum"], RULES["antisymmetry"], RULES["split sum"]
    first, last, every = ((k, 1, 1),), ((k, L, L),), ((k, 1, L),)
    below, above, whole = (sp.Sum(j, (j, *ends)) for ends in ((1, k), (k + 1, L), (1, L)))
    one, none = sp.Sum(j, (j, 1, 1)), sp.Sum(j, (j, L + 1, L))
    a = p.step(part, (one, "<=", below), data=(j, (j, ONE, ONE), (ONE, k)), scope=first)
    b = p.step(part, (below, "<=", one), data=(j, (j, ONE, k), (ONE, ONE)), scope=first)
    at_first = p.step(both, (below, "==", one), b, a, scope=first)
    empty = p.step(RULES["scaling"], (none, "==", 0),
                   p.step(split, (whole + none, "==", whole), data=(j, j, ONE, L + 1, L)), data=ONE)
    c = p.step(RULES["transitivity"], (above, "<=", 0),
               p.step(part, (above, "<=", none), data=(j, (j, k + 1, L), (L + 1, L)), scope=last), empty, scope=last)
    d = p.step(RULES["transitivity"], (above, ">=", 0),
               p.step(part, (none, "<=", above), data=(j, (j, L + 1, L), (k + 1, L)), scope=last), empty, scope=last)
    at_last = p.step(both, (above, "==", 0), c, d, scope=last)
    cut = p.step(split, (below + above, "==", whole), data=(j, j, ONE, k + 1, L), scope=every)
    return p.step(RULES["algebra"], (sp.Sum(k, (k, 1, L)), "==", 1), cut, at_first, at_last)


@attack("a premise could be about no k at all")
def premises_about_no_layer(p: Proof) -> int:
    """On ``k = 2..1`` any equality holds: ``Sum_1^k j`` is 1 there, and 3, and the sum over these layers is empty."""
    below, part, nowhere = sp.Sum(j, (j, 1, k)), RULES["part of a sum"], ((k, 2, 1),)
    values = []
    for last in (ONE, TWO):
        total = sp.Sum(j, (j, 1, last))
        a = p.step(part, (total, "<=", below), data=(j, (j, ONE, last), (ONE, k)), scope=nowhere)
        b = p.step(part, (below, "<=", total), data=(j, (j, ONE, k), (ONE, last)), scope=nowhere)
        values.append(p.step(RULES["antisymmetry"], (below, "==", total), b, a, scope=nowhere))
    norm, square = dot(q(1), q(1)), Q.norm_q1**2
    shifted = p.step(RULES["algebra"], (norm, "==", square + below - 1), p.define("norm_q1"), values[0],
                     scope=nowhere)
    return p.step(RULES["term by term"], (norm - square - 2, "==", 0), p.step(RULES["algebra"], (r, "==", r)), shifted,
                  values[1], data=("sum", (k, TWO, ONE)))


@attack("L - 1 is no word of the theory")
def a_range_that_ends_at_a_private_symbol(p: Proof) -> int:
    m = sp.Symbol("L - 1", integer=True, positive=True)
    a = p.step(RULES["part of a sum"], (L - 1, "<=", k), data=(ONE, (i, ONE, L - 1), (ONE, k)), scope=((k, m, L),),
               given=("L >= 2",))
    return p.step(RULES["specialization"], (L - 1, "<=", L - 2), a, data=((k, L - 2),), given=("L >= 3",))


@attack("a bound variable would be captured")
def a_direction_captured_by_its_value(p: Proof) -> int:
    a = p.step(RULES["top eigenvector"], (Maximum(r * alpha, z), "==", r * Q.lambda_max), data=r)
    return p.step(RULES["specialization"], (Maximum(alpha**2, z), "==", alpha * Q.lambda_max), a, data=((r, alpha),),
                  given=("E > 0",))


@attack("a value would be captured")
def a_value_put_under_a_maximum(p: Proof) -> int:
    a = p.step(RULES["top eigenvector"], (Maximum(2 * alpha, z), "==", 2 * Q.lambda_max), data=TWO)
    turned = p.step(RULES["transitivity"], (2 * Q.lambda_max, "==", Maximum(2 * alpha, z)), a)
    vector, *shown = along_w_star(p)
    return p.step(RULES["choice of a direction"],
                  (2 * Q.lambda_max, "==", Maximum(2 * dot(Q.Sigma * Q.w_star, Q.Sigma * Q.w_star) / E, z)), turned,
                  *shown, data=vector)


@attack("a bound for every direction")
def a_direction_that_shows_on_the_left(p: Proof) -> int:
    """``z^T Sigma z == alpha`` holds of every direction; its left side is not the same for all."""
    a = p.step(RULES["definition"], (dot(z, Q.Sigma * z), "==", alpha), data="alpha", given=("E > 0",))
    norm = p.define("top vector norm")
    return p.step(RULES["choice of a direction"],
                  (dot(z, Q.Sigma * z), "==", dot(top_vector, Q.Sigma * top_vector)), a, norm, data=top_vector)


@attack("the denominator L - j is not known to be positive")
def a_constant_of_a_sum_that_may_be_empty(p: Proof) -> int:
    """The sum over ``k = j..L-1`` is empty at ``j = L``, where ``1/(L-j)`` is not defined."""
    return p.step(RULES["algebra"], (sp.Sum(1 / (L - j), (k, j, L - 1), (j, 1, L)), "==", L))


@attack("is constant in a sum that may be empty")
def a_constant_that_shows_when_its_index_cancels(p: Proof) -> int:
    constant = (k + 1) ** 2 - k**2 - 2 * k - 1 + L - j
    return p.step(RULES["algebra"], (sp.Sum(1 / constant, (k, j, L - 1), (j, 1, L)), "==", L))


@attack("k - 2 could be negative")
def a_root_settled_for_other_layers(p: Proof) -> int:
    """On ``j >= 2``, ``k >= j`` the root of ``k - 2`` is real, on ``j >= 1`` it is not."""
    root = sp.sqrt(k - 2)
    a = p.step(RULES["algebra"], (root * j, "==", root * j), scope=((j, 2, L), (k, j, L)))
    image = dot(P(k - 1) * u, P(k - 1) * u)
    b = p.step(RULES["singular values of products"],
               (j * (k - 2) * image, "<=", Q.beta_sub**2 * j * (k - 2) * dot(u, u)), a,
               data=(Q.beta_sub, P(k - 1), sp.sqrt(j) * root * u), scope=((j, 1, L), (k, j, L)))
    return p.step(RULES["specialization"], (-dot(u, u), "<=", -Q.beta_sub**2 * dot(u, u)), b, p.define("P_0"),
                  data=((j, ONE), (k, ONE)))


@attack("have different normal forms")
def an_index_captured_under_a_minimum(p: Proof) -> int:
    def least(exponent: sp.Expr) -> sp.Expr:
        return sp.Sum(Minimum(r * sp.Sum(sp.exp(exponent), (j, 1, L)) + 1 / r, r), (k, 1, L))

    return p.step(RULES["algebra"], (least(j * k**2), "==", least(k * j**2)), p.define("norm_p"))


@attack("1 < time could hold at some times only")
def an_increase_that_is_supposed_from_a_time_on(p: Proof) -> int:
    function = (time - 1) ** 2
    a = p.step(RULES["explicit derivative"], (sp.Derivative(function, time), "==", 2 * (time - 1)))
    return p.step(RULES["increase"], (function, ">=", 1), a, given=(Relation(1, "<", time),))


@attack("x(time) < time + x(time) could hold at some times only")
def a_solution_from_a_singular_start(p: Proof) -> int:
    """``x' = 2 x / t`` with ``x(0) = 0`` has many solutions: ``t > 0`` may not be supposed."""
    equation = Relation(sp.Derivative(x, time), "==", 2 * x / time)
    start, later = Relation(x.xreplace({time: ZERO}), "==", 0), Relation(x, "<", x + time)
    a, b, c = (p.step(RULES["hypothesis"], given, given=(given,)) for given in (equation, start, later))
    slope = p.step(RULES["explicit derivative"], (sp.Derivative(time**2, time), "==", 2 * time**2 / time))
    positive = p.step(RULES["scaling"], (time, ">", 0), c, data=ONE)
    return p.step(RULES["uniqueness"], (x, "==", time**2), a, b, slope, positive)


@attack("is no power")
def a_limit_in_which_terms_cancel(p: Proof) -> int:
    """At ``r = 1`` the base is 1 for every ``gamma``."""
    bound = limit(1 / (1 + (r * gamma - gamma + 1) ** 10), gamma, sp.oo)
    given = Relation(r, "==", 1)
    a, b = p.step(RULES["limit"], (bound, "==", 0)), p.step(RULES["hypothesis"], given, given=(given,))
    return p.step(RULES["transitivity"], (0, "==", sp.S.Half), a,
                  p.step(RULES["limit"], (bound, "==", sp.S.Half), b))


@attack("is constant in a sum that may be empty")
def a_hidden_constant_beside_one_that_shows(p: Proof) -> int:
    """``sqrt(L - j)`` shows and is defined at ``j = L``; the quotient by ``L - j`` is hidden."""
    hidden = (k + 1) ** 2 - k**2 - 2 * k - 1 + L - j
    term = sp.sqrt(L - j) * hidden ** sp.Rational(-3, 2)
    return p.step(RULES["algebra"], (sp.Sum(term, (k, j, L - 1), (j, 1, L)), "==", L))


@attack("is not known to be positive")
def a_constant_of_the_sum_in_the_middle(p: Proof) -> int:
    hidden = (i + 1) ** 2 - i**2 - 2 * i - 1 + L - j
    return p.step(RULES["algebra"], (sp.Sum(1 / hidden, (i, 1, 1), (k, j, L - 1), (j, 1, L)), "==", L))


@attack("the denominator r - 1 is not known to be positive")
def a_start_of_what_holds_later_on(p: Proof) -> int:
    """``t > 1`` says nothing of ``t = 0``."""
    half = sp.S.Half
    a = p.step(RULES["sign"], (half, "<=", 3 * half))
    return p.step(RULES["monotonicity"], (5 * half, "<=", -half), a, data=(r, r - 1 / (r - 1)),
                  given=(Relation(time - 1, ">", 0),))


@attack("could hold at some times only")
def an_equation_that_names_a_time(p: Proof) -> int:
    """``x(t) t == x(t)`` says ``t = 1``."""
    given = Relation(x * time, "==", x)
    one = p.step(RULES["scaling"], (time, "==", 1), p.step(RULES["hypothesis"], given, given=(given,)), data=1 / x)
    function = (time - 1) ** 2
    slope = p.step(RULES["explicit derivative"], (sp.Derivative(function, time), "==", 2 * (time - 1)))
    flat = p.step(RULES["transitivity"], (sp.Derivative(function, time), "==", 0), slope,
                  p.step(RULES["scaling"], (2 * (time - 1), "==", 0), one, data=TWO))
    grown = p.step(RULES["increase"], (function, ">=", 1), flat)
    return p.step(RULES["substitution"], (0, ">=", 1), grown, one)


@pytest.mark.parametrize("found", attack, ids=lambda found: found.build.__name__)
def test_it_is_refused_and_for_its_reason(found: Attack) -> None:
    refusals = found.refusals()
    assert refusals and found.because in refusals[0]
