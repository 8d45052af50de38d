"""A library is claims and their proofs; `BUILT_IN` holds those of the theory of the paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import TopologicalSorter
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules

from . import deep_linear
from .algebra.algebra import Judgment
from .language.claim import Claim
from .language.setting import DEEP_LINEAR, Setting
from .proof.builder import Proof, ProofFunction, Theorem
from .proof.derivation import Derivation
from .proof.own_words import spelled


@dataclass(frozen=True)
class Subject:
    """What a library is called, and the words and hypotheses that it declares."""

    name: str
    words: tuple[str, ...] = ()
    hypotheses: tuple[str, ...] = ()


PAPER = Subject("deep linear networks")
"""What the theory of the paper is about. All words of the setting belong to it that no other theory declares."""


class Library:
    """A library holds claims by id, in the order in which they are given, and builds their derivations.

    A claim of the library is all that its derivations may cite. The reference is a short text by which another process
    finds the library (see ``checks.authoring.references``); a library without a reference stays in its process.

    >>> from .deep_linear.network.gradient import THEOREMS
    >>> [claim.id for claim in Library(THEOREMS)]
    ['gradient']
    """

    def __init__(self, theorems: Iterable[Theorem], reference: str = "", bases: Iterable[Library] = (), *,
                 setting: Setting = DEEP_LINEAR, proved: bool = True, about: Subject = PAPER,
                 published: Mapping[str, str] | None = None) -> None:
        """``bases`` are libraries whose claims proofs may cite, too; ``proved`` demands a proof of every claim.
        ``published`` names the claims that are theorems of the literature, taken as they are, and where they stand.

        Raises ValueError when two claims have one id.
        """
        self.setting, self.proved, self.about = setting, proved, about
        self.reference = reference
        self.bases: tuple[Library, ...] = tuple(dict.fromkeys(
            chain.from_iterable((base, *base.bases) for base in bases)))
        self.references = dict(published or {})
        self.claims: dict[str, Claim] = {}
        self._proofs: dict[str, ProofFunction | None] = {}
        self._derivations: dict[str, Derivation | None] = {}
        for claim, proof in theorems:
            if claim.id in self.claims:
                raise ValueError(f"there are two claims {claim.id!r}")
            if any(claim.id in base.claims for base in self.bases):
                raise ValueError(f"there is a claim {claim.id!r} already, which a proof may cite: rename yours")
            self.claims[claim.id] = claim
            self._proofs[claim.id] = proof

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims.values())

    def claim(self, name: str) -> Claim:
        """Return the claim of that id. Raises KeyError naming the nearest ids."""
        return self.home(name).claims[name]

    def home(self, name: str) -> Library:
        """Return the library, this one or a base, that holds the claim of that id. Raises KeyError."""
        for library in (self, *self.bases):
            if name in library.claims:
                return library
        known = [*self.claims, *(claim for base in self.bases for claim in base.claims)]
        near = get_close_matches(name, known, 3)
        if near:
            raise KeyError(f"There is no claim {name!r}: did you mean {' or '.join(near)}?")
        raise KeyError(f"There is no claim {name!r}: the claims are {', '.join(self.claims or known)}.")

    def is_borrowed(self, name: str, by: str) -> bool:
        """Return whether a claim is one of a base of the library of the claim ``by``, and so cannot rest on that one.

        A name that no claim has is not borrowed.
        """
        return any(name in base.claims for base in self.home(by).bases)

    def published(self, claim_id: str) -> Judgment | None:
        """Return what a theorem of the literature says; None for any other claim. Raises KeyError for an unknown id."""
        home = self.home(claim_id)
        if claim_id not in home.references:
            return None
        (obligation,) = home.claims[claim_id].obligations
        return Judgment(obligation.relation, frozenset(spelled(obligation.given, home.setting)))

    def taken(self, derivation: Derivation) -> tuple[str, ...]:
        """Return the theorems of the literature that a derivation rests on, each with its reference."""
        found: dict[str, None] = {}
        todo, seen = [derivation], set[str]()
        while todo:
            cited = {step.data[0] for step in todo.pop().steps if step.rule.name == "claim"} - seen
            seen |= cited
            for name in sorted(cited):
                if name in (references := self.home(name).references):
                    found[f"{name} ({references[name]})"] = None
                elif (further := self.derivation(name)) is not None:
                    todo.append(further)
        return tuple(found)

    def has_proof(self, name: str) -> bool:
        """Whether the claim of that id has a proof, right or wrong. Raises KeyError for an unknown id."""
        return self.home(name)._proofs[name] is not None

    def derivation(self, claim_id: str) -> Derivation | None:
        """Return the derivation of a claim, or None when it has no proof. Raises KeyError for an unknown id.

        The derivation is built at the first call and kept.
        """
        home = self.home(claim_id)
        if claim_id not in home._derivations:
            home._derivations[claim_id] = home._built(claim_id)
        return home._derivations[claim_id]

    def _built(self, name: str) -> Derivation | None:
        """Run the proof of a claim; the proof may cite this library only."""
        write = self._proofs[name]
        if write is None:
            return None
        proof = Proof(name, self)
        return proof.done(write(proof))


ROOMS = ("network", "landscape", "flow", "residual")
"""The folders of the theory of the paper, in the order of its claims."""


def _theorems(room: str) -> list[Theorem]:
    """The theorems of the files of a folder: each after those that it requires, else by name."""
    package = import_module(f"{deep_linear.__name__}.{room}")
    found: list[Theorem] = []
    for file in iter_modules(package.__path__):
        found += getattr(import_module(f"{package.__name__}.{file.name}"), "THEOREMS", ())
    ids = {claim.id for claim, _ in found}
    sorter = TopologicalSorter({claim.id: sorted(ids & set(claim.requires)) for claim, _ in found})
    sorter.prepare()
    order: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        order.append(ready.pop(0))
        sorter.done(order[-1])
    return sorted(found, key=lambda theorem: order.index(theorem[0].id))


BUILT_IN = Library((theorem for room in ROOMS for theorem in _theorems(room)), reference="flatcert")
"""The library of the theory of the paper."""

