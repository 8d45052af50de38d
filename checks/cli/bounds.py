"""``flatcert bounds``."""

from __future__ import annotations

from .app import Center, Data, Depth, JsonFile, NoHeader, Standardize, Target, app, console, read, write_json


@app.command()
def bounds(
    data: Data, target: Target, depth: Depth, json_file: JsonFile = None, no_header: NoHeader = False,
    center: Center = False, standardize: Standardize = False,
) -> None:
    """A data set's constants, every bound, the least sharpness, critical learning rates."""
    from ..analysis.bounds import bounds as report
    from ..analysis.bounds_text import print_bounds

    made = report(read(data, target, no_header, center, standardize), depth)
    print_bounds(made, console(json_file))
    write_json(json_file, made.as_dict())
