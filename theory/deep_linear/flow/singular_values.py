"""The squared norms of the layers differ by at most the imbalance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation
from ...language.norms import spectral
from ...language.quantities import Delta, L, j, k
from ...proof.builder import Proof, define
from ...proof.rules.gram_powers import PART_OF_SUM
from ...proof.rules.inequalities import SCALING
from ...proof.rules.logic import INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import ABSOLUTE_VALUE, GRAM_DIFFERENCE
from ...setting.flow import D
from ...setting.network import W
from .common import ADJACENT, telescoped

SINGULAR_VALUES = Claim(
    id="singular-values",
    title="The squared norms of the layers differ by at most the imbalance",
    kind="inequality",
    origins=("paper", "ours"),
    note="Squared: the same for the norms themselves is false.",
    obligations=(
        Obligation(
            "layers",
            Relation(sp.Abs(spectral(W(j)) ** 2 - spectral(W(k)) ** 2), "<=", Delta),
            space="layers",
            over=("W", "j <= k"),
            tight=True,
            formal="singular.singular_values",
            mutants=(
                swapped("not squared", {spectral(W(j)) ** 2: spectral(W(j)), spectral(W(k)) ** 2: spectral(W(k))},
                        "lhs"),
                swapped("mean of the |D_k| instead of their sum", {Delta: Delta / (L - 1)}),
                scaled("0.95 Delta", sp.Rational(19, 20)),
            ),
        ),
    ),
)

PAIRS = ((j, 1, L), (k, j, L))


def imbalance_terms(proof: Proof, low: Any, high: Any, scope: Sequence[Any]) -> int:
    """Derive that the imbalances of some layers add up to at most the whole imbalance."""
    total = define(proof, "Delta")
    part = proof.step(PART_OF_SUM, (sp.Sum(spectral(D(i)), (i, low, high)), "<=",
                                    sp.Sum(spectral(D(i)), (i, 1, L - 1))),
                      data=(spectral(D(i)), (i, low, high), (1, L - 1)), scope=scope)
    return proof.step(REWRITING, (proof[part].lhs, "<=", Delta), part, total, scope=scope)


def singular_values(proof: Proof) -> dict[str, int]:
    """Weyl's inequality telescopes in both directions."""
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
            TRANSITIVITY, (sign * (spectral(W(j)) ** 2 - spectral(W(k)) ** 2), "<=", Delta), chain, part,
            scope=PAIRS))
    value = spectral(W(j)) ** 2 - spectral(W(k)) ** 2
    layers = proof.step(ABSOLUTE_VALUE, (sp.Abs(value), "<=", Delta), *sides, data=(value, Delta), scope=PAIRS)
    return {"layers": layers}


THEOREMS = ((SINGULAR_VALUES, singular_values),)
