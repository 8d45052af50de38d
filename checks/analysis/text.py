"""Tables that several reports print: findings, and the layers of a network."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from rich.console import Console
from rich.markup import escape

from ..output.intervals import decimals, interval
from ..output.tables import table
from .findings import Finding
from .layer_spectra import LayerSpectra

SINGULAR = "infinite: Sigma is singular"
_STYLE = {"held": "green", "refuted": "bold red", "inconclusive": "yellow", "not applicable": "dim"}


def print_findings(findings: Iterable[Finding], title: str, console: Console) -> None:
    """Print a line for each statement: its verdict, both sides, and the statement or the hypothesis that fails."""
    names = ("theorem", "verdict", "left side", "right side", "statement, or why it is not decided")
    console.print(table(title, names, map(_row, findings), prose=names[2:], dropped=("right side", "left side")))


def _row(finding: Finding) -> tuple[str, ...]:
    sides = ("" if side is None else interval(side, 6) for side in (finding.lhs, finding.rhs))
    said = finding.reason if finding.verdict in ("not applicable", "inconclusive") else (
        f"{finding.statement} {finding.reason}".strip())
    return (f"{finding.claim}/{finding.part}", f"[{_STYLE[finding.verdict]}]{finding.verdict}[/]", *sides, escape(said))


def print_layers(layers: LayerSpectra, title: str, console: Console) -> None:
    """Print a line for each layer. A number of two adjacent layers stands with the lower one."""
    names = ("k", "|W_k|^2", "rank-one gap |W_k|_F^2 - |W_k|^2", "|D_k|", "alignment of k and k + 1")
    balls = [[interval(x, 8) for x in column]
             for column in (layers.squared_norms, layers.rank_one_gaps, layers.imbalances)]
    rows = zip_longest(*balls, [decimals(pair, 8) for pair in layers.alignments], fillvalue="")
    console.print(table(title, names, ((str(k), *row) for k, row in enumerate(rows, start=1)), right=names,
                        prose=names[1:]))
