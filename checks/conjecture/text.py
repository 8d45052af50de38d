"""The answer to a conjecture on the terminal."""

from __future__ import annotations

import json
import shlex
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..output.intervals import decimals
from .conjecture import Answer
from .reading import ANY_WEIGHTS, read_line
from .scaling import shown
from .sharpening import Sharpened

STYLE = {"refuted": "bold red", "not refuted": "green", "undecided": "yellow"}


def print_answer(found: Answer, console: Console) -> None:
    """The statement, what is supposed, the answer, and the counterexample or the room that there is."""
    console.print(escape(found.statement))
    console.print(f"  supposed: {escape(', '.join(found.given))}")
    console.print(f"[{STYLE[found.answer]}]{found.answer}[/]: {found.decided} exact decisions, "
                  f"{found.inconclusive} inconclusive, {found.seconds:.1f} s")
    if found.reason:
        console.print(f"  {escape(found.reason)}", soft_wrap=True)
    if found.counterexample is not None:
        refuting = found.counterexample
        console.print(f"  at {escape(readable(refuting.instance))}", soft_wrap=True)
        console.print(f"  left side {decimals(refuting.lhs, 12)}, right side {decimals(refuting.rhs, 12)} "
                      f"({refuting.route}, {refuting.bits} bits)")
        console.print(f"  replay: {escape(replay_line(found))}", soft_wrap=True)
        if found.certificate is not None and found.certificate.certificate is None:
            console.print(f"  without a certificate: {escape(found.certificate.reason)}")
    elif found.nearest is not None and found.tightest_ratio is not None:
        equal = found.tightest_ratio == 1
        console.print(f"  tightest: {'exact equality' if equal else f'ratio {found.tightest_ratio:.9g}'} at "
                      f"{found.tightest_at}: {escape(readable(found.nearest))}", soft_wrap=True)
        _print_rooms(found, console)


def _print_rooms(found: Answer, console: Console) -> None:
    lines = Table(title="room beyond the constant")
    for name in ("quantity", "the smaller side may gain", "tightest where it is"):
        lines.add_column(name)
    for room in found.scaling:
        span = f"{room.tight_from:.4g}" if room.tight_from == room.tight_to else (
            f"{room.tight_from:.4g} to {room.tight_to:.4g}")
        lines.add_row(room.quantity, shown(room), span)
    if found.scaling:
        console.print(lines)


def print_sharpened(found: Sharpened, console: Console) -> None:
    """The best constant, and what speaks for it."""
    if found.statement is None:
        console.print(f"sharpened: no constant: {escape(found.evidence)}")
    else:
        console.print(f"sharpened: [bold]{escape(found.statement)}[/]")
        console.print(f"  {escape(found.evidence)}", soft_wrap=True)


def print_batch(answers: list[Answer], console: Console) -> None:
    """One line a conjecture, then the counterexamples."""
    lines = Table()
    for name in ("conjecture", "answer", "decided", "tightest", "s"):
        lines.add_column(name, no_wrap=name != "conjecture")
    for found in answers:
        tight = "-" if found.tightest_ratio is None else (
            "equality" if found.tightest_ratio == 1 else f"{found.tightest_ratio:.6f}")
        lines.add_row(escape(found.statement), f"[{STYLE[found.answer]}]{found.answer}[/]", str(found.decided), tight,
                      f"{found.seconds:.1f}")
    console.print(lines)
    for found in answers:
        if found.counterexample is not None:
            console.print(f"{escape(found.statement)} is refuted at {escape(readable(found.counterexample.instance))}",
                          soft_wrap=True)
            console.print(f"  replay: {escape(replay_line(found))}", soft_wrap=True)


def readable(instance: dict[str, Any]) -> str:
    """An instance without its name and what is absent; of a long one the sizes."""
    text = "; ".join(f"{key} = {json.dumps(value)}".replace('"', "") for key, value in instance.items()
                     if key != "name" and value)
    sizes = f"{instance['name']}: d = {len(instance['covariance'])}, L = {len(instance['weights'])} (--json has it)"
    return text if len(text) < 600 else sizes


def replay_line(found: Answer) -> str:
    """The command that decides the counterexample again."""
    if found.counterexample is None:
        return ""
    words = read_line(found.line).words
    supposed = [word for word in words if word != ANY_WEIGHTS]
    statement = f" {found.statement}" if found.statement.startswith("-") else found.statement  # it is no option
    parts = ["flatcert", "conjecture", statement, *(["--assuming", ", ".join(supposed)] if supposed else []),
             *(["--any-weights"] if ANY_WEIGHTS in words else []), "--at", found.counterexample.exact]
    return shlex.join(parts)
