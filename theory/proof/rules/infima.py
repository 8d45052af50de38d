"""Rules about infima over the weights, minima over ``r``, maxima over directions, and saddle points."""

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef

from ...algebra.algebra import Algebra, Judgment, oriented
from ...algebra.words import M_rescaled, Sigma_half, Z
from ...language import quantities as Q
from ...language.hypotheses import meaning
from ...language.nodes import LayerMatrix, Maximum, Minimum, Relation, SubProduct, dot, weighted_top, width
from ...setting.dependence import depends, hidden, source
from ...setting.network import alpha_Z, at_other_weights, curvature_shrunk, other_names, s, tau_Z, top_vector
from ..rule import Rule, Step, require
from .common import Facts, Premises, says

THE_SAME = frozenset({"problem", "depth", "k", "j", "u", "r", "gamma", "eta", "z", "alpha", "tau", "rho"})
"""Sources of what is the same for all weights: the problem, the depth, and what a statement ranges over."""
POSITIVE_NUMBERS = frozenset({Q.r, Q.gamma, Q.eta, Q.rho})
"""What ranges over all positive numbers in a statement."""
INFIMA = {Q.S: Q.S_min, Q.trace: Q.trace_min}


def _of_the_problem(facts: Facts, named: Facts, *variables: sp.Basic) -> None:
    """Hypotheses are about the problem and the depth, but for those that are named, and not about the variables."""
    for fact in facts - named:
        require(depends(fact) <= THE_SAME, "the hypothesis {} is about some weights only", fact)
    _free(facts - named, *variables)


def _free(facts: Facts, *variables: sp.Basic) -> None:
    """No hypothesis is about the variables, so that they have every value."""
    for variable in variables:
        require(not source(variable) & depends(*facts), "a hypothesis is about {}", variable)


def _about(premise: Judgment, ops: tuple[str, ...]) -> Relation:
    main = premise.relation
    main = main if main.lhs in INFIMA else main.flipped()
    require(main.lhs in INFIMA and main.op in ops, "the premise does not bound the sharpness or the trace")
    require(depends(main.rhs) <= THE_SAME, "the bound depends on the weights")
    return main


def _infimum(step: Step, premises: Premises, facts: Facts) -> None:
    main = _about(premises[0], (">=", "=="))
    require("aligned" not in facts, "the premise is about one minimizer only")
    require("minimizer" in facts, "the premise is not about minimizers")
    _of_the_problem(facts, frozenset({"minimizer"}))
    says(Algebra(facts), step.statement, Relation(INFIMA[main.lhs], main.op, main.rhs))


def _exhibited(step: Step, premises: Premises, facts: Facts) -> None:
    main = _about(premises[0], ("<=", "=="))
    require("aligned" in facts, "no minimizer is exhibited")
    _of_the_problem(facts, frozenset({"minimizer", "aligned"}))
    require(premises[1].relation == meaning("minimizer") and "minimizer" not in premises[1].facts,
            "that the exhibited weights are a minimizer must be shown")
    says(Algebra(facts), step.statement, Relation(INFIMA[main.lhs], "<=", main.rhs))


def _witness(step: Step, premises: Premises, facts: Facts) -> None:
    main = oriented(premises[0].relation, "<")
    require(main.lhs == Q.S_min and main.op == "<", "the infimum must lie strictly below")
    require(main.rhs == 2 / Q.eta, "the nearly flattest is chosen for eta")
    says(Algebra(facts), step.statement, Relation(Q.S_flat, "<=", main.rhs))


def _least(step: Step, premises: Premises, facts: Facts) -> None:
    function, below, variable = step.data
    algebra = Algebra(facts)
    _free(facts, variable)
    require(variable in POSITIVE_NUMBERS and not hidden(variable, function, below), "{} has one value only", variable)
    bound, at_zero, at_infinity = (p.relation for p in premises)
    require(oriented(bound, ">=") == Relation(function, ">=", below), "the premise is no lower bound")
    for limit, point, side in ((at_zero, sp.S.Zero, "+"), (at_infinity, sp.oo, "-")):
        require(limit == Relation(sp.Limit(below, variable, point, side), "==", sp.oo),
                "growth at {} must be shown", point)
    says(algebra, step.statement, Relation(function, ">=", Minimum(function, variable)))


def _at_least_value(step: Step, premises: Premises, facts: Facts) -> None:
    function, variable = step.data
    algebra = Algebra(facts)
    main = oriented(premises[0].relation, "<=")
    require(algebra.equal(main.rhs, function) and variable not in main.lhs.free_symbols,
            "the premise is not a bound for every value of the variable")
    require(main.op != "<", "the least value could be approached only")
    _free(facts, variable)  # neither the aligned weights nor the planted problem, which belong to one value
    require(variable in POSITIVE_NUMBERS and not hidden(variable, main), "{} has one value only", variable)
    minimum = Minimum(function, variable)
    existence = premises[1].relation
    if existence.op == "==" and existence.lhs == minimum:
        minimum = existence.rhs
    else:
        says(algebra, existence, Relation(function, ">=", minimum))
    says(algebra, step.statement, Relation(main.lhs, main.op, minimum))


def _below_value(step: Step, premises: Premises, facts: Facts) -> None:
    main = premises[0].relation
    require(main.op == "==" and isinstance(main.rhs, Minimum), "the premise is not a minimum")
    says(Algebra(facts), step.statement, Relation(main.lhs, "<=", main.rhs.args[0]))


def _direction(step: Step, premises: Premises, facts: Facts) -> None:
    vector = step.data
    main = oriented(premises[0].relation, ">=")
    algebra = Algebra(facts, premises[1:])
    require("z" not in depends(main.lhs) | depends(main.rhs, but=(Q.alpha, Q.tau)), "a bound for every direction")
    _free(facts, Q.alpha, Q.tau, Q.z)  # nor is the problem planted around one direction
    require(algebra.equal(dot(vector, vector), sp.S.One), "the direction is not a unit vector")
    for word in algebra.normal.matrix(algebra.prepare(vector)):
        top = word[0][0] == top_vector and algebra.is_positive(Q.lambda_max)  # y = Sigma y / Lambda
        require(top or word[0][0] in (Q.Sigma, Sigma_half), "{} may not lie in the range of Sigma", vector)
    values = {Q.alpha: dot(vector, Q.Sigma * vector), Q.tau: dot(vector, Sigma_half * Q.w_star) ** 2}
    for node in main.rhs.atoms(Minimum, Maximum):
        inside = isinstance(node, Minimum) and not source(node.args[1]) & depends(*values.values())
        require(inside, "a value would be captured in {}", node)
    # The values are put in before the premises are used, and in normal form: they carry powers.
    exchange = {x: algebra.form(value) for x, value in values.items()}
    wanted = algebra.prepare(main.rhs).xreplace({algebra.prepare(x): y for x, y in exchange.items()})
    require(step.statement.op == main.op and algebra.equal(step.statement.lhs, main.lhs), "another left side")
    require(algebra.equal(step.statement.rhs, wanted), "the bound in this direction is {}", wanted)


def _top_direction(step: Step, premises: Premises, facts: Facts) -> None:
    factor = step.data
    require(Algebra(facts).is_nonnegative(factor) and "z" not in depends(factor), "a constant factor")
    says(Algebra(facts), step.statement,
          Relation(Maximum(factor * Q.alpha, Q.z), "==", factor * Q.lambda_max))


def _saddle(step: Step, premises: Premises, facts: Facts) -> None:
    factor = step.data
    algebra = Algebra(facts)
    r, moment = Q.r, Q.r * alpha_Z + factor * tau_Z
    primal = 2 * weighted_top(r * sp.Identity(Q.w.rows) + factor * Q.w_star * Q.w_star.T)
    convex, exists = (p.relation for p in premises)
    require(convex == Relation(sp.Derivative(moment, (r, 2)), ">=", 0), "convexity in r must be shown")
    says(algebra, exists, Relation(primal, ">=", Minimum(primal, r)))
    require(algebra.is_nonnegative(factor), "the factor could be negative")
    require(not {"z", "Z"} & depends(factor), "the factor depends on the direction")
    says(algebra, step.statement, Relation(
        Minimum(primal, r), "==", Maximum(Minimum(2 * moment, r), Z)))


def _rank_one(step: Step, premises: Premises, facts: Facts) -> None:
    factor = step.data
    require(not {"z", "Z"} & depends(factor), "the factor depends on the direction")
    density = Maximum(Minimum(2 * (Q.r * alpha_Z + factor * tau_Z), Q.r), Z)
    vectors = Maximum(Minimum(2 * (Q.r * Q.alpha + factor * Q.tau), Q.r), Q.z)
    require(premises[0].relation.rhs == density, "a saddle point over density matrices must be given")
    require(premises[0].relation.op == "==", "an equality at the saddle point must be given")
    require(isinstance(premises[0].relation.lhs, Minimum), "the saddle point must attain a minimum over r")
    says(Algebra(facts), step.statement, Relation(density, "==", vectors))


def _transfer(step: Step, premises: Premises, facts: Facts) -> None:
    main = premises[0]
    _of_the_problem(main.facts, frozenset({"minimizer"}))
    renamed = other_names(main.relation, step.data)
    for side in (main.relation.lhs, main.relation.rhs):
        for x in side.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix, SubProduct, AppliedUndef):
            known = x in renamed or x.func == width or depends(x) <= THE_SAME | {"i", "Xi"}
            require(known, "{} has no name at other weights", x)
    wanted = at_other_weights(main.relation, step.data)
    if "minimizer" in main.facts:
        require(step.data == "rescaled" and len(premises) > 1 and premises[1].relation == Relation(
            Q.Sigma * Q.w_rescaled, "==", Q.Sigma * Q.w_star), "the new weights must be a minimizer")
    require(step.statement == wanted, "at the new weights it says {}", wanted)


def _zero_form(step: Step, premises: Premises, facts: Facts) -> None:
    main = premises[0].relation
    algebra = Algebra(facts)
    require(main.lhs == curvature_shrunk and main.op == "==", "the premise is not the second derivative")
    _of_the_problem(facts, frozenset())
    value = sp.expand(algebra.form(main.rhs)).xreplace({s: sp.S.Zero})
    require(value == 0, "as s -> 0 it tends to {}", value)
    says(algebra, step.statement, Relation(Q.hessian_at_zero, "==", 0))


def _determinant(step: Step, premises: Premises, facts: Facts) -> None:
    factor = step.data
    algebra = Algebra(facts)
    minimizer, hessian, adjoint, bound, growth = (p.relation for p in premises)
    _of_the_problem(facts, frozenset({"minimizer", "q_1 != 0"}), Q.gamma, Q.u)
    says(algebra, minimizer, Relation(Q.Sigma * Q.w_rescaled, "==", Q.Sigma * Q.w_star))
    says(algebra, hessian, Relation(Q.curvature, "==", 2 * dot(Q.w_dot, Q.Sigma * Q.w_dot)))
    require(adjoint.op == "==" and adjoint.rhs == Q.kernel_form(Q.u, Q.u), "J J^T = M must be given")
    says(algebra, bound, Relation(dot(Q.u, M_rescaled * Q.u), ">=", factor * dot(Q.u, Q.u)))
    require(factor.free_symbols <= {Q.gamma, Q.norm_q1}, "the factor may depend on gamma and |q_1| only")
    require(growth == Relation(sp.Limit(2 * Q.eta * factor * Q.lambda_pos, Q.gamma, sp.oo), "==", sp.oo),
            "the smallest non-zero eigenvalue must grow without bound")
    says(algebra, step.statement, Relation(Q.step_determinant, "!=", 0))


INFIMUM = Rule("infimum", "A bound for every minimizer bounds the infimum; a value that every minimizer has "
               "is the infimum.", _infimum, discharges=frozenset({"minimizer"}))
EXHIBITED = Rule("exhibited minimizer", "The infimum is at most the value at one minimizer.", _exhibited,
                 discharges=frozenset({"minimizer", "aligned"}))
WITNESS = Rule("nearly flattest", "What lies strictly above the infimum is not below the value at some "
               "minimizer, here called the nearly flattest.", _witness)
LEAST = Rule("existence of a minimum", "A continuous function of r > 0 with a lower bound that tends to "
             "infinity at both ends has a least value. (The largest eigenvalue is continuous.)", _least)
AT_LEAST_VALUE = Rule("at the minimum", "A bound for every r holds at the r where the value is least.",
                      _at_least_value)
BELOW_VALUE = Rule("minimum", "A minimum over r is at most the value at any r.", _below_value)
DIRECTION = Rule("choice of a direction", "A bound for every unit vector z, at one z.", _direction)
TOP_DIRECTION = Rule("top eigenvector", "The largest z^T Sigma z over unit vectors is Lambda.",
                     _top_direction)
SADDLE = Rule(
    "minimax", "lambda_max is the largest <A, Z> over density matrices Z, a compact convex set; <A, Z> is "
    "linear in Z and convex in r, so minimum and maximum may be exchanged.", _saddle,
    reference="M. Sion, On general minimax theorems, Pacific J. Math. 8 (1958) 171-176")
RANK_ONE = Rule(
    "rank one", "At the saddle point the optimal density matrix lives on the top eigenspace of the optimal "
    "A. As z runs over the unit sphere of that space, (z^T v)^2 takes every value between its extremes (the "
    "sphere is connected), so some z has (z^T v)^2 = v^T Z v, and then z^T Sigma z = tr(Sigma Z), because "
    "z^T A z is constant there.", _rank_one,
    reference="R. A. Horn and C. R. Johnson, Topics in Matrix Analysis, Cambridge 1991, section 1.3 "
    "(convexity of the numerical range)")
TRANSFER = Rule("other weights", "What holds for all weights (all minimizers) holds for other weights "
                "(other minimizers).", _transfer)
ZERO_FORM = Rule("zero quadratic form", "The Hessian is a polynomial in the weights, so at W = 0 it is the limit "
                 "at s W; a quadratic form that vanishes in every direction has the zero matrix.", _zero_form)
DETERMINANT = Rule(
    "no eigenvalue one", "At a minimizer the non-zero eigenvalues of the Hessian are those of 2 Sigma^{1/2} M "
    "Sigma^{1/2}; if M is at least c I, they are at least 2 c lambda_+. When eta times that exceeds 1, "
    "I - eta (Hessian) has no zero eigenvalue. Since c grows without bound, some rescaling of any unbounded "
    "sequence does.", _determinant)
