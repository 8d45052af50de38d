"""``flatcert proofs`` compiles theorems and claims in Coq, ``flatcert coq`` writes the statements of a theory."""

from __future__ import annotations

import os
import subprocess
import tempfile
from importlib.resources import as_file
from pathlib import Path
from shutil import which
from typing import Annotated

import typer

from ..output import OK, REFUTED
from .app import app, fail, known_places, write

TOOLS = ("coqc", "coqchk", "coq_makefile", "make", "sha256sum", "sh")


@app.command()
def proofs(
    kernel: Annotated[bool, typer.Option(
        "--kernel", help="Re-check everything with Coq's independent kernel, too: about two minutes.")] = False,
    controls: Annotated[bool, typer.Option(
        "--controls", help="Check also that the proof of no mutant compiles: about three minutes.")] = False,
) -> None:
    """Compile the theorems and the claims in Coq, print what they assume; exit 1 on any axiom, 2 without Coq.

    Each statement is printed from its claim, and proved by its theorem: one that was edited does not compile.
    """
    from ...theory.library import BUILT_IN
    from ..coq.statements import MEANING, PROOFS
    from ..deep_linear.coq.inspection import problems

    missing = [tool for tool in TOOLS if which(tool) is None]
    if missing:
        fail(f"There is no {missing[0]} here: install Coq 8.16 with MathComp 1.15 (Debian 12: apt-get install "
             "--no-install-recommends coq libcoq-mathcomp-algebra make).")
    found = problems(BUILT_IN)
    for problem in found:
        typer.echo(problem, err=True)
    with as_file(PROOFS) as folder, tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(["sh", str(folder / "check.sh"), *([] if kernel else ["--quick"])], check=False,
                              env={**os.environ, "COMPILED": scratch})
        if found or done.returncode or not _linked(Path(scratch), kernel, controls):
            raise typer.Exit(REFUTED)
    typer.echo(MEANING)
    raise typer.Exit(OK)


def _linked(library: Path, kernel: bool, controls: bool) -> bool:
    """Compile the statements of the claims beside the compiled theorems; return whether all is as it must be."""
    from ...theory.library import BUILT_IN
    from ..deep_linear.coq import compiling, linking

    linked = linking.links(BUILT_IN)
    printed, failed = compiling.compiled(linked, linking.header(), library, "claims")
    for link in linked:
        if link.key in failed:
            typer.echo(f"{link.key}: {link.obligation.relation}\n  is not what {link.obligation.formal} proves. "
                       f"Coq says: {failed[link.key]}", err=True)
    closed = printed.count("Closed under the global context")
    typer.echo(f"{closed} of {len(linked)} statements are printed from the claims and proved by these theorems, "
               "without an axiom.")
    right = closed == len(linked)
    if right and kernel:
        checked = subprocess.run(["coqchk", "-silent", "-o", "-Q", ".", "flatcert", "-norec", "flatcert.claims"],
                                 cwd=library, capture_output=True, text=True, check=False)
        right = checked.returncode == 0
        typer.echo("coqchk accepts the statements, too." if right else checked.stderr, err=not right)
    if right and controls:
        mutants, left_out = linking.controls(linked)
        survived = compiling.together(mutants, linking.header(), library, "controls")
        for sentence in [*left_out, *(f"{key}: SURVIVED: {said}" for key, said in survived.items())]:
            typer.echo(sentence)
        typer.echo(f"{len(mutants) - len(survived)} of {len(mutants)} mutants refused by Coq.")
        right = not survived
    return right


@app.command()
def coq(
    theory: Annotated[str, typer.Argument(metavar="THEORY", help="A file, a module, or the name of a pack.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="F.v", help="Write to F.v.")] = None,
) -> None:
    """Write the statements of a theory for Coq, each to be proved there, over the definitions of proofs/.

    The printer knows the words of the deep linear networks; a statement with another word is left out and named.
    """
    from ..deep_linear.coq.skeleton import skeleton
    from .theories import libraries

    known_places({"--output": output})
    text, left_out = skeleton(libraries([theory])[0])
    for sentence in left_out:
        typer.echo(sentence, err=True)
    if "\nTheorem " not in text:
        fail(f"Nothing of {theory!r} can be written for Coq.")
    if output is None:
        typer.echo(text, nl=False)
    else:
        write(output, text)
    raise typer.Exit(OK)
