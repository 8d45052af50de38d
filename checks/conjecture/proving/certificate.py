"""The certificate of a proof: the facts that it uses, the powers to which they are multiplied, and the conclusion.

The powers are solved for anew from the facts, so that the checker need not know the rules of a derivation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from .... import __version__
from ....theory.language import quantities as Q
from ....theory.language.claim import Given
from ....theory.language.hypotheses import meaning
from ....theory.language.nodes import Relation
from ....theory.language.quantities import VOCABULARY
from ....theory.library import BUILT_IN, Library
from ....theory.proof.definitions import speaks_of_weights
from ....theory.proof.derivation import Derivation
from ... import checker
from ...certificates.certify import Written
from ...certificates.form import Certificate
from ...certificates.format import sealed
from ...certificates.nodes import NoTree, Tree
from ..reading import CONJECTURE, Conjecture
from .exponents import Exponent, at
from .growing import CONCLUSION
from .known import stated, upward
from .monomials import Unreadable, over, read
from .products import numbers_at_least_one
from .programme import Column, Depths, combinations, left_over
from .search import Proved, supposed
from .world import BALANCED, REAL, of_sum

__all__ = ["PROOF", "hypothesis", "proof_certificate", "relation", "statement", "word_signs"]

PROOF = "proof"
"""The kind of such a certificate."""
_NAMES = {word.symbol: name for name, word in VOCABULARY.items() if word.in_conjectures}
_LEAVES = frozenset({"claim", "definition", "hypothesis"})


def tree(number: sp.Expr) -> Tree:
    """A number as a tree of words, rational numbers, sums, products and powers. Raises NoTree."""
    if number.is_Rational:
        return ["rational", str(number)]
    if number in _NAMES:
        return ["word", _NAMES[number]]
    for kind, node in ((sp.Add, "add"), (sp.Mul, "mul"), (sp.Pow, "pow")):
        if isinstance(number, kind):
            return [node, *map(tree, number.args)]
    raise NoTree(f"{number}")


def relation(said: Relation) -> Certificate:
    """A relation as JSON. Raises NoTree."""
    return {"lhs": tree(said.lhs), "op": said.op, "rhs": tree(said.rhs)}


def hypothesis(given: Given) -> Certificate:
    """A hypothesis as JSON, with its name if it has one; its relation is there where that is about numbers."""
    said = given if isinstance(given, Relation) else meaning(given)
    try:
        written = {} if said is None else relation(said)
    except NoTree:
        written = {}
    return written if isinstance(given, Relation) else {"name": given, **written}


def statement(conjecture: Conjecture) -> Certificate:
    """A conjecture as JSON. Raises NoTree."""
    return {"given": [hypothesis(one) for one in sorted(supposed(conjecture), key=str)], **relation(
        Relation(conjecture.relation.lhs, conjecture.relation.op, conjecture.relation.rhs))}


def is_about_the_problem(conjecture: Conjecture) -> bool:
    """Whether neither a conjecture nor its hypotheses speak of weights, and balanced minimizers exist.

    What is shown of balanced minimizers is then shown.
    """
    given = supposed(conjecture)
    said = (conjecture.relation.lhs, conjecture.relation.rhs, *given)
    return {"plain", "E > 0"} <= given and not speaks_of_weights(said)


def word_signs(given: Iterable[Given]) -> dict[str, str]:
    """What is known of the signs of words by what they mean, where the energy is positive."""
    if "E > 0" not in given:
        return {}
    return {name: "positive" if word.symbol.is_positive and word.symbol not in REAL else "nonnegative"
            for name, word in sorted(VOCABULARY.items()) if word.in_conjectures and word.symbol.is_nonnegative}


def proof_certificate(conjecture: Conjecture, proved: Proved, library: Library) -> Written:
    """The certificate of a proof, if the checker accepts it; or the reason why there is none."""
    name = f"{CONJECTURE}/{conjecture.line}"
    if library is not BUILT_IN:
        return Written(name, reason="proofs over other theories than the built-in one are not in the format")
    try:
        asked = statement(conjecture)
        ops = ("<=", ">=") if asked["op"] == "==" else (asked["op"],)
        existing = frozenset[Given]()
        if any(step.rule.name == "balanced minimizers" for step in proved.derivation.steps):
            if not is_about_the_problem(conjecture):
                raise NoTree("a proof that speaks of balanced weights and of other ones")
            existing = frozenset(BALANCED)
        held = supposed(conjecture) | existing
        parts = [{"op": op, "cases": [_Case(proved.derivation, last, op, held, library).written
                                      for last in _ends(proved.derivation)]} for op in ops]
        made = sealed({
            "format": checker.FORMAT, "kind": PROOF, "package": f"flatcert {__version__}", "id": name,
            "statement": asked, "existing": [hypothesis(one) for one in sorted(existing, key=str)],
            "words": word_signs(supposed(conjecture)), "proof": parts})
        checker.check(made)
        return Written(name, made)
    except NoTree as error:
        return Written(name, reason=f"{error} is not in the format")
    except checker.Undecided as error:
        return Written(name, reason=f"the checker leaves the proof undecided ({error})")
    except checker.Rejected as error:
        return Written(name, reason=f"the checker rejects it ({error})", disputed=True)


def _ends(derivation: Derivation) -> Iterator[int]:
    """The last step of each case."""
    todo = [derivation.yields[CONCLUSION]]
    while todo:
        step = derivation.steps[todo[0]]
        if step.rule.name == "cases":
            todo[:1] = step.using
        else:
            yield todo.pop(0)


@dataclass(frozen=True)
class _Leaf:
    """``smaller op larger`` as a fact is used, and the fact as it stands in the certificate."""

    used: Relation
    written: Certificate


@dataclass(frozen=True)
class _Case:
    """The powers of the facts below a step whose product is the conclusion, at some depths."""

    derivation: Derivation
    last: int
    op: str
    given: frozenset[Given]
    library: Library

    @cached_property
    def depths(self) -> Depths:
        judged = self.derivation.judgments(self.library)[self.last]
        facts = self.given | (judged.facts if judged is not None else frozenset())
        for one in facts:
            said = one if isinstance(one, Relation) else meaning(one)
            if said is not None and said.op == "==" and Q.L in said.sides:
                return Depths(int(said.rhs if said.lhs == Q.L else said.lhs), alone=True)
        return Depths(3 if "L >= 3" in facts else 2 if "L >= 2" in facts else 1)

    def put(self, said: Relation) -> Relation:
        """A relation with the smaller side first, with the depth in numbers where there is one only."""
        up = upward(said)
        if not self.depths.alone:
            return up
        return Relation(up.lhs.xreplace({Q.L: sp.Integer(self.depths.least)}), up.op,
                        up.rhs.xreplace({Q.L: sp.Integer(self.depths.least)}))

    @property
    def goal(self) -> Relation:
        said = self.derivation.steps[self.derivation.yields[CONCLUSION]].statement
        return self.put(Relation(said.lhs, self.op if said.op == "==" else said.op, said.rhs))

    @cached_property
    def leaves(self) -> list[_Leaf]:
        """The facts that the derivation rests on, the bounds of sums by hypotheses, and the least depth."""
        found, judged = list[_Leaf](), self.derivation.judgments(self.library)
        for number in self.derivation.ancestors(self.last):
            step, said = self.derivation.steps[number], judged[number]
            if step.rule.name in _LEAVES and said is not None:
                source = f"{step.rule.name} {_source(step.data, step.hypotheses)}"
                found.append(_Leaf(self.put(step.statement), {
                    "from": source, "given": [hypothesis(one) for one in sorted(said.facts, key=str)],
                    "statement": relation(step.statement)}))
        named = set[sp.Basic]().union(*(one.free_symbols for one in (self.goal, *(leaf.used for leaf in found))))
        named -= {leaf.used.rhs for leaf in found if leaf.used.lhs == 0}
        for one in stated(self.library):
            up = upward(one.relation)
            if up.lhs == 0 and up.op == "<" and up.rhs in named and one.facts <= self.given:
                found.append(_Leaf(up, {"from": f"claim {one.claim}/{one.part}", "statement": relation(one.relation),
                                        "given": [hypothesis(each) for each in sorted(one.facts, key=str)]}))
        sums = {node for one in (self.goal, *(leaf.used for leaf in found)) for side in one.sides
                for node in sp.preorder_traversal(side) if node.is_Add}
        for leaf in [*found]:
            for total in sorted(sums, key=str):
                found += [_Leaf(self.put(one.relation), {**leaf.written, "as": relation(one.relation)})
                          for one in of_sum([leaf.used], total)]
        least = [(Q.d, 1), *([] if self.depths.alone else [(Q.L, self.depths.least)])]
        for word, bound in least:
            evident = Relation(sp.Integer(bound), "<=", word)
            found.append(_Leaf(evident, {"from": "number", "statement": relation(evident)}))
        return found

    @property
    def written(self) -> Certificate:
        """The case as JSON. Raises NoTree where the conclusion is no product of powers of the facts."""
        try:
            wanted = over(read(self.goal.rhs), read(self.goal.lhs))
        except Unreadable as error:
            raise NoTree(f"a conclusion that is no product of powers ({error})") from None
        signs = [leaf.written for leaf in self.leaves if leaf.used.lhs == 0 and leaf.used.op == "<"]
        read_ = [(leaf, column) for leaf in self.leaves if (column := _column(leaf.used)) is not None]
        columns = [column for _, column in read_]
        for powers in combinations(wanted, columns, self.depths):
            numbers = numbers_at_least_one(left_over(wanted, columns, powers), self.depths.least)
            if numbers is not None and (self.goal.op != "<" or any(x > 1 for x, _ in numbers) or any(
                    read_[n][0].used.op == "<" for n in powers)):
                facts = [{**read_[n][0].written, "power": _written(power)} for n, power in powers.items()]
                return {"least": self.depths.least, "alone": self.depths.alone, "facts": [*signs, *facts],
                        "numbers": [[_base(base), _written(power)] for base, power in numbers]}
        raise NoTree("a proof that is no product of powers of facts")


def _source(data: Any, hypotheses: tuple[Given, ...]) -> str:
    """What a fact is taken from: a claim and its part, a word that is defined, or a hypothesis."""
    return "/".join(data) if isinstance(data, tuple) else str(data) if data else ", ".join(map(str, hypotheses))


def _column(used: Relation) -> Column | None:
    try:
        return Column(over(read(used.rhs), read(used.lhs)), used.op == "==", 1.0)
    except Unreadable:
        return None


def _written(power: Exponent) -> list[list[str]]:
    """The coefficients of numerator and denominator, the constant ones first."""
    return [[str(x) for x in reversed(sp.Poly(part.as_expr(), Q.L).all_coeffs())]
            for part in (power.numer, power.denom)]


def _base(number: sp.Expr) -> list[list[str]]:
    """A product of rational powers of primes."""
    powers: Mapping[sp.Expr, Exponent] = read(number)
    return [[str(prime), str(at(power, 1))] for prime, power in sorted(powers.items())]
