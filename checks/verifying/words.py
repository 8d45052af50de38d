"""Words compared with an independent computation of what they mean.

A word that means less than it should makes statements weaker, and then no instance refutes them. Agreement on
instances is no proof; a disagreement fails the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from ...theory.language.claim import Claim, Obligation
from ...theory.language.setting import Setting
from ...theory.library import Library
from ..authoring.references import load
from ..authoring.rooms import Own


@dataclass(frozen=True)
class Comparison:
    """A word, where it was read (an instance that ``flatcert replay`` makes again), and the two values."""

    word: str
    at: str
    found: str
    stated: str
    agrees: bool

    @property
    def sentence(self) -> str:
        """Both values, and how to see them again."""
        return f"{self.word}: {self.found}, but {self.stated} by its definition; flatcert replay '{self.token}'"

    @property
    def token(self) -> str:
        return f"{WORDS}/{self.word}@{self.at}"


WORDS = "words"
"""What stands for a claim in the token of a comparison."""
SHOWN = 3
"""How many disagreements about one word are kept."""


@dataclass(frozen=True)
class Words:
    """Which words were compared, at how many instances, and what disagreed. Addition is commutative."""

    compared: frozenset[str] = frozenset()
    instances: int = 0
    disagreements: tuple[Comparison, ...] = ()
    seconds: float = 0.0

    def __add__(self, other: Words) -> Words:
        return Words(self.compared | other.compared, self.instances + other.instances,
                     tuple(sorted({*self.disagreements, *other.disagreements}, key=lambda c: (c.word, c.at, c.found))),
                     self.seconds + other.seconds)

    @classmethod
    def of(cls, comparisons: Iterable[Comparison]) -> Words:
        """The summary of the comparisons of one word."""
        made = list(comparisons)
        return cls(frozenset(c.word for c in made), len({c.at for c in made}),
                   tuple(c for c in made if not c.agrees)[:SHOWN])


def _nothing(_: object) -> set[str]:
    return set()


@dataclass(frozen=True)
class Dictionary:
    """The words of a setting with a second computation. Settings of one's own have none: definitions say it all."""

    comparisons: Mapping[str, Callable[[], Iterator[Comparison]]] = field(default_factory=dict)
    """The comparisons of each word. The kind of its use stands before a word that is read in several ways."""
    read: Callable[[Obligation], set[str]] = _nothing
    """The words that deciding an obligation reads."""
    vocabulary: Callable[[Iterable[str]], set[str]] = _nothing
    """The names of the setting's vocabulary among words, without the kinds of their use."""

    def words_of(self, claim: Claim) -> set[str]:
        """The words that deciding a claim reads, as far as they are compared."""
        return {word for obligation in claim.obligations for word in self.read(obligation)} & set(self.comparisons)

    def assigned(self, claims: Iterable[Claim], library: Library) -> dict[str, tuple[str, ...]]:
        """The words that each claim is the first to read. Of all claims, the first also gets those that none reads."""
        found: dict[str, tuple[str, ...]] = {}
        seen: set[str] = set()
        for claim in claims:
            found[claim.id] = tuple(sorted(self.words_of(claim) - seen))
            seen |= self.words_of(claim)
        if set(found) == set(library.claims):
            found[next(iter(found))] += tuple(sorted(set(self.comparisons) - seen))
        return {name: words for name, words in found.items() if words}

    def compare(self, word: str) -> Words:
        """Compare a word at all its instances. Raises KeyError for an unknown word."""
        started, comparisons = perf_counter(), self.comparisons[word]()
        made: list[Comparison] = []
        try:
            made.extend(comparisons)
        except (ArithmeticError, ValueError, TypeError, LookupError) as error:
            made.append(Comparison(word, "-", f"{type(error).__name__}: {error}", "a value", False))
        found = Words.of(made or [Comparison(word, "-", "compared nowhere", "compared somewhere", False)])
        return Words(found.compared, found.instances, found.disagreements, perf_counter() - started)

    def again(self, word: str, at: str) -> Comparison:
        """The comparison of a word at an instance, a disagreement if there is one. Raises ValueError without any."""
        if word not in self.comparisons:
            some = ", ".join(list(self.comparisons)[:8]) or "none in this setting"
            raise ValueError(f"there is no word {word!r} to compare; there are, for instance, {some}")
        made = sorted((found for found in self.comparisons[word]() if found.at == at), key=lambda found: found.agrees)
        if not made:
            raise ValueError(f"the word {word!r} is not compared at {at}")
        return made[0]


DICTIONARIES: Own[Dictionary] = Own("words.table", Dictionary())


def dictionary(setting: Setting) -> Dictionary:
    """The words of a setting that are compared.

    >>> from ...theory.library import BUILT_IN
    >>> found = dictionary(BUILT_IN.setting).compare("b")
    >>> found.instances > 20, found.disagreements
    (True, ())
    """
    return DICTIONARIES.of(setting)


def words_unit(reference: str, words: Iterable[str]) -> Words:
    """The comparisons of some words of a library's setting."""
    return sum(map(dictionary(load(reference).setting).compare, words), Words())
