"""Matrices made of matrices: inverses, solutions of linear systems, products entry by entry and Kronecker's."""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from .shapes import matrix_of, of_one_shape, product, square

_MUL = PRECEDENCE["Mul"]


class MatrixFunction(MatrixExpr):  # type: ignore[misc]
    """A matrix that is a function of its arguments, and is printed as one. The algebra takes it for an atom."""

    def _entry(self, i: sp.Expr, j: sp.Expr, **_: object) -> sp.Expr:
        return sp.Function(type(self).__name__)(*self.args, i, j)

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"


class Inverse(MatrixFunction):
    """The inverse of a square matrix. SymPy's own inverse would cancel against the matrix, singular or not.

    >>> Q = sp.MatrixSymbol("Q", 2, 2)
    >>> Inverse(Q) * Q
    Inverse(Q)*Q
    """

    def __new__(cls, matrix: MatrixExpr) -> Inverse:
        made: Inverse = sp.Basic.__new__(cls, square("Inverse", matrix))
        return made

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        rows, columns = self.args[0].shape
        return rows, columns

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        return inverted(printer, self.args[0])


class solve(MatrixFunction):
    """``solve(A, b)``: the ``x`` with ``A x = b``, for a square matrix ``A`` that has an inverse."""

    def __new__(cls, matrix: MatrixExpr, right: MatrixExpr) -> solve:
        made: solve = sp.Basic.__new__(cls, *product("solve", square("solve", matrix), right))
        return made

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        matrix, right = self.args
        return matrix.shape[1], right.shape[1]

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        matrix, right = self.args
        return f"{inverted(printer, matrix)} {printer.parenthesize(right, _MUL)}"


def inverted(printer: LatexPrinter, matrix: MatrixExpr) -> str:
    """The LaTeX of an inverse."""
    inner = printer._print(matrix)
    return rf"{inner}^{{-1}}" if isinstance(matrix, sp.MatrixSymbol) else rf"\left({inner}\right)^{{-1}}"


class _Product(MatrixFunction):
    """A product of two matrices with a sign of its own."""

    precedence = (PRECEDENCE["Add"] + _MUL) // 2
    sign: str

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        left, right = (printer.parenthesize(part, _MUL) for part in self.args)
        return f"{left} {self.sign} {right}"


class kronecker(_Product):
    """Kronecker's product of two matrices: every entry of the left one times the right one."""

    sign = r"\otimes"

    def __new__(cls, left: MatrixExpr, right: MatrixExpr) -> kronecker:
        made: kronecker = sp.Basic.__new__(cls, matrix_of("kronecker", left), matrix_of("kronecker", right))
        return made

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        (rows, columns), (inner_rows, inner_columns) = (part.shape for part in self.args)
        return rows * inner_rows, columns * inner_columns


class hadamard(_Product):
    """The product of two matrices of one shape, entry by entry.

    >>> hadamard(sp.MatrixSymbol("A", 2, 3), sp.MatrixSymbol("B", 3, 2))
    Traceback (most recent call last):
    ValueError: hadamard needs matrices of one shape, and A has the shape (2, 3), B the shape (3, 2).
    """

    sign = r"\circ"

    def __new__(cls, left: MatrixExpr, right: MatrixExpr) -> hadamard:
        made: hadamard = sp.Basic.__new__(cls, *of_one_shape("hadamard", left, right))
        return made

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        rows, columns = self.args[0].shape
        return rows, columns
