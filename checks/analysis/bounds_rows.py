"""The numbers of a data set as rows for print: a formula, its name in words, and a number or an enclosure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...theory.language.nodes import Relation
from ...theory.language.quantities import S_min, eta, norm_p
from ...theory.typeset.formulas import prose, statement
from ..output.intervals import directed
from .bounds import Bound, BoundsReport
from .statements import bounds_of_problem, learning_rates

_DIGITS = 6


@dataclass(frozen=True)
class Row:
    """A formula in LaTeX, its name as a text in LaTeX, and one decimal, or the two that enclose the number."""

    formula: str
    words: str
    decimals: tuple[str, ...]


def rows(report: BoundsReport) -> Sequence[Sequence[Row]]:
    """Three groups: the constants of the problem, the bounds, and the critical learning rates."""
    return _constants(report), tuple(_bounds(report)), tuple(_rates(report))


def rounding(report: BoundsReport) -> str:
    """How the numbers are rounded, as the beginning of a sentence."""
    return ("Lower bounds are rounded down and upper bounds up" if report.min_sharpness.rigorous else
            "The numbers are computed in float64 and are no proved enclosures")


def _constants(report: BoundsReport) -> Sequence[Row]:
    return (
        Row("E", "Energy of the signal", _near(report.energy)),
        Row("a", r"Rayleigh quotient of $\Sigma$ at $w^{*}$", _near(report.rayleigh)),
        Row("b", r"$\lVert \Sigma w^{*} \rVert^2 / E$", _near(report.b)),
        Row(r"\lambda", r"Smallest eigenvalue of $\Sigma$", (directed(report.lambda_min, _DIGITS, up=False),)),
        Row(r"\Lambda", r"Largest eigenvalue of $\Sigma$", (directed(report.lambda_max, _DIGITS, up=True),)),
        Row(r"R_{\min}", "Least risk", _near(report.risk_min)),
    )


def _near(value: float) -> tuple[str]:
    return (f"{value:.{_DIGITS}g}",)


def _bounds(report: BoundsReport) -> Iterator[Row]:
    for bound in report.bounds:
        rounded = directed(bound.value, _DIGITS, up=bound.side == "upper")
        yield Row(_formula(bound), prose(bound.title), (rounded,))
    least = report.min_sharpness
    yield Row(r"S_{\min}", "Least sharpness of a minimizer", _enclosure(least.lower, least.upper))


def _rates(report: BoundsReport) -> Iterator[Row]:
    rates = report.learning_rate
    for name, rate in learning_rates().items():
        formula = statement(Relation(eta, ">", rate.subs(norm_p, 1)))
        yield Row(formula, f"Every minimizer is unstable above ({name})", (directed(rates[name], _DIGITS, up=True),))
    yield Row(r"\eta > \frac{2}{S_{\min}}", "Every minimizer is unstable above (exact)",
              _enclosure(rates["exact_lower"], rates["exact_upper"]))


def _formula(bound: Bound) -> str:
    """The relation of a bound in LaTeX. A rung of the ladder bounds ``S_min``, too."""
    relation = bounds_of_problem()[bound.claim].relation
    of = S_min if bound.side == "upper" else relation.lhs
    return statement(Relation(of, relation.op, relation.rhs.subs(norm_p, 1)))


def _enclosure(low: float, high: float) -> tuple[str, str]:
    """The ends of an interval that contains the number, rounded outwards."""
    return directed(low, _DIGITS, up=False), directed(high, _DIGITS, up=True)
