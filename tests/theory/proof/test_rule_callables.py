"""Rules that are called with named arguments compute their conclusion, and the checker computes it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from flatcert.rules import (
    cauchy_schwarz,
    chain,
    explicit_derivative,
    flow_length,
    gronwall,
    hypothesis,
    identity,
    means,
    minimize,
    positive_factor,
    power,
    rewrite,
    scale,
    sign,
    specialize,
    square_root,
    term_by_term,
    uniqueness,
    weighted_means,
)
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import Relation, dot, norm_squared
from flatcert.theory.language.quantities import E, L, a, b, k, norm_w, r, time
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation, Refused, Step
from flatcert.theory.proof.rules.arguments import Fields
from flatcert.theory.setting.initial_value import x
from flatcert.theory.setting.network import P, W, q

Changes = dict[str, Any]


def proof() -> Proof:
    return Proof("kernel-agm", BUILT_IN)


def refusals(p: Proof) -> list[str]:
    """The messages of the steps that the checker refuses."""
    return [result.message for result in Derivation("kernel-agm", tuple(p.steps), {}).check(BUILT_IN) if not result.ok]


def forged(p: Proof, number: int, **changes: Any) -> list[str]:
    """The refusals after a step was changed."""
    p.steps[number] = replace(p.steps[number], **changes)
    return refusals(p)


def test_a_rule_computes_its_conclusion_and_the_checker_agrees() -> None:
    p = proof()
    square = cauchy_schwarz(p, q(1), W(1))
    root = power(p, square, exponent=sp.Rational(1, 2))
    doubled = scale(p, root, 2)
    mean = weighted_means(p, x=norm_squared(W(1)), y=dot(q(1), q(1)), n=2)
    total = chain(p, mean, doubled)
    assert p[square] == Relation(dot(q(1), q(1)) * norm_squared(W(1)), ">=", dot(W(1).T * q(1), W(1).T * q(1)))
    assert p[total] == Relation(p[mean].lhs, ">=", p[doubled].rhs)
    assert p.steps[total].using == (mean, doubled) and p.steps[doubled].data == 2
    assert not refusals(p)


def test_the_author_may_say_in_which_form_the_conclusion_is_wanted() -> None:
    p = proof()
    mean = weighted_means(p, a, b, 2, to=(a + b, ">=", 2 * sp.sqrt(a * b)))
    moved = scale(p, mean, 1, to=(a + b - 2 * sp.sqrt(a * b), ">=", 0))
    assert p[moved].rhs == 0 and not refusals(p)


@pytest.mark.parametrize("to", [(a + b, ">=", 3 * sp.sqrt(a * b)), (a + b, "<=", 2 * sp.sqrt(a * b))])
def test_a_wrong_target_is_refused(to: tuple[sp.Expr, str, sp.Expr]) -> None:
    p = proof()
    weighted_means(p, a, b, 2, to=to)
    assert len(refusals(p)) == 1


def test_what_has_no_conclusion_is_refused_where_it_is_written() -> None:
    p = proof()
    mean = weighted_means(p, a, b, 2)
    with pytest.raises(Refused, match="-1 is not known to be nonnegative"):
        scale(p, mean, -1)
    with pytest.raises(Refused, match="the chain breaks"):
        chain(p, mean, mean)
    with pytest.raises(Refused, match="x is not universally quantified"):
        specialize(p, mean, x=sp.S.One)
    with pytest.raises(TypeError):
        weighted_means(p, a, b)  # type: ignore[call-arg]
    assert len(p.steps) == 1


@pytest.mark.parametrize("changes", [
    {"statement": Relation(a + b, ">=", 3 * sp.sqrt(a * b))}, {"data": (a, b, sp.Integer(3))}, {"data": (a, b)},
    {"data": "a"}, {"data": (a, b, "2")}, {"using": (0,)}, {"data": (sp.Symbol("a"), b, sp.Integer(2))},
    {"data": (a, b, 2, 2)}, {"data": (k, b, sp.Integer(2))}])
def test_a_forged_step_is_refused(changes: Changes) -> None:
    p = proof()
    weighted_means(p, a, b, 2)
    mean = weighted_means(p, a, b, 2)
    assert not refusals(p)
    assert len(forged(p, mean, **changes)) == 1


def test_forged_premises_are_refused() -> None:
    p = proof()
    first = weighted_means(p, a, b, 2)
    other = weighted_means(p, E, b, 2)
    doubled = scale(p, first, 2)
    assert not refusals(p)
    for using in ((other,), (), (doubled,), (first, other, doubled + 1), (-1,)):
        fake = proof()
        fake.steps += p.steps
        assert len(forged(fake, doubled, using=using)) == 1


def test_a_value_is_put_in_for_the_very_symbol() -> None:
    p = proof()
    function = r * a + b / r
    least = minimize(p.given("E > 0"), function, r, (function, ">=", 2 * sp.sqrt(a * b)))
    assert not refusals(p)
    at_one = specialize(p, least, r=norm_w**2)
    assert p[at_one].lhs == norm_w**2 * a + b / norm_w**2
    assert p.steps[at_one].data == ((r, norm_w**2),)
    for data in (((sp.Symbol("r"), norm_w**2),), ((r, norm_w**2), (r, norm_w**2)), ((a, b),), r):
        fake = proof()
        fake.steps += p.steps
        assert forged(fake, at_one, data=data)


def test_a_view_says_hypotheses_ranges_and_notes_once() -> None:
    p = proof()
    positive = sign(p.given("E > 0").note("where there is signal"), (a, ">", 0))
    assert p.steps[positive].hypotheses == ("E > 0",) and p.steps[positive].note == "where there is signal"
    layers = p.at((k, 1, L))
    cut = cauchy_schwarz(layers, q(k), P(k) * Q.u)
    doubled = scale(layers.note("twice"), cut, 2)
    plain = cauchy_schwarz(layers, Q.w, Q.u)
    assert p.steps[cut].ranges == p.steps[doubled].ranges == {k: (sp.S.One, L)}
    assert p.steps[doubled].note == "twice" and p.steps[cut].note == "" == p.steps[plain].note
    assert not p.steps[plain].scope, "a range is said only where the index is shown"
    assert len(p.steps) == 4 and not refusals(p)


def test_a_hypothesis_about_a_layer_holds_for_the_layers_of_the_view() -> None:
    p = proof()
    positive = hypothesis(p.at((k, 1, L), (Q.j, 1, L)), Relation(dot(q(k), q(k)), ">", 0))
    assert p.steps[positive].ranges == {k: (sp.S.One, L)} and not refusals(p)


def test_a_view_repeats_no_hypothesis_that_a_premise_supposes() -> None:
    p = proof().given("L >= 2")
    mean = weighted_means(p, a, b, L - 1)
    scaled = scale(p, mean, 2)
    assert p.steps[mean].hypotheses == ("L >= 2",) and p.steps[scaled].hypotheses == ()
    assert not refusals(p)


def test_layers_are_those_of_the_premises_unless_they_are_said() -> None:
    p = proof()
    cut = cauchy_schwarz(p.at((k, 1, L)), q(k), P(k) * Q.u)
    doubled = scale(p, cut, 2)
    total = term_by_term(p, doubled, "sum", (k, 1, L))
    first = specialize(p, cut, k=1)
    before = specialize(p.at((k, 2, L)), cut, k=k - 1)
    assert p.steps[doubled].ranges == {k: (sp.S.One, L)} and p[total].lhs.has(sp.Sum)
    assert p.steps[total].scope == () == p.steps[first].scope and p.steps[before].ranges == {k: (sp.Integer(2), L)}
    assert not refusals(p)
    specialize(p, cut, k=k - 1, to=p[before])
    assert "outside the range" in refusals(p)[0], "the premise says nothing of layer 0"


def test_what_stands_under_a_bound_index_may_show_it_and_nothing_else_may() -> None:
    p = proof()
    mean = means(p, dot(q(k), q(k)), (k, 1, L), "root")
    assert not refusals(p)
    for data in ((dot(q(k), q(k)), (k, 1, k), "root"), (dot(q(Q.j), q(Q.j)), (k, sp.S.One, L), "root")):
        fake = proof()
        fake.steps += p.steps
        assert forged(fake, mean, data=data)


def test_rewriting_and_algebra_are_checked_against_the_form_that_is_wanted() -> None:
    p = proof()
    half = hypothesis(p, Relation(a, "==", 2 * b))
    mean = weighted_means(p, a, b, 2)
    rewrite(p, (3 * b, ">=", 2 * sp.sqrt(2) * b), mean, half)
    identity(p, (a + b, "==", 3 * b), half)
    assert not refusals(p)
    rewrite(p, (3 * b, ">=", 4 * b), mean, half)
    identity(p, (a, "==", b), half)
    assert len(refusals(p)) == 2


def test_a_step_written_with_statement_and_data_is_the_same_step() -> None:
    p, raw = proof(), proof()
    mean = weighted_means(p, a, b, 2)
    raw.step(weighted_means, p[mean], data=(a, b, sp.Integer(2)))
    assert p.steps == raw.steps and type(p.steps[0]) is Step


def test_a_chain_reads_equalities_from_either_end_and_is_strict_with_one_strict_link() -> None:
    p = proof()
    half, below = hypothesis(p, Relation(a, "==", 2 * b)), hypothesis(p, Relation(a, "<", E))
    above = hypothesis(p, Relation(norm_w, ">=", E))
    total = chain(p, half, below, above)
    assert p[total] == Relation(2 * b, "<", norm_w)
    assert not refusals(p)
    with pytest.raises(Refused, match="the chain breaks"):
        chain(p, half, above)


def test_what_happens_along_the_flow_is_computed_from_the_rate() -> None:
    found = BUILT_IN.derivation("linear-convergence")
    assert found is not None
    for name, rule in (("Gronwall's inequality", gronwall), ("length of the flow", flow_length)):
        number, step = [(n, x) for n, x in enumerate(found.steps) if x.rule.name == name][-1]
        slope, bound, *conserved = step.using
        p = Proof("linear-convergence", BUILT_IN)
        p.steps += found.steps[:number]
        again = rule(p, slope, bound, step.data, *conserved)
        assert p[again] == step.statement and found.would_accept(number, p.steps[again], BUILT_IN).ok
        with pytest.raises(Refused, match="conserved"):
            rule(p, slope, bound, step.data)
        with pytest.raises(Refused, match="should be"):
            rule(p, slope, bound, 2 * step.data, *conserved)


def test_roots_and_factors_of_what_may_be_negative_are_refused_where_they_are_written() -> None:
    p = proof()
    shrunk = hypothesis(p, Relation(a**2, "<=", b**2))
    assert p[square_root(p, shrunk, a, b)] == Relation(a, "<=", b)
    both = hypothesis(p, Relation(a * b, ">=", 1))
    assert p[positive_factor(p, both, a, b)] == Relation(a, ">", 0)
    assert not refusals(p)
    with pytest.raises(Refused, match="could be negative"):
        square_root(p, shrunk, a, -b)
    with pytest.raises(Refused, match="could be negative"):
        positive_factor(p, both, -a, -b)


def test_a_solution_is_the_function_that_was_shown_to_solve_the_equation() -> None:
    p, y = proof(), x
    start = hypothesis(p, Relation(y.xreplace({time: sp.S.Zero}), "==", 1))
    equation = hypothesis(p, Relation(sp.Derivative(y, time), "==", y))
    shown = explicit_derivative(p, (sp.Derivative(sp.exp(time), time), "==", sp.exp(time)))
    solved = uniqueness(p, equation, start, shown)
    assert p[solved] == Relation(y, "==", sp.exp(time)) and not refusals(p)
    other = explicit_derivative(p, (sp.Derivative(2 * sp.exp(time), time), "==", 2 * sp.exp(time)))
    with pytest.raises(Refused, match="starts elsewhere"):
        uniqueness(p, equation, start, other)
    assert forged(p, solved, statement=Relation(y, "==", 2 * sp.exp(time)))


@pytest.mark.parametrize("claim", ["kernel-agm", "sharpness-lower-tight", "gradient", "planar-flow-2"])
def test_steps_of_a_derivation_are_given_again_by_calls(claim: str) -> None:
    """A call without target gives a step of the same fields, which the checker accepts in the place of the first."""
    found = BUILT_IN.derivation(claim)
    assert found is not None
    computed = 0
    for n, step in enumerate(found.steps):
        rule = step.rule
        asked = rule.arguments.signature.parameters.get("to")
        to = step.statement if asked and asked.default is asked.empty else None
        call = rule.arguments.call(Fields(list(step.using), step.data, list(step.hypotheses), to))
        p = Proof(claim, BUILT_IN)
        p.steps += found.steps[:n]
        again = p.steps[rule(p.given(*step.hypotheses).at(*step.scope).note(step.note), *call.args, **call.kwargs)]
        assert replace(again, scope=step.scope, statement=step.statement) == step and again.ranges == step.ranges
        assert found.would_accept(n, again, BUILT_IN).ok
        computed += asked is None or asked.default is not asked.empty
    assert computed > 3


def test_a_definition_has_its_own_hypotheses_and_the_layers_of_the_view() -> None:
    p = proof()
    every = p.given("L >= 2").define("q")
    some = p.at((k, 2, L)).define("q", flipped=True)
    assert p.steps[every].hypotheses == () and p[some] == p[every].flipped()
    assert p.steps[some].ranges == {k: (sp.Integer(2), L)} != p.steps[every].ranges
    assert not refusals(p)
    assert forged(p, some, data="P") == [
        "definition: this is not the definition, which is P[k] == W[k]*P[k - 1]"]
    assert forged(p, some, data="q", scope=((k, 1, L + 1),))


def test_a_citation_says_what_the_other_claim_yields() -> None:
    p = Proof("limit-sharpness", BUILT_IN)
    cited = p.steps[p.given("E > 0").at((k, 2, L)).cite("sharpness-lower", "minimizers")]
    claimed = BUILT_IN.derivation("sharpness-lower")
    assert claimed is not None and cited.statement == claimed.steps[claimed.yields["minimizers"]].statement
    assert cited.hypotheses == () and cited.ranges == {}
    for changes in ({}, {"using": (0,)}, {"data": ("sharpness-lower", "none")},
                    {"statement": cited.statement.flipped()}, {"hypotheses": ("L >= 2",)}):
        changed: Changes = {**changes}
        first, second = Derivation(p.claim, (cited, replace(cited, **changed)), {}).check(BUILT_IN)
        assert first.ok and second.ok == (not changes), changes
