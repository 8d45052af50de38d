"""Files that the code blocks of a page write together, as docs/your_theory.md writes weight_decay.py in six steps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path


def write(folder: Path, block: str) -> bool:
    """Write a block whose first line names its file, as ``# weight_decay.py`` does; return whether the line does."""
    named = re.match(r"# ([\w/]+\.\w+)\n", block)
    if named is None:
        return False
    place = folder / named[1]
    place.parent.mkdir(parents=True, exist_ok=True)
    text = block[named.end():]
    if place.suffix == ".py":
        text = grown(place.read_text("utf-8") if place.exists() else "", text)
    place.write_text(text, "utf-8")
    return True


def grown(text: str, block: str) -> str:
    """A Python file after a block: imports go to the top, and what is named again replaces what had the name.

    >>> print(grown("a = 1\\nb = 2", "import sys\\na = 3"))
    import sys
    b = 2
    a = 3
    """
    new = list(_pieces(block))
    names = {name for name, _ in new}
    kept = [(name, piece) for name, piece in _pieces(text) if name not in names]
    return "\n".join(piece for _, piece in sorted([*kept, *new], key=lambda found: found[0][0]))


def _pieces(text: str) -> Iterator[tuple[tuple[int, str], str]]:
    """The statements of a file: the rank of each (docstring, import, other, the last lines) and its name; its text."""
    lines, end = text.splitlines(), 0
    for node in ast.parse(text).body:
        piece, end = "\n".join(lines[end:node.end_lineno]), node.end_lineno or end
        match node:
            case ast.Expr(ast.Constant()):
                yield (0, "docstring"), piece
            case ast.Import() | ast.ImportFrom():
                yield (1, piece), piece
            case ast.Assign([ast.Name(name)]) | ast.FunctionDef(name):
                yield (2, name), piece
            case ast.If():
                yield (3, "main"), piece
            case _:
                yield (2, piece), piece
