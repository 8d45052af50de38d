"""The bounds that were discovered, on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from ...output.tables import table
from ..text import STYLE, readable
from .search import CONSTANT, Discovered, Discovery

__all__ = ["print_discovery"]

_STYLE = {**STYLE, "open": "yellow"}


def print_discovery(found: Discovery, console: Console) -> None:
    """Print the extreme bounds of each answer in a table, and the counterexamples below it."""
    console.print(f"bounds of {found.target}: a constant times powers of {', '.join(found.words)}")
    console.print(f"  supposed: {escape(', '.join(found.given)) or 'nothing'}", soft_wrap=True)
    if found.fixed:
        console.print(f"  the units fix the exponents of {', '.join(found.fixed)}; free are those of "
                      f"{', '.join(found.free) or 'none'}", soft_wrap=True)
    shown = found.extreme
    rows = [(f"[{_STYLE[one.answer]}]{one.answer}[/]", escape(_spelled(one)), escape(_why(one))) for one in shown]
    console.print(table(None, ("answer", "bound", "why"), rows, prose=("bound", "why")))
    for one in shown:
        if one.counterexample is not None:
            console.print(f"{escape(one.statement)}\n  is refuted at {escape(readable(one.counterexample.instance))}",
                          soft_wrap=True)
    counts = {answer: sum(one.answer == answer for one in found.bounds) for answer in ("proved", "refuted", "open")}
    console.print(f"{len(found.bounds)} bounds: {', '.join(f'{n} {answer}' for answer, n in counts.items())}; "
                  f"{found.instances} instances; {found.seconds:.1f} s")
    if counts["open"]:
        console.print("An open bound does not follow from what is known, and no counterexample was found with c = "
                      f"1/{CONSTANT} (from above: {CONSTANT}).", soft_wrap=True)


def _spelled(one: Discovered) -> str:
    """The statement; an open one with a constant ``c`` that is not known."""
    if one.answer != "open":
        return one.statement
    return one.statement.replace(f"/{CONSTANT}", "*c", 1).replace(f"/({CONSTANT}*", "*c/(", 1) if one.below else (
        one.statement.replace(f"{CONSTANT}*", "c*", 1))


def _why(one: Discovered) -> str:
    if one.proof is not None:
        return "; ".join(dict.fromkeys(reason for link in one.proof.chain for reason in link.reasons))
    if one.answer == "refuted":
        return "false, with every better constant, too"
    ratio = "-" if one.ratio is None else f"{one.ratio:.4g}"
    return f"c is no {'larger' if one.below else 'smaller'} than {ratio}"
