"""The commands ``flatcert flow`` and ``flatcert inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import JsonFile, Target, app, console, fail, known_places, say, write_json
from .table_options import TableOptions, with_table_options
from .theories import OwnTheories, own_libraries

_SOON = 3.0
"""A wait of more seconds than that is announced."""
_DataFile = typer.Option("--data", metavar="F", help="A table: CSV, plain or .gz, .npz or Parquet.")


@app.command()
@with_table_options
def flow(
    *,
    depth: Annotated[int | None, typer.Option("--depth", metavar="L", min=1, help="Number of layers.")] = None,
    dim: Annotated[int | None, typer.Option(
        "--dim", metavar="d", min=1, help="Input dimension of generated data, and all hidden widths.")] = None,
    scale: Annotated[float, typer.Option(min=0, help="Standard deviation of the initial entries.")] = 0.35,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the data and the initialization.")] = 0,
    samples: Annotated[int, typer.Option(metavar="n", min=1, help="Rows of generated data.")] = 50,
    data: Annotated[Path | None, _DataFile] = None,
    target: Annotated[str | None, typer.Option(metavar="COL", help="With --data: the target.")] = None,
    options: TableOptions,
    weights: Annotated[Path | None, typer.Option(
        metavar="F", help="Start from these weights, as inspect reads them.")] = None,
    residual: Annotated[bool, typer.Option(
        "--residual", help="Layers I + s/sqrt(dL) N with s from --scale, and a fixed read-out of norm 1.")] = False,
    radius: Annotated[float, typer.Option(help="Radius wanted for the ball around the limit.")] = 1e-20,
    max_steps: Annotated[int, typer.Option(min=1, help="Steps after which to give up.")] = 20_000,
    minutes: Annotated[float, typer.Option(min=0, help="Minutes after which to give up.")] = 20.0,
    json_file: JsonFile = None,
    plot: Annotated[Path | None, typer.Option(metavar="F.png", help="Draw the trajectory (also F.pdf).")] = None,
) -> None:
    """Gradient flow with proved errors: its limit enclosed, against the bounds of the theory."""
    from dataclasses import replace
    from math import isfinite

    if not 1e-200 <= radius < 1 or not isfinite(scale) or not isfinite(minutes):
        fail("The radius must lie between 1e-200 and 1, scale and minutes must be finite: change --radius, --scale or "
             "--minutes.")
    if residual and scale > 10:
        fail("With --residual the scale must be at most 10: change --scale.")
    if (data is None) != (target is None):
        fail("Give --data and --target together: the table, and the column to be regressed.")
    if data is None and options.any:
        fail("Options of a table are given, but no table: name it by --data F --target COL.")
    if residual and weights is not None:
        fail("--residual draws the weights: leave it out, or leave out --weights.")
    known_places({"--json": json_file, "--plot": plot}, {"--weights": weights, "--data": data})
    from ..output.plotting import check_plot, write_figure

    check_plot(plot)
    from ..analysis.flow import flow_figure, flow_report, print_flow, print_verdict, slow_flow
    from ..analysis.residual import print_residual_flow, residual_flow
    from ..data import set_up

    table = None if data is None else options.read(data, str(target))
    setup = set_up(depth, dim, scale, seed, samples, table, weights, residual=residual, tell=say)
    if said := slow_flow(setup, radius, max_steps, minutes):
        say(said)
    report = flow_report(setup, radius=radius, max_steps=max_steps, minutes=minutes)
    theorems = residual_flow(report) if residual else None
    if theorems is not None:
        report = replace(report, residual=theorems.findings)
    # The files come first: a closed terminal must not cost the results.
    if plot is not None:
        write_figure(lambda: flow_figure(report), plot)
    write_json(json_file, report.as_dict() | ({} if theorems is None else {"residual": theorems.as_dict()}))
    print_flow(report, console(json_file))
    if theorems is not None:
        print_residual_flow(theorems, console(json_file))
    print_verdict(report, console(json_file))
    raise typer.Exit(report.exit_code)


@app.command()
@with_table_options
def inspect(
    weights: Annotated[Path, typer.Argument(
        metavar="WEIGHTS",
        help="A .npz or .safetensors file: layers of shape (outputs, inputs); p if there is a read-out.")],
    data: Annotated[Path, _DataFile],
    target: Target,
    options: TableOptions,
    theory: OwnTheories = None,
    json_file: JsonFile = None,
) -> None:
    """A trained network: how flat, how balanced, how aligned, and which theorems apply to it."""
    from ..data import check_inputs, problem_of, read_weights

    known_places({"--json": json_file}, {"the weights": weights, "--data": data})
    network = read_weights(weights, say)
    table = options.read(data, target)
    check_inputs(network, len(table.features), str(weights), f"the features of {str(data)!r}")
    # SymPy, which takes a second to load, is loaded from here on only: bad input is refused before.
    from ..analysis.inspection import inspection, inspection_cost, print_inspection, product_bits

    cost = inspection_cost(network.widths, bits=product_bits(network.weights))
    if cost.seconds > _SOON:
        say(f"{network.weight_count:,} weights, an eigenproblem of size {cost.size}: about {cost.seconds:.0f} s.")

    libraries = own_libraries(theory)
    report = inspection(problem_of(table), network)
    screen = console(json_file)
    if not libraries:
        write_json(json_file, report.as_dict())
        print_inspection(report, screen)
        raise typer.Exit(report.exit_code)
    from ..analysis.findings import worst
    from ..analysis.own_theories import on_network
    from ..analysis.own_theories_text import print_theory
    from ..output import OK, REFUTED, UNDECIDED, exit_code

    said = [on_network(library, report) for library in libraries]
    write_json(json_file, report.as_dict() | {"theories": {one.name: one.as_dict() for one in said}})
    print_inspection(report, screen)
    for one in said:
        print_theory(one, screen)
    codes = (report.exit_code, exit_code(worst(finding for one in said for finding in one.every_finding())))
    raise typer.Exit(next((code for code in (REFUTED, UNDECIDED) if code in codes), OK))
