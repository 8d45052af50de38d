"""Discover which bounds of a quantity hold: proved, refuted or open, and the extreme ones of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from math import exp, log
from time import perf_counter

import numpy as np
import sympy as sp

from ....theory.language.quantities import L
from ....theory.library import BUILT_IN, Library
from ...attack.adversary import Refutation
from ...authoring.theory import Theory, library_of
from ...output.json_values import JsonObject, json_object
from ..proving.exponents import FIELD, Exponent, at, written
from ..proving.search import prove
from ..proving.shown import Proof, shown
from .following import Following
from .form import Bound, Form, form
from .instances import Bank, shrunk, tried

__all__ = ["Discovered", "Discovery", "discover"]

CONSTANT = 1000
"""A bound counts as refuted where it is false by more than this factor."""
_MOST_WORDS = 4
"""Extreme points are looked for in all choices of so many words; of more words, in all of them together."""
_STEPS = (-1 / L, 1 / L, sp.Integer(-1), sp.Integer(1))
_FEW = (-1 / L, 1 / L)
"""By so much an exponent is changed: the second list where more than two can be chosen."""
_NEAR = 1e-3
"""Floats are believed where the logarithm of a ratio agrees with the exact decision so far."""
_CLIMBS = 12
"""For so many bounds that are open a search looks for a counterexample."""


@dataclass(frozen=True)
class Discovered:
    """A bound: ``answer`` is proved, refuted or open, and ``extreme`` says that no other one implies this answer.

    ``exponents`` are those of the words; the constant of a proved bound is the one that follows, and those of the
    others are chosen to be easily met: a refuted bound is false with every better constant. ``ratio`` is the
    quantity over the product of powers, least or largest on the instances looked at: no better constant is possible.
    Of bounds that are not extreme and not refuted it is not computed.
    """

    statement: str
    answer: str
    below: bool
    extreme: bool
    exponents: dict[str, str]
    ratio: float | None
    proof: Proof | None = None
    counterexample: Refutation | None = None


@dataclass(frozen=True)
class Discovery:
    """What was found about the bounds of ``target`` in ``words``.

    The exponents of ``fixed`` words follow from those of the ``free`` ones, as a change of units changes both sides
    alike.
    """

    target: str
    words: tuple[str, ...]
    given: tuple[str, ...]
    free: tuple[str, ...]
    fixed: tuple[str, ...]
    bounds: tuple[Discovered, ...]
    instances: int
    seconds: float

    @property
    def extreme(self) -> tuple[Discovered, ...]:
        """The bounds to be shown: the strongest that are proved or open, and the weakest that are refuted."""
        return tuple(one for one in self.bounds if one.extreme)

    def as_dict(self) -> JsonObject:
        """The JSON object of the contract."""
        return json_object(self) | {"seconds": round(self.seconds, 3)}


def discover(
    target: str, words: Sequence[str], *, assuming: Iterable[str] = (), any_weights: bool = False, seed: int = 0,
    theory: Theory | Library = BUILT_IN,
) -> Discovery:
    """Which bounds of a quantity hold that are a constant times powers of words, with exponents affine in ``1/L``.

    Raises:
        ConjectureError: a name is none, or a hypothesis cannot be read.

    >>> [one.statement for one in discover("b", ["a", "lambda_max"]).extreme if one.answer == "proved"]
    ['b >= a', 'b <= lambda_max']
    """
    began = perf_counter()
    library = library_of(theory)
    looked = _Search(form(target, words, assuming, any_weights, library), library, seed)
    found = looked.found()
    asked = looked.form
    return Discovery(target, asked.words, asked.supposed, asked.free, asked.fixed, found, len(looked.bank.places),
                     perf_counter() - began)


class _Search:
    """The search for the bounds of one form."""

    def __init__(self, asked: Form, library: Library, seed: int) -> None:
        self.form, self._library, self._seed = asked, library, seed
        self._at = Following(asked, asked.depths.least if asked.depths.alone else asked.depths.least + 6)
        self.bank = Bank(asked)

    def found(self) -> tuple[Discovered, ...]:
        """All bounds that were looked at, with their answers."""
        bounds = list(self._following())
        proved = [(bound, one) for bound in bounds if (one := self._proved(bound)) is not None]
        self.bank.draw(self.form.stated(self._weak(dict.fromkeys(self.form.scaled, FIELD.zero), True)), self._seed)
        ends = [replace(one, ratio=self._reached(bound)) for bound, one in proved]
        judged = list(self._judged([bound for bound, _ in proved]))
        return (*ends, *self._marked(judged))

    def _following(self) -> Iterator[Bound]:
        """The strongest bounds that follow, in all words and in fewer of them."""
        names, seen = self.form.scaled, set[str | None]([None])
        sizes = range(1, len(names) + 1) if len(names) <= _MOST_WORDS else (len(names),)
        for below in (True, False):
            for chosen in (one for size in sizes for one in combinations(names, size)):
                words = [*chosen, *(["L"] if "L" in self.form.words else [])]
                for bound in self._at.extreme(words, below):
                    statement = self.form.text(bound) if bound.is_affine else None
                    if statement not in seen:
                        seen.add(statement)
                        yield bound

    def _proved(self, bound: Bound) -> Discovered | None:
        """A bound that the kernel accepts."""
        stated = self.form.stated(bound)
        proved = prove(stated, self._library)
        if proved is None:
            return None
        return Discovered(str(stated.relation), "proved", bound.below, True, _spelled(bound), None,
                          shown(proved, self._library))

    def _weak(self, exponents: dict[str, Exponent], below: bool, depth: Exponent = FIELD.zero) -> Bound:
        """A bound with a constant that is easily met."""
        powers = {word: value for word, value in exponents.items() if value} | ({"L": depth} if depth else {})
        return Bound(below, powers, sp.Rational(1, CONSTANT) if below else sp.Integer(CONSTANT))

    def _candidates(self, proved: Sequence[Bound]) -> Iterator[Bound]:
        """Bounds that do not follow, whose exponents are near those of the ones that do."""
        free, steps = self.form.free, _STEPS if len(self.form.free) <= 2 else _FEW
        moves = [FIELD.from_sympy(step) for step in steps]
        seen = list[tuple[bool, dict[str, Exponent]]]()
        for below in (True, False):
            deep = max((bound.exponents.get("L", FIELD.zero) for bound in proved if bound.below == below),
                       key=lambda x: at(x, self._at.depth) or 0, default=FIELD.zero)
            for exponents in [bound.exponents for bound in proved] or [{}]:
                base = {word: exponents.get(word, FIELD.zero) for word in free}
                for change in product((FIELD.zero, *moves), repeat=len(free)):
                    if len(free) > 3 and sum(map(bool, change)) > 1:
                        continue
                    chosen = {word: base[word] + by for word, by in zip(free, change, strict=True)}
                    if (below, chosen) not in seen:
                        seen.append((below, chosen))
                        weak = self._weak(self.form.completed(chosen), below, FIELD.zero if below else deep)
                        if weak.is_affine and not self._at.follows(weak):
                            yield weak

    def _judged(self, proved: Sequence[Bound]) -> Iterator[tuple[Bound, Discovered]]:
        """The candidates that are refuted or open. Attacks on the strongest open ones add instances."""
        todo, climbed = list(self._candidates(proved)), list[Bound]()
        while True:
            refuted = {n: one for n, bound in enumerate(todo) if (one := self._refuted(bound)) is not None}
            yield from ((todo[n], one) for n, one in refuted.items())
            todo = [bound for n, bound in enumerate(todo) if n not in refuted]
            strongest = [todo[n] for n in self._strongest(todo) if todo[n] not in climbed]
            if not strongest or len(climbed) >= _CLIMBS:
                break
            climbed.append(strongest[0])
            self.bank.climb(self.form.stated(strongest[0]), strongest[0])
        for bound in todo:
            yield bound, Discovered(self.form.text(bound), "open", bound.below, False, _spelled(bound), None)

    def _refuted(self, bound: Bound) -> Discovered | None:
        """A bound with an exact counterexample. Instances where floats mislead are forgotten."""
        while (worst := self.bank.worst(bound)) is not None:
            place, ratio = worst
            if abs(ratio) < log(CONSTANT) or (ratio < 0) != bound.below:
                return None
            found = tried(self.form.stated(bound), place).counterexample
            if found is not None:
                return Discovered(self.form.text(bound), "refuted", bound.below, False, _spelled(bound), exp(ratio),
                                  None, found)
            self.bank.places.remove(place)
        return None

    def _reached(self, bound: Bound) -> float | None:
        """The quantity over the product of powers where that is least, or largest, by an exact decision."""
        while (worst := self.bank.worst(bound)) is not None:
            margin = tried(self.form.stated(bound), worst[0]).margin
            ratio = None if margin is None else float(bound.constant.subs(L, worst[0].depth)) * (
                margin if bound.below else 1 / margin)
            if ratio is not None and abs(log(ratio) - worst[1]) < _NEAR:
                return ratio
            self.bank.places.remove(worst[0])
        return None

    def _marked(self, judged: Sequence[tuple[Bound, Discovered]]) -> Iterator[Discovered]:
        """The candidates, the extreme ones of each kind first."""
        kinds = [[(bound, one) for bound, one in judged if one.below == below and one.answer == answer]
                 for answer, below in product(("open", "refuted"), (True, False))]
        for kind in kinds:
            turned = -1 if kind and kind[0][1].answer == "refuted" else 1
            best = set(self._strongest([bound for bound, _ in kind], turned))
            for n in sorted(range(len(kind)), key=lambda n: n not in best):
                yield self._shown(*kind[n]) if n in best else kind[n][1]

    def _shown(self, bound: Bound, one: Discovered) -> Discovered:
        """An extreme bound: with its counterexample made small, or with the ratio that was met."""
        if one.counterexample is None:
            return replace(one, extreme=True, ratio=self._reached(bound))
        return replace(one, extreme=True, counterexample=shrunk(self.form.stated(bound), one.counterexample))

    def _strongest(self, bounds: Sequence[Bound], sign: int = 1) -> list[int]:
        """The bounds that no other one of them implies by what is known; with ``sign`` -1, that imply no other one."""
        words, kept = self.form.scaled, list[int]()
        points = np.array([[float(at(bound.exponents.get(word, FIELD.zero), self._at.depth) or 0) for word in words]
                           for bound in bounds]).reshape(len(bounds), len(words))
        sizes = points @ self._at.directions(words, 60).T
        for n, bound in enumerate(bounds):
            turned = sign if bound.below else -sign
            gaps = turned * (sizes - sizes[n])
            above = [m for m in range(len(bounds)) if bounds[m].below == bound.below and m != n
                     and (gaps[m] >= -1e-7).all() and (gaps[m] > 1e-7).any()]
            if not above:
                kept.append(n)
        return kept


def _spelled(bound: Bound) -> dict[str, str]:
    return {word: str(written(value)) for word, value in bound.exponents.items()}
