"""``flatcert bounds``."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import Data, Depth, JsonFile, app, console, fail, write_json
from .table_options import TableOptions, with_table_options
from .theories import OwnTheories, own_libraries

Targets = Annotated[list[str], typer.Option(
    "--target", metavar="COL", help="The column to be regressed. Repeat it for a network with several outputs.")]


@app.command()
@with_table_options
def bounds(
    data: Data, targets: Targets, depth: Depth, options: TableOptions, theory: OwnTheories = None,
    json_file: JsonFile = None,
) -> None:
    """A data set's constants, every bound, the least sharpness, critical learning rates."""
    from ..analysis.bounds import bounds as report
    from ..analysis.bounds_text import print_bounds
    from ..analysis.matrix_bounds import matrix_bounds, print_matrix_bounds

    first, *others = (name.strip() for name in targets)
    if len({first, *others}) <= len(others):
        fail("A target is named twice: name each target once.")
    libraries = own_libraries(theory)
    if libraries and others:
        fail("--theory speaks of one target: name one.")
    table = options.read(data, first)
    screen = console(json_file)
    if others:
        for name in others:
            if name not in table.features:
                options.read(data, name)  # which says what is wrong, unless it is this:
                fail(f"--columns leaves out the target {name!r}: name it there, too.")
        several = matrix_bounds(table, others, depth)
        print_matrix_bounds(several, screen)
        write_json(json_file, several.as_dict())
        return
    made = report(table, depth)
    print_bounds(made, screen)
    if not libraries:
        write_json(json_file, made.as_dict())
        return
    from ..analysis.findings import worst
    from ..analysis.own_theories import on_problem
    from ..analysis.own_theories_text import print_theory
    from ..output import exit_code

    said = [on_problem(library, table.problem, depth, made.min_sharpness) for library in libraries]
    for one in said:
        print_theory(one, screen)
    write_json(json_file, made.as_dict() | {"theories": {one.name: one.as_dict() for one in said}})
    raise typer.Exit(exit_code(worst(finding for one in said for finding in one.every_finding())))
