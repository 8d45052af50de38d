"""Conjectures as they are read: what they state, what they suppose, and the spaces of their instances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import sympy as sp

from ...theory.language.claim import Obligation
from ...theory.language.nodes import LATEX_OPS, Relation
from ...theory.language.quantities import VOCABULARY, S_balanced, trace_min
from ...theory.library import BUILT_IN
from .parser import Comparison, ConjectureError, parse_assumptions, parse_expression, parse_relation

Statement: TypeAlias = str | Relation | sp.Rel | tuple[object, str, object]
"""What a user may give for a comparison: a text, a relation, or ``(lhs, op, rhs)``."""
WEIGHTS = frozenset(name for name, quantity in VOCABULARY.items() if quantity.belongs == "weights")
ANY_WEIGHTS = "any weights"
"""The words by which a line of a file drops the hypothesis that the weights are a minimizer."""
CONJECTURE = "conjecture"
"""The word that certificates and tokens have in the place of the claim, before the line of the conjecture."""


@dataclass(frozen=True)
class Conjecture:
    """A relation in the names of the vocabulary, and all its hypotheses, the standing ones included."""

    relation: Comparison
    given: tuple[str | Comparison, ...]

    @property
    def obligation(self) -> Obligation:
        """The statement that is decided, in which proved claims replace infima by formulas.

        The first hypotheses say that all parts of the text are defined, as the others may need that.
        """
        conditions = dict.fromkeys(condition for one in self.comparisons for condition in one.conditions)
        given = [g if isinstance(g, str) else _reduced(g) for g in (*conditions, *self.given)]
        return Obligation(self.line, _reduced(self.relation), space="weights", given=tuple(given))

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The conclusion and the hypotheses that are comparisons."""
        return (self.relation, *(g for g in self.given if not isinstance(g, str)))

    @property
    def words(self) -> tuple[str, ...]:
        """The assumptions to print with the conclusion: those that differ from the defaults, and a dropped default."""
        standing = read_conjecture(self.relation).given
        dropped = (ANY_WEIGHTS,) if "minimizer" in standing and "minimizer" not in self.given else ()
        return (*dropped, *(str(g) for g in self.given if g not in ("E > 0", "plain", "minimizer")))

    @property
    def line(self) -> str:
        """The conjecture as :func:`read_line` reads it.

        >>> read_conjecture("trace >= S", "L >= 2", any_weights=True).line
        'trace >= S | assuming any weights, L >= 2'
        """
        return " | assuming ".join([str(self.relation), *([", ".join(self.words)] if self.words else [])])

    @property
    def names(self) -> list[str]:
        """The quantities in the conclusion, in alphabetical order."""
        return sorted(self.relation.names)

    @property
    def spaces(self) -> tuple[str, ...]:
        """The spaces that its instances are drawn from."""
        named = frozenset[str]().union(*(one.names for one in self.comparisons))
        predicates = {g for g in self.given if isinstance(g, str)}
        spaces: list[str] = []
        if predicates & {"balanced", "w along w*"}:
            spaces.append("balanced")
        if "w* eigenvector" in predicates:
            spaces.append("eigenvector")
        special = ["singled-out"] if "plain" in predicates else ["singled-out", "singled-out-readouts"]
        if not named & WEIGHTS and not spaces:
            return ("problem", "eigenvector", *special)
        if "minimizer" not in predicates:
            special += ["starts", "singled-out-starts"]
        return (*spaces, "weights", "layers", "isometries", *special)


def read_conjecture(
    text: Statement | None, assuming: Statement | Iterable[Statement] = (), *, any_weights: bool = False
) -> Conjecture:
    """Read a conjecture, with its assumptions.

    Raises:
        ConjectureError: the conjecture or an assumption cannot be read.

    >>> [str(g) for g in read_conjecture("S <= 4*kappa*S_min", "theta <= 3/4").given]
    ['E > 0', 'plain', 'minimizer', 'theta <= 3/4']
    """
    relation = _relation(text)
    parts = [assuming] if isinstance(assuming, (str, Relation, sp.Rel)) else list(assuming or ())
    if len(parts) == 3 and isinstance(parts[1], str) and parts[1] in ("<=", ">=", "<", ">", "==", "!="):
        parts = [tuple(parts)]
    extra = [g for part in parts for g in (parse_assumptions(part) if isinstance(part, str) else (_relation(part),))]
    named = frozenset[str]().union(relation.names, *(g.names for g in extra if not isinstance(g, str)))
    standing: list[str] = ["E > 0"]
    if "norm_p" not in named:
        standing.append("plain")
    if named & WEIGHTS and not any_weights:
        standing.append("minimizer")
    return Conjecture(relation, tuple(dict.fromkeys([*standing, *extra])))


def _relation(text: object) -> Comparison:
    if isinstance(text, str):
        return parse_relation(text)
    if isinstance(text, Comparison):
        return text
    if isinstance(text, Relation):
        sides, op = (text.lhs, text.rhs), text.op
    elif isinstance(text, sp.Rel):
        sides, op = (text.lhs, text.rhs), text.rel_op
    elif isinstance(text, tuple) and len(text) == 3:
        sides, op = (text[0], text[2]), text[1]
    else:
        hint = " (SymPy has decided it by itself: give the sides apart, as (lhs, '<=', rhs))" if isinstance(
            text, (bool, sp.logic.boolalg.BooleanAtom)) else ""
        raise ConjectureError(f"{text!r} is no comparison{hint}.")
    if op not in LATEX_OPS:
        raise ConjectureError(f"There is no comparison {op!r}: use one of {', '.join(LATEX_OPS)}.")
    return parse_relation(f"{_side(sides[0])} {op} {_side(sides[1])}")


def _side(side: object) -> str:
    """One side as a text. A text stays as it is, for ``sympify`` would evaluate it as Python."""
    if isinstance(side, str):
        parse_expression(side)
        return side
    try:
        made = sp.sympify(side, strict=True)
    except (sp.SympifyError, TypeError, ValueError):
        raise ConjectureError(f"A side is a text, a number or a SymPy expression, not {type(side).__name__}.") from None
    if not isinstance(made, sp.Expr) or made.atoms(sp.NumberSymbol, type(sp.I)):
        raise ConjectureError(f"{made} is no expression in the names of the vocabulary (E is the signal energy there).")
    return str(made)


def read_line(line: str) -> Conjecture:
    """Read ``STATEMENT | assuming A, B``. The second part is optional, and ``any weights`` may be an assumption.

    Raises:
        ConjectureError: the line cannot be read.

    >>> [str(g) for g in read_line("trace >= S | assuming any weights, L >= 2").given]
    ['E > 0', 'plain', 'L >= 2']
    """
    statement, bar, rest = line.partition("|")
    rest = rest.strip()
    if bar and not rest.startswith("assuming "):
        raise ConjectureError(f"After '|' the word 'assuming' is expected, not {rest!r}.")
    parts = [part.strip() for part in rest.removeprefix("assuming ").split(",") if part.strip()]
    words = [part for part in parts if part != ANY_WEIGHTS]
    return read_conjecture(statement, words, any_weights=ANY_WEIGHTS in parts)


def _reduced(relation: Relation) -> Relation:
    return Relation(relation.lhs.xreplace(reduced()), relation.op, relation.rhs.xreplace(reduced()))


@lru_cache
def reduced() -> dict[sp.Symbol, sp.Expr]:
    """Return formulas for infima, and for values at balanced minimizers, from the proved claims that give them."""
    stated = {S_balanced: ("balanced-sharpness", "sharpness"), trace_min: ("min-trace", "every-minimizer")}
    return {symbol: BUILT_IN.claim(claim_id).obligation(name).relation.rhs
            for symbol, (claim_id, name) in stated.items()}
