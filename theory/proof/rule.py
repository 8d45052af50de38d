"""What a derivation is made of: rules of inference, and steps that use them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from ..algebra.algebra import Judgment
from ..language.claim import Given
from ..language.nodes import Relation
from .well_defined import Part, every_part

__all__ = ["Refused", "Rule", "Step", "require"]


class Refused(Exception):
    """A step that its rule does not give; the message says why."""


def require(condition: bool, reason: str, *about: object) -> None:
    """Refuse the step unless the condition holds; ``about`` fills the reason. Raises Refused."""
    if not condition:
        raise Refused(reason.format(*about))  # only now: printing a formula is slow


@dataclass(frozen=True)
class Rule:
    """A rule of inference: ``text`` says what it allows, ``verify`` recomputes a step or refuses it.

    ``discharges`` are hypotheses of the premises that the conclusion no longer needs.
    ``indices`` says that the rule itself answers for the ranges of layer indices; ``linked`` is
    how many premises come first that do more than rewrite.
    ``assumes`` marks what is stipulated, denominators included.
    ``general`` is False for what holds only for the shapes that it names.
    """

    name: str
    text: str
    verify: Callable[[Step, Sequence[Judgment], frozenset[Given]], None] = field(repr=False)
    discharges: frozenset[Given] = frozenset()
    indices: bool = False
    linked: float = 1
    assumes: bool = False
    general: bool = True
    reference: str = ""
    binds: Callable[[Any, int], frozenset[sp.Symbol]] = field(default=lambda data, number: frozenset(), repr=False)
    """Of a rule that answers for the ranges: which indices of a premise, by its number, it binds or fixes."""
    parts: Callable[[Any], Sequence[Part]] = field(default=every_part, repr=False)
    """The expressions in the data of a step, each with the ranges of the indices that the rule binds in it."""


@dataclass(frozen=True)
class Step:
    """One statement, the rule that gives it, and the earlier steps it uses.

    ``scope`` gives the range ``(index, first, last)`` of each free layer index; ``hypotheses``
    are those that enter at this step; ``data`` is what the rule asks for.
    """

    statement: Relation
    rule: Rule
    using: tuple[int, ...] = ()
    hypotheses: tuple[Given, ...] = ()
    data: Any = None
    scope: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...] = ()
    note: str = ""

    @property
    def ranges(self) -> dict[sp.Symbol, tuple[sp.Expr, sp.Expr]]:
        return {x: (sp.sympify(low), sp.sympify(high)) for x, low, high in self.scope}

    def _repr_latex_(self) -> str:
        return self.statement._repr_latex_()
