"""The user's own inequalities: attacked, and refuted by an exact counterexample, or not refuted.

A conjecture is never called proved. Unless it says otherwise it is about the setting of the theory:
``E > 0``, a plain network (no read-out) where ``norm_p`` is not named, and, where it names a quantity
of the weights, minimizers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from flint import fmpq

from ..numeric.rational import charpoly, is_psd, is_symmetric
from ..theory.claims import Given, Obligation
from ..theory.expressions import Relation
from ..theory.quantities import VOCABULARY, S_balanced, trace_min
from ..theory.registry import claim
from . import layers
from .adversary import Refutation, attack, refutation
from .conjecture_parser import ConjectureError, dimension, parse_assumptions, parse_relation
from .decide import Outcome, decide_at, supposed
from .evaluate import evaluate
from .exact import exact, top_root
from .instances import Instance, make
from .quantifiers import Values
from .questions import Question
from .rings import FloatRing
from .scaling import Room, rooms
from .scope import RealScope
from .searching import EFFORTS, Effort

WEIGHTS = frozenset(name for name, quantity in VOCABULARY.items() if quantity.belongs == "weights")
REDUCED: dict[sp.Symbol, sp.Expr] = {
    S_balanced: claim("balanced-sharpness").obligation("sharpness").relation.rhs,
    trace_min: claim("min-trace").obligation("every-minimizer").relation.rhs,
}
"""Infima and values at balanced minimizers, by the proved claims that say what they are."""

ANY_WEIGHTS = "any weights"
"""What a line of a file says to drop the hypothesis that weights are minimizers."""


@dataclass(frozen=True)
class Conjecture:
    """A relation in the names of the vocabulary, and what is supposed (the standing hypotheses included)."""

    relation: Relation
    given: tuple[Given, ...]

    @property
    def obligation(self) -> Obligation:
        """What a machine decides of it: reduced by proved claims where a name is an infimum."""
        given = tuple(_reduced(g) if isinstance(g, Relation) else g for g in self.given)
        return Obligation("conjecture", _reduced(self.relation), space="weights", given=given)

    @property
    def names(self) -> list[str]:
        """The quantities in the conclusion, in alphabetical order."""
        return sorted(_names(self.relation))

    @property
    def spaces(self) -> tuple[str, ...]:
        """Where its instances are drawn from."""
        named = set[str]().union(_names(self.relation), *(_names(g) for g in self.given if isinstance(g, Relation)))
        predicates = {g for g in self.given if isinstance(g, str)}
        spaces: list[str] = []
        if predicates & {"balanced", "w along w*"}:
            spaces.append("balanced")
        if "w* eigenvector" in predicates:
            spaces.append("eigenvector")
        if not named & WEIGHTS and not spaces:
            return ("problem", "eigenvector")
        return (*spaces, "weights", "layers", *(() if "minimizer" in predicates else ("starts",)))


@dataclass(frozen=True)
class ConjectureQuestion(Question):
    """A conjecture on instances, which remembers every float evaluation for the scaling of the slack."""

    names: Sequence[str] = ()
    samples: list[tuple[float, dict[str, float]]] = field(default_factory=list)

    def values(self, case: Instance) -> Iterable[Values]:
        return [self._unbound(case)]

    def decide(self, case: Instance) -> Outcome:
        if not supposed(self.obligation, case):
            return Outcome("not applicable")
        return decide_at(self.obligation, case, self._unbound(case))

    def slack(self, case: Instance) -> float:
        found = super().slack(case)
        if np.isfinite(found):
            scope = RealScope(case, FloatRing(), {**self._unbound(case), **self.guides(case)})
            self.samples.append((found, {name: _float(scope, name) for name in self.names}))
        return found

    def _unbound(self, case: Instance) -> Values:
        """Exact values of the names that no claim uses, so that none is bound for the claims."""
        return {name: value(case) for name, value in _VALUES.items() if name in self.named}


def _float(scope: RealScope, name: str) -> float:
    symbol = dimension if name == "d" else VOCABULARY[name].symbol
    with np.errstate(all="ignore"):
        try:
            return float(evaluate(REDUCED.get(symbol, symbol), scope))
        except (ArithmeticError, ValueError, TypeError, np.linalg.LinAlgError):
            return float("nan")


def _reduced(relation: Relation) -> Relation:
    return Relation(relation.lhs.xreplace(REDUCED), relation.op, relation.rhs.xreplace(REDUCED))


def _names(relation: Relation) -> set[str]:
    return {symbol.name for side in (relation.lhs, relation.rhs) for symbol in side.free_symbols}


def _largest_frobenius(case: Instance) -> Any:
    return exact(max((layer * layer).sum() for layer in case.weights)) ** Fraction(1, 2)


def _least_norm(case: Instance) -> Any:
    tops = [top_root(charpoly(layers.small_gram(layer))) for layer in case.weights]
    least = tops[0]
    for top in tops[1:]:
        least = top if top.compare(least) < 0 else least
    return least ** Fraction(1, 2)


_VALUES = {"d": lambda case: fmpq(case.dimension), "frob": _largest_frobenius, "sigma_min": _least_norm}


@dataclass(frozen=True)
class Answer:
    """What the adversary makes of a conjecture.

    ``tightest_ratio`` is larger side over smaller side at the tightest decided instance where it
    holds (``tightest_at``); ``scaling`` says of each quantity how much room its exponent has.
    """

    statement: str
    given: tuple[str, ...]
    answer: str
    decided: int
    inconclusive: int
    tightest_ratio: float | None
    tightest_at: str | None
    nearest: dict[str, Any] | None
    counterexample: Refutation | None
    scaling: tuple[Room, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 not refuted, 1 refuted, 3 nothing decided."""
        return {"not refuted": 0, "refuted": 1}.get(self.answer, 3)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "given": list(self.given), "scaling": [asdict(room) for room in self.scaling],
                "exit_code": self.exit_code, "seconds": round(self.seconds, 3)}


def read_conjecture(text: Any, assuming: Any = (), *, any_weights: bool = False) -> Conjecture:
    """A conjecture from a text, a ``(lhs, op, rhs)``, a SymPy relation or a Relation.

    Raises:
        ConjectureError: what cannot be read, with a sentence.

    >>> [str(g) for g in read_conjecture("S <= 4*kappa*S_min", "theta <= 3/4").given]
    ['E > 0', 'plain', 'minimizer', 'theta <= 3/4']
    """
    relation = _relation(text)
    parts = [assuming] if isinstance(assuming, (str, Relation, sp.Rel)) else list(assuming)
    if len(parts) == 3 and isinstance(parts[1], str) and parts[1] in ("<=", ">=", "<", ">", "==", "!="):
        parts = [tuple(parts)]
    extra = [g for part in parts for g in (parse_assumptions(part) if isinstance(part, str) else (_relation(part),))]
    named = set[str]().union(*(_names(r) for r in (relation, *(g for g in extra if isinstance(g, Relation)))))
    standing: list[Given] = ["E > 0"]
    if "norm_p" not in named:
        standing.append("plain")
    if named & WEIGHTS and not any_weights:
        standing.append("minimizer")
    return Conjecture(relation, tuple(dict.fromkeys([*standing, *extra])))


def _relation(text: Any) -> Relation:
    if isinstance(text, str):
        return parse_relation(text)
    if isinstance(text, Relation):
        sides, op = (text.lhs, text.rhs), text.op
    elif isinstance(text, sp.Rel):
        sides, op = (text.lhs, text.rhs), text.rel_op
    elif isinstance(text, tuple) and len(text) == 3:
        sides, op = (text[0], text[2]), text[1]
    else:
        hint = " (SymPy has decided it by itself: give the sides apart, as (lhs, '<=', rhs))" if isinstance(
            text, (bool, sp.logic.boolalg.BooleanAtom)) else ""
        raise ConjectureError(f"{text!r} is no comparison{hint}.")
    return parse_relation(f"{sp.sympify(sides[0])} {op} {sp.sympify(sides[1])}")


def read_line(line: str) -> Conjecture:
    """``STATEMENT | assuming A, B``, the second part left out where nothing is; ``any weights`` is such a word, too.

    Raises:
        ConjectureError: what cannot be read, with a sentence.

    >>> [str(g) for g in read_line("trace >= S | assuming any weights, L >= 2").given]
    ['E > 0', 'plain', 'L >= 2']
    """
    statement, bar, rest = line.partition("|")
    rest = rest.strip()
    if bar and not rest.startswith("assuming "):
        raise ConjectureError(f"After '|' the word 'assuming' is expected, not {rest!r}.")
    parts = [part.strip() for part in rest.removeprefix("assuming ").split(",") if part.strip()]
    words = [part for part in parts if part != ANY_WEIGHTS]
    return read_conjecture(statement, words, any_weights=ANY_WEIGHTS in parts)


def read_at(stated: Conjecture, text: str) -> Answer:
    """A conjecture decided at one exact instance, given as the JSON of a counterexample.

    Raises:
        ConjectureError: no such JSON, or no instance, with a sentence.

    >>> read_at(read_conjecture("S <= S_min"), '{"covariance": [[1]], "weights": [[[1]], [[10]]]}').answer
    'refuted'
    """
    case = _instance(text)
    question = ConjectureQuestion(stated.obligation, stated.names)
    outcome = question.decide(case)
    verdict = {"held": "not refuted", "refuted": "refuted"}.get(outcome.verdict, "undecided")
    found = refutation(question, case, outcome, case.name) if verdict == "refuted" else None
    return Answer(str(stated.relation), tuple(map(str, stated.given)), verdict, int(verdict != "undecided"),
                  int(outcome.verdict == "inconclusive"), outcome.ratio if found is None else None, case.name,
                  case.describe(), found, (), 0.0)


def _instance(text: str) -> Instance:
    try:
        data = json.loads(text)
        data = data.get("counterexample") or data
        data = data.get("instance", data)
        case = make("given", data["covariance"], data["weights"], readout=data.get("readout"),
                    regressor=data.get("regressor"))
        case.network.regressor()
        sound = is_psd(case.covariance) and is_symmetric(case.covariance) and case.dimension == case.network.dimension
        sound = sound and (case.stated is None or len(case.stated) == case.dimension)
        sound = sound and (case.readout is None or case.readout.any())
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        sound = False
    if not sound:
        raise ConjectureError('An instance is JSON with a positive semidefinite "covariance" and "weights" that fit, '
                              'say {"covariance": [["1"]], "weights": [[["2"]], [["1/2"]]]}.')
    return case


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
    return Answer(str(stated.relation), tuple(map(str, stated.given)), said, found.decided, found.inconclusive,
                  found.ratio, found.at, found.nearest, found.counterexample, rooms(question.samples),
                  found.seconds)
