"""The few expression nodes that statements need beyond SymPy's own.

Statements are SymPy expressions over scalars, matrix symbols and *layer families*
(``W_k``, ``P_k``, ``q_k`` ...); what SymPy lacks is here, with its LaTeX.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import sympy as sp
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from .relation import FLIPPED, LATEX_OPS, Relation
from .shapes import matrix_of, of_one_shape

__all__ = [
    "FLIPPED", "LATEX_OPS", "Largest", "LayerMatrix", "Maximum", "Minimum", "OfMatrix", "Relation", "SubProduct", "dot",
    "family", "norm_squared", "weighted_top", "width",
]

width = sp.Function("d", integer=True, positive=True)
"""``width(k)`` is ``d_k``, the number of rows of layer ``k``; ``d_0 = d``."""

_LATEX_NAMES = {
    "Xi": r"\Xi", "gradient": r"\nabla R", "adjoint": r"(J^{*}u)", "q_dot": r"\dot q",
    "q_ddot": r"\ddot q", "q_rest": r"\rho", "unit": r"\hat u", "W_shrunk": "(sW)",
    "P_shrunk": "P^{(s)}", "q_shrunk": "q^{(s)}", "P_scaled": r"P^{(\gamma)}", "q_scaled": r"q^{(\gamma)}",
    "D_dot": r"\dot D", "D_rest": r"\rho", "W_rest": r"\rho", "left": "u", "right": "v",
}
_VECTORS = {"q", "h", "q_dot", "q_ddot", "q_rest", "q_shrunk", "q_scaled", "unit", "left"}
_LAYERS = {"W", "Xi", "gradient", "adjoint", "W_shrunk", "W_rest"}
_SQUARES = {"D", "D_dot", "D_rest"}
_STARTS_AT_ONE = _LAYERS | _SQUARES | {"unit", "left", "right"}


@cache
def _shape(name: str, index: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The shape of one member of a family; SymPy asks for it at every product."""
    rows = width(index)
    if name in _VECTORS:
        return rows, sp.S.One
    if name == "right":
        return width(index - 1), sp.S.One
    if name in _SQUARES:
        return rows, rows
    return rows, width(index - 1) if name in _LAYERS else width(0)


class LayerMatrix(MatrixExpr):  # type: ignore[misc]
    """One member of a family of matrices indexed by the layer, say ``q_k``.

    >>> k = sp.Symbol("k", integer=True)
    >>> LayerMatrix("q", k).shape, LayerMatrix("W", k).shape
    ((d(k), 1), (d(k), d(k - 1)))
    """

    def __new__(cls, name: str | Str, index: sp.Expr | int) -> LayerMatrix:
        made: LayerMatrix = sp.Basic.__new__(cls, Str(str(name)), sp.sympify(index))
        return made

    @property
    def name(self) -> str:
        name: str = self.args[0].name
        return name

    @property
    def index(self) -> sp.Expr:
        return self.args[1]

    @property
    def first(self) -> int:
        """The index of the first member: ``P_0`` and ``q_0`` exist, ``W_0`` does not."""
        return 1 if self.name in _STARTS_AT_ONE else 0

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return _shape(self.name, self.index)

    def _entry(self, i: sp.Expr, j: sp.Expr, **_: object) -> sp.Expr:
        return sp.Function(self.name)(self.index, i, j)

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        index = printer._print(self.index)
        if self.name == "gradient":
            return rf"\nabla_{{W_{{{index}}}}} R"
        return f"{_LATEX_NAMES.get(self.name, self.name)}_{{{index}}}"

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"{self.name}[{printer._print(self.index)}]"


def family(name: str) -> Callable[[sp.Expr | int], LayerMatrix]:
    """The family as a function of its layer.

    >>> family("P")(0)
    P[0]
    """
    return lambda index: LayerMatrix(name, index)


class SubProduct(MatrixExpr):  # type: ignore[misc]
    """``W_{k-1} ... W_{j+1}`` for ``j < k`` (the identity when ``k = j + 1``), shape ``(d_{k-1}, d_j)``."""

    def __new__(cls, j: sp.Expr | int, k: sp.Expr | int) -> SubProduct:
        made: SubProduct = sp.Basic.__new__(cls, sp.sympify(j), sp.sympify(k))
        return made

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        return width(self.args[1] - 1), width(self.args[0])

    def _entry(self, i: sp.Expr, j: sp.Expr, **_: object) -> sp.Expr:
        return sp.Function("SubProduct")(*self.args, i, j)

    def _latex(self, printer: LatexPrinter, **_: object) -> str:
        j, k = self.args
        return rf"W_{{{printer._print(k - 1)}}} \cdots W_{{{printer._print(j + 1)}}}"

    def _sympystr(self, printer: StrPrinter, **_: object) -> str:
        return f"SubProduct[{printer._print(self.args[0])}, {printer._print(self.args[1])}]"


class dot(sp.Function):  # type: ignore[misc]
    """Inner product ``x^T y`` of two vectors; ``dot(x, x)`` is the squared norm."""

    nargs = 2
    is_commutative = True  # a scalar, although its arguments are matrices

    @classmethod
    def eval(cls, left: sp.Basic, right: sp.Basic) -> dot | None:
        fitting = of_one_shape("dot", left, right)
        return None if fitting == (left, right) else cls(*fitting)

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return True if self.args[0] == self.args[1] else None

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        x, y = (printer._print(arg) for arg in self.args)
        if self.args[0] == self.args[1]:
            body = rf"\lVert {x} \rVert^{{2}}"
            return body if exp is None else rf"\left({body}\right)^{{{exp}}}"
        body = rf"\langle {x},\, {y} \rangle"
        return body if exp is None else f"{body}^{{{exp}}}"


def raised(body: str, exp: str | None) -> str:
    """The LaTeX of a power; of the body alone without an exponent."""
    return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class OfMatrix(sp.Function):  # type: ignore[misc]
    """A real number that depends on one matrix; its LaTeX is ``printed`` with the matrix for ``@``."""

    is_commutative = True  # a scalar, although its argument is a matrix
    printed, bracketed = "@", True
    """``bracketed`` says whether a power of it needs brackets."""

    @classmethod
    def eval(cls, matrix: sp.Basic, *others: sp.Basic) -> OfMatrix | None:
        found = cls.checked(matrix)
        return None if found == matrix else cls(found, *others)

    @classmethod
    def checked(cls, matrix: sp.Basic) -> sp.MatrixExpr:
        """The argument as a matrix. Raises TypeError or ValueError where it has no such number."""
        return matrix_of(cls.__name__, matrix)

    def _eval_is_extended_real(self) -> bool:
        return True

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        body = self.printed.replace("@", self._matrix(printer))
        return raised(body, exp) if self.bracketed or exp is None else f"{body}^{{{exp}}}"

    def _matrix(self, printer: LatexPrinter) -> str:
        return str(printer._print(self.args[0]))


class norm_squared(OfMatrix):
    """Squared Euclidean norm of a vector, squared Frobenius norm ``tr(A^T A)`` of a matrix."""

    nargs = 1
    printed = r"\lVert @ \rVert_F^2"

    def _eval_is_extended_nonnegative(self) -> bool:
        return True


class weighted_top(OfMatrix):
    """``lambda_max(Sigma^{1/2} A Sigma^{1/2})`` for a symmetric ``A`` of shape ``(d, d)``.

    The square root is irrational; it is never formed, the eigenvalue is that of the
    pencil ``(Sigma A Sigma, Sigma)``.
    """

    nargs = 1
    printed = r"\lambda_{\max}\!\left(\Sigma^{1/2} @ \Sigma^{1/2}\right)"

    def _matrix(self, printer: LatexPrinter) -> str:
        inner = super()._matrix(printer)
        return rf"\left({inner}\right)" if isinstance(self.args[0], sp.MatAdd) else inner


class Minimum(sp.Function):  # type: ignore[misc]
    """``Minimum(f, r)``: the least value of ``f`` over ``r > 0``."""

    nargs = 2
    is_commutative = True  # a scalar, although its arguments are matrices

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        body, variable = (printer._print(arg) for arg in self.args)
        return raised(rf"\min_{{{variable} > 0}} {body}", exp)


class Maximum(sp.Function):  # type: ignore[misc]
    """``Maximum(f, z)``: the largest value of ``f`` over unit vectors ``z`` (density matrices, if square)."""

    nargs = 2
    is_commutative = True  # a scalar, although its arguments are matrices

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        body, variable = (printer._print(arg) for arg in self.args)
        over = rf"\lVert {variable} \rVert = 1"
        if self.args[1].shape[1] != 1:  # a density matrix instead of a unit vector
            over = rf"{variable} \succeq 0,\, \operatorname{{tr}} {variable} = 1"
        return raised(rf"\max_{{{over}}} {body}", exp)


class Largest(sp.Expr):  # type: ignore[misc]
    """``Largest(f, (k, 1, L))``: the largest value of ``f`` over layers; the first of several limits is innermost."""

    is_commutative = True

    def __new__(cls, body: sp.Expr, *limits: tuple[sp.Symbol, sp.Expr | int, sp.Expr | int]) -> Largest:
        made: Largest = sp.Basic.__new__(cls, sp.sympify(body), *(sp.Tuple(*limit) for limit in limits))
        return made

    def _eval_is_extended_real(self) -> bool:
        return True

    def _latex(self, printer: LatexPrinter, exp: str | None = None, **_: object) -> str:
        body, *limits = self.args
        over = r",\, ".join(rf"{printer._print(low)} \le {printer._print(k)} \le {printer._print(high)}"
                            for k, low, high in reversed(limits))
        return raised(rf"\max_{{{over}}} {printer._print(body)}", exp)
