"""A setting: the data that statements are about, and the words, hypotheses and quantifiers that go with them.

The deep linear networks are one setting; a theory of one's own may have any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from .hypotheses import HYPOTHESES, Hypothesis
from .kinds import Entries, Kind
from .quantifiers import QUANTIFIERS, Quantifier
from .quantities import VOCABULARY, Quantity
from .symbols import MatrixMember, MatrixOf, Number, NumberMember

_ASSUMED: Mapping[Entries, dict[str, bool]] = {
    Entries.REAL: {"real": True}, Entries.INTEGER: {"integer": True}, Entries.NONNEGATIVE: {"nonnegative": True},
    Entries.POSITIVE: {"positive": True}, Entries.SIGN: {"integer": True},
}
"""What SymPy may assume of a number of each kind."""


class Setting:
    """Names with kinds: what an instance of the setting is made of.

    >>> from .kinds import psd, size, vector
    >>> d = size("d")
    >>> quadratic = Setting("quadratic", Q=psd(d), x=vector(d))
    >>> quadratic["Q"] * quadratic["x"], quadratic.sizes
    (Q*x, (d,))
    """

    room: str = ""
    """The package of what is particular to the setting, which ``checks`` asks; a setting of one's own has none."""

    def __init__(self, name: str, /, **data: Kind) -> None:
        """Raises ValueError or TypeError with a sentence for data that are no kinds, or no names."""
        if not name or not data:
            raise ValueError('a setting has a name and data: Setting("quadratic", Q=psd(d), x=vector(d))')
        for key, kind in data.items():
            if not isinstance(kind, Kind):
                raise TypeError(f"{key} is {kind!r}, which is no kind: use one of flatcert.kinds, say {key}=real()")
            if not key[0].isalpha():
                raise ValueError(f"{key!r} is no name for a datum: it begins with a letter")
        self.name, self.data = name, dict(data)
        self.words: dict[str, Quantity] = {}
        self.hypotheses: dict[str, Hypothesis] = {}
        self.quantifiers: dict[str, Quantifier] = {}
        clash = {size.name for size in self.sizes} & set(data)
        if clash:
            raise ValueError(f"{min(clash)} is the name of a size and of a datum: rename one of them")

    @property
    def stated(self) -> dict[str, Hypothesis]:
        """The hypotheses that claims may suppose."""
        return {name: one for name, one in self.hypotheses.items() if one.latex}

    @property
    def sizes(self) -> tuple[sp.Symbol, ...]:
        """The sizes that an instance chooses, in the order in which they occur."""
        return tuple(dict.fromkeys(x for kind in self.data.values() for x in kind.symbols))

    def __getitem__(self, name: str) -> Any:
        """The symbol of a datum; of a sequence, a function of the index. Raises KeyError with the names there are."""
        if name not in self.data:
            raise KeyError(f"the setting {self.name!r} has no datum {name!r}: it has {', '.join(self.data)}")
        kind = self.data[name]
        if kind.index is not None:
            if kind.sizes:
                return lambda index: MatrixMember(name, *kind.shape, self.name, index)
            nonnegative = kind.entries in (Entries.NONNEGATIVE, Entries.POSITIVE)
            return lambda index: NumberMember(name, self.name, index, nonnegative)
        if kind.sizes:
            return MatrixOf(name, *kind.shape, self.name, kind.structure)
        return Number(name, self.name, **_ASSUMED[kind.entries])

    def symbol(self, name: str, shape: tuple[Any, Any] | None = None, **assumptions: bool) -> sp.Basic:
        """A symbol of this setting: a number, or a matrix of a shape."""
        return Number(name, self.name, **assumptions) if shape is None else MatrixOf(name, *shape, self.name)

    def declares(self, symbol: sp.Basic) -> bool:
        """Whether a symbol is a size, a datum or a word of this setting, with exactly these assumptions."""
        if isinstance(symbol, NumberMember | MatrixMember):
            kind = self.data.get(symbol.name)
            return kind is not None and kind.index is not None and self[symbol.name](symbol.index) == symbol
        if symbol in self.sizes:
            return True
        word = self.words.get(symbol.name)
        if word is not None:
            return bool(word.symbol == symbol)
        kind = self.data.get(symbol.name)
        return kind is not None and kind.index is None and bool(self[symbol.name] == symbol)

    def __repr__(self) -> str:
        return f"Setting({self.name!r})"


def _built_in() -> Setting:
    """The deep linear networks: their data are layer families, which are no kinds, and their tables stand apart."""
    made = Setting.__new__(Setting)
    made.name, made.data = "deep linear networks", {}
    made.words, made.hypotheses, made.quantifiers = VOCABULARY, HYPOTHESES, QUANTIFIERS
    made.room = "flatcert.checks.deep_linear"
    return made


DEEP_LINEAR = _built_in()
"""The setting of the built-in theory."""
