"""A planted falsehood is found: every single-node edit of every statement makes ``verify`` fail.

Each constant, exponent, sign, symbol, index, operator and summation limit is changed, one at a
time, in each obligation, in its relational hypotheses and in each printed statement. An exact
counterexample or a derivation that no longer fits must notice; both are what makes the exit code 1.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
import sympy as sp
from edits import Edit, edits_of, same

from flatcert.checks.evaluation.evaluate import UnknownNode
from flatcert.checks.verifying import units as work
from flatcert.checks.verifying.replay import replay
from flatcert.theory import library as registry
from flatcert.theory.language.claim import Claim, Obligation
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import L, S, a, b
from flatcert.theory.library import BUILT_IN

EXACT = [claim for claim in BUILT_IN if claim.kind != "probabilistic"]
"""Draws refute nothing: an edit of a statement about a probability that is almost the same survives them."""
EVERY = 3
"""Derivations are compared with all edits; counterexamples are searched for one edit in so many."""
LEAST = {"gradient": 10, "sharpness": 20, "conservation": 30, "pl-inequality": 40, "singular-values": 25}
"""How many edits a claim has at least, so that the enumeration cannot quietly dry up; else 50."""
SEARCH_FAILS = {"alignment": 0.5, "limit-sharpness": 0.6, "residual-sharpness": 0.5, "residual-convergence": 0.75,
                "residual-convergence-sharp": 0.75}
"""The share of edits that may be true, undefined or out of the search's reach; the derivation has them.
Else 0.45, but half of the second claim has room of a factor 4, and the last two of hundreds along the flow."""


def differs(edit: Edit) -> bool:
    found = BUILT_IN.derivation(edit.claim.id)
    return found is not None and bool(found.matches(edit.claim, registry.BUILT_IN))


def refuted(edit: Edit) -> bool:
    """An exact counterexample, or a statement that no instance can be put into: ``verify`` says inconclusive."""
    assert edit.obligation is not None
    try:
        return work.refute(edit.claim.id, edit.obligation) is not None
    except (UnknownNode, ValueError):
        return True


@pytest.mark.slow
@pytest.mark.parametrize("claim", EXACT, ids=lambda claim: claim.id)
def test_every_edit_is_noticed(claim: Claim) -> None:
    """Two routes that share only the statement: a derivation by rules, and numbers on instances."""
    proof = BUILT_IN.derivation(claim.id)
    assert proof is None or proof.matches(claim, registry.BUILT_IN) == []
    count: Counter[str] = Counter()
    survivors = []
    for number, edit in enumerate(edits_of(claim)):
        count["edits"] += 1
        noticed = differs(edit)
        count["derivation"] += noticed
        if edit.obligation is not None and (not noticed or number % EVERY == 0):
            found = refuted(edit)
            count["searched"] += 1
            count["refuted"] += found
            noticed = noticed or found
        if not noticed:
            count["the same statement"] += (unchanged := same(edit))
            survivors += [] if unchanged else [f"{edit.name}: {edit.label}: {edit.relation}"]
    print(f"{claim.id}: {dict(count)}")
    assert survivors == []
    assert count["edits"] >= LEAST.get(claim.id, 50)
    if all(obligation.decide != "identity" for obligation in claim.obligations):
        assert count["refuted"] >= (1 - SEARCH_FAILS.get(claim.id, 0.45)) * count["searched"]


@pytest.mark.slow
@pytest.mark.parametrize("claim_id, obligation", [
    (claim.id, obligation) for claim in EXACT for obligation in claim.obligations
], ids=lambda x: x if isinstance(x, str) else x.name)
def test_a_refuted_edit_replays(claim_id: str, obligation: Obligation, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one false edit of each obligation in the registry, the token of its counterexample refutes again."""
    claim = BUILT_IN.claims[claim_id]
    for edit in edits_of(claim):
        if edit.name == obligation.name and edit.obligation is not None:
            found = None
            with suppress(UnknownNode, ValueError):  # an edit that no instance can be put into
                found = work.refute(claim_id, edit.obligation)
            if found is not None:
                monkeypatch.setitem(registry.BUILT_IN.claims, claim_id, edit.claim)
                assert replay(found.token).verdict == "refuted"
                return
    raise AssertionError("no edit of this obligation is refuted")


def test_the_same_statement_is_recognized() -> None:
    """The exclusion must accept rewritings and nothing else."""
    obligation = Obligation("made up", Relation(S, ">=", 2 * L * a))
    claim = replace(BUILT_IN.claims["sharpness-lower"], obligations=(obligation,))

    def edit(lhs: sp.Expr, op: str, rhs: sp.Expr) -> Edit:
        new = Relation(lhs, op, rhs)
        return Edit("", "made up", claim, obligation, new, obligation.relation)

    assert same(edit(S, ">=", (L + 1) ** 2 * a - (L**2 + 1) * a))
    assert not same(edit(S, ">", 2 * L * a))
    assert not same(edit(S, ">=", 2 * L * b))
    assert not same(edit(S, ">=", sp.Rational(2001, 1000) * L * a))


def test_the_enumeration_covers_constants_exponents_signs_symbols_and_operators() -> None:
    """``S >= 2 L |p|^{2/L} |w*|^{2-2/L} a``: the near-misses that one would write by hand are among them."""
    claim = BUILT_IN.claims["sharpness-lower"]
    (obligation,) = claim.obligations
    made = {(e.relation.lhs, e.relation.op, e.relation.rhs) for e in edits_of(claim)}
    lhs, op, rhs = S, ">=", obligation.relation.rhs
    from flatcert.theory.language.quantities import E, lambda_max, norm_p, norm_w

    for wrong in (rhs * sp.Rational(3, 2), -rhs, rhs.xreplace({a: b}), rhs.xreplace({a: lambda_max}),
                  rhs.xreplace({a: E}), rhs.xreplace({2 - 2 / L: 3 - 2 / L}), rhs.xreplace({norm_w: norm_p}),
                  rhs.xreplace({2 - 2 / L: 2 + 2 / L})):
        assert (lhs, op, wrong) in made
    assert {(lhs, other, rhs) for other in ("<=", "<", ">", "==", "!=")} <= made
