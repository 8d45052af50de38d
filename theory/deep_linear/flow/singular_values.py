"""The squared norms of the layers differ by at most the imbalance."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation
from ...language.norms import spectral
from ...language.quantities import Delta, L, j, k
from ...proof.builder import Proof
from ...proof.rules.gram_powers import part_of_sum
from ...proof.rules.inequalities import scale
from ...proof.rules.logic import chain, rewrite, specialize
from ...proof.rules.spectral_norms import absolute_value, gram_difference
from ...setting.flow import D
from ...setting.network import W
from .common import telescoped

SINGULAR_VALUES = Claim(
    id="singular-values",
    title="The squared norms of the layers differ by at most the imbalance",
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


def singular_values(p: Proof) -> dict[str, int]:
    """Weyl's inequality telescopes in both directions."""
    D_is, pairs = p.define("D"), p.at((j, 1, L), (k, j, L))
    part = part_of_sum(pairs, spectral(D(i)), (i, j, k - 1), (1, L - 1))
    whole = rewrite(p, (p[part].lhs, "<=", Delta), part, p.define("Delta"))
    sides = []
    for sign, first, second in ((1, W(k), W(k + 1)), (-1, W(k + 1), W(k))):
        here, there = spectral(first) ** 2, spectral(second) ** 2
        weyl = gram_difference(p, (here, "<=", there + spectral(D(k))), D_is, spectral, W(k), W(k + 1))
        drop = scale(p, weyl, 1, to=(here - there, "<=", spectral(D(k))))
        moved = specialize(p.at((i, 1, L - 1)), drop, k=i)
        total = telescoped(pairs, sign * spectral(W(i + 1)) ** 2, moved, (i, j, k - 1))
        sides.append(chain(p, total, whole))
    above, below = sides
    return {"layers": absolute_value(p, above, below, p[above].lhs, Delta)}


THEOREMS = ((SINGULAR_VALUES, singular_values),)
