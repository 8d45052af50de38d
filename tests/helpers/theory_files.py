"""Files of theories that tests write, and the examples that come with flatcert."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

EXAMPLES = Path(__file__).parents[2] / "examples" / "theories"

SQUARES = """
from flatcert import Obligation, Setting, Theory, auto, instance
from flatcert.kinds import matrix, nonnegative, positive, psd, real, size, vector
from flatcert.language import *
from flatcert.mutants import AUTOMATIC, scaled, swapped, without

NUMBERS = Setting("numbers", x=real(), y=real())
x, y = NUMBERS["x"], NUMBERS["y"]
theory = Theory("squares", NUMBERS)
"""
"""The beginning of a theory about two numbers."""
MEANS = """
theory.claim("means", "Two squares", Obligation("any", (2 * x * y, "<=", x**2 + y**2), tight=True, mutants=AUTOMATIC))
"""
"""A claim of it that holds."""


def written(folder: Path, text: str, name: str = "theory.py", begin: str = SQUARES) -> Path:
    """A file with the text behind the beginning."""
    path = folder / name
    path.write_text(begin + dedent(text))
    return path


def edited(folder: Path, example: str, *edits: tuple[str, str]) -> Path:
    """A copy of an example with each edit made once."""
    text = (EXAMPLES / f"{example}.py").read_text()
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / f"{example}.py"
    path.write_text(text)
    return path
