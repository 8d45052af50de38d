"""The command ``flatcert conjecture``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import INTERNAL, OK, REFUTED, UNDECIDED, quoted
from .app import Dask, JsonFile, app, console, fail, known_places, known_word, write_json
from .check import empty_place, write_all
from .theories import Theories, libraries

if TYPE_CHECKING:
    from ...theory.library import Library
    from ..conjecture import Conjecture, Language


@app.command()
def conjecture(
    statement: Annotated[str | None, typer.Argument(
        metavar="[STATEMENT]", help='Such as "S_min <= 2*L*lambda_max*norm_w**(2 - 2/L)".')] = None,
    assuming: Annotated[list[str] | None, typer.Option(
        help='Comparisons and named hypotheses, separated by commas: "balanced, L >= 2".')] = None,
    theory: Theories = None,
    words: Annotated[bool, typer.Option(
        "--words", help="List the names, functions and hypotheses that a statement may contain.")] = False,
    any_weights: Annotated[bool, typer.Option("--any-weights", help="All weights, not only minimizers.")] = False,
    file: Annotated[Path | None, typer.Option(
        metavar="F", help="A file of conjectures, one a line: STATEMENT | assuming ...")] = None,
    sharpen: Annotated[bool, typer.Option("--sharpen", help="Propose the best constant on the right side.")] = False,
    derivation: Annotated[bool, typer.Option("--derivation", help="Print the steps of a proof.")] = False,
    no_cache: Annotated[bool, typer.Option(
        "--no-cache", help="Compute afresh what the steps of the derivations say.")] = False,
    at: Annotated[str | None, typer.Option(
        metavar="JSON", help="Decide at one exact instance only: JSON, or a file of it.")] = None,
    effort: Annotated[str, typer.Option(help="quick, ci or deep.")] = "ci",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 0,
    workers: Annotated[int, typer.Option(min=0, help="Processes for --file; 0 runs in this one.")] = 0,
    dask: Dask = None,
    json_file: JsonFile = None,
    certificates: Annotated[Path | None, typer.Option(
        metavar="DIR", help="Write certificates of refutations and proofs to DIR, for 'flatcert check'.")] = None,
) -> None:
    """An inequality of your own: refuted by an exact counterexample, proved from the claims, or neither.

    Names: L d E a b kappa lambda_min lambda_max lambda_pos trace_Sigma norm_w norm_p of the problem; S_min trace_min
    S_balanced of its minimizers; S trace Delta theta risk_gap norm_gradient norm_w_net norm_q1 sigma_min sigma_max frob
    of the weights. Beside them numbers, + - * / **, sqrt, abs. --words says what each name means.

    Supposed unless it says otherwise: E > 0; no read-out, where norm_p is not named; minimizers,
    where it names a quantity of the weights. Over a setting of one's own nothing is.
    """
    from ..attack.search import EFFORTS
    from ..conjecture import ConjectureError, language_of, read_at, read_conjecture
    from ..conjecture.many import answers as answer_all
    from ..conjecture.proving.remembered import forget
    from ..conjecture.text import print_answer, print_batch, print_sharpened
    from ..conjecture.words import print_words
    from ..output.workers import on_dask

    if words:
        print_words(language_of(_library(theory)), console(json_file))
        raise typer.Exit(OK)
    if (statement is None) == (file is None):
        fail("Give one conjecture, or a file of them by --file F; --words lists the names that it may contain.")
    if file is not None and (assuming or any_weights or sharpen or at or derivation):
        fail("With --file, hypotheses stand in the file; --sharpen, --derivation and --at are for single conjectures.")
    known_word("effort", effort, EFFORTS)
    if no_cache:
        forget()
    known_places({"--json": json_file})
    library = _library(theory)
    language = language_of(library)
    try:
        stated = _read_file(file, language) if file is not None else [
            read_conjecture(statement, assuming or (), any_weights=any_weights, language=language)]
        empty_place(certificates)
        if at is not None:
            answers = [read_at(one, _text_of(at)) for one in stated]
        else:
            with on_dask(dask) as executor:
                answers = answer_all(stated, effort, seed, library, workers=workers, executor=executor)
    except ConjectureError as error:
        fail(str(error))
    out = console(json_file)
    if certificates is not None:
        made = [one.certificate for one in answers if one.certificate is not None]
        write_all(made, certificates)
        for one in made:
            if one.certificate is None:
                out.print(f"no certificate of {one.name}: {one.reason}", markup=False, highlight=False, soft_wrap=True)
    if file is not None:
        write_json(json_file, {"conjectures": [one.as_dict() for one in answers]})
        print_batch(answers, out)
        codes = {one.exit_code for one in answers}
        raise typer.Exit(next((code for code in (INTERNAL, REFUTED, UNDECIDED) if code in codes), OK))
    (found,), best = answers, None
    result = found.as_dict()
    if sharpen and at is None:
        from ..conjecture.sharpening import sharpen as best_constant
        from ..output.json_values import json_object

        best = best_constant(stated[0], EFFORTS[effort], seed)
        result["sharpened"] = json_object(best)
        if found.answer == "proved":
            from ..conjecture.proving.weaker import what_follows

            found = replace(found, follows=what_follows(stated[0], library))
            result["follows"] = None if found.follows is None else json_object(found.follows)
    write_json(json_file, result)
    print_answer(found, out, derivation)
    if best is not None:
        print_sharpened(best, out)
    raise typer.Exit(found.exit_code)


def _library(theory: list[str] | None) -> Library:
    found = libraries(theory)
    if len(found) > 1:
        fail(f"A conjecture is in the words of one theory, and there are {len(found)}: name one by --theory, say "
             f"--theory {found[0].reference.partition('#')[0]}.")
    return found[0]


def _text_of(at: str) -> str:
    from ..data import read_text, there

    if at.lstrip().startswith("{"):
        return at
    if not there(Path(at)):
        fail(f"There is no instance in {quoted(at)}: give JSON, or a file of it.")
    return read_text(at)


def _read_file(path: Path, language: Language) -> list[Conjecture]:
    from ..conjecture import ConjectureError, read_line
    from ..data import read_text, there

    if not there(path):
        fail(f"{quoted(str(path))} cannot be read: name a file of conjectures, one a line.")
    stated = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        text = line.partition("#")[0].strip()
        try:
            stated += [read_line(text, language)] if text else []
        except ConjectureError as error:
            fail(f"{str(path)!r}, line {number}: {error}")
    return stated or fail(f"There is no conjecture in {str(path)!r}: write one a line.")
