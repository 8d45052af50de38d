"""``flatcert claims`` and ``flatcert explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .app import JsonFile, app, console, write_json
from .theories import Theories, known_claim, libraries, together

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
    from rich.markup import escape

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
            None, ("theory", "claim", "title", "origins", "kind", "machine-checked", "rests on")[several],
            ((library.about.name, c.id, escape(c.title), escape(", ".join(c.origins)), c.kind, c.machine_checked,
              ", ".join(c.requires) or "-")[several] for library, c in listed),
            prose=("title", "origins", "rests on"), dropped=("kind", "machine-checked", "origins")))
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
