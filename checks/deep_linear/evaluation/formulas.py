"""Formulas that proved claims give for words which no instance shows."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from ....theory.language.quantities import S_balanced, trace_min
from ....theory.library import BUILT_IN

_STATED = {S_balanced: ("balanced-sharpness", "sharpness"), trace_min: ("min-trace", "every-minimizer")}
FORMULAS: Mapping[sp.Symbol, sp.Expr] = {
    symbol: BUILT_IN.claim(claim_id).obligation(name).relation.rhs for symbol, (claim_id, name) in _STATED.items()}
"""The infimum of the trace, and the sharpness of balanced minimizers, which there are of the plain model."""
