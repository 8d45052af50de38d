"""The numbers of a data set as a table for a paper."""

from __future__ import annotations

import re

from ...theory.typeset.fitting import FIT
from ...theory.typeset.tex_text import tex_text
from .bounds import BoundsReport
from .bounds_rows import Row, rounding, rows

_LONGEST, _PIECE = 100, 12
"""Characters of a name that are printed, and after how many of them TeX may break it."""
_PACKAGES = r"""% Numbers of flatcert. The preamble needs
%   \usepackage{amsmath,booktabs,graphicx,siunitx}
"""


def numbers_table(report: BoundsReport, data: str, target: str, plain: bool = False, alone: bool = False) -> str:
    """A table with the numbers of a data set, each beside its formula, or beside its name in words if ``plain``.

    Lower bounds are rounded down and upper bounds up. ``alone`` adds what the preamble of the paper needs.
    """
    caption = (rf"Numbers of \texttt{{{_name(data)}}} with target \texttt{{{_name(target)}}}: $n = {report.n}$, "
               rf"$d = {report.dim}$, depth $L = {report.depth}$ and $\lVert p \rVert = 1$. {rounding(report)}.")
    body = "\n\\midrule\n".join("\n".join(_row(row, plain) for row in group) for group in rows(report))
    head = _PACKAGES + FIT if alone else ""
    first = r"p{0.5\linewidth}" if plain else "l"
    return head + "\n".join([
        r"\begin{table}[htbp]", r"\centering", rf"{{\sloppy\caption{{{caption}}}\label{{tab:{_label(data)}}}\par}}",
        r"\medskip\renewcommand{\arraystretch}{1.35}",
        rf"\fcfit{{\begin{{tabular}}{{@{{}}{first}r@{{}}}}", r"\toprule",
        r"Quantity & {Value} \\", r"\midrule", body, r"\bottomrule", r"\end{tabular}}", r"\end{table}"]) + "\n"


def _row(row: Row, plain: bool) -> str:
    shown = rf"\raggedright {row.words}" if plain else f"${row.formula}$"
    numbers = [rf"\num{{{decimal}}}" for decimal in row.decimals]
    value = numbers[0] if len(numbers) == 1 else rf"$[{numbers[0]},\ {numbers[1]}]$"
    return rf"{shown} & {value} \\"


def _name(text: str) -> str:
    """A name of the user's, cut where it is very long, which TeX may break inside long words."""
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    pieces = (re.findall(f"(?s).{{1,{_PIECE}}}", word) for word in shown.split(" "))
    return " ".join(r"\allowbreak{}".join(map(tex_text, found)) for found in pieces)


def _label(data: str) -> str:
    """The name of a file as a label: its letters and digits."""
    return re.sub(r"[^A-Za-z0-9]+", "-", data.rsplit(".", 1)[0]).strip("-") or "data"
