"""The answers to conjectures on the terminal."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape

from ...theory.library import BUILT_IN
from ..authoring.references import shown_reference, travels
from ..deciding.verdicts import in_words
from ..output.intervals import decimals
from ..output.tables import table
from .answer import Answer
from .parser import parts
from .proving.shown import Proof
from .proving.weaker import Follows
from .reading import ANY_WEIGHTS, ASSUMING
from .scaling import Room, shown
from .sharpening import Sharpened

STYLE = {"proved": "bold green", "refuted": "bold red", "not refuted": "green", "undecided": "yellow",
         "vacuous": "yellow"}


def print_answer(found: Answer, console: Console, derivation: bool = False) -> None:
    """Print the statement, its hypotheses, the answer, and the counterexample, the proof, or the room that there is.

    With ``derivation`` all steps of the proof are printed.
    """
    console.print(escape(found.statement))
    console.print(f"  supposed: {escape(', '.join(found.given)) or 'nothing'}")
    console.print(f"[{STYLE[found.answer]}]{found.answer}[/]: {found.decided} exact decisions, "
                  f"{found.inconclusive} inconclusive, {found.seconds:.1f} s")
    if found.claims:
        names = ", ".join("{} ({})".format(*name.split("/")) for name in found.claims)
        console.print(f"  this is a claim: {escape(names)}", soft_wrap=True)
    if found.reason:
        console.print(f"  {escape(found.reason)}", soft_wrap=True)
    if found.proof is not None:
        print_proof(found.proof, console, derivation)
    if found.beyond is not None:
        console.print(f"  not derived: at L = {found.beyond} no product of powers of the known facts gives it, with "
                      "whatever constant", soft_wrap=True)
    if found.follows is not None:
        print_follows(found.follows, console)
    if found.counterexample is not None:
        refuting = found.counterexample
        if found.contradicts:
            console.print("  [bold red]proved and refuted: this is an error in flatcert. Please report it.[/]")
        console.print(f"  at {escape(readable(refuting.instance))}", soft_wrap=True)
        console.print(f"  left side {decimals(refuting.lhs, 12)}, right side {decimals(refuting.rhs, 12)} "
                      f"({in_words(refuting.route, refuting.bits)})")
        console.print(f"  replay: {escape(replay_line(found))}", soft_wrap=True)
        if found.certificate is not None and found.certificate.certificate is None:
            console.print(f"  without a certificate: {escape(found.certificate.reason)}")
    elif found.nearest is not None and found.tightest_ratio is not None:
        equal = found.tightest_ratio == 1
        console.print(f"  tightest: {'exact equality' if equal else f'ratio {found.tightest_ratio:.9g}'} at "
                      f"{escape(readable(found.nearest))}", soft_wrap=True)
        if found.scaling and found.proof is None:
            console.print(table(
                "room beyond the constant",
                ("quantity", "by which power of it the smaller side may grow", "tightest where it is"),
                map(_room_row, found.scaling)))


def print_proof(proof: Proof, console: Console, derivation: bool) -> None:
    """Print the chain of a proof with its reasons, and its steps if asked for."""
    console.print(f"  it uses: {escape(', '.join(proof.supposed)) or 'no hypothesis'}", soft_wrap=True)
    if proof.given:
        console.print(f"  it is proved, given {escape(', '.join(proof.given))}", soft_wrap=True)
    for link in proof.chain:
        console.print(f"    {escape(link.statement)}", soft_wrap=True, highlight=False)
        console.print(f"        [dim]{escape('; '.join(link.reasons))}[/]", soft_wrap=True, highlight=False)
    console.print(f"  derivation: {proof.steps} steps, recomputed by the kernel"
                  + ("" if derivation else " (--derivation prints them)"))
    if proof.cached:
        console.print(f"  looked up in the cache, then recomputed by the kernel: {escape(', '.join(proof.cached))}",
                      soft_wrap=True, highlight=False)
    for line in proof.derivation if derivation else ():
        console.print(escape(line), soft_wrap=True, highlight=False)


def print_follows(found: Follows, console: Console) -> None:
    """Print the best statement of the form that is proved, and what it rests on."""
    reasons = dict.fromkeys(reason for link in found.proof.chain for reason in link.reasons)
    console.print(f"  what follows: {escape(found.statement)}", soft_wrap=True, highlight=False)
    console.print(f"        [dim]{escape('; '.join(reasons))}[/]", soft_wrap=True, highlight=False)


def _room_row(room: Room) -> tuple[str, str, str]:
    span = f"{room.tight_from:.4g}" if room.tight_from == room.tight_to else (
        f"{room.tight_from:.4g} to {room.tight_to:.4g}")
    return room.quantity, shown(room), span


def print_sharpened(found: Sharpened, console: Console) -> None:
    """Print the best constant, and the evidence for it."""
    if found.statement is None:
        console.print(f"sharpened: no constant: {escape(found.evidence)}")
    else:
        console.print(f"sharpened: [bold]{escape(found.statement)}[/]")
        console.print(f"  {escape(found.evidence)}", soft_wrap=True)


def print_batch(answers: list[Answer], console: Console) -> None:
    """Print one line for each conjecture, then the counterexamples."""
    names = ("conjecture", "answer", "decided", "tightest", "s")
    console.print(table(None, names, map(_batch_row, answers), prose=names[:1], dropped=("s", "decided")))
    for found in answers:
        if found.counterexample is not None:
            console.print(f"{escape(found.statement)} is refuted at {escape(readable(found.counterexample.instance))}",
                          soft_wrap=True)
            console.print(f"  replay: {escape(replay_line(found))}", soft_wrap=True)


def _batch_row(found: Answer) -> tuple[str, ...]:
    tight = "-" if found.tightest_ratio is None else (
        "equality" if found.tightest_ratio == 1 else f"{found.tightest_ratio:.6f}")
    return (escape(found.statement), f"[{STYLE[found.answer]}]{found.answer}[/]", str(found.decided), tight,
            f"{found.seconds:.1f}")


def readable(instance: Mapping[str, object]) -> str:
    """The parts of an instance, without its name and what is absent, or only the name of a long one."""
    text = "; ".join(f"{key} = {json.dumps(value)}".replace('"', "") for key, value in instance.items()
                     if key != "name" and value)
    return text if len(text) < 600 else f"{instance['name']} (--json has it)"


def replay_line(found: Answer) -> str:
    """The command that decides the counterexample again; nothing without one, or where no file holds the theory."""
    if found.counterexample is None or not travels(found.theory):
        return ""
    theory = [] if found.theory == BUILT_IN.reference else ["--theory", shown_reference(found.theory)]
    words = parts(found.line.partition(ASSUMING)[2])
    supposed = [word for word in words if word != ANY_WEIGHTS]
    # With a blank before its minus the statement is no option.
    statement = f" {found.statement}" if found.statement.startswith("-") else found.statement
    command = ["flatcert", "conjecture", statement, *(["--assuming", ", ".join(supposed)] if supposed else []),
               *(["--any-weights"] if ANY_WEIGHTS in words else []), *theory, "--at", found.counterexample.exact]
    return shlex.join(command)
