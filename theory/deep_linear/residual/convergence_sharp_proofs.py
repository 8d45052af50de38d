"""Derivation of the sharper theorem on the convergence of residual networks."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import Relation, dot
from ...proof.derivation import Derivation, Proof
from ...proof.rules.gradient_flow import SQUARE_ROOT
from ...proof.rules.inequalities import POWER, SCALING, SIGN
from ...proof.rules.logic import HYPOTHESIS, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sub_products import BOOTSTRAP, EXPONENTIAL, QUADRATIC_MEAN, SINGULAR_VALUES
from ...setting.residual import move
from ...setting.residual_constants import ALPHA_SHARP, CLOSE_SHARP, INSIDE, RATE_SHARP, SMALL_SHARP, middle, spread
from ..flow.convergence_proofs import gradient_is_kernel
from ..network.kernel_proofs import define
from .convergence_proofs import MOVES, change_bound, gradient_above, steepness
from .residual_proofs import kernel_bound

L, M, g, gap, k, norm_p, u = Q.L, Q.M, Q.g, Q.risk_gap, Q.k, Q.norm_p, Q.u
beta_0, ends, total, positive = Q.beta_sub_0, Q.alpha_ends, Q.displacement, Q.lambda_pos
slope_bound = Q.norm_gradient**2
ONE, FOUR = sp.S.One, sp.Integer(4)


def by_distance(proof: Proof) -> int:
    """Every product changes by at most ``beta_0 (exp(beta_0 sqrt(L) |W(t) - W(0)|) - 1)``."""
    mean = proof.step(QUADRATIC_MEAN, (MOVES**2, "<=", L * sp.Sum(move(k) ** 2, (k, 1, L))),
                      data=(move(k), (k, 1, L)))
    named = proof.step(REWRITING, (MOVES**2, "<=", L * total**2), mean, define(proof, "displacement"))
    reach = sp.sqrt(L) * total
    moved = proof.step(SQUARE_ROOT, (MOVES, "<=", reach), named, data=(MOVES, reach))
    return change_bound(proof, moved, reach)


def sharper_rate(proof: Proof) -> int:
    """``|grad R|^2 >= 4 lambda_+ (2 alpha^2 + (L-2) alpha^4) |p|^2 (R - R_min)``."""
    form = kernel_bound(proof, ends)
    size = dot(g, g)
    at_g = proof.step(INSTANCE, (dot(g, M * g), ">=", middle(ends) * norm_p**2 * size), form, data=((u, g),))
    above = gradient_above(proof)
    outer, inner = 2 * ends**2 * norm_p**2, (L - 2) * ends**4 * norm_p**2
    value = 4 * positive * gap
    one = proof.step(SCALING, ((outer + inner) * size, ">=", outer * value + inner * size), above, data=outer)
    two = proof.step(SCALING, (proof[one].rhs, ">=", (outer + inner) * value), above, data=inner, given=("L >= 2",))
    return proof.step(TRANSITIVITY, (slope_bound, ">=", 4 * positive * middle(ends) * norm_p**2 * gap),
                      gradient_is_kernel(proof), at_g, one, two)


def sharper_lasting(proof: Proof, rate: int, below: int) -> int:
    """The same with the least singular values at the start, less what they may lose."""
    close = proof.step(HYPOTHESIS, CLOSE_SHARP, given=(CLOSE_SHARP,))
    scaled = proof.step(SCALING, (beta_0 * sp.sqrt(L) * total, "<=", beta_0 * Q.rho), close, data=beta_0 * sp.sqrt(L))
    raised = proof.step(EXPONENTIAL, (sp.exp(beta_0 * sp.sqrt(L) * total), "<=", sp.exp(beta_0 * Q.rho)), scaled)
    least = proof.step(SCALING, (proof[below].rhs, ">=", ALPHA_SHARP), raised, data=beta_0)
    least = proof.step(TRANSITIVITY, (ends, ">=", ALPHA_SHARP), below, least)
    value = 4 * positive * norm_p**2 * gap
    square = proof.step(POWER, (ends**2, ">=", ALPHA_SHARP**2), least, data=sp.Integer(2), given=(INSIDE,))
    fourth = proof.step(POWER, (ends**4, ">=", ALPHA_SHARP**4), least, data=FOUR, given=(INSIDE,))
    one = proof.step(SCALING, (proof[rate].rhs, ">=", value * (2 * ALPHA_SHARP**2 + (L - 2) * ends**4)), square,
                     data=2 * value)
    two = proof.step(SCALING, (proof[one].rhs, ">=", RATE_SHARP * gap), fourth, data=(L - 2) * value,
                     given=("L >= 2",))
    return proof.step(TRANSITIVITY, (slope_bound, ">=", RATE_SHARP * gap), rate, one, two)


def sharper_sign(proof: Proof) -> int:
    """The rate is positive: its first part is, its second is not negative."""
    first = 8 * positive * norm_p**2 * ALPHA_SHARP**2
    second = proof.step(SIGN, ((L - 2) * ALPHA_SHARP**4 * 4 * positive * norm_p**2, ">=", 0), given=("L >= 2", INSIDE))
    more = proof.step(SCALING, (RATE_SHARP, ">=", first), second, data=ONE)
    sign = proof.step(SIGN, (first, ">", 0), given=("E > 0", INSIDE))
    return proof.step(TRANSITIVITY, (RATE_SHARP, ">", 0), more, sign)


def residual_convergence_sharp() -> Derivation:
    """The products in the kernel alone, the movement of all layers together, and any radius."""
    proof = Proof("residual-convergence-sharp")
    reach = spread(sp.sqrt(L) * total)
    below = proof.step(SINGULAR_VALUES, (ends, ">=", Q.alpha_ends_0 - reach), by_distance(proof), data=ends)
    rate = sharper_rate(proof)
    lasting, sign, slope = sharper_lasting(proof, rate, below), sharper_sign(proof), steepness(proof)
    small = proof.step(HYPOTHESIS, SMALL_SHARP, given=(SMALL_SHARP,))
    small = proof.step(SCALING, (4 * Q.risk_gap_0, "<=", RATE_SHARP * Q.rho**2 / L), small, data=FOUR)

    def conclude(statement: tuple[sp.Expr, str, sp.Expr] | Relation) -> int:
        return proof.step(BOOTSTRAP, statement, slope, lasting, sign, small,
                          data=(CLOSE_SHARP, RATE_SHARP, sp.S.Zero))

    return proof.done(perturbation=below, rate=rate, distance=conclude(CLOSE_SHARP),
                      decay=conclude((gap, "<=", Q.risk_gap_0 * sp.exp(-RATE_SHARP * Q.time))))


PROOFS = {"residual-convergence-sharp": residual_convergence_sharp}
