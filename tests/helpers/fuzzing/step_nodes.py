"""Parts of steps, expressions with one part replaced, and judgments that follow from others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import sympy as sp
from rule_fuzzer import Attempt
from step_grammar import ENDS, NAMES, NUMBERS, assumed, compared, matrix, scalar, wrapped

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language.nodes import Relation

OPS = ("==", "<=", ">=", "<", ">")


def near(attempt: Attempt) -> list[sp.Basic]:
    """The scalars and matrices that occur in an attempt."""
    step, roots = attempt.step, []
    for relation in (step.statement, *(p.relation for p in attempt.premises)):
        roots += [relation.lhs, relation.rhs]
    roots += [x for x in leaves(step.data) if isinstance(x, sp.Basic)]
    return list(dict.fromkeys(x for root in roots for x in nodes(root)))


@cache
def nodes(root: sp.Basic) -> tuple[sp.Basic, ...]:
    """The scalars and matrices in an expression, but for sizes and the ranges of sums."""
    if isinstance(root, sp.Sum | sp.Product):
        return (root, *nodes(root.function))
    inside = () if isinstance(root, sp.MatrixSymbol | sp.Identity | sp.ZeroMatrix) else root.args
    own = (root,) if isinstance(root, sp.Expr | sp.MatrixExpr) else ()
    return (*own, *(x for arg in inside for x in nodes(arg)))


def leaves(data: Any) -> list[Any]:
    return [x for one in data for x in leaves(one)] if isinstance(data, tuple) else [data]


def altered(rng: Random, expr: sp.Basic, others: list[sp.Basic]) -> sp.Basic:
    """An expression with one of its parts replaced."""
    node = rng.choice(nodes(expr) if rng.random() < 0.8 else (expr,))
    if getattr(node, "is_Matrix", False):
        return expr.xreplace({node: matrix(rng, node, others)})
    if node in ENDS and rng.random() < 0.5:
        return expr.xreplace({node: rng.choice(ENDS)})
    return expr.xreplace({node: rng.choice((
        lambda: scalar(rng, others, 1), lambda: scalar(rng, others, 2), lambda: wrapped(rng, node, node),
        lambda: wrapped(rng, node, scalar(rng, others, 0)), lambda: rng.choice(NUMBERS), lambda: -node))()})


def weaker(rng: Random, p: Judgment, others: list[sp.Basic]) -> Judgment:
    """A judgment that is true if this one is: turned, less strict, under more, on fewer layers, or supposed."""
    x = p.relation
    kind = rng.randrange(6)
    if kind == 0:
        return replace(p, relation=x.flipped())
    if kind == 1 and not getattr(x.lhs, "is_Matrix", False) and x.op != "!=":
        return replace(p, relation=Relation(-x.rhs, x.op, -x.lhs))
    if kind == 2:
        ops = {"==": ("<=", ">="), "<": ("<=", "!="), ">": (">=", "!=")}.get(x.op, (x.op,))
        return replace(p, relation=Relation(x.lhs, rng.choice(ops), x.rhs))
    if kind == 3:
        return replace(p, facts=p.facts | {rng.choice((rng.choice(NAMES), compared(rng, others)))})
    if kind == 4 and p.ranges:
        index = rng.choice(list(p.ranges))
        low, high = p.ranges[index]
        single = ((low, low), (high, high)) if (high - low).is_nonnegative else ()  # of an empty range no layer is left
        ends = rng.choice((*single, (low + 1, high), (low, high - 1)))
        return replace(p, ranges={**p.ranges, index: ends})
    relation = rng.choice((lambda: Relation(altered(rng, x.lhs, others), x.op, x.rhs),
                           lambda: Relation(x.lhs, rng.choice(OPS), x.rhs)))()
    return assumed(relation, p.facts, p.ranges)
