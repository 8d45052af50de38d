"""Rules about products of consecutive layers, how they change, and weights that stay close to their start."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import oriented
from ...algebra.layer_ranges import i
from ...language import quantities as Q
from ...language.claim import Given
from ...language.nodes import LayerMatrix, Relation, dot, norm_squared
from ...setting.dependence import depends
from ...setting.flow import risk_flow
from ...setting.network import gradient, q
from ...setting.residual import change, move
from ...setting.residual_constants import CLOSE, CLOSE_SHARP
from ..rule import require, rule
from .common import Expr, Inference, Limits, Premise, Term, To
from .gradient_flow import FIXED
from .sums import layers, over

STARTS = {Q.alpha_sub: Q.alpha_sub_0, Q.beta_sub: Q.beta_sub_0, Q.alpha_ends: Q.alpha_ends_0}
"""The extreme singular values, and the same at the initialization."""
PAIRS = {Q.j: (sp.S.One, Q.L), Q.k: (Q.j, Q.L)}
"""All products ``W_k ... W_j``."""
CLOSENESS = frozenset({CLOSE, CLOSE_SHARP})
"""The hypotheses that the weights are still close to their start."""


@rule("singular values of products", "alpha |x| <= |A x| <= beta |x| for A = P_k, a product of consecutive layers or "
      "none, and alpha |p| <= |q_k| <= beta |p|, as q_k = A^T p for such an A; the lower bounds for square layers.",
      indices=True)
def sub_product(at: Inference, bound: Expr, family: Expr, x: Expr, to: To | None = None) -> Relation:
    require(type(family) is LayerMatrix and family.name in ("P", "q"), "{} is no product of layers", family)
    forward = family.name == "P"
    # What alpha_ends is the least of leaves out the whole product W_L ... W_1.
    low, high = (sp.S.Zero, Q.L) if bound != Q.alpha_ends else (sp.S.Zero, Q.L - 1) if forward else (sp.S.One, Q.L)
    require(at.throughout(family.index - low, high - family.index), "{} is not one of the products", family)
    require(forward or x == q(Q.L), "the backward vector is the image of the read-out")
    image = family * x if forward else family
    require(bound in STARTS, "{} bounds no product", bound)
    if bound == Q.beta_sub:
        wanted = Relation(dot(image, image), "<=", bound**2 * dot(x, x))
    else:
        require("square" in at.facts, "a wide matrix has a kernel")
        wanted = Relation(dot(image, image), ">=", bound**2 * dot(x, x))
    return at.stated(wanted, to)


@rule("expansion of a product", "(A_k + E_k) ... (A_j + E_j) is the sum over all sets of layers where E is taken. "
      "Between them stand products of consecutive A, one more than there are E, each of norm at most beta_0 (the empty "
      "ones have norm 1 <= beta_0); |E_i| is at most the Frobenius norm. The set of no layers gives A_k ... A_j; the "
      "norms of the others add up to beta_0 times (the product of 1 + beta_0 |E_i|, less one).")
def expansion(at: Inference, to: To) -> Relation:
    require(at.ranges == PAIRS, "it holds for all products of consecutive layers")
    product = sp.Product(1 + Q.beta_sub_0 * move(i), (i, Q.j, Q.k))
    return at.stated(Relation(change(Q.j, Q.k), "<=", Q.beta_sub_0 * (product - 1)), to)


@rule("product and exponential", "1 + x <= exp(x), so the product of 1 + x_i over some layers is at most exp of the "
      "sum of x_i over all of them, for x_i >= 0.",
      parts=lambda data: (*over(data[1]), *over((data[1][0], 1, Q.L), data[0])))
def exponential_product(at: Inference, term: Expr, limits: Limits, to: To | None = None) -> Relation:
    at.nonnegative(term)
    index, low, high = layers(at, limits)
    require(at.throughout(low - 1, Q.L - high), "{}..{} are no layers", low, high)
    product, total = sp.Product(1 + term, limits), sp.Sum(term, (index, 1, Q.L))
    return at.stated(Relation(product, "<=", sp.exp(total)), to)


@rule("exponential", "x <= y gives exp(x) <= exp(y).")
def exponential(at: Inference, main: Premise, to: To | None = None) -> Relation:
    premise = at.relation(main)
    require(premise.op in ("<=", ">="), "an inequality")
    return at.stated(Relation(sp.exp(premise.lhs), premise.op, sp.exp(premise.rhs)), to)


@rule("quadratic mean", "(x_1 + ... + x_L)^2 <= L (x_1^2 + ... + x_L^2).")
def quadratic_mean(at: Inference, term: Term, limits: Limits, to: To | None = None) -> Relation:
    _index, first, last = layers(at, limits)
    require((first, last) == (1, Q.L), "the mean is over all layers")
    return at.stated(Relation(sp.Sum(term, limits) ** 2, "<=", Q.L * sp.Sum(term**2, limits)), to)


@rule("change of singular values", "Singular values of A and B differ by at most |A - B|, and |A^T p| and |B^T p| by "
      "at most |A - B| |p|. If every product of consecutive layers changes by at most c, so do the largest and the "
      "least of them all, and the larger or lesser of that and 1.", indices=True,
      reference="H. Weyl, Das asymptotische Verteilungsgesetz der Eigenwerte linearer partieller "
      "Differentialgleichungen, Math. Ann. 71 (1912) 441-479")
def singular_values(at: Inference, main: Premise, value: Expr, to: To | None = None) -> Relation:
    bound = oriented(at.relation(main), "<=")
    require(dict(at.premise(main).ranges) == PAIRS, "the premise is not about all products")
    require(bound.op == "<=" and bound.lhs == change(Q.j, Q.k), "the premise does not bound the change of a product")
    require(not {"j", "k"} & depends(bound.rhs, *at.facts), "the bound depends on the product")
    require(value in STARTS, "{} bounds no product", value)
    start = STARTS[value]
    wanted = (Relation(value, "<=", start + bound.rhs) if value == Q.beta_sub
              else Relation(value, ">=", start - bound.rhs))
    return at.stated(wanted, to)


def _fixed(*parts: sp.Basic | Given) -> bool:
    """Whether nothing occurs that could change along the flow (the imbalance counts as such without a premise)."""
    return depends(*parts) <= FIXED | {"rho"}


@rule("staying close", "Along gradient flow R' = -|grad R|^2. Suppose that |grad R|^2 >= c (R - R_min) with c > 0 as "
      "long as the weights are close. So long, R - R_min <= (R(0) - R_min) exp(-c t), and the distance is at most "
      "2 (sqrt(R(0) - R_min) - sqrt(R - R_min)) / sqrt(c); a layer with |grad_k R|^2 <= s (R - R_min) moves by at most "
      "sqrt(s (R(0) - R_min)) times the integral of exp(-c t / 2). At any finite time that is strictly below its value "
      "for R = R_min, or t = infinity (no minimizer is reached in finite time, as the flow stands still there). If "
      "that value is still close, the weights never cease to be close.", indices=True, discharges=CLOSENESS,
      reference="S. Lojasiewicz, Une propriete topologique des sous-ensembles analytiques reels, Les equations aux "
      "derivees partielles, CNRS 1963, 87-89")
def stay_close(
    at: Inference, to: To, risk: Premise, inequality: Premise, positive: Premise, small: Premise,
    close: Relation, rate: Expr, speed: Expr, *layer_speed: Premise,
) -> Relation:
    require(close in CLOSENESS and close in at.facts, "the premises suppose no such closeness")
    for fact in at.facts - {close}:
        require(_fixed(fact), "{} could hold at some times only", fact)
    distance, radius = close.lhs, close.rhs
    require(_fixed(radius, rate, speed), "the rate or the distance could change along the flow")
    at.nonnegative(radius)
    at.says(risk, risk_flow, "==", -Q.norm_gradient**2)
    at.says(inequality, Q.norm_gradient**2, ">=", rate * Q.risk_gap)
    at.says(positive, rate, ">", 0)
    if distance == Q.displacement:
        require(not layer_speed, "nothing else is needed")
        at.says(small, 4 * Q.risk_gap_0, "<=", rate * radius**2)
    else:
        require(distance == Q.layer_displacement and len(layer_speed) == 1, "the speed of every layer is needed")
        at.says(small, 4 * speed * Q.risk_gap_0, "<=", rate**2 * radius**2)
        require(dict(at.premise(layer_speed[0]).ranges) == {Q.k: (sp.S.One, Q.L)}, "the speed of every layer is needed")
        at.says(layer_speed[0], norm_squared(gradient(Q.k)), "<=", speed * Q.risk_gap)
    decay = Relation(Q.risk_gap, "<=", Q.risk_gap_0 * sp.exp(-rate * Q.time))
    return at.one_of(to, close, decay)
