"""Conjectures as they are read: what they state, what they suppose, and the spaces of their instances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import sympy as sp

from ...theory.language.claim import Obligation
from ...theory.language.nodes import Relation
from ...theory.library import BUILT_IN
from .errors import ConjectureError
from .language import Language, language_of
from .parser import COMPARISONS, Comparison, parse_assumptions, parse_expression, parse_relation, parts

Statement: TypeAlias = str | Relation | sp.Rel | tuple[object, str, object]
"""What a user may give for a comparison: a text, a relation, or ``(lhs, op, rhs)``."""
ANY_WEIGHTS = "any weights"
"""The words by which a line of a file drops the hypothesis that the weights are a minimizer."""
ASSUMING = " | assuming "
"""What stands between the statement and its assumptions on a line."""
CONJECTURE = "conjecture"
"""The word that certificates and tokens have in the place of the claim, before the line of the conjecture."""


@dataclass(frozen=True)
class Conjecture:
    """A relation in the words of a language, and all its hypotheses, the standing ones included."""

    relation: Comparison
    given: tuple[str | Comparison, ...]
    language: Language

    @property
    def obligation(self) -> Obligation:
        """The statement that is decided, in which proved claims replace infima by formulas.

        The first hypotheses say that all parts of the text are defined, as the others may need that.
        """
        conditions = dict.fromkeys(condition for one in self.comparisons for condition in one.conditions)
        given = [g if isinstance(g, str) else self._reduced(g) for g in (*conditions, *self.given)]
        return Obligation(self.line, self._reduced(self.relation), space=self.language.space, given=tuple(given),
                          setting=self.language.setting)

    def _reduced(self, relation: Relation) -> Relation:
        return Relation(self.language.reduced(relation.lhs), relation.op, self.language.reduced(relation.rhs))

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The conclusion and the hypotheses that are comparisons."""
        return (self.relation, *(g for g in self.given if not isinstance(g, str)))

    @property
    def words(self) -> tuple[str, ...]:
        """The assumptions to print with the conclusion: those that differ from the defaults, and a dropped default."""
        standing = self.language.standing(self.relation.names, any_weights=False)
        dropped = (ANY_WEIGHTS,) if "minimizer" in standing and "minimizer" not in self.given else ()
        silent = self.language.standing(self.named, any_weights=False) + standing
        return (*dropped, *(str(g) for g in self.given if g not in silent))

    @property
    def line(self) -> str:
        """The conjecture as :func:`read_line` reads it.

        >>> read_conjecture("trace >= S", "L >= 2", any_weights=True).line
        'trace >= S | assuming any weights, L >= 2'
        """
        return ASSUMING.join([str(self.relation), *([", ".join(self.words)] if self.words else [])])

    @property
    def named(self) -> frozenset[str]:
        """The names in the conclusion and the hypotheses."""
        return frozenset[str]().union(*(one.names for one in self.comparisons))

    @property
    def names(self) -> dict[str, sp.Expr]:
        """The numbers that the conclusion names, in alphabetical order, as they are evaluated."""
        numbers = self.language.numbers
        return {name: self.language.reduced(numbers[name]) for name in sorted(self.relation.names) if name in numbers}

    @property
    def spaces(self) -> tuple[str, ...]:
        """The spaces that its instances are drawn from."""
        return self.language.spaces(self.named, frozenset(g for g in self.given if isinstance(g, str)))


def read_conjecture(
    text: Statement | None, assuming: Statement | Iterable[Statement] = (), *, any_weights: bool = False,
    language: Language | None = None,
) -> Conjecture:
    """Read a conjecture, with its assumptions, in a language: that of the built-in theory unless another is given.

    Raises:
        ConjectureError: the conjecture or an assumption cannot be read.

    >>> [str(g) for g in read_conjecture("S <= 4*kappa*S_min", "theta <= 3/4").given]
    ['E > 0', 'plain', 'minimizer', 'theta <= 3/4']
    """
    language = language or language_of(BUILT_IN)
    relation = _relation(text, language)
    listed = [assuming] if isinstance(assuming, (str, Relation, sp.Rel)) else list(assuming or ())
    if len(listed) == 3 and isinstance(listed[1], str) and listed[1] in COMPARISONS.values():
        listed = [tuple(listed)]
    extra = [g for one in listed
             for g in (parse_assumptions(one, language) if isinstance(one, str) else (_relation(one, language),))]
    found = Conjecture(relation, tuple(extra), language)
    standing = language.standing(found.named, any_weights)
    found = Conjecture(relation, tuple(dict.fromkeys([*standing, *extra])), language)
    language.check(found.obligation)
    return found


def _relation(text: object, language: Language) -> Comparison:
    if isinstance(text, str):
        return parse_relation(text, language)
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
    if op not in COMPARISONS.values():
        raise ConjectureError(f"There is no comparison {op!r}: use one of {', '.join(COMPARISONS.values())}.")
    return parse_relation(f"{_side(sides[0], language)} {op} {_side(sides[1], language)}", language)


def _side(side: object, language: Language) -> str:
    """One side as a text. A text stays as it is, for ``sympify`` would evaluate it as Python."""
    if isinstance(side, str):
        parse_expression(side, language)
        return side
    try:
        made = sp.sympify(side, strict=True)
    except (sp.SympifyError, TypeError, ValueError):
        raise ConjectureError(f"A side is a text, a number or a SymPy expression, not {type(side).__name__}.") from None
    if not isinstance(made, sp.Expr) or made.atoms(sp.NumberSymbol, type(sp.I)):
        raise ConjectureError(f"{made} is no expression in the names of the vocabulary (E is the signal energy there).")
    return str(made)


def read_line(line: str, language: Language | None = None) -> Conjecture:
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
    supposed = parts(rest.removeprefix("assuming "))
    words = [one for one in supposed if one != ANY_WEIGHTS]
    return read_conjecture(statement, words, any_weights=ANY_WEIGHTS in supposed, language=language)
