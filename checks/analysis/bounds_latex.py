"""The numbers of a data set as a table for a paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sympy as sp

from ...theory.language.nodes import Relation
from ...theory.language.quantities import S_min, eta, norm_p
from ...theory.typeset.fitting import FIT, fitted
from ...theory.typeset.formulas import prose, statement
from ...theory.typeset.tex_text import tex_text
from ..output.intervals import directed
from .bounds import Bound, BoundsReport
from .statements import bounds_of_problem, learning_rates

_DIGITS = 6
_LONGEST, _PIECE = 60, 12
"""Characters of a name that are printed, and after how many of them TeX may break it."""
_PACKAGES = r"""% Numbers of flatcert. The preamble needs
%   \usepackage{amsmath,booktabs,graphicx,siunitx}
"""
Row = tuple[str, str, str]
"""A formula, its name in words, and a value."""


def numbers_table(report: BoundsReport, data: str, target: str, plain: bool = False, alone: bool = False) -> str:
    """A table with the numbers of a data set, each beside its formula, or beside its name in words if ``plain``.

    Lower bounds are rounded down and upper bounds up. ``alone`` adds what the preamble of the paper needs.
    """
    rounded = "Lower bounds are rounded down and upper bounds up" if report.min_sharpness.rigorous else (
        "In float64, not proved enclosures")
    caption = (rf"Numbers of \texttt{{{_name(data)}}} with target \texttt{{{_name(target)}}}: $n = {report.n}$, "
               rf"$d = {report.dim}$, depth $L = {report.depth}$ and $\lVert p \rVert = 1$. {rounded}.")
    groups = (_constants(report), _bounds(report), _rates(report))
    body = "\n\\midrule\n".join("\n".join(_row(row, plain) for row in group) for group in groups)
    head = _PACKAGES + FIT if alone else ""
    first = r"p{0.5\linewidth}" if plain else "l"
    return head + "\n".join([
        r"\begin{table}[htbp]", r"\centering", rf"{{\sloppy\caption{{{caption}}}\label{{tab:{_label(data)}}}\par}}",
        rf"\fcfit{{\begin{{tabular}}{{@{{}}{first}r@{{}}}}", r"\toprule",
        r"Quantity & {Value} \\", r"\midrule", body, r"\bottomrule", r"\end{tabular}}", r"\end{table}"]) + "\n"


def _row(row: Row, plain: bool) -> str:
    formula, words, value = row
    shown = rf"\raggedright {words}" if plain else fitted(formula, r"0.5\linewidth")
    return rf"{shown} & {value} \\"


def _constants(report: BoundsReport) -> list[Row]:
    near = f".{_DIGITS}g"
    return [
        ("E", "Energy of the signal", _number(f"{report.energy:{near}}")),
        ("a", r"Rayleigh quotient of $\Sigma$ at $w^{*}$", _number(f"{report.rayleigh:{near}}")),
        ("b", r"$\lVert \Sigma w^{*} \rVert^2 / E$", _number(f"{report.b:{near}}")),
        (r"\lambda", r"Smallest eigenvalue of $\Sigma$", _number(directed(report.lambda_min, _DIGITS, up=False))),
        (r"\Lambda", r"Largest eigenvalue of $\Sigma$", _number(directed(report.lambda_max, _DIGITS, up=True))),
        (r"R_{\min}", "Least risk", _number(f"{report.risk_min:{near}}")),
    ]


def _bounds(report: BoundsReport) -> Iterator[Row]:
    for bound in report.bounds:
        yield _formula(bound), prose(bound.title), _number(directed(bound.value, _DIGITS, up=bound.side == "upper"))
    least = report.min_sharpness
    yield r"S_{\min}", "Least sharpness of a minimizer", _enclosure(least.lower, least.upper)


def _rates(report: BoundsReport) -> Iterator[Row]:
    rates = report.learning_rate
    for name, rate in learning_rates().items():
        formula = statement(Relation(eta, ">", _plain_model(rate)))
        yield formula, f"Every minimizer is unstable above ({name})", _number(directed(rates[name], _DIGITS, up=True))
    yield (r"\eta > \frac{2}{S_{\min}}", "Every minimizer is unstable above (exact)",
           _enclosure(rates["exact_lower"], rates["exact_upper"]))


def _formula(bound: Bound) -> str:
    """The relation of a bound in LaTeX. A rung of the ladder bounds ``S_min``, too."""
    relation = bounds_of_problem()[bound.claim].relation
    of = S_min if bound.side == "upper" else relation.lhs
    return statement(Relation(of, relation.op, _plain_model(relation.rhs)))


def _plain_model(expression: sp.Expr) -> sp.Expr:
    return sp.simplify(expression.subs(norm_p, 1))


def _number(decimal: str) -> str:
    return rf"\num{{{decimal}}}"


def _enclosure(low: float, high: float) -> str:
    """An interval that contains the number, rounded outwards."""
    return rf"$[{_number(directed(low, _DIGITS, up=False))},\ {_number(directed(high, _DIGITS, up=True))}]$"


def _name(text: str) -> str:
    """A name of the user's, cut where it is very long, which TeX may break inside long words."""
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    pieces = (re.findall(f"(?s).{{1,{_PIECE}}}", word) for word in shown.split(" "))
    return " ".join(r"\allowbreak{}".join(map(tex_text, found)) for found in pieces)


def _label(data: str) -> str:
    """The name of a file as a label: its letters and digits."""
    return re.sub(r"[^A-Za-z0-9]+", "-", data.rsplit(".", 1)[0]).strip("-") or "data"
