"""The user's own inequalities: attacked, and refuted by an exact counterexample, or not refuted.

A conjecture is never called proved. Unless it says otherwise it is about the setting of the theory:
``E > 0``, a plain network (no read-out) where ``norm_p`` is not named, and, where it names a quantity
of the weights, minimizers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, ClassVar

import numpy as np

from ...theory.language.nodes import Relation
from ...theory.language.quantities import VOCABULARY, S_min
from ..arithmetic.rings import FloatRing
from ..arithmetic.stacks import Rows
from ..attack.adversary import Refutation, attack, refutation
from ..attack.aiming import aimed
from ..attack.question import Mask, Question
from ..attack.search import EFFORTS, IDLE, Effort
from ..certificates.certify import Written, rechecked
from ..deciding.screening import differences
from ..evaluation.batches import Pair
from ..evaluation.evaluate import evaluate
from ..evaluation.scope import RealScope, Values, holds
from ..instances.as_text import read
from ..instances.instance import Instance
from ..instances.pool import instance, pool
from .parser import ConjectureError
from .reading import CONJECTURE, REDUCED, Conjecture, read_conjecture
from .scaling import Room, rooms
from .undecided import reason

EXPLAINED = 20
"""Of how many instances of each space it is said why they decide nothing."""
NEAR = 1e-9
"""How far float64 may see a hypothesis from holding where it is still put to the exact decision."""


@dataclass(frozen=True)
class ConjectureQuestion(Question):
    """A conjecture on instances, which remembers every float evaluation for the scaling of the slack."""

    patience: ClassVar[int] = 5
    names: Sequence[str] = ()
    samples: list[tuple[float, dict[str, float]]] = field(default_factory=list)

    def pairs(self, case: Instance) -> list[Pair]:
        """Nothing where a quantity that is named does not exist: to float64 that looks like a failure of its own."""
        exist = (word.exists for name in self.named if (word := VOCABULARY.get(name)) and word.exists)
        return super().pairs(case) if all(holds(condition, case) for condition in exist) else []

    def seems_to_fail(self, hypothesis: Relation, both: Rows) -> Mask:
        """With room for rounding: a user's hypothesis may be an equality, or hold at its boundary only."""
        apart = differences(hypothesis, both)
        found: Mask = apart == 0 if hypothesis.op == "!=" else apart < -NEAR
        return found

    def measured(self, relation: Relation, both: Rows) -> Rows:
        """Sides that are both zero say nothing of tightness, but they are to be decided."""
        return np.where((both == 0).all(axis=1), IDLE, super().measured(relation, both))

    def aimed(self, cases: Sequence[Instance], wanted: int) -> list[Instance]:
        return aimed(self, cases, wanted)

    def slack(self, case: Instance) -> float:
        found = super().slack(case)
        if found < IDLE:
            scope = RealScope(case, FloatRing(), self.guides(case))
            self.samples.append((found, {name: _float(scope, name) for name in self.names}))
        return found

    def guides_of(self, case: Instance, relation: Relation) -> Values:
        """What guides the search in float64, where a relation names that."""
        guided = S_min in relation.lhs.free_symbols | relation.rhs.free_symbols
        return self.guides(case) if guided else {}


def _float(scope: RealScope, name: str) -> float:
    symbol = VOCABULARY[name].symbol
    with np.errstate(all="ignore"):
        try:
            return float(evaluate(REDUCED.get(symbol, symbol), scope))
        except (ArithmeticError, ValueError, TypeError, np.linalg.LinAlgError):
            return float("nan")


@dataclass(frozen=True)
class Answer:
    """What the adversary makes of a conjecture.

    ``tightest_ratio`` is larger side over smaller side at the tightest decided instance where it
    holds (``tightest_at``); ``scaling`` says of each quantity how much room its exponent has. ``certificate`` is that
    of the counterexample (see CERTIFICATES.md), or says why there is none. ``line`` is what :func:`read_line` reads.
    ``reason`` says why nothing was decided, where that is so.
    """

    statement: str
    line: str
    given: tuple[str, ...]
    answer: str
    decided: int
    inconclusive: int
    tightest_ratio: float | None
    tightest_at: str | None
    nearest: dict[str, Any] | None
    counterexample: Refutation | None
    certificate: Written | None
    scaling: tuple[Room, ...]
    seconds: float
    reason: str = ""

    @property
    def exit_code(self) -> int:
        """0 not refuted, 1 refuted, 3 nothing decided."""
        return {"not refuted": 0, "refuted": 1}.get(self.answer, 3)

    def as_dict(self) -> dict[str, Any]:
        made = None if self.certificate is None else self.certificate.certificate
        return {**asdict(self), "given": list(self.given), "certificate": made,
                "scaling": [asdict(room) for room in self.scaling], "exit_code": self.exit_code,
                "seconds": round(self.seconds, 3)}


def read_at(stated: Conjecture, text: str) -> Answer:
    """A conjecture decided at one exact instance, given as the JSON of a counterexample.

    Raises:
        ConjectureError: no such JSON, or no instance, with a sentence.

    >>> read_at(read_conjecture("S <= S_min"), '{"covariance": [[1]], "weights": [[[1]], [[10]]]}').answer
    'refuted'
    """
    try:
        case = read(text)
    except ValueError as error:
        raise ConjectureError(f"{error}.") from None
    question = ConjectureQuestion(stated.obligation, stated.names)
    outcome = question.decide(case)
    verdict = {"held": "not refuted", "refuted": "refuted"}.get(outcome.verdict, "undecided")
    found = refutation(question, case, outcome, case.name) if verdict == "refuted" else None
    return Answer(str(stated.relation), stated.line, tuple(map(str, stated.given)), verdict,
                  int(verdict != "undecided"), int(outcome.verdict == "inconclusive"),
                  outcome.ratio if found is None else None, case.name, case.describe(), found,
                  _certificate(question, found), (), 0.0,
                  reason(stated, [case]) if verdict == "undecided" else "")


def _certificate(question: ConjectureQuestion, found: Refutation | None) -> Written | None:
    if found is None:
        return None
    case = read(found.exact)
    return rechecked(CONJECTURE, question.obligation, case, "refuted", [question.decide(case).values])


def conjecture(
    statement: Any, *, assuming: Any = (), any_weights: bool = False, seed: int = 0, effort: str = "ci"
) -> Answer:
    """Attack an inequality of one's own.

    ``statement`` is a text, a SymPy relation, or ``(lhs, op, rhs)`` (SymPy decides relations such as
    ``2*L >= L`` by itself); ``assuming`` a text of named hypotheses and comparisons separated by
    commas, or a list. ``any_weights`` drops the standing hypothesis that weights are a minimizer.

    Raises:
        ConjectureError: what cannot be read, with a sentence.
        KeyError: an unknown effort.

    >>> conjecture("b <= a").answer, conjecture("a <= b", effort="quick").answer
    ('refuted', 'not refuted')
    """
    return answer(read_conjecture(statement, assuming, any_weights=any_weights), EFFORTS[effort], seed)


def answer(stated: Conjecture, effort: Effort, seed: int = 0) -> Answer:
    """Attack a conjecture that has been read."""
    question = ConjectureQuestion(stated.obligation, stated.names)
    found = attack(question, effort, seed, stated.spaces)
    said = "refuted" if found.counterexample else "not refuted" if found.decided else "undecided"
    return Answer(str(stated.relation), stated.line, tuple(map(str, stated.given)), said, found.decided,
                  found.inconclusive, found.ratio, found.at, found.nearest, found.counterexample,
                  _certificate(question, found.counterexample), _rooms(question, found.counterexample is None),
                  found.seconds, "" if said != "undecided" else _reason(stated, question, seed))


def _reason(stated: Conjecture, question: ConjectureQuestion, seed: int) -> str:
    drawn = [instance(*key) for space in stated.spaces for key in islice(pool(space, seed), EXPLAINED)]
    cases = dict.fromkeys([*question.aimed(drawn, EXPLAINED), *drawn])
    return reason(stated, list(cases))


def _rooms(question: ConjectureQuestion, holds: bool) -> tuple[Room, ...]:
    """The room of a statement that was not refuted: where float64 saw it violated, float64 was wrong."""
    return rooms([(slack, values) for slack, values in question.samples if slack >= 0]) if holds else ()
