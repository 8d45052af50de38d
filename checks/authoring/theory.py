"""A theory of one's own: words, hypotheses, families, claims and proofs over a setting, in one file."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from runpy import run_module
from typing import Any, overload

from ...theory.language.claim import Claim, Origin
from ...theory.language.kinds import Kind
from ...theory.language.obligation import Obligation
from ...theory.language.quantifiers import Quantifier
from ...theory.language.setting import DEEP_LINEAR, Setting
from ...theory.library import BUILT_IN, Library
from ...theory.proof.builder import ProofFunction
from ..instances import data_pool, spaces
from ..instances.data import make_data
from ..instances.families.family import Family
from ..instances.instance import Instance, make
from .automatic import near_misses
from .declaring import BadTheory, declared_hypothesis, declared_quantifier, declared_quantity
from .references import reference_of

Draw = Callable[[Any, int], Any]


def instance(covariance: Any, weights: Any, **rest: Any) -> Instance:
    """An exact instance of the deep linear networks: a covariance ``(d, d)`` and layers ``(d_k, d_{k-1})``.

    Optional: ``readout``, ``regressor`` (without one the weights are a minimizer), ``start``, ``u``, ``gamma``.
    """
    return make("given", covariance, weights, **rest)


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

    def __init__(self, name: str, setting: Setting = DEEP_LINEAR, extends: Iterable[Theory] = ()) -> None:
        """Raises BadTheory with a sentence where a theory that is extended has another setting."""
        self.name, self.setting, self.extends = name, setting, tuple(extends)
        for other in self.extends:
            if other.setting is not setting:
                raise BadTheory(f"{name!r} is about {setting.name}, and {other.name!r}, which it extends, about "
                                f"{other.setting.name}: a theory extends theories of its own setting")
        self.families: dict[str, Family[Any]] = {}
        self._theorems: dict[str, tuple[Claim, ProofFunction | None]] = {}
        self._module = sys._getframe(1).f_globals

    def quantity(self, name: str, definition: Any, *, latex: str = "", meaning: str = "", **assumptions: bool) -> Any:
        """Declare a word by its definition, an expression in words declared before, and return its symbol.

        An assumption such as ``nonnegative=True`` enters derivations where the definition shows it.

        Raises BadTheory with a sentence where the name is taken, or the definition contains a word of another setting.
        """
        return declared_quantity(self.setting, name, definition, latex or name, meaning or name, assumptions)

    def hypothesis(self, name: str, *relations: Any, latex: str = "") -> str:
        """Declare a hypothesis by the relations that it states, and return its name, which ``given`` takes."""
        return declared_hypothesis(self.setting, name, relations, latex)

    def quantifier(self, symbol: Any, values: Callable[[Any], Iterable[Any]], latex: str = "") -> Quantifier:
        """Declare what an obligation ranges over; ``values(instance)`` returns the exact values to try."""
        return declared_quantifier(self.setting, symbol, values, latex)

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
        name = f"{slug(self.name)}.{getattr(draw, '__name__', 'family').strip('<>')}"
        if self.setting is DEEP_LINEAR:
            made: Family[Any] = Family(name, draw, count)
            spaces.add(made)
        else:
            made = Family(name, lambda rng, index: make_data(self.setting, draw(rng, index)), count)
            data_pool.add(self.setting, made)
        self.families[name] = made
        return made

    def claim(self, id: str, title: str, *obligations: Obligation, origins: tuple[Origin, ...] = ("ours",),
              requires: tuple[str, ...] = (), note: str = "") -> Claim:
        """Add a claim, which is a list of obligations. Raises BadTheory with a sentence where one does not fit."""
        if id in self._theorems:
            raise BadTheory(f"there are two claims {id!r} in {self.name!r}: rename one of them")
        if not obligations:
            raise BadTheory(f"the claim {id!r} has no obligation: give it at least one")
        try:
            claim = Claim(id, title, tuple(map(self._placed, obligations)), requires, origins=origins, note=note)
        except ValueError as error:
            raise BadTheory(str(error)) from None
        self._theorems[id] = claim, None
        self.__dict__.pop("library", None)
        return claim

    def _placed(self, obligation: Obligation) -> Obligation:
        """The obligation in this setting, with its automatic mutants spelled out."""
        own = self.setting is not DEEP_LINEAR
        space = obligation.space if obligation.on else data_pool.ANY if own else obligation.space
        placed = replace(obligation, setting=self.setting, space=space, on=())
        if own:
            data_pool.families_of(self.setting, space)
        else:
            spaces.families_of(space)
        return replace(placed, mutants=tuple(near_misses(placed)))

    def proof(self, claim: Claim) -> Callable[[Any], Any]:
        """Declare the proof of a claim: ``f(p)`` returns the step of each obligation; ``auto`` looks for them."""

        def declare(write: Any) -> Any:
            self._theorems[claim.id] = claim, write
            self.__dict__.pop("library", None)
            return write

        return declare

    @cached_property
    def library(self) -> Library:
        """The claims and proofs as a library. Proofs may cite the theories that are extended, and the built-in one."""
        bases = [other.library for other in self.extends] + ([BUILT_IN] if self.setting is DEEP_LINEAR else [])
        return Library(self._theorems.values(), reference_of(self._module), bases, setting=self.setting, proved=False)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.library)

    def main(self) -> None:
        """Run the command line on this file: ``python theory.py verify``."""
        command, *rest = sys.argv[1:] or ["verify"]
        sys.argv[1:] = [command, self._module["__file__"], *rest]
        run_module("flatcert", run_name="__main__")


def slug(name: str) -> str:
    """A name without spaces and signs, as names of families have it.

    >>> slug("Weight decay!")
    'weight-decay'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "theory"
