"""Numbers that a matrix determines: eigenvalues, singular values, trace and determinant."""

from __future__ import annotations

import sympy as sp
from sympy.printing.latex import LatexPrinter

from .nodes import OfMatrix, dot, norm_squared, raised
from .norms import spectral
from .shapes import square

__all__ = ["determinant", "dot", "largest_eigenvalue", "norm_squared", "nuclear_norm", "singular_value",
           "smallest_eigenvalue", "spectral_norm", "trace"]

spectral_norm = spectral
"""The largest singular value."""


class nuclear_norm(OfMatrix):
    """The sum of the singular values of a matrix."""

    nargs = 1
    printed, bracketed = r"\lVert @ \rVert_{*}", False

    def _eval_is_extended_nonnegative(self) -> bool:
        return True


class singular_value(OfMatrix):
    """``singular_value(A, k)``: the ``k``-th largest singular value; zero where ``A`` has fewer.

    >>> sp.latex(singular_value(sp.MatrixSymbol("A", 2, 3), 2))
    's_{2}\\\\!\\\\left(A\\\\right)'
    """

    nargs = 2

    @classmethod
    def eval(cls, matrix: sp.Basic, *others: sp.Basic) -> OfMatrix | None:
        (place,) = others
        if place.is_Number and not place.is_positive:
            raise ValueError(f"singular_value counts from 1, the largest, and is asked for number {place}.")
        found: OfMatrix | None = super().eval(matrix, place)
        return found

    def _eval_is_extended_nonnegative(self) -> bool:
        return True

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        matrix, place = map(printer._print, self.args)
        return raised(rf"s_{{{place}}}\!\left({matrix}\right)", exp)


class _OfSquare(OfMatrix):
    @classmethod
    def checked(cls, matrix: sp.Basic) -> sp.MatrixExpr:
        return square(cls.__name__, matrix)


class largest_eigenvalue(_OfSquare):
    """The largest eigenvalue of a symmetric matrix: the largest ``x^T A x`` over unit vectors ``x``."""

    nargs = 1
    printed = r"\lambda_{\max}\!\left(@\right)"


class smallest_eigenvalue(_OfSquare):
    """The smallest eigenvalue of a symmetric matrix: the least ``x^T A x`` over unit vectors ``x``."""

    nargs = 1
    printed = r"\lambda_{\min}\!\left(@\right)"


class determinant(_OfSquare):
    """The determinant of a square matrix."""

    nargs = 1
    printed = r"\det\!\left(@\right)"


def trace(matrix: sp.MatrixExpr) -> sp.Expr:
    """The trace of a square matrix.

    >>> trace(sp.MatrixSymbol("A", 2, 3))
    Traceback (most recent call last):
    ValueError: trace needs a square matrix, and A has the shape (2, 3).
    """
    matrix = square("trace", matrix)
    return sp.Add(*map(sp.Trace, sp.MatAdd.make_args(matrix)))  # SymPy fails on the absolute value of one of a sum
