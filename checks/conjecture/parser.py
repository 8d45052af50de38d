"""Conjectures read by a whitelist over ``ast``. They are never evaluated as Python, and every number is exact.

``E`` is the signal energy here, not Euler's number, and decimals are the rationals written there.
SymPy cancels while it reads (``theta/theta`` becomes 1), so the text and the conditions under which all of its
parts are defined are kept beside the expressions.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from difflib import get_close_matches

import sympy as sp

from ...theory.language.nodes import Relation
from .errors import ConjectureError, short
from .language import Language
from .reader import Reader

MAX_LENGTH, MAX_NODES = 2000, 400


@dataclass(frozen=True)
class Comparison(Relation):
    """A comparison as it is written: its text, the names there, and where every part of the text is defined."""

    text: str = ""
    names: frozenset[str] = frozenset()
    conditions: tuple[Relation, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse_relation(text: str, language: Language) -> Comparison:
    """One comparison of two expressions in the words of a language.

    Raises:
        ConjectureError: anything else, with what is wrong and what to write instead.

    >>> from ...theory.library import BUILT_IN
    >>> from .language import language_of
    >>> networks = language_of(BUILT_IN)
    >>> parse_relation("S_min <= 2.5*L*E**(1 - 1/L)", networks).rhs
    5*E**(1 - 1/L)*L/2
    >>> read = parse_relation("theta/theta == 1", networks)
    >>> str(read), read.lhs, [str(condition) for condition in read.conditions]
    ('theta/theta == 1', 1, ['theta != 0', 'norm_w_net > 0'])
    >>> parse_relation("S <= kapa", networks)
    Traceback (most recent call last):
    ...
    flatcert.checks.conjecture.errors.ConjectureError: There is no quantity 'kapa': did you mean kappa?
    """
    tree, source = _tree(text)
    if not isinstance(tree, ast.Compare):
        raise ConjectureError(f"{short(text)} is no comparison: write two sides with <=, <, >=, >, == or != between.")
    if len(tree.ops) > 1:
        raise ConjectureError(f"{short(text)} has more than one comparison: state them one at a time.")
    op = COMPARISONS.get(type(tree.ops[0]))
    if op is None:
        raise ConjectureError(f"{short(text)} compares as numbers are not: use one of "
                              f"{', '.join(COMPARISONS.values())}.")
    reader = Reader(source, language)
    lhs, rhs = reader.sides(tree.left, tree.comparators[0], op)
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) & {
        *language.names, *language.sequences}
    cancelled = names - {symbol.name for symbol in lhs.free_symbols | rhs.free_symbols}
    needed = (language.needs(name) for name in sorted(cancelled))
    conditions = dict.fromkeys([*reader.conditions, *(one for one in needed if one is not None)])
    return Comparison(lhs, op, rhs, source, names, tuple(conditions))


def parse_expression(text: str, language: Language) -> sp.Expr:
    """One side of a comparison.

    Raises:
        ConjectureError: anything that is no number in the words of the language.

    >>> from ...theory.library import BUILT_IN
    >>> from .language import language_of
    >>> parse_expression("sqrt(E)/0.1", language_of(BUILT_IN))
    10*sqrt(E)
    """
    tree, source = _tree(text)
    return Reader(source, language).side(tree)


def parse_assumptions(text: str, language: Language) -> tuple[str | Comparison, ...]:
    """Named hypotheses and comparisons, separated by commas.

    Raises:
        ConjectureError: a part that is neither, with the names there are.

    >>> from ...theory.library import BUILT_IN
    >>> from .language import language_of
    >>> [str(x) for x in parse_assumptions("balanced, theta <= 3/4", language_of(BUILT_IN))]
    ['balanced', 'theta <= 3/4']
    """
    return tuple(_assumption(part, language) for part in parts(text))


def parts(text: str) -> list[str]:
    """The parts of a text between commas; no comma within brackets parts anything."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth <= 0:
            found.append("")
        else:
            found[-1] += sign
    return [part.strip() for part in found if part.strip()]


def _assumption(text: str, language: Language) -> str | Comparison:
    name, known = " ".join(text.split()), language.hypotheses
    if name in known:
        return name
    if not re.search(r"[<>=]", name):
        near = get_close_matches(name, known, 1)
        hint = (f"did you mean {near[0]!r}?" if near else f"the named ones are {', '.join(known)}." if known else
                "none has a name here, so write a comparison.")
        raise ConjectureError(f"There is no hypothesis {short(name)}: {hint}")
    return parse_relation(text, language)


def _tree(text: str) -> tuple[ast.expr, str]:
    """The tree of a text, and the text in one line that the places in the tree refer to."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise ConjectureError(f"A conjecture is a text of at most {MAX_LENGTH} characters.")
    if re.search(r"\blambda\b", text):
        raise ConjectureError("There is no quantity 'lambda': write lambda_min or lambda_max.")
    if "^" in text:
        raise ConjectureError(f"{short(text)} contains '^': write powers with **.")
    source = " ".join(text.replace("≤", "<=").replace("≥", ">=").partition("#")[0].split())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '1or 2' warns before it is refused
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConjectureError(f"{short(text)} cannot be read: write formulas as in 2*L*E**(1 - 1/L).") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ConjectureError(f"The conjecture is too long: at most {MAX_NODES} names, numbers and operations.")
    return tree, source


COMPARISONS = {ast.LtE: "<=", ast.Lt: "<", ast.GtE: ">=", ast.Gt: ">", ast.Eq: "==", ast.NotEq: "!="}
