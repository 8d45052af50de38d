"""The second line: steps against exact instances, with falsehoods planted under rules that accept everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp
from accepting import anything
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.deep_linear.second_line.agreement import agrees
from flatcert.checks.deep_linear.second_line.handful import handful
from flatcert.checks.deep_linear.second_line.judging import contradiction, decided
from flatcert.checks.deep_linear.second_line.places import Place
from flatcert.checks.deep_linear.second_line.proof_words import COMPUTED, COMPUTED_LAYERS, LAYERS, OF_ONE_LAYER, WORDS
from flatcert.checks.second_line.decision import Contradiction
from flatcert.checks.second_line.steps import contradicted, second_line
from flatcert.checks.verifying import verify
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.report import as_dict
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import (
    LayerMatrix,
    Minimum,
    Relation,
    SubProduct,
    dot,
    norm_squared,
    weighted_top,
    width,
)
from flatcert.theory.language.norms import GramPower, second_singular, spectral
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.derivation import Derivation, Step, i
from flatcert.theory.proof.rules.table import RULES
from flatcert.theory.setting.flow import BELOW, D, least, left, margin, right, sine
from flatcert.theory.setting.initial_value import flow_of, start_of, x, x_0
from flatcert.theory.setting.network import M_rescaled, P, Sigma_half, W, q, q_dot, risk, unit
from flatcert.theory.setting.residual import DEFINED, change, move

L, k, j, u, w = Q.L, Q.k, Q.j, Q.u, Q.w
ALL = {k: (1, L)}


def said(lhs: Any, op: str, rhs: Any, *facts: Given, **ranges: tuple[Any, Any]) -> Judgment:
    """A judgment; the ranges by the names of the indices."""
    indices = {"i": i, "j": j, "k": k}
    return Judgment(Relation(lhs, op, rhs), frozenset(facts), {
        indices[name]: (sp.sympify(low), sp.sympify(high)) for name, (low, high) in ranges.items()})


FALSE: dict[str, Judgment] = {
    "a constant is wrong": said(
        Q.S, ">=", sp.Rational(21, 10) * L * Q.a * Q.norm_p ** (2 / L) * Q.norm_w ** (2 - 2 / L), "minimizer", "E > 0"),
    "a constant is wrong by a millionth": said(
        weighted_top(Q.r * sp.Identity(width(0))), "==", Q.r * Q.lambda_max * (1 + sp.Rational(1, 10**6))),
    "the operator points the other way": said(Q.a, ">=", Q.b, "E > 0"),
    "strict where equality is attained": said(Q.a, "<", Q.b, "E > 0"),
    "a hypothesis is missing: minimizer": said(Q.S, "==", 2 * weighted_top(Q.M)),
    "a hypothesis is missing: E > 0": said(Q.S_min, ">", 0),
    "a hypothesis is missing: plain": said(dot(q(L), q(L)), "==", 1),
    "a hypothesis is missing: square": said(dot(q(k), q(k)), ">=", Q.alpha_sub**2 * Q.norm_p**2, k=(1, L)),
    "a hypothesis is missing: balanced": said(spectral(W(k)), "==", spectral(W(1)), "plain", k=(1, L)),
    "a hypothesis is missing: L >= 2": said(Q.L, ">", 1),
    "a hypothesis is missing: W != 0": said(Q.sigma_max, ">", 0),
    "a hypothesis is missing: w == w*": said(Q.norm_w_net, "==", Q.norm_w, "minimizer"),
    "a singular covariance is forgotten": said(Q.lambda_min, ">", 0),
    "another eigenvalue": said(dot(u, Q.Sigma * u), "<=", Q.trace_Sigma / 2 * dot(u, u)),
    "the range is too wide": said(spectral(D(k)), "<=", Q.Delta, k=(1, L)),
    "the range begins too early": said(W(k) * P(k - 1), "==", P(k), k=(0, L)),
    "a member that is not there": said(norm_squared(W(L + 1)), ">=", 0),
    "layers exchanged": said(norm_squared(W(j)), "<=", norm_squared(W(k)), j=(1, L), k=(j, L)),
    "the neighbour's layer": said(P(k), "==", W(k + 1) * P(k - 1), k=(1, L - 1)),
    "matrices in another order": said(W(k).T * W(k), "==", W(k) * W(k).T, "square", k=(1, L)),
    "a transposition is lost": said(q(k - 1), "==", W(k) * q(k), "square", k=(1, L)),
    "matrices that do not fit": said(dot(u, W(k) * u), "==", dot(u, W(k) * u), k=(1, L)),
    "one entry of a matrix": said(Q.M, "==", sp.Trace(Q.M) / 2 * sp.Identity(width(0))),
    "a sum that ends early": said(Q.kernel_form(u, u), "==",
                                  sp.Sum(dot(q(k), q(k)) * dot(P(k - 1) * u, P(k - 1) * u), (k, 1, L - 1))),
    "a product over one layer too few": said(sp.Product(1 + norm_squared(W(k)), (k, 1, L)), "==",
                                             sp.Product(1 + norm_squared(W(k)), (k, 2, L))),
    "a Taylor coefficient": said(Q.w_dot, "==", 2 * P(0).T * q_dot(0)),
    "a derivative along the direction": said(Q.curvature, "==", dot(Q.w_dot, Q.Sigma * Q.w_dot), "minimizer"),
    "the root for the matrix": said(Sigma_half, "==", Q.Sigma),
    "a rescaled sharpness": said(Q.S_rescaled, "==", Q.S, "L >= 2"),
    "a rescaled kernel": said(dot(u, M_rescaled * u), ">=", Q.gamma**3 * Q.norm_q1**2 * dot(u, u), "L >= 2"),
    "the least risk forgotten": said(risk, "==", Q.risk_gap),
    "aligned, another power of r": said(q(1), "==", Q.r * unit(1), "aligned", "E > 0", "L >= 2"),
    "planted, another optimum": said(Q.tau, "==", 2 * Q.alpha * Q.r ** (L / (L - 1)), "planted", "E > 0", "L >= 2"),
    "the largest of two": said(
        sp.Max(Q.r * Q.lambda_max, Q.r * Q.lambda_min, evaluate=False), "==", Q.r * Q.lambda_min),
    "a power of a Gram matrix": said(GramPower("H", k, 2), "==", GramPower("H", k, 1), k=(1, L)),
    "a sub-product": said(SubProduct(j, k + 1), "==", SubProduct(j, k), "square", j=(1, L), k=(j + 1, L)),
    "top vectors are no eigenvectors of another": said(left(k), "==", right(k + 1), "square", k=(1, L - 1)),
    "an angle": said(sine(k), "==", 0, k=(1, L - 1)),
    "a second singular value": said(second_singular(W(k)), "==", 0, k=(1, L)),
    "a remainder of a sum of powers":
        said(spectral(W(k)) ** 2, "<=", norm_squared(W(k)) - spectral(W(k)) ** 2, k=(1, L)),
    "a distance": said(move(k), "<=", Q.layer_displacement / 2, k=(1, L)),
    "a change of a product": said(change(j, k), "<=", Q.beta_sub_0 * move(j), j=(1, L), k=(j, L)),
    "what the imbalance leaves": said(margin, ">=", sp.Rational(1, 2), Relation(Q.theta, "<", 1)),
    "what the norm is at least": said(Q.norm_w_net, ">=", 3 * least, "E > 0", BELOW),
    "a rate of the flow": said(Q.risk_gap, "<=", Q.risk_gap_0 * sp.exp(-100 * Q.lambda_max * Q.time)),
    "a threshold": said(Q.eta * Q.S, ">", sp.Rational(2001, 1000), "minimizer", "E > 0",
                        Relation(Q.eta, ">", 2 / Q.S_min)),
    "a rate above another variable": said(Q.eta, "<", Q.r, Relation(Q.r, "<=", Q.eta)),
    "a threshold that stands first": said(Q.eta * Q.S_min, ">", sp.Rational(2001, 1000), "E > 0",
                                          Relation(2 / Q.S_min, "<", Q.eta)),
    "a radius": said(Q.alpha_ends_0, ">", 2 * Q.beta_sub_0 * (sp.exp(Q.beta_sub_0 * Q.rho) - 1),
                     Relation(Q.beta_sub_0 * (sp.exp(Q.beta_sub_0 * Q.rho) - 1), "<", Q.alpha_ends_0)),
    "a minimum": said(Minimum(Q.r * Q.a + Q.b / Q.r, Q.r), "<=", 2 * Q.a, "E > 0", "L >= 2"),
    "a minimum, one percent": said(
        Q.S_min, "==", sp.Rational(101, 100) * BUILT_IN.claims["min-sharpness"].statement.rhs, "E > 0", "L >= 2"),
    "an explicit derivative": said(sp.Derivative(Q.r**3, Q.r), "==", 2 * Q.r**2),
    "a closed form": said(x, "==", Q.norm_w + (x_0 - Q.norm_w) * sp.exp(-Q.e * Q.time),
                          flow_of(x, 2 * Q.e * (Q.norm_w - x)), start_of(x, x_0)),
    "a closed form from another start": said(x, "==", Q.norm_w + (2 * x_0 - Q.norm_w) * sp.exp(-2 * Q.e * Q.time),
                                             flow_of(x, 2 * Q.e * (Q.norm_w - x)), start_of(x, x_0)),
    "an inequality of parameters": said(Q.norm_w / x_0, ">", 1),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_falsehood_is_refuted_whatever_its_rule_says(name: str) -> None:
    judgment = FALSE[name]
    found = contradiction(judgment)
    assert found is not None
    assert found.statement == str(judgment.relation)
    assert found.instance["name"] in str(found)


TRUE: dict[str, Judgment] = {
    "near misses of what is false above": said(Q.a, "<=", Q.b, "E > 0"),
    "equal radicals that balls cannot separate": said(
        sp.sqrt(Q.r) * sp.sqrt(2), "==", sp.Pow(2 * Q.r, sp.Rational(1, 2))),
    "a difference of equal radicals": said(sp.sqrt(2) * sp.sqrt(Q.r) - sp.Pow(2 * Q.r, sp.Rational(1, 2)), ">=", 0),
    "a minimum in closed form": said(Minimum(Q.r * Q.a + Q.b / Q.r, Q.r), "==", 2 * sp.sqrt(Q.a * Q.b), "E > 0"),
    "equal eigenvalues": said(Q.S, "<=", 2 * weighted_top(Q.M), "minimizer"),
    "a range that is empty at depth 1": said(spectral(D(k)), "<=", Q.Delta, k=(1, L - 1)),
    "weights that did not come from their start": said(Q.risk_gap, "<=", Q.risk_gap_0),
    "a hypothesis whose kind is not known to hold at the parameters": said(x, "==", 2 * x_0, Relation(x, "<", x_0)),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_not_refuted(name: str) -> None:
    assert contradiction(TRUE[name]) is None


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(2, 7))
def test_rounding_never_refutes(first: int, second: int, order: int) -> None:
    """Products of roots and roots of products agree; a difference in the 30th place is seen."""
    place, root = Place(handful()[0].setting(0, {}), {"L": 3, "d": 3}), sp.Rational(1, order)
    apart = sp.Pow(first, root, evaluate=False) * sp.Pow(second, root, evaluate=False)
    together = sp.Pow(sp.Integer(first) * second, root, evaluate=False)
    for op in ("==", "<=", ">="):
        assert agrees(Relation(apart, op, together), place)
    assert agrees(Relation(apart, "<", together), place) in (False, None)
    assert agrees(Relation(apart, "==", together * (1 + sp.Rational(1, 10**30))), place) is False


@pytest.mark.parametrize("name", DEFINED)
def test_every_stipulation_agrees_with_what_its_word_means(name: str) -> None:
    """The words are bound by what they mean; the stipulation is the other route to the same number."""
    entry = DEFINED[name]
    facts = frozenset[Given]({*entry.needs, *({"aligned", "E > 0", "L >= 2"} if "aligned" in name else ())})
    found = decided(Judgment(entry.relation, facts, entry.ranges), 20)
    assert found.contradiction is None
    assert found.agreed


NOT_ZERO = [name for name, entry in DEFINED.items()
            if entry.relation.op == "==" and name not in ("q_dot L", "q_ddot L", "planted stationary")]


@pytest.mark.parametrize("name", NOT_ZERO)
def test_a_stipulation_with_another_factor_is_refuted(name: str) -> None:
    entry = DEFINED[name]
    changed = Relation(entry.relation.lhs, "==", sp.Rational(101, 100) * entry.relation.rhs)
    assert contradiction(Judgment(changed, frozenset(entry.needs), entry.ranges)) is not None


@pytest.mark.slow
def test_every_word_that_only_proofs_use_is_stipulated_or_bounded_by_a_rule() -> None:
    """So that the two tests above reach each binding: a name that no step uses would be dead."""
    used = {name for claim in BUILT_IN.claims for judgment in _judgments(claim) for name in _names(judgment)}
    bound = {*WORDS, *COMPUTED, *OF_ONE_LAYER, *LAYERS, *COMPUTED_LAYERS}
    assert bound <= used


def _judgments(claim: str) -> list[Judgment]:
    found = BUILT_IN.derivation(claim)
    judgments = found.judgments(BUILT_IN) if found is not None else []
    return [judgment for judgment in judgments if judgment is not None]


def _names(judgment: Judgment) -> set[str]:
    return {x.name for side in (judgment.relation.lhs, judgment.relation.rhs)
            for x in side.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix)}


@pytest.mark.slow
def test_no_step_contradicts_an_instance_and_nine_of_ten_are_decided() -> None:
    lines = [second_line(found, BUILT_IN) for claim in BUILT_IN.claims
             if (found := BUILT_IN.derivation(claim)) is not None]
    agreeing, undecided = sum(line.agreeing for line in lines), [step for line in lines for step in line.undecided]
    assert not any(line.contradictions for line in lines)
    assert agreeing / (agreeing + len(undecided)) >= 0.98
    assert all(step.reason for step in undecided)


EDITS: dict[str, Callable[[Judgment], Judgment | None]] = {
    "one percent": lambda x: replace(x, relation=Relation(
        x.relation.lhs, x.relation.op, sp.Rational(101, 100) * x.relation.rhs)),
    "the next layer": lambda x: _exchanged(x, lambda side: {
        y: LayerMatrix(y.name, y.index + 1) for y in sorted(side.atoms(LayerMatrix), key=str)[:1]
        if type(y) is LayerMatrix}),
    "one layer more": lambda x: _exchanged(x, lambda side: {L: L + 1}),
}


def _exchanged(judgment: Judgment, exchange: Callable[[sp.Basic], dict[sp.Basic, sp.Basic]]) -> Judgment | None:
    rhs = judgment.relation.rhs.xreplace(exchange(judgment.relation.rhs))
    return None if rhs == judgment.relation.rhs else replace(
        judgment, relation=Relation(judgment.relation.lhs, judgment.relation.op, rhs))


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS)
def test_steps_with_a_false_edit_are_refuted(edit: str) -> None:
    """Of equalities that are decided and whose sides are not zero, by a factor, a shifted layer, a longer sum."""
    true = {judgment.relation: judgment for claim in BUILT_IN.claims for judgment in _judgments(claim)
            if judgment.relation.op == "==" and judgment.relation.rhs != 0 and decided(judgment).agreed}
    changed = [found for judgment in true.values() if (found := EDITS[edit](judgment)) is not None]
    refuted = sum(contradiction(judgment) is not None for judgment in changed)
    assert len(changed) > 40
    assert refuted >= 0.95 * len(changed)


@pytest.fixture
def rotten(monkeypatch: pytest.MonkeyPatch) -> Derivation:
    """The derivation of ``kernel-agm`` with a false step that its rule accepts, and a true one that rests on it."""
    found = BUILT_IN.derivation("kernel-agm")
    assert found is not None
    last = len(found.steps)
    false = Step(Relation(dot(w, w), "==", 0), anything)
    conclusion = replace(
        found.steps[found.yields["all-weights"]], rule=anything, using=(last,), hypotheses=(), data=None)
    monkeypatch.setitem(RULES, anything.name, anything)
    made = replace(found, steps=(*found.steps, false, conclusion), yields={"all-weights": last + 1})
    assert made.ok(BUILT_IN)

    true = BUILT_IN.derivation
    monkeypatch.setattr(BUILT_IN, "derivation", lambda claim: made if claim == "kernel-agm" else true(claim))
    return made


def test_a_refuted_step_fails_the_run_and_is_no_proof(rotten: Derivation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verify.PROFILES, "small", verify.Profile(10, 4, 1))
    run = verify.verify(["kernel-agm"], profile="small", workers=0)
    report = run.reports["kernel-agm"]
    number = len(rotten.steps) - 1
    assert run.exit_code == 1
    assert report.verdict == "certified"
    (failure,) = (line for line in report.failures if "contradicts an instance" in line)
    assert f"step {number} (anything)" in failure
    token = failure.rpartition("flatcert replay '")[2].rstrip("'")
    assert replay(token).verdict == "refuted"
    found = as_dict(run)["claims"][0]["derivation"]
    assert found["steps"] == found["checked"] == found["decided_steps"] + 1
    assert found["undecided_steps"] == []
    json.dumps(found)


def test_what_cites_a_claim_that_rests_on_a_refuted_step_is_told(rotten: Derivation) -> None:
    citing = BUILT_IN.derivation("sharpness-lower-tight")
    assert citing is not None
    assert any(step.rule.name == "claim" and step.data[0] == "kernel-agm" for step in citing.steps)
    false = len(rotten.steps) - 1
    assert any(f"rests on step {false} of 'kernel-agm'" in line for line in contradicted(citing, BUILT_IN))


def test_a_step_is_replayed_where_it_holds() -> None:
    token = "sharpness-lower/step 3@handful:0:12"
    assert replay(token).verdict == "held"
    for bad in ("sharpness-lower/step 0@handful:0:12", "sharpness-lower/step x@handful:0:12"):
        with pytest.raises(ValueError, match="has steps 1 to 11"):
            replay(bad)


WITHOUT: list[tuple[Judgment, str]] = [
    (said(sp.Limit(Q.r, Q.r, sp.oo, "-"), "==", sp.oo), "Limit"),
    (said(sp.Symbol("nobody"), ">=", 0), "no number is bound to the name 'nobody'"),
    (said(sp.Function("f")(k), ">=", 0, k=(1, L)), "no numbers are bound to the function 'f'"),
    (said(LayerMatrix("V", k), "==", LayerMatrix("V", k), k=(1, L)), "no matrices are bound to the family 'V'"),
    (said(Q.E, ">=", 0, "somehow"), "the hypothesis 'somehow' has no decider"),
    (said(Q.E, ">=", 0, "L == 1", "L >= 2"), "no instance satisfies its hypotheses"),
    (said(Q.E, ">=", 0, Relation(Q.E, "<", 0)), "no instance satisfies its hypotheses"),
    (said(Q.Sigma, "==", Q.E), "a matrix beside a number"),
    (said(dot(Q.E, Q.E, evaluate=False), "==", Q.E), "sum"),
    (said(Q.k, ">=", 0), "k"),
    (said(Minimum(sp.sqrt(Q.r) + Q.r**2, Q.r), ">=", 0), "is not seen to be convex"),
    (said(Minimum(Q.r, Q.r), ">=", 0), "no minimum is bracketed"),
    (said((k - 1) * Q.norm_w / x_0, ">=", 0, k=(1, L)), "a layer beside a parameter"),
    (said(Q.alpha * x_0, ">=", Q.lambda_pos * x_0), "a number of a network beside a parameter"),  # true of networks
    (said(x, "==", sp.Sum(x_0 ** (k + 1), (k, 1, sp.oo))), "an infinite series"),
]


@pytest.mark.parametrize(("judgment", "reason"), WITHOUT, ids=[reason for _, reason in WITHOUT])
def test_what_cannot_be_decided_says_why(judgment: Judgment, reason: str) -> None:
    found = decided(judgment)
    assert (found.agreed, found.contradiction) == (0, None)
    assert reason in found.reason


def test_the_handful_is_of_all_sorts() -> None:
    cases = [case.instance for case in handful()]
    assert {case.depth for case in cases} == {1, 2, 3, 4}
    assert {case.dimension for case in cases} == {1, 2, 3}
    for trait in ("covariance", "minimizer", "readout", "start", "energy", "regressor"):
        assert len({value for case in handful() for value in case.traits if value[0] == trait}) > 1
    assert sum(case.is_minimizer and (case.network.regressor() != case.regressor).any() for case in cases) >= 4


def test_a_contradiction_shows_the_direction_where_the_judgment_depends_on_it() -> None:
    found = contradiction(said(Q.curvature, "==", 0))
    assert isinstance(found, Contradiction)
    assert len(found.values["Xi"]) == len(found.instance["weights"])
