"""The command ``flatcert discover``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..output import OK
from .app import JsonFile, app, console, fail, known_places, write_json


@app.command()
def discover(
    target: Annotated[str, typer.Argument(metavar="NAME", help="The quantity to be bounded, such as S_min.")],
    words: Annotated[str, typer.Option(
        "--in", metavar="NAMES", help='The words of the bounds, such as "L E b lambda_max norm_w".')],
    assuming: Annotated[list[str] | None, typer.Option(
        help='Comparisons and named hypotheses, separated by commas: "balanced, L >= 2".')] = None,
    any_weights: Annotated[bool, typer.Option("--any-weights", help="All weights, not only minimizers.")] = False,
    plot: Annotated[Path | None, typer.Option(
        metavar="F.png", help="Draw the exponents, where two of them are free.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the instances.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Which bounds of a quantity hold, of the form constant times powers: proved, refuted, open.

    The exponents are affine in 1/L. 'flatcert conjecture --words' lists the names.
    """
    from ..conjecture import ConjectureError
    from ..conjecture.discovery.search import discover as search
    from ..conjecture.discovery.text import print_discovery
    from ..output.plotting import check_plot, write_figure

    check_plot(plot)
    known_places({"--json": json_file, "--plot": plot})
    try:
        found = search(target, words.replace(",", " ").split(), assuming=assuming or (), any_weights=any_weights,
                       seed=seed)
        write_json(json_file, found.as_dict())
        print_discovery(found, console(json_file))
        if plot is not None:
            from ..figures.exponents import check_two, exponents

            check_two(found)
            write_figure(lambda: exponents(found), plot)
    except ConjectureError as error:
        fail(str(error))
    raise typer.Exit(OK)
