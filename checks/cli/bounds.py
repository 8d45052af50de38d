"""``flatcert bounds``."""

from __future__ import annotations

import typer

from .app import Data, Depth, JsonFile, Target, app, console, write_json
from .table_options import TableOptions, with_table_options
from .theories import OwnTheories, own_libraries


@app.command()
@with_table_options
def bounds(
    data: Data, target: Target, depth: Depth, options: TableOptions, theory: OwnTheories = None,
    json_file: JsonFile = None,
) -> None:
    """A data set's constants, every bound, the least sharpness, critical learning rates."""
    from ..analysis.bounds import bounds as report
    from ..analysis.bounds_text import print_bounds

    libraries = own_libraries(theory)
    table = options.read(data, target)
    made = report(table, depth)
    screen = console(json_file)
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
