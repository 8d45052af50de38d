"""The bounds on the least sharpness hold with a fixed read-out."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation
from ...language.quantities import L, S, S_min, a, lambda_max, norm_p
from ...proof.builder import Proof
from ...proof.rules.logic import chain
from ..landscape.formulas import ENERGY_UPPER, PAPER_LOWER

_read_out = (
    swapped("without |p|^{2/L}", {norm_p ** (2 / L): sp.S.One}),
    swapped("|p|^{2/L} -> |p|^2", {2 / L: sp.Integer(2)}),
    swapped("|p|^{2/L} -> |p|^{1/L}", {2 / L: 1 / L}),
)

RESIDUAL_MIN_SHARPNESS = Claim(
    id="residual-min-sharpness",
    title="The least sharpness with a fixed read-out",
    requires=("sharpness-lower", "min-sharpness-bracket", "min-sharpness-ladder"),
    note="Section 2 holds with the factor |p|^{2/L}; square layers are not needed.",
    obligations=(
        Obligation("every-minimizer", Relation(S, ">=", PAPER_LOWER), over=("W",), given=("minimizer", "E > 0"),
                   tight=True, formal="lower.sharpness_lower", shown=None, mutants=_read_out),
        Obligation("below", Relation(S_min, ">=", PAPER_LOWER), "problem", given=("E > 0",), tight=True,
                   formal="lower.sharpness_lower", mutants=(*_read_out, swapped("a -> Lambda", {a: lambda_max}))),
        Obligation("above", Relation(S_min, "<=", ENERGY_UPPER), "problem", given=("E > 0",), tight=True,
                   formal="minimum.min_sharpness_above",
                   mutants=(*_read_out, scaled("2L -> 1.95L", sp.Rational(39, 40)))),
    ),
)


def residual_min_sharpness(p: Proof) -> dict[str, int]:
    """The bounds on the least sharpness have the factor of the read-out already."""
    first, second = (p.cite("min-sharpness-ladder", x) for x in ("paper-below-tight", "tight-below-minimum"))
    return {"every-minimizer": p.cite("sharpness-lower", "minimizers"), "below": chain(p, second, first),
            "above": p.cite("min-sharpness-bracket", "above")}


THEOREMS = ((RESIDUAL_MIN_SHARPNESS, residual_min_sharpness),)
