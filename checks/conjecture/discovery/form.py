"""A quantity and the words of its bounds: what is known as columns, and bounds as statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from ....theory.language import quantities as Q
from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import Library
from ..errors import ConjectureError, short
from ..language import Language, language_of
from ..proving.exponents import FIELD, Exponent, affine, written
from ..proving.known import known
from ..proving.monomials import Monomial, Unreadable, atoms, read, times
from ..proving.products import monomials_of
from ..proving.programme import Column, Depths
from ..proving.search import supposed
from ..proving.world import World, world_of
from ..reading import Conjecture, read_conjecture

__all__ = ["Bound", "Form", "form"]

_FREE = (Q.L, Q.d)
"""Numbers that no change of units changes."""


@dataclass(frozen=True)
class Bound:
    """A bound ``constant * product of words to powers``, from below or from above."""

    below: bool
    exponents: Mapping[str, Exponent]
    constant: sp.Expr

    @property
    def is_affine(self) -> bool:
        """Whether every exponent is a number plus a multiple of ``1/L``."""
        return affine(dict(self.exponents), inverse=True) is not None


@dataclass(frozen=True)
class Form:
    """The bounds of ``target`` in ``words``, under hypotheses; ``facts`` are the monomials that are at least one."""

    target: str
    words: tuple[str, ...]
    given: tuple[str, ...]
    any_weights: bool
    language: Language
    depths: Depths
    facts: tuple[Column, ...]
    monomials: Mapping[str, Monomial]
    supposed: tuple[str, ...]

    @property
    def scaled(self) -> tuple[str, ...]:
        """The words but for the depth: their exponents are looked for."""
        return tuple(word for word in self.words if word != "L")

    def stated(self, bound: Bound) -> Conjecture:
        """A bound as a conjecture."""
        return read_conjecture(self.text(bound), self.given, any_weights=self.any_weights, language=self.language)

    def text(self, bound: Bound) -> str:
        """A bound as a text."""
        side = sp.Mul(bound.constant, *(self.language.numbers[word] ** written(value)
                                        for word, value in bound.exponents.items()))
        return f"{self.target} {'>=' if bound.below else '<='} {side}"

    @cached_property
    def units(self) -> Mapping[str, dict[str, Exponent]]:
        """Changes of units that keep all facts: the powers by which they change the target and the words.

        Each bears the name of a word that it alone changes. A bound that follows is changed like the target.
        """
        involved = [x for x in atoms([*(one.monomial for one in self.facts), *self.monomials.values()])
                    if not x.is_Integer and x not in _FREE]
        table = [[one.monomial.get(x, FIELD.zero) for x in involved] for one in self.facts]
        changes = DomainMatrix(table, (len(table), len(involved)), FIELD).nullspace().to_list()
        named = (*self.scaled, self.target)
        rows = [{name: sum((power * change[involved.index(x)] for x, power in self.monomials[name].items()
                            if x in involved), FIELD.zero) for name in named} for change in changes]
        number = len(_reduced(rows, named))
        orders = ((*first, *(name for name in named if name not in first))
                  for first in combinations(self.scaled, number))
        found = (_reduced(rows, order) for order in orders)
        return min((one for one in found if self.target not in one), key=_denominators, default={})

    @property
    def fixed(self) -> tuple[str, ...]:
        """The words whose exponents the other ones determine by the units."""
        return tuple(self.units)

    @property
    def free(self) -> tuple[str, ...]:
        """The words whose exponents can be chosen."""
        return tuple(word for word in self.scaled if word not in self.fixed)

    def completed(self, chosen: Mapping[str, Exponent]) -> dict[str, Exponent]:
        """All exponents, from those that can be chosen."""
        found = dict(chosen)
        for word, unit in self.units.items():
            found[word] = unit[self.target] - sum((unit[one] * chosen[one] for one in self.free), FIELD.zero)
        return {word: found[word] for word in self.scaled}


def _reduced(rows: list[dict[str, Exponent]], names: Sequence[str]) -> dict[str, dict[str, Exponent]]:
    """The rows, combined so that each has a word that it alone has, the first ones if that is possible."""
    if not rows:
        return {}
    table = [[row[name] for name in names] for row in rows]
    reduced, pivots = DomainMatrix(table, (len(rows), len(names)), FIELD).rref()
    return {names[place]: dict(zip(names, row, strict=True))
            for row, place in zip(reduced.to_list(), pivots, strict=False)}


def _denominators(units: Mapping[str, Mapping[str, Exponent]]) -> int:
    """How many of the powers are no integers."""
    return sum(written(value).is_integer is not True for unit in units.values() for value in unit.values())


def form(target: str, words: Sequence[str], assuming: Iterable[str], any_weights: bool, library: Library) -> Form:
    """The form of the bounds that are asked for. Raises ConjectureError where a name is none, or the library no theory
    of networks."""
    if library.setting is not DEEP_LINEAR:
        raise ConjectureError("Bounds are discovered in the words of the built-in theory only.")
    language = language_of(library)
    for name in (target, *words):
        if name not in language.numbers:
            raise language.unknown(name)
    listed = tuple(dict.fromkeys(words))
    if target in listed:
        raise ConjectureError(f"{target} cannot bound itself: leave it out of the words.")
    if not set(listed) - {"L"}:
        raise ConjectureError("Name at least one word besides L that may stand in the bounds.")
    given = tuple(assuming)
    everything = " + ".join((target, *listed))
    stated = read_conjecture(f"{everything} >= 0", given, any_weights=any_weights, language=language)
    least = 3 if "L >= 3" in stated.given else 2 if "L >= 2" in stated.given else 1
    world = world_of(supposed(stated), least, known(library), stated.relation)
    facts = tuple(Column(times(larger, smaller, -FIELD.one), fact.relation.op == "==", fact.cost)
                  for fact, smaller, larger in monomials_of(world))
    return Form(target, listed, given, any_weights, language, world.depths, facts,
                {name: _read(name, world, language) for name in (target, *listed)}, tuple(map(str, stated.given)))


def _read(name: str, world: World, language: Language) -> Monomial:
    try:
        return read(world.put(language.numbers[name]))
    except Unreadable:
        raise ConjectureError(f"{short(name)} is no positive number under these hypotheses: choose another "
                              "word.") from None
