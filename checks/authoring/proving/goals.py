"""How an obligation becomes an inequality of polynomials, and what the chain that proves it becomes in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import sympy as sp

from ....theory.algebra.powers import is_nonnegative, is_positive
from ....theory.language.relation import Relation
from ....theory.proof.builder import Proof
from ....theory.proof.rules.extremes import all_of_several, by_order
from ....theory.proof.rules.inequalities import power, scale
from ....theory.proof.rules.logic import antisymmetry, chain, hypothesis, identity, rewrite
from .cases import undecided
from .extremes import Split, splits
from .fact import Trial
from .finish import finishes
from .hypotheses import Spelled, numerator
from .knowledge import Knowledge
from .polynomials import Unreadable, number
from .products import product_for
from .sums import chain_for

__all__ = ["plain_trials", "trials"]


def trials(goal: Spelled, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """Ways to prove a goal under all hypotheses that the search proposes. Raises Unreadable where it can read none."""
    for trial in plain_trials(goal, hypotheses):
        yield partial(_supposing_all, goal=goal.relation, trial=trial, hypotheses=hypotheses)


def plain_trials(goal: Spelled, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """The same, under those of the hypotheses that are used."""
    for trial in _plain(goal.plain, hypotheses):
        yield partial(_in_own_words, goal=goal, trial=trial)


def _plain(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    if goal.op == "==":
        yield lambda p: identity(p, goal)
        below, above = (_plain(Relation(goal.lhs, op, goal.rhs), hypotheses) for op in ("<=", ">="))
        for one, other in zip(below, above, strict=False):
            yield partial(_both, below=one, above=other, goal=goal)
        return
    if goal.op not in ("<=", "<"):
        flipped = goal.flipped()
        if flipped.op not in ("<=", "<"):
            raise Unreadable(f"{goal} is no inequality")
        goal = flipped
    reasons = []
    for way in (_by_products, _split, _of_roots, _directly, _by_cases, _of_powers):
        try:
            yield from way(goal, hypotheses)
        except Unreadable as error:
            reasons.append(error)
    if reasons:
        raise reasons[0]


def _by_products(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """The sides are monomials, and the hypotheses to rational powers lead from one to the other."""
    known = Knowledge.of(goal, hypotheses)
    sides = [known.space.read(side) for side in goal.sides]
    if not hypotheses or any(len(side) != 1 for side in sides):
        return
    ((smaller, least),), ((larger, most),) = (side.items() for side in sides)
    if not (known.space.is_positive(smaller) and known.space.is_positive(larger)):
        return
    for strict in (False, True) if goal.op == "<" else (False,):
        found = product_for(smaller, larger, known.powers, known.space, strict)
        if found is not None and _is_within(number(least) * found.factor, number(most), goal.op == "<", found.strict):
            yield partial(found.write, goal=goal)


def _is_within(reached: sp.Expr, allowed: sp.Rational, strict: bool, is_strict: bool) -> bool:
    """Whether a constant is at most another one, or for a strict goal below it unless the facts are strict."""
    return bool(reached < allowed if strict and not is_strict else reached <= allowed)


def _directly(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """The difference of the sides is a sum of facts, after its denominator is cleared."""
    top, bottom = numerator(goal)
    cleared = goal if bottom == 1 else Relation(sp.S.Zero, goal.op, top)
    found = chain_for(cleared, hypotheses)
    ways = finishes(cleared, top, hypotheses) if found is None else [partial(found.write, goal=cleared)]
    for way in ways:
        yield way if bottom == 1 else partial(_over, way=way, bottom=bottom, goal=goal)


def _by_cases(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """One of two numbers is at most the other: the goal holds in both cases."""
    pair = undecided(goal, hypotheses)
    if pair is not None:
        cases = [Relation(low, "<=", high) for low, high in (pair, reversed(pair))]
        ways = list[Trial]()
        for case in cases:
            way = _in_case(goal, [*hypotheses, Spelled(case, case, ())])
            if way is None:
                return
            ways.append(way)
        yield partial(_joined, ways=ways, cases=cases, goal=goal)


def _in_case(goal: Relation, hypotheses: Sequence[Spelled]) -> Trial | None:
    """A way to prove a goal in one case. The general search begins only where no order is open any more."""
    found = next(_by_products(goal, hypotheses), None)
    if found is None:
        further = _plain if undecided(goal, hypotheses) is None else _by_cases
        found = next(further(goal, hypotheses), None)
    return found


def _joined(p: Proof, ways: Sequence[Trial], cases: Sequence[Relation], goal: Relation) -> int:
    steps = list[int]()
    for way, case in zip(ways, cases, strict=True):
        steps.append(way(p))
        if case not in p.judgment(steps[-1]).facts:
            return steps[-1]
    return by_order(p, steps[0], steps[1], cases[0], cases[1], to=goal)


def _over(p: Proof, way: Trial, bottom: sp.Expr, goal: Relation) -> int:
    return scale(p, way(p), 1 / bottom, to=goal)


def _split(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """The goal is about the largest or smallest of several numbers, and holds for each of them."""
    for split in splits(goal):
        ways = [next(_plain(each, hypotheses), None) for each in split.goals(goal.op)]
        if None not in ways:
            yield partial(_all, split=split, ways=[way for way in ways if way is not None], goal=goal)


def _of_roots(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """One side is a power of a sum, or both are powers, and the roots of the sides have such a difference."""
    powers = [x for x in goal.sides if isinstance(x, sp.Pow) and x.exp.is_Integer and x.exp > 1]
    worth = len(powers) == 2 or any(isinstance(x.base, sp.Add | sp.Max | sp.Min) for x in powers)
    return _raised(goal, hypotheses, list(dict.fromkeys(1 / x.exp for x in powers)) if worth else ())


def _of_powers(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """The squares, cubes or fourth powers of the sides have such a difference.

    They are tried where there are roots, and for products under hypotheses of what may vanish.
    """
    roots = any(not power.exp.is_Integer for side in goal.sides for power in side.atoms(sp.Pow))
    products = bool(hypotheses) and not any(isinstance(side, sp.Add) or is_positive(side) for side in goal.sides)
    return _raised(goal, hypotheses, (2, 3, 4) if roots or products else ())


def _raised(goal: Relation, hypotheses: Sequence[Spelled], exponents: Sequence[sp.Rational]) -> Iterator[Trial]:
    """Both sides are nonnegative, and a power of them is such a difference."""
    if not all(map(is_nonnegative, goal.sides)):
        return
    for exponent in exponents:
        raised = Relation(goal.lhs**exponent, goal.op, goal.rhs**exponent)
        try:
            ways = [*_directly(raised, hypotheses), *_split(raised, hypotheses)]
        except Unreadable:
            continue
        for way in ways:
            yield partial(_root, way=way, exponent=1 / sp.sympify(exponent), goal=goal)


def _root(p: Proof, way: Trial, exponent: sp.Rational, goal: Relation) -> int:
    return power(p, way(p), exponent, to=goal)


def _all(p: Proof, split: Split, ways: Sequence[Trial], goal: Relation) -> int:
    step = all_of_several(p, split.extreme, split.bound, *(way(p) for way in ways))
    return step if p[step] == goal else scale(p, step, split.factor, to=goal)


def _both(p: Proof, below: Trial, above: Trial, goal: Relation) -> int:
    return antisymmetry(p, below(p), above(p), to=goal)


def _in_own_words(p: Proof, goal: Spelled, trial: Trial) -> int:
    """The goal in its own words, from what says it in plain words."""
    step = trial(p)
    return rewrite(p, goal.relation, step, *goal.defined(p)) if goal.words else step


def _supposing_all(p: Proof, goal: Relation, trial: Trial, hypotheses: Sequence[Spelled]) -> int:
    """The goal under all hypotheses, from what says it under some."""
    step = trial(p)
    unused = [one.relation for one in hypotheses if one.relation not in p.judgment(step).facts]
    if not unused:
        return step
    links, end = [step], goal.rhs
    for relation in unused:
        op = relation.op if relation.op in ("<=", ">=") else f"{relation.op[0]}=" if relation.op[0] in "<>" else "<="
        weak = hypothesis(p, relation)
        if op != relation.op:
            weak = chain(p, weak, to=(relation.lhs, op, relation.rhs))
        links.append(scale(p, weak, 0, to=(end, op, end)))
    return chain(p, *links, to=goal)
