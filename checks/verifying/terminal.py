"""A run on the terminal: a table of claims, every failure with the command that replays it, and one sentence."""

from __future__ import annotations

import json

from rich.console import Console
from rich.markup import escape

from ... import __version__
from ...theory.library import BUILT_IN
from ..deciding.tokens import command
from ..output.tables import table
from .run import TIGHT, ClaimReport, Run, Standing
from .sentence import sentence
from .tallies import Counterexample, Tally

STYLE = {Standing.PROVED: "green", Standing.CERTIFIED: "cyan", Standing.ESTIMATED: "blue",
         Standing.REFUTED: "bold red", Standing.INCONCLUSIVE: "yellow", Standing.NOT_APPLICABLE: "yellow"}
NAMES = ("claim", "verdict", "machine-checked", "steps derived", "decided instances", "not applicable",
         "mutants refuted", "tightest ratio", "seconds")


def print_run(run: Run, console: Console) -> None:
    """Print one line for each claim, then every failure with the command that replays it, at the end one sentence."""
    names = NAMES if len(run.reports) > 1 else NAMES[:-1]  # the last line has the time
    rows = (_row(report)[:len(names)] for report in run.reports.values())
    console.print(table(
        escape(title(run)), names, rows, right=names[3:],
        dropped=("seconds", "not applicable", "tightest ratio", "machine-checked", "decided instances")))
    _print_slack(run, console)
    for report in run.reports.values():
        _print_problems(report, console)
    _print_counts(run, console)
    failed = run.exit_code == 1
    style = STYLE[Standing.REFUTED if failed else run.verdict]
    console.print(f"[{style}]{escape(sentence(run))}[/]")
    console.print(f"exit code {run.exit_code}; {run.seconds:.1f} s")


def title(run: Run) -> str:
    """The version, the theory, the profile and the seed of a run."""
    theory = "" if run.library is BUILT_IN else f" · {run.library.about.name}"
    return f"flatcert {__version__}{theory} · profile {run.profile} · seed {run.seed}"


def _row(report: ClaimReport) -> list[str]:
    total = sum(report.tallies.values(), Tally())
    derivation = report.derivation
    steps = f"{derivation.checked} of {derivation.steps}" if derivation.steps else "refused" if (
        derivation.exists and derivation.problems) else "-"
    mutants, refuted = len(report.near_misses), len(report.near_misses) - len(report.survivors)
    return [
        report.claim.id,
        f"[{STYLE[report.verdict]}]{report.verdict}[/]" + (" [bold red]FAILS[/]" if report.failures else ""),
        report.claim.machine_checked, steps, size(report), str(total.not_applicable or "-"),
        f"{refuted} of {mutants}" if mutants else "-", ratio_text(report.tightness[0]), f"{report.seconds:.1f}",
    ]


def size(report: ClaimReport) -> str:
    """On how many cases a claim was decided, in words where they are no plain instances."""
    if report.estimated:
        return f"{report.estimated} sets of draws"
    return f"{report.certified}" + (f" + {report.enclosed} paths" if report.enclosed else "")


def ratio_text(ratio: float | None) -> str:
    """A ratio of larger to smaller side in words.

    >>> ratio_text(None), ratio_text(1.0), ratio_text(1.25)
    ('-', 'equality', '1.250000')
    """
    return "-" if ratio is None else "equality" if ratio == 1 else f"{ratio:.6f}"


def _print_slack(run: Run, console: Console) -> None:
    """Print the inequalities that do not come near equality, each with its least ratio and the instance."""
    rows = [(report.claim.id, obligation.name, f"{ratio:.6f}", escape(str(at)))
            for report in run.reports.values() for obligation in report.claim.obligations
            for ratio, at in [report.tightest(obligation.name)] if ratio is not None and ratio > TIGHT]
    if rows:
        console.print(table("slack: larger side over smaller side where an inequality is tightest",
                            ("claim", "inequality", "ratio", "instance"), rows, right=("ratio",),
                            dropped=("instance",)))


def _print_counts(run: Run, console: Console) -> None:
    """Print how much was decided, attacked, derived and compared."""
    reports = run.reports.values()
    decided = sum(t.decided for report in reports for t in report.tallies.values())
    bound = sum(t.error for report in reports for t in report.tallies.values())
    field = f"; identities over a prime field, with an error probability below {bound:.0e}" if bound else ""
    console.print(f"decisions: {decided} on instances{field}")
    attacks = [a for report in reports for a in report.attacks.values()]
    if attacks:
        tried, settled = sum(a.evaluations for a in attacks), sum(a.decided for a in attacks)
        console.print(f"adversary: {len(attacks)} inequalities attacked, {tried} evaluations, {settled} decisions")
    steps = [report.derivation for report in reports]
    total, agreeing = sum(one.checked for one in steps), sum(one.decided for one in steps)
    if total:
        others = "" if agreeing == total else "; no instance decides the others"
        console.print(f"derivations: {agreeing} of {total} steps agree with exact instances{others}")
    words = run.words
    if words.compared:
        wrong = sorted({found.word for found in words.disagreements})
        console.print(f"words: {len(words.compared)} compared with their definitions, " + (
            f"[bold red]{len(wrong)} disagree[/]: {escape(', '.join(wrong))}" if wrong
            else f"which agree on {words.instances} instances"))


def _print_problems(report: ClaimReport, console: Console) -> None:
    for failure in report.failures:
        console.print(f"[red]{report.claim.id}[/]: {escape(failure)}")
    if report.derivation.taken and report.verdict is Standing.PROVED:
        console.print(f"[cyan]{report.claim.id}[/]: proved, given "
                      f"{escape(', '.join(report.derivation.taken))}")
    for hint in report.hints:
        console.print(f"[cyan]{report.claim.id}[/]: {escape(hint)}")
    for name, reason in report.derivation.partial.items():
        console.print(f"[cyan]{report.claim.id}[/]: {name} is certified only: {escape(reason)}")
    for found in first_counterexamples(report):
        console.print(f"[bold red]{report.claim.id} is refuted[/]: {escape(found.statement)}", soft_wrap=True)
        console.print(escape(_readable(found)), soft_wrap=True)
        console.print(f"  replay: {escape(command(found.token, report.reference))}", soft_wrap=True)
    for line in report.unmet:
        console.print(f"[yellow]{report.claim.id}[/]: {escape(line)}")
    for line in report.shortfalls:
        console.print(f"[yellow]inconclusive[/]: {escape(line)}")
    for name in report.undecided:
        console.print(f"[yellow]{report.claim.id} is inconclusive[/]: {escape(name)}", soft_wrap=True)


def first_counterexamples(report: ClaimReport) -> list[Counterexample]:
    """The first counterexample to each obligation of a claim."""
    first = {found.obligation: found for found in reversed(report.counterexamples)}
    return list(reversed(first.values()))


def _readable(found: Counterexample) -> str:
    shown = {key: value for key, value in (found.instance | found.values).items() if key != "name" and value}
    text = "; ".join(f"{key} = {json.dumps(value)}".replace('"', "") for key, value in shown.items())
    return "  at " + (text if len(text) < 600 else str(found.instance["name"]))
