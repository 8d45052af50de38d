"""The regressor controls the norms of the layers."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, swapped, without
from ...language.nodes import Relation, SubProduct, dot
from ...language.norms import GramPower, spectral
from ...language.quantities import Delta, L, j, k, norm_p, norm_w_net, sigma_max
from ...proof.builder import Proof, define
from ...proof.rules.gram_powers import (
    GRAM_POWER,
    GROWTH,
    LARGEST,
    LARGEST_ROOT,
    POWER_DIFFERENCE,
    SPLIT_SUM,
    TOP_POWER,
    ZERO_OR_NOT,
    ZEROTH_POWER,
)
from ...proof.rules.inequalities import POWER, SCALING, SIGN
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import DIMENSION_ONE, OPERATOR_NORM, TRANSPOSED_NORM
from ...setting.flow import D, left
from ...setting.network import W, q
from ..landscape.common import back
from ..network.common import LAYERS
from .common import ADJACENT, telescoped

NORM_CONTROL = Claim(
    id="norm-control",
    title="The regressor controls the norms of the layers",
    kind="inequality",
    origins=("ours",),
    obligations=(
        Obligation(
            "polynomial",
            Relation(sigma_max ** (2 * L) - (L - 1) * Delta * sigma_max ** (2 * L - 2), "<=", norm_w_net**2),
            space="layers",
            over=("W",),
            given=("plain",),
            tight=True,
            formal="normcontrol.norm_control",
            mutants=(
                swapped("L - 1 -> 0.95 (L - 1)", {Delta: sp.Rational(19, 20) * Delta}, "lhs"),
                swapped("without Delta", {Delta: sp.S.Zero}, "lhs"),
                without("plain"),
            ),
        ),
        Obligation(
            "norm",
            Relation(sigma_max**2, "<=", norm_w_net ** (2 / L) + (L - 1) * Delta),
            space="layers",
            over=("W",),
            given=("plain",),
            tight=True,
            formal="normcontrol.norm_control_root",
            mutants=(
                swapped("L - 1 -> 0.95 (L - 1)", {Delta: sp.Rational(19, 20) * Delta}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                without("plain"),
            ),
        ),
    ),
)

FIXED = ((j, 1, L),)
ABOVE = ((j, 1, L), (k, j, L))
WITHIN = ((j, 1, L), (k, j, L - 1))


class Layers(NamedTuple):
    """These steps bound every layer by the largest one."""

    largest: int
    squared: int
    backward: int


def layer_bounds(proof: Proof) -> Layers:
    """Derive ``|W_k| <= sigma_max``, the same squared, and ``W_k^T q_k = q_{k-1}``."""
    largest = define(proof, "largest norm")
    squared = proof.step(POWER, (spectral(W(k)) ** 2, "<=", sigma_max**2), largest, data=sp.Integer(2),
                         scope=LAYERS)
    return Layers(largest, squared, define(proof, "q", flipped=True))


def backward_step(proof: Proof, layers: Layers) -> int:
    """Derive ``|q_{k-1}|^2 <= sigma_max^2 |q_k|^2``."""
    one = proof.step(TRANSPOSED_NORM, (dot(W(k).T * q(k), W(k).T * q(k)), "<=", spectral(W(k)) ** 2 * back(k)),
                     data=(W(k), q(k)), scope=LAYERS)
    pulled = proof.step(REWRITING, (back(k - 1), "<=", spectral(W(k)) ** 2 * back(k)), one, layers.backward,
                        scope=LAYERS)
    scaled = proof.step(SCALING, (spectral(W(k)) ** 2 * back(k), "<=", sigma_max**2 * back(k)), layers.squared,
                        data=back(k), scope=LAYERS)
    return proof.step(TRANSITIVITY, (back(k - 1), "<=", sigma_max**2 * back(k)), pulled, scaled, scope=LAYERS)


def backward_growth(proof: Proof, step: int) -> int:
    """Derive ``|q_k|^2 <= sigma_max^{2(L-k)}``, when the read-out is one."""
    return proof.step(GROWTH, (back(k), "<=", sigma_max ** (2 * (L - k))), readout_norm(proof), step,
                      data=(back(k), sigma_max**2, k, 1, L, False), scope=LAYERS)


def readout_norm(proof: Proof) -> int:
    """Derive ``|q_L|^2 = 1`` for the plain model."""
    readout = define(proof, "norm_p")
    plain = proof.step(HYPOTHESIS, (norm_p, "==", 1), given=("plain",))
    return proof.step(IDENTITY, (back(L), "==", 1), readout, plain)


def lower_form(index: sp.Expr) -> sp.Expr:
    """Return ``q_k^T (W_k W_k^T)^k q_k``, which is ``|w|^2`` at the first layer."""
    return dot(q(index), GramPower("H", index, index) * q(index))


def chain_below(proof: Proof, layers: Layers, D_is: int) -> int:
    """Derive ``q_j^T (W_j W_j^T)^j q_j <= |w|^2 + (L-1) sigma_max^{2L-2} sum over i < j of |D_i|``."""
    pulled = proof.step(INSTANCE, (W(k + 1).T * q(k + 1), "==", q(k)), layers.backward, data=((k, k + 1),),
                        scope=ADJACENT)
    power = proof.step(GRAM_POWER, (GramPower("H", k, k), "==", W(k) * GramPower("G", k, k - 1) * W(k).T),
                       data=("H", k, k), scope=LAYERS)
    upper = proof.step(
        INSTANCE, (GramPower("H", k + 1, k + 1), "==", W(k + 1) * GramPower("G", k + 1, k) * W(k + 1).T), power,
        data=((k, k + 1),), scope=ADJACENT)
    shifted = proof.step(IDENTITY, (lower_form(k + 1), "==", dot(q(k), GramPower("G", k + 1, k) * q(k))),
                         upper, pulled, scope=ADJACENT)
    size = (L - 1) * spectral(D(k))
    gap = proof.step(
        POWER_DIFFERENCE,
        (dot(q(k), GramPower("G", k + 1, k) * q(k)) - lower_form(k), "<=",
         size * sigma_max ** (2 * (k - 1)) * back(k)),
        D_is, layers.largest, data=(k, L - 1, q(k), "up"), scope=ADJACENT)
    rise = proof.step(REWRITING, (lower_form(k + 1) - lower_form(k), "<=", proof[gap].rhs), gap, shifted,
                      scope=ADJACENT)
    grown = proof.step(SCALING, (proof[gap].rhs, "<=", size * sigma_max ** (2 * L - 2)),
                       backward_growth(proof, backward_step(proof, layers)),
                       data=size * sigma_max ** (2 * (k - 1)), scope=ADJACENT)
    step = proof.step(TRANSITIVITY, (proof[rise].lhs, "<=", proof[grown].rhs), rise, grown, scope=ADJACENT)
    step = proof.step(INSTANCE, (lower_form(i + 1) - lower_form(i), "<=", proof[step].rhs.xreplace({k: i})), step,
                      data=((k, i),), scope=((i, 1, L - 1),))
    chain = telescoped(proof, -lower_form(i + 1), step, (i, 1, j - 1), FIXED)
    first = proof.step(INSTANCE, (GramPower("H", 1, 1), "==", W(1) * GramPower("G", 1, 0) * W(1).T), power,
                       data=((k, sp.S.One),))
    zeroth = proof.step(ZEROTH_POWER, (GramPower("G", 1, 0), "==", sp.Identity(q(0).rows)), data=("G", sp.S.One))
    last = proof.step(INSTANCE, (W(1).T * q(1), "==", q(0)), layers.backward, data=((k, sp.S.One),))
    q_0, norm = define(proof, "q_0"), define(proof, "norm_w_net")
    value = proof.step(IDENTITY, (lower_form(sp.S.One), "==", norm_w_net**2), first, zeroth, last, q_0, norm)
    return proof.step(SCALING, (lower_form(j), "<=", norm_w_net**2 + proof[chain].rhs), _filled(
        proof, chain, value), data=sp.S.One, scope=FIXED)


def _filled(proof: Proof, chain: int, value: int) -> int:
    return proof.step(REWRITING, (lower_form(j) - norm_w_net**2, "<=", proof[chain].rhs), chain, value, scope=FIXED)


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


def start_vector(proof: Proof) -> Start:
    unit, eigen = define(proof, "left unit"), define(proof, "left")
    unit = proof.step(INSTANCE, (dot(left(j), left(j)), "==", 1), unit, data=((k, j),), scope=FIXED)
    eigen = proof.step(INSTANCE, (W(j) * W(j).T * left(j), "==", spectral(W(j)) ** 2 * left(j)), eigen,
                       data=((k, j),), scope=FIXED)
    return Start(unit, eigen, define(proof, "SubProduct start"), define(proof, "SubProduct"))


def image_growth(proof: Proof, layers: Layers, start: Start) -> int:
    """Derive ``|y_k|^2 <= sigma_max^{2(k-j)}``."""
    beyond = ((j, 1, L), (k, j + 1, L))
    square = dot(image(k), image(k))
    before = dot(image(k - 1), image(k - 1))
    one = proof.step(OPERATOR_NORM, (dot(W(k) * image(k - 1), W(k) * image(k - 1)), "<=",
                                     spectral(W(k)) ** 2 * before), data=(W(k), image(k - 1)), scope=beyond)
    pushed = proof.step(REWRITING, (square, "<=", spectral(W(k)) ** 2 * before), one, start.forward, scope=beyond)
    scaled = proof.step(SCALING, (spectral(W(k)) ** 2 * before, "<=", sigma_max**2 * before), layers.squared,
                        data=before, scope=beyond)
    chain = proof.step(TRANSITIVITY, (square, "<=", sigma_max**2 * before), pushed, scaled, scope=beyond)
    first = proof.step(IDENTITY, (dot(image(j), image(j)), "==", 1), start.empty, start.unit, scope=FIXED)
    return proof.step(GROWTH, (square, "<=", sigma_max ** (2 * (k - j))), first, chain,
                      data=(square, sigma_max**2, k, j, L, True), scope=ABOVE)


def chain_above(proof: Proof, layers: Layers, positive: int, start: Start, D_is: int) -> int:
    """Derive ``y_j^T (..)^{L-j} y_j - |y_L|^2 <= (L-1) sigma_max^{2(L-j-1)} sum over i >= j of |D_i|``."""
    power = proof.step(
        GRAM_POWER,
        (GramPower("G", k + 1, L - k), "==", W(k + 1).T * GramPower("H", k + 1, L - k - 1) * W(k + 1)),
        data=("G", k + 1, L - k), scope=ADJACENT)
    pushed = proof.step(INSTANCE, (SubProduct(j, k + 2), "==", W(k + 1) * SubProduct(j, k + 1)), start.forward,
                        data=((k, k + 1),), scope=WITHIN)
    shifted = proof.step(IDENTITY, (upper_form(k + 1), "==", dot(image(k), GramPower("G", k + 1, L - k) * image(k))),
                         power, pushed, scope=WITHIN)
    size = (L - 1) * spectral(D(k))
    gap = proof.step(
        POWER_DIFFERENCE,
        (upper_form(k) - proof[shifted].rhs, "<=",
         size * sigma_max ** (2 * (L - k - 1)) * dot(image(k), image(k))),
        D_is, layers.largest, data=(L - k, L - 1, image(k), "down"), scope=WITHIN)
    drop = proof.step(REWRITING, (upper_form(k) - upper_form(k + 1), "<=", proof[gap].rhs), gap, shifted,
                      scope=WITHIN)
    grown = proof.step(
        SCALING, (proof[gap].rhs, "<=", size * sigma_max ** (2 * (L - j - 1))),
        image_growth(proof, layers, start), data=size * sigma_max ** (2 * (L - k - 1)), scope=WITHIN)
    step = proof.step(TRANSITIVITY, (proof[drop].lhs, "<=", proof[grown].rhs), drop, grown, scope=WITHIN)
    step = proof.step(INSTANCE, (upper_form(i) - upper_form(i + 1), "<=", proof[step].rhs.xreplace({k: i})), step,
                      data=((k, i),), scope=((j, 1, L), (i, j, L - 1)))
    return telescoped(proof, upper_form(i + 1), step, (i, j, L - 1), FIXED, positive)


def meeting(proof: Proof, layers: Layers, start: Start) -> int:
    """Derive ``<q_j, u_j>^2 = |y_L|^2``: both are the product of all layers above ``j``, a single row."""
    inner = dot(q(k), image(k))
    same = proof.step(IDENTITY, (inner, "==", dot(q(k - 1), image(k - 1))), start.forward, layers.backward,
                      scope=((j, 1, L), (k, j + 1, L)))
    first = proof.step(IDENTITY, (dot(q(j), image(j)), "==", dot(q(j), left(j))), start.empty, scope=FIXED)
    cut = proof.step(GROWTH, (dot(q(L), image(L)), "==", dot(q(j), left(j))), first, same,
                     data=(inner, sp.S.One, k, j, L, True), scope=FIXED)
    scalar = proof.step(DIMENSION_ONE, (dot(q(L), image(L)) ** 2, "==", back(L) * dot(image(L), image(L))),
                        data=(q(L), image(L)), given=("plain",), scope=FIXED)
    return proof.step(REWRITING, (dot(q(j), left(j)) ** 2, "==", dot(image(L), image(L))), scalar, cut,
                      readout_norm(proof), scope=FIXED)


def every_layer(proof: Proof) -> int:
    """Derive ``|W_j|^{2L} <= |w|^2 + (L-1) Delta sigma_max^{2L-2}`` for every layer ``j``."""
    positive = proof.step(HYPOTHESIS, (sigma_max, ">", 0), given=("W != 0",))
    layers, D_is = layer_bounds(proof), define(proof, "D")
    below, start = chain_below(proof, layers, D_is), start_vector(proof)
    chain = chain_above(proof, layers, positive, start, D_is)
    norm, level = spectral(W(j)), spectral(W(j)) ** (2 * j)
    end = dot(image(L), image(L))
    tail = proof[chain].rhs
    zeroth = proof.step(ZEROTH_POWER, (GramPower("H", L, 0), "==", sp.Identity(q(L).rows)), data=("H", L))
    ended = proof.step(REWRITING, (dot(left(j), GramPower("H", j, L - j) * left(j)) - end, "<=", tail), chain,
                       start.empty, zeroth, scope=FIXED)
    value = proof.step(TOP_POWER, (level * dot(left(j), GramPower("H", j, L - j) * left(j)), "==", norm ** (2 * L)),
                       start.unit, start.eigen, data=(j, L - j, left(j), j), scope=FIXED)
    scaled = proof.step(SCALING, (proof[value].lhs, "<=", level * end + level * tail), ended, data=level,
                        scope=FIXED)
    square = proof.step(TOP_POWER, (lower_form(j), ">=", level * dot(q(j), left(j)) ** 2), start.unit, start.eigen,
                        data=(j, j, q(j), 0), scope=FIXED)
    met = proof.step(REWRITING, (lower_form(j), ">=", level * end), square, meeting(proof, layers, start),
                     scope=FIXED)
    moved = proof.step(SCALING, (level * end + level * tail, "<=", lower_form(j) + level * tail), met,
                       positive, data=sp.S.One, scope=FIXED)
    at_j = proof.step(INSTANCE, (norm, "<=", sigma_max), layers.largest, data=((k, j),), scope=FIXED)
    raised = proof.step(POWER, (level, "<=", sigma_max ** (2 * j)), at_j, data=2 * j, scope=FIXED)
    size = (L - 1) * sigma_max ** (2 * L - 2)
    from_j, before_j = (sp.Sum(spectral(D(i)), (i, *ends)) for ends in ((j, L - 1), (1, j - 1)))
    upper, lower = size * from_j, size * before_j
    grown = proof.step(SCALING, (lower_form(j) + level * tail, "<=", lower_form(j) + upper), raised, positive,
                       data=tail, scope=FIXED)
    summed = proof.step(SCALING, (lower_form(j) + upper, "<=", norm_w_net**2 + lower + upper), below, data=sp.S.One,
                        scope=FIXED)
    total = define(proof, "Delta")
    whole = proof.step(SPLIT_SUM, (before_j + from_j, "==", sp.Sum(spectral(D(i)), (i, 1, L - 1))),
                       data=(spectral(D(i)), i, sp.S.One, j, L - 1), scope=FIXED)
    joined = proof.step(REWRITING, (before_j + from_j, "==", Delta), whole, total, scope=FIXED)
    rest = proof.step(SCALING, (from_j, "==", Delta - before_j), joined, data=sp.S.One, scope=FIXED)
    closed = proof.step(IDENTITY, (norm_w_net**2 + lower + upper, "==", norm_w_net**2 + size * Delta), rest,
                        scope=FIXED)
    return proof.step(TRANSITIVITY, (norm ** (2 * L), "<=", norm_w_net**2 + size * Delta),
                      value, scaled, moved, grown, summed, closed, scope=FIXED)


def norm_control(proof: Proof) -> dict[str, int]:
    """The chain runs down from a layer to ``w`` and up from it to the last layer. The largest root follows."""
    bound = every_layer(proof)
    error = (L - 1) * Delta * sigma_max ** (2 * L - 2)
    sided = proof.step(SCALING, (spectral(W(j)) ** (2 * L) - error, "<=", norm_w_net**2), bound, data=sp.S.One,
                       scope=FIXED)
    largest = proof.step(LARGEST, (sigma_max ** (2 * L) - error, "<=", norm_w_net**2), sided, data=j)
    zero = proof.step(HYPOTHESIS, (sigma_max, "==", 0), given=("W == 0",))
    trivial = proof.step(SIGN, (sigma_max ** (2 * L) - error, "<=", norm_w_net**2), zero)
    polynomial = proof.step(ZERO_OR_NOT, (sigma_max ** (2 * L) - error, "<=", norm_w_net**2), trivial, largest)
    norm = proof.step(LARGEST_ROOT, (sigma_max**2, "<=", norm_w_net ** (2 / L) + (L - 1) * Delta), polynomial,
                      data=(sigma_max**2, (L - 1) * Delta, norm_w_net**2, L))
    return {"polynomial": polynomial, "norm": norm}


THEOREMS = ((NORM_CONTROL, norm_control),)
