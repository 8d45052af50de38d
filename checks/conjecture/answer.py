"""Attack a conjecture and look for a proof: the answer is an exact counterexample, a derivation, or neither.

*Proved* is said where the kernel accepts the derivation. Unless a conjecture says otherwise it supposes ``E > 0``, a
plain network (no read-out) if it does not name ``norm_p``, and minimizers if it names a quantity of the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from time import perf_counter
from typing import Any, ClassVar

import numpy as np
import sympy as sp

from ...theory.language.nodes import Relation
from ...theory.library import BUILT_IN, Library
from ..arithmetic.rings import FloatRing
from ..arithmetic.stacks import Rows
from ..attack.adversary import Refutation, attack, refutation
from ..attack.aiming import aimed
from ..attack.question import Mask, Question
from ..attack.search import EFFORTS, IDLE, Effort
from ..authoring.theory import Theory, library_of
from ..certificates.certify import Written, rechecked
from ..deciding.decider import Case
from ..deciding.screening import differences
from ..deciding.verdicts import Verdict
from ..evaluation.abstract_scope import Pair
from ..evaluation.evaluate import Scope, evaluate
from ..output import INTERNAL, exit_code
from ..output.json_values import JsonObject, json_object
from .errors import ConjectureError
from .language import language_of
from .proving.certificate import proof_certificate
from .proving.recognized import recognized
from .proving.search import prove
from .proving.shown import Proof, shown
from .proving.weaker import Follows, beyond_products, what_follows
from .reading import CONJECTURE, Conjecture, Statement, read_conjecture
from .scaling import Room, rooms
from .undecided import reason

FIRST = replace(EFFORTS["quick"], screened=40, descents=0, examples=0)
"""The effort before a proof is looked for: it finds most counterexamples that there are."""
EXPLAINED = 20
"""So many instances of each space are looked at for the reasons why they decide nothing."""
NOWHERE = "It follows, but no instance was found where its hypotheses hold: they may contradict each other."
"""What is said of a vacuous conjecture."""
NEAR = 1e-9
"""A hypothesis that fails by no more than that in float64 is still decided exactly."""


@dataclass(frozen=True)
class ConjectureQuestion(Question):
    """A conjecture put to instances. It remembers every evaluation in float64, for the scaling of the slack."""

    patience: ClassVar[int] = 5
    names: Mapping[str, sp.Expr] = field(default_factory=dict)
    samples: list[tuple[float, dict[str, float]]] = field(default_factory=list)

    def pairs(self, case: Any) -> list[Pair]:
        """Nothing where a quantity that is named does not exist: to float64 that looks like a failure of its own."""
        words = self.obligation.setting.words
        exist = (word.exists for name in self.named if (word := words.get(name)) and word.exists)
        return super().pairs(case) if all(self.decides.satisfies(condition, case) for condition in exist) else []

    def seems_to_fail(self, hypothesis: Relation, both: Rows) -> Mask:
        """Leave room for rounding: a user's hypothesis may be an equality, or hold at its boundary only."""
        apart = differences(hypothesis, both)
        found: Mask = apart == 0 if hypothesis.op == "!=" else apart < -NEAR
        return found

    def measured(self, relation: Relation, both: Rows) -> Rows:
        """The slacks, in which two sides that are both zero count as idle: they say nothing of tightness."""
        return np.where((both == 0).all(axis=1), IDLE, super().measured(relation, both))

    def aimed(self, cases: Sequence[Case], wanted: int) -> list[Case]:
        return aimed(self, cases, wanted)

    def slack(self, case: Case) -> float:
        found = super().slack(case)
        if found < IDLE:
            scope = self.decides.scope(case, FloatRing(), self.guides(case))
            self.samples.append((found, {name: in_float(scope, number) for name, number in self.names.items()}))
        return found


def in_float(scope: Scope, number: sp.Expr) -> float:
    with np.errstate(all="ignore"):
        try:
            return float(evaluate(number, scope))
        except (ArithmeticError, ValueError, TypeError, np.linalg.LinAlgError):
            return float("nan")


@dataclass(frozen=True)
class Answer:
    """What was found out about a conjecture.

    ``answer`` is proved, refuted, not refuted, undecided, or vacuous: a proof was found, and no instance where the
    hypotheses hold. ``proof`` says how it follows.

    ``tightest_ratio`` is the larger side over the smaller side at ``tightest_at``, the tightest decided instance where
    the conjecture holds. ``scaling`` says how much room the exponent of each quantity has. ``certificate`` is that of
    the counterexample or of the proof (see CERTIFICATES.md), or says why there is none. :func:`read_line` reads
    ``line``. ``reason`` says why nothing was decided, if that is so. ``theory`` leads to the theory with the words.

    ``claims`` are the obligations that say the same, in these words or in others, each as ``claim/obligation``.

    Where the conjecture is not refuted, ``follows`` is the same with the best constant that is proved, and ``beyond`` a
    depth at which no product of powers of the known facts gives it, with whatever constant.
    """

    statement: str
    line: str
    given: tuple[str, ...]
    answer: str
    decided: int
    inconclusive: int
    tightest_ratio: float | None
    tightest_at: str | None
    nearest: Mapping[str, object] | None
    counterexample: Refutation | None
    certificate: Written | None
    scaling: tuple[Room, ...] = ()
    seconds: float = 0.0
    reason: str = ""
    theory: str = BUILT_IN.reference
    proof: Proof | None = None
    follows: Follows | None = None
    beyond: int | None = None
    claims: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 proved or not refuted, 1 refuted, 3 undecided or vacuous; 4 both proved and refuted, which is our error."""
        return INTERNAL if self.contradicts else exit_code(self.answer)

    @property
    def contradicts(self) -> bool:
        """Whether there are a counterexample and a proof that takes no published theorem as it is."""
        return self.counterexample is not None and self.proof is not None and not self.proof.given

    def as_dict(self) -> JsonObject:
        """The JSON object of the contract."""
        made = None if self.certificate is None else self.certificate.certificate
        return json_object(self) | {
            "certificate": made, "exit_code": self.exit_code, "seconds": round(self.seconds, 3)}

    def _repr_html_(self) -> str:
        from .notebook import answer_html

        return answer_html(self)

    def _repr_latex_(self) -> str:
        from .notebook import answer_formula

        return answer_formula(self)


def read_at(stated: Conjecture, text: str) -> Answer:
    """Decide a conjecture at one exact instance, given as the JSON of a counterexample.

    Raises:
        ConjectureError: the text is no such JSON, or describes no instance.

    >>> read_at(read_conjecture("S <= S_min"), '{"covariance": [[1]], "weights": [[[1]], [[10]]]}').answer
    'refuted'
    """
    question = ConjectureQuestion(stated.obligation, stated.names)
    try:
        case = question.decides.read(text)
    except ValueError as error:
        raise ConjectureError(f"{str(error)[:1].upper()}{str(error)[1:].removesuffix('.')}.") from None
    outcome = question.decide(case)
    verdict = {Verdict.HELD: "not refuted", Verdict.REFUTED: "refuted"}.get(outcome.verdict, "undecided")
    found = refutation(question, case, outcome, case.name) if verdict == "refuted" else None
    return Answer(str(stated.relation), stated.line, tuple(map(str, stated.given)), verdict,
                  int(verdict != "undecided"), int(outcome.verdict is Verdict.INCONCLUSIVE),
                  outcome.ratio if found is None else None, case.name, case.describe(), found,
                  _certificate(stated, question, found), reason=_reason(stated, verdict, [case]),
                  theory=stated.language.reference)


def _certificate(stated: Conjecture, question: ConjectureQuestion, found: Refutation | None) -> Written | None:
    if found is None:
        return None
    case = question.decides.read(found.exact)
    return rechecked(CONJECTURE, question.obligation, case, "refuted", [question.decide(case).values],
                     stated.language.reference)


def conjecture(
    statement: Statement, *, assuming: Statement | Iterable[Statement] = (), any_weights: bool = False, seed: int = 0,
    effort: str = "ci", theory: Theory | Library = BUILT_IN,
) -> Answer:
    """Attack an inequality of one's own, and look for a proof of it.

    ``statement`` is a text, a SymPy relation, or ``(lhs, op, rhs)``, as SymPy decides relations such as ``2*L >= L``
    by itself. ``assuming`` is a text of named hypotheses and comparisons separated by commas, or a list of them.
    ``any_weights`` drops the standing hypothesis that the weights are a minimizer. A ``theory`` of one's own gives the
    conjecture its words, hypotheses and families.

    Raises:
        ConjectureError: the statement or an assumption cannot be read.
        KeyError: there is no such effort.

    >>> conjecture("b <= a").answer, conjecture("a <= b", effort="quick").answer
    ('refuted', 'proved')
    """
    library = library_of(theory)
    stated = read_conjecture(statement, assuming, any_weights=any_weights, language=language_of(library))
    return answer(stated, EFFORTS[effort], seed, library)


def answer(stated: Conjecture, effort: Effort, seed: int = 0, library: Library = BUILT_IN) -> Answer:
    """Attack a conjecture that has been read, with little effort first; then look for a proof from the library.

    What is not proved, what no instance was found for, and what deserves most effort is attacked with all effort.
    """
    began = perf_counter()
    found = attacked(stated, FIRST, seed)
    if found.counterexample is not None:
        return found
    proved = prove(stated, library)
    if proved is None or not found.decided or effort == EFFORTS["deep"]:
        found = attacked(stated, effort, seed)
    if proved is None and found.answer == "not refuted":
        found = replace(found, follows=what_follows(stated, library), beyond=beyond_products(stated, library))
    said = found.answer if proved is None or found.counterexample else "proved" if found.decided else "vacuous"
    if said == "proved" and proved is not None:
        found = replace(found, certificate=proof_certificate(stated, proved, library))
    return replace(found, answer=said, claims=recognized(stated, library),
                   proof=None if proved is None else shown(proved, library),
                   reason=NOWHERE if said == "vacuous" else found.reason, seconds=perf_counter() - began)


def attacked(stated: Conjecture, effort: Effort, seed: int = 0) -> Answer:
    """Attack a conjecture that has been read."""
    question = ConjectureQuestion(stated.obligation, stated.names)
    found = attack(question, effort, seed, stated.spaces)
    said = "refuted" if found.counterexample else "not refuted" if found.decided else "undecided"
    samples = [sample for sample in question.samples if sample[0] >= 0]  # where it seems violated, float64 is wrong
    return Answer(str(stated.relation), stated.line, tuple(map(str, stated.given)), said, found.decided,
                  found.inconclusive, found.ratio, found.at, found.nearest, found.counterexample,
                  _certificate(stated, question, found.counterexample), () if found.counterexample else rooms(samples),
                  found.seconds, _reason(stated, said, _tried(stated, question, seed)), stated.language.reference)


def _tried(stated: Conjecture, question: ConjectureQuestion, seed: int) -> Iterator[Case]:
    """Some of the instances that the attack drew, and those that it aimed at from them."""
    drawn = [case for space in stated.spaces for case in islice(question.decides.drawn(space, seed), EXPLAINED)]
    yield from dict.fromkeys([*question.aimed(drawn, EXPLAINED), *drawn])


def _reason(stated: Conjecture, said: str, tried: Iterable[Case]) -> str:
    """Why nothing is decided, or nothing if that is not so."""
    return reason(stated, list(tried)) if said == "undecided" else ""
