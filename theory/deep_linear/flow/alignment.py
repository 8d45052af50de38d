"""Adjacent layers of a nearly balanced network are nearly aligned."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from ...language.claim import Claim, Mutant, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.norms import second_singular, spectral
from ...language.quantities import L, j, k
from ...proof.builder import Proof, cite, define
from ...proof.rules.gradient_flow import SINE_BOUND, SQUARE_ROOT
from ...proof.rules.gram_powers import PART_OF_SUM
from ...proof.rules.inequalities import CAUCHY_SCHWARZ, POWER, SCALING, SIGN
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.singular_vectors import QUADRATIC_FORM, SINE, SPECTRAL_SPLIT
from ...proof.rules.spectral_norms import GRAM_DIFFERENCE
from ...setting.flow import D, left, right, sine
from ...setting.network import W
from .common import ADJACENT
from .near_rank_one import TAIL

TAIL_SUM = sp.Sum(spectral(D(j)), TAIL)
OVERLAP = dot(right(k + 1), left(k)) ** 2
"""Squared cosine between the top right vector of one layer and the top left vector of the layer below."""


def _alignment(name: str, norm: sp.Expr) -> Obligation:
    return Obligation(
        name,
        Relation(norm**2 * (1 - OVERLAP), "<=", TAIL_SUM + 2 * spectral(D(k))),
        space="layers",
        over=("W", "k < L", "top vectors"),
        given=("plain",),
        tight=True,
        mutants=(
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("without the tail", {TAIL_SUM: sp.S.Zero}),
            swapped("norm not squared", {norm**2: norm}, "lhs"),
        ),
    )


ALIGNMENT = Claim(
    id="alignment",
    title="Adjacent layers of a nearly balanced network are nearly aligned",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("near-rank-one",),
    note="For every choice of top singular vectors. Divided by the squared norm, where it is positive.",
    obligations=(_alignment("by-lower-layer", spectral(W(k))), _alignment("by-upper-layer", spectral(W(k + 1)))),
)

LOWER_GAP = spectral(W(k)) ** 2 - sp.Sum(spectral(D(j)), sp.Tuple(j, k + 1, L - 1))
UPPER_GAP = spectral(W(k + 1)) ** 2 - TAIL_SUM


def _quadratic(name: str, gap: sp.Expr, mutants: tuple[Mutant, ...]) -> Obligation:
    return Obligation(
        name,
        Relation(gap**2 * (1 - OVERLAP), "<=", spectral(D(k)) ** 2),
        space="layers",
        over=("W", "k < L", "top vectors"),
        given=("plain", Relation(gap, ">", 0)),
        tight=True,
        mutants=mutants,
    )


def _squared(name: str, norm: sp.Expr) -> Obligation:
    return Obligation(
        name,
        Relation(norm**4 * (1 - OVERLAP), "<=", (TAIL_SUM + 2 * spectral(D(k))) ** 2),
        space="layers",
        over=("W", "k < L", "top vectors"),
        given=("plain",),
        tight=True,
        mutants=(
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("without the tail", {TAIL_SUM: sp.S.Zero}),
            swapped("|W|^4 -> |W|^2", {norm**4: norm**2}, "lhs"),
        ),
    )


ALIGNMENT_QUADRATIC = Claim(
    id="alignment-quadratic",
    title="Alignment of adjacent layers, of second order in the imbalance",
    kind="inequality",
    origins=("ours",),
    requires=("near-rank-one",),
    note="Divided by the gap, which is positive: a bound on the sine of the angle. The last two, divided by |W|^4, "
    "square the bound of alignment.",
    obligations=(
        _quadratic("lower-gap", LOWER_GAP, (
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("|D_k|^2 -> |D_k|^3", {spectral(D(k)) ** 2: spectral(D(k)) ** 3}),
            without(Relation(LOWER_GAP, ">", 0)),
        )),
        _quadratic("upper-gap", UPPER_GAP, (
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("|D_k|^2 -> |D_k|^3", {spectral(D(k)) ** 2: spectral(D(k)) ** 3}),
            without(Relation(UPPER_GAP, ">", 0)),
        )),
        _squared("by-lower-layer", spectral(W(k))),
        _squared("by-upper-layer", spectral(W(k + 1))),
    ),
)

u, v = left(k), right(k + 1)
below, above = spectral(W(k)) ** 2, spectral(W(k + 1)) ** 2
gap = spectral(D(k))


class TopVectors(NamedTuple):
    """These steps are about the top vectors on both sides of the space between layers ``k`` and ``k + 1``."""

    left_unit: int
    left_eigen: int
    right_unit: int
    right_eigen: int


def top_vectors(proof: Proof) -> TopVectors:
    left_unit, left_eigen = define(proof, "left unit"), define(proof, "left")
    unit, eigen = define(proof, "right unit"), define(proof, "right")
    right_unit = proof.step(INSTANCE, (dot(v, v), "==", 1), unit, data=((k, k + 1),), scope=ADJACENT)
    right_eigen = proof.step(INSTANCE, (W(k + 1).T * W(k + 1) * v, "==", above * v), eigen, data=((k, k + 1),),
                             scope=ADJACENT)
    return TopVectors(left_unit, left_eigen, right_unit, right_eigen)


def upper_layer(proof: Proof, D_is: int, vectors: TopVectors) -> int:
    """Derive ``s_{k+1}^2 <= s_k^2 <v, u>^2 + sum over j >= k of |D_j| + |D_k|``."""
    image = dot(W(k).T * v, W(k).T * v)
    form = proof.step(IDENTITY, (dot(v, D(k) * v), "==", image - above), D_is, vectors.right_eigen,
                      vectors.right_unit, scope=ADJACENT)
    bounded = proof.step(QUADRATIC_FORM, (-dot(v, D(k) * v), "<=", gap * dot(v, v)), data=(D(k), v), scope=ADJACENT)
    named = proof.step(REWRITING, (above - image, "<=", gap), bounded, form, vectors.right_unit, scope=ADJACENT)
    start = proof.step(SCALING, (above, "<=", image + gap), named, data=sp.S.One, scope=ADJACENT)
    second = second_singular(W(k)) ** 2
    split = proof.step(SPECTRAL_SPLIT, (image, "<=", below * OVERLAP + second * (dot(v, v) - OVERLAP)),
                       vectors.left_unit, vectors.left_eigen, data=(k, v), scope=ADJACENT)
    unit = proof.step(REWRITING, (image, "<=", below * OVERLAP + second * (1 - OVERLAP)), split,
                      vectors.right_unit, scope=ADJACENT)
    moved = proof.step(SCALING, (image + gap, "<=", below * OVERLAP + second * (1 - OVERLAP) + gap), unit,
                       data=sp.S.One, scope=ADJACENT)
    weaker = proof.step(SIGN, (proof[moved].rhs, "<=", below * OVERLAP + second + gap), scope=ADJACENT)
    tail = proof.step(SCALING, (below * OVERLAP + second + gap, "<=", below * OVERLAP + TAIL_SUM + gap),
                      cite(proof, "near-rank-one", "second-value"), data=sp.S.One, scope=ADJACENT)
    return proof.step(TRANSITIVITY, (above, "<=", below * OVERLAP + TAIL_SUM + gap), start, moved, weaker, tail,
                      scope=ADJACENT)


def alignment(proof: Proof) -> dict[str, int]:
    """The quadratic form of both Gram matrices at the top right vector is split along the top left one."""
    D_is, vectors = define(proof, "D"), top_vectors(proof)
    upper = upper_layer(proof, D_is, vectors)
    weyl = proof.step(GRAM_DIFFERENCE, (below, "<=", above + gap), D_is, data=(spectral, W(k), W(k + 1)),
                      scope=ADJACENT)
    bound = TAIL_SUM + 2 * gap
    moved = proof.step(SCALING, (above + gap, "<=", below * OVERLAP + bound), upper, data=sp.S.One, scope=ADJACENT)
    chain = proof.step(TRANSITIVITY, (below, "<=", below * OVERLAP + bound), weyl, moved, scope=ADJACENT)
    first = proof.step(SCALING, (below * (1 - OVERLAP), "<=", bound), chain, data=sp.S.One, scope=ADJACENT)

    scaled = proof.step(SCALING, (below * OVERLAP + TAIL_SUM + gap, "<=", (above + gap) * OVERLAP + TAIL_SUM + gap),
                        weyl, data=OVERLAP, scope=ADJACENT)
    cauchy = proof.step(CAUCHY_SCHWARZ, (dot(v, v) * dot(u, u), ">=", OVERLAP), data=(v, u), scope=ADJACENT)
    cosine = proof.step(REWRITING, (1, ">=", OVERLAP), cauchy, vectors.left_unit, vectors.right_unit, scope=ADJACENT)
    weaker = proof.step(SCALING, ((above + gap) * OVERLAP + TAIL_SUM + gap, "<=", above * OVERLAP + bound), cosine,
                        data=gap, scope=ADJACENT)
    chain = proof.step(TRANSITIVITY, (above, "<=", above * OVERLAP + bound), upper, scaled, weaker, scope=ADJACENT)
    second = proof.step(SCALING, (above * (1 - OVERLAP), "<=", bound), chain, data=sp.S.One, scope=ADJACENT)
    return {"by-lower-layer": first, "by-upper-layer": second}


def squared(proof: Proof, stipulated: tuple[int, ...], side: str, top: sp.Expr, value: int) -> int:
    """Derive ``s^4 (1 - chi) <= (sum over i >= k of |D_i| + 2 |D_k|)^2`` for the norm ``s`` of either layer."""
    sine_is = define(proof, "sine")
    second, tail = proof[value].lhs, proof[value].rhs
    angle = sine(k)
    apart = proof.step(SINE_BOUND, ((top - second) * angle, "<=", gap), *stipulated, sine_is, data=side, scope=ADJACENT)
    small = proof.step(SIGN, (1 - OVERLAP, "<=", 1), scope=ADJACENT)
    square = proof.step(TRANSITIVITY, (angle**2, "<=", 1), sine_is, small, scope=ADJACENT)
    one = proof.step(SQUARE_ROOT, (angle, "<=", 1), square, data=(angle, sp.S.One), scope=ADJACENT)
    moved = proof.step(SCALING, (top * angle, "<=", second * angle + gap), apart, data=sp.S.One, scope=ADJACENT)
    scaled = proof.step(SCALING, (second * angle + gap, "<=", tail * angle + gap), value, data=angle, scope=ADJACENT)
    whole = proof.step(SCALING, (tail * angle + gap, "<=", tail + gap), one, data=tail, scope=ADJACENT)
    links = [moved, scaled, whole]
    if side == "left":
        part = proof.step(PART_OF_SUM, (tail, "<=", TAIL_SUM), data=(spectral(D(j)), (j, k + 1, L - 1), (k, L - 1)),
                          scope=ADJACENT)
        links.append(proof.step(SCALING, (tail + gap, "<=", TAIL_SUM + gap), part, data=sp.S.One, scope=ADJACENT))
    weaker = proof.step(SIGN, (TAIL_SUM + gap, "<=", TAIL_SUM + 2 * gap), scope=ADJACENT)
    bound = proof.step(TRANSITIVITY, (top * angle, "<=", TAIL_SUM + 2 * gap), *links, weaker, scope=ADJACENT)
    raised = proof.step(POWER, (top**2 * angle**2, "<=", (TAIL_SUM + 2 * gap) ** 2), bound, data=sp.Integer(2),
                        scope=ADJACENT)
    covered = proof.step(TRANSITIVITY, (1 - OVERLAP, "<=", angle**2), sine_is, scope=ADJACENT)
    named = proof.step(SCALING, (top**2 * (1 - OVERLAP), "<=", top**2 * angle**2), covered, data=top**2,
                       scope=ADJACENT)
    return proof.step(TRANSITIVITY, (top**2 * (1 - OVERLAP), "<=", (TAIL_SUM + 2 * gap) ** 2), named, raised,
                      scope=ADJACENT)


def alignment_quadratic(proof: Proof) -> dict[str, int]:
    """The sine theorem is used from either side. The imbalance bounds the second singular values."""
    D_is, vectors = define(proof, "D"), top_vectors(proof)
    second = cite(proof, "near-rank-one", "second-value")
    tail = sp.Sum(spectral(D(j)), (j, k + 1, L - 1))
    other = proof.step(INSTANCE, (second_singular(W(k + 1)) ** 2, "<=", tail), second, data=((k, k + 1),),
                       scope=ADJACENT)
    ends = []
    for side, width, value, limit in (("left", LOWER_GAP, other, below), ("right", UPPER_GAP, second, above)):
        given = Relation(width, ">", 0)
        positive = proof.step(HYPOTHESIS, given, given=(given,), scope=ADJACENT)
        apart = proof.step(REWRITING, (proof[value].lhs, "<=", limit - width), value, scope=ADJACENT)
        ends.append(proof.step(SINE, (width**2 * (1 - OVERLAP), "<=", gap**2), D_is, *vectors, apart, positive,
                               data=(side, width), scope=ADJACENT))
    squares = [squared(proof, (D_is, *vectors), *side) for side in (("left", below, other), ("right", above, second))]
    return {"lower-gap": ends[0], "upper-gap": ends[1], "by-lower-layer": squares[0], "by-upper-layer": squares[1]}


THEOREMS = ((ALIGNMENT, alignment), (ALIGNMENT_QUADRATIC, alignment_quadratic))
