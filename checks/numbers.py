"""The report of ``flatcert bounds`` on the terminal and in LaTeX."""

from __future__ import annotations

import sympy as sp
from rich.console import Console
from rich.table import Table

from ..theory.expressions import Relation
from ..theory.registry import claim
from .bounds import BOUNDS, BoundsReport


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
        ("lambda, smallest eigenvalue of Sigma", f"{report.lambda_min:.10g}"),
        ("Lambda, largest eigenvalue of Sigma", f"{report.lambda_max:.10g}"),
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
        ladder.add_row(bound.side, bound.of, bound.claim, f"{bound.value:.12g}")
    least = report.min_sharpness
    ladder.add_row("enclosure", "least sharpness S_min", "min-sharpness",
                   f"[{least.lower:.15g}, {least.upper:.15g}]")
    console.print(ladder)
    rates = Table(title="learning rates above which every minimizer is unstable", title_justify="left")
    rates.add_column("threshold")
    rates.add_column("value", justify="right")
    rates.add_row("paper", f"{report.learning_rate['paper']:.12g}")
    rates.add_row("tight", f"{report.learning_rate['tight']:.12g}")
    rates.add_row("exact, 2/S_min", f"[{report.learning_rate['exact_lower']:.15g}, "
                                    f"{report.learning_rate['exact_upper']:.15g}]")
    console.print(rates)


def numbers_table(report: BoundsReport, data: str, target: str) -> str:
    """A LaTeX section with the numbers of a data set, each beside its formula."""
    least, rates = report.min_sharpness, report.learning_rate
    rows = [
        ("E", report.energy), ("a", report.rayleigh), ("b", report.b), (r"\lambda", report.lambda_min),
        (r"\Lambda", report.lambda_max), (r"R_{\min}", report.risk_min),
    ]
    lines = [rf"${name}$ & ${_number(value)}$ \\" for name, value in rows]
    for bound in report.bounds:
        relation: Relation = claim(bound.claim).obligation(BOUNDS[bound.claim]).relation
        plain = sp.simplify(relation.rhs.subs(sp.Symbol("norm_p", positive=True), 1))
        formula = Relation(relation.lhs, relation.op, plain).latex()
        lines.append(rf"${formula}$ & ${_number(bound.value)}$ \\")
    lines += [
        rf"$S_{{\min}}$ & $[{_number(least.lower)},\ {_number(least.upper)}]$ \\",
        rf"unstable above (paper) & ${_number(rates['paper'])}$ \\",
        rf"unstable above (tight) & ${_number(rates['tight'])}$ \\",
        rf"unstable above, $2/S_{{\min}}$ & $[{_number(rates['exact_lower'])},\ "
        rf"{_number(rates['exact_upper'])}]$ \\",
    ]
    head = (rf"\section*{{Numbers for \texttt{{{_escaped(data)}}}, target \texttt{{{_escaped(target)}}}, "
            rf"$L = {report.depth}$, $n = {report.n}$, $d = {report.dim}$}}")
    note = r"\noindent Lower bounds are rounded down and upper bounds up; $\lVert p \rVert = 1$."
    return "\n".join([head, note, "", r"\medskip", r"\noindent\begin{tabular}{@{}ll@{}}", *lines, r"\end{tabular}"])


def _number(value: float) -> str:
    mantissa, _, exponent = f"{value:.12g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _escaped(text: str) -> str:
    return "".join("\\" + c if c in "_&%$#{}" else c for c in text)
