"""The regressor controls the norms of the layers."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, swapped, without
from ...language.nodes import Relation, SubProduct, dot
from ...language.norms import GramPower, spectral
from ...language.quantities import Delta, L, j, k, norm_w_net, sigma_max
from ...proof.builder import Proof
from ...proof.rules.gram_powers import (
    gram_power,
    growth,
    largest,
    largest_root,
    power_difference,
    split_sum,
    top_power,
    zero_or_not,
    zeroth_power,
)
from ...proof.rules.inequalities import power, scale, sign
from ...proof.rules.logic import chain, hypothesis, identity, rewrite, specialize
from ...proof.rules.spectral_norms import dimension_one, operator_norm
from ...setting.flow import D, left
from ...setting.network import W, q
from ..landscape.common import back
from .common import ADJACENT, telescoped

_bound = partial(Obligation, space="layers", over=("W",), given=("plain",), tight=True)

NORM_CONTROL = Claim(
    id="norm-control",
    title="The regressor controls the norms of the layers",
    obligations=(
        _bound("polynomial",
               Relation(sigma_max ** (2 * L) - (L - 1) * Delta * sigma_max ** (2 * L - 2), "<=", norm_w_net**2),
               formal="normcontrol.norm_control", shown=None,
               mutants=(swapped("L - 1 -> 0.95 (L - 1)", {Delta: sp.Rational(19, 20) * Delta}, "lhs"),
                        swapped("without Delta", {Delta: sp.S.Zero}, "lhs"),
                        without("plain"))),
        _bound("norm", Relation(sigma_max**2, "<=", norm_w_net ** (2 / L) + (L - 1) * Delta),
               formal="normcontrol.norm_control_root",
               mutants=(swapped("L - 1 -> 0.95 (L - 1)", {Delta: sp.Rational(19, 20) * Delta}),
                        swapped("without Delta", {Delta: sp.S.Zero}),
                        without("plain"))),
    ),
)

LAYERS, FIXED = (k, 1, L), (j, 1, L)
BEYOND, ABOVE, WITHIN = (FIXED, (k, j + 1, L)), (FIXED, (k, j, L)), (FIXED, (k, j, L - 1))


class Layers(NamedTuple):
    """These steps bound every layer by the largest one."""

    largest: int
    squared: int
    backward: int


def layer_bounds(p: Proof) -> Layers:
    """Derive ``|W_k| <= sigma_max``, the same squared, and ``W_k^T q_k = q_{k-1}``."""
    bound = p.define("largest norm")
    return Layers(bound, power(p, bound, 2), p.define("q", flipped=True))


def backward_step(p: Proof, layers: Layers) -> int:
    """Derive ``|q_{k-1}|^2 <= sigma_max^2 |q_k|^2``."""
    one = operator_norm(p.at(LAYERS), W(k).T, q(k))
    pulled = rewrite(p, (back(k - 1), "<=", p[one].rhs), one, layers.backward)
    return chain(p, pulled, scale(p, layers.squared, back(k)))


def backward_growth(p: Proof, step: int) -> int:
    """Derive ``|q_k|^2 <= sigma_max^{2(L-k)}``, when the read-out is one."""
    return growth(p.at(LAYERS), readout_norm(p), step, back(k), sigma_max**2, k, 1, L, False,
                  to=(back(k), "<=", sigma_max ** (2 * (L - k))))


def readout_norm(p: Proof) -> int:
    """Derive ``|q_L|^2 = 1`` for the plain model."""
    return identity(p, (back(L), "==", 1), p.define("norm_p"), hypothesis(p, "plain"))


def lower_form(index: sp.Expr) -> sp.Expr:
    """Return ``q_k^T (W_k W_k^T)^k q_k``, which is ``|w|^2`` at the first layer."""
    return dot(q(index), GramPower("H", index, index) * q(index))


def chain_below(p: Proof, layers: Layers, D_is: int) -> int:
    """Derive ``q_j^T (W_j W_j^T)^j q_j <= |w|^2 + (L-1) sigma_max^{2L-2} sum over i < j of |D_i|``."""
    adjacent = p.at(ADJACENT)
    every = gram_power(p.at(LAYERS), "H", k, k)
    upper, pulled = specialize(adjacent, every, k=k + 1), specialize(adjacent, layers.backward, k=k + 1)
    gap, size = (L - 1) * spectral(D(k)), sigma_max ** (2 * (k - 1))
    rise = power_difference(adjacent, D_is, layers.largest, k, L - 1, q(k), "up", upper, pulled,
                            to=(lower_form(k + 1) - lower_form(k), "<=", gap * size * back(k)))
    grown = scale(adjacent, backward_growth(p, backward_step(p, layers)), gap * size,
                  to=(p[rise].rhs, "<=", gap * sigma_max ** (2 * L - 2)))
    step = specialize(p.at((i, 1, L - 1)), chain(p, rise, grown), k=i)
    total = telescoped(p.at(FIXED), -lower_form(i + 1), step, (i, 1, j - 1))
    value = identity(p, (lower_form(sp.S.One), "==", norm_w_net**2), specialize(p, every, k=1),
                     zeroth_power(p, "G", 1), specialize(p, layers.backward, k=1), p.define("q_0"),
                     p.define("norm_w_net"))
    return scale(p, total, 1, value, to=(lower_form(j), "<=", norm_w_net**2 + p[total].rhs))


def image(index: sp.Expr) -> sp.MatrixExpr:
    """Return ``W_k ... W_{j+1} u_j``, the top left singular vector of layer ``j`` propagated to layer ``k``."""
    return SubProduct(j, index + 1) * left(j)


def upper_form(index: sp.Expr) -> sp.Expr:
    """Return ``y_k^T (W_k W_k^T)^{L-k} y_k`` at the propagated vector ``y_k``."""
    return dot(image(index), GramPower("H", index, L - index) * image(index))


class Start(NamedTuple):
    """These steps are about the top left singular vector of layer ``j`` and its propagation."""

    unit: int
    eigen: int
    empty: int
    forward: int


def start_vector(p: Proof) -> Start:
    unit, eigen = (specialize(p.at(FIXED), p.define(name), k=j) for name in ("left unit", "left"))
    return Start(unit, eigen, p.define("SubProduct start"), p.define("SubProduct"))


def image_growth(p: Proof, layers: Layers, start: Start) -> int:
    """Derive ``|y_k|^2 <= sigma_max^{2(k-j)}``."""
    beyond, square, before = p.at(*BEYOND), dot(image(k), image(k)), image(k - 1)
    one = operator_norm(beyond, W(k), before)
    pushed = rewrite(beyond, (square, "<=", p[one].rhs), one, start.forward)
    step = chain(p, pushed, scale(beyond, layers.squared, dot(before, before)))
    first = identity(p.at(FIXED), (dot(image(j), image(j)), "==", 1), start.empty, start.unit)
    return growth(p.at(*ABOVE), first, step, square, sigma_max**2, k, j, L, True,
                  to=(square, "<=", sigma_max ** (2 * (k - j))))


def chain_above(p: Proof, layers: Layers, positive: int, start: Start, D_is: int) -> int:
    """Derive ``y_j^T (..)^{L-j} y_j - |y_L|^2 <= (L-1) sigma_max^{2(L-j-1)} sum over i >= j of |D_i|``."""
    within = p.at(*WITHIN)
    split, pushed = gram_power(p.at(ADJACENT), "G", k + 1, L - k), specialize(within, start.forward, k=k + 1)
    gap, size = (L - 1) * spectral(D(k)), sigma_max ** (2 * (L - k - 1))
    drop = power_difference(within, D_is, layers.largest, L - k, L - 1, image(k), "down", split, pushed,
                            to=(upper_form(k) - upper_form(k + 1), "<=", gap * size * dot(image(k), image(k))))
    grown = scale(within, image_growth(p, layers, start), gap * size,
                  to=(p[drop].rhs, "<=", gap * sigma_max ** (2 * (L - j - 1))))
    step = specialize(p.at(FIXED, (i, j, L - 1)), chain(p, drop, grown), k=i)
    return telescoped(p.at(FIXED), upper_form(i + 1), step, (i, j, L - 1), positive)


def meeting(p: Proof, layers: Layers, start: Start) -> int:
    """Derive ``<q_j, u_j>^2 = |y_L|^2``: both are the product of all layers above ``j``, a single row."""
    fixed, inner, end = p.at(FIXED), dot(q(k), image(k)), image(L)
    same = identity(p.at(*BEYOND), (inner, "==", dot(q(k - 1), image(k - 1))), start.forward, layers.backward)
    first = identity(fixed, (dot(q(j), image(j)), "==", dot(q(j), left(j))), start.empty)
    cut = growth(fixed, first, same, inner, 1, k, j, L, True)
    scalar = dimension_one(fixed.given("plain"), q(L), end)
    return rewrite(p, (dot(q(j), left(j)) ** 2, "==", dot(end, end)), scalar, cut, readout_norm(p))


def every_layer(p: Proof) -> int:
    """Derive ``|W_j|^{2L} <= |w|^2 + (L-1) Delta sigma_max^{2L-2}`` for every layer ``j``."""
    positive, fixed = hypothesis(p, "W != 0"), p.at(FIXED)
    layers, D_is = layer_bounds(p), p.define("D")
    below, start = chain_below(p, layers, D_is), start_vector(p)
    drop = chain_above(p, layers, positive, start, D_is)
    level, end, tail = spectral(W(j)) ** (2 * j), dot(image(L), image(L)), p[drop].rhs
    value = top_power(fixed, start.unit, start.eigen, j, L - j, left(j), j)
    scaled = scale(p, drop, level, start.empty, zeroth_power(p, "H", L),
                   to=(p[value].lhs, "<=", level * end + level * tail))
    square = top_power(fixed, start.unit, start.eigen, j, j, q(j), 0)
    moved = scale(p, square, 1, meeting(p, layers, start), positive,
                  to=(p[scaled].rhs, "<=", lower_form(j) + level * tail))
    raised = power(p, specialize(fixed, layers.largest, k=j), 2 * j)
    size = (L - 1) * sigma_max ** (2 * L - 2)
    before, beyond = (sp.Sum(spectral(D(i)), (i, *ends)) for ends in ((1, j - 1), (j, L - 1)))
    grown = scale(p, raised, tail, positive, to=(p[moved].rhs, "<=", lower_form(j) + size * beyond))
    whole = split_sum(fixed, spectral(D(i)), i, 1, j, L - 1)
    rest = scale(p, whole, 1, p.define("Delta"), to=(beyond, "==", Delta - before))
    summed = scale(p, below, 1, rest, to=(p[grown].rhs, "<=", norm_w_net**2 + size * Delta))
    return chain(p, value, scaled, moved, grown, summed)


def norm_control(p: Proof) -> dict[str, int]:
    """The chain runs down from a layer to ``w`` and up from it to the last layer. The largest root follows."""
    error = (L - 1) * Delta
    sided = scale(p, every_layer(p), 1,
                  to=(spectral(W(j)) ** (2 * L) - error * sigma_max ** (2 * L - 2), "<=", norm_w_net**2))
    nonzero = largest(p, sided, j)
    trivial = sign(p, p[nonzero], hypothesis(p, "W == 0"))
    polynomial = zero_or_not(p, trivial, nonzero)
    return {"polynomial": polynomial, "norm": largest_root(p, polynomial, sigma_max**2, error, norm_w_net**2, L)}


THEOREMS = ((NORM_CONTROL, norm_control),)
