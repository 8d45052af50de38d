"""Singular values and powers of Gram matrices: the expression nodes that section 3 adds.

The algebra treats each of them as an atom. The rules of ``spectral_norms`` and ``gram_powers`` say what holds of them.
"""

from __future__ import annotations

import sympy as sp
from sympy.core.symbol import Str
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from .nodes import LayerMatrix, OfMatrix, width


class _SingularValue(OfMatrix):
    def _eval_is_extended_nonnegative(self) -> bool:
        return True


class spectral(_SingularValue):
    """Spectral norm of a matrix: its largest singular value."""

    nargs = 1
    printed, bracketed, written = r"\lVert @ \rVert_2", False, "spectral_norm"


class second_singular(_SingularValue):
    """Second largest singular value of a matrix; zero for a single row or column."""

    nargs = 1
    printed, bracketed = r"s_2(\,@\,)", False


class least_singular(_SingularValue):
    """Least singular value of a matrix: zero where it maps a vector to zero."""

    nargs = 1
    printed, bracketed = r"s_{\min}(\,@\,)", False


class weighted_bottom(OfMatrix):
    """``lambda_min(Sigma^{1/2} A Sigma^{1/2})`` for a positive semidefinite ``A`` of shape ``(d, d)``."""

    nargs = 1
    printed = r"\lambda_{\min}\!\left(\Sigma^{1/2} @ \Sigma^{1/2}\right)"


class GramPower(LayerMatrix):
    """``(W_k W_k^T)^n`` (name ``H``, size ``d_k``) or ``(W_k^T W_k)^n`` (name ``G``, size ``d_{k-1}``), ``n >= 0``.

    >>> k = sp.Symbol("k", integer=True)
    >>> GramPower("H", k, 2).shape, GramPower("G", k, 2).shape
    ((d(k), d(k)), (d(k - 1), d(k - 1)))
    """

    def __new__(cls, name: str | Str, index: sp.Expr | int, exponent: sp.Expr | int) -> GramPower:
        made: GramPower = sp.Basic.__new__(cls, Str(str(name)), sp.sympify(index), sp.sympify(exponent))
        return made

    @property
    def exponent(self) -> sp.Expr:
        return self.args[2]

    @property
    def first(self) -> int:
        return 1

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        size = width(self.index if self.name == "H" else self.index - 1)
        return size, size

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        layer, power = f"W_{{{printer._print(self.index)}}}", printer._print(self.exponent)
        product = rf"{layer} {layer}^{{\top}}" if self.name == "H" else rf"{layer}^{{\top}} {layer}"
        return rf"\left({product}\right)^{{{power}}}"

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"{self.name}[{printer._print(self.index)}]^[{printer._print(self.exponent)}]"
