"""Derivations of the dual, the bracket, the upper bound and the ladder."""

from __future__ import annotations

import sympy as sp

from ...algebra.words import Sigma_half, Z
from ...language import quantities as Q
from ...language.nodes import Maximum, Minimum, dot, weighted_top
from ...proof.derivation import Derivation, Proof
from ...proof.rules.calculus import CONVEXITY, DERIVATIVE, MINIMIZE
from ...proof.rules.eigenvalues import RANK_ONE_UPDATE, RAYLEIGH, ROOT_KERNEL
from ...proof.rules.inequalities import POWER, SCALING, WEIGHTED_AM_GM
from ...proof.rules.infima import (
    AT_LEAST_VALUE,
    BELOW_VALUE,
    INFIMUM,
    RANK_ONE,
    SADDLE,
    TOP_DIRECTION,
)
from ...proof.rules.logic import CASES, HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...setting.network import alpha_Z, tau_Z
from ..network.kernel_proofs import cite, define
from .bounds_proofs import lower_ladder, rank_one_factor, spread
from .minimum_proofs import PRIMAL, least_primal

E, L, M, S, Sigma, S_min = Q.E, Q.L, Q.M, Q.S, Q.Sigma, Q.S_min
a, alpha, b, norm_p, norm_w, r, tau, u, w, w_star, z = (
    Q.a, Q.alpha, Q.b, Q.norm_p, Q.norm_w, Q.r, Q.tau, Q.u, Q.w, Q.w_star, Q.z)
top = Q.lambda_max
DEEP = ("E > 0", "L >= 2")


def law(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """The value of the calculus: ``2 L |p|^{2/L} first^{1/L} second^{1-1/L}``."""
    return 2 * L * norm_p ** (2 / L) * first ** (1 / L) * second ** (1 - 1 / L)


def shallow_minimum(proof: Proof) -> int:
    """``S_min = 2 |p|^2 Lambda`` at depth one, where every minimizer has the same sharpness."""
    value = cite(proof, "min-sharpness", "depth-one")
    return proof.step(INFIMUM, (S_min, "==", 2 * norm_p**2 * top), value)


def linear_bound(proof: Proof) -> int:
    """``S_min <= 2 (r Lambda + (L-1)(|p|^2/r)^{1/(L-1)} E)`` for every ``r``."""
    statement = cite(proof, "min-sharpness", "statement")
    value = proof.step(BELOW_VALUE, (S_min, "<=", PRIMAL), statement)
    c, energy = rank_one_factor(r), define(proof, "E")
    update = proof.step(
        RANK_ONE_UPDATE,
        (weighted_top(spread(r, c, w_star)), "<=", r * top + c * dot(w_star, Sigma * w_star)),
        data=(r, c, w_star), given=("L >= 2",))
    doubled = proof.step(SCALING, (PRIMAL, "<=", 2 * (r * top + c * dot(w_star, Sigma * w_star))), update,
                         data=sp.Integer(2))
    filled = proof.step(REWRITING, (PRIMAL, "<=", 2 * (r * top + c * E)), doubled, energy)
    return proof.step(TRANSITIVITY, (S_min, "<=", 2 * (r * top + c * E)), value, filled)


def dual() -> Derivation:
    """The master inequality in every direction; the saddle point; the calculus in each direction."""
    proof = Proof("min-sharpness-dual")
    master = cite(proof, "kernel-agm", "all-weights")
    x = Sigma_half * z
    at_z = proof.step(
        INSTANCE, (dot(x, M * x) ** L, ">=", L**L * norm_p**2 * dot(x, x) * dot(w, x) ** (2 * (L - 1))),
        master, data=((u, x),))
    root, alpha_is, tau_is, unit = (define(proof, name) for name in ("root", "alpha", "tau", "z"))
    minimizer = proof.step(HYPOTHESIS, (Sigma * w, "==", Sigma * w_star), given=("minimizer",))
    half = proof.step(ROOT_KERNEL, (Sigma_half * w, "==", Sigma_half * w_star), minimizer, data=(w, w_star))
    filled = proof.step(
        REWRITING, (dot(x, M * x) ** L, ">=", L**L * norm_p**2 * alpha * tau ** (L - 1)),
        at_z, root, alpha_is, tau_is, half)
    bound = proof.step(POWER, (dot(x, M * x), ">=", law(alpha, tau) / 2), filled, data=1 / L)
    quotient = proof.step(RAYLEIGH, (weighted_top(M) * dot(z, z), ">=", dot(x, M * x)),
                          data=("root", M, z))
    quotient = proof.step(REWRITING, (weighted_top(M), ">=", dot(x, M * x)), quotient, unit)
    chain = proof.step(TRANSITIVITY, (weighted_top(M), ">=", law(alpha, tau) / 2), quotient, bound)
    doubled = proof.step(SCALING, (2 * weighted_top(M), ">=", law(alpha, tau)), chain, data=sp.Integer(2))
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    every = proof.step(TRANSITIVITY, (S, ">=", law(alpha, tau)), eigenvalue, doubled)

    c = rank_one_factor(r)
    optimal = define(proof, "planted top")
    stationary = define(proof, "planted stationary")
    slope = proof.step(DERIVATIVE, (alpha - (norm_p**2 / r) ** (1 / (L - 1)) * tau / r, "==", 0), stationary)
    weight = r * (r / norm_p**2) ** (1 / (L - 1))
    solved = proof.step(SCALING, (tau, "==", alpha * weight), slope, data=weight)
    value = proof.step(REWRITING, (PRIMAL, "==", 2 * L * r * alpha), optimal, solved)
    stated = proof.step(IDENTITY, (law(alpha, tau), "==", 2 * L * r * alpha), solved)
    attained = proof.step(TRANSITIVITY, (PRIMAL, "==", law(alpha, tau)), value, stated)

    convex = proof.step(CONVEXITY, (sp.Derivative(r * alpha_Z + c * tau_Z, (r, 2)), ">=", 0),
                        given=("L >= 2",))
    least = least_primal(proof)
    density = Maximum(Minimum(2 * (r * alpha_Z + c * tau_Z), r), Z)
    saddle = proof.step(SADDLE, (Minimum(PRIMAL, r), "==", density), convex, least, data=c)
    inner = Minimum(2 * (r * alpha + c * tau), r)
    rank_one = proof.step(RANK_ONE, (density, "==", Maximum(inner, z)), saddle, data=c)
    calculus = proof.step(MINIMIZE, (inner, "==", law(alpha, tau)), data=(inner.args[0], r), given=DEEP,
                          note="calculus over r")
    primal = cite(proof, "min-sharpness", "statement")
    swapped = proof.step(TRANSITIVITY, (S_min, "==", Maximum(inner, z)), primal, saddle, rank_one)
    deep = proof.step(REWRITING, (S_min, "==", Maximum(law(alpha, tau), z)), swapped, calculus)
    flat = shallow_minimum(proof)
    largest = proof.step(TOP_DIRECTION, (Maximum(2 * norm_p**2 * alpha, z), "==", 2 * norm_p**2 * top),
                         data=2 * norm_p**2)
    shallow = proof.step(TRANSITIVITY, (S_min, "==", Maximum(2 * norm_p**2 * alpha, z)), flat, largest)
    statement = proof.step(CASES, (S_min, "==", Maximum(law(alpha, tau), z)), shallow, deep)
    return proof.done(every_direction=every, attained=attained, statement=statement)


def energy_upper(proof: Proof) -> int:
    """``S_min <= 2 L |p|^{2/L} E^{1-1/L} Lambda^{1/L}``: calculus over ``r``, and depth one apart."""
    linear = linear_bound(proof)
    function = proof[linear].rhs
    least = proof.step(MINIMIZE, (Minimum(function, r), "==", law(top, E)), data=(function, r), given=DEEP,
                       note="calculus over r")
    deep = proof.step(AT_LEAST_VALUE, (S_min, "<=", law(top, E)), linear, least, data=(function, r))
    flat = shallow_minimum(proof)
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", law(top, E)), flat, note="the same at L = 1")
    return proof.step(CASES, (S_min, "<=", law(top, E)), shallow, deep)


def bracket() -> Derivation:
    """Below by the sharper bound for every minimizer; above by the calculus with ``Lambda``."""
    proof = Proof("min-sharpness-bracket")
    tight = cite(proof, "sharpness-lower-tight", "minimizers")
    below = proof.step(INFIMUM, (S_min, ">=", law(b, E)), tight)
    above = energy_upper(proof)
    return proof.done(below=below, above=above)


def sum_value() -> sp.Expr:
    """``2 |p|^{2/L} |w*|^{2-2/L} (Lambda + (L-1) a)``."""
    return 2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L) * (top + (L - 1) * a)


def root_value() -> sp.Expr:
    """The bound of the paper, with its square root."""
    return 2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L) * sp.sqrt((2 * L - 1) * top**2 + (L - 1) ** 2 * a**2)


def sum_below_root(proof: Proof) -> int:
    """The square of ``Lambda + (L-1) a`` is at most what is under the root, as ``a <= Lambda``."""
    quotient = proof.step(RAYLEIGH, (top * dot(w_star, w_star), ">=", dot(w_star, Sigma * w_star)),
                          data=("covariance", None, w_star))
    E_is, a_is, norm_is = define(proof, "E"), define(proof, "a"), define(proof, "norm_w")
    filled = proof.step(REWRITING, (top * norm_w**2, ">=", a * norm_w**2), quotient, E_is, norm_is, a_is)
    order = proof.step(SCALING, (top, ">=", a), filled, data=1 / norm_w**2)
    squares = proof.step(
        SCALING, ((2 * L - 1) * top**2 + (L - 1) ** 2 * a**2, ">=", (top + (L - 1) * a) ** 2), order,
        data=2 * (L - 1) * top)
    root = proof.step(POWER, (root_value() / (2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L)), ">=",
                              top + (L - 1) * a), squares, data=sp.Rational(1, 2))
    return proof.step(SCALING, (sum_value(), "<=", root_value()), root,
                      data=2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L))


def upper() -> Derivation:
    """The balanced ``r``, then the square root."""
    proof = Proof("min-sharpness-upper")
    linear = linear_bound(proof)
    a_is = define(proof, "a")
    balanced = norm_p ** (2 / L) * norm_w ** (2 - 2 / L)
    deep = proof.step(INSTANCE, (S_min, "<=", sum_value()), linear, a_is, data=((r, balanced),))
    flat = shallow_minimum(proof)
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", sum_value()), flat, note="the same at L = 1")
    both = proof.step(CASES, (S_min, "<=", sum_value()), shallow, deep)
    root = proof.step(TRANSITIVITY, (S_min, "<=", root_value()), both, sum_below_root(proof))
    return proof.done(root=root)


def ladder() -> Derivation:
    """Each rung from the one before."""
    proof = Proof("min-sharpness-ladder")
    _raised, first = lower_ladder(proof)
    second = cite(proof, "min-sharpness-bracket", "below")
    third = cite(proof, "min-sharpness-bracket", "above")
    means = proof.step(WEIGHTED_AM_GM, (top + (L - 1) * a, ">=", L * top ** (1 / L) * a ** (1 - 1 / L)),
                       data=(top, a, L))
    factor = 2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L)
    a_is = define(proof, "a")
    scaled = proof.step(SCALING, (sum_value(), ">=", factor * L * top ** (1 / L) * a ** (1 - 1 / L)), means,
                        data=factor)
    fourth = proof.step(REWRITING, (law(top, E), "<=", sum_value()), scaled, a_is)
    fifth = sum_below_root(proof)
    return proof.done(paper_below_tight=first, tight_below_minimum=second, minimum_below_energy=third,
                      energy_below_sum=fourth, sum_below_paper=fifth)


PROOFS = {
    "min-sharpness-dual": dual,
    "min-sharpness-bracket": bracket,
    "min-sharpness-upper": upper,
    "min-sharpness-ladder": ladder,
}
