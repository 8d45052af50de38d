"""A case of a conjecture: its hypotheses and depths, and what is known there, in the words that the search keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import sympy as sp

from ....theory.algebra.algebra import POSITIVE_ENERGY
from ....theory.language import quantities as Q
from ....theory.language.claim import Given
from ....theory.language.hypotheses import meaning
from ....theory.language.nodes import Relation
from ....theory.proof.rules.inequalities import scale, sign
from ....theory.proof.rules.infima import balanced_minimizers
from ....theory.proof.rules.logic import chain, cut, hypothesis, rewrite
from .growing import Growing, Write
from .implied import implied
from .known import Known, upward
from .programme import Depths

__all__ = ["BALANCED", "REAL", "Fact", "World", "of_sum"]

INVERTIBLE = Relation(Q.lambda_min, ">", 0)
"""Where the condition number exists."""
REAL = (Q.S, Q.trace, Q.S_min, Q.trace_min, Q.S_balanced, Q.norm_w_net, Q.sigma_max, Q.norm_q1)
"""Numbers whose sign the algebra does not know, or not that they are not zero."""


BALANCED = frozenset({"minimizer", "w == w*", "balanced"})
"""Under these the sharpness is the same at all weights."""


@dataclass(frozen=True)
class Fact:
    """``smaller op larger`` in the words that the search keeps, how it is written, and what its use costs."""

    relation: Relation
    write: Write
    cost: float = 1.0


@dataclass(frozen=True)
class World:
    """A case: all its hypotheses, its depths, and what is known from elsewhere.

    ``number`` supposes a depth. ``about`` are the sides of the goal. If ``spells_theta``, theta is written out.
    """

    given: frozenset[Given]
    depths: Depths
    known: tuple[Known, ...]
    number: Relation | None = None
    about: tuple[sp.Expr, ...] = ()
    spells_theta: bool = False

    @cached_property
    def definitions(self) -> Mapping[sp.Basic, tuple[sp.Expr, Write]]:
        """What words are rewritten to, and the equality that does it."""
        found: dict[sp.Basic, tuple[sp.Expr, Write]] = {}
        if "E > 0" in self.given:
            found[Q.E] = Q.a * Q.norm_w**2, lambda p: p.define("a")
        if INVERTIBLE in self.given:
            found[Q.kappa] = Q.lambda_max / Q.lambda_min, lambda p: p.define("kappa")
        if self.spells_theta and {"minimizer", "E > 0"} <= self.given:
            found[Q.theta] = (Q.L - 1) * Q.Delta / Q.norm_w_net ** (2 / Q.L), lambda p: p.define("theta")
        if "plain" in self.given:
            found[Q.norm_p] = sp.S.One, lambda p: hypothesis(p, "plain")
        for name in sorted(self.given, key=str):
            said = name if isinstance(name, Relation) else meaning(name)
            if said is not None and said.op == "==" and said.rhs == 0 and said.lhs.is_Symbol:
                found[said.lhs] = sp.S.Zero, partial(_supposed, relation=name)
        if self.number is not None:
            found[Q.L] = sp.Integer(self.depths.least), partial(_depth, number=self.number)
        return found

    def put(self, expression: sp.Expr) -> sp.Expr:
        """An expression in the words that the search keeps."""
        exchange = {word: to for word, (to, _) in self.definitions.items()}
        if self.depths.alone:
            exchange[Q.L] = sp.Integer(self.depths.least)
        return expression.xreplace(exchange)

    def rewriting(self, p: Growing, *relations: Relation) -> list[int]:
        """Add the definitions of the words in relations that the search does not keep."""
        named = set[sp.Basic]().union(*(x.free_symbols for x in relations))
        return [write(p) for word, (_, write) in self.definitions.items() if word in named]

    def says(self, relation: Relation, write: Write, cost: float = 1.0) -> Fact:
        """A relation as a fact."""
        up = upward(relation)
        put = Relation(self.put(up.lhs), up.op, self.put(up.rhs))
        return Fact(put, partial(self._rewritten, write=write, up=up, put=put), cost)

    def _rewritten(self, p: Growing, write: Write, up: Relation, put: Relation) -> int:
        step = write(p)
        modulo = self.rewriting(p, up)
        return step if p[step] == put else rewrite(p, put, step, *modulo)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What is known under the hypotheses, and the hypotheses themselves."""
        found = [self.says(one.relation, partial(self.cited, known=one), 1.2 if one.part.startswith("step ") else 1.0)
                 for one in self.known if one.facts <= self.supposed]
        found += [self.says(one.relation.xreplace({Q.S: Q.S_balanced}), partial(self.at_balance, known=one), 1.1)
                  for one in self.known if "plain" in self.given and one.relation.has(Q.S)
                  and one.facts - BALANCED <= self.supposed]
        found += [self.says(one, partial(_supposed, relation=one), 0.9) for one in self.relations]
        least = sp.Integer(self.depths.least)
        evident = [(sp.S.One, "<=", Q.d), *([] if self.depths.alone else [(least, "<=", Q.L)])]
        found += [Fact(Relation(*to), partial(_sign, to=to), 0.5) for to in evident]
        seen: dict[Relation, Fact] = {}
        for fact in found:
            if fact.relation.lhs != fact.relation.rhs:
                seen.setdefault(fact.relation, fact)
        return tuple(seen.values())

    @cached_property
    def implied(self) -> Mapping[Given, Write]:
        """The hypotheses that follow, each with the steps that show it."""
        return implied(self.given, self.known)

    @cached_property
    def supposed(self) -> frozenset[Given]:
        """The hypotheses, and those that follow from them."""
        return self.given | self.implied.keys()

    def cited(self, p: Growing, known: Known, but: frozenset[Given] = frozenset()) -> int:
        """Add what is known, under the hypotheses of this case; some may stay that others discharge."""
        step = p.known(known)
        for fact in sorted(known.facts - self.given - but, key=str):
            step = cut(p, step, self.implied[fact](p), fact)
        return step

    def at_balance(self, p: Growing, known: Known) -> int:
        """Add what is known of the sharpness of all balanced minimizers with ``w = w*``: of the number that it is."""
        to = known.relation.xreplace({Q.S: Q.S_balanced})
        return balanced_minimizers(p, rewrite(p, to, self.cited(p, known, BALANCED), p.define("S_balanced")))

    @property
    def relations(self) -> list[Relation]:
        """The hypotheses that are inequalities or equalities."""
        return sorted((x for x in self.given if isinstance(x, Relation) and x.op != "!="), key=str)

    @cached_property
    def positive(self) -> Mapping[sp.Basic, Write]:
        """How steps say of numbers that they are positive."""
        found: dict[sp.Basic, Write] = {}
        if INVERTIBLE in self.given:
            found[Q.lambda_min] = partial(_supposed, relation=INVERTIBLE)
            found[Q.kappa] = lambda p: sign(p.given(INVERTIBLE), (sp.S.Zero, "<", Q.kappa))
        for fact in self.facts:
            relation = fact.relation
            base = relation.rhs.base if relation.rhs.is_Pow and relation.rhs.exp.is_Integer else relation.rhs
            if base in REAL and base not in found and relation.lhs == 0 and relation.op == "<":
                found[base] = fact.write
        for fact in self.facts:
            small, large = fact.relation.sides
            if large in REAL and large not in found and self.is_positive(small):
                found[large] = partial(_above, fact=fact)
        for fact in self.of_sums:
            if fact.relation.lhs.is_positive and fact.relation.lhs.is_Rational:
                found.setdefault(fact.relation.rhs, partial(_above, fact=fact))
        return found

    @cached_property
    def ordered(self) -> tuple[Fact, ...]:
        """What follows by transitivity for two symbols."""
        known = {fact.relation.sides: fact for fact in self.facts
                 if all(x.is_Symbol for x in fact.relation.sides) and fact.relation.op in ("<", "<=", "==")}
        found, todo = dict(known), list(known.values())
        while todo:
            first = todo.pop()
            for second in list(known.values()):
                sides = first.relation.lhs, second.relation.rhs
                if first.relation.rhs == second.relation.lhs and sides[0] != sides[1] and sides not in found:
                    todo.append(_joined(first, second))
                    found[sides] = todo[-1]
        return tuple(fact for sides, fact in found.items() if sides not in known)

    @cached_property
    def of_sums(self) -> tuple[Fact, ...]:
        """What hypotheses ``x <= number`` say of the sums in what is known that grow or fall with ``x``."""
        found = [*(side for fact in self.facts for side in fact.relation.sides), *self.about]
        sums = {node for side in found for node in sp.preorder_traversal(side) if node.is_Add}
        return tuple(fact for total in sorted(sums, key=str) for fact in of_sum(self.relations, total))

    def is_positive(self, number: sp.Expr) -> bool:
        """Whether a product or sum of numbers is positive under the hypotheses, as their symbols say."""
        named = number.free_symbols
        return bool(number.is_positive) and not named & set(REAL) and (
            "E > 0" in self.given or not named & {*POSITIVE_ENERGY, Q.kappa})

    def free(self) -> Iterator[Given]:
        """The hypotheses that any step may take."""
        yield from (x for x in ("E > 0", "L >= 2", "L >= 3", "L == 1") if x in self.given)
        yield from (x for x in (INVERTIBLE,) if x in self.given)


def _joined(first: Fact, second: Fact) -> Fact:
    """One fact after another, from which it goes on."""
    ops = {first.relation.op, second.relation.op}
    relation = Relation(first.relation.lhs, "<" if "<" in ops else "<=", second.relation.rhs)
    return Fact(relation, partial(_after, first=first, second=second, to=relation), first.cost + second.cost)


def _after(p: Growing, first: Fact, second: Fact, to: Relation) -> int:
    return chain(p, first.write(p), second.write(p), to=to)


def _supposed(p: Growing, relation: Given) -> int:
    return hypothesis(p, relation)


def _sign(p: Growing, to: tuple[sp.Expr, str, sp.Expr]) -> int:
    return sign(p, to)


def _depth(p: Growing, number: Relation) -> int:
    """The depth that is supposed, with what the algebra calls the depth alone on one side."""
    value = number.rhs if number.lhs == Q.L else number.lhs
    return scale(p, hypothesis(p, number), 1, to=(Q.L - 1, "==", value - 1))


def _above(p: Growing, fact: Fact) -> int:
    """A number is positive that is at least a positive one."""
    small, large = fact.relation.sides
    return chain(p, sign(p, (sp.S.Zero, "<", small)), fact.write(p), to=(sp.S.Zero, "<", large))


def of_sum(relations: Iterable[Relation], total: sp.Expr) -> Iterator[Fact]:
    """What the relations ``x <= number`` among several say of a sum that grows or falls with ``x``."""
    for relation in relations:
        up = upward(relation)
        for variable, value, high in ((up.lhs, up.rhs, True), (up.rhs, up.lhs, False)):
            if not (variable.is_Symbol and value.is_Rational and up.op in ("<", "<=") and total.has(variable)):
                continue
            slope = sp.expand(total).coeff(variable)
            rest = sp.expand(total - slope * variable)
            if slope.is_Rational and slope != 0 and not rest.has(variable):
                end = rest + slope * value
                sides = (total, up.op, end) if (slope > 0) == high else (end, up.op, total)
                yield Fact(Relation(*sides), partial(_scaled, relation=relation, factor=sp.Abs(slope), to=sides), 1.1)


def _scaled(p: Growing, relation: Relation, factor: sp.Expr, to: tuple[sp.Expr, str, sp.Expr]) -> int:
    return scale(p, hypothesis(p, relation), factor, to=to)


def world_of(given: Iterable[Given], least: int, known: tuple[Known, ...], goal: Relation) -> World:
    """The case of all depths from ``least`` on, or of the depth that is supposed."""
    supposed = frozenset(given)
    for one in supposed:
        if isinstance(one, Relation) and one.op == "==" and Q.L in one.sides:
            value = one.rhs if one.lhs == Q.L else one.lhs
            if value.is_Integer and value >= 1:
                return World(supposed, Depths(int(value), alone=True), known, one, goal.sides)
    return World(supposed, Depths(1, alone=True) if "L == 1" in supposed else Depths(least), known, about=goal.sides)
