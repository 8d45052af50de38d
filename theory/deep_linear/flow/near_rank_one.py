"""Layers of a nearly balanced network are nearly of rank one."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, norm_squared
from ...language.norms import second_singular, spectral
from ...language.quantities import L, j, k
from ...proof.builder import Proof
from ...proof.rules.inequalities import scale
from ...proof.rules.logic import identity, rewrite, specialize
from ...proof.rules.spectral_norms import gram_difference, single_row
from ...setting.flow import D
from ...setting.network import W
from .common import telescoped

TAIL = sp.Tuple(j, k, L - 1)

_bound = partial(Obligation, space="layers", over=("W", "k"), given=("plain",), tight=True)

NEAR_RANK_ONE = Claim(
    id="near-rank-one",
    title="Layers of a nearly balanced network are nearly of rank one",
    origins=("paper", "ours"),
    obligations=(
        _bound("norms",
               Relation(norm_squared(W(k)) - spectral(W(k)) ** 2, "<=", sp.Sum(sp.Trace(D(j)) + spectral(D(j)), TAIL)),
               formal="nearrank.near_rank_one",
               mutants=(scaled("x 0.95", sp.Rational(19, 20)),
                        swapped("without |D_j|", {spectral(D(j)): sp.S.Zero}),
                        swapped("sum over j > k", {TAIL: sp.Tuple(j, k + 1, L - 1)}),
                        swapped("sum over j < k", {TAIL: sp.Tuple(j, 1, k - 1)}),
                        without("plain"))),
        _bound("second-value", Relation(second_singular(W(k)) ** 2, "<=", sp.Sum(spectral(D(j)), TAIL)),
               formal="nearrank.near_rank_one_plane",
               mutants=(scaled("x 0.95", sp.Rational(19, 20)),
                        swapped("not squared", {second_singular(W(k)) ** 2: second_singular(W(k))}, "lhs"),
                        swapped("sum over j > k", {TAIL: sp.Tuple(j, k + 1, L - 1)}),
                        without("plain"))),
    ),
)


def near_rank_one(p: Proof) -> dict[str, int]:
    """Traces and Weyl's inequality telescope from the last layer, which is a single row."""
    D_is, plain, gap, last = p.define("D"), p.given("plain"), spectral(D(k)), W(L)
    whole, top, second = norm_squared(W(k)), spectral(W(k)) ** 2, second_singular(W(k)) ** 2
    above = {k: k + 1}
    weyl = gram_difference(p, (top.xreplace(above), "<=", top + gap), D_is, spectral, W(k), W(k + 1))
    trace = identity(p, (sp.Trace(D(k)), "==", whole - whole.xreplace(above)), D_is)
    rest = whole - top
    drop = scale(p, weyl, 1, trace, to=(rest - rest.xreplace(above), "<=", sp.Trace(D(k)) + gap))
    row = single_row(plain, (spectral(last) ** 2, "==", norm_squared(last)), last)
    norms = _from_last(p, rest, drop, row)

    weyl = gram_difference(p, (second, "<=", second.xreplace(above) + gap), D_is, second_singular, W(k), W(k + 1))
    drop = scale(p, weyl, 1, to=(second - second.xreplace(above), "<=", gap))
    row = single_row(plain, (second_singular(last), "==", 0), last)
    return {"norms": norms, "second-value": _from_last(p, second, drop, row)}


def _from_last(p: Proof, value: sp.Expr, drop: int, zero: int) -> int:
    """Derive ``F(k) <= sum over i >= k`` from the drops ``F(k) - F(k+1)`` and ``F(L) = 0``."""
    moved = specialize(p.at((i, 1, L - 1)), drop, k=i)
    total = telescoped(p.at((k, 1, L)), value.xreplace({k: i + 1}), moved, (i, k, L - 1))
    return rewrite(p, (value, "<=", p[total].rhs), total, zero)


THEOREMS = ((NEAR_RANK_ONE, near_rank_one),)
