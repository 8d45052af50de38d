"""The steps of a derivation while it is written, and views of them that say hypotheses, layers and notes once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Self

import sympy as sp

from ..algebra.algebra import Judgment
from ..algebra.layer_ranges import INDICES, Ranges
from ..language.claim import Given
from ..language.nodes import Relation
from .citable import Citable
from .rule import Rule, Step

Range = tuple[sp.Symbol, Any, Any]


class Steps:
    """Steps that may cite ``library``; ``given``, ``at`` and ``note`` return views that add to this list."""

    def __init__(self, library: Citable) -> None:
        self.library = library
        self.steps: list[Step] = []
        self._facts: dict[int, frozenset[Given]] = {}
        self._given: tuple[Given, ...] = ()
        self._at: dict[sp.Symbol, tuple[Any, Any]] = {}
        self._note = ""

    def given(self, *hypotheses: Given) -> Self:
        """A view whose steps suppose the hypotheses, where no premise supposes them already."""
        return self._view(_given=(*self._given, *hypotheses))

    def at(self, *ranges: Range) -> Self:
        """A view whose steps hold for the layers ``(index, first, last)``, where they show the index."""
        return self._view(_at={**self._at, **{x: (low, high) for x, low, high in ranges}})

    def note(self, text: str) -> Self:
        """A view whose steps carry the note."""
        return self._view(_note=text)

    def _view(self, **changed: Any) -> Self:
        view = copy(self)
        vars(view).update(changed)
        return view

    def __getitem__(self, index: int) -> Relation:
        return self.steps[index].statement

    def step(
        self,
        rule: Rule,
        statement: tuple[Any, str, Any] | Relation,
        *using: int,
        data: Any = None,
        given: Sequence[Given] = (),
        scope: Sequence[Range] = (),
        note: str = "",
    ) -> int:
        """Add one step with the statement as it is written, and return its number."""
        relation = statement if isinstance(statement, Relation) else Relation(*statement)
        ranges = {**self._at_indices(_indices(relation)), **{x: (low, high) for x, low, high in scope}}
        return self.add(Step(relation, rule, using, self._supposed(using, tuple(given)), data, _scope(ranges),
                             note or self._note))

    def add(self, step: Step) -> int:
        """Add a step and return its number."""
        self.steps.append(step)
        return len(self.steps) - 1

    def draft(
        self, rule: Rule, to: Relation | None, using: tuple[int, ...], data: Any, given: tuple[Given, ...]
    ) -> Step:
        """A step whose statement may still be missing, for the layers of the view and of the premises.

        While the statement is missing, its indices are those of premises and data that the rule leaves free.
        """
        free = _indices(to) if to is not None else set[sp.Symbol]().union(
            *(set(self.steps[n].ranges) - rule.binds(data, position) for position, n in enumerate(using)),
            *(sp.sympify(part).free_symbols & INDICES - set(inside) for part, inside in rule.parts(data)),
            *(_indices(fact) for fact in given if isinstance(fact, Relation)))
        known: dict[sp.Symbol, tuple[Any, Any]] = {}
        for n in using:
            known = {**self.steps[n].ranges, **known}
        ranges = {**{x: ends for x, ends in known.items() if x in free}, **self._at_indices(free)}
        unknown = Relation(sp.S.Zero, "==", sp.S.Zero)
        return Step(unknown if to is None else to, rule, using, self._supposed(using, given), data, _scope(ranges),
                    self._note)

    @staticmethod
    def concluded(draft: Step, statement: Relation) -> Step:
        """The step with the statement that its rule computed, for the layers that the statement shows."""
        shown = _indices(statement)
        return replace(draft, statement=statement, scope=tuple(x for x in draft.scope if x[0] in shown))

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
            cited = self._cited(*step.data) if step.rule.name == "claim" else frozenset[Given]()
            self._facts[number] = (self.facts(step) | cited) - step.rule.discharges
        return self._facts[number]

    def _cited(self, claim: str, obligation: str) -> frozenset[Given]:
        cited = self.library.derivation(claim)
        return frozenset() if cited is None else cited.conclusion(obligation, self.library).facts

    def _supposed(self, using: Iterable[int], given: tuple[Given, ...]) -> tuple[Given, ...]:
        if not self._given:
            return given
        inherited = frozenset(given).union(*(self._kept(n) for n in using))
        return (*given, *(x for x in self._given if x not in inherited))

    def _at_indices(self, free: Iterable[sp.Symbol]) -> dict[sp.Symbol, tuple[Any, Any]]:
        return {x: self._at[x] for x in self._at if x in free}


def _indices(relation: Relation) -> set[sp.Symbol]:
    free: set[sp.Symbol] = (relation.lhs.free_symbols | relation.rhs.free_symbols) & INDICES
    return free


def _scope(ranges: Ranges) -> tuple[Range, ...]:
    return tuple((x, low, high) for x, (low, high) in ranges.items())
