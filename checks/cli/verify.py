"""The commands ``flatcert verify`` and ``flatcert replay``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ..output import OK, REFUTED, UNDECIDED, DataError
from .app import Dask, JsonFile, app, console, fail, known_places, known_word, write, write_json, write_to
from .check import empty_place, write_certificates
from .progress import progress_bar
from .theories import Theories, chosen, divided, libraries, together


@app.command()
def verify(
    ids: Annotated[list[str] | None, typer.Argument(
        metavar="[ID | THEORY]...", help="Claims, all when none is named; theories: files, modules, packs.")] = None,
    theory: Theories = None,
    profile: Annotated[str, typer.Option(help="quick, ci or deep.")] = "quick",
    seed: Annotated[int, typer.Option(help="Seed of the random instances.")] = 0,
    json_file: JsonFile = None,
    junit: Annotated[Path | None, typer.Option(metavar="F", help="Write JUnit XML to F.")] = None,
    html: Annotated[str | None, typer.Option(
        "--html", metavar="F", help="Write a report as a page of HTML to F, or to stdout for -.")] = None,
    certificates: Annotated[Path | None, typer.Option(metavar="DIR", help="Write certificates to DIR.")] = None,
    workers: Annotated[int | None, typer.Option(min=0, help="Processes; 0 runs in this one.")] = None,
    dask: Dask = None,
    minutes: Annotated[float | None, typer.Option(
        min=0, help="Go on with fresh seeds for so long (10 for the profile deep).")] = None,
) -> None:
    """Re-check derivations, decide instances, refute mutants, measure tightness."""
    from ..output.workers import on_dask
    from ..verifying import report
    from ..verifying.page import page
    from ..verifying.terminal import print_run
    from ..verifying.verify import PROFILES
    from ..verifying.verify import verify as run_all

    known_word("profile", profile, PROFILES)
    named, names = divided(ids or (), theory)
    wanted = chosen(names, libraries(named))
    if len(wanted) > 1 and (certificates or html or junit):
        fail("--certificates, --html and --junit are for one theory: verify one after the other.")
    if json_file == html == "-":
        fail("--json and --html both go to standard output: name a file for one of them.")
    known_places({"--json": json_file, "--junit": junit, "--html": html})
    empty_place(certificates)
    if profile == "deep" and minutes is None:
        minutes = 10.0
    runs = []
    with on_dask(dask) as executor:
        for library, claims in wanted:
            ids = [claim.id for claim in claims]
            # The digest of the file is left out: after an edit the last run still tells how long this one takes.
            about = (library.reference.partition("#")[0], ids, profile, dask or workers)
            with progress_bar("starting", about) as advance:
                runs.append(run_all(ids, library=library, profile=profile, seed=seed, workers=workers,
                                    minutes=minutes, executor=executor, progress=advance,
                                    certificates=certificates is not None))
            if runs[-1].interrupted:
                break
    # The files come first: a closed terminal must not cost the results.
    if junit is not None:
        write(junit, report.junit_xml(runs[0]))
    if html is not None:
        write_to(html, page(runs[0]))
    written = [report.as_dict(run) for run in runs]
    write_json(json_file, written[0] if len(wanted) == 1 else {"runs": written})
    if certificates is not None:
        write_certificates(runs[0], certificates, console(json_file, html))
    for run in runs:
        print_run(run, console(json_file, html))
    codes = {run.exit_code for run in runs}
    raise typer.Exit(REFUTED if REFUTED in codes else max(codes))


@app.command()
def replay(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="claim/obligation@family:seed:index")],
    theory: Theories = None,
    json_file: JsonFile = None,
) -> None:
    """Repeat one decision that a report names; exit 1 when it refutes."""
    from ..deciding.verdicts import in_words
    from ..output.json_values import json_object
    from ..verifying.replay import replay as again

    try:
        found = again(token, together(libraries(theory)))
    except DataError:
        raise
    except (KeyError, ValueError) as error:
        fail(f"{str(error.args[0]).removesuffix('.')}.")
    out = console(json_file)
    out.print(found.statement, markup=False)
    for name, value in {**found.instance, **found.values}.items():
        out.print(f"  {name} = {json.dumps(value)}", markup=False, soft_wrap=True)
    out.print(f"{found.verdict} ({in_words(found.route, found.bits)})")
    write_json(json_file, json_object(found))
    raise typer.Exit({"refuted": REFUTED, "held": OK}.get(found.verdict, UNDECIDED))
