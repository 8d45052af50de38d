"""Steps that are tried on the rules: what is accepted must be defined, and true, on the exact instances.

The premises of a step may be any judgments that are true, so a rule is asked more than a derivation could ask of it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import sympy as sp

from flatcert.checks.conjecture import read_line
from flatcert.checks.conjecture.proving.search import prove
from flatcert.checks.deep_linear.second_line.judging import decided
from flatcert.checks.second_line.decision import Decision
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.algebra.layer_ranges import INDICES
from flatcert.theory.algebra.normal_form import NotNormal
from flatcert.theory.language.nodes import Minimum, Relation
from flatcert.theory.language.quantities import L, gamma, k, r, u, w
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.derivation import Derivation, Refused, Step, StepResult
from flatcert.theory.proof.rules.table import RULES

FOLLOWS = Path(__file__).parents[2] / "checks/conjecture/proving/follows.txt"
"""Conjectures that the search proves."""
NOT_TRIED = frozenset({"claim", "generic entries"})
"""Rules that quote, or certify some shapes only."""
COMPUTED = ("wanted", "moved", "done", "value", "computed", "options")
"""What rules call the statement, or the right side, that they would accept."""
SECONDS = 3.0
"""How long one step may take: SymPy may solve, or factor, for very long."""
_NOWHERE = Derivation("kernel-agm", (), {})


@dataclass(frozen=True)
class Attempt:
    """A step with the judgments that it calls its premises, whatever its ``using`` says."""

    step: Step
    premises: tuple[Judgment, ...] = ()
    completed: bool = False
    """Whether the statement may be replaced by the one that the rule computes."""

    def __str__(self) -> str:
        """The step as Python, to be pasted into a test."""
        s = self.step
        shown = "\n".join(f"    Judgment(Relation({sp.srepr(p.relation.lhs)}, {p.relation.op!r}, "
                          f"{sp.srepr(p.relation.rhs)}), {set(p.facts) or ''}, {dict(p.ranges)})  # {p.relation}"
                          for p in self.premises)
        return (f"rule {s.rule.name!r}\nstatement {s.statement}\ndata {s.data}\nhypotheses {s.hypotheses}\n"
                f"scope {s.scope}\npremises\n{shown}\nsrepr of the statement ({sp.srepr(s.statement.lhs)}, "
                f"{s.statement.op!r}, {sp.srepr(s.statement.rhs)})\nsrepr of the data {_srepr(s.data)}")


def _srepr(data: Any) -> str:
    if isinstance(data, tuple):
        return f"({', '.join(map(_srepr, data))},)"
    return sp.srepr(data) if isinstance(data, sp.Basic) else repr(data)


@dataclass(frozen=True)
class Found:
    """A step that was accepted although an instance contradicts it; ``chain`` leads there."""

    chain: tuple[Attempt, ...]
    why: str

    def __str__(self) -> str:
        return "\n\nand from it\n\n".join(map(str, self.chain)) + f"\n\n{self.why}"


class TooLong(BaseException):
    """Not an Exception: whatever a rule catches, it does not catch this."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@cache
def shipped() -> dict[str, list[tuple[str, Attempt]]]:
    """The steps of all derivations with their premises and their claim, by rule."""
    found = ((claim, BUILT_IN.derivation(claim)) for claim in BUILT_IN.claims)
    return _by_rule({claim: derivation for claim, derivation in found if derivation})


@cache
def searched() -> dict[str, list[tuple[str, Attempt]]]:
    """The steps of the derivations that the search makes of conjectures, with their premises, by rule."""
    return _by_rule(_found_by_search())


@cache
def _found_by_search() -> dict[str, Derivation]:
    """What the search finds for each conjecture of a list."""
    found = ((line, prove(read_line(line))) for line in FOLLOWS.read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#"))
    return {line: proved.derivation for line, proved in found if proved is not None}


def _by_rule(derivations: Mapping[str, Derivation]) -> dict[str, list[tuple[str, Attempt]]]:
    found: dict[str, list[tuple[str, Attempt]]] = {}
    for name, derivation in derivations.items():
        said = derivation.judgments(BUILT_IN)
        for step in derivation.steps:
            if step.rule.name not in NOT_TRIED:  # rules for theories of one's own have no steps here
                found.setdefault(step.rule.name, []).append((name, Attempt(step, tuple(said[n] for n in step.using))))
    return {name: found[name] for name in RULES if name in found}


@cache
def judgments(name: str) -> tuple[Judgment, ...]:
    """What the steps of the derivation of a claim say, or of a conjecture."""
    derivation = BUILT_IN.derivation(name) if name in BUILT_IN.claims else _found_by_search()[name]
    return tuple(derivation.judgments(BUILT_IN))


def inferred(attempt: Attempt) -> Judgment:
    """The judgment of a step that is accepted. Raises Refused or NotNormal for others."""
    done = {n: (StepResult(n, True), premise) for n, premise in enumerate(attempt.premises)}
    step = replace(attempt.step, using=tuple(range(len(done))))
    return _NOWHERE._infer(len(done), step, done, BUILT_IN)


def accepted(attempt: Attempt) -> tuple[Attempt, Judgment] | None:
    """The step, in the form in which it is accepted, and what it says; None if it is refused in all forms."""
    seen = set()
    for _ in range(4):
        attempt = _in_scope(attempt)
        try:
            return attempt, inferred(attempt)
        except (Refused, NotNormal) as error:
            seen.add(attempt.step.statement)
            other = _after(attempt, error, seen)
            if other is None:
                return None
            attempt = other
        except Exception:  # an odd step may also break a check: it is not accepted
            return None
    return None


def _in_scope(attempt: Attempt) -> Attempt:
    """The step with a range for each free layer of its statement, and no other."""
    step = attempt.step
    free = sorted((step.statement.lhs.free_symbols | step.statement.rhs.free_symbols) & INDICES, key=str)
    known = {x: ends for p in attempt.premises for x, ends in p.ranges.items()}
    known.update({x: (low, high) for x, low, high in step.scope})
    scope = tuple((x, *known.get(x, (sp.S.One, L))) for x in free)
    return replace(attempt, step=replace(step, scope=scope))


def _after(attempt: Attempt, error: Exception, seen: set[Relation]) -> Attempt | None:
    """The attempt as the refusal suggests: without an idle hypothesis, or with the statement that the rule computed."""
    step = attempt.step
    idle = [x for x in step.hypotheses if str(error) in (f"the hypothesis {x} is not used",
                                                        f"the hypothesis {x} is already in force")]
    if idle:
        return replace(attempt, step=replace(step, hypotheses=tuple(x for x in step.hypotheses if x not in idle)))
    for statement in _computed(step.statement, error) if attempt.completed else ():
        if statement not in seen:
            return replace(attempt, step=replace(step, statement=statement))
    return None


def _computed(statement: Relation, error: Exception) -> Iterator[Relation]:
    """The statements that a rule had computed when it refused another one: its local variables tell."""
    trace = error.__traceback__
    frames = []
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__", "").endswith(".proof.derivation") or (
                ".rules." in trace.tb_frame.f_globals.get("__name__", "")):
            frames.append(trace.tb_frame.f_locals)
        trace = trace.tb_next
    for names in reversed(frames):
        if "relation" in names and names["relation"] is not statement:
            continue  # it was a premise that did not fit
        for value in (names[x] for x in COMPUTED if x in names):
            for one in value if isinstance(value, tuple) else (value,):
                if type(one) is Relation:
                    yield one
                elif isinstance(one, sp.Expr):
                    yield Relation(statement.lhs, statement.op, one)


def conditions(judgment: Judgment) -> Iterator[Judgment]:
    """What must hold for the sides of a judgment to be defined."""
    def search(expr: sp.Basic, ranges: dict[Any, Any]) -> Iterator[Judgment]:
        if isinstance(expr, sp.Sum | sp.Product):
            inside = dict(ranges)
            for x, low, high in reversed(expr.limits):
                yield Judgment(Relation(high - low + 1, ">=", 0), judgment.facts, dict(inside))
                inside[x] = (low, high)
            yield from search(expr.function, inside)
            return
        if isinstance(expr, sp.Pow):
            exponents = Judgment(Relation(expr.exp, ">=", 0), judgment.facts, ranges)
            if (expr.exp.is_nonnegative is None and _decided(exponents).contradiction) or expr.exp.is_negative:
                yield Judgment(Relation(expr.base, "!=", 0), judgment.facts, ranges)
            if not expr.exp.is_integer and expr.exp.is_Rational:
                yield Judgment(Relation(expr.base, ">=", 0), judgment.facts, ranges)
        if isinstance(expr, sp.log):
            yield Judgment(Relation(expr.args[0], ">", 0), judgment.facts, ranges)
        if isinstance(expr, sp.Derivative | sp.Limit | Minimum):
            return
        for arg in expr.args:
            yield from search(arg, ranges)

    for side in (judgment.relation.lhs, judgment.relation.rhs):
        yield from search(side, dict(judgment.ranges))


def consequences(judgment: Judgment) -> Iterator[Attempt]:
    """Steps that a judgment leads to, which may be seen to be false where it is not."""
    main = judgment.relation

    def step(rule: str, statement: Relation, data: Any = None) -> Attempt:
        return Attempt(Step(statement, RULES[rule], data=data), (judgment,), True)

    if isinstance(main.lhs, sp.Derivative):
        yield step("differentiation", Relation(main.lhs.doit(), main.op, main.rhs))
    if isinstance(main.rhs, Minimum) and main.op == "==":
        yield step("minimum", Relation(main.lhs, "<=", main.rhs.args[0]))
    free = main.lhs.free_symbols | main.rhs.free_symbols
    for x, values in ((r, (sp.S.One, sp.Integer(9))), (gamma, (sp.S.One, sp.Integer(9))), (u, (2 * u - w,)),
                      (k, (sp.S.One, L))):
        for value in values if x in free else ():
            yield step("specialization", main, ((x, value),))


def outcome(attempt: Attempt) -> tuple[str, Found | None]:
    """``refused``, ``accepted`` (no instance evaluates it), ``evaluated`` or ``too long``; and what is wrong."""
    try:
        with _limited(SECONDS):
            return _outcome(attempt, ())
    except TooLong:
        return "too long", None


def _outcome(attempt: Attempt, before: tuple[Attempt, ...]) -> tuple[str, Found | None]:
    taken = accepted(attempt)
    if taken is None:
        return "refused", None
    found, judgment = taken
    chain = (*before, found)
    if _heavy(judgment.relation):
        return "accepted", None
    decision = _decided(judgment)
    if decision.contradiction:
        return "evaluated", Found(chain, str(decision.contradiction))
    for condition in conditions(judgment):
        if said := _decided(condition).contradiction:
            return "evaluated", Found(chain, f"{judgment.relation} is not defined: {said}")
    if not before:
        for further in consequences(judgment):
            _how, wrong = _outcome(further, chain)
            if wrong:
                return "evaluated", wrong
    return ("evaluated" if decision.agreed else "accepted"), None



def _heavy(relation: Relation) -> bool:
    """Whether the numbers would take very long, in a library that no alarm interrupts."""
    exponents = [x.exp for side in (relation.lhs, relation.rhs) for x in side.atoms(sp.Pow)]
    return any(abs(n.p) > 60 or n.q > 60 for exponent in exponents for n in exponent.atoms(sp.Rational))


def _decided(judgment: Judgment) -> Decision:
    try:
        return decided(judgment)
    except LookupError as error:  # an end of a range is an index without a range
        return Decision(reason=str(error))
