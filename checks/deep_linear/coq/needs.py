"""The variables and the suppositions that a statement in Coq needs beside its data."""

from __future__ import annotations

from dataclasses import dataclass, field


class NotInCoq(ValueError):
    """The printer does not know a word; the message names the word."""


@dataclass(frozen=True)
class Binder:
    """A variable of a theorem (``type`` is its type), or a supposition (``type`` is what is supposed)."""

    name: str
    type: str
    supposed: bool = True


@dataclass
class Needed:
    """Collects the variables, each with its suppositions, in the order in which they are first needed."""

    needed: dict[str, tuple[Binder, ...]] = field(default_factory=dict, init=False)

    def need(self, name: str, kind: str, *suppositions: tuple[str, str]) -> str:
        """Return the variable of that name, of the type ``kind``; what is supposed of it are pairs of name and text.

        Raises:
            NotInCoq: another word has a variable of that name.
        """
        found = (Binder(name, kind, False), *(Binder(label, text) for label, text in suppositions))
        if self.needed.setdefault(name, found) != found:
            raise NotInCoq(f"two words would be called {name}")
        return name
