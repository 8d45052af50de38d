"""Rules about infima over the weights, minima over ``r``, maxima over directions, and saddle points."""

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef

from ...algebra.algebra import oriented
from ...algebra.words import M_rescaled, Sigma_half, Z
from ...language import quantities as Q
from ...language.hypotheses import meaning
from ...language.nodes import LayerMatrix, Maximum, Minimum, Relation, SubProduct, dot, weighted_top, width
from ...setting.dependence import depends, hidden, source
from ...setting.network import alpha_Z, at_other_weights, curvature_shrunk, other_names, s, tau_Z, top_vector
from ..rule import require, rule
from .common import Expr, Facts, Inference, Premise, To, stated

THE_SAME = frozenset({"problem", "depth", "k", "j", "u", "r", "gamma", "eta", "z", "alpha", "tau", "rho"})
"""Sources of what is the same for all weights: the problem, the depth, and what a statement ranges over."""
POSITIVE_NUMBERS = frozenset({Q.r, Q.gamma, Q.eta, Q.rho})
"""What ranges over all positive numbers in a statement."""
INFIMA = {Q.S: Q.S_min, Q.trace: Q.trace_min}


def _of_the_problem(facts: Facts, *named: str) -> None:
    """Refuse hypotheses that are not about the problem and the depth, but for those that are named."""
    for fact in facts - set(named):
        require(depends(fact) <= THE_SAME, "the hypothesis {} is about some weights only", fact)


def _about(main: Relation, ops: tuple[str, ...]) -> Relation:
    """The premise, with the sharpness or the trace that it bounds on the left."""
    main = main if main.lhs in INFIMA else main.flipped()
    require(main.lhs in INFIMA and main.op in ops, "the premise does not bound the sharpness or the trace")
    require(depends(main.rhs) <= THE_SAME, "the bound depends on the weights")
    return main


@rule("infimum", "A bound for every minimizer bounds the infimum; a value that every minimizer has "
      "is the infimum.", discharges=frozenset({"minimizer"}))
def infimum(at: Inference, main: Premise, to: To | None = None) -> Relation:
    bound = _about(at.relation(main), (">=", "=="))
    require("aligned" not in at.facts, "the premise is about one minimizer only")
    require("minimizer" in at.facts, "the premise is not about minimizers")
    _of_the_problem(at.facts, "minimizer")
    return at.stated(Relation(INFIMA[bound.lhs], bound.op, bound.rhs), to)


@rule("exhibited minimizer", "The infimum is at most the value at one minimizer.",
      discharges=frozenset({"minimizer", "aligned"}))
def exhibited_minimizer(at: Inference, main: Premise, minimizer: Premise, to: To | None = None) -> Relation:
    bound, shown = _about(at.relation(main), ("<=", "==")), at.premise(minimizer)
    require("aligned" in at.facts, "no minimizer is exhibited")
    _of_the_problem(at.facts, "minimizer", "aligned")
    require(shown.relation == meaning("minimizer") and "minimizer" not in shown.facts,
            "that the exhibited weights are a minimizer must be shown")
    return at.stated(Relation(INFIMA[bound.lhs], "<=", bound.rhs), to)


@rule("balanced minimizers", "Where E > 0 and p = 1, there are balanced weights with w = w*: W_1 = |w*|^{1/L - 1} u_1 "
      "w*^T and W_k = |w*|^{1/L} u_k u_{k-1}^T with unit vectors u_k, u_L = 1. So what holds of such weights, and does "
      "not speak of them, holds.", discharges=frozenset({"minimizer", "w == w*", "balanced"}))
def balanced_minimizers(at: Inference, main: Premise) -> Relation:
    premise = at.relation(main)
    require({"plain", "E > 0"} <= at.facts, "there could be no such weights")
    require(depends(*premise.sides) <= THE_SAME, "the statement depends on the weights")
    _of_the_problem(at.facts, "minimizer", "w == w*", "balanced")
    return premise


@rule("nearly flattest", "What lies strictly above the infimum is not below the value at some "
      "minimizer, here called the nearly flattest.")
def nearly_flattest(at: Inference, main: Premise, to: To | None = None) -> Relation:
    bound = oriented(at.relation(main), "<")
    require(bound.lhs == Q.S_min and bound.op == "<", "the infimum must lie strictly below")
    require(bound.rhs == 2 / Q.eta, "the nearly flattest is chosen for eta")
    return at.stated(Relation(Q.S_flat, "<=", bound.rhs), to)


@rule("existence of a minimum", "A continuous function of r > 0 with a lower bound that tends to "
      "infinity at both ends has a least value. (The largest eigenvalue is continuous.)")
def least(
    at: Inference, bound: Premise, at_zero: Premise, at_infinity: Premise, function: Expr, below: Expr, variable: Expr,
    to: To | None = None,
) -> Relation:
    at.free(variable)
    require(variable in POSITIVE_NUMBERS and not hidden(variable, function, below), "{} has one value only", variable)
    require(oriented(at.relation(bound), ">=") == Relation(function, ">=", below), "the premise is no lower bound")
    for limit, point, side in ((at_zero, sp.S.Zero, "+"), (at_infinity, sp.oo, "-")):
        require(at.relation(limit) == Relation(sp.Limit(below, variable, point, side), "==", sp.oo),
                "growth at {} must be shown", point)
    return at.stated(Relation(function, ">=", Minimum(function, variable)), to)


@rule("at the minimum", "A bound for every r holds at the r where the value is least.")
def at_minimum(
    at: Inference, main: Premise, existence: Premise, function: Expr, variable: Expr, to: To | None = None
) -> Relation:
    bound = oriented(at.relation(main), "<=")
    require(at.algebra().equal(bound.rhs, function) and variable not in bound.lhs.free_symbols,
            "the premise is not a bound for every value of the variable")
    require(bound.op != "<", "the least value could be approached only")
    at.free(variable)  # neither the aligned weights nor the planted problem, which belong to one value
    require(variable in POSITIVE_NUMBERS and not hidden(variable, bound), "{} has one value only", variable)
    minimum = Minimum(function, variable)
    exists = at.relation(existence)
    if exists.op == "==" and exists.lhs == minimum:
        minimum = exists.rhs
    else:
        at.says(existence, function, ">=", minimum)
    return at.stated(Relation(bound.lhs, bound.op, minimum), to)


@rule("minimum", "A minimum over r is at most the value at any r.")
def minimum_is_below(at: Inference, main: Premise, to: To | None = None) -> Relation:
    premise = at.relation(main)
    require(premise.op == "==" and isinstance(premise.rhs, Minimum), "the premise is not a minimum")
    return at.stated(Relation(premise.lhs, "<=", premise.rhs.args[0]), to)


@rule("choice of a direction", "A bound for every unit vector z, at one z.")
def choose_direction(at: Inference, to: To, main: Premise, vector: Expr, *modulo: Premise) -> Relation:
    goal, bound = stated(to), oriented(at.relation(main), ">=")
    algebra = at.algebra(*modulo)
    require("z" not in depends(bound.lhs) | depends(bound.rhs, but=(Q.alpha, Q.tau)), "a bound for every direction")
    at.free(Q.alpha, Q.tau, Q.z)  # nor is the problem planted around one direction
    require(algebra.equal(dot(vector, vector), sp.S.One), "the direction is not a unit vector")
    for word in algebra.normal.matrix(algebra.prepare(vector)):
        top = word[0][0] == top_vector and algebra.is_positive(Q.lambda_max)  # y = Sigma y / Lambda
        require(top or word[0][0] in (Q.Sigma, Sigma_half), "{} may not lie in the range of Sigma", vector)
    values = {Q.alpha: dot(vector, Q.Sigma * vector), Q.tau: dot(vector, Sigma_half * Q.w_star) ** 2}
    for node in bound.rhs.atoms(Minimum, Maximum):
        inside = isinstance(node, Minimum) and not source(node.args[1]) & depends(*values.values())
        require(inside, "a value would be captured in {}", node)
    # The values are put in before the premises are used, and in normal form: they carry powers.
    exchange = {x: algebra.form(value) for x, value in values.items()}
    wanted = algebra.prepare(bound.rhs).xreplace({algebra.prepare(x): y for x, y in exchange.items()})
    require(goal.op == bound.op and algebra.equal(goal.lhs, bound.lhs), "another left side")
    require(algebra.equal(goal.rhs, wanted), "the bound in this direction is {}", wanted)
    return goal


@rule("top eigenvector", "The largest z^T Sigma z over unit vectors is Lambda.")
def top_direction(at: Inference, factor: Expr, to: To | None = None) -> Relation:
    at.nonnegative(factor)
    require("z" not in depends(factor), "a constant factor")
    return at.stated(Relation(Maximum(factor * Q.alpha, Q.z), "==", factor * Q.lambda_max), to)


@rule("minimax", "lambda_max is the largest <A, Z> over density matrices Z, a compact convex set; <A, Z> is "
      "linear in Z and convex in r, so minimum and maximum may be exchanged.",
      reference="M. Sion, On general minimax theorems, Pacific J. Math. 8 (1958) 171-176")
def minimax(at: Inference, convex: Premise, existence: Premise, factor: Expr, to: To | None = None) -> Relation:
    r, moment = Q.r, Q.r * alpha_Z + factor * tau_Z
    primal = 2 * weighted_top(r * sp.Identity(Q.w.rows) + factor * Q.w_star * Q.w_star.T)
    require(at.relation(convex) == Relation(sp.Derivative(moment, (r, 2)), ">=", 0), "convexity in r must be shown")
    at.says(existence, primal, ">=", Minimum(primal, r))
    at.nonnegative(factor)
    require(not {"z", "Z"} & depends(factor), "the factor depends on the direction")
    return at.stated(Relation(Minimum(primal, r), "==", Maximum(Minimum(2 * moment, r), Z)), to)


@rule("rank one", "At the saddle point the optimal density matrix lives on the top eigenspace of the optimal "
      "A. As z runs over the unit sphere of that space, (z^T v)^2 takes every value between its extremes (the "
      "sphere is connected), so some z has (z^T v)^2 = v^T Z v, and then z^T Sigma z = tr(Sigma Z), because "
      "z^T A z is constant there.",
      reference="R. A. Horn and C. R. Johnson, Topics in Matrix Analysis, Cambridge 1991, section 1.3 "
      "(convexity of the numerical range)")
def rank_one(at: Inference, saddle: Premise, factor: Expr, to: To | None = None) -> Relation:
    premise = at.relation(saddle)
    require(not {"z", "Z"} & depends(factor), "the factor depends on the direction")
    density = Maximum(Minimum(2 * (Q.r * alpha_Z + factor * tau_Z), Q.r), Z)
    vectors = Maximum(Minimum(2 * (Q.r * Q.alpha + factor * Q.tau), Q.r), Q.z)
    require(premise.rhs == density, "a saddle point over density matrices must be given")
    require(premise.op == "==", "an equality at the saddle point must be given")
    require(isinstance(premise.lhs, Minimum), "the saddle point must attain a minimum over r")
    return at.stated(Relation(density, "==", vectors), to)


@rule("other weights", "What holds for all weights (all minimizers) holds for other weights (other minimizers).")
def transfer(at: Inference, main: Premise, name: str, *minimizer: Premise) -> Relation:
    premise = at.premise(main)
    _of_the_problem(premise.facts, "minimizer")
    renamed = other_names(premise.relation, name)
    for side in (premise.relation.lhs, premise.relation.rhs):
        for x in side.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix, SubProduct, AppliedUndef):
            known = x in renamed or x.func == width or depends(x) <= THE_SAME | {"i", "Xi"}
            require(known, "{} has no name at other weights", x)
    shown = [at.relation(n) for n in minimizer]
    if "minimizer" in premise.facts:
        require(name == "rescaled" and shown == [Relation(Q.Sigma * Q.w_rescaled, "==", Q.Sigma * Q.w_star)],
                "the new weights must be a minimizer")
    else:
        require(not shown, "the premise is not about minimizers")
    return at_other_weights(premise.relation, name)


@rule("zero quadratic form", "The Hessian is a polynomial in the weights, so at W = 0 it is the limit "
      "at s W; a quadratic form that vanishes in every direction has the zero matrix.")
def zero_form(at: Inference, main: Premise, to: To | None = None) -> Relation:
    premise = at.relation(main)
    require(premise.lhs == curvature_shrunk and premise.op == "==", "the premise is not the second derivative")
    _of_the_problem(at.facts)
    value = sp.expand(at.algebra().form(premise.rhs)).xreplace({s: sp.S.Zero})
    require(value == 0, "as s -> 0 it tends to {}", value)
    return at.stated(Relation(Q.hessian_at_zero, "==", 0), to)


@rule("no eigenvalue one", "At a minimizer the non-zero eigenvalues of the Hessian are those of 2 Sigma^{1/2} M "
      "Sigma^{1/2}; if M is at least c I, they are at least 2 c lambda_+. When eta times that exceeds 1, "
      "I - eta (Hessian) has no zero eigenvalue. Since c grows without bound, some rescaling of any unbounded "
      "sequence does.")
def no_eigenvalue_one(
    at: Inference, minimizer: Premise, hessian: Premise, adjoint: Premise, bound: Premise, growth: Premise,
    factor: Expr, to: To | None = None,
) -> Relation:
    square = at.relation(adjoint)
    _of_the_problem(at.facts, "minimizer", "q_1 != 0")
    at.free(Q.gamma, Q.u)
    at.says(minimizer, Q.Sigma * Q.w_rescaled, "==", Q.Sigma * Q.w_star)
    at.says(hessian, Q.curvature, "==", 2 * dot(Q.w_dot, Q.Sigma * Q.w_dot))
    require(square.op == "==" and square.rhs == Q.kernel_form(Q.u, Q.u), "J J^T = M must be given")
    at.says(bound, dot(Q.u, M_rescaled * Q.u), ">=", factor * dot(Q.u, Q.u))
    require(factor.free_symbols <= {Q.gamma, Q.norm_q1}, "the factor may depend on gamma and |q_1| only")
    require(at.relation(growth) == Relation(
        sp.Limit(2 * Q.eta * factor * Q.lambda_pos, Q.gamma, sp.oo), "==", sp.oo),
        "the smallest non-zero eigenvalue must grow without bound")
    return at.stated(Relation(Q.step_determinant, "!=", 0), to)
