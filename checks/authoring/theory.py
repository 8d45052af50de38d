"""A theory of one's own: words, hypotheses, families, claims and proofs over a setting, in one file."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from runpy import run_module
from typing import Any, overload

from ...theory.language.claim import Claim, Origin
from ...theory.language.kinds import Kind
from ...theory.language.obligation import Obligation
from ...theory.language.quantifiers import Quantifier
from ...theory.language.relation import Relation
from ...theory.language.setting import DEEP_LINEAR, Setting
from ...theory.library import BUILT_IN, Library, Subject
from ...theory.proof.builder import Proof, ProofFunction
from ..instances.family import Family
from .automatic import near_misses
from .declaring import promises, tables
from .mistakes import BadTheory, meant, sentence, told
from .references import keep, reference_of

Draw = Callable[[Any, int], Any]


class Theory:
    """Words, families, claims and proofs over a setting; the deep linear networks unless another is given.

    >>> from ...theory.language.kinds import real
    >>> numbers = Setting("numbers", x=real(), y=real())
    >>> x, y = numbers["x"], numbers["y"]
    >>> theory = Theory("squares", numbers)
    >>> claim = theory.claim("means", "Two squares", Obligation("any", (2 * x * y, "<=", x**2 + y**2), tight=True))
    >>> [claim.id for claim in theory.library]
    ['means']
    """

    def __init__(self, name: str, setting: Setting = DEEP_LINEAR, extends: Theory | Iterable[Theory] = ()) -> None:
        """Raises BadTheory with a sentence where a theory that is extended has another setting."""
        self.name, self.setting, self._tables = name, setting, tables(setting)
        self.extends = (extends,) if isinstance(extends, Theory) else tuple(extends)
        for other in self.extends:
            if other.setting is not setting:
                raise BadTheory(f"{name!r} is about {setting.name}, and {other.name!r}, which it extends, about "
                                f"{other.setting.name}: a theory extends theories of its own setting.")
        self.families: dict[str, Family[Any]] = {}
        self.words: dict[str, list[Obligation]] = {}
        """The words that the theory declares, each with what is assumed of it and its definition does not show."""
        self.hypotheses: dict[str, str] = {}
        self.module = sys._getframe(1).f_globals
        """The globals of the module that the theory stands in."""
        self._theorems: dict[str, tuple[Claim, ProofFunction | None]] = {}
        self._published: dict[str, str] = {}

    def quantity(self, name: str, definition: Any, *, latex: str = "", meaning: str = "",
                 depends: Iterable[str] = (), **assumptions: bool) -> Any:
        """Declare a word by its definition, an expression in words declared before, and return its symbol.

        Over a setting of one's own the definition may be a function of an instance that returns an exact number; then
        ``depends`` names the data that it reads, and decisions about the word have no certificates. An assumption such
        as ``nonnegative=True`` enters derivations where the definition shows it; otherwise instances check it.

        Raises BadTheory with a sentence where the name is taken, where the definition contains a word of another
        setting, or contradicts an assumption.
        """
        symbol = self._tables.quantity(name, definition, latex or name, meaning or name, assumptions, depends)
        self.words[name] = promises(symbol, assumptions)
        self._changed()
        return symbol

    def hypothesis(self, name: str, *relations: Any, latex: str = "") -> str:
        """Declare a hypothesis by the relations that it states, and return its name, which ``given`` takes."""
        self.hypotheses[name] = self._tables.hypothesis(name, relations, latex)
        self._changed()
        return name

    def quantifier(self, symbol: Any, values: Callable[[Any], Iterable[Any]], latex: str = "") -> Quantifier:
        """Declare what an obligation ranges over; ``values(instance)`` returns the exact values to try."""
        return self._tables.quantifier(symbol, values, latex)

    def symbol(self, name: str, kind: Kind | None = None, **assumptions: bool) -> Any:
        """A symbol for a quantifier: a number with SymPy's assumptions, or a vector or matrix of a kind."""
        return self.setting.symbol(name, kind.shape if kind is not None and kind.sizes else None, **assumptions)

    @overload
    def family(self, draw: Draw) -> Family[Any]: ...
    @overload
    def family(self, *, count: int | None = None) -> Callable[[Draw], Family[Any]]: ...
    def family(self, draw: Draw | None = None, *, count: int | None = None) -> Any:
        """Declare a family of instances: ``f(rng, index)`` returns one; there are ``count`` of them, or no end.

        Over a setting of one's own ``f`` returns a dict of arrays or nested lists of exact numbers.
        """
        if draw is None:
            return lambda one: self._family(one, count)
        return self._family(draw, count)

    def _family(self, draw: Draw, count: int | None) -> Family[Any]:
        short = getattr(draw, "__name__", "family").strip("<>")
        name = f"{slug(self.name)}.{short}"

        def drawn(rng: Any, index: int) -> Any:
            try:
                made = draw(rng, index)
            except Exception as error:
                raise BadTheory(f"The family {short!r} fails at index {index}: {sentence(error)}") from error
            return self._tables.instance(made, f"The family {short!r} returns no instance at index {index}")

        family: Family[Any] = Family(name, drawn, count)
        self._tables.add(family)
        self.families[name] = family
        return family

    def claim(self, id: str, title: str, *obligations: Obligation, origins: tuple[Origin, ...] = ("ours",),
              requires: tuple[str, ...] = (), note: str = "") -> Claim:
        """Add a claim, which is a list of obligations. Raises BadTheory with a sentence where one does not fit."""
        if id in self._theorems or id == ASSUMED:
            raise BadTheory(f"There are two claims {id!r} in {self.name!r}: rename one of them.")
        if not obligations:
            raise BadTheory(f"The claim {id!r} has no obligation: give it at least one.")
        try:
            claim = Claim(id, title, tuple(self._placed(id, one) for one in obligations), requires, origins=origins,
                          note=note)
        except ValueError as error:
            raise BadTheory(sentence(error)) from None
        self._theorems[id] = claim, None
        self._changed()
        return claim

    def _placed(self, claim: str, obligation: Obligation) -> Obligation:
        """The obligation in this setting, with its automatic mutants spelled out."""
        what = f"The obligation {claim}/{obligation.name}"
        for kind, names, known in (("hypothesis", obligation.given, self.setting.stated),
                                   ("quantifier", obligation.over, self.setting.quantifiers)):
            for name in names:
                if isinstance(name, str) and name not in known:
                    raise BadTheory(f"{what} names a {kind} {name!r}, which is not declared{meant(name, known)}")
        self._within(what, obligation)
        placed = replace(obligation, setting=self.setting, space=self._tables.space(what, obligation), on=())
        placed = replace(placed, mutants=tuple(near_misses(placed)))
        for mutant in placed.mutants:
            try:
                false = mutant.of(placed)
            except (ValueError, TypeError, IndexError) as error:
                raise BadTheory(f"{what}: {sentence(error)}") from None
            self._within(f"{what}: the mutant {mutant.label!r}", false)
        return placed

    def _within(self, what: str, obligation: Obligation) -> None:
        """Raise BadTheory where a relation of an obligation contains what the setting does not have."""
        for relation in (obligation.relation, *(x for x in obligation.given if isinstance(x, Relation))):
            for side in relation.sides:
                self._tables.within(what, side, obligation.over)

    def cite(self, name: str, relation: Any, given: tuple[Any, ...] = (), reference: str = "") -> Claim:
        """Add a published theorem that proofs may take as it is, by ``p.cite(name)``.

        It is decided on instances as every claim is. A claim whose proof uses the theorem names it in ``requires``, and
        is *proved, given* the theorem.
        """
        if not reference:
            raise BadTheory(f"The theorem {name!r} has no reference: say where it is published.")
        claim = self.claim(name, name, Obligation("statement", relation, given=given), origins=("standard",),
                           note=reference)
        self._published[name] = reference
        return claim

    def proof(self, claim: Claim) -> Callable[[Any], Any]:
        """Declare the proof of a claim: ``f(p)`` returns the step of each obligation; ``auto`` looks for them."""
        if claim.id not in self._theorems:
            raise BadTheory(f"There is no claim {claim.id!r} in {self.name!r}{meant(claim.id, self._theorems)}")

        def declare(write: Any) -> Any:
            self._theorems[claim.id] = claim, lambda proof: self._written(write, proof)
            self._changed()
            return write

        return declare

    def _written(self, write: ProofFunction, proof: Proof) -> Mapping[str, int]:
        """What the function of a proof returns. Raises BadTheory with the line where it fails, or what it returns."""
        try:
            found = write(proof)
        except Exception as error:
            raise BadTheory(told(error, self.module.get("__file__") or self.name)) from error
        if not (isinstance(found, Mapping) and all(isinstance(step, int) for step in found.values())):
            raise BadTheory(f"The proof of {proof.claim!r} returns {found!r}: let it return the step of each "
                            "obligation, {name: step}.")
        return found

    def _changed(self) -> None:
        """The library is made anew when it is next asked for."""
        self.__dict__.pop("library", None)

    @cached_property
    def library(self) -> Library:
        """The claims and proofs as a library. Proofs may cite the theories that are extended, and the built-in one."""
        bases = [other.library for other in self.extends] + ([BUILT_IN] if self.setting is BUILT_IN.setting else [])
        known = [*self._theorems, *(claim.id for base in bases for one in (base, *base.bases) for claim in one)]
        for claim, _ in self._theorems.values():
            others = [name for name in known if name != claim.id]
            for missing in (name for name in claim.requires if name not in others):
                raise BadTheory(f"The claim {claim.id!r} requires {missing!r}, and there is no such other claim"
                                f"{meant(missing, others)}")
        theorems = [*self._theorems.values()]
        if assumed := [one for promised in self.words.values() for one in promised]:
            theorems.append((Claim(ASSUMED, "What is assumed of the words", tuple(
                self._placed(ASSUMED, one) for one in assumed)), None))
        about = Subject(self.name, tuple(self.words), tuple(self.hypotheses))
        return keep(Library(theorems, reference_of(self, self.module), bases, setting=self.setting, proved=False,
                            about=about, published=self._published))

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.library)

    def main(self) -> None:
        """Run the command line on this file: ``python theory.py verify``."""
        command, *rest = sys.argv[1:] or ["verify"]
        sys.argv[1:] = [command, "--theory", self.library.reference, *rest]
        run_module("flatcert", run_name="__main__")


ASSUMED = "assumptions"
"""The claim that holds what a theory assumes of its words."""


def library_of(theory: Theory | Library) -> Library:
    """The library of a theory, or the library itself."""
    return theory.library if isinstance(theory, Theory) else theory


def slug(name: str) -> str:
    """A name without spaces and signs, as names of families have it.

    >>> slug("Weight decay!")
    'weight-decay'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "theory"
