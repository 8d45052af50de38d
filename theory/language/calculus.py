"""Derivatives in the entries of matrices, and expectations over signs."""

from __future__ import annotations

from functools import reduce
from operator import mul

import sympy as sp
from sympy.printing.latex import LatexPrinter

from .matrices import MatrixFunction
from .nodes import raised
from .symbols import MatrixMember


class Gradient(MatrixFunction):
    """``Gradient(f, X)``: the derivatives of a number ``f`` in the entries of ``X``, in the shape of ``X``."""

    def __new__(cls, function: sp.Expr, variable: sp.MatrixSymbol) -> Gradient:
        made: Gradient = sp.Basic.__new__(cls, *_function_of("Gradient", function, variable))
        return made

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        rows, columns = self.args[1].shape
        return rows, columns

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        function, variable = self.args
        return rf"\nabla_{{{printer._print(variable)}}} \left({printer._print(function)}\right)"


class Hessian(MatrixFunction):
    """``Hessian(f, X, Y, ...)``: second derivatives of a number ``f`` in all entries, row by row, those of ``X`` first.

    >>> X, Y = sp.MatrixSymbol("X", 2, 3), sp.MatrixSymbol("Y", 3, 1)
    >>> Hessian(sp.Trace(X * X.T), X, Y).shape
    (9, 9)
    """

    def __new__(cls, function: sp.Expr, *variables: sp.MatrixSymbol) -> Hessian:
        made: Hessian = sp.Basic.__new__(cls, *_function_of("Hessian", function, *variables))
        return made

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        size = sp.Add(*(reduce(mul, variable.shape) for variable in self.args[1:]))
        return size, size

    def _eval_transpose(self) -> Hessian:
        return self

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        function, *variables = map(printer._print, self.args)
        return rf"\nabla^2_{{{', '.join(variables)}}} \left({function}\right)"


def _function_of(name: str, function: sp.Basic, *variables: sp.Basic) -> tuple[sp.Basic, ...]:
    function = sp.sympify(function)
    if getattr(function, "is_Matrix", False):
        raise TypeError(f"{name} is for functions that are numbers, and {function} is a matrix.")
    wrong = [variable for variable in variables if not isinstance(variable, sp.MatrixSymbol | MatrixMember)]
    if wrong or not variables:
        raise TypeError(f"{name} differentiates in the entries of a named matrix, not in {[*wrong, 'nothing'][0]}.")
    if len(set(variables)) < len(variables):
        raise ValueError(f"{name} differentiates in each matrix once.")
    return function, *variables


class Expectation(sp.Expr):  # type: ignore[misc]
    """``Expectation(f, s)``: the mean of ``f`` over all vectors ``s`` of signs, each as likely as the others."""

    is_commutative = True

    def __new__(cls, function: sp.Expr, signs: sp.MatrixSymbol) -> Expectation:
        function, signs = _function_of("Expectation", function, signs)
        if isinstance(signs, MatrixMember):
            raise TypeError(f"Expectation is over all signs of a named column, not over {signs}.")
        if signs.shape[1] != 1:
            raise ValueError(f"Expectation is over a column of signs, and {signs} has the shape {signs.shape}.")
        made: Expectation = sp.Basic.__new__(cls, function, signs)
        return made

    @property
    def bound_symbols(self) -> list[sp.Basic]:
        return [self.args[1]]

    @property
    def free_symbols(self) -> set[sp.Basic]:
        function, signs = self.args
        free: set[sp.Basic] = (function.free_symbols - {signs}) | signs.shape[0].free_symbols
        return free

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return True if self.args[0].is_extended_nonnegative else None

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        function, signs = map(printer._print, self.args)
        return raised(rf"\mathbb{{E}}_{{{signs}}}\left[{function}\right]", exp)
