"""The report of ``flatcert bounds`` on the terminal and in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from rich.console import Console

from ...theory.language.nodes import Relation
from ...theory.language.quantities import S_min, norm_p
from ...theory.typeset.formulas import statement
from ...theory.typeset.tex_text import tex_text
from ..output.intervals import directed
from ..output.tables import table
from .bounds import Bound, BoundsReport
from .statements import bounds_of_problem, learning_rates

_LONGEST = 100
"""Characters of a name in LaTeX, which breaks no line inside of it."""


def print_bounds(report: BoundsReport, console: Console) -> None:
    """Print the constants, the bounds and the learning rates as tables."""
    console.print(f"n = {report.n}, d = {report.dim}, depth L = {report.depth}" + (
        "" if report.min_sharpness.rigorous else " (float64: too large for proved enclosures)"))
    kappa = "infinite" if report.condition_number is None else f"{report.condition_number:.10g}"
    console.print(table("constants of the problem", ("quantity", "value"), (
        ("E, explained second moment of the target", f"{report.energy:.10g}"),
        ("a, Rayleigh quotient of Sigma at w*", f"{report.rayleigh:.10g}"),
        ("b, |Sigma w*|^2 / E", f"{report.b:.10g}"),
        ("lambda_min, smallest eigenvalue of Sigma, from below", directed(report.lambda_min, 10, up=False)),
        ("lambda_max, largest eigenvalue of Sigma, from above", directed(report.lambda_max, 10, up=True)),
        ("kappa, condition number", kappa),
        ("R_min, least risk", f"{report.risk_min:.10g}"),
    ), right=("value",), prose=("quantity",)))
    least, rates = _enclosures(report)
    console.print(table("bounds, rounded to the safe side", ("bound", "of", "claim", "value"), (
        *((bound.side, bound.of, bound.claim, _rounded(bound)) for bound in report.bounds),
        ("enclosure", "least sharpness S_min", "min-sharpness", f"[{', '.join(least)}]"),
    ), right=("value",), prose=("of", "value")))
    console.print(table("learning rates above which every minimizer is unstable", ("threshold", "value"), (
        *_rates(report), ("exact, 2/S_min", f"[{', '.join(rates)}]"),
    ), right=("value",), prose=("threshold", "value")))


def numbers_table(report: BoundsReport, data: str, target: str) -> str:
    """A LaTeX section with the numbers of a data set, each beside its formula."""
    least, rates = _enclosures(report)
    rows = [
        ("$E$", f"{report.energy:.12g}"), ("$a$", f"{report.rayleigh:.12g}"), ("$b$", f"{report.b:.12g}"),
        (r"$\lambda$", directed(report.lambda_min, 12, up=False)),
        (r"$\Lambda$", directed(report.lambda_max, 12, up=True)), (r"$R_{\min}$", f"{report.risk_min:.12g}"),
        *((f"${_formula(bound)}$", _rounded(bound)) for bound in report.bounds),
        (r"$S_{\min}$", *least),
        *((f"unstable above ({name})", rate) for name, rate in _rates(report)),
        (r"unstable above, $2/S_{\min}$", *rates),
    ]
    head = (rf"\section*{{Numbers for \texttt{{{_name(data)}}}, target \texttt{{{_name(target)}}}, "
            rf"$L = {report.depth}$, $n = {report.n}$, $d = {report.dim}$}}")
    rounded = "Lower bounds are rounded down and upper bounds up" if report.min_sharpness.rigorous else (
        "In float64, not proved enclosures")
    note = rf"\noindent {rounded}; $\lVert p \rVert = 1$."
    lines = (rf"{name} & ${_numbers(*decimals)}$ \\" for name, *decimals in rows)
    return "\n".join([head, note, "", r"\medskip", r"\noindent\begin{tabular}{@{}ll@{}}", *lines, r"\end{tabular}"])


def _rounded(bound: Bound) -> str:
    return directed(bound.value, 12, up=bound.side == "upper")


def _rates(report: BoundsReport) -> Iterator[tuple[str, str]]:
    for name in learning_rates():
        yield name, directed(report.learning_rate[name], 12, up=True)


def _enclosures(report: BoundsReport) -> tuple[tuple[str, str], tuple[str, str]]:
    """The ends of ``S_min``, and those of the exact critical learning rate."""
    least, rates = report.min_sharpness, report.learning_rate
    pairs = ((least.lower, least.upper), (rates["exact_lower"], rates["exact_upper"]))
    first, second = ((directed(low, 16, up=False), directed(high, 16, up=True)) for low, high in pairs)
    return first, second


def _formula(bound: Bound) -> str:
    """The relation of a bound in LaTeX. A rung of the ladder bounds ``S_min``, too."""
    relation = bounds_of_problem()[bound.claim].relation
    of = S_min if bound.side == "upper" else relation.lhs
    return statement(Relation(of, relation.op, sp.simplify(relation.rhs.subs(norm_p, 1))))


def _numbers(*decimals: str) -> str:
    """One number in LaTeX, or an interval between two."""
    numbers = []
    for decimal in decimals:
        mantissa, _, exponent = decimal.partition("e")
        numbers.append(rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa)
    return numbers[0] if len(numbers) == 1 else rf"[{numbers[0]},\ {numbers[1]}]"


def _name(text: str) -> str:
    """A name of the user's in a heading, cut where it would run off the page."""
    return tex_text(text if len(text) <= _LONGEST else text[:_LONGEST] + "...")
