"""Formulas that never run over the margin: long ones are broken before the sign, and shrunk where still too wide."""

from __future__ import annotations

from ..language.nodes import Relation
from .formulas import lines, visible_length

FIT = r"""% A formula at its natural size, or shrunk to the line where it is wider.
\ifdefined\fcfit\else
\newsavebox{\fcfitbox}
\newcommand{\fcfit}[2][\linewidth]{\sbox{\fcfitbox}{$\displaystyle #2$}%
  \ifdim\wd\fcfitbox>\dimexpr#1\relax\resizebox{#1}{!}{\usebox{\fcfitbox}}\else\usebox{\fcfitbox}\fi}
% The same within a sentence, where a line may end before it.
\newcommand{\fcinline}[1]{\hfil\penalty0\hfilneg\fcfit[0.88\linewidth]{\textstyle #1}}
\fi
"""
"""The definitions of ``\\fcfit`` and ``\\fcinline``, which may stand anywhere and twice. They need graphicx."""
_SHORT = 28
"""A formula of so few visible characters fits into a column."""
_INLINE = 24
"""A formula of so few visible characters fits into a sentence."""


def fitted(text: str, width: str = "") -> str:
    """A formula for text mode, in display style, that is no wider than the line, or than a width."""
    if visible_length(text) <= _SHORT:
        return rf"$\displaystyle {text}$"
    return rf"\fcfit{f'[{width}]' if width else ''}{{{text}}}"


def inline(text: str) -> str:
    """A formula within a sentence: a long one is a box that is no wider than a line with a sign behind it."""
    return f"${text}$" if visible_length(text) <= _INLINE else rf"\fcinline{{{text}}}"


def displayed(relation: Relation, end: str = "") -> str:
    """A relation as a display, which ends with a sign of punctuation."""
    rows = lines(relation)
    rows[-1] += end
    if len(rows) == 1 and visible_length(rows[0]) <= _SHORT:
        return rf"\[ {rows[0]} \]"
    shown = [rf"\fcfit{{{row}}}" for row in rows]
    return rf"\[ {shown[0]} \]" if len(rows) == 1 else (
        r"\begin{gather*}" + "\n" + "\\\\\n".join(shown) + "\n" + r"\end{gather*}")
