"""Two sides and an operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

LATEX_OPS = {"<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "==": "=", "!=": r"\ne", "psd<=": r"\preceq",
             "psd>=": r"\succeq"}
FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "==", "!=": "!=", "psd<=": "psd>=", "psd>=": "psd<="}


@dataclass(frozen=True)
class Relation:
    """Two sides and an operator, stored apart: SymPy collapses ``2L >= L`` to ``True``.

    >>> x = sp.Symbol("x", positive=True)
    >>> str(Relation(2 * x, ">=", x))
    '2*x >= x'
    """

    lhs: sp.Basic
    op: str
    rhs: sp.Basic

    def __post_init__(self) -> None:
        if self.op not in LATEX_OPS:
            raise ValueError(f"unknown operator {self.op!r}; use one of {', '.join(LATEX_OPS)}")
        object.__setattr__(self, "lhs", sp.sympify(self.lhs))
        object.__setattr__(self, "rhs", sp.sympify(self.rhs))

    def __str__(self) -> str:
        return f"{self.lhs} {self.op} {self.rhs}"

    @property
    def sides(self) -> tuple[sp.Basic, sp.Basic]:
        """The left side and the right side."""
        return self.lhs, self.rhs

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """The free symbols of both sides."""
        found: set[sp.Basic] = self.lhs.free_symbols | self.rhs.free_symbols
        return found

    def has(self, *parts: sp.Basic) -> bool:
        """Whether one of the sides contains one of the parts."""
        return any(side.has(*parts) for side in self.sides)

    def xreplace(self, exchange: Mapping[sp.Basic, sp.Basic]) -> Relation:
        """The relation with nodes of both sides exchanged for others, all at once."""
        return Relation(self.lhs.xreplace(exchange), self.op, self.rhs.xreplace(exchange))

    def flipped(self) -> Relation:
        """The same statement read from right to left."""
        return Relation(self.rhs, FLIPPED[self.op], self.lhs)

    def _repr_latex_(self) -> str:
        from ..typeset.formulas import displayed

        return displayed(self)
