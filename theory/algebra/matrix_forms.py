"""Matrices as sums of words, modulo given equalities, and the scalars that are made of matrices."""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr

from ..language.matrices import MatrixFunction
from ..language.nodes import LayerMatrix, SubProduct
from ..language.symbols import MatrixMember
from .equalities import Equalities, NotNormal
from .powers import power_form
from .words import Word, factors_of, is_matrix, make_trace, pull_scalars, reverse, trace_word

Form = dict[Word, sp.Expr]
"""A matrix: its words with their scalar coefficients."""


_ATOMS = (sp.MatrixSymbol, LayerMatrix, SubProduct, MatrixMember, MatrixFunction)
"""Matrices whose parts no law takes apart."""


class top(sp.Function):  # type: ignore[misc]
    """``weighted_top`` of a matrix in normal form: coefficients and words in turn."""

    is_commutative = True

    def _eval_is_extended_real(self) -> bool:
        return True


class MatrixForms(Equalities):
    """The words of matrices. A matrix equality replaces its left side, one product, and the transpose of it."""

    def matrix(self, expr: MatrixExpr) -> Form:
        """The words of a matrix expression with their coefficients."""
        return {w: c for w, c in self._collected(self._rewritten(self._matrix(expr))).items() if c != 0}

    def _collected(self, form: Form) -> Form:
        total: Form = {}
        for factors, c in form.items():
            scalar, rest = pull_scalars(factors)
            known = sp.Mul(*(self._known_power(x) for x in sp.Mul.make_args(scalar)))
            total[rest] = power_form(total.get(rest, sp.S.Zero) + c * known)
        return total

    def _matrix(self, expr: MatrixExpr) -> Form:
        if isinstance(expr, sp.MatAdd):
            return added(*(self._matrix(arg) for arg in expr.args))
        if isinstance(expr, sp.MatMul):
            form: Form = {(): sp.S.One}
            for arg in expr.args:
                form = times(form, self._matrix(arg) if is_matrix(arg) else {(): self.scalar(arg)})
            return form
        if isinstance(expr, sp.MatPow) and expr.exp.is_Integer and expr.exp > 0:
            return self._matrix(sp.MatMul(*[expr.base] * int(expr.exp), evaluate=False))
        if isinstance(expr, sp.Transpose):
            return {reverse(w): c for w, c in self._matrix(expr.arg).items()}
        if isinstance(expr, sp.Identity):
            return {(): sp.S.One}
        if isinstance(expr, sp.ZeroMatrix):
            return {}
        if isinstance(expr, _ATOMS):
            return {((expr, False),): sp.S.One}
        raise NotNormal(f"no rule for the matrix {expr} ({type(expr).__name__})")

    def _rewritten(self, form: Form) -> Form:
        total: Form = {}
        for factors, c in form.items():
            for done, d in self._rewrite_word(factors).items():
                total[done] = total.get(done, sp.S.Zero) + c * d
        return total

    def _rewrite_word(self, factors: Word) -> Form:
        for pattern, replacement, ranges in self._matrices:
            if not self._covered(ranges):
                continue
            for wanted, transposed in ((pattern, False), (reverse(pattern), True)):
                size = len(wanted)
                for start in range(len(factors) - size + 1):
                    if factors[start : start + size] != wanted:
                        continue
                    new = self._matrix(sp.Transpose(replacement) if transposed else replacement)
                    self._descend()
                    whole = times(times({factors[:start]: sp.S.One}, new),
                                     {factors[start + size :]: sp.S.One})
                    result = self._rewritten(whole)
                    self._level -= 1
                    return result
        return {factors: sp.S.One}

    # Scalars made of matrices

    def _reworded(self, atom: sp.Expr) -> sp.Expr:
        form = self._rewritten({factors_of(atom): sp.S.One})
        return self._trace(form) if isinstance(atom, trace_word) else self._one_by_one(form)

    def _one_by_one(self, form: Form) -> sp.Expr:
        return sp.Add(*(c * self._scalar_word(w) for w, c in self._rewritten(form).items()))

    def _scalar_word(self, factors: Word) -> sp.Expr:
        scalar, rest = pull_scalars(factors)
        if rest:
            raise NotNormal("an inner product of matrices that are not vectors")
        return sp.Mul(*(self._known_power(x) for x in sp.Mul.make_args(scalar)))

    def _known_power(self, scalar: sp.Expr) -> sp.Expr:
        base, exp = scalar.as_base_exp()
        return self._known(base) ** exp

    def _trace(self, form: Form) -> sp.Expr:
        total = sp.S.Zero
        for factors, c in self._rewritten(form).items():
            scalar, rest = pull_scalars(factors)
            if not factors:
                raise NotNormal("the trace of an identity depends on its size")
            closed = make_trace(rest) if rest else sp.S.One
            parts = [*sp.Mul.make_args(scalar), *sp.Mul.make_args(closed)]
            total += c * sp.Mul(*(self._known_power(x) for x in parts))
        return total

    def _top(self, matrix: MatrixExpr) -> sp.Expr:
        form = self.matrix(matrix)
        args: list[sp.Basic] = []
        for factors in sorted(form, key=str):
            args += [form[factors], sp.Tuple(*(
                sp.Transpose(x) if transposed else x for x, transposed in factors
            ))]
        return top(*args)


def added(*forms: Form) -> Form:
    """The sum of matrices."""
    total: Form = {}
    for form in forms:
        for factors, c in form.items():
            total[factors] = total.get(factors, sp.S.Zero) + c
    return total


def times(x: Form, y: Form) -> Form:
    """The product of two matrices."""
    product: Form = {}
    for left, c in x.items():
        for right, d in y.items():
            product[left + right] = product.get(left + right, sp.S.Zero) + c * d
    return product
