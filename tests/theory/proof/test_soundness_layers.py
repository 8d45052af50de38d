"""More falsehoods that the rules once accepted: about layers, directions and weights that were not all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
from attacks import Attack, Attacks, copied

from flatcert.theory.algebra.algebra import _above
from flatcert.theory.deep_linear.flow.limit_sharpness import forward_step
from flatcert.theory.deep_linear.flow.norm_control import layer_bounds
from flatcert.theory.deep_linear.landscape.common import front
from flatcert.theory.deep_linear.network.common import LAYERS
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import LayerMatrix, Relation, SubProduct, dot, frobenius, weighted_top
from flatcert.theory.language.norms import spectral
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof, cite, define
from flatcert.theory.proof.derivation import i
from flatcert.theory.proof.rules.eigenvalues import GRAM
from flatcert.theory.proof.rules.gradient_flow import SQUARE_ROOT
from flatcert.theory.proof.rules.gram_powers import GROWTH, LARGEST, LARGEST_ROOT, PART_OF_SUM
from flatcert.theory.proof.rules.inequalities import AM_GM, SCALING, SIGN
from flatcert.theory.proof.rules.infima import DIRECTION, EXHIBITED, INFIMUM, TRANSFER, WITNESS
from flatcert.theory.proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from flatcert.theory.proof.rules.spectral_norms import ABSOLUTE_VALUE
from flatcert.theory.proof.rules.sums import TAYLOR, TELESCOPING, TERMWISE
from flatcert.theory.setting.flow import risk_flow
from flatcert.theory.setting.network import P, W, Xi, geometric, q, t, unit, w_layer

L, j, k, r, u, w, sigma_max = Q.L, Q.j, Q.k, Q.r, Q.u, Q.w, Q.sigma_max
ONE, ZERO = sp.S.One, sp.S.Zero
ADJACENT, FROM_ZERO = ((k, 1, L - 1),), ((k, 0, L),)
attack = Attacks()


@attack(claim="learning-rate")
def taylor_in_a_constant(p: Proof) -> int:
    return p.step(TAYLOR, (2, "==", 0), define(p, "norm_q1"), data=(Q.norm_q1, 2))


@attack(claim="learning-rate")
def taylor_of_what_moves(p: Proof) -> int:
    return p.step(TAYLOR, (0, "==", Q.slope), define(p, "curvature"), data=(t, 1))


@attack(claim="learning-rate")
def sum_over_a_quantity(p: Proof) -> int:
    return p.step(TERMWISE, (14, "==", 3 * dot(q(1), q(1))), define(p, "norm_q1"), data=("sum", (Q.norm_q1, 1, 3)))


@attack(claim="learning-rate")
def index_that_is_zero(p: Proof) -> int:
    a = p.step(SIGN, (k, ">", 0), scope=FROM_ZERO)
    return p.step(INSTANCE, (0, ">", 0), a, data=((k, ZERO),))


@attack(claim="learning-rate")
def absolute_value_of_the_imaginary(p: Proof) -> int:
    a = p.step(SIGN, (-1, "<=", 0))
    b, c = (p.step(SQUARE_ROOT, (x, "<=", 0), a, data=(x, ZERO)) for x in (sp.I, -sp.I))
    return p.step(ABSOLUTE_VALUE, (1, "<=", 0), b, c, data=(sp.I, ZERO))


@attack(claim="learning-rate")
def absolute_value_of_a_root(p: Proof) -> int:
    root = sp.sqrt(-Q.norm_q1**2 - 1)
    a = p.step(SIGN, (-Q.norm_q1**2 - 1, "<=", 0))
    b, c = (p.step(SQUARE_ROOT, (x, "<=", 0), a, data=(x, ZERO)) for x in (root, -root))
    return p.step(ABSOLUTE_VALUE, (sp.Abs(root), "<=", 0), b, c, data=(root, ZERO))


@attack(claim="learning-rate")
def largest_root_of_degree_one_half(p: Proof) -> int:
    root = sp.sqrt(r)
    a = p.step(SIGN, (root - sp.Rational(3, 4) * root, "<=", root / 4))
    return p.step(LARGEST_ROOT, (r, "<=", sp.Rational(13, 16) * r), a, data=(r, 3 * r / 4, root / 4, sp.Rational(1, 2)))


@attack(claim="learning-rate")
def largest_inside_a_sum(p: Proof) -> int:
    norm, total = spectral(W(k)), sp.Sum(spectral(W(i)), (i, 1, L))
    a = p.step(IDENTITY, (norm + sp.Sum(norm, (k, 1, L)), "==", norm + total), scope=LAYERS)
    return p.step(LARGEST, ((L + 1) * sigma_max, "==", sigma_max + total), a, data=k)


@attack(claim="learning-rate")
def part_before_the_first_layer(p: Proof) -> int:
    return p.step(PART_OF_SUM, (1, "<=", -20), data=(k - 1, (k, ONE, sp.Integer(2)), (sp.Integer(-5), sp.Integer(2))))


@attack(claim="learning-rate")
def means_before_the_first_layer(p: Proof) -> int:
    return p.step(AM_GM, (-27, ">=", 0), data=(k - 1, (k, sp.Integer(-1), ONE), "power"))


@attack(claim="learning-rate")
def half_a_layer(p: Proof) -> int:
    f, end = -k * (k - 1) / 2, sp.Rational(1, 2)
    a = p.step(IDENTITY, (f.xreplace({k: k - 1}) - f, "==", k - 1), scope=LAYERS)
    b = p.step(TELESCOPING, (-end**3, "==", sp.Sum(k - 1, (k, 1, end))), a, data=(f, (k, ONE, end)))
    c = p.step(TERMWISE, (sp.Sum(k - 1, (k, 1, end)), ">=", 0), p.step(SIGN, (k - 1, ">=", 0), scope=LAYERS),
               data=("sum", (k, ONE, end)))
    return p.step(TRANSITIVITY, (-end**3, ">=", 0), b, c)


@attack(claim="learning-rate")
def reversed_at_the_last_layer(p: Proof) -> int:
    f = -i * (i + 1) / 2
    a = p.step(IDENTITY, (f.xreplace({i: i - 1}) - f, "==", i), scope=((i, 1, L + 5),))
    drop = f.xreplace({i: k + 1}) - f.xreplace({i: L})
    return p.step(TELESCOPING, (drop, "==", sp.Sum(i, (i, k + 2, L))), a, data=(f, (i, k + 2, L)), scope=LAYERS,
                  given=("L >= 2",))


@attack(claim="learning-rate")
def one_name_for_every_layer(p: Proof) -> int:
    a = define(p, "layer moved")
    here, first = (dot(u, P(n - 1).T * (W(n) + t * Xi(n)).T * q(n)) for n in (k, ONE))
    one = p.step(INSTANCE, (w_layer, "==", P(0).T * (W(1) + t * Xi(1)).T * q(1)), a, data=((k, ONE),))
    x = p.step(IDENTITY, (dot(u, w_layer), "==", here), a, scope=LAYERS)
    y = p.step(IDENTITY, (dot(u, w_layer), "==", first), one)
    both = p.step(TRANSITIVITY, (here, "==", first), x, y, scope=LAYERS)
    return p.step(TAYLOR, (dot(u, P(k - 1).T * Xi(k).T * q(k)), "==", dot(u, P(0).T * Xi(1).T * q(1))), both,
                  data=(t, 1), scope=LAYERS)


@attack(claim="learning-rate")
def symbols_of_the_algebra(p: Proof) -> int:
    a = p.step(IDENTITY, (L, "==", _above + 1), given=("L >= 2",))
    b = p.step(IDENTITY, (L, "==", _above + 2), given=("L >= 3",))
    return p.step(SCALING, (1, "==", 2), p.step(TRANSITIVITY, (_above + 1, "==", _above + 2), a, b), data=ONE)


@attack(claim="linear-convergence")
def gaps_of_one_name(p: Proof) -> int:
    gap = sp.Symbol("gap_below_E", positive=True)
    steps = []
    for x in (Q.risk_gap, Q.lambda_max):
        given = Relation(x, "<", Q.E)
        below = p.step(HYPOTHESIS, given, given=(given,))
        same = p.step(IDENTITY, (Q.E, "==", x + gap), below)
        steps.append(same if x == Q.risk_gap else p.step(SCALING, (x + gap, "==", Q.E), same, data=ONE))
    return p.step(TRANSITIVITY, (Q.risk_gap + gap, "==", Q.lambda_max + gap), *steps)


@attack(claim="learning-rate")
def bound_index_of_the_algebra(p: Proof) -> int:
    free = sp.Symbol("_0", integer=True)
    return p.step(IDENTITY, (sp.Sum(2 ** (k * free), (k, 1, L)), "==", sp.Sum(2 ** (k * k), (k, 1, L))))


@attack(claim="alignment-quadratic")
def sum_of_a_hypothesis(p: Proof) -> int:
    gap = spectral(W(k)) ** 2 - spectral(W(k + 1)) ** 2
    given = Relation(gap, ">", 0)
    a = p.step(HYPOTHESIS, given, given=(given,), scope=ADJACENT)
    b = p.step(SIGN, (gap, ">=", 0), a, scope=ADJACENT)
    return p.step(TERMWISE, (sp.Sum(gap, (k, 1, L - 1)), ">=", 0), b, data=("sum", (k, 1, L - 1)))


@attack(claim="alignment-quadratic")
def growth_of_a_hypothesis(p: Proof) -> int:
    norm = spectral(W(k))
    given = Relation(norm, "<=", spectral(W(k - 1)))
    a = p.step(HYPOTHESIS, given, given=(given,), scope=((k, 2, L),))
    start = p.step(IDENTITY, (spectral(W(1)), "==", spectral(W(1))))
    return p.step(GROWTH, (norm, "<=", spectral(W(1))), start, a, data=(norm, ONE, k, 1, L, True), scope=LAYERS)


@attack(claim="alignment-quadratic")
def sum_that_binds_a_hypothesis(p: Proof) -> int:
    given = Relation(spectral(W(k)), "==", 0)
    a = p.step(HYPOTHESIS, given, given=(given,), scope=LAYERS)
    return p.step(IDENTITY, (sp.Sum(spectral(W(k)), (k, 1, L)), "==", 0), a)


@attack(claim="learning-rate")
def range_of_the_other_index(p: Proof) -> int:
    return p.step(INSTANCE, (SubProduct(k, k + 1), "==", W(k) * SubProduct(k, k)), define(p, "SubProduct"),
                  data=((j, k),), scope=LAYERS)


@attack(claim="learning-rate")
def range_that_moves_along(p: Proof) -> int:
    return p.step(INSTANCE, (SubProduct(j + 1, k + 1), "==", W(k) * SubProduct(j + 1, k)), define(p, "SubProduct"),
                  data=((j, j + 1),), scope=((k, j + 1, L), (j, 1, L - 1)))


@attack(claim="min-sharpness-dual")
def two_indices_made_one(p: Proof) -> int:
    layer, norm, upper, other = define(p, "aligned"), define(p, "aligned unit"), ((k, 2, L),), ((j, 2, L),)
    before = p.step(INSTANCE, (dot(unit(k - 1), unit(k - 1)), "==", 1), norm, data=((k, k - 1),), scope=upper)
    ratio = geometric(k - 1) / geometric(k)
    a = p.step(IDENTITY, (frobenius(W(k)), "==", ratio), layer, norm, before, scope=upper)
    ratio, size = ratio.xreplace({k: j}), dot(q(k), q(k))
    b = p.step(INSTANCE, (frobenius(W(j)), "==", ratio), a, data=((k, j),), scope=other)
    c = p.step(IDENTITY, (frobenius(W(j)) * size, "==", ratio * size), b, scope=(*other, (k, 1, L)))
    size = dot(q(j), q(j))
    return p.step(INSTANCE, (frobenius(W(j)) * size, "==", ratio * size), c, data=((k, j),), scope=((j, 1, L),))


def forward(p: Proof) -> int:
    """``|P_k u|^2 <= sigma_max^2 |P_{k-1} u|^2``."""
    return forward_step(p, layer_bounds(p).squared)


@attack(claim="limit-sharpness")
def zeroth_power_of_zero(p: Proof) -> int:
    step, P_0 = forward(p), define(p, "P_0")
    start = p.step(IDENTITY, (front(ZERO), "==", dot(u, u)), P_0)
    grown = p.step(GROWTH, (front(k), "<=", sigma_max ** (2 * k) * dot(u, u)), start, step,
                   data=(front(k), sigma_max**2, k, 0, L, True), scope=FROM_ZERO)
    zero = p.step(HYPOTHESIS, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    a = p.step(REWRITING, (front(k), "<=", 0), grown, zero, scope=FROM_ZERO)
    return p.step(INSTANCE, (dot(u, u), "<=", 0), a, P_0, data=((k, ZERO),))


@attack(claim="limit-sharpness")
def growth_by_zero(p: Proof) -> int:
    step, P_0 = forward(p), define(p, "P_0")
    zero = p.step(HYPOTHESIS, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    step = p.step(REWRITING, (front(k), "<=", 0), step, zero, scope=LAYERS)
    start = p.step(IDENTITY, (front(ZERO), "==", dot(u, u)), P_0)
    a = p.step(GROWTH, (front(k), "<=", 0), start, step, data=(front(k), ZERO, k, 0, L, True), scope=FROM_ZERO)
    return p.step(INSTANCE, (dot(u, u), "<=", 0), a, P_0, data=((k, ZERO),))


@attack(claim="limit-sharpness")
def sum_from_zero(p: Proof) -> int:
    zero = p.step(HYPOTHESIS, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    return p.step(IDENTITY, (sp.Sum(sigma_max**k, (k, 0, L)), "==", 0), zero)


@attack(claim="limit-sharpness")
def sum_below_the_diagonal(p: Proof) -> int:
    step = forward(p)
    positive = p.step(HYPOTHESIS, (sigma_max, ">", 0), given=(Relation(sigma_max, ">", 0),))
    start = p.step(IDENTITY, (front(j), "==", front(j)), scope=((j, 1, L),))
    bound = sigma_max ** (2 * (k - j)) * front(j)
    a = p.step(GROWTH, (front(k), "<=", bound), start, step, positive, data=(front(k), sigma_max**2, k, j, L, True),
               scope=((j, 1, L), (k, j, L)))
    return p.step(TERMWISE, (sp.Sum(front(k), (k, 1, L)), "<=", sp.Sum(bound, (k, 1, L))), a, data=("sum", (k, 1, L)),
                  scope=((j, 1, L),))


@attack(claim="limit-sharpness")
def infimum_of_what_vanishes_at_minimizers(p: Proof) -> int:
    flow, layer, h_is, g_is = define(p, "risk flow"), cite(p, "gradient", "layer"), define(p, "h"), define(p, "g")
    at = p.step(HYPOTHESIS, (Q.Sigma * w, "==", Q.Sigma * Q.w_star), given=("minimizer",))
    before = p.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * Q.g), h_is, data=((k, k - 1),), scope=LAYERS)
    flat = p.step(IDENTITY, (Q.g, "==", sp.ZeroMatrix(w.rows, 1)), g_is, at)
    still = p.step(IDENTITY, (frobenius(LayerMatrix("gradient", k)), "==", 0), layer, before, flat, scope=LAYERS)
    zero = p.step(IDENTITY, (risk_flow, "==", 0), flow, still)
    low = cite(p, "sharpness-lower", "minimizers")
    a = p.step(REWRITING, (Q.S, ">=", p[low].rhs - risk_flow), low, zero)
    return p.step(INFIMUM, (Q.S_min, ">=", p[low].rhs - risk_flow), a)


@attack(claim="min-sharpness")
def exhibited_under_a_contradiction(p: Proof) -> int:
    """No aligned weights vanish, so anything holds of them; but some weights do vanish."""
    value = copied(p, "min-sharpness", "attained")
    meaning = Relation(Q.Sigma * w, "==", Q.Sigma * Q.w_star)
    at = next(n for n, s in enumerate(p.steps) if s.statement == meaning and s.rule is IDENTITY)
    zero = p.step(HYPOTHESIS, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    moved = p.step(REWRITING, (Q.S, "==", p[value].rhs - sigma_max), value, zero)
    return p.step(EXHIBITED, (Q.S_min, "<=", p[value].rhs), p.step(
        REWRITING, (Q.S, "==", p[value].rhs), moved, zero), at)


@attack(claim="learning-rate")
def nearly_flattest_for_any_number(p: Proof) -> int:
    return p.step(WITNESS, (Q.S_flat, "<=", Q.S_min + r), p.step(SIGN, (Q.S_min, "<", Q.S_min + r)))


@attack(claim="sharpness")
def curvature_in_one_direction(p: Proof) -> int:
    given = Relation(Q.curvature, "==", 5 * dot(Q.w_dot, Q.Sigma * Q.w_dot))
    found = BUILT_IN.derivation("sharpness")
    assert found is not None
    end = copied(p, "sharpness", "eigenvalue")
    gram = next(s for s in found.steps[: end + 1] if s.rule is GRAM)
    one = p.step(HYPOTHESIS, given, given=(given,))
    matrix, _factor = gram.data
    return p.step(GRAM, (Q.S, "==", 5 * weighted_top(matrix)), one, *gram.using[1:], data=(matrix, sp.Integer(5)))


@attack(claim="learning-rate")
def slope_at_one_time(p: Proof) -> int:
    a = define(p, "norm_q1")
    given = Relation(Q.norm_q1 + t, "==", Q.norm_q1)
    b = p.step(HYPOTHESIS, given, given=(given,))
    return p.step(TAYLOR, (1, "==", 0), b, a, data=(t, 1))


@attack(claim="min-sharpness-dual")
def hypothesis_about_one_direction(p: Proof) -> int:
    given = Relation(1, ">=", Q.alpha)
    a = p.step(HYPOTHESIS, given, given=(given,))
    unit_star = Q.w_star / Q.norm_w
    star = define(p, "norm_w")
    return p.step(DIRECTION, (1, ">=", dot(unit_star, Q.Sigma * unit_star)), a, star, data=unit_star)


@attack(claim="sharpness-unbounded")
def risk_of_other_weights(p: Proof) -> int:
    flow = define(p, "risk flow")
    scaled = LayerMatrix("gradient_scaled", k)
    return p.step(TRANSFER, (risk_flow, "==", sp.Sum(sp.Trace(scaled.T * -scaled), (k, 1, L))), flow, data="rescaled")


@attack(claim="learning-rate")
def infinite_factor(p: Proof) -> int:
    return p.step(SCALING, (sp.oo * Q.norm_q1**2, ">=", 0), p.step(SIGN, (Q.norm_q1**2, ">=", 0)), data=sp.oo)


@pytest.mark.parametrize("found", attack, ids=lambda found: found.build.__name__)
def test_a_falsehood_is_refused(found: Attack) -> None:
    assert found.refusals()


@pytest.mark.parametrize(("claim", "obligation"), [("near-rank-one", "norms"), ("alignment", "by-lower-layer")])
def test_some_layers_are_not_all(claim: str, obligation: str) -> None:
    """What is derived for fewer layers than its obligation ranges over proves nothing."""
    found = BUILT_IN.derivation(claim)
    assert found is not None
    last = found.steps[found.yields[obligation]]
    narrow = replace(last, scope=tuple((x, L, high) if x == k else (x, low, high) for x, low, high in last.scope))
    steps = (*found.steps[: found.yields[obligation]], narrow, *found.steps[found.yields[obligation] + 1:])
    derived = replace(found, steps=steps)
    assert derived.check(BUILT_IN)[found.yields[obligation]].ok
    assert derived.matches(BUILT_IN.claim(claim), BUILT_IN)
