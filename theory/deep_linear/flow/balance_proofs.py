"""Derivations of conservation and of the inequalities between adjacent layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import LayerMatrix, frobenius
from ...language.norms import second_singular, spectral
from ...proof.derivation import Derivation, Proof, i
from ...proof.rules.gram_powers import PART_OF_SUM
from ...proof.rules.inequalities import SCALING
from ...proof.rules.logic import IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import ABSOLUTE_VALUE, GRAM_DIFFERENCE, SINGLE_ROW
from ...proof.rules.sums import TAYLOR, TELESCOPING, TERMWISE
from ...setting.flow import D, D_dot
from ...setting.network import P, W, gradient, q, t
from ..network.kernel_proofs import LAYERS, cite, define

L, j, k = Q.L, Q.j, Q.k
ADJACENT = ((k, 1, L - 1),)
PAIRS = ((j, 1, L), (k, j, L))


def telescoped(
    proof: Proof, function: sp.Expr, bound: int, limits: tuple[sp.Symbol, Any, Any], scope: Sequence[Any], *signs: int
) -> int:
    """``F(m-1) - F(n) <= sum of T`` from the step ``F(k-1) - F(k) <= T(k)`` for ``k = m..n``.

    ``signs`` are steps that make the sum defined also where it is empty.
    """
    index, low, high = limits
    drop = function.xreplace({index: index - 1}) - function
    same = proof.step(IDENTITY, (drop, "==", drop), scope=proof.steps[bound].scope)
    ends = function.xreplace({index: low - 1}) - function.xreplace({index: high})
    total = proof.step(TELESCOPING, (ends, "==", sp.Sum(drop, limits)), same, data=(function, limits), scope=scope)
    terms = proof.step(TERMWISE, (sp.Sum(drop, limits), "<=", sp.Sum(proof[bound].rhs, limits)), bound, *signs,
                       data=("sum", limits), scope=scope)
    return proof.step(TRANSITIVITY, (ends, "<=", proof[terms].rhs), total, terms, scope=scope)


def conservation() -> Derivation:
    """The product rule, and ``W_k h_{k-1} = h_k``, ``W_{k+1}^T q_{k+1} = q_k`` on the gradient."""
    proof = Proof("conservation")
    h = LayerMatrix("h", k)
    h_is, forward, backward = define(proof, "h"), define(proof, "P"), define(proof, "q", flipped=True)
    before = proof.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * Q.g), h_is, data=((i, k - 1),),
                        scope=LAYERS)
    after = proof.step(INSTANCE, (h, "==", P(k) * Q.g), h_is, data=((i, k),), scope=LAYERS)
    propagated = proof.step(IDENTITY, (W(k) * LayerMatrix("h", k - 1), "==", h), before, after, forward,
                            scope=LAYERS)
    pulled = proof.step(INSTANCE, (W(k + 1).T * q(k + 1), "==", q(k)), backward, data=((k, k + 1),),
                        scope=ADJACENT)
    here = cite(proof, "gradient", "layer")
    there = proof.step(INSTANCE, (gradient(k + 1), "==", q(k + 1) * h.T), here, data=((k, k + 1),), scope=ADJACENT)
    layers = proof.step(IDENTITY, (gradient(k) * W(k).T, "==", W(k + 1).T * gradient(k + 1)),
                        here, there, propagated, pulled, scope=ADJACENT)
    moved = define(proof, "D moved")
    product = proof.step(
        TAYLOR,
        (D_dot(k), "==", gradient(k + 1).T * W(k + 1) + W(k + 1).T * gradient(k + 1)
         - gradient(k) * W(k).T - W(k) * gradient(k).T),
        moved, data=(t, 1), scope=ADJACENT, note="the product rule")
    zero = proof.step(IDENTITY, (D_dot(k), "==", sp.ZeroMatrix(h.rows, h.rows)), product, layers, scope=ADJACENT)
    conserved = proof.step(IDENTITY, (frobenius(D_dot(k)), "==", 0), zero, scope=ADJACENT)
    return proof.done(layers=layers, conserved=conserved)


def imbalance_terms(proof: Proof, low: Any, high: Any, scope: Sequence[Any]) -> int:
    """The imbalances of some layers add up to at most all of it."""
    total = define(proof, "Delta")
    part = proof.step(PART_OF_SUM, (sp.Sum(spectral(D(i)), (i, low, high)), "<=",
                                    sp.Sum(spectral(D(i)), (i, 1, L - 1))),
                      data=(spectral(D(i)), (i, low, high), (1, L - 1)), scope=scope)
    return proof.step(REWRITING, (proof[part].lhs, "<=", Q.Delta), part, total, scope=scope)


def singular_values() -> Derivation:
    """Weyl's inequality, telescoped, in both directions."""
    proof = Proof("singular-values")
    D_is = define(proof, "D")
    part = None
    sides = []
    for sign in (1, -1):
        first, second = (W(k), W(k + 1)) if sign == 1 else (W(k + 1), W(k))
        weyl = proof.step(GRAM_DIFFERENCE,
                          (spectral(first) ** 2, "<=", spectral(second) ** 2 + spectral(D(k))),
                          D_is, data=(spectral, W(k), W(k + 1)), scope=ADJACENT)
        drop = sign * (spectral(W(k)) ** 2 - spectral(W(k + 1)) ** 2)
        step = proof.step(SCALING, (drop, "<=", spectral(D(k))), weyl, data=sp.S.One, scope=ADJACENT)
        step = proof.step(INSTANCE, (drop.xreplace({k: i}), "<=", spectral(D(i))), step, data=((k, i),),
                          scope=((i, 1, L - 1),))
        chain = telescoped(proof, sign * spectral(W(i + 1)) ** 2, step, (i, j, k - 1), PAIRS)
        if part is None:
            part = imbalance_terms(proof, j, k - 1, PAIRS)
        sides.append(proof.step(
            TRANSITIVITY, (sign * (spectral(W(j)) ** 2 - spectral(W(k)) ** 2), "<=", Q.Delta), chain, part,
            scope=PAIRS))
    value = spectral(W(j)) ** 2 - spectral(W(k)) ** 2
    layers = proof.step(ABSOLUTE_VALUE, (sp.Abs(value), "<=", Q.Delta), *sides, data=(value, Q.Delta), scope=PAIRS)
    return proof.done(layers=layers)


def near_rank_one() -> Derivation:
    """Traces and Weyl's inequality, telescoped from the last layer, which is a single row."""
    proof = Proof("near-rank-one")
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
    return proof.done(norms=norms, second_value=_from_last(proof, second, drop))


def _from_last(proof: Proof, value: sp.Expr, drop: int) -> int:
    """``F(k) <= sum over i >= k`` from the drops ``F(k) - F(k+1)`` and ``F(L) = 0``."""
    there = proof.step(INSTANCE, (proof[drop].lhs.xreplace({k: i}), "<=", proof[drop].rhs.xreplace({k: i})), drop,
                       data=((k, i),), scope=((i, 1, L - 1),))
    chain = telescoped(proof, value.xreplace({k: i + 1}), there, (i, k, L - 1), LAYERS)
    if value.has(second_singular):
        row = proof.step(SINGLE_ROW, (second_singular(W(L)), "==", 0), data=W(L), given=("plain",))
    else:
        row = proof.step(SINGLE_ROW, (spectral(W(L)) ** 2, "==", frobenius(W(L))), data=W(L), given=("plain",))
    return proof.step(REWRITING, (value, "<=", proof[chain].rhs), chain, row, scope=LAYERS)


PROOFS = {"conservation": conservation, "singular-values": singular_values, "near-rank-one": near_rank_one}
