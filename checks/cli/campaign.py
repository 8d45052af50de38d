"""The command ``flatcert campaign``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .app import Dask, JsonFile, app, console, fail, known_place, known_places, write_json
from .progress import progress_bar
from .theories import Theories, chosen, divided, libraries


@app.command()
def campaign(
    ids: Annotated[list[str] | None, typer.Argument(
        metavar="[ID | THEORY]...", help="Claims, all when none is named; a theory: a file, a module, a pack.")] = None,
    out: Annotated[Path | None, typer.Option(
        metavar="DIR", help="The folder that keeps the campaign, and from which it goes on.")] = None,
    claims: Annotated[str | None, typer.Option(metavar="IDS", help="Claims, separated by commas.")] = None,
    theory: Theories = None,
    instances: Annotated[int, typer.Option(min=1, help="So many instances of each obligation.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the random instances.")] = 0,
    workers: Annotated[int | None, typer.Option(min=0, help="Processes; 0 runs in this one.")] = None,
    dask: Dask = None,
    summary: Annotated[bool, typer.Option(
        "--summary", help="Only print what the folder holds: slacks by shape, the tightest instances.")] = False,
    plot: Annotated[Path | None, typer.Option(metavar="F", help="Draw the slacks: .png, .pdf or .svg.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Decide millions of instances of claims, in chunks that are kept in a folder.

    The same command goes on with a campaign that was interrupted or killed, and ends with the same numbers to the last
    bit, on any number of workers. A campaign with other settings, or of another version, is refused.

    No instance is merely screened. float64 decides an instance only by a proved error bound; whatever is nearer than
    that bound is decided by intervals, or in exact numbers. What they leave open is counted as undecided.
    """
    # This must be set before NumPy is loaded: the many small matrices have threads of their own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from ..output.plotting import check_plot
    from ..output.workers import on_dask
    from ..verifying.campaign.campaign import campaign as decide_all
    from ..verifying.campaign.campaign import read_campaign
    from ..verifying.campaign.picture import draw_campaign
    from ..verifying.campaign.report import as_dict
    from ..verifying.campaign.text import print_campaign

    if out is None:
        fail("Name the folder of the campaign by --out.")
    known_places({"--json": json_file, "--plot": plot})
    check_plot(plot)
    if out.exists() and not out.is_dir():
        fail(f"{str(out)!r} is no folder: name another one by --out.")
    if summary:
        made = read_campaign(out)
    else:
        known_place(out.with_suffix(".json"))
        words = [word.strip() for word in (claims or "").split(",") if word.strip()]
        named, names = divided([*(ids or ()), *words], theory)
        wanted = chosen(names, libraries(named))
        if len(wanted) > 1:
            fail("A campaign is for one theory: begin one after the other, each in a folder of its own.")
        library, picked = wanted[0]
        with on_dask(dask) as executor, progress_bar("starting") as advance:
            made = decide_all([claim.id for claim in picked], instances=instances, out=out, library=library, seed=seed,
                              workers=workers, executor=executor, progress=advance)
    if plot is not None:
        draw_campaign(made, plot)
    write_json(json_file, as_dict(made))
    print_campaign(made, console(json_file), summary)
    raise typer.Exit(made.exit_code)
