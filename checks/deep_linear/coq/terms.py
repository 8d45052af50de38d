"""Expressions of the theory as terms of Coq, over the definitions of ``proofs/``.

Layers are numbered from 0 in Coq: ``W_k`` is ``W k`` with ``k`` one less, and an index that a quantifier or a sum binds
is one less, too. A word with a definition is printed by its definition. The others are printed by ``_TERMS`` or, where
Coq has no term for them, as a variable of which the theorem supposes what is true of the word (:mod:`.words`): a
theorem for all such values holds for the true value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import sympy as sp

from ....theory.language import quantities as Q
from ....theory.language.nodes import LayerMatrix, SubProduct, dot, norm_squared, weighted_top, width
from ....theory.language.norms import spectral, weighted_bottom
from .needs import Needed, NotInCoq
from .words import FAMILIES, NORMS, VARIABLES

L, k, j = Q.L, Q.k, Q.j
REGRESSOR = "reg L W p"


@dataclass
class Terms(Needed):
    """Prints expressions, and collects the variables and suppositions that they need. ``least_depth`` is 1 or 2."""

    least_depth: int = 1
    bound: dict[sp.Symbol, str] = field(default_factory=lambda: {k: "k", j: "j"})

    # Numbers.

    def scalar(self, x: sp.Expr) -> str:
        """A real number as a term of type ``R``."""
        if x.is_Rational:
            return _rational(x)
        if x == L or (x.is_Add and of_depth(x)):
            try:
                return f"{self.natural(x)}%:R"
            except NotInCoq:
                return self.total(x)
        for kind, form in _SCALARS.items():
            if isinstance(x, kind):
                return form(self, x)
        if isinstance(x, sp.Symbol):
            return self.word(x)
        raise NotInCoq(f"{type(x).__name__} has no translation")

    def word(self, x: sp.Symbol) -> str:
        """A named number: by its term, as a variable, or by its definition."""
        if x in _TERMS:
            return _TERMS[x]
        if x.name in VARIABLES:
            return VARIABLES[x.name](self)
        quantity = Q.VOCABULARY.get(x.name)
        if quantity is None or quantity.definition is None or quantity.symbol != x:
            raise NotInCoq(f"the word {x.name} has no translation")
        return self.scalar(quantity.definition)

    def natural(self, x: sp.Expr) -> str:
        """A polynomial in the depth that is not negative, as a natural number: Coq cuts differences off at zero."""
        x = sp.factor(x)
        if x.is_Integer and x >= 0:
            return str(x)
        if x == L:
            return "L"
        constant, rest = x.as_coeff_Mul()
        if constant.is_Integer and constant > 1:
            return f"({constant} * {self.natural(rest)})"
        slope, offset = sp.Poly(x, L).all_coeffs() if sp.Poly(x, L).degree() == 1 else (sp.S.Zero, sp.S.Zero)
        if slope >= 1 and slope.is_Integer and offset.is_Integer and slope * self.least_depth + offset >= 0:
            if (slope, offset) == (1, -1):
                return "L.-1"
            main = self.natural(slope * L)
            return f"({main} - {-offset})" if offset < 0 else f"({main} + {offset})"
        raise NotInCoq(f"{x} is not known to be a natural number")

    def power(self, x: sp.Pow) -> str:
        """A power. One whose exponent is no polynomial in L is a power of a root, given by the power that it has."""
        base, exponent = x.base, sp.together(x.exp)
        while (inner := _as_power(base)) is not None:
            base, exponent = inner.base, sp.together(inner.exp * exponent)
        order = sp.fraction(sp.factor(exponent))[1]
        count = sp.cancel(exponent * order)
        term = self.scalar(base) if order == 1 else self.root(base, order)
        if negative(count):
            return f"({_raised(term, self.natural(-count))})^-1"
        return _raised(term, self.natural(count))

    def root(self, base: sp.Expr, order: sp.Expr) -> str:
        """The root of that order: a variable ``x`` with ``0 <= x`` and the power; a quotient is multiplied out."""
        upper, lower = sp.fraction(base) if base.is_Mul or base.is_Pow else (base, sp.S.One)
        name = f"root_{_label(base)}" + ("" if order == L else "2" if order == 2 else "_1")
        power = _raised(name, self.natural(order))
        if lower != 1:
            power = f"{power} * {operand(self.scalar(lower), '+-/')}"
        return self.need(name, "R", (f"{name}_ge0", f"0 <= {name}"), (f"{name}P", f"{power} = {self.scalar(upper)}"))

    def product(self, x: sp.Mul) -> str:
        """A product: numbers, the depth, words, sums, roots, in this order, and what it is divided by."""
        upper: list[str] = []
        lower: list[str] = []
        for factor in sorted(x.args, key=_rank):
            base, exponent = factor.as_base_exp()
            divides = negative(exponent)
            (lower if divides else upper).append(self.scalar(base**-exponent if divides else factor))
        sign = upper[0] == "-1" and upper.pop(0) and "- "
        text = " * ".join(operand(term, "+-/*") for term in upper) or "1"
        return (sign or "") + text + "".join(f" / {operand(term, '+-/*')}" for term in lower)

    def total(self, x: sp.Add) -> str:
        """A sum: what is subtracted comes last."""
        text = ""
        for term in sorted(x.args, key=lambda term: (term.could_extract_minus_sign(), not term.has(sp.Sum), str(term))):
            minus = term.could_extract_minus_sign()
            printed = operand(self.scalar(-term if minus else term), "+-")
            text += (" - " if minus else " + " if text else "") + printed
        return text.strip()

    def sum(self, x: sp.Sum) -> str:
        """A sum over layers: the first of several limits is the innermost."""
        body, *limits = x.args
        text, before = "", dict(self.bound)
        for index, low, high in reversed(limits):
            name = self.bound.setdefault(index, str(index))
            start = "" if low == 1 else self.layer(low) + " <= "
            text += f"\\sum_({start}{name} < {self.level(high)}) "
        text = f"({text}{operand(self.scalar(body), '+-')})"
        self.bound = before
        return text

    # Layers.

    def level(self, index: sp.Expr) -> str:
        """A level 0, ..., L as Coq has it, where a bound layer is one less than in the theory."""
        if index.is_Integer and index >= 0:
            return f"{index}%N"
        bound = [x for x in index.free_symbols if x in self.bound]
        if len(bound) == 1 and (index - bound[0]).is_Integer:
            more = int(index - bound[0]) + 1
            return _successor(self.bound[bound[0]], more)
        if (index - L).is_Integer and index - L <= 0:
            return "L" + (".-" + str(L - index) if L - index != 0 else "")
        raise NotInCoq(f"the layer {index} has no translation")

    def layer(self, index: sp.Expr) -> str:
        """The layer numbered from 0."""
        return self.level(index - 1)

    # Matrices.

    def matrix(self, x: sp.Basic) -> str:
        """A matrix or a vector."""
        if isinstance(x, sp.MatMul):
            scalar, factors = x.as_coeff_matrices()
            text = self.matrix(factors[-1])
            for factor in reversed(factors[:-1]):
                text = f"{operand(self.matrix(factor), '+-*')} *m {operand(text, '+-*')}"
            return text if scalar == 1 else f"- {text}" if scalar == -1 else (
                f"{operand(self.scalar(scalar), '+-*/')} *: {operand(text, '+-*')}")
        if isinstance(x, sp.MatAdd):
            terms = sorted((self.matrix(term) for term in x.args), key=lambda text: text.startswith("-"))
            return " + ".join(terms).replace("+ - ", "- ")
        if isinstance(x, sp.Transpose):
            return f"{operand(self.matrix(x.arg), ' ')}^T"
        if isinstance(x, sp.Identity):
            return "1%:M"
        if isinstance(x, SubProduct):
            low, high = x.args
            return f"between W {self.level(low)} {self.level(high - 1)}"
        if isinstance(x, LayerMatrix):
            return self.member(x)
        if x in _MATRICES:
            return _MATRICES[x]
        quantity = Q.VOCABULARY.get(getattr(x, "name", ""))
        if quantity is not None and quantity.definition is not None and quantity.symbol == x:
            return self.matrix(quantity.definition)
        raise NotInCoq(f"the word {x} has no translation")

    def member(self, x: LayerMatrix) -> str:
        """A member of a family."""
        if x.name in FAMILIES:
            return FAMILIES[x.name](self, self.layer(x.index) if x.first else self.level(x.index))
        quantity = Q.VOCABULARY[x.name]
        if quantity.definition is None:
            raise NotInCoq(f"the word {x.name} has no translation")
        return self.matrix(quantity.member(x.index))

    def form(self, matrix: sp.Basic, y: str) -> str:
        """The value at ``y`` of the quadratic form of a matrix."""
        if isinstance(matrix, sp.MatAdd):
            identity_first = sorted(matrix.args, key=lambda term: not term.has(sp.Identity))
            return f"({' + '.join(self.form(term, y) for term in identity_first)})"
        scalar, factors = matrix.as_coeff_matrices() if isinstance(matrix, sp.MatMul) else (sp.S.One, [matrix])
        if factors == [sp.Identity(matrix.rows)]:
            text = f"dot {y} {y}"
        elif len(factors) == 2 and factors[1] == factors[0].T and factors[0].cols == 1:
            text = f"dot {operand(self.matrix(factors[0]), ' ')} {y} ^+ 2"
        else:
            text = f"dot {y} ({self.matrix(sp.MatMul(*factors))} *m {y})"
        return text if scalar == 1 else f"{operand(self.scalar(scalar), '+-')} * {text}"


def of_depth(x: sp.Expr) -> bool:
    """Whether a number is a polynomial in the depth."""
    return bool(x.free_symbols <= {L} and not x.has(sp.MatrixExpr, sp.Function) and x.is_polynomial(L))


def negative(exponent: sp.Expr) -> bool:
    """Whether an exponent, which may contain the depth, is negative for large depths."""
    return bool(exponent.subs(L, 1000) < 0)


def operand(text: str, signs: str) -> str:
    """The text in brackets if one of the signs stands in it outside of brackets."""
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        between = text[position - 1:position] in (" ", "") and text[position + 1:position + 2] in (" ", "m", "+", ":")
        if depth == 0 and letter in signs and (letter == " " or between):
            return f"({text})"
    return text


def _rational(x: sp.Rational) -> str:
    if x.q != 1:
        return f"({_rational(sp.Integer(x.p))} / {x.q}%:R)"
    return str(x) if x in (0, 1, -1) else f"{x}%:R" if x > 0 else f"(- {-x}%:R)"


def _as_power(base: sp.Expr) -> sp.Pow | None:
    """A base that is a root by its definition, or a power."""
    quantity = Q.VOCABULARY.get(getattr(base, "name", ""))
    if quantity is not None and isinstance(quantity.definition, sp.Pow) and quantity.definition.exp == sp.S.Half:
        return quantity.definition
    return base if isinstance(base, sp.Pow) and base.exp.is_number else None


def _raised(term: str, count: str) -> str:
    return term if count == "1" else f"{operand(term, '+-*/^')} ^+ {count}"


def _successor(name: str, more: int) -> str:
    if more < 0:
        return f"{name}.-{-more}"
    return name if more == 0 else f"{name}.+{more}"


def _label(base: sp.Expr) -> str:
    """A short name of what a root is taken of."""
    named = {definition.args[0]: name for name, definition in
             ((x.name, x.definition) for x in Q.VOCABULARY.values()) if isinstance(definition, sp.Pow)}
    if base in named:
        return str(named[base])
    return base.name if isinstance(base, sp.Symbol) else "sum" if base.is_Add else "quotient"


def _rank(factor: sp.Expr) -> tuple[int, str]:
    """The place in a product: numbers, the depth, words, sums, roots."""
    if factor.is_Rational:
        return 0, ""
    if of_depth(factor):
        return 1, str(factor)
    fractional = isinstance(factor, sp.Pow) and not sp.fraction(sp.together(factor.exp))[1].is_Integer
    return (4 if fractional else 3 if factor.has(sp.Sum) else 2), str(factor)


_MATRICES: dict[sp.Basic, str] = {
    Q.Sigma: "Sigma", Q.w_star: "ws", Q.w: REGRESSOR, Q.M: "Ker L W p", Q.u: "u", Q.direction: "u",
    Q.w_dot: "reg_dot L W p Xi", Q.w_ddot: "reg_ddot L W p Xi", Q.p: "p L",
    Q.w_rescaled: "reg L (rescale gamma W) p", Q.w_flow: "reg_dot L W p (fun k => - grad L Sigma ws W p k)",
}
_TERMS: dict[sp.Symbol, str] = {
    Q.curvature: "curvature L Sigma ws W p Xi", Q.trace: "trace_hessian L Sigma ws W p", Q.r: "r", Q.gamma: "gamma",
}


def _of_form(below: bool) -> Callable[[Terms, sp.Expr], str]:
    """A weighted extreme eigenvalue as a variable: a bound of all Rayleigh quotients."""
    def printed(terms: Terms, x: sp.Expr) -> str:
        name, form = ("mu", "{0} <= {1}") if below else ("nu", "{1} <= {0}")
        body = form.format(f"{name} * dot x (Sigma *m x)", terms.form(x.args[0], "(Sigma *m x)"))
        return terms.need(name, "R", (f"{name}P", f"forall x, {body}"))
    return printed


def _spectral(terms: Terms, x: sp.Expr) -> str:
    inner = x.args[0]
    if not isinstance(inner, LayerMatrix) or inner.name not in NORMS:
        raise NotInCoq(f"the norm of {inner} has no translation")
    return f"{NORMS[inner.name](terms)} {terms.layer(inner.index)}"


def _applied(name: str) -> Callable[[Terms, sp.Expr], str]:
    return lambda terms, x: f"{name} {' '.join(operand(terms.matrix(y), ' ') for y in x.args)}"


_SCALARS: dict[type, Callable[[Terms, sp.Expr], str]] = {
    dot: _applied("dot"), norm_squared: _applied("frob"), sp.Trace: _applied("\\tr"),
    sp.Abs: lambda terms, x: f"`|{terms.scalar(x.args[0])}|",
    sp.Mul: Terms.product, sp.Add: Terms.total, sp.Pow: Terms.power, sp.Sum: Terms.sum,
    spectral: _spectral, weighted_bottom: _of_form(True), weighted_top: _of_form(False),
    width: lambda terms, x: f"(d {terms.level(x.args[0])})%:R",
}
