"""Matrix algebra, for all shapes, by a normal form of noncommuting words.

A matrix expression is a sum of *words* (products of factors). A boundary of size one splits a
word, and what lies between two such boundaries is a scalar that commutes. A scalar word equals
its reversed transpose; symmetric factors carry no transposition; a trace may be rotated. These
rules use nothing about the shapes but that they fit, so what they prove holds for every width.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.printing.str import StrPrinter

from ..language.kinds import Structure
from ..language.nodes import LayerMatrix, SubProduct, width
from ..language.quantities import M, Sigma
from ..language.symbols import MatrixOf

Factor = tuple[MatrixExpr, bool]
"""A factor and whether it is transposed."""
Word = tuple[Factor, ...]

Sigma_half = sp.MatrixSymbol("Sigma_half", width(0), width(0))
"""The positive semidefinite square root of the covariance (used in derivations only)."""
M_rescaled = sp.MatrixSymbol("M_rescaled", width(0), width(0))
"""The end-to-end kernel after a rescaling of the layers."""
Z = sp.MatrixSymbol("Z", width(0), width(0))
"""A density matrix: positive semidefinite, of trace one."""
SYMMETRIC = frozenset({Sigma, Sigma_half, M, M_rescaled, Z})
"""Symmetric positive semidefinite matrices."""


def is_symmetric(matrix: sp.Basic) -> bool:
    """Whether a factor equals its transpose: by its meaning, or by its kind in a setting of one's own."""
    return matrix in SYMMETRIC or (isinstance(matrix, MatrixOf) and matrix.structure != Structure.NONE)


def is_semidefinite(matrix: sp.Basic) -> bool:
    """Whether a factor is symmetric and positive semidefinite."""
    return matrix in SYMMETRIC or (isinstance(matrix, MatrixOf) and matrix.structure == Structure.PSD)


class word(sp.Function):  # type: ignore[misc]
    """A scalar product of matrix factors, in canonical order."""

    is_commutative = True

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"({'*'.join(map(printer._print, self.args))})"

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_finite(self) -> bool:
        return True

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return True if is_square(factors_of(self)) else None


class trace_word(sp.Function):  # type: ignore[misc]
    """The trace of a product, in canonical rotation."""

    is_commutative = True

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"Trace({'*'.join(map(printer._print, self.args))})"

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_finite(self) -> bool:
        return True

    def _eval_is_extended_nonnegative(self) -> bool | None:
        factors = factors_of(self)
        for shift in range(len(factors)):
            turned = factors[shift:] + factors[:shift]
            if is_square(turned) or (is_semidefinite(turned[0][0]) and is_square(turned[1:])):
                return True
        return None


def factors_of(atom: sp.Basic) -> Word:
    """The factors of a ``word`` or ``trace_word``."""
    return tuple(
        (arg.arg, True) if isinstance(arg, sp.Transpose) else (arg, False) for arg in atom.args
    )


def is_square(factors: Word) -> bool:
    """Whether the product is ``B^T B`` or ``B^T A B`` with a semidefinite ``A``."""
    if factors != reverse(factors):
        return False
    return len(factors) % 2 == 0 or is_semidefinite(factors[len(factors) // 2][0])


def flip(factor: Factor) -> Factor:
    """The transposed factor."""
    matrix, transposed = factor
    return matrix, not is_symmetric(matrix) and not transposed


def reverse(factors: Word) -> Word:
    """The transpose of a word: the transposed factors in reversed order."""
    return tuple(flip(factor) for factor in reversed(factors))


def shape(factor: Factor) -> tuple[sp.Expr, sp.Expr]:
    """Rows and columns of a factor."""
    rows, cols = factor[0].shape
    return (cols, rows) if factor[1] else (rows, cols)


def _expression(factor: Factor) -> MatrixExpr:
    return sp.Transpose(factor[0]) if factor[1] else factor[0]


def _key(factors: Word) -> list[tuple[str, bool]]:
    return [(_name(matrix), transposed) for matrix, transposed in factors]


@lru_cache(maxsize=4096)
def _name(matrix: MatrixExpr) -> str:
    return str(matrix)


def make_word(factors: Word) -> sp.Expr:
    """The canonical scalar of a product whose outer sizes are one."""
    best = min(factors, reverse(factors), key=_key)
    return word(*map(_expression, best))


def make_trace(factors: Word) -> sp.Expr:
    """The canonical trace of a product: the scalar word if some boundary has size one."""
    turns = [factors[i:] + factors[:i] for i in range(len(factors))]
    for turned in turns:
        if shape(turned[0])[0] == 1:
            scalar = sp.S.One
            for piece in split(turned):
                scalar *= make_word(piece)
            return scalar
    best = min((t for turned in turns for t in (turned, reverse(turned))), key=_key)
    return trace_word(*map(_expression, best))


def split(factors: Word) -> Iterator[Word]:
    """The pieces of a word between its boundaries of size one."""
    start = 0
    for i in range(1, len(factors)):
        if shape(factors[i])[0] == 1:
            yield factors[start:i]
            start = i
    if factors:
        yield factors[start:]


def pull_scalars(factors: Word) -> tuple[sp.Expr, Word]:
    """The scalars inside a word, and the word that is left."""
    if not factors:
        return sp.S.One, factors
    pieces = list(split(factors))
    scalar = sp.S.One
    rest: Word = ()
    for piece in pieces:
        if shape(piece[0])[0] == 1 and shape(piece[-1])[1] == 1:
            scalar *= make_word(piece)
        else:
            rest += piece
    return scalar, rest


def family_offsets(expr: sp.Basic, index: sp.Symbol) -> list[int]:
    """The ``c`` of all layer indices ``index + c`` in the expression."""
    found = []
    for node in expr.atoms(LayerMatrix, SubProduct):
        for value in node.args:
            if index in getattr(value, "free_symbols", ()):
                offset = value - index
                if offset.is_Integer:
                    found.append(int(offset))
    return found


def is_matrix(expr: object) -> bool:
    """Whether an expression is a matrix and not a scalar."""
    return bool(getattr(expr, "is_Matrix", False))
