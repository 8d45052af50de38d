"""The best constant for the form of an inequality: what the search finds, and the evidence for it.

Nothing is proved here. The constant is not refuted, and a sharper one is refuted by an exact instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sympy as sp
from flint import arb, fmpq

from ...numeric.linalg.rational import rational, simplest_rational
from ...theory.language.nodes import Relation
from ..attack.adversary import attack, extreme
from ..attack.search import Effort
from ..deciding.decider import Case
from ..deciding.verdicts import Route, Verdict
from ..instances.spelling import spelled
from ..instances.streams import parse_name
from .answer import ConjectureQuestion
from .reading import Conjecture

ROUNDS = 3
"""The form counts as hopeless after so many refuted constants."""
SIMPLE = 10**4
"""A rational with no larger numerator or denominator counts as the constant that is meant."""
HOPELESS = 10**4
"""A constant that is farther from the stated one, by this factor, counts as growing with the search."""
WIDTH, STEP = fmpq(1, 10**9), fmpq(1, 10**6)
"""How near a simple rational must be to a float ratio, and how much sharper the refuted constant is than the best."""


@dataclass(frozen=True)
class Sharpened:
    """A constant ``c`` for ``lhs op c*rhs``, or None if no constant seems to do, with the evidence.

    If ``attained``, both sides are exactly equal at ``instance``. ``beyond`` is a constant sharper by a millionth that
    is refuted there. ``decided`` counts the exact decisions for ``c`` itself.
    """

    evidence: str
    constant: str | None = None
    statement: str | None = None
    attained: bool = False
    beyond: str | None = None
    decided: int = 0
    instance: Mapping[str, object] | None = None


def sharpen(stated: Conjecture, effort: Effort, seed: int = 0) -> Sharpened:
    """The best constant on the right side of a conjecture.

    >>> from .reading import read_conjecture
    >>> from ..attack.search import EFFORTS
    >>> sharpen(read_conjecture("S_min <= 3*L*E**(1 - 1/L)*lambda_max**(1/L)"), EFFORTS["quick"]).statement
    'S_min <= 2*E**(1 - 1/L)*L*lambda_max**(1/L)'
    """
    constant = fmpq(1)
    above = stated.relation.op in ("<=", "<")
    if stated.relation.op in ("==", "!="):
        return Sharpened("only <=, <, >= and > have a best constant")
    worst = None
    for number in range(ROUNDS):
        worst = worst or extreme(_question(_scaled(stated, constant)), effort, seed + number, stated.spaces)
        effort = replace(effort, evaluations=2 * effort.evaluations)  # one that grows with the search is no constant
        if worst is None or not 0 < worst[0] < float("inf"):
            return Sharpened("no instance has two positive sides")
        margin, case = worst
        constant = _near(constant / rational(margin) if above else constant * rational(margin), up=above)
        if max(constant, 1 / constant) > HOPELESS:
            return _hopeless(constant, case)
        candidate = _scaled(stated, constant)
        found = attack(_question(candidate), effort, seed + number + 1, stated.spaces)
        worst = None
        if found.counterexample is None:
            worst = _beyond(candidate, case)
        if found.counterexample is None and worst is None:
            beyond = constant * (1 - STEP if above else 1 + STEP)
            attained = _question(candidate).decide(case).route is Route.TIE
            refuted = _question(_scaled(stated, beyond)).decide(case).verdict is Verdict.REFUTED
            said = (f"not refuted in {found.decided} exact decisions; " +
                    (f"equality holds exactly at {_where(case)}" if attained else
                     f"approached at {_where(case)}, not attained: a longer search may find more") +
                    (f"; {beyond} in its place is refuted there" if refuted else ""))
            return Sharpened(said, str(constant), str(candidate.relation), attained,
                             str(beyond) if refuted else None, found.decided, case.describe())
    return _hopeless(constant, case)


def _beyond(stated: Conjecture, case: Case) -> tuple[float, Case] | None:
    """A refutation of the constant at the extreme instance made twice as large, as it may grow with the size."""
    question = _question(stated)
    for larger in stated.language.enlarged(case):
        outcome = question.decide(larger)
        margin = question.margin(larger, outcome)
        if outcome.verdict is Verdict.REFUTED and margin is not None:
            return margin, larger
    return None


def _where(case: Case) -> str:
    """The name of an instance of a family, or else the instance itself."""
    try:
        parse_name(case.name)
    except ValueError:
        return spelled(case)
    return str(case.name)


def _hopeless(constant: fmpq, case: Case) -> Sharpened:
    return Sharpened(f"the search goes on to ever larger violations: beyond {float(arb(constant)):.3g} at {case.name}",
                     instance=case.describe())


def _question(stated: Conjecture) -> ConjectureQuestion:
    return ConjectureQuestion(stated.obligation, stated.names)


def _scaled(stated: Conjecture, constant: fmpq) -> Conjecture:
    relation = stated.relation
    scaled = Relation(relation.lhs, relation.op, sp.Rational(int(constant.p), int(constant.q)) * relation.rhs)
    return replace(stated, relation=replace(relation, rhs=scaled.rhs, text=str(scaled)))


def _near(value: fmpq, *, up: bool) -> fmpq:
    """The simple rational that a float ratio stands for, or a decimal on the safe side of the ratio."""
    simple = simplest_rational(value * (1 - WIDTH), value * (1 + WIDTH))
    if max(simple.p, simple.q) <= SIMPLE:
        return simple
    scale = fmpq(10) ** (7 - len(str(int(value.ceil()))))
    return ((value * scale).ceil() if up else (value * scale).floor()) / scale

