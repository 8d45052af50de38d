"""Formulas and plain sentences as LaTeX, with the symbols of the theory."""

from __future__ import annotations

import re
from collections import ChainMap
from functools import cache

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from ..language.nodes import LATEX_OPS, Largest, LayerMatrix, Relation, width
from ..language.quantities import SYMBOL_NAMES, L, eta, norm_p, time
from ..language.symbols import MatrixMember
from ..setting.network import LATEX
from .tex_text import tex_text


class _Printer(LatexPrinter):  # type: ignore[misc]
    """SymPy's printer with a short transpose, no doubled superscripts, and no fraction that can be read in two ways."""

    _raised = False
    """Whether an exponent is being printed."""

    def _print_Mul(self, expr: sp.Basic) -> str:
        """Numbers, the depth, the read-out, plain quantities, then sums: as one writes them.

        A fraction is a slash in an exponent, over a single number or symbol; any other fraction is a bar.
        """
        if len(expr.args) == 2 and expr.args[0] == -1 and isinstance(expr.args[1], Largest):
            body, *limits = expr.args[1].args
            largest: str = self._print(Largest(-body, *limits))
            return largest.replace(r"\max", r"\min", 1)
        outside = self._settings["fold_short_frac"]
        self._settings["fold_short_frac"] = self._raised and sp.fraction(expr, exact=True)[1].is_Atom
        if isinstance(expr, sp.Mul):  # SymPy also calls this for 1/x, a power
            expr = sp.Mul(*sorted(expr.args, key=_place), evaluate=False)
        text: str = super()._print_Mul(expr)
        self._settings["fold_short_frac"] = outside
        return text

    def _helper_print_standard_power(self, expr: sp.Pow, template: str) -> str:
        base = super()._helper_print_standard_power(expr, "%s\0%s").split("\0")[0]
        return f"{base}^{{{self._exponent(expr.exp)}}}"

    def _exponent(self, expr: sp.Expr) -> str:
        outside, self._raised = self._raised, True
        try:
            text: str = self._print(expr)
        finally:
            self._raised = outside
        return text

    def _print_ExpBase(self, expr: sp.Basic, exp: str | None = None) -> str:
        """A long exponent of e stands in brackets, where it can be read."""
        inside = expr.args[0]
        if exp is None and visible_length(formula := self._print(inside)) > _LONGEST_EXPONENT:
            return rf"\exp\left({formula}\right)"
        text: str = super()._print_ExpBase(expr, exp) if exp else f"e^{{{self._exponent(inside)}}}"
        return text

    def _deal_with_super_sub(self, string: str, style: str = "plain") -> str:
        """A name of several letters is one word, not a product of letters."""
        text: str = super()._deal_with_super_sub(string, style)
        return re.sub(r"\\[a-zA-Z]+|[a-zA-Z]{2,}",
                      lambda found: found[0] if found[0][0] == "\\" else rf"\mathrm{{{found[0]}}}", text)

    def _as_ordered_terms(self, expr: sp.Basic, order: str | None = None) -> list[sp.Expr]:
        return ordered(expr)

    def _print_Add(self, expr: sp.Basic, order: str | None = None) -> str:
        """SymPy sees no minus sign in a multiple of a matrix by a negative quantity."""
        text: str = super()._print_Add(expr, order)
        return re.sub(r"\+ - ?", "- ", text)

    def parenthesize_super(self, s: str) -> str:
        if s.startswith((r"\operatorname", r"\max", "S(")):
            return rf"\left({s}\right)"
        if "^" not in s:
            return s
        closed = s.endswith((r"\rVert", r"\rangle"))
        return f"{{{s}}}" if closed else rf"\left({s}\right)"

    def _print_Transpose(self, expr: sp.Basic) -> str:
        inner = self._print(expr.arg)
        if not isinstance(expr.arg, sp.MatrixSymbol | LayerMatrix | MatrixMember):
            return rf"\left({inner}\right)^{{\top}}"
        return rf"{{{inner}}}^{{\top}}" if "^" in inner else rf"{inner}^{{\top}}"

    def _print_AppliedUndef(self, expr: sp.Basic, exp: str | None = None) -> str:
        """A function of the time without its argument; a width with its layer as an index."""
        if expr.func is width:
            return rf"d_{{{self._print(expr.args[0])}}}"
        if expr.args != (time,):
            text: str = self._print_Function(expr, exp)
            return text
        name = self._print(sp.Symbol(str(expr.func)))
        return name if exp is None else f"{name}^{{{exp}}}"

    def _print_Derivative(self, expr: sp.Basic) -> str:
        if expr.variables == (time,) and isinstance(expr.expr, AppliedUndef):
            return rf"\dot{{{self._print(expr.expr)}}}"
        text: str = super()._print_Derivative(expr)
        return text

    def _print_Identity(self, expr: sp.Basic) -> str:
        return "I"

    def _print_ZeroMatrix(self, expr: sp.Basic) -> str:
        return "0"


def ordered(total: sp.Basic) -> list[sp.Expr]:
    """The terms of a sum, those with a minus sign last."""
    return sorted(total.as_ordered_terms(order="lex"), key=_negative)


def _negative(term: sp.Basic) -> bool:
    factor = term.as_coeff_matrices()[0] if isinstance(term, sp.MatMul) else term
    found: bool = factor.could_extract_minus_sign()
    return found


_LONGEST_EXPONENT = 12
"""So many characters of an exponent of e may show."""


def _place(factor: sp.Expr) -> tuple[int, tuple[object, ...]]:
    base, _exp = factor.as_base_exp()
    front = [factor.is_Number, base == eta, base == L, base == norm_p, base.is_Symbol, not base.is_Add]
    return (front.index(True) if True in front else len(front)), sp.default_sort_key(factor)


@cache
def _printer() -> _Printer:
    """The printer. It knows the words that are declared after its first use, too."""
    return _Printer({"symbol_names": ChainMap({**LATEX}, SYMBOL_NAMES), "order": "none"})


def formula(expr: sp.Basic) -> str:
    """A side of a statement.

    >>> from ..language.quantities import L, norm_w
    >>> formula(norm_w ** (2 - 2 / L))
    '{\\\\lVert w^{*} \\\\rVert}^{2 - 2 / L}'
    """
    text: str = _printer().doprint(expr)
    whole = isinstance(expr, sp.Symbol) and text.startswith(r"\left(") and text.endswith(r"\right)")
    return text[len(r"\left("):-len(r"\right)")] if whole else text  # a word on its own needs no brackets


def statement(relation: Relation) -> str:
    """A relation on one line.

    >>> from ..language.quantities import E, L
    >>> statement(Relation(L, ">=", E))
    'L \\\\ge E'
    """
    return f"{formula(relation.lhs)} {LATEX_OPS[relation.op]} {formula(relation.rhs)}"


def displayed(relation: Relation) -> str:
    """A relation as a notebook displays it."""
    return rf"$\displaystyle {statement(relation)}$"


def visible_length(text: str) -> int:
    """Roughly how many characters of a formula show: commands count as one, layout as none."""
    text = re.sub(r"\\(left|right|displaystyle|operatorname|mathrm|frac|tfrac|sqrt)\b", "", text)
    text = re.sub(r"\\(?:max|min|exp|log|cos|sin)\b", "xxx", text)
    text = re.sub(r"\\[a-zA-Z]+|\\.", "x", text)
    return len(re.sub(r"[{}^_\s]", "", text))


def lines(relation: Relation, width: int = 75) -> list[str]:
    """A relation on one line; a long one is broken before its sign, and long sums between terms."""
    left, op, right = formula(relation.lhs), LATEX_OPS[relation.op], formula(relation.rhs)
    if visible_length(left) + visible_length(right) <= width:
        return [f"{left} {op} {right}"]
    first, *more = summed(relation.rhs, width)
    return [*summed(relation.lhs, width), rf"\qquad {op} {first}", *(rf"\qquad\quad {row}" for row in more)]


def summed(expr: sp.Basic, width: int) -> list[str]:
    """A formula on one line; a sum that is longer is broken between terms."""
    if not isinstance(expr, sp.Add | sp.MatAdd) or visible_length(formula(expr)) <= width:
        return [formula(expr)]
    rows: list[str] = []
    for term in ordered(expr):
        shown = formula(term)
        signed = shown if not rows or shown.startswith("-") else f"+ {shown}"
        if rows and visible_length(rows[-1] + signed) <= width:
            rows[-1] += f" {signed}"
        else:
            rows.append(signed)
    return rows


_GREEK = {"Sigma": r"\Sigma", "Lambda": r"\Lambda", "lambda": r"\lambda", "eta": r"\eta",
          "gamma": r"\gamma", "alpha": r"\alpha", "beta": r"\beta", "rho": r"\rho", "theta": r"\theta",
          "kappa": r"\kappa", "Delta": r"\Delta", "exp": r"\exp", "lambda_max": r"\lambda_{\max}",
          "lambda_min": r"\lambda_{\min}",
          "w*": "w^{*}", "Xi": r"\Xi", "diag": r"\operatorname{diag}", "tr": r"\operatorname{tr}"}
_SIGNS = {">=": r"$\ge$", "<=": r"$\le$", "->": r"$\to$", "<-": r"$\gets$", "=": "$=$", ">": "$>$", "<": "$<$",
          "+": "$+$", "-": "$-$", "!=": r"$\ne$"}


def prose(text: str) -> str:
    """A plain sentence as LaTeX: tokens that look like mathematics go into math mode.

    >>> prose("(Lambda/b)^{1/L} tends to 1, as L >= 2")
    '$(\\\\Lambda /b)^{1/L}$ tends to 1, as $L \\\\ge 2$'
    """
    found: list[str] = []
    for token in text.replace("d x d", r"d|x|d").split(" "):
        article = token == "A" and (not found or found[-1].endswith((".", ":")))
        found.append(token if article else _token(token))
    for here, token in enumerate(found):  # a number beside a formula belongs to it
        number = re.fullmatch(r"(\(?-?\d+\)?)([.,;:]?)", token)
        if number and any(x.startswith("$") or x.endswith("$") for x in found[max(here - 1, 0):here + 2]):
            found[here] = f"${number[1]}${number[2]}"
    text = " ".join(found).replace(r"$d\lVert x\rVert d$", r"$d \times d$")
    return re.sub(r"(?<!\\)(?<!\d)\$ \$|(?<=\d)\$ \$(?!\()", " ", text)


def _token(token: str) -> str:
    if token in _SIGNS:
        return _SIGNS[token]
    core = token.rstrip(".,;:")
    tail = token[len(core):]
    single = re.fullmatch(r"\(?[A-Zb-z]\)?|\(?\w-\w\)?|[A-Z]\(.*\)", core) is not None
    if not core or not (single or re.search(r"[_^|<>*]|[=/]", core) or core.strip("()") in _GREEK
                        or re.match(r"(diag|sqrt|tr)\(", core)):
        return tex_text(token)
    math = core
    names = "|".join(re.escape(name) for name in sorted(_GREEK, key=len, reverse=True))
    math = re.sub(rf"(?<![A-Za-z\\])({names})(?![A-Za-z])", lambda found: _GREEK[found[1]] + " ", math)
    math = re.sub(r"^<", r"\\langle ", math)
    math = re.sub(r">(?=$|\^)", r"\\rangle ", math)
    math = math.replace(">=", r"\ge ").replace("<=", r"\le ")
    math = re.sub(r"sqrt\(([^)]*)\)", r"\\sqrt{\1}", math)
    math = re.sub(r"\|([^|]+)\|", r"\\lVert \1\\rVert ", math)
    math = re.sub(r"\^T(?![a-z])", r"^{\\top}", math)
    math = re.sub(r"\^\(([^()]*)\)", r"^{\1}", math)
    math = re.sub(" +", " ", math).strip()
    return f"${math}${tex_text(tail)}" if _compiles(math) else tex_text(token)


_COMMANDS = (r"\\(?:Sigma|Lambda|lambda|eta|gamma|alpha|beta|rho|theta|kappa|Delta|Xi|exp|[lr]angle|[lr]Vert|ge|le|top)"
             r"(?![a-zA-Z])")
_SIMPLE = rf"(?:{_COMMANDS}|[a-zA-Z0-9+\-/*=<>()|.,:;!\0])"
_ATOM = rf"(?:{_SIMPLE}|\\(?:max|min)(?![a-zA-Z])|\x01)"
_SCRIPTS = rf"(?:\^{_SIMPLE} ?+(?:_{_SIMPLE})?+|_{_SIMPLE} ?+(?:\^{_SIMPLE})?+)?+"
_SEQUENCE = rf"(?:{_ATOM} ?+{_SCRIPTS} ?+)*+"


def _compiles(math: str) -> bool:
    """True for letters, numbers, signs and the commands above, in closed groups, with one script of a kind on each."""
    if not math.isascii() or not math.isprintable():
        return False
    done = ""
    while done != math:  # a group that is fine is an atom of the next one; behind a command it is no script
        done = math
        math = re.sub(rf"\\(?:sqrt|operatorname)\{{{_SEQUENCE}\}}", "\x01", math)
        math = re.sub(rf"(?<!sqrt)(?<!operatorname)\{{{_SEQUENCE}\}}", "\0", math)
    return re.fullmatch(_SEQUENCE, math) is not None
