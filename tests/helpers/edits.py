"""Every single-node edit of a statement: what a slip of the pen could make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from flatcert.theory.language import quantities as names
from flatcert.theory.language.claim import Claim, Obligation
from flatcert.theory.language.nodes import LayerMatrix, Relation

OPERATORS = ("<=", "<", ">=", ">", "==", "!=")
SCALARS = (names.a, names.b, names.E, names.lambda_max, names.lambda_min, names.norm_w, names.norm_p,
           names.trace_Sigma)
MEASURED = (names.S, names.S_min, names.trace, names.norm_q1)
QUANTIFIED = {"z": (names.alpha, names.tau), "r": (names.r,), "gamma": (names.gamma,), "eta": (names.eta,)}
VECTORS = (names.w, names.u, names.w_star, names.g, names.w_dot, names.w_ddot)
FAMILIES = (("q", "h"), ("W", "Xi"), ("gradient", "adjoint"))


@dataclass(frozen=True)
class Edit:
    """An obligation (or the printed statement, when ``name`` is ``statement``) changed in one node."""

    label: str
    name: str
    claim: Claim
    obligation: Obligation | None
    relation: Relation
    original: Relation


def alternatives(node: Any, identity: bool, over: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """What may stand in the place of a node."""
    if isinstance(node, sp.Rational):
        for label, value in (("+1", node + 1), ("x2", 2 * node), ("sign", -node), ("-1", node - 1)):
            if value != node:
                yield label, value
    elif node == names.L:
        yield from (("L+1", node + 1), ("L-1", node - 1), ("2L", 2 * node))
    elif node in (names.k, names.j):
        yield from ((f"{node}+1", node + 1), (f"{node}-1", node - 1))
    elif isinstance(node, sp.MatrixSymbol):
        group = VECTORS if node in VECTORS and identity else (names.Sigma, names.M) if (
            node in (names.Sigma, names.M)) else (names.u, names.w, names.w_star) if node in VECTORS else ()
        yield from ((str(other), other) for other in group if other != node and (
            other != names.u or "u" in over))
    elif isinstance(node, LayerMatrix):
        for group in FAMILIES:
            if node.name in group:
                (other,) = set(group) - {node.name}
                yield other, LayerMatrix(other, node.index)
    elif isinstance(node, sp.Symbol):
        free = tuple(symbol for name in over for symbol in QUANTIFIED.get(name, ()))
        group = SCALARS if node in SCALARS else MEASURED if node in MEASURED else ()
        if node == names.e:
            group = SCALARS
        if node in free:
            group = (*SCALARS[:4], *free)
        yield from ((str(other), other) for other in group if other != node)
    elif isinstance(node, sp.Add):
        for i, term in enumerate(node.args):
            yield f"sign of {term}", node.func(*node.args[:i], -term, *node.args[i + 1:])
    if isinstance(node, (sp.Pow, sp.Mul, sp.Symbol)) and not isinstance(node, sp.MatrixExpr) and (
        node not in (names.k, names.j)):
        yield "x2", 2 * node
        yield "squared", node**2


def rewritten(expression: Any, identity: bool, over: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The expression with one node exchanged; each alternative once."""
    seen = {expression}
    for label, changed in _rewritten(expression, identity, over, ""):
        if changed not in seen and not changed.has(sp.nan, sp.zoo, sp.oo):
            seen.add(changed)
            yield label, changed


def _rewritten(node: Any, identity: bool, over: tuple[str, ...], path: str) -> Iterator[tuple[str, Any]]:
    for label, other in alternatives(node, identity, over):
        yield f"{path or 'root'}: {node} {label}", other
    if isinstance(node, (sp.MatrixSymbol, sp.Identity)):
        return  # their arguments are names and shapes
    for i, child in enumerate(node.args):
        if isinstance(node, LayerMatrix) and i == 0:
            continue
        for label, other in _rewritten(child, identity, over, f"{path}/{i}"):
            try:
                yield label, node.func(*node.args[:i], other, *node.args[i + 1:])
            except (ValueError, TypeError, ZeroDivisionError):
                continue  # SymPy does not form it: shapes do not fit, or 1/0


def relations(relation: Relation, identity: bool, over: tuple[str, ...]) -> Iterator[tuple[str, Relation]]:
    """Both sides, and the operator."""
    for label, lhs in rewritten(relation.lhs, identity, over):
        yield f"lhs {label}", Relation(lhs, relation.op, relation.rhs)
    for label, rhs in rewritten(relation.rhs, identity, over):
        yield f"rhs {label}", Relation(relation.lhs, relation.op, rhs)
    for op in OPERATORS:
        if op != relation.op:
            yield f"operator {op}", Relation(relation.lhs, op, relation.rhs)


def edits_of(claim: Claim) -> Iterator[Edit]:
    """All edits of a claim: obligations, their hypotheses that are relations, and the printed statement."""
    for position, obligation in enumerate(claim.obligations):
        identity = obligation.decide == "identity"

        def edit(label: str, changed: Obligation, new: Relation, old: Relation, at: int = position) -> Edit:
            others = claim.obligations
            return Edit(label, changed.name, replace(claim, obligations=(
                *others[:at], changed, *others[at + 1:])), changed, new, old)

        for label, relation in relations(obligation.relation, identity, obligation.over):
            yield edit(label, replace(obligation, relation=relation), relation, obligation.relation)
        for i, given in enumerate(obligation.given):
            if isinstance(given, Relation):
                for label, other in relations(given, identity, obligation.over):
                    hypotheses = (*obligation.given[:i], other, *obligation.given[i + 1:])
                    yield edit(f"given {label}", replace(obligation, given=hypotheses), other, given)
    if claim.statement is not None:
        for label, relation in relations(claim.statement, False, ()):
            yield Edit(label, "statement", replace(claim, statement=relation), None, relation, claim.statement)


def same(edit: Edit) -> bool:
    """Whether the edit only writes the same statement differently.

    As far as SymPy simplifies; and where sums are written out for up to four layers, a sum
    without terms being zero (``k = 1`` adds nothing to a sum over ``j < k``).
    """
    new, old = edit.relation, edit.original
    return new.op == old.op and all(
        x == y or _simplifies(x, y) or _written_out(x, y) for x, y in ((new.lhs, old.lhs), (new.rhs, old.rhs)))


def _simplifies(x: Any, y: Any) -> bool:
    """Scalars without layers, whose difference SymPy simplifies to zero."""
    plain = (isinstance(e, sp.Expr) and not e.has(LayerMatrix, sp.MatrixSymbol) for e in (x, y))
    return all(plain) and sp.simplify(x - y) == 0


def _written_out(x: Any, y: Any) -> bool:
    return bool(x.has(sp.Sum) and y.has(sp.Sum)) and all(
        _expanded(x, depth) == _expanded(y, depth) for depth in range(1, 5))


def _expanded(node: Any, depth: int) -> Any:
    if isinstance(node, sp.Sum):
        body, *limits = node.args
        index, low, high = limits[-1]  # the outermost
        inner = sp.Sum(body, *limits[:-1]) if limits[:-1] else body
        first, last = (int(x.xreplace({names.L: sp.Integer(depth)})) for x in (low, high))
        return sp.Add(*(_expanded(inner.xreplace({index: sp.Integer(i)}), depth) for i in range(first, last + 1)))
    return node.func(*(_expanded(arg, depth) for arg in node.args)) if node.has(sp.Sum) else node
