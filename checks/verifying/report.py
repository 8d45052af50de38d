"""A run as a table, on the terminal or a page of HTML, as JSON, as JUnit XML."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import Literal
from xml.etree import ElementTree

from rich import terminal_theme
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from ... import __version__
from ...theory.language.quantities import VOCABULARY
from ...theory.library import BUILT_IN
from ..attack.adversary import Attack
from ..deciding.tokens import command
from ..deep_linear.deciding.probabilities import DRAWS
from ..deep_linear.words.comparison import Words
from ..deep_linear.words.table import vocabulary
from ..output.json_values import JsonObject, json_object
from .run import TIGHT, ClaimReport, Run, Standing
from .tallies import Counterexample, Tally

_STYLE = {Standing.PROVED: "green", Standing.CERTIFIED: "cyan", Standing.ESTIMATED: "blue",
          Standing.REFUTED: "bold red", Standing.INCONCLUSIVE: "yellow", Standing.NOT_APPLICABLE: "yellow"}


def table(run: Run, console: Console) -> None:
    """Print one line for each claim, and every failure with the command that replays it."""
    theory = "" if run.library is BUILT_IN else f" · {escape(run.library.about.name)}"
    title = f"flatcert {__version__}{theory} · profile {run.profile} · seed {run.seed}"
    console.print(_claims(title, [_row(report) for report in run.reports.values()], console))
    _print_slack(run, console)
    for report in run.reports.values():
        _print_problems(report, console)
    mutants = [mutant for report in run.reports.values() for mutant in report.near_misses]
    killed = sum(mutant.counterexample is not None for mutant in mutants)
    decided = sum(t.decided for report in run.reports.values() for t in report.tallies.values())
    bound = sum(t.error for report in run.reports.values() for t in report.tallies.values())
    field = f"; identities over a prime field: error probability below {bound:.0e}" if bound else ""
    attacks = [a for report in run.reports.values() for a in report.attacks.values()]
    console.print(f"{decided} decisions; mutation score: {killed} of {len(mutants)} mutants refuted{field}")
    tried, settled = sum(a.evaluations for a in attacks), sum(a.decided for a in attacks)
    console.print(f"adversary: {len(attacks)} inequalities attacked, {tried} evaluations, {settled} decisions; "
                  f"{run.seconds:.1f} s")
    _print_steps(run, console)
    if run.words.compared:
        console.print(_words_line(run.words), soft_wrap=True)
    state = "interrupted; so far: " if run.interrupted else ""
    console.print(f"{state}[{_STYLE[run.verdict]}]{run.verdict}[/]" + (
        "" if run.exit_code != 1 or run.verdict is Standing.REFUTED else ", [bold red]but the run fails[/]"))


_COLUMNS: dict[str, Literal["left", "right"]] = {
    "claim": "left", "verdict": "left", "machine-\nchecked": "left", "derivation": "right", "certified on": "right",
    "n/a": "right", "mutants refuted": "right", "tightest": "left", "s": "right"}


def _claims(title: str, rows: list[list[str]], console: Console) -> Table:
    """The table of claims. In a narrow terminal columns are left out, first the empty ones, and headings broken."""
    cells = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(_COLUMNS, ())
    empty = [name for name, column in cells.items() if set(column) <= {"-"}]
    for left_out in (*empty, "s", "tightest", "n/a", "machine-\nchecked", None):
        lines = Table(title=title, title_justify="left")
        for name in cells:
            heading = name if left_out is not None else name.replace(" ", "\n")
            lines.add_column(heading, justify=_COLUMNS[name], no_wrap=True)
        for row in zip(*cells.values(), strict=True):
            lines.add_row(*row)
        if Measurement.get(console, console.options.update(max_width=10**6), lines).maximum <= console.width:
            break
        cells.pop(left_out or "", None)
    return lines


def _print_steps(run: Run, console: Console) -> None:
    """Print how many steps of the derivations agree with exact instances."""
    found = [report.derivation for report in run.reports.values()]
    total, agreeing = sum(one.checked for one in found), sum(one.decided for one in found)
    if total:
        others = "" if agreeing == total else "; no instance decides the others"
        console.print(f"derivations: {agreeing} of {total} steps ({agreeing / total:.1%}) agree with exact instances"
                      f"{others}")


def _row(report: ClaimReport) -> list[str]:
    total = sum(report.tallies.values(), Tally())
    ratio, at = report.tightness
    derivation = report.derivation
    steps = f"{derivation.checked}/{derivation.steps} steps" if derivation.steps else "refused" if (
        derivation.exists and derivation.problems) else "-"
    killed, mutants = len(report.near_misses) - len(report.survivors), len(report.near_misses)
    return [
        report.claim.id,
        f"[{_STYLE[report.verdict]}]{report.verdict}[/]" + (" [bold red]FAILS[/]" if report.failures else ""),
        report.claim.machine_checked, steps, _size(report),
        str(total.not_applicable), f"{killed}/{mutants}",
        "-" if ratio is None else f"{_ratio(ratio)} at {at}", f"{report.seconds:.1f}",
    ]


def _words_line(words: Words) -> str:
    wrong = {found.word for found in words.disagreements}
    return f"words: {len(words.compared)} compared with their definitions, " + (
        f"[bold red]{len(wrong)} disagree[/]: {escape(', '.join(sorted(wrong)))}" if wrong
        else f"which agree on {words.instances} instances")


def _print_slack(run: Run, console: Console) -> None:
    """Print the inequalities that do not come near equality, each with its least ratio and the instance."""
    lines = Table(title="slack: larger side over smaller side where an inequality is tightest", title_justify="left")
    for name in ("claim", "inequality", "ratio", "at"):
        lines.add_column(name, no_wrap=True)
    for report in run.reports.values():
        for obligation in report.claim.obligations:
            ratio, at = report.tightest(obligation.name)
            if ratio is not None and ratio > TIGHT:
                lines.add_row(report.claim.id, obligation.name, f"{ratio:.6f}", str(at))
    if lines.rows:
        console.print(lines)


def _size(report: ClaimReport) -> str:
    if report.estimated:
        return f"{report.estimated} x {DRAWS} draws"
    return f"{report.certified}" + (f" + {report.enclosed} paths" if report.enclosed else "")


def _ratio(ratio: float) -> str:
    return "equality" if ratio == 1 else f"{ratio:.6f}"


def _print_problems(report: ClaimReport, console: Console) -> None:
    for failure in report.failures:
        console.print(f"[red]{report.claim.id}[/]: {escape(failure)}")
    if report.derivation.taken and report.verdict is Standing.PROVED:
        console.print(f"[cyan]{report.claim.id}[/]: proved, given "
                      f"{escape(', '.join(report.derivation.taken))}", soft_wrap=True)
    for hint in report.hints:
        console.print(f"[cyan]{report.claim.id}[/]: {escape(hint)}", soft_wrap=True)
    for name, reason in report.derivation.partial.items():
        console.print(f"[cyan]{report.claim.id}[/]: {name} is certified only: {escape(reason)}")
    first = {found.obligation: found for found in reversed(report.counterexamples)}
    for found in reversed(first.values()):
        console.print(f"[bold red]{report.claim.id} is refuted[/]: {escape(found.statement)}")
        console.print(escape(_readable(found)), soft_wrap=True)
        console.print(f"  replay: {escape(command(found.token, report.reference))}", soft_wrap=True)
    for sentence in report.unmet:
        console.print(f"[yellow]{report.claim.id}[/]: {escape(sentence)}", soft_wrap=True)
    for sentence in report.shortfalls:
        console.print(f"[yellow]inconclusive[/]: {escape(sentence)}", soft_wrap=True)
    for name in report.undecided:
        console.print(f"[yellow]{report.claim.id} is inconclusive[/]: {escape(name)}", soft_wrap=True)


def _readable(found: Counterexample) -> str:
    shown = {key: value for key, value in (found.instance | found.values).items() if key != "name" and value}
    text = "; ".join(f"{key} = {json.dumps(value)}".replace('"', "") for key, value in shown.items())
    return "  at " + (text if len(text) < 600 else str(found.instance["name"]))


def html(run: Run) -> str:
    """The table and everything printed below it as one page of HTML, which needs no other file."""
    page = Console(record=True, file=io.StringIO(), width=160, force_terminal=True)
    table(run, page)
    return page.export_html(theme=terminal_theme.DEFAULT_TERMINAL_THEME)


def as_dict(run: Run) -> JsonObject:
    """The run as the JSON object of the contract; of a theory of one's own, its name and its reference, too."""
    library = run.library
    theory = {} if library is BUILT_IN else {"theory": {"name": library.about.name, "reference": library.reference}}
    return json_object({
        "version": __version__, **theory, "seed": run.seed, "profile": run.profile, "environment": run.environment,
        "seconds": round(run.seconds, 3), "verdict": run.verdict, "exit_code": run.exit_code,
        "interrupted": run.interrupted, "words": _words(run.words),
        "claims": [_claim(report) for report in run.reports.values()],
    })


def _words(words: Words) -> dict[str, object]:
    return {"checked": len(words.compared), "instances": words.instances,
            "vocabulary": {"compared": sorted(vocabulary(words.compared)), "of": len(VOCABULARY)},
            "disagreements": [{**asdict(found), "token": found.token} for found in words.disagreements]}


def _claim(report: ClaimReport) -> dict[str, object]:
    total = sum(report.tallies.values(), Tally())
    ratio, at = report.tightness
    true = [mutant.label for mutant in report.mutants if mutant.true]
    return {
        "id": report.claim.id, "origins": list(report.claim.origins), "kind": report.claim.kind,
        "verdict": report.verdict, "machine_checked": report.claim.machine_checked_json(),
        "derivation": {"steps": report.derivation.steps, "checked": report.derivation.checked,
                       "problems": list(report.derivation.problems), "partial": report.derivation.partial,
                       **({"given": list(report.derivation.taken)} if report.derivation.taken else {}),
                       "decided_steps": report.derivation.decided,
                       "undecided_steps": [asdict(step) for step in report.derivation.undecided]},
        "instances": {**_counts(total), "max_bits": total.max_bits},
        "mutants": {"total": len(report.near_misses), "refuted": len(report.near_misses) - len(report.survivors),
                    "survivors": report.survivors, **({"true": true} if true else {}),
                    "counterexamples": {m.label: m.counterexample.token for m in report.mutants
                                        if m.counterexample is not None}},
        "tightness": {"ratio": ratio, "at": at},
        "failures": report.failures, **({"not_applicable": report.unmet} if report.unmet else {}),
        "counterexamples": [asdict(c) for c in report.counterexamples],
        "undecided": report.undecided,
        "obligations": {
            name: {**_counts(t), "ties": t.ties, "max_bits": t.max_bits, "error_probability": t.error,
                   "tightness": dict(zip(("ratio", "at"), report.tightest(name), strict=True)),
                   "attack": _attack(report.attacks[name]) if name in report.attacks else None}
            for name, t in report.tallies.items()
        },
        "floors": {name: {floor.name: {"decided": floor.decided, "wanted": floor.wanted} for floor in found}
                   for name in report.tallies if (found := report.floors(name))},
        "seconds": round(report.seconds, 3),
    }


def _attack(attack: Attack) -> dict[str, object]:
    return {"ratio": attack.ratio, "at": attack.at, "instance": attack.nearest, "decided": attack.decided,
            "inconclusive": attack.inconclusive, "evaluations": attack.evaluations}


def _counts(tally: Tally) -> dict[str, int]:
    return {"decided": tally.decided, "held": tally.held, "refuted": tally.refuted,
            "inconclusive": tally.inconclusive, "not_applicable": tally.not_applicable}


def junit_xml(run: Run) -> str:
    """The run as JUnit XML: a suite for each claim, a case for each obligation, mutant and derivation."""
    name = "flatcert" if run.library is BUILT_IN else f"flatcert: {run.library.about.name}"
    root = ElementTree.Element("testsuites", name=name, time=f"{run.seconds:.3f}")
    for report in run.reports.values():
        suite = ElementTree.SubElement(root, "testsuite", name=report.claim.id, time=f"{report.seconds:.3f}")
        for obligation in report.claim.obligations:
            tally = report.tallies.get(obligation.name, Tally())
            attack = report.attacks.get(obligation.name, Attack())
            refuted, open_ = tally.refuted + bool(attack.counterexample), tally.inconclusive + attack.inconclusive
            problem = None if tally.held and not refuted and not open_ else (
                f"{refuted} refuted, {open_} inconclusive, {tally.held} held")
            short = [floor.sentence for floor in report.floors(obligation.name) if floor.decided < floor.wanted]
            unmet = [sentence for sentence in report.unmet if sentence.startswith(f"{obligation.name} ")]
            problem = "; ".join(unmet) or problem or "; ".join(short) or None
            details = "\n".join(command(c.token, report.reference) for c in report.counterexamples
                                if c.obligation == obligation.name)
            _case(suite, obligation.name, problem, details)
        for mutant in report.near_misses:
            _case(suite, f"mutant {mutant.label}", None if mutant.counterexample else "the mutant survives")
        _case(suite, "derivation", "; ".join(report.derivation.problems) or None)
        _case(suite, "words", "; ".join(found.sentence for found in report.misread) or None)
        cases = suite.findall("testcase")
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, name: str, problem: str | None, details: str = "") -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=suite.get("name", ""), name=name)
    if problem:
        ElementTree.SubElement(case, "failure", message=problem).text = details
