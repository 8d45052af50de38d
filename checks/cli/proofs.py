"""The command ``flatcert proofs``: compile the theorems in Coq, and print the axioms that they rest on."""

from __future__ import annotations

import subprocess
from importlib.resources import as_file
from shutil import which
from typing import Annotated

import typer

from ..output import OK, REFUTED
from .app import app, fail

TOOLS = ("coqc", "coqchk", "coq_makefile", "make", "sha256sum", "sh")


@app.command()
def proofs(
    kernel: Annotated[bool, typer.Option(
        "--kernel", help="Re-check everything with Coq's independent kernel, too: about two minutes.")] = False,
) -> None:
    """Compile the theorems in Coq and print their assumptions; exit 1 on any axiom, 2 without Coq."""
    from ...theory.library import BUILT_IN
    from ..coq.statements import MEANING, PROOFS
    from ..deep_linear.coq.comparison import problems

    missing = [tool for tool in TOOLS if which(tool) is None]
    if missing:
        fail(f"There is no {missing[0]} here: install Coq 8.16 with MathComp 1.15 (Debian 12: apt-get install "
             "--no-install-recommends coq libcoq-mathcomp-algebra make).")
    found = problems(BUILT_IN)
    for problem in found:
        typer.echo(problem, err=True)
    with as_file(PROOFS) as folder:
        done = subprocess.run(["sh", str(folder / "check.sh"), *([] if kernel else ["--quick"])], check=False)
    if found or done.returncode:
        raise typer.Exit(REFUTED)
    typer.echo(MEANING)
    raise typer.Exit(OK)
