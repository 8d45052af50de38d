"""Steps that are built from judgments which are plainly true, with the statement that the rule gives, or might give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any, NamedTuple

import sympy as sp
from rule_fuzzer import Attempt, judgments, shipped
from step_grammar import (
    ENDS,
    FAMILIAR,
    NAMES,
    NUMBERS,
    OF_LAYERS,
    SCOPES,
    VECTORS,
    assumed,
    compared,
    matrix,
    of_layers,
    scalar,
    shown_zero,
    truths,
    wrapped,
)
from step_nodes import OPS, nodes, weaker

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.algebra.powers import power_form
from flatcert.theory.algebra.words import Sigma_half
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Given
from flatcert.theory.language.hypotheses import sufficient
from flatcert.theory.language.nodes import Relation, dot, weighted_top
from flatcert.theory.language.quantities import E, L, gamma, j, k, r, u
from flatcert.theory.setting.residual import DEFINED


class Made(NamedTuple):
    """What a step is made of; further hypotheses may be added."""

    statement: Relation
    data: Any = None
    premises: tuple[Judgment, ...] = ()
    given: tuple[Given, ...] = ()


class Source(NamedTuple):
    """What a step is built from: true judgments, the claim, and a step of the rule in its derivation."""

    rng: Random
    premises: tuple[Judgment, ...]
    claim: str
    attempt: Attempt


def built(rng: Random, rule: str, claim: str, attempt: Attempt) -> Attempt:
    """A step of a rule from judgments that are true, with the statement that the rule gives, or might give."""
    count = 2 if rule in ("transitivity", "cases", "antisymmetry") else max(1, len(attempt.premises))
    premises = tuple(_premise(rng, claim) for _ in range(count))
    made = BUILT[rule](Source(rng, premises, claim, attempt))
    hypotheses = made.given
    if rng.random() < 0.2:
        hypotheses = (*hypotheses, rng.choice((rng.choice(NAMES), compared(rng))))
    step = replace(attempt.step, statement=made.statement, data=made.data, hypotheses=hypotheses,
                   scope=_some_scope(rng, made.premises))
    return Attempt(step, made.premises, True)


def _premise(rng: Random, claim: str) -> Judgment:
    found = rng.choice(rng.choice((truths, truths, of_layers, of_layers, lambda: judgments(claim)))())
    if rng.random() < 0.1:
        return assumed(compared(rng))
    return weaker(rng, found, []) if rng.random() < 0.2 else found


def _some_scope(rng: Random, premises: Sequence[Judgment]) -> tuple[Any, ...]:
    """The ranges of one of the premises, or any."""
    known = [dict(p.ranges) for p in premises if p.ranges]
    if not known or rng.random() < 0.2:
        return ((k, *rng.choice(SCOPES)),)
    return tuple((x, *ends) for x, ends in rng.choice(known).items())


def _shares(g: Source) -> list[sp.Basic]:
    return [x for p in g.premises for side in (p.relation.lhs, p.relation.rhs) for x in nodes(side)]


def _known() -> tuple[Judgment, ...]:
    return (*truths(), *of_layers())


def _joined(g: Source) -> Made:
    """A chain, its second link one that begins where the first ends."""
    first = g.rng.choice((g.premises[0], g.rng.choice([p for p in of_layers() if not p.relation.lhs.free_symbols])))
    fitting = [p for p in _known() if first.relation.rhs == p.relation.lhs]
    fitting += [replace(p, relation=p.relation.flipped()) for p in _known() if first.relation.rhs == p.relation.rhs]
    numbers = [p for p in fitting if not p.relation.rhs.free_symbols]
    chain = (first, g.rng.choice(numbers or fitting)) if fitting else (first,)
    op = g.rng.choice((*OPS, first.relation.op, first.relation.op, "<="))
    return Made(Relation(first.relation.lhs, op, chain[-1].relation.rhs), None, chain)


def _algebra(g: Source) -> Made:
    """A scalar is its own normal form, however its powers are merged."""
    atoms = [g.rng.choice((scalar(g.rng, (), 0), g.rng.choice(OF_LAYERS))) for _ in range(2)]
    layers = g.rng.choice((k - 1, 1 - k, L - 1, L - k, k - 2, L - 2))
    x = g.rng.choice((scalar(g.rng, (), 2), atoms[0], *(wrapped(g.rng, *atoms) for _ in range(3)),
                      g.rng.choice((sp.S.One, *atoms)) * sp.S.Zero**layers, sp.sqrt(g.rng.choice(OF_LAYERS))))
    y = g.rng.choice((lambda: x, lambda: power_form(x), lambda: sp.powdenest(x, force=True), lambda: sp.expand(x)))()
    return Made(Relation(x, "==", y), None, g.premises if g.rng.random() < 0.2 else ())


def _of_pair(g: Source) -> Made:
    """A factor of a product that is a number, or bounded by one."""
    x = g.rng.choice((g.rng.choice(FAMILIAR), scalar(g.rng, _shares(g), 1)))
    y = g.rng.choice((1 / x, 2 / x, x, -x, scalar(g.rng, (), 1)))
    c = g.rng.choice((x * y, sp.S.One, scalar(g.rng, (), 0)))
    bound = g.rng.choice([p for p in truths() if p.relation.op in (">", ">=") and not p.relation.lhs.free_symbols])
    premises = g.rng.choice(((assumed(Relation(c, ">", 0)),), (bound,), (Judgment(Relation(2, ">", 0)),)))
    data = g.rng.choice(((x, y), (y, x), (-x, -y), (sp.Integer(-2), sp.S.NegativeOne)))
    return Made(Relation(data[0], ">", 0), data, premises)


def _multiplied(g: Source) -> Made:
    p, c = g.premises[0].relation, scalar(g.rng, _shares(g), 1)
    return Made(Relation(c * p.lhs, p.op, c * p.rhs), c, g.premises)


def _curve(rng: Random, x: sp.Expr = E) -> sp.Expr:
    """A function of ``r``, some with a positive second derivative."""
    terms = (r * x, x / r, r**2, 1 / r, r, -r, -(r**2) / 2, -1 / r, sp.S.One, gamma, r**L)
    return sp.Add(*(rng.choice(terms) for _ in range(rng.choice((2, 3)))))


def _convex(g: Source) -> Made:
    x = g.rng.choice(FAMILIAR)
    given = (Relation(r, "<", x),) if g.rng.random() < 0.6 else ()
    return Made(Relation(sp.Derivative(_curve(g.rng, x), (r, 2)), ">=", 0), None, (), given)


@cache
def _about(*symbols: sp.Basic) -> tuple[Judgment, ...]:
    """Shipped judgments in which one of the symbols occurs."""
    everything = dict.fromkeys(claim for steps in shipped().values() for claim, _ in steps)
    return tuple(p for claim in everything for p in judgments(claim)
                 if p and (p.relation.lhs.free_symbols | p.relation.rhs.free_symbols) & set(symbols))


def _specialized(g: Source) -> Made:
    p = g.rng.choice((g.premises[0], g.rng.choice(_about(r, gamma, k)), g.rng.choice(_about(Q.S_rescaled, Q.S_flat)),
                      assumed(compared(g.rng, (r, k)))))
    free = [x for x in (r, gamma, u, k, j) if p.relation.lhs.has(x) or p.relation.rhs.has(x)] or [r]
    x = g.rng.choice(free)
    value = matrix(g.rng, u, _shares(g)) if x == u else g.rng.choice(
        (g.rng.choice(ENDS), scalar(g.rng, (), 1), g.rng.choice(NUMBERS), g.rng.choice(NUMBERS), x + 1, 9 * x))
    return Made(p.relation, ((x, value),), (p,)) if g.rng.random() < 0.9 else _at_a_sum(g)


def _at_a_sum(g: Source) -> Made:
    """A statement about every vector, at one whose length is a sum over more layers than a premise speaks of."""
    settled = g.rng.choice(_settled())
    ends = g.rng.choice(((sp.S.One, L), (sp.Integer(2), L), (sp.S.One, L - 1)))
    value = sp.Sum(settled.relation.lhs, (k, *ends)) * Q.w_star
    every = Judgment(Relation(dot(u, u), ">=", 0))
    deep = replace(settled, facts=frozenset({"L >= 2"}))
    return Made(Relation(dot(value, value), ">=", 0), ((u, value),), (every, deep))


def _cases(g: Source) -> Made:
    """The same statement under both cases, on ranges where it is true under them."""
    shallow = g.rng.choice([p for p in _known() if "L == 1" in p.facts])
    others = [p for p in _known() if p.relation == shallow.relation and p != shallow]
    both = (shallow, g.rng.choice(others or [shallow]))
    if g.rng.random() < 0.4:
        deep = g.rng.choice([p for p in _known() if "L >= 2" in p.facts or g.rng.random() < 0.01])
        both = (deep, deep)
    names = g.rng.choice((("L == 1", "L >= 2"), ("L == 1", "L >= 2"), ("L >= 2", "L >= 2")))
    return Made(both[0].relation, None, tuple(
        replace(p, facts=p.facts | {name}) for p, name in zip(both, names, strict=True)))


def _antisymmetric(g: Source) -> Made:
    first = g.premises[0].relation
    back = [p for p in _known() if {p.relation.lhs, p.relation.rhs} == {first.lhs, first.rhs}]
    return Made(Relation(first.lhs, "==", first.rhs), None, (g.premises[0], g.rng.choice([g.premises[0], *back])))


def _mean(g: Source) -> Made:
    """Means of terms, some positive at the first layer only; the statement may show the index that is bound."""
    slope = g.rng.choice((1, 2, 3))
    first = Judgment(Relation(slope + 1 - slope * k, ">", 0), frozenset(), {k: (sp.S.One, sp.S.One)})
    premises = g.rng.choice((g.premises[:1], (g.rng.choice(_positive()),), (first,)))
    term = g.rng.choice((premises[0].relation.lhs, premises[0].relation.lhs, g.rng.choice(OF_LAYERS)))
    limits = (k, *g.rng.choice((SCOPES[0], SCOPES[0], g.rng.choice(SCOPES))))
    form = g.rng.choice(("power", "root"))
    count = limits[2] - limits[1] + 1
    total, factors = sp.Sum(term, limits), sp.Product(term, limits)
    sides = (total**count, count**count * factors) if form == "power" else (total, count * factors ** (1 / count))
    return Made(Relation(sides[0] + g.rng.choice((0, shown_zero(k))), ">=", sides[1]), (term, limits, form), premises)


@cache
def _positive() -> tuple[Judgment, ...]:
    return tuple(Judgment(p.relation.flipped(), p.facts, p.ranges) for p in of_layers()
                 if p.relation.op == "<" and p.relation.lhs == 0)


def _summed(g: Source) -> Made:
    premises = g.rng.choice((g.premises[:1], (g.rng.choice(_numbers()),)))
    main = premises[0].relation
    limits = (k, *g.rng.choice([*SCOPES[:5], *[(sp.S.One, sp.Integer(2))] * 3]))
    kind = g.rng.choice(("sum", "product", "prod"))
    join = sp.Sum if kind == "sum" else sp.Product
    op = g.rng.choice((main.op, "<="))
    return Made(Relation(join(main.lhs, limits), op, join(main.rhs, limits)), (kind, limits), premises)


def _part(g: Source) -> Made:
    premises = g.rng.choice(((), (g.rng.choice((*_positive(), *_settled())),), (g.rng.choice(_settled()),)))
    deep = tuple(replace(p, facts=p.facts | {"L >= 2"}) for p in premises)
    term = g.rng.choice([*(p.relation.lhs for p in premises), g.rng.choice(OF_LAYERS), -k, scalar(g.rng, (k,), 1)])
    whole = g.rng.choice(((sp.S.One, L), (sp.S.One, L + 1), (sp.S.One, k)))
    inner = g.rng.choice(((sp.S.One, L - 1), (sp.Integer(2), L), (sp.S.One, k - 1), tuple(g.rng.choices(ENDS, k=2))))
    statement = Relation(sp.Sum(term, (k, *inner)), "<=", sp.Sum(term, (k, *whole)))
    return Made(statement, (term, (k, *inner), whole), deep)


def _settled() -> tuple[Judgment, ...]:
    return (Judgment(Relation(1 / (k - 1), ">", 0), frozenset(), {k: (sp.Integer(2), L)}),
            Judgment(Relation(1 / (L - k), ">", 0), frozenset(), {k: (sp.S.One, L - 1)}))


def _signed(g: Source) -> Made:
    """A word that is positive, or a number of layers; what a power that is positive says of its base; any order."""
    word, other = g.rng.choice(FAMILIAR), g.rng.choice(FAMILIAR)
    kind = g.rng.choice((0, 1, 1, 2, 3, 4))
    if kind == 0:
        return Made(Relation(word, ">", 0))
    if kind == 1:
        number = g.rng.choice((k, k, k, k, *OF_LAYERS))
        return Made(Relation(number, g.rng.choice((">", ">=")), g.rng.choice((0, 0, 1))))
    if kind == 2:
        word = g.rng.choice((word, Q.Delta, Q.lambda_min))
        power = Relation(word ** g.rng.choice((L - 1, 2 * L - 2, sp.Integer(2))), ">", 0)
        return Made(Relation(word, ">", 0), None, (assumed(power),))
    if kind == 3:
        return Made(Relation(word, ">", other), None, (), (Relation(other, g.rng.choice(("<", "<=")), word),))
    x, y = (scalar(g.rng, _shares(g), 1) for _ in range(2))
    return Made(Relation(x, g.rng.choice((">", ">=", "<=", "<")), y), None, g.rng.choice(((), g.premises[:1])))


def _monotonic(g: Source) -> Made:
    f = g.rng.choice((r - 1 / (r - 1), r**2 - r, scalar(g.rng, (r,), 2), _curve(g.rng), r + scalar(g.rng, (r,), 1)))
    return Made(g.premises[0].relation, (r, f), g.rng.choice((g.premises, (g.rng.choice(_numbers()),))))


def _raised(g: Source) -> Made:
    p = g.rng.choice((g.premises[0], g.rng.choice(_numbers())))
    exponent = g.rng.choice((scalar(g.rng, (), 1), *NUMBERS, 1 - 1 / L, L - 1))
    return Made(Relation(p.relation.lhs**exponent, p.relation.op, p.relation.rhs**exponent), exponent, (p,))


def _numbers() -> list[Judgment]:
    return [p for p in truths() if p.relation.op in ("<", "<=") and not p.relation.lhs.free_symbols]


def _least(g: Source) -> Made:
    """A bound that holds for one value of the variable, or for all."""
    data = g.attempt.step.data
    bounds = [p for p in judgments(g.claim) if data[0] in (p.relation.lhs, p.relation.rhs)]
    bounds += [p for p in judgments(g.claim) if "aligned" in p.facts and r in p.relation.rhs.free_symbols]
    first = g.rng.choice(bounds or list(g.premises))
    return Made(g.attempt.step.statement, data, (first, *g.attempt.premises[1:]))


def _bounded(g: Source) -> Made:
    """A bound on the sharpness or the trace, supposed or derived."""
    bounds = [p for p in judgments(g.claim) if {p.relation.lhs, p.relation.rhs} & {Q.S, Q.trace}]
    value = g.rng.choice((*NUMBERS, *FAMILIAR))
    bounds.append(assumed(Relation(g.rng.choice((Q.S, Q.trace)), g.rng.choice((">=", "==")), value), {"minimizer"}))
    first = g.rng.choice((bounds[-1], g.rng.choice(bounds)))
    return Made(first.relation, None, (first, *g.attempt.premises[1:]))


def _directed(g: Source) -> Made:
    """A bound for every direction, at a vector."""
    vector = g.rng.choice((g.rng.choice(VECTORS), VECTORS[6]))
    known = [p for p in (*truths(), *judgments(g.claim)) if p.relation.rhs.has(Q.alpha) or p.relation.lhs.has(Q.alpha)]
    bounds = [weaker(g.rng, p, []) for p in known]
    p = g.rng.choice(bounds)
    if p.relation.lhs.has(Q.alpha):
        p = replace(p, relation=Relation(-p.relation.rhs, p.relation.op, -p.relation.lhs))
    values = {Q.alpha: dot(vector, Q.Sigma * vector), Q.tau: dot(vector, Sigma_half * Q.w_star) ** 2}
    unit = Judgment(Relation(dot(vector, vector), "==", 1))
    premises = (p, unit) if unit in truths() else (p, assumed(unit.relation))
    return Made(Relation(p.relation.lhs, ">=", p.relation.rhs.xreplace(values)), vector, premises)


def _moved(g: Source) -> Made:
    p = g.rng.choice((g.premises[0], g.rng.choice(truths()[-3:])))
    return Made(p.relation, g.rng.choice(("rescaled", "shrunk")), (p, *g.attempt.premises[1:]))


def _defined(g: Source) -> Made:
    name = g.rng.choice(list(DEFINED))
    return Made(DEFINED[name].relation, name, ())


def _rooted(g: Source) -> Made:
    x, y = (g.rng.choice((*NUMBERS, *FAMILIAR, scalar(g.rng, (), 1))) for _ in range(2))
    square = [p for p in (Judgment(Relation(x**2, "<=", y**2)),) if bool(x.is_Number and y.is_Number and x**2 <= y**2)]
    return Made(Relation(x, "<=", y), (x, y), (square[0] if square else assumed(Relation(x**2, "<=", y**2)),))


def _implied(g: Source) -> Made:
    """A hypothesis of a judgment, with what may or may not say that it follows from others."""
    known = [p for p in (*truths(), *judgments(g.claim), *_about(Q.S, Q.theta, Q.Delta)) if p and p.facts]
    main = g.rng.choice(known)
    fact = g.rng.choice(sorted(main.facts, key=str))
    says = [fact] if isinstance(fact, Relation) else list(sufficient(fact))
    said = g.rng.choice((*says, *says, g.rng.choice(truths()).relation, compared(g.rng)))
    others = frozenset(g.rng.choice(((), (fact,), (g.rng.choice(NAMES),))))
    shown = g.rng.choice((assumed(said), Judgment(said, frozenset({fact})), replace(assumed(said, others)),
                          g.rng.choice(truths())))
    return Made(main.relation, fact, (main, shown))


def _spectral(g: Source) -> Made:
    """The trace and the eigenvalues of a symmetric matrix, semidefinite or not."""
    one = sp.Identity(Q.w.rows)
    matrix = g.rng.choice((Q.M, -Q.M, one, -one, Q.M - one, one - Q.w * Q.w.T))
    whole, alone = sp.Trace(Q.Sigma * matrix), matrix == one
    top = Q.lambda_max if alone else weighted_top(matrix)
    statement = g.rng.choice((Relation(top, "<=", whole), Relation(whole, "<=", Q.d * top)))
    return Made(statement, matrix, ())


def _least_positive(g: Source) -> Made:
    return Made(Relation(Q.lambda_min, g.rng.choice(("<=", "==", "<")), Q.lambda_pos), None, (), ("E > 0",))


def _any_two(g: Source) -> Made:
    """What holds of layers in order, and may not hold in the other order."""
    order = {j: (sp.S.One, L), k: (j, L)}
    relation = Relation(*g.rng.choice(((j, "<=", k), (k - j, ">=", 0), (k + j, ">=", 2))))
    return Made(relation, None, (Judgment(relation, frozenset(), order),))


def _at_balance(g: Source) -> Made:
    main = g.rng.choice([p for p in judgments("balanced-sharpness") if p and {"plain", "E > 0"} <= p.facts])
    return Made(main.relation, None, (main,))


BUILT: dict[str, Callable[[Source], Made]] = {
    "transitivity": _joined, "algebra": _algebra, "sign": _signed, "scaling": _multiplied, "cases": _cases,
    "antisymmetry": _antisymmetric, "convexity": _convex, "specialization": _specialized, "AM-GM": _mean,
    "positive factor": _of_pair, "term by term": _summed, "part of a sum": _part,
    "monotonicity": _monotonic, "at the minimum": _least, "infimum": _bounded, "choice of a direction": _directed,
    "other weights": _moved, "definition": _defined, "square root": _rooted,
    "minimization": lambda g: Made(Relation(f := _curve(g.rng), ">=", 0), (f, r)),
    "power": _raised, "implied hypothesis": _implied, "trace and eigenvalues": _spectral,
    "smallest eigenvalue that is positive": _least_positive, "layers in any order": _any_two,
    "balanced minimizers": _at_balance,
}
"""Rules with few steps, or with free data."""
