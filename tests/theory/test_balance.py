"""Section 3: every derivation is recomputed, says what its claim says, and survives no tampering."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sympy as sp

from flatcert.theory import (
    balance,
    convergence,
    proofs,
    proofs_alignment,
    proofs_balance,
    proofs_balanced,
    proofs_convergence,
    proofs_limit,
    proofs_norm_control,
    registry,
)
from flatcert.theory.claims import Claim, Obligation, scaled
from flatcert.theory.derivations import Derivation, Step
from flatcert.theory.expressions import LayerMatrix, Relation
from flatcert.theory.facts import Algebra

CLAIMS: dict[str, Claim] = {claim.id: claim for claim in (*balance.CLAIMS, *convergence.CLAIMS)}
PROOFS: dict[str, Callable[[], Derivation]] = {
    **proofs_balance.PROOFS, **proofs_norm_control.PROOFS, **proofs_convergence.PROOFS, **proofs_limit.PROOFS,
    **proofs_balanced.PROOFS, **proofs_alignment.PROOFS}
OBLIGATIONS = [(name, o.name) for name, claim in CLAIMS.items() for o in claim.obligations]
TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """The engine looks claims up in the registry."""
    with pytest.MonkeyPatch.context() as patch:
        for name, claim in CLAIMS.items():
            patch.setitem(registry.CLAIMS, name, claim)
            patch.setitem(proofs.PROOFS, name, PROOFS[name])
        yield


def derivation(name: str) -> Derivation:
    found = registry.derivation(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", CLAIMS)
def test_every_step_is_recomputed_and_every_obligation_is_derived(name: str) -> None:
    found = derivation(name)
    assert [r.message for r in found.check() if not r.ok] == []
    assert found.matches(CLAIMS[name]) == []
    assert not found.partial


@pytest.mark.parametrize("name", CLAIMS)
def test_no_step_is_idle(name: str) -> None:
    found = derivation(name)
    used = {n for end in found.yields.values() for n in found.ancestors(end)}
    assert [s for n, s in enumerate(found.steps) if n not in used and not s.note] == []


@pytest.mark.parametrize(("name", "obligation"), OBLIGATIONS)
def test_an_edited_obligation_no_longer_matches(name: str, obligation: str) -> None:
    claim, found = CLAIMS[name], derivation(name)
    stated = claim.obligation(obligation)
    changes: list[Obligation] = [] if stated.relation.rhs == 0 else [scaled("", sp.Rational(101, 100)).of(stated)]
    changes += [replace(stated, given=tuple(x for x in stated.given if x != g)) for g in stated.given]
    changes += [replace(stated, given=(*stated.given, g)) for g in ("L >= 3", "q_1 != 0")]
    assert len(stated.mutants) >= 3
    changes += [mutant.of(stated) for mutant in stated.mutants]
    for change in changes:
        obligations = tuple(
            replace(o, relation=change.relation, given=change.given) if o.name == obligation else o
            for o in claim.obligations)
        altered = replace(claim, obligations=obligations)
        assert any(m.startswith(f"{obligation}:") for m in found.matches(altered)), str(change.relation)


def alterations(relation: Relation) -> Iterator[Relation]:
    """The constant, the sign, the direction, an exponent, a layer index: one of them changed."""
    left, op, right = relation.lhs, relation.op, relation.rhs
    if right == 0:
        yield Relation(left, op, sp.S.One)
    elif not isinstance(right, sp.ZeroMatrix):
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
    changed = replace(found, steps=(*found.steps[:index], step, *found.steps[index + 1 :]))
    return changed.ok and not changed.matches(CLAIMS[found.claim])


@pytest.mark.parametrize("name", CLAIMS)
def test_an_altered_statement_is_refused(name: str) -> None:
    """By its rule; or, where the alteration is true as well, it says the same, or breaks the proof later."""
    found = derivation(name)
    for index, step in enumerate(found.steps):
        for statement in alterations(step.statement):
            altered = replace(step, statement=statement)
            if not found.would_accept(index, altered).ok:
                continue
            facts = found._checked[index][1].facts  # type: ignore[union-attr]
            if not Algebra(facts).same(statement, step.statement):
                assert not holds_together(found, index, altered), f"step {index + 1}: {statement}"


@pytest.mark.parametrize("name", CLAIMS)
def test_every_premise_and_hypothesis_is_needed(name: str) -> None:
    found = derivation(name)
    for index, step in enumerate(found.steps):
        for premise in step.using:
            rest = tuple(n for n in step.using if n != premise)
            assert not found.would_accept(index, replace(step, using=rest)).ok, f"step {index + 1}: {step.statement}"
        for hypothesis in step.hypotheses:
            fewer = tuple(h for h in step.hypotheses if h != hypothesis)
            assert not found.would_accept(index, replace(step, hypotheses=fewer)).ok
        idle = (*step.hypotheses, "w* eigenvector")
        assert not found.would_accept(index, replace(step, hypotheses=idle)).ok


@pytest.mark.parametrize("name", CLAIMS)
def test_a_wider_range_of_layers_is_refused(name: str) -> None:
    found = derivation(name)
    for index, step in enumerate(found.steps):
        if step.scope:
            wider = tuple((x, low - 1, high + 1) for x, low, high in step.scope)
            assert not found.would_accept(index, replace(step, scope=wider)).ok, f"step {index + 1}: {step.statement}"
