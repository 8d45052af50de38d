"""A command for every word and bound, so that a paper that changes its notation changes it in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import sympy as sp

from ..language.claim import Claim, Obligation
from ..language.nodes import LayerMatrix
from ..language.setting import Setting
from ..language.symbols import MatrixMember, NumberMember
from .formulas import formula
from .notation import used_words

_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_INDEX = sp.Symbol("index", integer=True, positive=True)
_ORDERED = ("<=", "<", ">=", ">", "==")


def macros(claims: Iterable[Claim]) -> str:
    r"""``\newcommand`` for each word that the claims use, and for the right side of each of their bounds.

    >>> from ..library import BUILT_IN
    >>> print(macros([BUILT_IN.claim("sharpness-lower")]).splitlines()[-1])
    \newcommand{\fcboundSharpnessLower}{\ensuremath{2 L \lVert p \rVert^{2 / L} a {\lVert w^{*} \rVert}^{2 - 2 / L}}}
    """
    claims = list(claims)
    taken: set[str] = set()
    lines = ["% Words and bounds of flatcert. The preamble needs amsmath and amssymb."]
    used = used_words(claims)
    for about in dict.fromkeys(one.setting for claim in claims for one in claim.obligations):
        lines += [line for name in _names(about) if name in used for line in _word(about, name, taken)]
    for claim in claims:
        lines += [line for one in claim.obligations for line in _bound(claim, one, taken)]
    return "\n".join(lines) + "\n"


def _names(about: Setting) -> Sequence[str]:
    """The names of the data and the words of a setting."""
    return list(dict.fromkeys([*about.data, *about.words]))


def _word(about: Setting, name: str, taken: set[str]) -> list[str]:
    """A word with its meaning. A family takes its index as an argument."""
    word = about.words.get(name)
    symbol = about[name] if word is None else word.symbol
    meaning = [] if word is None or word.meaning == name else [_comment(word.meaning)]
    if isinstance(symbol, LayerMatrix):
        symbol = LayerMatrix(symbol.name, _INDEX)
    elif callable(symbol) and not isinstance(symbol, sp.Basic):
        symbol = symbol(_INDEX)
    family = isinstance(symbol, LayerMatrix | NumberMember | MatrixMember)
    shown = formula(symbol).replace("index", "#1") if family else formula(symbol)
    body = rf"\ensuremath{{{{{shown}}}}}"  # in braces of its own, so that it may be raised
    return [*meaning, rf"\newcommand{{\{command(name, taken)}}}{'[1]' if family else ''}{{{body}}}"]


def _bound(claim: Claim, obligation: Obligation, taken: set[str]) -> list[str]:
    """The right side of an obligation, with a comment that says of what; nothing where it is a number."""
    if obligation.relation.op not in _ORDERED or obligation.relation.rhs.is_number:
        return []
    several = len(claim.obligations) > 1
    name = command(f"bound_{claim.id}_{obligation.name if several else ''}", taken)
    return [_comment(f"{obligation.relation.lhs} {obligation.relation.op} this: {claim.title}"),
            rf"\newcommand{{\{name}}}{{\ensuremath{{{formula(obligation.relation.rhs)}}}}}"]


def _comment(text: str) -> str:
    """A comment of one line."""
    return "% " + "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def command(name: str, taken: set[str]) -> str:
    """The command of a name: letters only, behind ``fc``, and another one than those that are taken.

    >>> command("lambda_max", set()), command("norm_q1", set()), command("S", {"fcS"})
    ('fclambdaMax', 'fcnormQOne', 'fcSX')
    """
    spelled = re.sub(r"\d", lambda found: _DIGITS[int(found[0])], name) if name.isascii() else (
        "".join(c if c.isascii() and not c.isdigit() else f"U{ord(c):x}".translate(_HEX) for c in name))
    first, *rest = re.findall(r"[A-Za-z]+", spelled) or ["word"]
    found: str = "fc" + first + "".join(part[0].upper() + part[1:] for part in rest)
    while found in taken:
        found += "X"
    taken.add(found)
    return found


_HEX = str.maketrans({str(digit): word for digit, word in enumerate(_DIGITS)})
