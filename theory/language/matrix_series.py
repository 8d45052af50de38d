"""Sums and products of matrices over an index; SymPy's own are for numbers."""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from .matrices import MatrixFunction
from .shapes import matrix_of, square


class _Series(MatrixFunction):
    """``name(body, (k, low, high))``: what a matrix that depends on ``k`` gives from ``low`` to ``high``."""

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        rows, columns = self.args[0].shape
        return rows, columns

    @property
    def bound_symbols(self) -> list[sp.Basic]:
        return [self.args[1][0]]

    @property
    def free_symbols(self) -> set[sp.Basic]:
        body, (index, low, high) = self.args
        free: set[sp.Basic] = (body.free_symbols - {index}) | low.free_symbols | high.free_symbols
        return free


class matrix_sum(_Series):
    """``matrix_sum(A(k), (k, 1, n))``: the sum of ``A(1)``, ..., ``A(n)``; zero where there are none.

    >>> A, k = sp.MatrixSymbol("A", 2, 3), sp.Symbol("k", integer=True)
    >>> matrix_sum(k * A, (k, 1, 4)).shape
    (2, 3)
    """

    precedence = PRECEDENCE["Add"]

    def __new__(cls, body: MatrixExpr, limits: tuple[sp.Symbol, sp.Expr | int, sp.Expr | int]) -> matrix_sum:
        made: matrix_sum = sp.Basic.__new__(cls, matrix_of("matrix_sum", body), sp.Tuple(*limits))
        return made

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        body, (index, low, high) = self.args
        below, above = (printer._print(end) for end in (low, high))
        return rf"\sum_{{{printer._print(index)}={below}}}^{{{above}}} {printer.parenthesize(body, PRECEDENCE['Mul'])}"


class matrix_product(_Series):
    """``matrix_product(W(k), (k, 2, n))``: ``W(n) ... W(2)``, each factor to the left of those before it.

    It is the identity where there are no factors.

    >>> W, k = sp.MatrixSymbol("W", 2, 3), sp.Symbol("k", integer=True)
    >>> matrix_product(W, (k, 2, 4))
    Traceback (most recent call last):
    ValueError: matrix_product needs a square matrix, and W has the shape (2, 3).
    """

    precedence = PRECEDENCE["Mul"]

    def __new__(cls, body: MatrixExpr, limits: tuple[sp.Symbol, sp.Expr | int, sp.Expr | int]) -> matrix_product:
        made: matrix_product = sp.Basic.__new__(cls, square("matrix_product", body), sp.Tuple(*limits))
        return made

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        body, (index, low, high) = self.args
        last, first = (printer.parenthesize(body.xreplace({index: end}), PRECEDENCE["Mul"]) for end in (high, low))
        return rf"{last} \cdots {first}"
