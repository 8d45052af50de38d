"""``flatcert bounds``."""

from __future__ import annotations

from .app import Data, Depth, JsonFile, Target, app, console, write_json
from .table_options import TableOptions, with_table_options


@app.command()
@with_table_options
def bounds(
    data: Data, target: Target, depth: Depth, options: TableOptions, json_file: JsonFile = None,
) -> None:
    """A data set's constants, every bound, the least sharpness, critical learning rates."""
    from ..analysis.bounds import bounds as report
    from ..analysis.bounds_text import print_bounds

    made = report(options.read(data, target), depth)
    print_bounds(made, console(json_file))
    write_json(json_file, made.as_dict())
