"""The command ``flatcert new``: a commented theory to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..output import OK
from .app import app, fail, known_place, write

TEMPLATE = '''"""Cauchy's inequality for two vectors: a theory to start from. Run it with: flatcert verify {file}"""
from flatcert import Obligation, Setting, Theory
from flatcert.kinds import size, vector
from flatcert.language import Rational, dot
from flatcert.mutants import AUTOMATIC, scaled

# The data of a statement, each with its kind. Every instance chooses its own n.
# For the deep linear networks that flatcert knows, leave the setting out: Theory("{name}").
n = size("n")
PAIR = Setting("two vectors", x=vector(n), y=vector(n))
x, y = PAIR["x"], PAIR["y"]
theory = Theory("{name}", setting=PAIR)

# A word is its definition. An assumption that the definition does not show is checked on instances.
inner = theory.quantity("inner", dot(x, y), latex=r"\\langle x, y \\rangle", meaning="inner product of x and y")

# A hypothesis is its relations.
moving = theory.hypothesis("x is not zero", (dot(x, x), ">", 0), latex=r"x \\ne 0")


# Instances of your own, exact numbers only: here those where both sides are equal. "any" below stands for
# the families that come with the kinds: all zero, all one, small, huge, random and more.
@theory.family
def parallel(rng, index):
    size = int(rng.integers(1, 4))
    first = rng.integers(-3, 4, size)
    return {{"x": first, "y": first * Rational(index % 5 - 2, 2)}}


# A claim is a list of obligations. `tight` says that an instance attains equality. Mutants are false statements
# next to the true one: flatcert must refute each of them.
cauchy = theory.claim(
    "cauchy", "Cauchy's inequality",
    Obligation("squares", (inner**2, "<=", dot(x, x) * dot(y, y)), on=(parallel, "any"), tight=True,
               mutants=AUTOMATIC),
    Obligation("quotient", (inner**2 / dot(x, x), "<=", dot(y, y)), on=(parallel, "any"), given=(moving,), tight=True,
               mutants=[scaled("1 -> 99/100", Rational(99, 100))]),
    origins=("standard",))

# A proof is a function: @theory.proof(cauchy) def proof(p): ... with rules from flatcert.rules.
# Without a proof the verdict is "certified": no instance refutes the claim.

if __name__ == "__main__":
    theory.main()
'''


@app.command()
def new(path: Annotated[Path, typer.Argument(metavar="NAME.py", help="The file to write.")]) -> None:
    """Write a commented theory to start from, which verifies as it is."""
    if path.suffix != ".py" or not path.stem.isidentifier():
        fail(f"{str(path)!r} is no name for a theory: use letters, digits and _, and the ending .py.")
    if path.exists():
        fail(f"{str(path)!r} is there already: name another file.")
    known_place(path)
    write(path, TEMPLATE.format(file=path, name=path.stem.replace("_", " ")))
    typer.echo(f"wrote {path}; verify it with: flatcert verify {path}")
    raise typer.Exit(OK)
