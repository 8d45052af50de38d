"""The formulas that stand for words of a conjecture which no instance shows."""

from __future__ import annotations

import sympy as sp

from ..evaluation.formulas import FORMULAS


def reduced() -> dict[sp.Symbol, sp.Expr]:
    """Return formulas for infima, and for values at balanced minimizers, from the proved claims that give them."""
    return dict(FORMULAS)
