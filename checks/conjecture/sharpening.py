"""The best constant for the form of an inequality: what the search finds, and the evidence for it.

Nothing is proved here. The constant is not refuted, and a sharper one is refuted by an exact instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from flint import arb, fmpq

from ...numeric.linalg.rational import rational, simplest_rational
from ...numeric.linalg.scalars import Array
from ...theory.language.nodes import Relation
from ..attack.adversary import attack, extreme
from ..attack.search import Effort
from ..deciding.verdicts import Route, Verdict
from ..instances.as_text import spelled
from ..instances.instance import Instance, make
from ..instances.spaces import FAMILIES
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
            worst = _beyond(_question(candidate), case)
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


def _beyond(question: ConjectureQuestion, case: Instance) -> tuple[float, Instance] | None:
    """A refutation of the constant at the extreme instance made twice as large, as it may grow with the size."""
    for larger in _enlarged(case):
        outcome = question.decide(larger)
        margin = question.margin(larger, outcome)
        if outcome.verdict is Verdict.REFUTED and margin is not None:
            return margin, larger
    return None


def _enlarged(case: Instance) -> list[Instance]:
    """The instance with twice the width, twice the features or twice the depth.

    The last layer sees one of two copies side by side. The new features are all zero, and the new layers are 1.
    """
    if case.readout is not None:
        return []
    *below, last = case.weights
    padded = np.concatenate([last, last * fmpq(0)], axis=1)
    stated = None if case.stated is None else np.concatenate([case.stated, case.stated * fmpq(0)])
    wide = make(case.name, _twice(case.covariance), [*map(_twice, below), padded], regressor=stated)
    first, *above = case.weights
    sigma, unseen = case.covariance, np.concatenate([first, first * fmpq(0)], axis=1)
    features = make(case.name, np.block([[sigma, sigma * fmpq(0)], [sigma * fmpq(0)] * 2]), [unseen, *above],
                    regressor=stated)
    deep = make(case.name, sigma, [*case.weights, *[[[1]]] * case.depth], regressor=case.stated)
    return [wide, features, deep]


def _twice(matrix: Array) -> Array:
    zero = matrix * fmpq(0)
    return np.block([[matrix, zero], [zero, matrix]])


def _where(case: Instance) -> str:
    return case.name if case.name.partition(":")[0] in FAMILIES else spelled(case)


def _hopeless(constant: fmpq, case: Instance) -> Sharpened:
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

