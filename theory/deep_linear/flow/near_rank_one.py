"""Layers of a nearly balanced network are nearly of rank one."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, frobenius
from ...language.norms import second_singular, spectral
from ...language.quantities import L, j, k
from ...proof.builder import Proof, define
from ...proof.rules.inequalities import SCALING
from ...proof.rules.logic import IDENTITY, INSTANCE, REWRITING
from ...proof.rules.spectral_norms import GRAM_DIFFERENCE, SINGLE_ROW
from ...setting.flow import D
from ...setting.network import W
from ..network.common import LAYERS
from .common import ADJACENT, telescoped

TAIL = sp.Tuple(j, k, L - 1)

NEAR_RANK_ONE = Claim(
    id="near-rank-one",
    title="Layers of a nearly balanced network are nearly of rank one",
    kind="inequality",
    origins=("paper", "ours"),
    obligations=(
        Obligation(
            "norms",
            Relation(frobenius(W(k)) - spectral(W(k)) ** 2, "<=",
                     sp.Sum(sp.Trace(D(j)) + spectral(D(j)), TAIL)),
            space="layers",
            over=("W", "k"),
            given=("plain",),
            tight=True,
            formal="nearrank.near_rank_one",
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("without |D_j|", {spectral(D(j)): sp.S.Zero}),
                swapped("sum over j > k", {TAIL: sp.Tuple(j, k + 1, L - 1)}),
                swapped("sum over j < k", {TAIL: sp.Tuple(j, 1, k - 1)}),
                without("plain"),
            ),
        ),
        Obligation(
            "second-value",
            Relation(second_singular(W(k)) ** 2, "<=", sp.Sum(spectral(D(j)), TAIL)),
            space="layers",
            over=("W", "k"),
            given=("plain",),
            tight=True,
            formal="nearrank.near_rank_one_plane",
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("not squared", {second_singular(W(k)) ** 2: second_singular(W(k))}, "lhs"),
                swapped("sum over j > k", {TAIL: sp.Tuple(j, k + 1, L - 1)}),
                without("plain"),
            ),
        ),
    ),
)


def near_rank_one(proof: Proof) -> dict[str, int]:
    """Traces and Weyl's inequality telescope from the last layer, which is a single row."""
    D_is = define(proof, "D")
    top = proof.step(GRAM_DIFFERENCE, (spectral(W(k + 1)) ** 2, "<=", spectral(W(k)) ** 2 + spectral(D(k))), D_is,
                     data=(spectral, W(k), W(k + 1)), scope=ADJACENT)
    trace = proof.step(IDENTITY, (sp.Trace(D(k)), "==", frobenius(W(k)) - frobenius(W(k + 1))), D_is,
                       scope=ADJACENT)
    rest = frobenius(W(k)) - spectral(W(k)) ** 2
    shifted = proof.step(
        SCALING, (frobenius(W(k)) - frobenius(W(k + 1)) - spectral(W(k)) ** 2 + spectral(W(k + 1)) ** 2, "<=",
                  frobenius(W(k)) - frobenius(W(k + 1)) + spectral(D(k))), top, data=sp.S.One, scope=ADJACENT)
    drop = proof.step(REWRITING, (proof[shifted].lhs, "<=", sp.Trace(D(k)) + spectral(D(k))), shifted, trace,
                      scope=ADJACENT)
    norms = _from_last(proof, rest, drop)

    second = second_singular(W(k)) ** 2
    weyl = proof.step(GRAM_DIFFERENCE, (second, "<=", second_singular(W(k + 1)) ** 2 + spectral(D(k))), D_is,
                      data=(second_singular, W(k), W(k + 1)), scope=ADJACENT)
    drop = proof.step(SCALING, (second - second_singular(W(k + 1)) ** 2, "<=", spectral(D(k))), weyl,
                      data=sp.S.One, scope=ADJACENT)
    return {"norms": norms, "second-value": _from_last(proof, second, drop)}


def _from_last(proof: Proof, value: sp.Expr, drop: int) -> int:
    """Derive ``F(k) <= sum over i >= k`` from the drops ``F(k) - F(k+1)`` and ``F(L) = 0``."""
    there = proof.step(INSTANCE, (proof[drop].lhs.xreplace({k: i}), "<=", proof[drop].rhs.xreplace({k: i})), drop,
                       data=((k, i),), scope=((i, 1, L - 1),))
    chain = telescoped(proof, value.xreplace({k: i + 1}), there, (i, k, L - 1), LAYERS)
    if value.has(second_singular):
        row = proof.step(SINGLE_ROW, (second_singular(W(L)), "==", 0), data=W(L), given=("plain",))
    else:
        row = proof.step(SINGLE_ROW, (spectral(W(L)) ** 2, "==", frobenius(W(L))), data=W(L), given=("plain",))
    return proof.step(REWRITING, (value, "<=", proof[chain].rhs), chain, row, scope=LAYERS)


THEOREMS = ((NEAR_RANK_ONE, near_rank_one),)
