"""The constants of the problem, the norms of the layers, and the numbers of a minimizer, in order."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation, dot, norm_squared, weighted_top
from ...language.norms import spectral
from ...language.quantities import (
    Delta,
    E,
    L,
    M,
    S,
    S_balanced,
    S_min,
    Sigma,
    a,
    b,
    d,
    frob,
    j,
    k,
    lambda_max,
    lambda_min,
    lambda_pos,
    norm_q1,
    norm_w,
    norm_w_net,
    sigma_max,
    sigma_min,
    trace,
    trace_min,
    trace_Sigma,
    u,
    w,
    w_star,
)
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import (
    monotone_eigenvalue,
    multiple_of_identity,
    rayleigh,
    trace_of_eigenvalues,
    zero_vector,
)
from ...proof.rules.extremes import one_of_several
from ...proof.rules.gram_powers import any_order, growth, largest, part_of_sum, smallest
from ...proof.rules.inequalities import cauchy_schwarz, positive_factor, power, scale, sign
from ...proof.rules.infima import balanced_minimizers, infimum
from ...proof.rules.logic import antisymmetry, chain, cut, hypothesis, identity, rewrite, specialize
from ...proof.rules.spectral_norms import least_eigenvalue, least_positive, operator_norm, positive_spectrum
from ...setting.flow import INVERTIBLE, left
from ...setting.network import Sigma_half, W, preimage, q
from ..landscape.common import back, front, positive_backward
from ..landscape.sharpness_lower import quotients_in_order
from .balanced_sharpness import BALANCED_MATRIX
from .norm_control import LAYERS, backward_growth, backward_step, layer_bounds

ENERGY, TARGET = ("E > 0",), ("minimizer", "E > 0")

_problem = partial(Obligation, space="problem", given=ENERGY, tight=True, shown=None)
_layers = partial(Obligation, space="layers", over=("W",), tight=True, shown=None)
_minimizer = partial(Obligation, over=("W",), tight=True, shown=None)
_strict = operator("strictly", "<")
_smaller = scaled("x 0.95", sp.Rational(19, 20))

ORDER_OF_CONSTANTS = Claim(
    id="order-of-constants",
    title="The numbers of a problem, of its minimizers and of their layers in order",
    requires=("sharpness", "sharpness-lower-tight", "min-trace", "balanced-sharpness", "singular-values"),
    note="The last three say that there are balanced minimizers with w = w*, and that all of them have one sharpness.",
    obligations=(
        _problem("least-positive", Relation(lambda_min, "<=", lambda_pos), mutants=(_strict, _smaller)),
        _problem("least-is-positive", Relation(lambda_pos, "==", lambda_min), given=(*ENERGY, INVERTIBLE),
                 mutants=(without(INVERTIBLE), scaled("x 1.05", sp.Rational(21, 20)))),
        _problem("positive-quotient", Relation(lambda_pos, "<=", a),
                 mutants=(_strict, _smaller, swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}, "lhs"))),
        _problem("quotients", Relation(a, "<=", b), mutants=(_strict, _smaller)),
        _problem("quotient-below-largest", Relation(b, "<=", lambda_max), mutants=(_strict, _smaller)),
        _problem("largest-below-trace", Relation(lambda_max, "<=", trace_Sigma), mutants=(_strict, _smaller)),
        _problem("trace-above", Relation(trace_Sigma, "<=", d * lambda_max),
                 mutants=(_strict, _smaller, swapped("d -> d - 1", {d: d - 1}))),
        _problem("trace-below", Relation(d * lambda_min, "<=", trace_Sigma),
                 mutants=(_strict, _smaller, swapped("d -> d + 1", {d: d + 1}, "lhs"))),
        _minimizer("regressor", Relation(norm_w, "<=", norm_w_net), given=TARGET,
                   mutants=(_strict, _smaller, without("minimizer"))),
        _minimizer("invertible", Relation(norm_w_net, "==", norm_w), given=(*TARGET, INVERTIBLE),
                   mutants=(without("minimizer"), without(INVERTIBLE))),
        _layers("norms", Relation(sigma_min, "<=", sigma_max), mutants=(_strict, _smaller)),
        _layers("frobenius", Relation(sigma_max, "<=", frob), mutants=(_strict, _smaller)),
        _layers("product", Relation(norm_w_net, "<=", sigma_max ** (L - 1) * sigma_min), given=("plain",),
                mutants=(_strict, _smaller, swapped("L - 1 -> L - 2", {L - 1: L - 2}),
                         swapped("all smallest", {sigma_max: sigma_min}))),
        _layers("backward", Relation(norm_q1, "<=", sigma_max ** (L - 1)), given=("plain",),
                mutants=(_smaller, swapped("L - 1 -> L - 2", {L - 1: L - 2}),
                         swapped("the smallest", {sigma_max: sigma_min}))),
        _layers("imbalance", Relation(sigma_max**2, "<=", sigma_min**2 + Delta),
                mutants=(swapped("without Delta", {Delta: sp.S.Zero}),
                         swapped("0.95 Delta", {Delta: sp.Rational(19, 20) * Delta}))),
        _minimizer("sharpness-below-trace", Relation(S, "<=", trace), given=("minimizer",),
                   mutants=(_strict, _smaller)),
        _minimizer("trace-below-sharpness", Relation(trace, "<=", d * S), given=("minimizer",),
                   mutants=(_strict, _smaller, swapped("d -> L", {d: L}), swapped("d -> d - 1", {d: d - 1}))),
        _minimizer("backward-norm", Relation(2 * lambda_max * norm_q1**2, "<=", S), given=("minimizer",),
                   mutants=(_strict, _smaller, swapped("2 -> 2.05", {sp.Integer(2): sp.Rational(41, 20)}, "lhs"))),
        _problem("infima", Relation(S_min, "<=", trace_min), given=(), mutants=(_strict, _smaller)),
        _problem("infima-above", Relation(trace_min, "<=", d * S_min), given=(),
                 mutants=(_strict, _smaller, swapped("d -> d - 1", {d: d - 1}))),
        _problem("least-sharpness-positive", Relation(S_min, ">", 0), tight=False, mutants=(without("E > 0"),)),
        _problem("least-trace-positive", Relation(trace_min, ">", 0), tight=False, mutants=(without("E > 0"),)),
        _minimizer("sharpness-positive", Relation(S, ">", 0), given=TARGET, tight=False,
                   mutants=(without("minimizer"), without("E > 0"))),
        _minimizer("trace-positive", Relation(trace, ">", 0), given=TARGET, tight=False,
                   mutants=(without("minimizer"), without("E > 0"))),
        _minimizer("backward-positive", Relation(norm_q1, ">", 0), given=TARGET, tight=False,
                   mutants=(without("minimizer"), without("E > 0"))),
        _minimizer("regressor-positive", Relation(norm_w_net, ">", 0), given=TARGET, tight=False,
                   mutants=(without("minimizer"), without("E > 0"))),
        _minimizer("norm-positive", Relation(sigma_max, ">", 0), given=TARGET, tight=False,
                   mutants=(without("minimizer"), without("E > 0"))),
        _problem("balanced", Relation(S_balanced, "==", 2 * weighted_top(BALANCED_MATRIX)), given=("plain", "E > 0"),
                 mutants=(scaled("2 -> 1.99", sp.Rational(199, 200)),)),
        _problem("balanced-above-least", Relation(S_min, "<=", S_balanced), given=("plain", "E > 0"),
                 mutants=(_strict, _smaller)),
        _problem("balanced-ratio", Relation(S_balanced, "<=", (lambda_max + (L - 1) * a) / (L * a) * S_min),
                 given=("plain", "E > 0"), mutants=(_smaller, swapped("L - 1 -> L - 2", {L - 1: L - 2}))),
    ),
)


def spectrum(p: Proof) -> dict[str, int]:
    """The eigenvalues of ``Sigma`` add up to its trace; ``w* = Sigma x`` lies in its range."""
    E_is, norm_is, trace_is = (p.define(x) for x in ("E", "norm_w", "trace_Sigma"))
    one, total = sp.Identity(w.rows), sp.Trace(Sigma)
    size = sign(p, (dot(u, u), ">=", 0))
    largest_one = trace_of_eigenvalues(p, (lambda_max, "<=", total), one, size)
    above, below = (trace_of_eigenvalues(p, to, one) for to in (
        (total, "<=", d * lambda_max), (d * lambda_min, "<=", total)))
    order, a_is = quotients_in_order(p)
    spread = positive_spectrum(p, Sigma_half * preimage)
    root = p.define("root", flipped=True)
    energy = rewrite(p, (dot(w_star, Sigma * w_star), ">=", lambda_pos * dot(w_star, w_star)), spread, root,
                     p.define("preimage"))
    quotient = rayleigh(p, "covariance", None, Sigma_half * w_star)
    image = rewrite(p, (lambda_max * dot(w_star, Sigma * w_star), ">=", dot(Sigma * w_star, Sigma * w_star)),
                    quotient, root)
    most = scale(p, image, 1 / E, E_is, p.define("b"), to=(b, "<=", lambda_max))
    energy_given = p.given("E > 0")
    return {
        "least-positive": least_positive(energy_given, (lambda_min, "<=", lambda_pos)),
        "least-is-positive": least_positive(energy_given, (lambda_pos, "==", lambda_min), hypothesis(p, INVERTIBLE)),
        "positive-quotient": scale(p, energy, norm_w**-2, E_is, norm_is, a_is, to=(lambda_pos, "<=", a)),
        "quotients": rewrite(p, (a, "<=", b), order),
        "quotient-below-largest": most,
        "largest-below-trace": rewrite(p, (lambda_max, "<=", trace_Sigma), largest_one, trace_is),
        "trace-above": rewrite(p, (trace_Sigma, "<=", d * lambda_max), above, trace_is),
        "trace-below": rewrite(p, (d * lambda_min, "<=", trace_Sigma), below, trace_is),
    }


def regressors(p: Proof) -> dict[str, int]:
    """``w*`` is the shortest regressor of all minimizers, and the only one where ``Sigma`` is invertible."""
    minimizer, net, star = hypothesis(p, "minimizer"), p.define("norm_w_net"), p.define("norm_w")
    gap = w - w_star
    size = specialize(p, sign(p, (dot(u, u), ">=", 0)), u=gap)
    inner = identity(p, (dot(w, w_star), "==", dot(w_star, w_star)), p.define("preimage"), minimizer)
    squares = scale(p, size, 1, inner, net, star, to=(norm_w_net**2, ">=", norm_w**2))
    shortest = power(p, squares, sp.Rational(1, 2), to=(norm_w, "<=", norm_w_net))
    flat = rewrite(p, (0, ">=", lambda_min * dot(gap, gap)), least_eigenvalue(p, gap), minimizer)
    below = scale(p, flat, 1 / lambda_min, hypothesis(p, INVERTIBLE), to=(dot(gap, gap), "<=", 0))
    none = antisymmetry(p, below, size)
    target = zero_vector(p, none, w, w_star)
    same = rewrite(p, (norm_w_net**2, "==", norm_w**2), net, hypothesis(p, "w == w*"), star)
    equal = cut(p, power(p, same, sp.Rational(1, 2)), target, "w == w*")
    positive = chain(p, sign(p.given("E > 0"), (0, "<", norm_w)), shortest)
    return {"regressor": shortest, "invertible": equal, "regressor-positive": positive}


def layer_norms(p: Proof, nonzero: int) -> dict[str, int]:
    """What holds of the norm of every layer holds of the largest and of the smallest one."""
    bounds, half = layer_bounds(p), sp.Rational(1, 2)
    norms = chain(p, specialize(p, p.define("smallest norm"), k=1), specialize(p, bounds.largest, k=1))
    top = cauchy_schwarz(p.at(LAYERS), left(k), W(k))
    one = rewrite(p.at(LAYERS), (spectral(W(k)) ** 2, "<=", norm_squared(W(k))), top, p.define("left unit"),
                  p.define("left"))
    each = power(p, chain(p, one, p.define("largest Frobenius norm")), half, to=(spectral(W(k)), "<=", frob))

    step = backward_step(p, bounds)
    grown = backward_growth(p, step)
    first = specialize(p, grown, p.define("norm_q1"), k=1, to=(norm_q1**2, "<=", sigma_max ** (2 * L - 2)))
    start = specialize(p, step, p.define("q_0"), p.define("norm_w_net"), p.define("norm_q1"), k=1,
                       to=(norm_w_net**2, "<=", sigma_max**2 * norm_q1**2))
    positive = power(p, positive_factor(p, start, sigma_max**2, norm_q1**2, nonzero), half)

    pairs, any_two = p.cite("singular-values", "layers"), p.at((j, 1, L), (k, 1, L))
    gap = any_order(any_two, pairs)
    difference = spectral(W(j)) ** 2 - spectral(W(k)) ** 2
    signed = chain(any_two, one_of_several(any_two, p[gap].lhs, difference), gap, to=(difference, "<=", Delta))
    between = scale(any_two, signed, 1,
                    to=(spectral(W(j)) ** 2, "<=", spectral(W(k)) ** 2 + Delta))
    return {"norms": norms, "frobenius": largest(p, each, k), "product": product(p, bounds.backward, step, grown),
            "backward": power(p, first, half), "imbalance": smallest(p, largest(p, between, j), k),
            "norm-positive": positive}


def product(p: Proof, pulled_back: int, step: int, grown: int) -> int:
    """Derive ``|w| <= sigma_max^(L-1) sigma_min``: above and below the smallest layer, each is at most the largest."""
    layer, net = p.at((j, 1, L)), p.define("norm_w_net")
    here = operator_norm(layer, W(j).T, q(j))
    through = rewrite(layer, (back(j - 1), "<=", p[here].rhs), here, specialize(layer, pulled_back, k=j))
    above = scale(layer, specialize(layer, grown, k=j), spectral(W(j)) ** 2)
    same, below = identity(layer, (back(j - 1), "==", back(j - 1))), specialize(p.at((i, 1, L)), step, k=i)
    whole = growth(layer, same, below, back(i), sigma_max**2, i, 0, j - 1, False,
                   to=(back(0), "<=", sigma_max ** (2 * j - 2) * back(j - 1)))
    rest = scale(layer, chain(layer, through, above), sigma_max ** (2 * j - 2))
    every = rewrite(layer, (norm_w_net**2, "<=", sigma_max ** (2 * L - 2) * spectral(W(j)) ** 2),
                    chain(layer, whole, rest), p.define("q_0"), net)
    return power(p, smallest(p, every, j), sp.Rational(1, 2), to=(norm_w_net, "<=", sigma_max ** (L - 1) * sigma_min))


def minimizers(p: Proof) -> dict[str, int]:
    """The Hessian of a minimizer has the eigenvalues of a semidefinite matrix of ``d`` rows, besides zeros."""
    matrix, total, top = p.cite("kernel", "matrix"), sp.Trace(Sigma * M), weighted_top(M)
    S_is, trace_is = p.cite("sharpness", "eigenvalue"), p.cite("min-trace", "formula")
    semidefinite = chain(p, matrix, sign(p, (p[matrix].rhs, ">=", 0)))
    below, above = (trace_of_eigenvalues(p, to, M, *given) for to, given in (
        ((top, "<=", total), (semidefinite,)), ((total, "<=", d * top), ())))
    least = rewrite(p, (S, "<=", trace), scale(p, below, 2), S_is, trace_is)
    most = rewrite(p, (trace, "<=", d * S), scale(p, above, 2), S_is, trace_is)

    first = part_of_sum(p, back(k) * front(k - 1), (k, 1, 1), (1, L))
    form = rewrite(p, (dot(u, M * u), ">=", norm_q1**2 * dot(u, u)), first, matrix, p.define("P_0"),
                   p.define("norm_q1"))
    compared = monotone_eigenvalue(p, form, M, norm_q1**2 * sp.Identity(w.rows))
    backward = chain(p, S_is, scale(p, chain(p, compared, multiple_of_identity(p, norm_q1**2)), 2),
                     to=(S, ">=", 2 * lambda_max * norm_q1**2))

    lower = p.cite("sharpness-lower-tight", "minimizers")
    positive = chain(p, lower, sign(p.given("E > 0"), (p[lower].rhs, ">", 0)), to=(S, ">", 0))
    backward_positive = power(p, positive_backward(p)[3], sp.Rational(1, 2), to=(norm_q1, ">", 0))
    return {"sharpness-below-trace": least, "trace-below-sharpness": most, "backward-norm": backward,
            "sharpness-positive": positive, "trace-positive": chain(p, least, positive, to=(trace, ">", 0)),
            "backward-positive": backward_positive, **infima(p, least, most, lower)}


def infima(p: Proof, least: int, most: int, lower: int) -> dict[str, int]:
    """What holds of every minimizer holds of the infima, where one side is the same for all."""
    between = infimum(p, chain(p, p.define("S_min"), least), to=(trace_min, ">=", S_min))
    share = scale(p, chain(p, p.define("trace_min"), most), 1 / d, to=(S, ">=", trace_min / d))
    above = scale(p, infimum(p, share), d, to=(trace_min, "<=", d * S_min))
    bound = infimum(p, lower)
    positive = chain(p, bound, sign(p.given("E > 0"), (p[bound].rhs, ">", 0)), to=(S_min, ">", 0))
    return {"infima": rewrite(p, (S_min, "<=", trace_min), between), "infima-above": above,
            "least-sharpness-positive": positive,
            "least-trace-positive": chain(p, between, positive, to=(trace_min, ">", 0))}


def balanced(p: Proof) -> dict[str, int]:
    """The sharpness of balanced minimizers with ``w = w*`` is a number of the problem, and there are some."""
    S_is = p.define("S_balanced")
    value, ratio = (chain(p, S_is, p.cite("balanced-sharpness", name)) for name in ("sharpness", "ratio"))
    least = chain(p, p.define("S_min"), S_is)
    return {"balanced": balanced_minimizers(p, value), "balanced-above-least": balanced_minimizers(p, least),
            "balanced-ratio": balanced_minimizers(p, ratio)}


def order_of_constants(p: Proof) -> dict[str, int]:
    """Each comparison is derived by itself."""
    of_regressors = regressors(p)
    of_layers = layer_norms(p, of_regressors["regressor-positive"])
    return {**spectrum(p), **of_regressors, **of_layers, **minimizers(p), **balanced(p)}


THEOREMS = ((ORDER_OF_CONSTANTS, order_of_constants),)
