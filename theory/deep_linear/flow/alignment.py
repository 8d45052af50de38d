"""Adjacent layers of a nearly balanced network are nearly aligned."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.norms import second_singular, spectral
from ...language.quantities import L, j, k
from ...proof.builder import Proof
from ...proof.rules.gradient_flow import sine_bound, square_root
from ...proof.rules.gram_powers import part_of_sum
from ...proof.rules.inequalities import cauchy_schwarz, power, scale, sign
from ...proof.rules.logic import chain, hypothesis, identity, specialize
from ...proof.rules.singular_vectors import quadratic_form, spectral_split
from ...proof.rules.spectral_norms import gram_difference
from ...setting.flow import D, left, right, sine
from ...setting.network import W
from .common import ADJACENT
from .near_rank_one import TAIL

TAIL_SUM = sp.Sum(spectral(D(j)), TAIL)
OVERLAP = dot(right(k + 1), left(k)) ** 2
"""Squared cosine between the top right vector of one layer and the top left vector of the layer below."""


_between = partial(Obligation, space="layers", over=("W", "k < L", "top vectors"), tight=True)
SMALLER = scaled("x 0.95", sp.Rational(19, 20))


def _for_either_layer(
    power: int, bound: sp.Expr, label: str, shown: str | None = "",
) -> tuple[Obligation, ...]:
    """Return the obligations that the power of the norm, times the squared sine, is at most the bound."""
    return tuple(
        _between(name, Relation(norm**power * (1 - OVERLAP), "<=", bound), given=("plain",), shown=shown,
                 mutants=(SMALLER, swapped("without the tail", {TAIL_SUM: sp.S.Zero}),
                          swapped(label, {norm**power: norm ** (power // 2)}, "lhs")))
        for name, norm in (("by-lower-layer", spectral(W(k))), ("by-upper-layer", spectral(W(k + 1)))))


ALIGNMENT = Claim(
    id="alignment",
    title="Adjacent layers of a nearly balanced network are nearly aligned",
    origins=("paper", "ours"),
    requires=("near-rank-one",),
    note="For every choice of top singular vectors. Divided by the squared norm, where it is positive.",
    obligations=_for_either_layer(2, TAIL_SUM + 2 * spectral(D(k)), "norm not squared"),
)

LOWER_GAP = spectral(W(k)) ** 2 - sp.Sum(spectral(D(j)), sp.Tuple(j, k + 1, L - 1))
UPPER_GAP = spectral(W(k + 1)) ** 2 - TAIL_SUM


def _quadratic(name: str, gap: sp.Expr) -> Obligation:
    """Return the obligation that the squared gap, times the squared sine, is at most ``|D_k|^2``."""
    size, positive = spectral(D(k)), Relation(gap, ">", 0)
    return _between(name, Relation(gap**2 * (1 - OVERLAP), "<=", size**2), given=("plain", positive),
                    mutants=(SMALLER, swapped("|D_k|^2 -> |D_k|^3", {size**2: size**3}), without(positive)))


ALIGNMENT_QUADRATIC = Claim(
    id="alignment-quadratic",
    title="Alignment of adjacent layers, of second order in the imbalance",
    requires=("near-rank-one",),
    note="Divided by the gap, which is positive: a bound on the sine of the angle. The last two, divided by |W|^4, "
    "square the bound of alignment.",
    obligations=(
        _quadratic("lower-gap", LOWER_GAP),
        _quadratic("upper-gap", UPPER_GAP),
        *_for_either_layer(4, (TAIL_SUM + 2 * spectral(D(k))) ** 2, "|W|^4 -> |W|^2", shown=None),
    ),
)

u, v = left(k), right(k + 1)
below, above = spectral(W(k)) ** 2, spectral(W(k + 1)) ** 2
gap = spectral(D(k))


class Adjacent(NamedTuple):
    """These steps are about layers ``k`` and ``k + 1``: the imbalance, and the top vectors on both sides of it."""

    D: int
    left_unit: int
    left_eigen: int
    right_unit: int
    right_eigen: int


def adjacent_layers(p: Proof) -> Adjacent:
    unit, eigen = (specialize(p.at(ADJACENT), p.define(name), k=k + 1) for name in ("right unit", "right"))
    return Adjacent(p.define("D"), p.define("left unit"), p.define("left"), unit, eigen)


def upper_layer(p: Proof, layers: Adjacent) -> int:
    """Derive ``s_{k+1}^2 - |D_k| <= s_k^2 <v, u>^2 + sum over j >= k of |D_j|``."""
    image, second = dot(W(k).T * v, W(k).T * v), second_singular(W(k)) ** 2
    form = identity(p, (dot(v, D(k) * v), "==", image - above), layers.D, layers.right_eigen, layers.right_unit)
    bounded = quadratic_form(p, (-dot(v, D(k) * v), "<=", gap * dot(v, v)), D(k), v)
    start = scale(p, bounded, 1, form, layers.right_unit, to=(above - gap, "<=", image))
    split = spectral_split(p, layers.left_unit, layers.left_eigen, k, v)
    weaker = sign(p, (p[split].rhs, "<=", below * OVERLAP + second), layers.right_unit)
    tail = scale(p, p.cite("near-rank-one", "second-value"), 1,
                 to=(below * OVERLAP + second, "<=", below * OVERLAP + TAIL_SUM))
    return chain(p, start, split, weaker, tail)


def alignment(p: Proof) -> dict[str, int]:
    """The quadratic form of both Gram matrices at the top right vector is split along the top left one."""
    layers, bound = adjacent_layers(p), TAIL_SUM + 2 * gap
    p = p.at(ADJACENT)
    upper = upper_layer(p, layers)
    weyl = gram_difference(p, (below, "<=", above + gap), layers.D, spectral, W(k), W(k + 1))
    moved = scale(p, upper, 1, to=(above + gap, "<=", below * OVERLAP + bound))
    first = scale(p, chain(p, weyl, moved), 1, to=(below * (1 - OVERLAP), "<=", bound))

    scaled = scale(p, weyl, OVERLAP, to=(p[upper].rhs, "<=", (above + gap) * OVERLAP + TAIL_SUM))
    cauchy = cauchy_schwarz(p, v, u)
    weaker = scale(p, cauchy, gap, layers.left_unit, layers.right_unit,
                   to=(p[scaled].rhs, "<=", above * OVERLAP + TAIL_SUM + gap))
    second = scale(p, chain(p, upper, scaled, weaker), 1, to=(above * (1 - OVERLAP), "<=", bound))
    return {"by-lower-layer": first, "by-upper-layer": second}


def squared(p: Proof, covered: int, one: int, apart: int, top: sp.Expr, value: int) -> int:
    """Derive ``s^4 (1 - chi) <= (sum over i >= k of |D_i| + 2 |D_k|)^2`` for the norm ``s`` of either layer."""
    angle, (second, tail) = sine(k), p[value].sides
    moved = scale(p, apart, 1, to=(top * angle - 2 * gap, "<=", second * angle - gap))
    links = [scale(p, value, angle), scale(p, one, tail)]
    if top == below:
        links.append(part_of_sum(p, spectral(D(j)), (j, k + 1, L - 1), (k, L - 1)))
    weaker = sign(p, (second * angle - gap, "<=", second * angle))
    bound = scale(p, chain(p, moved, weaker, *links), 1, to=(top * angle, "<=", TAIL_SUM + 2 * gap))
    return chain(p, scale(p, covered, top**2), power(p, bound, 2))


def with_gap(p: Proof, covered: int, apart: int, width: sp.Expr, value: int) -> int:
    """Derive ``c^2 (1 - chi) <= |D_k|^2`` for a gap ``c > 0``: the square of the sine theorem."""
    angle, positive = sine(k), hypothesis(p, Relation(width, ">", 0))
    bound = chain(p, scale(p, value, angle, to=(width * angle, "<=", p[apart].lhs)), apart)
    squares = scale(p, scale(p, bound, width, positive), angle)
    start = scale(p, scale(p, covered, width, positive), width, positive)
    return chain(p, start, squares, scale(p, bound, gap))


def alignment_quadratic(p: Proof) -> dict[str, int]:
    """The sine theorem is used from either side. The imbalance bounds the second singular values."""
    layers, second = adjacent_layers(p), p.cite("near-rank-one", "second-value")
    p = p.at(ADJACENT)
    other, sine_is = specialize(p, second, k=k + 1), p.define("sine")
    covered = chain(p, sine_is, to=(1 - OVERLAP, "<=", sine(k) ** 2))
    one = square_root(p, chain(p, sine_is, sign(p, (1 - OVERLAP, "<=", 1))), sine(k), 1)
    found = {}
    for layer, side, top, width, value in (
            ("lower", "left", below, LOWER_GAP, other), ("upper", "right", above, UPPER_GAP, second)):
        apart = sine_bound(p, *layers, sine_is, side)
        found[f"{layer}-gap"] = with_gap(p, covered, apart, width, value)
        found[f"by-{layer}-layer"] = squared(p, covered, one, apart, top, value)
    return found


THEOREMS = ((ALIGNMENT, alignment), (ALIGNMENT_QUADRATIC, alignment_quadratic))
