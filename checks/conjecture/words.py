"""The vocabulary of conjectures on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from ...theory.language.kinds import Kind
from ..output.tables import table
from .language import Language


def print_words(language: Language, console: Console) -> None:
    """Print the names that a conjecture may contain, with what they mean, then its functions and hypotheses."""
    words, data = language.setting.words, language.setting.data
    rows = [(name, words[name].meaning if name in words else _said(data[name]) if name in data else "a size")
            for name in language.names]
    rows += [(f"{name}[k]", f"{_said(data[name])}, one of a sequence") for name in language.sequences]
    rows = [(escape(name), escape(meaning)) for name, meaning in rows]
    console.print(table(None, ("name", "meaning"), rows, prose=("meaning",)))
    console.print(f"functions: {', '.join(('sqrt', *language.functions))}")
    hypotheses = [(escape(name), escape(", ".join(map(str, one.relations))))
                  for name, one in language.hypotheses.items()]
    if hypotheses:
        console.print(table(None, ("hypothesis", "it says"), hypotheses, prose=("it says",)))


def _said(kind: Kind) -> str:
    """A kind of data in words.

    >>> from ...theory.language.kinds import psd, size, vector
    >>> _said(psd(size("d"))), _said(vector(size("n")))
    ('a positive semidefinite matrix, d x d', 'a vector with real entries, n')
    """
    if not kind.sizes:
        return f"a {kind.entries} number"
    shape = " x ".join(map(str, kind.sizes))
    if kind.structure:
        return f"a {kind.structure} matrix, {shape}"
    return f"a {'vector' if len(kind.sizes) == 1 else 'matrix'} with {kind.entries} entries, {shape}"
