"""Symbols of settings of one's own. They carry the setting, so no rule takes one for a word of another setting."""

from __future__ import annotations

from typing import Any, Self

import sympy as sp
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter


class Number(sp.Symbol):  # type: ignore[misc]
    """A number of a setting of one's own. It equals no symbol of another setting, whatever their names are."""

    __slots__ = ("setting",)
    setting: str

    def __new__(cls, name: str, setting: str, **assumptions: bool) -> Self:
        made: Self = sp.Symbol.__xnew__(cls, name, **assumptions)
        made.setting = setting
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, bool]]:
        return (self.name, self.setting), self._assumptions_orig

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.setting)


class MatrixOf(sp.MatrixSymbol):  # type: ignore[misc]
    """A vector or matrix of a setting of one's own, with what its kind says of it as a whole.

    It equals no symbol of another setting.
    """

    def __new__(cls, name: Any, rows: Any, columns: Any, setting: Any, structure: Any = "") -> Self:
        made: Self = sp.Basic.__new__(cls, Str(str(name)), sp.sympify(rows), sp.sympify(columns), Str(str(setting)),
                                      Str(str(structure)))
        return made

    @property
    def structure(self) -> str:
        """``symmetric``, ``positive semidefinite``, or nothing."""
        return str(self.args[4].name)


class Size(sp.Symbol):  # type: ignore[misc]
    """A size that instances choose: a positive integer. It equals no built-in symbol, whatever its name is."""

    def __new__(cls, name: str) -> Self:
        made: Self = sp.Symbol.__xnew__(cls, name, integer=True, positive=True)
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, bool]]:
        return (self.name,), {}


class NumberMember(sp.Expr):  # type: ignore[misc]
    """The number at one index of a sequence of numbers."""

    is_commutative = True
    is_extended_real = True

    def __new__(cls, name: Any, setting: Any, index: Any, nonnegative: Any = False) -> Self:
        made: Self = sp.Basic.__new__(cls, Str(str(name)), Str(str(setting)), sp.sympify(index),
                                      sp.sympify(bool(nonnegative)))
        return made

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def index(self) -> sp.Expr:
        return self.args[2]

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return True if self.args[3] == sp.true else None

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        body = f"{self.name}_{{{printer._print(self.index)}}}"
        return body if exp is None else f"{body}^{{{exp}}}"

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"{self.name}[{printer._print(self.index)}]"


class MatrixMember(MatrixExpr):  # type: ignore[misc]
    """The vector or matrix at one index of a sequence; all members have one shape."""

    def __new__(cls, name: Any, rows: Any, columns: Any, setting: Any, index: Any) -> Self:
        made: Self = sp.Basic.__new__(cls, Str(str(name)), sp.sympify(rows), sp.sympify(columns), Str(str(setting)),
                                      sp.sympify(index))
        return made

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def index(self) -> sp.Expr:
        return self.args[4]

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return self.args[1], self.args[2]

    def _entry(self, i: sp.Expr, j: sp.Expr, **_: object) -> sp.Expr:
        return sp.Function(self.name)(self.index, i, j)

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        return f"{self.name}_{{{printer._print(self.index)}}}"

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"{self.name}[{printer._print(self.index)}]"


OWN = (Number, MatrixOf, Size, NumberMember, MatrixMember)
"""The symbols of settings of one's own. What they depend on is unknown."""
