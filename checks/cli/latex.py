"""``flatcert latex``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .app import Ids, app, fail, known_places, say, write
from .table_options import TableOptions, with_table_options
from .theories import Theories, chosen, libraries, together

if TYPE_CHECKING:
    from ...theory.language.claim import Claim


@app.command()
@with_table_options
def latex(
    *,
    ids: Ids = None,
    theory: Theories = None,
    fragment: Annotated[bool, typer.Option("--fragment", help="Theorem environments for \\input.")] = False,
    macros: Annotated[bool, typer.Option("--macros", help="A \\newcommand for each word and bound.")] = False,
    table: Annotated[bool, typer.Option("--table", help="A table of the numbers of --data.")] = False,
    document: Annotated[bool, typer.Option(
        "--document", help="An article with derivations, verdicts, references.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Words in place of ids.")] = False,
    run: Annotated[Path | None, typer.Option(
        "--run", metavar="F.json", help="With --document: the verdicts of verify --json F.")] = None,
    data: Annotated[Path | None, typer.Option(metavar="DATA", help="Add a data set's numbers.")] = None,
    target: Annotated[str | None, typer.Option(metavar="COL", help="With --data: the target.")] = None,
    depth: Annotated[int | None, typer.Option(metavar="L", help="With --data: the depth.")] = None,
    options: TableOptions,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="F", help="Write to F.")] = None,
) -> None:
    """Claims in LaTeX: an article of them that pdflatex compiles, or one of the forms below."""
    forms = [name for name, asked in (("--fragment", fragment), ("--macros", macros), ("--table", table),
                                      ("--document", document)) if asked]
    _fitting(forms, ids, run, data, target is not None or depth is not None or options.any)
    known_places({"--output": output}, {"--data": data, "--run": run})
    numbers = "" if data is None else _numbers(data, target, depth, options, plain, alone=table)
    if table:
        _written(numbers, output)
        return
    from ...theory.typeset import document as texts
    from ...theory.typeset.macros import macros as commands

    found = libraries(theory)
    library, wanted = together(found), [claim for _, claims in chosen(ids, found) for claim in claims]
    if macros:
        _written(commands(wanted), output)
    elif fragment:
        text, works = texts.fragment(wanted, library, plain)
        if output is not None and works.keys:
            _write_bibtex(output.with_suffix(".bib"), works.bibtex(), output)
        _written(text, output)
    else:
        verdicts = _verdicts(run, wanted) if run is not None else {}
        _written(texts.article(wanted, library, numbers, full=document, plain=plain, verdicts=verdicts), output)


def _fitting(forms: Sequence[str], ids: Sequence[str] | None, run: Path | None, data: Path | None,
             described: bool) -> None:
    """Refuse options that do not go together."""
    if len(forms) > 1:
        fail(f"{forms[0]} and {forms[1]} are two forms: ask for one at a time.")
    form = forms[0] if forms else ""
    if form == "--table" and data is None:
        fail("--table prints the numbers of a table: name it by --data F, with --target COL and --depth L.")
    if form == "--table" and ids:
        fail("--table prints the numbers of a data set, and no claims: leave out the ids, or --table.")
    if data is not None and form in ("--fragment", "--macros"):
        fail(f"{form} prints claims: for the numbers of a table use --table.")
    if run is not None and form != "--document":
        fail("Verdicts of a run are printed in the long article: add --document.")
    if data is None and described:
        fail("Options of a table are given, but no table: name it by --data F.")


def _numbers(data: Path, target: str | None, depth: int | None, options: TableOptions, plain: bool,
             alone: bool) -> str:
    """The table with the numbers of a data set."""
    from ..analysis.bounds import bounds as report
    from ..analysis.bounds_latex import numbers_table

    if target is None or depth is None:
        fail("With --data, name the target column and the depth: --target COL --depth L.")
    return numbers_table(report(options.read(data, target), depth), data.name, target, plain, alone)


def _verdicts(path: Path, claims: Sequence[Claim]) -> dict[str, str]:
    """A sentence on each claim, from the JSON of a run of ``verify``."""
    from ...theory.typeset.tex_text import tex_text

    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        by = f"flatcert {run['version']}, profile {run['profile']}, seed {run['seed']}"
        found = {one["id"]: (
            f"{str(one['verdict']).capitalize()}: {one['derivation']['checked']} steps computed again, "
            f"{one['instances']['decided']} decisions, {one['mutants']['refuted']} of {one['mutants']['total']} "
            f"mutants refuted ({by}).") for one in run["claims"]}
    except OSError as error:
        fail(f"{str(path)!r} cannot be read ({error.strerror}): name the JSON of a run.")
    except (ValueError, LookupError, TypeError):
        fail(f"{str(path)!r} is no run: write one by flatcert verify --json {path}.")
    missing = [claim.id for claim in claims if claim.id not in found]
    if missing:
        fail(f"The run in {str(path)!r} has no claim {missing[0]!r}: verify it, too.")
    return {name: tex_text(sentence) for name, sentence in found.items()}


def _write_bibtex(path: Path, text: str, output: Path) -> None:
    """Write the file for BibTeX beside the fragment, but over no file that flatcert did not write."""
    from ...theory.typeset.references import HEADER

    if path == output:
        fail(f"{str(output)!r} is the name of the file for BibTeX: name the fragment otherwise, say by .tex.")
    known_places({"the references": path})
    try:
        ours = not path.exists() or path.read_text(encoding="utf-8", errors="replace").startswith(HEADER)
    except OSError:
        ours = False
    if not ours:
        fail(f"{str(path)!r} is there already and not of flatcert, and the references would go there: name another "
             "output.")
    write(path, text)
    say(f"The works that are cited are in {str(path)!r}.")


def _written(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        write(output, text)
