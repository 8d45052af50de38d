"""Formulas that proved claims give for words which no instance shows."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from ....theory.language.quantities import S_balanced, trace_min
from ....theory.library import BUILT_IN


@lru_cache
def reduced() -> dict[sp.Symbol, sp.Expr]:
    """Return formulas for infima, and for values at balanced minimizers, from the proved claims that give them."""
    stated = {S_balanced: ("balanced-sharpness", "sharpness"), trace_min: ("min-trace", "every-minimizer")}
    return {symbol: BUILT_IN.claim(claim_id).obligation(name).relation.rhs
            for symbol, (claim_id, name) in stated.items()}
