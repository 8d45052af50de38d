"""A campaign on the terminal: what was decided and how, slacks by shape, the tightest instances, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from rich.console import Console
from rich.markup import escape

from ....theory.library import BUILT_IN
from ...authoring.references import load, shown_reference
from ...deciding.blocks import blocks_of
from ...deciding.tokens import command
from ...deciding.ways import decider
from ...output.tables import table
from .campaign import Campaign
from .totals import Totals, over_shapes

SHARES = {"1 %": 0.01, "median": 0.5, "99 %": 0.99}
HOW = ("by float64: decided by float64 numbers with proved error bounds. All others are decided by intervals or in "
       "exact numbers. No instance is merely screened.")


def print_campaign(made: Campaign, console: Console, details: bool) -> None:
    """Print the table of obligations and one sentence; with ``details`` slacks, the tightest instances, and more."""
    settings, obligations = made.settings, over_shapes(made.summary)
    theory = "" if settings.theory == BUILT_IN.reference else f" · {shown_reference(settings.theory).partition('#')[0]}"
    console.print(f"campaign{theory} · {settings.instances:,} instances of each obligation · seed {settings.seed}",
                  style="table.title", markup=False)
    names = ("obligation", "instances", "held", "by float64", "ties", "not applicable", "refuted", "undecided")
    console.print(_table(names, ([f"{claim}/{name}", *_counts(found)] for (claim, name), found in obligations.items())))
    if any(found.by_floats for found in obligations.values()):
        console.print(HOW, markup=False)
    if details:
        _print_sources(made, obligations, console)
        _print_slacks(made, console)
        _print_tightest(made, obligations, console)
    for label in ("counterexamples", "undecided"):
        for found in obligations.values():
            for token in getattr(found, label):
                console.print(f"{label.removesuffix('s')}: {command(token, settings.theory)}", markup=False,
                              soft_wrap=True)
    console.print(sentence(made), markup=False)


def sentence(made: Campaign) -> str:
    """What is known, in one sentence."""
    total = sum(made.summary.values(), Totals())
    parts = [f"{total.decided:,} decided, {total.refuted:,} refuted, {total.inconclusive:,} undecided"]
    if not made.complete:
        parts.append(f"{made.chunks:,} of {made.wanted:,} chunks are done; the same command goes on")
    elif made.resumed and made.resumed < made.wanted:
        parts.append(f"{made.resumed:,} of {made.wanted:,} chunks were done before")
    return f"{total.instances:,} instances: {'; '.join(parts)}."


def _counts(found: Totals) -> Iterator[str]:
    numbers = (found.instances, found.held, found.by_floats, found.ties, found.not_applicable, found.refuted,
               found.inconclusive)
    return (f"{number:,}" if number else "-" for number in numbers)


def _table(names: tuple[str, ...], rows: Iterable[list[str]]) -> object:
    return table(None, names, ([escape(row[0]), *row[1:]] for row in rows), right=names[1:],
                 dropped=("ties", "by float64", "not applicable", "held"))


def _print_sources(made: Campaign, obligations: dict[tuple[str, str], Totals], console: Console) -> None:
    """What the instances were drawn from, and how probable it is that a false identity held on all of them."""
    library = load(made.settings.theory)
    for (claim, name), found in obligations.items():
        obligation = library.claim(claim).obligation(name)
        error = decider(obligation).error(found.held)
        doubt = f" Were it false, it would hold on them with a probability of at most {error:.1e}." if error else ""
        console.print(f"{claim}/{name}: drawn from {blocks_of(obligation).source}.{doubt}", markup=False)


def _print_slacks(made: Campaign, console: Console) -> None:
    """The slack is the larger side over the smaller one, less one, by float64."""
    rows = [[f"{key.claim}/{key.obligation}", key.shape, f"{found.decided:,}",
             *(slack_text(found.quantile(share)) for share in SHARES.values())]
            for key, found in made.summary.items() if found.slacks]
    if rows:
        console.print()
        console.print("slack: larger side over smaller, less 1 (float64); the share that has at most this slack")
        console.print(_table(("obligation", "shape", "decided", *SHARES), rows))


def slack_text(slack: float | None) -> str:
    """A slack for a table: the end of its bin, in two digits.

    >>> slack_text(1e-16), slack_text(0.5623)
    ('0', '0.57')
    """
    if slack is None:
        return "-"
    return "0" if slack <= 1e-15 else "large" if slack == inf else f"{slack * 1.01:.2g}"


def _print_tightest(made: Campaign, obligations: dict[tuple[str, str], Totals], console: Console) -> None:
    for (claim, name), found in obligations.items():
        if found.tightest:
            console.print()
            console.print(f"tightest instances of {claim}/{name}", markup=False)
        for ratio, token in found.tightest:
            slack = f"{ratio - 1:.1e}" if ratio > 1 else "0"
            console.print(f"  slack {slack}: {command(token, made.settings.theory)}", markup=False, soft_wrap=True)
