"""Strategies for steps: accepted ones with changes, and others built from judgments that are plainly true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import sympy as sp
from accepting import anything
from hypothesis import strategies as st
from rule_fuzzer import Attempt, judgments, shipped
from step_built import BUILT, built
from step_grammar import ENDS, NAMES, NUMBERS, SCOPES, compared, matrix, scalar, shown_zero, truths, wrapped
from step_nodes import OPS, altered, leaves, near, nodes, weaker

from flatcert.theory.algebra.layer_ranges import INDICES
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import FLIPPED, LayerMatrix, Relation
from flatcert.theory.language.quantities import j, k
from flatcert.theory.setting.residual import DEFINED


@st.composite
def attempts(draw: Any, rules: Sequence[str] = (), steps: Callable[[], Mapping[str, Any]] = shipped) -> Attempt:
    """A step for one of the rules (any rule, if none is named) that its rule should refuse, or that is true."""
    rng = draw(st.randoms(use_true_random=False))
    rule = rng.choice(list(rules or steps()))
    claim, attempt = rng.choice(steps()[rule])
    try:
        if rule in BUILT and rng.random() < 0.7:
            attempt = built(rng, rule, claim, attempt)
            changes = rng.choice((0, 0, 1))
        else:
            changes = rng.choice((1, 1, 2, 3))
        for _ in range(changes):
            attempt = changed(rng, claim, attempt)
    except (TypeError, ValueError, AttributeError, ArithmeticError, NotImplementedError):
        pass  # SymPy makes no such expression: what there was so far is tried
    return attempt


def _data(rng: Random, data: Any, others: list[sp.Basic]) -> Any:
    """Data with one leaf changed."""
    if type(data) is tuple and data:
        n = rng.randrange(len(data))
        scalars = [x for x in data if isinstance(x, sp.Expr) and not getattr(x, "is_Matrix", False)]
        if isinstance(data[n], sp.Expr) and len(scalars) > 1 and rng.random() < 0.2:
            other = rng.choice(scalars)
            return (*data[:n], rng.choice((1 / other, other, -other, shown_zero(k) + other)), *data[n + 1 :])
        if rng.random() < 0.1:
            return tuple(-x if isinstance(x, sp.Expr) else x for x in data)
        return (*data[:n], _data(rng, data[n], others), *data[n + 1 :])
    if type(data) is str:
        return rng.choice((data[:-1], data + "s", "X", "up", "down", "power", "root", "left", "right", *DEFINED))
    if type(data) is int:
        return data + rng.choice((-1, 1))
    if data in INDICES:
        return rng.choice((j, k, data))
    if type(data) is Relation:
        return Relation(altered(rng, data.lhs, others), data.op, data.rhs)
    if isinstance(data, LayerMatrix):
        return data.xreplace({data.index: rng.choice(ENDS)})
    if isinstance(data, sp.Basic):
        whole = [x for x in others if getattr(x, "is_Matrix", False) == getattr(data, "is_Matrix", False)]
        return rng.choice(whole) if whole and rng.random() < 0.2 else altered(rng, data, others)
    return data


def changed(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    """One change of statement, data, scope, hypotheses, premises or rule."""
    change = rng.choices(CHANGES, WEIGHTS)[0]
    return change(rng, claim, attempt)


def _statement(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    s, others = attempt.step.statement, near(attempt)
    new = rng.choice((
        lambda: Relation(s.lhs, rng.choice(OPS), s.rhs), lambda: Relation(altered(rng, s.lhs, others), s.op, s.rhs),
        lambda: Relation(s.lhs, s.op, altered(rng, s.rhs, others)), lambda: s.flipped(),
        lambda: Relation(s.lhs, FLIPPED[s.op], s.rhs), lambda: _everywhere(rng, s, others),
        lambda: Relation(s.lhs + shown_zero(k), s.op, s.rhs)))()
    return replace(attempt, step=replace(attempt.step, statement=new))


def _everywhere(rng: Random, relation: Relation, others: list[sp.Basic]) -> Relation:
    """A relation with one of its parts replaced on both sides."""
    node = rng.choice(nodes(relation.lhs))
    new = matrix(rng, node, others) if getattr(node, "is_Matrix", False) else scalar(rng, others, 1)
    return Relation(relation.lhs.xreplace({node: new}), relation.op, relation.rhs.xreplace({node: new}))


def _both(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    """Data and statement changed alike."""
    step, others = attempt.step, near(attempt)
    parts = [x for x in leaves(step.data) if isinstance(x, sp.Expr | sp.MatrixExpr)]
    if not parts:
        return _statement(rng, claim, attempt)
    node = rng.choice(nodes(rng.choice(parts)))
    new = matrix(rng, node, others) if getattr(node, "is_Matrix", False) else rng.choice(
        (scalar(rng, others, 1), wrapped(rng, node, node), rng.choice(NUMBERS)))
    exchange = {node: new}

    def put(data: Any) -> Any:
        if type(data) is tuple:
            return tuple(put(x) for x in data)
        return data.xreplace(exchange) if isinstance(data, sp.Basic) else data

    s = step.statement
    statement = Relation(s.lhs.xreplace(exchange), s.op, s.rhs.xreplace(exchange))
    return replace(attempt, step=replace(step, statement=statement, data=put(step.data)), completed=True)


def _only_data(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    data = _data(rng, attempt.step.data, near(attempt))
    return replace(attempt, step=replace(attempt.step, data=data), completed=True)


def _scope(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    ranges = dict(attempt.step.ranges)
    for x in (attempt.step.statement.lhs.free_symbols | attempt.step.statement.rhs.free_symbols) & INDICES:
        ranges[x] = rng.choice((*SCOPES, (rng.choice(ENDS), rng.choice(ENDS))))
    scope = tuple((x, *ends) for x, ends in ranges.items())
    return replace(attempt, step=replace(attempt.step, scope=scope))


def _hypotheses(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    given: tuple[Given, ...] = attempt.step.hypotheses
    given = rng.choice((lambda: (), lambda: given[1:], lambda: (*given, rng.choice(NAMES)),
                        lambda: (*given, compared(rng, near(attempt)))))()
    return replace(attempt, step=replace(attempt.step, hypotheses=given), completed=True)


def _premises(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    premises = list(attempt.premises)
    n = rng.randrange(len(premises) + 1)
    kind = rng.randrange(7)
    if n == len(premises):
        premises.append(rng.choice(truths()) if rng.random() < 0.5 else rng.choice(judgments(claim)))
    elif kind == 0:
        del premises[n]
    elif kind == 1:
        premises[n] = rng.choice(premises)
    elif kind == 2:
        rng.shuffle(premises)
    elif kind == 3:
        premises[n] = rng.choice(judgments(claim))
    elif kind == 4:
        premises[n] = rng.choice(truths())
    else:
        premises[n] = weaker(rng, premises[n], near(attempt))
    return replace(attempt, premises=tuple(premises), completed=True)


def _look_alike(rng: Random, claim: str, attempt: Attempt) -> Attempt:
    """A rule of the same name that asks for nothing, with another statement."""
    rule = replace(anything, name=attempt.step.rule.name)
    return _statement(rng, claim, replace(attempt, step=replace(attempt.step, rule=rule, data=None)))


CHANGES: tuple[Callable[[Random, str, Attempt], Attempt], ...] = (
    _statement, _both, _only_data, _scope, _hypotheses, _premises, _look_alike)
WEIGHTS = (4, 3, 5, 1, 2, 5, 0.3)


