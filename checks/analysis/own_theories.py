"""What a theory of one's own says of a data set or of a network: the values of its words, its bounds, its claims.

The theory is about the deep linear networks. Its statements are found by their words, as those of the built-in one are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import sympy as sp
from flint import arb, ctx

from ...numeric.network.min_sharpness import MinSharpness
from ...numeric.network.problem import RegressionProblem
from ...theory.language.hypotheses import HYPOTHESES
from ...theory.language.obligation import Given, Obligation
from ...theory.language.quantifiers import QUANTIFIERS
from ...theory.language.quantities import VOCABULARY, sources_in
from ...theory.language.relation import FLIPPED, Relation
from ...theory.language.setting import DEEP_LINEAR
from ...theory.library import BUILT_IN, Library
from ..deciding.balls import BITS
from ..deep_linear.evaluation.scope import holds
from ..deep_linear.instances.instance import Instance, problem_at_depth
from ..output import DataError
from ..output.json_values import JsonObject, json_object
from .findings import Finding
from .inspection.report import Inspection
from .inspection.theorems import decide
from .problem_numbers import narrow_value
from .statements import Stated

PROBLEM = frozenset({"problem", "depth"})
NETWORK = PROBLEM | {"weights"}


@dataclass(frozen=True)
class OwnWord:
    """A word, with its value or the reason why it has none."""

    name: str
    meaning: str
    value: arb | None
    reason: str = ""


@dataclass(frozen=True)
class OwnBound:
    """The number that a claim compares with a quantity of a network, for networks that meet the hypotheses ``given``.

    ``reason`` says why the data set has no such number.
    """

    claim: str
    part: str
    quantity: str
    op: str
    given: tuple[str, ...]
    value: arb | None
    reason: str = ""


@dataclass(frozen=True)
class OwnTheory:
    """What a theory says: its words, its bounds, and findings on its claims by the reading of the data or network."""

    name: str
    words: tuple[OwnWord, ...]
    bounds: tuple[OwnBound, ...]
    findings: dict[str, tuple[Finding, ...]]

    def as_dict(self) -> JsonObject:
        """The JSON object of a theory."""
        return json_object({"words": self.words, "bounds": self.bounds, "theorems": self.findings})

    def every_finding(self) -> Iterator[Finding]:
        """All findings."""
        for findings in self.findings.values():
            yield from findings


def about_networks(libraries: Iterable[Library]) -> list[Library]:
    """The libraries other than the built-in one, whose statements are printed anyway.

    Raises:
        DataError: a theory is about another setting.
    """
    own = [library for library in libraries if library is not BUILT_IN]
    for library in own:
        if library.setting is not DEEP_LINEAR:
            raise DataError(f"The theory {library.about.name!r} is about {library.setting.name}, not about the deep "
                            "linear networks: name a theory over the built-in setting.")
    return own


def on_problem(library: Library, problem: RegressionProblem, depth: int, least: MinSharpness) -> OwnTheory:
    """What a theory says of a problem at a depth.

    Raises:
        DataError: the problem has too many features for proved enclosures.
    """
    if not least.rigorous:
        raise DataError(f"There are {problem.dimension} features, too many to enclose the words of "
                        f"{library.about.name!r}: choose fewer columns, or leave out --theory.")
    case = problem_at_depth(problem.covariance, problem.regressor, depth)
    known = {"S_min": least.enclosure}

    def value(expression: sp.Basic) -> tuple[arb | None, str]:
        return _value(lambda: narrow_value(case, expression, known))

    bounds, decided = [], []
    for stated in _statements(library, NETWORK):
        if isinstance(stated.relation.lhs, sp.MatrixExpr):
            continue
        relation, given = _with_number_last(stated.relation), stated.obligation.given
        of_problem = [one for one in given if _sources(one) <= PROBLEM]
        if sources_in(relation.rhs) <= PROBLEM and not sources_in(relation.lhs) <= PROBLEM:
            failing = [one for one in of_problem if not _holds(one, case)]
            number, reason = (None, f"it needs {failing[0]}") if failing else value(relation.rhs)
            bounds.append(OwnBound(stated.claim.id, stated.obligation.name, str(relation.lhs), relation.op, tuple(
                str(one) for one in given if one not in of_problem), number, reason))
        elif sources_in(relation.lhs) | sources_in(relation.rhs) <= PROBLEM and len(of_problem) == len(given):
            decided.append(decide(stated, case, None, known))
    words = tuple(OwnWord(name, meaning, *value(symbol)) for name, meaning, symbol in _words(library, PROBLEM))
    return OwnTheory(library.about.name, words, tuple(bounds), {"on_problem": tuple(decided)})


def on_network(library: Library, report: Inspection) -> OwnTheory:
    """What a theory says of an inspected network, in both readings. Only claims about minimizers need the second."""
    scope = report.on_data.scope
    statements = list(_statements(library, NETWORK))
    of_minimizers = [stated for stated in statements if "minimizer" in stated.obligation.given]
    words = tuple(OwnWord(name, meaning, *_value(lambda name=name: arb(scope.value(name))))  # type: ignore[misc]
                  for name, meaning, _ in _words(library, NETWORK))
    return OwnTheory(library.about.name, words, (), {
        "on_data": report.on_data.findings(statements),
        "as_minimizer": () if report.own is None else report.own.findings(of_minimizers)})


def _value(compute: Callable[[], arb]) -> tuple[arb | None, str]:
    """What is computed, or None and the reason why there is no such number."""
    try:
        with ctx.workprec(BITS):
            found = compute()
    except ZeroDivisionError as error:
        return None, str(error)
    return (found, "") if found.is_finite() else (None, "there is no such number, or it cannot be enclosed")


def _statements(library: Library, about: frozenset[str]) -> Iterator[Stated]:
    """Yield the inequalities and equations of a library whose words depend on nothing else."""
    for claim in library:
        for obligation in claim.obligations:
            if obligation.decide == "ordered" and _sources_of(obligation) <= about:
                yield Stated(claim, obligation)


def _sources_of(obligation: Obligation) -> frozenset[str]:
    """What the words of a statement depend on, other than the variables of its quantifiers."""
    bound = {word.name for name in obligation.over for word in QUANTIFIERS[name].binds}
    found = _sources(obligation.relation).union(*map(_sources, obligation.given))
    return found - bound


def _sources(given: Given) -> frozenset[str]:
    relations = [given] if isinstance(given, Relation) else HYPOTHESES[given].relations
    return frozenset[str]().union(*(sources_in(side) for one in relations for side in (one.lhs, one.rhs)))


def _with_number_last(relation: Relation) -> Relation:
    """The relation with the side that the problem alone decides on the right, if there is one."""
    if sources_in(relation.lhs) <= PROBLEM and not sources_in(relation.rhs) <= PROBLEM:
        return Relation(relation.rhs, FLIPPED[relation.op], relation.lhs)
    return relation


def _holds(given: Given, case: Instance) -> bool:
    relations = [given] if isinstance(given, Relation) else HYPOTHESES[given].relations
    return all(holds(one, case) for one in relations)


def _words(library: Library, about: frozenset[str]) -> Iterator[tuple[str, str, sp.Symbol]]:
    """Yield the numbers among the words that a library declares, with their meanings and symbols."""
    for name in library.about.words:
        word = VOCABULARY[name]
        if isinstance(word.symbol, sp.Symbol) and word.depends <= about:
            yield name, word.meaning, word.symbol
