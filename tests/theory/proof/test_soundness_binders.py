"""Falsehoods from what a rule binds, joins, discharges or carries over: each was accepted once."""

from __future__ import annotations

import pytest
import sympy as sp
from attacks import Attack, Attacks, copied

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.algebra.layer_ranges import throughout
from flatcert.theory.algebra.words import M_rescaled
from flatcert.theory.deep_linear.flow.aligned_flow import s as sigma_value
from flatcert.theory.deep_linear.landscape.formulas import PRIMAL
from flatcert.theory.deep_linear.network.common import LAYERS
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.hypotheses import HYPOTHESES, Hypothesis
from flatcert.theory.language.nodes import LayerMatrix, Minimum, Relation, SubProduct, dot, width
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation, Refused, Step
from flatcert.theory.proof.rules.calculus import minimize
from flatcert.theory.proof.rules.differential_equations import explicit_derivative, separate
from flatcert.theory.proof.rules.eigenvalues import gram
from flatcert.theory.proof.rules.gram_powers import growth, part_of_sum
from flatcert.theory.proof.rules.inequalities import means, monotone, scale, sign
from flatcert.theory.proof.rules.infima import at_minimum, choose_direction, infimum, transfer
from flatcert.theory.proof.rules.infima import least as least_rule
from flatcert.theory.proof.rules.logic import (
    cases,
    chain,
    hypothesis,
    identity,
    rewrite,
    specialize,
)
from flatcert.theory.proof.rules.power_series import squeeze
from flatcert.theory.proof.rules.sub_products import exponential, exponential_product
from flatcert.theory.setting.initial_value import below, sigma_0, x
from flatcert.theory.setting.network import W, at_other_weights, q, unit, w_dot_shrunk
from flatcert.theory.setting.network import s as shrinking
from flatcert.theory.setting.residual_constants import INSIDE, spread

E, L, S, S_min, j, k, r, u, gamma, time = Q.E, Q.L, Q.S, Q.S_min, Q.j, Q.k, Q.r, Q.u, Q.gamma, Q.time
ONE, TWO, HALF = sp.S.One, sp.Integer(2), sp.S.Half
attack = Attacks()


# Cases and ranges --------------------------------------------------------------------------


@attack("k is free in the statement")
def means_over_layers_where_the_premise_fails(p: Proof) -> int:
    """The premise holds of ``k = 1``; the means run over ``1..L`` under the same index."""
    norm, same = dot(unit(k), unit(k)), dot(unit(j), unit(j))
    one = p.step(sign, (norm, ">=", 0), scope=((k, 1, 1),))
    total = sp.Add(sp.Sum(same, (j, 1, L)), k, -k, evaluate=False)
    return p.step(means, (total, ">=", L * sp.Product(same, (j, 1, L)) ** (1 / L)), one,
                  data=(norm, (k, ONE, L), "root"), scope=((k, 1, 1),))


@attack("n is no layer")
def a_product_over_a_negative_index(p: Proof) -> int:
    n, layers = sp.Symbol("n", integer=True, negative=True), sp.Sum(k, (k, 1, L))
    a = p.step(exponential_product, (3, "<=", sp.exp(-2 * layers)), data=(-2 * n, (n, ONE, TWO)), given=("L >= 2",))
    b = p.step(part_of_sum, (0, "<=", layers), data=(k, (k, ONE, sp.S.Zero), (ONE, L)))
    c = p.step(exponential, (sp.exp(-2 * layers), "<=", 1), p.step(scale, (-2 * layers, "<=", 0), b, data=TWO))
    return p.step(chain, (3, "<=", 1), a, c)


# What is exhibited, and where ----------------------------------------------------------------


@attack("a hypothesis is about r", "min-sharpness")
def the_least_value_at_weights_of_one_value(p: Proof) -> int:
    """``S == PRIMAL(r)`` at the weights that are aligned for this ``r``; ``101 Min - 100 PRIMAL(r)`` bounds it then."""
    found = BUILT_IN.derivation("min-sharpness")
    assert found is not None
    copied(p, "min-sharpness", "statement")
    least = next(n for n, s in enumerate(p.steps) if s.rule is least_rule)
    return p.step(at_minimum, (S, "==", Minimum(PRIMAL, r)), found.yields["attained"], least, data=(PRIMAL, r))


@attack("E is no variable of the theory")
def a_least_value_over_the_energy(p: Proof) -> int:
    function = E / Q.norm_w**2 + 1 / E
    quotient = p.step(scale, (Q.a, "==", E / Q.norm_w**2), p.define("a"), data=1 / Q.norm_w**2)
    larger = p.step(sign, (Q.a, "<=", Q.a + 1 / E), given=("E > 0",))
    filled = p.step(scale, (Q.a + 1 / E, "==", function), quotient, data=ONE)
    bound = p.step(chain, (Q.a, "<=", function), larger, filled)
    least = p.step(minimize, (Minimum(function, E), "==", 2 / Q.norm_w), data=(function, E), given=("E > 0",))
    return p.step(at_minimum, (Q.a, "<=", 2 / Q.norm_w), bound, least, data=(function, E))


@attack("SubProduct[1, 3] has no name at other weights")
def a_product_of_layers_at_other_weights(p: Proof) -> int:
    """``q_1 = W_2^T q_2``: the rescaling multiplies ``q_1``, and not what is called ``W_2``."""
    empty = p.step(specialize, (SubProduct(1, 2), "==", sp.Identity(width(1))), p.define("SubProduct start"),
                   data=((j, ONE),))
    second = p.step(specialize, (SubProduct(1, 3), "==", W(2) * SubProduct(1, 2)), p.define("SubProduct"),
                    data=((j, ONE), (k, TWO)), given=("L >= 2",))
    back = p.step(specialize, (q(1), "==", W(2).T * q(2)), p.define("q"), data=((k, TWO),), given=("L >= 2",))
    a = p.step(identity, (q(1), "==", SubProduct(1, 3).T * q(2)), back, second, empty)
    return p.step(transfer, at_other_weights(p[a], "rescaled"), a, data="rescaled")


@attack("w_dot_shrunk has no name at other weights", "learning-rate")
def weights_shrunk_twice(p: Proof) -> int:
    found = BUILT_IN.derivation("learning-rate")
    assert found is not None
    last = next(n for n, s in enumerate(found.steps) if s.statement.lhs == w_dot_shrunk and s.statement.op == "==")
    for s in found.steps[: last + 1]:
        p.step(s.rule, s.statement, *s.using, data=s.data, given=s.hypotheses, scope=s.scope)
    again = p.step(transfer, (w_dot_shrunk, "==", shrinking ** (L - 1) * w_dot_shrunk), last, data="shrunk")
    return p.step(rewrite, (shrinking ** (L - 1) * Q.w_dot, "==", shrinking ** (2 * L - 2) * Q.w_dot), again, last)


@attack("M_rescaled has no name at other weights", "sharpness-unbounded")
def weights_rescaled_twice(p: Proof) -> int:
    found = BUILT_IN.derivation("sharpness-unbounded")
    assert found is not None
    wanted = Relation(dot(u, M_rescaled * u), ">=", gamma**2 * Q.norm_q1**2 * dot(u, u))
    last = next(n for n, s in enumerate(found.steps) if s.statement == wanted)
    for s in found.steps[: last + 1]:
        p.step(s.rule, s.statement, *s.using, data=s.data, given=s.hypotheses, scope=s.scope)
    shown = p.step(rewrite, (dot(u, M_rescaled * u), ">=", gamma**2 * dot(q(1), q(1)) * dot(u, u)), last,
                   p.define("norm_q1"))
    return p.step(transfer, at_other_weights(p[shown], "rescaled"), shown, data="rescaled")


@attack("adjoint_scaled[k]", "kernel")
def an_adjoint_at_other_weights(p: Proof) -> int:
    """``J* u`` depends on ``u``; under its other name nothing would say so."""
    found = BUILT_IN.derivation("kernel")
    assert found is not None
    last = next(n for n, s in enumerate(found.steps) if s.statement.lhs == LayerMatrix("adjoint", k))
    for s in found.steps[: last + 1]:
        p.step(s.rule, s.statement, *s.using, data=s.data, given=s.hypotheses, scope=s.scope)
    there = at_other_weights(p[last], "rescaled")
    a = p.step(transfer, there, last, data="rescaled", scope=LAYERS)
    b = p.step(specialize, (there.lhs, "==", 2 * there.rhs), a, data=((u, 2 * u),), scope=LAYERS)
    return p.step(chain, (there.rhs, "==", 2 * there.rhs), a, b, scope=LAYERS)


# Directions ------------------------------------------------------------------------------------


@attack("may not lie in the range of Sigma")
def a_direction_outside_the_range(p: Proof) -> int:
    """``z`` is a unit vector in the range of ``Sigma``; no step says so of ``w*``."""
    bound = p.step(sign, (Q.norm_p, ">=", 0))
    return p.step(choose_direction, (Q.norm_p, ">=", 0), bound, p.define("norm_w"), data=Q.w_star / Q.norm_w)


@attack("a side depends on the direction", "sharpness")
def a_matrix_that_knows_the_vector(p: Proof) -> int:
    found = BUILT_IN.derivation("sharpness")
    assert found is not None
    last = next(n for n, s in enumerate(found.steps) if s.rule is gram)
    for s in found.steps[:last]:
        p.step(s.rule, s.statement, *s.using, data=s.data, given=s.hypotheses, scope=s.scope)
    (matrix, factor), (hessian, linear, norm) = found.steps[last].data, found.steps[last].using
    orthogonal = Q.w_star * dot(u, u) - u * dot(u, Q.w_star)
    larger = matrix + orthogonal * orthogonal.T
    known = p.step(identity, (p[norm].lhs, "==", dot(u, larger * u)), norm)
    return p.step(gram, (Q.trace, "==", factor * sp.Trace(Q.Sigma * larger)), hessian, linear, known,
                  data=(larger, factor))


# Hypotheses about what is bound ------------------------------------------------------------------


@attack("sign of the derivative")
def a_monotone_function_of_a_bounded_variable(p: Proof) -> int:
    function = Q.alpha_ends_0 - spread(Q.rho) / 2
    one, two = (function.xreplace({Q.rho: value}) for value in (ONE, TWO))
    a = p.step(monotone, (one, "<=", two), p.step(sign, (1, "<=", 2)), data=(Q.rho, function), given=(INSIDE,))
    return p.step(scale, (spread(TWO), "<=", spread(ONE)), a, data=TWO)


@attack("a hypothesis about sigma_0 is not about r")
def a_hypothesis_discharged_unseen(p: Proof) -> int:
    gap = Q.norm_w - sigma_0**L
    function = r + sp.sqrt(gap**2)
    a = p.step(sign, (function, "<=", 2 * r + gap), given=(below(sigma_0),))
    b = p.step(sign, (function, ">=", r + gap), given=(below(sigma_0),))
    return p.step(squeeze, (sp.Limit(function, r, 0, "+"), "==", gap), a, b)


@attack("a hypothesis is about something else")
def a_hypothesis_of_the_start_discharged(p: Proof) -> int:
    gap = Q.norm_w - sigma_value**L
    primitive = p.step(explicit_derivative, (sp.Derivative(r, r), "==", 1))
    equation = Relation(sp.Derivative(x, time), "==", 1)
    start = Relation(x.xreplace({time: sp.S.Zero}), "==", sp.sqrt(gap**2))
    a = p.step(hypothesis, equation, given=(equation,))
    b = p.step(hypothesis, start, given=(start,))
    c = p.step(rewrite, (start.lhs, "==", gap), b, given=(below(sigma_value),))  # the root is gap, where below
    return p.step(separate, (x - gap, "==", time), primitive, a, c)


@attack("could hold at some times only")
def a_rate_that_changes_with_the_time(p: Proof) -> int:
    primitive = p.step(explicit_derivative, (sp.Derivative(r / Q.beta_sub, r), "==", 1 / Q.beta_sub))
    equation = Relation(sp.Derivative(x, time), "==", Q.beta_sub)
    start = Relation(x.xreplace({time: sp.S.Zero}), "==", 1)
    a, b = (p.step(hypothesis, given, given=(given,)) for given in (equation, start))
    return p.step(separate, (x / Q.beta_sub - 1 / Q.beta_sub, "==", time), primitive, a, b)


@attack("a hypothesis is about r, which is bound", "min-sharpness")
def a_limit_under_weights_of_one_value(p: Proof) -> int:
    """At the aligned weights ``|q_1|^2`` is ``r``, and does not tend to 0 with ``r`` as long as it is ``r``."""
    copied(p, "min-sharpness", "attained")
    back = next(n for n, s in enumerate(p.steps) if s.statement.lhs == q(1) and s.statement.rhs.has(r))
    norms = next(n for n, s in enumerate(p.steps) if s.data == "aligned unit")
    one = p.step(specialize, (dot(unit(1), unit(1)), "==", 1), norms, data=((k, ONE),))
    norm = dot(q(1), q(1))
    equal = p.step(identity, (norm, "==", r), back, one)
    above, beneath = (p.step(sign, (norm, op, bound), equal) for op, bound in (("<=", 2 * r), (">=", r)))
    return p.step(squeeze, (sp.Limit(norm, r, 0, "+"), "==", 0), above, beneath)


@pytest.mark.parametrize("found", attack, ids=lambda found: found.build.__name__)
def test_it_is_refused_and_for_its_reason(found: Attack) -> None:
    refusals = found.refusals()
    assert refusals and found.because in refusals[0]


def test_each_case_covers_the_layers_under_its_own_hypothesis() -> None:
    """Under both cases at once ``L`` is one and at least two, and every range would be covered."""
    relation = Relation(dot(q(k), q(k)), "<=", Q.norm_p**2)
    shallow = Judgment(relation, frozenset({"L == 1"}), {k: (ONE, L)})
    step = Step(relation, cases, (0, 1), scope=((k, 1, L),))
    for first, last, covers in ((ONE, L, True), (ONE, ONE, False), (TWO, L, False)):
        deep = Judgment(relation, frozenset({"L >= 2"}), {k: (first, last)})
        if covers:
            Derivation._check_indices(step, [shallow, deep], shallow.facts | deep.facts)
        else:
            with pytest.raises(Refused, match=r"a premise does not hold for all k = 1\.\.L"):
                Derivation._check_indices(step, [shallow, deep], shallow.facts | deep.facts)


def test_a_hypothesis_depends_on_what_its_relation_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A named hypothesis about the weights that no list of names knows is about the weights all the same."""
    relation = Relation(S, ">=", 10**6)
    monkeypatch.setitem(HYPOTHESES, "very sharp", Hypothesis("very sharp", (relation,)))
    proof = Proof("sharpness-lower", BUILT_IN)
    sharp = proof.step(hypothesis, relation, given=("very sharp",))
    proof.step(infimum, (S_min, ">=", 10**6), sharp, given=("minimizer",))
    results = proof.done({}).check(BUILT_IN)
    assert results[0].ok and "is about some weights only" in results[1].message


def test_an_index_that_is_positive_does_not_start_at_zero() -> None:
    """``2 - 0**k`` is 1 at ``k = 0``, and 2 for SymPy, to which ``k`` is positive."""
    family = 2 - sp.Pow(0, k, evaluate=False)
    start = Judgment(Relation(1, "==", 1))
    doubled = Judgment(Relation(2, "<=", 2 * (2 - sp.Pow(0, k - 1))), ranges={k: (ONE, ONE)})
    step = Step(Relation(2, "<=", sp.Mul(2**k, ONE)), growth, data=(family, TWO, k, sp.S.Zero, sp.S.Zero, True),
                scope=((k, 0, 0),))
    with pytest.raises(Refused, match="k starts before the first layer"):
        Derivation._check_form(step, [start, doubled], frozenset())


def test_a_vanishing_derivative_says_nothing_of_the_values() -> None:
    assert throughout(L - k, {k: (ONE, L)})
    assert not throughout(1 - 2 * sp.KroneckerDelta(k, 2), {k: (ONE, L)})
