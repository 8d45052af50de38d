"""The steps of a derivation while it is written, and views of them that say hypotheses, layers and notes once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import Self

import sympy as sp

from ..algebra.algebra import Judgment
from ..algebra.layer_ranges import INDICES, Ranges
from ..language.claim import Given
from ..language.nodes import Relation
from .citable import Citable
from .own_words import spelled
from .refusal import Refused
from .rule import Rule, Step
from .rules.arguments import Fields
from .rules.common import To, stated
from .supposing import supposed_by
from .well_defined import Data

Ends = tuple[sp.Expr | int, sp.Expr | int]
Range = tuple[sp.Symbol, sp.Expr | int, sp.Expr | int]


_UNKNOWN = Relation(sp.S.Zero, "==", sp.S.Zero)
"""Stands for a statement that is still missing."""


class Steps:
    """Steps that may cite ``library``; ``given``, ``at`` and ``note`` return views that add to this list."""

    def __init__(self, library: Citable) -> None:
        self.library = library
        self.steps: list[Step] = []
        self._facts: dict[int, frozenset[Given]] = {}
        self._given: tuple[Given, ...] = ()
        self._at: dict[sp.Symbol, Ends] = {}
        self._note = ""

    def given(self, *hypotheses: Given) -> Self:
        """A view whose steps suppose the hypotheses, where no premise supposes them already."""
        return self._view(_given=(*self._given, *spelled(hypotheses, self.library.setting)))

    def at(self, *ranges: Range) -> Self:
        """A view whose steps hold for the layers ``(index, first, last)``, where they show the index."""
        return self._view(_at={**self._at, **{x: (low, high) for x, low, high in ranges}})

    def note(self, text: str) -> Self:
        """A view whose steps carry the note."""
        return self._view(_note=text)

    def _view(self, **changed: object) -> Self:
        view = copy(self)
        vars(view).update(changed)
        return view

    def __getitem__(self, index: int) -> Relation:
        return self.steps[index].statement

    def step(
        self,
        rule: Rule[...],
        statement: To,
        *using: int,
        data: Data = None,
        given: Sequence[Given] = (),
        scope: Sequence[Range] = (),
        note: str = "",
    ) -> int:
        """Add one step with the statement as it is written, and return its number."""
        relation = stated(statement)
        ranges = {**self._at_indices(_indices(relation)), **{x: (low, high) for x, low, high in scope}}
        return self.add(Step(relation, rule, using, self._supposed(using, tuple(given)), data, _scope(ranges),
                             note or self._note))

    def add(self, step: Step) -> int:
        """Add a step and return its number."""
        self.steps.append(step)
        return len(self.steps) - 1

    def infer(self, rule: Rule[...], call: Fields) -> int:
        """Add the step of a call and return its number; a missing statement is what the rule computes.

        While the statement is missing, its indices are those of premises and data that the rule leaves free.
        """
        using, data = tuple(call.using), call.data
        supposed = spelled(call.given, self.library.setting)
        free = _indices(call.to) if call.to is not None else set[sp.Symbol]().union(
            *(set(self.steps[n].ranges) - rule.binds(data, position) for position, n in enumerate(using)),
            *(sp.sympify(part).free_symbols & INDICES - set(inside) for part, inside in rule.parts(data)),
            *(_indices(fact) for fact in supposed if isinstance(fact, Relation)))
        known: dict[sp.Symbol, Ends] = {}
        for n in using:
            known = {**self.steps[n].ranges, **known}
        ranges = {**{x: ends for x, ends in known.items() if x in free}, **self._at_indices(free)}
        step = Step(call.to or _UNKNOWN, rule, using, self._supposed(using, supposed), data, _scope(ranges),
                    self._note)
        if call.to is None:
            try:
                statement = rule.infer(step, [self.judgment(n) for n in using], self.facts(step), None)
            except Refused as error:
                raise Refused(f"step {len(self.steps) + 1}, {rule.name}: {error}") from error
            shown = _indices(statement)
            step = replace(step, statement=statement, scope=tuple(x for x in step.scope if x[0] in shown))
        return self.add(step)

    def judgment(self, number: int) -> Judgment:
        """What a step says, under which hypotheses and for which layers, if it is not refused."""
        step = self.steps[number]
        return Judgment(step.statement, self._kept(number), step.ranges)

    def facts(self, step: Step) -> frozenset[Given]:
        """The hypotheses in force at a step: its own and those of its premises."""
        return frozenset(step.hypotheses).union(*(self._kept(n) for n in step.using))

    def _kept(self, number: int) -> frozenset[Given]:
        """The hypotheses under which a step holds."""
        if number not in self._facts:
            step = self.steps[number]
            premises = frozenset[Given]().union(*(self._kept(n) for n in step.using))
            self._facts[number] = supposed_by(step, premises, self.library)
        return self._facts[number]

    def _supposed(self, using: Iterable[int], given: tuple[Given, ...]) -> tuple[Given, ...]:
        if not self._given:
            return given
        inherited = frozenset(given).union(*(self._kept(n) for n in using))
        return (*given, *(x for x in self._given if x not in inherited))

    def _at_indices(self, free: Iterable[sp.Symbol]) -> dict[sp.Symbol, Ends]:
        return {x: self._at[x] for x in self._at if x in free}


def _indices(relation: Relation) -> set[sp.Symbol]:
    return relation.free_symbols & INDICES


def _scope(ranges: Ranges) -> tuple[Range, ...]:
    return tuple((x, low, high) for x, (low, high) in ranges.items())
