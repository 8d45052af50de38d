"""The command ``flatcert residual``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .app import Dask, JsonFile, app, console, fail, known_places, write_json
from .progress import progress_bar


@app.command()
def residual(
    scale: Annotated[float, typer.Option(metavar="s", help="W_k = I + (s/sqrt(dL)) N_k; positive.")] = 0.25,
    dim: Annotated[int, typer.Option("--dim", metavar="d", min=1, max=200, help="The largest dimension.")] = 5,
    depth: Annotated[int, typer.Option("--depth", metavar="L", min=1, max=1000, help="The largest depth.")] = 10,
    draws: Annotated[int, typer.Option(metavar="N", min=1, help="Draws for each probability.")] = 200,
    starts: Annotated[int, typer.Option(
        min=0, help="Draws on which the theorems are measured, some 10 s each; 0 leaves that out.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0 runs in this one.")] = 0,
    dask: Dask = None,
    json_file: JsonFile = None,
    plot: Annotated[Path | None, typer.Option(metavar="F.png", help="Draw the probabilities (also F.pdf).")] = None,
) -> None:
    """Residual networks: how often the initialization is as the theorems want it, and how much they give away."""
    # This must be set before NumPy is loaded: on thousands of small matrices the threads of BLAS wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not 1e-3 <= scale <= 10:
        fail("The scale must lie between 0.001 and 10: change --scale.")
    if starts and dim**2 * depth > 2500:
        fail("The theorems are measured on at most 2500 weights, d^2 L: take fewer, or leave it out by --starts 0.")
    known_places({"--json": json_file, "--plot": plot})
    from ..output.plotting import check_plot, write_figure
    from ..output.workers import on_dask

    check_plot(plot)
    from ..analysis.residual import print_residual, residual_figure, residual_report

    with on_dask(dask) as executor, progress_bar("networks") as progress:
        report = residual_report(scale, dim, depth, draws, starts, seed, progress, workers=workers, executor=executor)
    # The files come first: a closed terminal must not cost the results.
    if plot is not None:
        write_figure(lambda: residual_figure(report), plot)
    write_json(json_file, report.as_dict())
    print_residual(report, console(json_file))
