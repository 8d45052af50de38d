"""``flatcert claims``, ``flatcert explain`` and ``flatcert latex``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .app import Center, Ids, JsonFile, NoHeader, Standardize, app, console, fail, read, write, write_json
from .theories import Theories, chosen, known_claim, libraries, together

if TYPE_CHECKING:
    from ...theory.library import Library

DECIDED = {"identity": "identity", "ordered": "instances", "exists": "witnesses", "enclosed": "trajectories",
           "solution": "solutions", "estimated": "random draws"}
"""What an obligation is decided on, in the table of docs/claims.md."""


@app.command()
def claims(
    theory: Theories = None,
    packs: Annotated[bool, typer.Option("--packs", help="The claims of the packs that come with flatcert.")] = False,
    json_file: JsonFile = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table in Markdown.")] = False,
) -> None:
    """List the claims with their origins and what they rest on."""
    from ..authoring import references
    from ..output.json_values import json_value
    from ..output.tables import table

    found = libraries([*(theory or ()), *(references.packs() if packs else ())])
    listed = [(library, claim) for library in found for claim in library]
    several = slice(0 if len(found) > 1 else 1, None)  # one theory needs no column for its name
    if markdown:
        for library in found:
            typer.echo(_markdown(library), err=json_file == "-")
    else:
        console(json_file).print(table(
            None, ("theory", "claim", "title", "origins", "kind", "machine-\nchecked", "rests on")[several],
            ((library.about.name, c.id, c.title, ", ".join(c.origins), c.kind, c.machine_checked,
              ", ".join(c.requires) or "-")[several] for library, c in listed)))
    write_json(json_file, json_value([
        {"theory": library.about.name, "id": c.id, "title": c.title, "origins": list(c.origins), "kind": c.kind,
         "requires": list(c.requires), "obligations": [o.name for o in c.obligations],
         "machine_checked": c.machine_checked_json()}
        for library, c in listed]))


def _markdown(library: Library) -> str:
    """The claims as a Markdown table: id, title, origins, derivation, ways of deciding, theorems in Coq."""
    rows = [["claim", "title", "from", "derived", "decided", "machine-checked"], ["---"] * 6]
    for claim in library:
        ways = dict.fromkeys(DECIDED[obligation.decide] for obligation in claim.obligations)
        rows.append([f"`{claim.id}`", claim.title, ", ".join(claim.origins),
                     "yes" if library.derivation(claim.id) else "no", "; ".join(ways), claim.machine_checked])
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


@app.command()
def explain(claim_id: Annotated[str, typer.Argument(metavar="ID")], theory: Theories = None) -> None:
    """Show one claim: statement, hypotheses, derivation, mutants."""
    from ..verifying.explain import explanation

    library = together(libraries(theory))
    console(None).print(explanation(known_claim(claim_id, library), library), soft_wrap=True, highlight=False,
                        markup=False)


@app.command()
def latex(
    ids: Ids = None,
    theory: Theories = None,
    derivations: Annotated[bool, typer.Option("--derivations", help="Add the steps of the derivations.")] = False,
    data: Annotated[Path | None, typer.Option(metavar="DATA.csv", help="Add a data set's numbers.")] = None,
    target: Annotated[str | None, typer.Option(metavar="COL", help="With --data: the target.")] = None,
    depth: Annotated[int | None, typer.Option(metavar="L", help="With --data: the depth.")] = None,
    no_header: NoHeader = False,
    center: Center = False,
    standardize: Standardize = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="F", help="Write to F.")] = None,
) -> None:
    """A LaTeX document of the claims that pdflatex compiles."""
    from ...theory.library import BUILT_IN
    from ...theory.typeset.document import document
    from ..analysis.bounds_text import numbers_table

    found = libraries(theory)
    wanted = [claim for _, claims in chosen(ids, found) for claim in claims]
    extra = ""
    if data is not None:
        if target is None or depth is None:
            fail("With --data, name the target column and the depth: --target COL --depth L.")
        from ..analysis.bounds import bounds as report

        extra = numbers_table(report(read(data, target, no_header, center, standardize), depth), data.name, target)
    elif target is not None or depth is not None or no_header or center or standardize:
        fail("Options of a table are given, but no table: name it by --data F.")
    own = [library for library in found if library is not BUILT_IN]
    text = document(wanted, together(found) if derivations else None, extra, own)
    if output is None:
        typer.echo(text)
    else:
        write(output, text)
