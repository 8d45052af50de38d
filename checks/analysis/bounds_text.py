"""The report of ``flatcert bounds`` on the terminal and in LaTeX."""

from __future__ import annotations

import sympy as sp
from rich.console import Console
from rich.table import Table

from ...theory.language.nodes import Relation
from ...theory.language.quantities import S_min, norm_p
from ...theory.library import claim
from ...theory.typeset.formulas import statement
from ...theory.typeset.tex_text import tex_text
from ..output.intervals import directed
from .bounds import BOUNDS, BoundsReport

_LONGEST = 100
"""Characters of a name in LaTeX, which breaks no line inside of it."""


def print_bounds(report: BoundsReport, console: Console) -> None:
    """Constants, bounds and learning rates as tables."""
    console.print(f"n = {report.n}, d = {report.dim}, depth L = {report.depth}" + (
        "" if report.min_sharpness.rigorous else " (float64: too large for proved enclosures)"))
    constants = Table(title="constants of the problem", title_justify="left")
    constants.add_column("quantity")
    constants.add_column("value", justify="right")
    kappa = "infinite" if report.condition_number is None else f"{report.condition_number:.10g}"
    for name, value in (
        ("E, explained second moment of the target", f"{report.energy:.10g}"),
        ("a, Rayleigh quotient of Sigma at w*", f"{report.rayleigh:.10g}"),
        ("b, |Sigma w*|^2 / E", f"{report.b:.10g}"),
        ("lambda, smallest eigenvalue of Sigma, from below", directed(report.lambda_min, 10, up=False)),
        ("Lambda, largest eigenvalue of Sigma, from above", directed(report.lambda_max, 10, up=True)),
        ("kappa, condition number", kappa),
        ("R_min, least risk", f"{report.risk_min:.10g}"),
    ):
        constants.add_row(name, value)
    console.print(constants)
    ladder = Table(title="bounds, rounded to the safe side", title_justify="left")
    for name in ("bound", "of", "claim"):
        ladder.add_column(name)
    ladder.add_column("value", justify="right")
    for bound in report.bounds:
        ladder.add_row(bound.side, bound.of, bound.claim, directed(bound.value, 12, up=bound.side == "upper"))
    least = report.min_sharpness
    ladder.add_row("enclosure", "least sharpness S_min", "min-sharpness",
                   f"[{directed(least.lower, 16, up=False)}, {directed(least.upper, 16, up=True)}]")
    console.print(ladder)
    rates = Table(title="learning rates above which every minimizer is unstable", title_justify="left")
    rates.add_column("threshold")
    rates.add_column("value", justify="right")
    for name in ("paper", "tight"):
        rates.add_row(name, directed(report.learning_rate[name], 12, up=True))
    lower, upper = report.learning_rate["exact_lower"], report.learning_rate["exact_upper"]
    rates.add_row("exact, 2/S_min", f"[{directed(lower, 16, up=False)}, {directed(upper, 16, up=True)}]")
    console.print(rates)


def numbers_table(report: BoundsReport, data: str, target: str) -> str:
    """A LaTeX section with the numbers of a data set, each beside its formula."""
    least, rates = report.min_sharpness, report.learning_rate
    rows = [
        ("E", f"{report.energy:.12g}"), ("a", f"{report.rayleigh:.12g}"), ("b", f"{report.b:.12g}"),
        (r"\lambda", directed(report.lambda_min, 12, up=False)),
        (r"\Lambda", directed(report.lambda_max, 12, up=True)), (r"R_{\min}", f"{report.risk_min:.12g}"),
    ]
    lines = [rf"${name}$ & ${_number(value)}$ \\" for name, value in rows]
    for bound in report.bounds:
        relation: Relation = claim(bound.claim).obligation(BOUNDS[bound.claim]).relation
        plain = sp.simplify(relation.rhs.subs(norm_p, 1))
        of = S_min if bound.side == "upper" else relation.lhs  # a rung of the ladder bounds S_min too
        value = directed(bound.value, 12, up=bound.side == "upper")
        lines.append(rf"${statement(Relation(of, relation.op, plain))}$ & ${_number(value)}$ \\")
    lines += [
        rf"$S_{{\min}}$ & ${_interval(least.lower, least.upper)}$ \\",
        *(rf"unstable above ({name}) & ${_number(directed(rates[name], 12, up=True))}$ \\"
          for name in ("paper", "tight")),
        rf"unstable above, $2/S_{{\min}}$ & ${_interval(rates['exact_lower'], rates['exact_upper'])}$ \\",
    ]
    head = (rf"\section*{{Numbers for \texttt{{{_name(data)}}}, target \texttt{{{_name(target)}}}, "
            rf"$L = {report.depth}$, $n = {report.n}$, $d = {report.dim}$}}")
    rounded = "Lower bounds are rounded down and upper bounds up" if least.rigorous else (
        "In float64, not proved enclosures")
    note = rf"\noindent {rounded}; $\lVert p \rVert = 1$."
    return "\n".join([head, note, "", r"\medskip", r"\noindent\begin{tabular}{@{}ll@{}}", *lines, r"\end{tabular}"])


def _interval(lower: float, upper: float) -> str:
    return rf"[{_number(directed(lower, 16, up=False))},\ {_number(directed(upper, 16, up=True))}]"


def _number(decimal: str) -> str:
    mantissa, _, exponent = decimal.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _name(text: str) -> str:
    """A name of the user's in a heading, cut where it would run off the page."""
    return tex_text(text if len(text) <= _LONGEST else text[:_LONGEST] + "...")
