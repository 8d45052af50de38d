"""The numbers of a data set as a notebook shows them: formulas that MathJax prints, and pdflatex with amsmath."""

from __future__ import annotations

from html import escape

from .bounds import BoundsReport
from .bounds_rows import Row, rounding, rows


def bounds_html(report: BoundsReport) -> str:
    """A table: formula, number."""
    shown = "\n".join(f"<tr><td>${escape(row.formula)}$</td><td>{_plain(row)}</td></tr>"
                      for group in rows(report) for row in group)
    return (f"<p>n = {report.n}, d = {report.dim}, depth L = {report.depth}. {rounding(report)}.</p>\n"
            f"<table>\n<thead><tr><th>quantity</th><th>value</th></tr></thead>\n<tbody>\n{shown}\n</tbody>\n</table>")


def bounds_formula(report: BoundsReport) -> str:
    """The same table as one formula."""
    shown = "\\\\\n\\hline\n".join("\\\\\n".join(rf"{row.formula} & {_number(row)}" for row in group)
                                   for group in rows(report))
    return "\n".join([r"$$\begin{array}{lr}", shown, r"\end{array}$$"])


def _plain(row: Row) -> str:
    return row.decimals[0] if len(row.decimals) == 1 else f"[{', '.join(row.decimals)}]"


def _number(row: Row) -> str:
    """The number or interval of a row, with powers of ten."""
    numbers = []
    for decimal in row.decimals:
        mantissa, _, exponent = decimal.partition("e")
        numbers.append(rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa)
    return numbers[0] if len(numbers) == 1 else rf"[{numbers[0]},\ {numbers[1]}]"
