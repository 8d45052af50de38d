"""Every derivation is recomputed and says what its claim says; no edit of either goes unnoticed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim, Obligation, scaled
from flatcert.theory.language.nodes import Relation, dot
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation, Step
from flatcert.theory.proof.rules.table import RULES

DERIVED = [name for name, claim in BUILT_IN.claims.items() if claim.kind != "probabilistic"]
OBLIGATIONS = [(name, o.name) for name in DERIVED for o in BUILT_IN.claim(name).obligations]


def derivation(name: str) -> Derivation:
    found = BUILT_IN.derivation(name)
    assert found is not None
    return found


def edited(claim: Claim, name: str, **changes: object) -> Claim:
    obligations = tuple(
        replace(o, **changes) if o.name == name else o for o in claim.obligations)  # type: ignore[arg-type]
    return replace(claim, obligations=obligations)


@pytest.mark.parametrize("name", DERIVED)
def test_every_step_is_recomputed_and_every_obligation_is_derived(name: str) -> None:
    found = derivation(name)
    assert [r.message for r in found.check(BUILT_IN) if not r.ok] == []
    assert found.matches(BUILT_IN.claim(name), BUILT_IN) == []
    assert not found.partial


@pytest.mark.parametrize("name", DERIVED)
def test_no_step_is_idle(name: str) -> None:
    """A step that nothing rests on would be decoration; remarks carry a note and generic entries a shape."""
    found = derivation(name)
    ends = [*found.yields.values(), *found.again.values()]
    used = {n for end in ends for n in found.ancestors(end)}
    idle = [s for n, s in enumerate(found.steps) if n not in used and s.rule.general and not s.note]
    assert idle == []


def test_what_has_no_derivation_is_a_statement_about_probabilities() -> None:
    assert [name for name in BUILT_IN.claims if BUILT_IN.derivation(name) is None] == ["residual-init"]


def test_every_rule_is_used() -> None:
    """All but those for settings of one's own, which test_own_words and the tests of their files use."""
    used = {step.rule.name for name in DERIVED for step in derivation(name).steps}
    own = {"own word", "all of several", "Sturm", "Bernstein", "cases by order", "weighted sum",
           "product of inequalities", "order at a vector", "evidently semidefinite", "commuting factors"}
    assert used == set(RULES) - own


@pytest.mark.parametrize(("name", "obligation"), OBLIGATIONS)
def test_an_edited_obligation_no_longer_matches(name: str, obligation: str) -> None:
    claim, found = BUILT_IN.claim(name), derivation(name)
    stated = claim.obligation(obligation)
    zero = stated.relation.rhs == 0
    changes: list[Obligation] = [] if zero else [scaled("", sp.Rational(101, 100)).of(stated)]
    changes += [replace(stated, given=tuple(x for x in stated.given if x != g)) for g in stated.given]
    changes += [replace(stated, given=(*stated.given, g)) for g in ("L >= 3", "q_1 != 0") if g not in stated.given]
    changes += [mutant.of(stated) for mutant in stated.mutants]
    for change in changes:
        altered = edited(claim, obligation, relation=change.relation, given=change.given)
        assert any(m.startswith(f"{obligation}:") for m in found.matches(altered, BUILT_IN)), str(change.relation)


@pytest.mark.parametrize("name", [n for n, c in BUILT_IN.claims.items() if c.statement is not None])
def test_an_edited_statement_no_longer_matches(name: str) -> None:
    claim = BUILT_IN.claim(name)
    assert claim.statement is not None
    wrong = Relation(claim.statement.lhs, "==", 2 * claim.statement.rhs)
    assert derivation(name).matches(replace(claim, statement=wrong), BUILT_IN)


def test_a_flipped_relation_says_the_same() -> None:
    claim = BUILT_IN.claim("sharpness-lower")
    stated = claim.obligation("minimizers").relation
    assert derivation(claim.id).matches(edited(claim, "minimizers", relation=stated.flipped()), BUILT_IN) == []


def test_an_obligation_that_is_not_yielded_is_reported_unless_declared_partial() -> None:
    found, claim = derivation("kernel"), BUILT_IN.claim("kernel")
    yields = {k: v for k, v in found.yields.items() if k != "flow"}
    assert replace(found, yields=yields).matches(claim, BUILT_IN) == ["flow: no step yields it"]
    assert replace(found, yields=yields, partial={"flow": "not carried out"}).matches(claim, BUILT_IN) == []
    assert replace(found, yields={**found.yields, "none": 0}).matches(claim, BUILT_IN)


def test_generic_entries_prove_nothing_for_all_shapes() -> None:
    found = derivation("gradient")
    special = next(n for n, step in enumerate(found.steps) if not step.rule.general)
    (problem,) = replace(found, yields={"layer": special}).matches(BUILT_IN.claim("gradient"), BUILT_IN)
    assert "some shapes only" in problem


def test_the_space_of_an_obligation_is_part_of_what_is_derived() -> None:
    """What holds at the aligned minimizer is not claimed of all weights."""
    claim = BUILT_IN.claim("min-trace")
    assert derivation("min-trace").matches(edited(claim, "attained", space="weights"), BUILT_IN)


def test_only_required_claims_may_be_cited() -> None:
    proof = Proof("gradient", BUILT_IN)
    cited = derivation("kernel-agm")
    index = cited.yields["all-weights"]
    proof.steps.append(Step(cited.steps[index].statement, RULES["claim"], data=("kernel-agm", "all-weights")))
    (result,) = proof.done({}).check(BUILT_IN)
    assert not result.ok and "does not require" in result.message


def test_a_step_after_a_refused_one_is_refused() -> None:
    found = derivation("kernel-agm")
    broken = replace(found.steps[0], statement=Relation(dot(Q.u, Q.M * Q.u), "==", 0))
    result = replace(found, steps=(broken, *found.steps[1:])).check(BUILT_IN)
    assert not result[0].ok and not result[found.yields["all-weights"]].ok


def test_the_eigenvector_case_has_the_known_value() -> None:
    """Sigma = diag(1, 4), w* = e_1, L = 2: 8/sqrt(3), from the derived formula."""
    found = derivation("min-sharpness-kink").conclusion("low-eigenvalue", BUILT_IN).relation.rhs
    value = found.subs({Q.L: 2, Q.e: 1, Q.lambda_max: 4, Q.E: 1, Q.norm_p: 1})
    assert sp.simplify(value - 8 / sp.sqrt(3)) == 0


def test_both_routes_to_the_sharper_bound_are_independent() -> None:
    """Calculus over r shares no inequality with the master inequality, only section 1."""
    found = derivation("sharpness-lower-tight")
    first = {found.steps[n].data for n in found.ancestors(found.yields["minimizers"])
             if found.steps[n].rule.name == "claim"}
    second = {found.steps[n].data for n in found.ancestors(found.again["minimizers"])
              if found.steps[n].rule.name == "claim"}
    assert ("kernel-agm", "all-weights") in first and ("kernel-agm", "all-weights") not in second
