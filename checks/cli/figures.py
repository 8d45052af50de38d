"""The command ``flatcert figures``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .app import Dask, JsonFile, app, console, fail, known_places, write_json
from .progress import progress_bar


@app.command()
def figures(
    numbers: Annotated[list[int] | None, typer.Argument(
        metavar="[N]...", help="Figures of the paper, 1 to 7; all when none is named.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where pictures and tables go.")] = None,
    reduced: Annotated[bool, typer.Option(
        "--reduced", help="A quick look: fewer networks and learning rates.")] = False,
    svg: Annotated[bool, typer.Option("--svg", help="Draw as SVG, too, beside PNG and (at full size) PDF.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; all processors by default.")] = None,
    dask: Dask = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of data and initializations.")] = 2,
    json_file: JsonFile = None,
) -> None:
    """The paper's experiments again: pictures, tables, and what they show, estimated."""
    # This must be set before NumPy is loaded: the many small matrices have threads of their own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if out is None:
        fail("Name the directory for pictures and tables: --out DIR.")
    chosen = sorted(set(numbers or range(1, 8)))
    for number in chosen:
        if not 1 <= number <= 7:
            fail(f"There is no figure {number}: choose from 1 to 7.")
    if out.exists() and not out.is_dir():
        fail(f"{str(out)!r} is a file: name a directory.")
    known_places({"--out": out / "report.json" if out.is_dir() else out, "--json": json_file})
    from ..figures.figures import make_figures
    from ..figures.text import print_figures
    from ..output.workers import on_dask

    with on_dask(dask) as executor, progress_bar("figures, in percent") as advance:
        report = make_figures(chosen, out, reduced=reduced, seed=seed, workers=workers, svg=svg, executor=executor,
                              progress=lambda done, total: advance(100 * done / total, 100))
    write_json(json_file, report.as_dict())
    print_figures(report, str(out), console(json_file))
    raise typer.Exit(report.exit_code)
