"""``flatcert bounds``."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import Center, Data, Depth, JsonFile, NoHeader, Standardize, app, console, fail, read, write_json

Targets = Annotated[list[str], typer.Option(
    "--target", metavar="COL", help="The column to be regressed. Repeat it for a network with several outputs.")]


@app.command()
def bounds(
    data: Data, targets: Targets, depth: Depth, json_file: JsonFile = None, no_header: NoHeader = False,
    center: Center = False, standardize: Standardize = False,
) -> None:
    """A data set's constants, every bound, the least sharpness, critical learning rates."""
    from ..analysis.bounds import bounds as report
    from ..analysis.bounds_text import print_bounds
    from ..analysis.matrix_bounds import matrix_bounds, print_matrix_bounds

    first, *others = (name.strip() for name in targets)
    if len({first, *others}) <= len(others):
        fail("A target is named twice: name each target once.")
    table = read(data, first, no_header, center, standardize)
    for name in others:
        if name not in table.features:
            read(data, name, no_header, center, standardize)  # which says what is wrong
    if others:
        several = matrix_bounds(table, others, depth)
        print_matrix_bounds(several, console(json_file))
        write_json(json_file, several.as_dict())
        return
    made = report(table, depth)
    print_bounds(made, console(json_file))
    write_json(json_file, made.as_dict())
