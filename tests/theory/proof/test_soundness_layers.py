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
from flatcert.theory.language.nodes import LayerMatrix, Relation, SubProduct, dot, norm_squared, weighted_top
from flatcert.theory.language.norms import spectral
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import i
from flatcert.theory.proof.rules.eigenvalues import gram as gram_rule
from flatcert.theory.proof.rules.extremes import all_of_several, one_of_several
from flatcert.theory.proof.rules.gradient_flow import square_root
from flatcert.theory.proof.rules.gram_powers import any_order, growth, largest, largest_root, part_of_sum
from flatcert.theory.proof.rules.inequalities import means, scale, sign
from flatcert.theory.proof.rules.infima import choose_direction, exhibited_minimizer, infimum, nearly_flattest, transfer
from flatcert.theory.proof.rules.logic import antisymmetry, chain, hypothesis, identity, rewrite, specialize
from flatcert.theory.proof.rules.spectral_norms import absolute_value
from flatcert.theory.proof.rules.sums import taylor_coefficient, telescope, term_by_term
from flatcert.theory.setting.flow import risk_flow
from flatcert.theory.setting.network import P, W, Xi, geometric, q, t, unit, w_layer

L, j, k, r, u, w, sigma_max = Q.L, Q.j, Q.k, Q.r, Q.u, Q.w, Q.sigma_max
ONE, ZERO = sp.S.One, sp.S.Zero
ADJACENT, FROM_ZERO = ((k, 1, L - 1),), ((k, 0, L),)
attack = Attacks()


@attack(claim="learning-rate")
def taylor_in_a_constant(p: Proof) -> int:
    return p.step(taylor_coefficient, (2, "==", 0), p.define("norm_q1"), data=(Q.norm_q1, 2))


@attack(claim="learning-rate")
def taylor_of_what_moves(p: Proof) -> int:
    return p.step(taylor_coefficient, (0, "==", Q.slope), p.define("curvature"), data=(t, 1))


@attack(claim="learning-rate")
def sum_over_a_quantity(p: Proof) -> int:
    return p.step(term_by_term, (14, "==", 3 * dot(q(1), q(1))), p.define("norm_q1"), data=("sum", (Q.norm_q1, 1, 3)))


@attack(claim="learning-rate")
def index_that_is_zero(p: Proof) -> int:
    a = p.step(sign, (k, ">", 0), scope=FROM_ZERO)
    return p.step(specialize, (0, ">", 0), a, data=((k, ZERO),))


@attack(claim="learning-rate")
def absolute_value_of_the_imaginary(p: Proof) -> int:
    a = p.step(sign, (-1, "<=", 0))
    b, c = (p.step(square_root, (x, "<=", 0), a, data=(x, ZERO)) for x in (sp.I, -sp.I))
    return p.step(absolute_value, (1, "<=", 0), b, c, data=(sp.I, ZERO))


@attack(claim="learning-rate")
def absolute_value_of_a_root(p: Proof) -> int:
    root = sp.sqrt(-Q.norm_q1**2 - 1)
    a = p.step(sign, (-Q.norm_q1**2 - 1, "<=", 0))
    b, c = (p.step(square_root, (x, "<=", 0), a, data=(x, ZERO)) for x in (root, -root))
    return p.step(absolute_value, (sp.Abs(root), "<=", 0), b, c, data=(root, ZERO))


@attack(claim="learning-rate")
def largest_root_of_degree_one_half(p: Proof) -> int:
    root = sp.sqrt(r)
    a = p.step(sign, (root - sp.Rational(3, 4) * root, "<=", root / 4))
    return p.step(largest_root, (r, "<=", sp.Rational(13, 16) * r), a, data=(r, 3 * r / 4, root / 4, sp.Rational(1, 2)))


@attack(claim="learning-rate")
def largest_inside_a_sum(p: Proof) -> int:
    norm, total = spectral(W(k)), sp.Sum(spectral(W(i)), (i, 1, L))
    a = p.step(identity, (norm + sp.Sum(norm, (k, 1, L)), "==", norm + total), scope=LAYERS)
    return p.step(largest, ((L + 1) * sigma_max, "==", sigma_max + total), a, data=k)


@attack(claim="learning-rate")
def part_before_the_first_layer(p: Proof) -> int:
    return p.step(part_of_sum, (1, "<=", -20), data=(k - 1, (k, ONE, sp.Integer(2)), (sp.Integer(-5), sp.Integer(2))))


@attack(claim="learning-rate")
def means_before_the_first_layer(p: Proof) -> int:
    return p.step(means, (-27, ">=", 0), data=(k - 1, (k, sp.Integer(-1), ONE), "power"))


@attack(claim="learning-rate")
def half_a_layer(p: Proof) -> int:
    f, end = -k * (k - 1) / 2, sp.Rational(1, 2)
    a = p.step(identity, (f.xreplace({k: k - 1}) - f, "==", k - 1), scope=LAYERS)
    b = p.step(telescope, (-end**3, "==", sp.Sum(k - 1, (k, 1, end))), a, data=(f, (k, ONE, end)))
    c = p.step(term_by_term, (sp.Sum(k - 1, (k, 1, end)), ">=", 0), p.step(sign, (k - 1, ">=", 0), scope=LAYERS),
               data=("sum", (k, ONE, end)))
    return p.step(chain, (-end**3, ">=", 0), b, c)


@attack(claim="learning-rate")
def reversed_at_the_last_layer(p: Proof) -> int:
    f = -i * (i + 1) / 2
    a = p.step(identity, (f.xreplace({i: i - 1}) - f, "==", i), scope=((i, 1, L + 5),))
    drop = f.xreplace({i: k + 1}) - f.xreplace({i: L})
    return p.step(telescope, (drop, "==", sp.Sum(i, (i, k + 2, L))), a, data=(f, (i, k + 2, L)), scope=LAYERS,
                  given=("L >= 2",))


@attack(claim="learning-rate")
def one_name_for_every_layer(p: Proof) -> int:
    a = p.define("layer moved")
    here, first = (dot(u, P(n - 1).T * (W(n) + t * Xi(n)).T * q(n)) for n in (k, ONE))
    one = p.step(specialize, (w_layer, "==", P(0).T * (W(1) + t * Xi(1)).T * q(1)), a, data=((k, ONE),))
    x = p.step(identity, (dot(u, w_layer), "==", here), a, scope=LAYERS)
    y = p.step(identity, (dot(u, w_layer), "==", first), one)
    both = p.step(chain, (here, "==", first), x, y, scope=LAYERS)
    return p.step(taylor_coefficient, (dot(u, P(k - 1).T * Xi(k).T * q(k)), "==", dot(u, P(0).T * Xi(1).T * q(1))),
                  both,
                  data=(t, 1), scope=LAYERS)


@attack("something belongs to one of the layers", claim="learning-rate")
def one_name_for_both_orders(p: Proof) -> int:
    """``2 (k - j) f(k)``, written alike for both orders, is ``2 |k - j| f(k)`` for ``j <= k`` only."""
    pairs, both, apart = p.at((j, 1, L), (k, j, L)), p.at((j, 1, L), (k, 1, L)), sp.Abs(k - j)
    ordered = scale(pairs, part_of_sum(pairs, ONE, (i, 1, j), (1, k)), 1, to=(k - j, ">=", 0))
    sides = scale(pairs, ordered, 2, to=(j - k, "<=", k - j)), sign(pairs, (k - j, "<=", k - j))
    size = antisymmetry(pairs, all_of_several(pairs, apart, k - j, *sides), one_of_several(pairs, apart, k - j))
    f = {n: dot(u, P(n - 1).T * (W(n) + t * Xi(n)).T * q(n)) for n in (j, k)}
    here = identity(p.at(*LAYERS), (dot(u, w_layer), "==", f[k]), p.define("layer moved"))
    alike = identity(pairs, (apart * (f[k] + f[j]) + (k - j) * (f[k] - f[j]), "==", 2 * apart * dot(u, w_layer)),
                     size, here)
    return both.step(any_order, both[alike], alike)


@attack(claim="learning-rate")
def symbols_of_the_algebra(p: Proof) -> int:
    a = p.step(identity, (L, "==", _above + 1), given=("L >= 2",))
    b = p.step(identity, (L, "==", _above + 2), given=("L >= 3",))
    return p.step(scale, (1, "==", 2), p.step(chain, (_above + 1, "==", _above + 2), a, b), data=ONE)


@attack(claim="linear-convergence")
def gaps_of_one_name(p: Proof) -> int:
    gap = sp.Symbol("gap_below_E", positive=True)
    steps = []
    for x in (Q.risk_gap, Q.lambda_max):
        given = Relation(x, "<", Q.E)
        below = p.step(hypothesis, given, given=(given,))
        same = p.step(identity, (Q.E, "==", x + gap), below)
        steps.append(same if x == Q.risk_gap else p.step(scale, (x + gap, "==", Q.E), same, data=ONE))
    return p.step(chain, (Q.risk_gap + gap, "==", Q.lambda_max + gap), *steps)


@attack(claim="learning-rate")
def bound_index_of_the_algebra(p: Proof) -> int:
    free = sp.Symbol("_0", integer=True)
    return p.step(identity, (sp.Sum(2 ** (k * free), (k, 1, L)), "==", sp.Sum(2 ** (k * k), (k, 1, L))))


@attack(claim="alignment-quadratic")
def sum_of_a_hypothesis(p: Proof) -> int:
    gap = spectral(W(k)) ** 2 - spectral(W(k + 1)) ** 2
    given = Relation(gap, ">", 0)
    a = p.step(hypothesis, given, given=(given,), scope=ADJACENT)
    b = p.step(sign, (gap, ">=", 0), a, scope=ADJACENT)
    return p.step(term_by_term, (sp.Sum(gap, (k, 1, L - 1)), ">=", 0), b, data=("sum", (k, 1, L - 1)))


@attack(claim="alignment-quadratic")
def growth_of_a_hypothesis(p: Proof) -> int:
    norm = spectral(W(k))
    given = Relation(norm, "<=", spectral(W(k - 1)))
    a = p.step(hypothesis, given, given=(given,), scope=((k, 2, L),))
    start = p.step(identity, (spectral(W(1)), "==", spectral(W(1))))
    return p.step(growth, (norm, "<=", spectral(W(1))), start, a, data=(norm, ONE, k, 1, L, True), scope=LAYERS)


@attack(claim="alignment-quadratic")
def sum_that_binds_a_hypothesis(p: Proof) -> int:
    given = Relation(spectral(W(k)), "==", 0)
    a = p.step(hypothesis, given, given=(given,), scope=LAYERS)
    return p.step(identity, (sp.Sum(spectral(W(k)), (k, 1, L)), "==", 0), a)


@attack(claim="learning-rate")
def range_of_the_other_index(p: Proof) -> int:
    return p.step(specialize, (SubProduct(k, k + 1), "==", W(k) * SubProduct(k, k)), p.define("SubProduct"),
                  data=((j, k),), scope=LAYERS)


@attack(claim="learning-rate")
def range_that_moves_along(p: Proof) -> int:
    return p.step(specialize, (SubProduct(j + 1, k + 1), "==", W(k) * SubProduct(j + 1, k)), p.define("SubProduct"),
                  data=((j, j + 1),), scope=((k, j + 1, L), (j, 1, L - 1)))


@attack(claim="min-sharpness-dual")
def two_indices_made_one(p: Proof) -> int:
    layer, norm, upper, other = p.define("aligned"), p.define("aligned unit"), ((k, 2, L),), ((j, 2, L),)
    before = p.step(specialize, (dot(unit(k - 1), unit(k - 1)), "==", 1), norm, data=((k, k - 1),), scope=upper)
    ratio = geometric(k - 1) / geometric(k)
    a = p.step(identity, (norm_squared(W(k)), "==", ratio), layer, norm, before, scope=upper)
    ratio, size = ratio.xreplace({k: j}), dot(q(k), q(k))
    b = p.step(specialize, (norm_squared(W(j)), "==", ratio), a, data=((k, j),), scope=other)
    c = p.step(identity, (norm_squared(W(j)) * size, "==", ratio * size), b, scope=(*other, (k, 1, L)))
    size = dot(q(j), q(j))
    return p.step(specialize, (norm_squared(W(j)) * size, "==", ratio * size), c, data=((k, j),), scope=((j, 1, L),))


def forward(p: Proof) -> int:
    """``|P_k u|^2 <= sigma_max^2 |P_{k-1} u|^2``."""
    return forward_step(p, layer_bounds(p).squared)


@attack(claim="limit-sharpness")
def zeroth_power_of_zero(p: Proof) -> int:
    step, P_0 = forward(p), p.define("P_0")
    start = p.step(identity, (front(ZERO), "==", dot(u, u)), P_0)
    grown = p.step(growth, (front(k), "<=", sigma_max ** (2 * k) * dot(u, u)), start, step,
                   data=(front(k), sigma_max**2, k, 0, L, True), scope=FROM_ZERO)
    zero = p.step(hypothesis, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    a = p.step(rewrite, (front(k), "<=", 0), grown, zero, scope=FROM_ZERO)
    return p.step(specialize, (dot(u, u), "<=", 0), a, P_0, data=((k, ZERO),))


@attack(claim="limit-sharpness")
def growth_by_zero(p: Proof) -> int:
    step, P_0 = forward(p), p.define("P_0")
    zero = p.step(hypothesis, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    step = p.step(rewrite, (front(k), "<=", 0), step, zero, scope=LAYERS)
    start = p.step(identity, (front(ZERO), "==", dot(u, u)), P_0)
    a = p.step(growth, (front(k), "<=", 0), start, step, data=(front(k), ZERO, k, 0, L, True), scope=FROM_ZERO)
    return p.step(specialize, (dot(u, u), "<=", 0), a, P_0, data=((k, ZERO),))


@attack(claim="limit-sharpness")
def sum_from_zero(p: Proof) -> int:
    zero = p.step(hypothesis, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    return p.step(identity, (sp.Sum(sigma_max**k, (k, 0, L)), "==", 0), zero)


@attack(claim="limit-sharpness")
def sum_below_the_diagonal(p: Proof) -> int:
    step = forward(p)
    positive = p.step(hypothesis, (sigma_max, ">", 0), given=(Relation(sigma_max, ">", 0),))
    start = p.step(identity, (front(j), "==", front(j)), scope=((j, 1, L),))
    bound = sigma_max ** (2 * (k - j)) * front(j)
    a = p.step(growth, (front(k), "<=", bound), start, step, positive, data=(front(k), sigma_max**2, k, j, L, True),
               scope=((j, 1, L), (k, j, L)))
    return p.step(term_by_term, (sp.Sum(front(k), (k, 1, L)), "<=", sp.Sum(bound, (k, 1, L))), a,
                  data=("sum", (k, 1, L)), scope=((j, 1, L),))


@attack(claim="limit-sharpness")
def infimum_of_what_vanishes_at_minimizers(p: Proof) -> int:
    flow, layer, h_is, g_is = p.define("risk flow"), p.cite("gradient", "layer"), p.define("h"), p.define("g")
    at = p.step(hypothesis, (Q.Sigma * w, "==", Q.Sigma * Q.w_star), given=("minimizer",))
    before = p.step(specialize, (LayerMatrix("h", k - 1), "==", P(k - 1) * Q.g), h_is, data=((k, k - 1),), scope=LAYERS)
    flat = p.step(identity, (Q.g, "==", sp.ZeroMatrix(w.rows, 1)), g_is, at)
    still = p.step(identity, (norm_squared(LayerMatrix("gradient", k)), "==", 0), layer, before, flat, scope=LAYERS)
    zero = p.step(identity, (risk_flow, "==", 0), flow, still)
    low = p.cite("sharpness-lower", "minimizers")
    a = p.step(rewrite, (Q.S, ">=", p[low].rhs - risk_flow), low, zero)
    return p.step(infimum, (Q.S_min, ">=", p[low].rhs - risk_flow), a)


@attack(claim="min-sharpness")
def exhibited_under_a_contradiction(p: Proof) -> int:
    """No aligned weights vanish, so anything holds of them; but some weights do vanish."""
    value = copied(p, "min-sharpness", "attained")
    meaning = Relation(Q.Sigma * w, "==", Q.Sigma * Q.w_star)
    at = next(n for n, s in enumerate(p.steps) if s.statement == meaning and s.rule is identity)
    zero = p.step(hypothesis, (sigma_max, "==", 0), given=(Relation(sigma_max, "==", 0),))
    moved = p.step(rewrite, (Q.S, "==", p[value].rhs - sigma_max), value, zero)
    return p.step(exhibited_minimizer, (Q.S_min, "<=", p[value].rhs), p.step(
        rewrite, (Q.S, "==", p[value].rhs), moved, zero), at)


@attack(claim="learning-rate")
def nearly_flattest_for_any_number(p: Proof) -> int:
    return p.step(nearly_flattest, (Q.S_flat, "<=", Q.S_min + r), p.step(sign, (Q.S_min, "<", Q.S_min + r)))


@attack(claim="sharpness")
def curvature_in_one_direction(p: Proof) -> int:
    given = Relation(Q.curvature, "==", 5 * dot(Q.w_dot, Q.Sigma * Q.w_dot))
    found = BUILT_IN.derivation("sharpness")
    assert found is not None
    end = copied(p, "sharpness", "eigenvalue")
    gram = next(s for s in found.steps[: end + 1] if s.rule is gram_rule)
    one = p.step(hypothesis, given, given=(given,))
    matrix, _factor = gram.data
    return p.step(gram_rule, (Q.S, "==", 5 * weighted_top(matrix)), one, *gram.using[1:], data=(matrix, sp.Integer(5)))


@attack(claim="learning-rate")
def slope_at_one_time(p: Proof) -> int:
    a = p.define("norm_q1")
    given = Relation(Q.norm_q1 + t, "==", Q.norm_q1)
    b = p.step(hypothesis, given, given=(given,))
    return p.step(taylor_coefficient, (1, "==", 0), b, a, data=(t, 1))


@attack(claim="min-sharpness-dual")
def hypothesis_about_one_direction(p: Proof) -> int:
    given = Relation(1, ">=", Q.alpha)
    a = p.step(hypothesis, given, given=(given,))
    unit_star = Q.w_star / Q.norm_w
    star = p.define("norm_w")
    return p.step(choose_direction, (1, ">=", dot(unit_star, Q.Sigma * unit_star)), a, star, data=unit_star)


@attack(claim="sharpness-unbounded")
def risk_of_other_weights(p: Proof) -> int:
    flow = p.define("risk flow")
    scaled = LayerMatrix("gradient_scaled", k)
    return p.step(transfer, (risk_flow, "==", sp.Sum(sp.Trace(scaled.T * -scaled), (k, 1, L))), flow, data="rescaled")


@attack(claim="learning-rate")
def infinite_factor(p: Proof) -> int:
    return p.step(scale, (sp.oo * Q.norm_q1**2, ">=", 0), p.step(sign, (Q.norm_q1**2, ">=", 0)), data=sp.oo)


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
