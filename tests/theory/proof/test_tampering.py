"""Planted falsehoods in the derivations: no altered step slips through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sympy as sp

from flatcert.theory.algebra.algebra import Algebra
from flatcert.theory.language.nodes import LayerMatrix, Relation
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.derivation import Derivation, Step
from flatcert.theory.proof.rules.sub_products import sub_product

DERIVED = [name for name, claim in BUILT_IN.claims.items() if claim.kind != "probabilistic"]
TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


def alterations(relation: Relation) -> Iterator[Relation]:
    """The constant, the sign, the direction, an exponent, a layer index: one of them changed."""
    left, op, right = relation.lhs, relation.op, relation.rhs
    if right == 0 or isinstance(right, sp.ZeroMatrix):
        if not isinstance(right, sp.ZeroMatrix):
            yield Relation(left, op, sp.S.One)
    else:
        yield Relation(left, op, sp.Rational(101, 100) * right)
        if op == "==":
            yield Relation(left, op, -right)
    if op in TURNED:
        yield Relation(left, TURNED[op], right)
    for power in sorted(right.atoms(sp.Pow), key=str)[:1]:
        yield Relation(left, op, right.xreplace({power: sp.Pow(power.base, power.exp + 1)}))
    for member in sorted((x for x in right.atoms(LayerMatrix) if x.name in "qP"), key=str)[:1]:
        if right != member:  # another shape
            yield Relation(left, op, right.xreplace({member: LayerMatrix(member.name, member.index + 1)}))


def holds_together(found: Derivation, index: int, step: Step) -> bool:
    """Whether the derivation with that step still proves its claim."""
    changed = replace(found, steps=(*found.steps[:index], step, *found.steps[index + 1 :]))
    return changed.ok(BUILT_IN) and not changed.matches(BUILT_IN.claim(found.claim), BUILT_IN)


@pytest.mark.parametrize("name", DERIVED)
def test_an_altered_statement_is_refused(name: str) -> None:
    """By its rule; or, where the alteration is true as well, it says the same, or breaks the proof later.

    (At depth one, exponents such as 2 - 2/L and 2L - 2 agree.)
    """
    found = BUILT_IN.derivation(name)
    assert found is not None
    tried = 0
    for index, step in enumerate(found.steps):
        for statement in alterations(step.statement):
            tried += 1
            altered = replace(step, statement=statement)
            if not found.would_accept(index, altered, BUILT_IN).ok:
                continue
            facts = found._checked(BUILT_IN)[index][1].facts  # type: ignore[union-attr]
            if not Algebra(facts).same(statement, step.statement):
                assert not holds_together(found, index, altered), f"step {index + 1}: {statement}"
    assert tried > len(found.steps)


@pytest.mark.parametrize("name", DERIVED)
def test_every_premise_is_needed(name: str) -> None:
    found = BUILT_IN.derivation(name)
    assert found is not None
    for index, step in enumerate(found.steps):
        for premise in step.using:
            rest = tuple(n for n in step.using if n != premise)
            assert not found.would_accept(index, replace(step, using=rest), BUILT_IN).ok, f"step {index + 1}"


@pytest.mark.parametrize("name", DERIVED)
def test_every_hypothesis_is_needed_where_it_enters(name: str) -> None:
    found = BUILT_IN.derivation(name)
    assert found is not None
    for index, step in enumerate(found.steps):
        for hypothesis in step.hypotheses:
            rest = tuple(h for h in step.hypotheses if h != hypothesis)
            assert not found.would_accept(index, replace(step, hypotheses=rest), BUILT_IN).ok
        idle = "L >= 3" if "L >= 3" not in step.hypotheses else "w* eigenvector"
        assert not found.would_accept(index, replace(step, hypotheses=(*step.hypotheses, idle)), BUILT_IN).ok


@pytest.mark.parametrize("name", DERIVED)
def test_a_wider_range_of_layers_is_refused(name: str) -> None:
    found = BUILT_IN.derivation(name)
    assert found is not None
    for index, step in enumerate(found.steps):
        if step.scope and step.rule.general:
            # All products have bounded singular values: those of the middle layers are wider by more than one.
            by = 2 if step.rule == sub_product else 1
            wider = tuple((x, low - by, high + by) for x, low, high in step.scope)
            assert not found.would_accept(index, replace(step, scope=wider), BUILT_IN).ok, f"step {index + 1}"
