"""Rules about products of consecutive layers, how they change, and weights that stay close to their start."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import Algebra, oriented
from ...algebra.layer_ranges import i
from ...language import quantities as Q
from ...language.claim import Given
from ...language.nodes import LayerMatrix, Relation, dot, frobenius
from ...setting.dependence import depends
from ...setting.flow import risk_flow
from ...setting.network import gradient, q
from ...setting.residual import change, move
from ...setting.residual_constants import CLOSE, CLOSE_SHARP
from ..rule import Rule, Step, require
from .common import Facts, Premises, says
from .gradient_flow import FIXED
from .sums import layers, over

STARTS = {Q.alpha_sub: Q.alpha_sub_0, Q.beta_sub: Q.beta_sub_0, Q.alpha_ends: Q.alpha_ends_0}
"""The extreme singular values, and the same at the initialization."""
PAIRS = {Q.j: (sp.S.One, Q.L), Q.k: (Q.j, Q.L)}
"""All products ``W_k ... W_j``."""


def _sub_product(step: Step, premises: Premises, facts: Facts) -> None:
    bound, family, x = step.data
    require(type(family) is LayerMatrix and family.name in ("P", "q"), "{} is no product of layers", family)
    forward = family.name == "P"
    # What alpha_ends is the least of leaves out the whole product W_L ... W_1.
    low, high = (sp.S.Zero, Q.L) if bound != Q.alpha_ends else (sp.S.Zero, Q.L - 1) if forward else (sp.S.One, Q.L)
    algebra = Algebra(facts)
    for gap in (family.index - low, high - family.index):
        require(algebra.throughout(gap, step.ranges), "{} is not one of the products", family)
    require(forward or x == q(Q.L), "the backward vector is the image of the read-out")
    image = family * x if forward else family
    require(bound in STARTS, "{} bounds no product", bound)
    if bound == Q.beta_sub:
        wanted = Relation(dot(image, image), "<=", bound**2 * dot(x, x))
    else:
        require("square" in facts, "a wide matrix has a kernel")
        wanted = Relation(dot(image, image), ">=", bound**2 * dot(x, x))
    says(algebra, step.statement, wanted)


def _expansion(step: Step, premises: Premises, facts: Facts) -> None:
    require(step.ranges == PAIRS, "it holds for all products of consecutive layers")
    product = sp.Product(1 + Q.beta_sub_0 * move(i), (i, Q.j, Q.k))
    says(Algebra(facts), step.statement, Relation(change(Q.j, Q.k), "<=", Q.beta_sub_0 * (product - 1)))


def _exponential_product(step: Step, premises: Premises, facts: Facts) -> None:
    term, (index, low, high) = step.data
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(term), "{} is not known to be nonnegative", term)
    layers(step, index, low, high, facts)
    for gap in (low - 1, Q.L - high):
        require(algebra.throughout(gap, step.ranges), "{}..{} are no layers", low, high)
    product, total = sp.Product(1 + term, (index, low, high)), sp.Sum(term, (index, 1, Q.L))
    says(algebra, step.statement, Relation(product, "<=", sp.exp(total)))


def _exponential(step: Step, premises: Premises, facts: Facts) -> None:
    main = premises[0].relation
    require(main.op in ("<=", ">="), "an inequality")
    says(Algebra(facts), step.statement, Relation(sp.exp(main.lhs), main.op, sp.exp(main.rhs)))


def _quadratic_mean(step: Step, premises: Premises, facts: Facts) -> None:
    term, limits = step.data
    index, first, last = limits
    layers(step, index, first, last, facts)
    require((first, last) == (1, Q.L), "the mean is over all layers")
    says(Algebra(facts), step.statement,
          Relation(sp.Sum(term, limits) ** 2, "<=", Q.L * sp.Sum(term**2, limits)))


def _singular_values(step: Step, premises: Premises, facts: Facts) -> None:
    value = step.data
    main = oriented(premises[0].relation, "<=")
    require(dict(premises[0].ranges) == PAIRS, "the premise is not about all products")
    require(main.op == "<=" and main.lhs == change(Q.j, Q.k), "the premise does not bound the change of a product")
    require(not {"j", "k"} & depends(main.rhs, *facts), "the bound depends on the product")
    start = STARTS[value]
    wanted = (Relation(value, "<=", start + main.rhs) if value == Q.beta_sub
              else Relation(value, ">=", start - main.rhs))
    says(Algebra(facts), step.statement, wanted)


def _fixed(*parts: sp.Basic | Given) -> bool:
    """Whether nothing occurs that could change along the flow (the imbalance counts as such without a premise)."""
    return depends(*parts) <= FIXED | {"rho"}


def _bootstrap(step: Step, premises: Premises, facts: Facts) -> None:
    close, rate, speed = step.data
    require(close in BOOTSTRAP.discharges and close in facts, "the premises suppose no such closeness")
    for fact in facts - {close}:
        require(_fixed(fact), "{} could hold at some times only", fact)
    distance, radius = close.lhs, close.rhs
    require(_fixed(radius, rate, speed), "the rate or the distance could change along the flow")
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(radius), "{} could be negative", radius)
    says(algebra, premises[0].relation, Relation(risk_flow, "==", -Q.norm_gradient**2))
    says(algebra, premises[1].relation, Relation(Q.norm_gradient**2, ">=", rate * Q.risk_gap))
    says(algebra, premises[2].relation, Relation(rate, ">", 0))
    small = premises[3].relation
    if distance == Q.displacement:
        require(len(premises) == 4, "nothing else is needed")
        says(algebra, small, Relation(4 * Q.risk_gap_0, "<=", rate * radius**2))
    else:
        require(distance == Q.layer_displacement and len(premises) == 5, "the speed of every layer is needed")
        says(algebra, small, Relation(4 * speed * Q.risk_gap_0, "<=", rate**2 * radius**2))
        require(dict(premises[4].ranges) == {Q.k: (sp.S.One, Q.L)}, "the speed of every layer is needed")
        says(algebra, premises[4].relation, Relation(frobenius(gradient(Q.k)), "<=", speed * Q.risk_gap))
    decay = Relation(Q.risk_gap, "<=", Q.risk_gap_0 * sp.exp(-rate * Q.time))
    require(any(algebra.same(step.statement, x) for x in (close, decay)), "it gives {} and {}", close, decay)


SUB_PRODUCT = Rule(
    "singular values of products", "alpha |x| <= |A x| <= beta |x| for A = P_k, a product of consecutive layers or "
    "none, and alpha |p| <= |q_k| <= beta |p|, as q_k = A^T p for such an A; the lower bounds for square layers.",
    _sub_product, indices=True)
EXPANSION = Rule(
    "expansion of a product", "(A_k + E_k) ... (A_j + E_j) is the sum over all sets of layers where E is taken. "
    "Between them stand products of consecutive A, one more than there are E, each of norm at most beta_0 (the empty "
    "ones have norm 1 <= beta_0); |E_i| is at most the Frobenius norm. The set of no layers gives A_k ... A_j; the "
    "norms of the others add up to beta_0 times (the product of 1 + beta_0 |E_i|, less one).", _expansion)
EXPONENTIAL_PRODUCT = Rule(
    "product and exponential", "1 + x <= exp(x), so the product of 1 + x_i over some layers is at most exp of the sum "
    "of x_i over all of them, for x_i >= 0.", _exponential_product,
    parts=lambda data: (*over(data[1]), *over((data[1][0], 1, Q.L), data[0])))
EXPONENTIAL = Rule("exponential", "x <= y gives exp(x) <= exp(y).", _exponential)
QUADRATIC_MEAN = Rule("quadratic mean", "(x_1 + ... + x_L)^2 <= L (x_1^2 + ... + x_L^2).", _quadratic_mean,
                      parts=lambda data: over(data[1], data[0]))
SINGULAR_VALUES = Rule(
    "change of singular values", "Singular values of A and B differ by at most |A - B|, and |A^T p| and |B^T p| by at "
    "most |A - B| |p|. If every product of consecutive layers changes by at most c, so do the largest and the least "
    "of them all, and the larger or lesser of that and 1.", _singular_values, indices=True,
    reference="H. Weyl, Das asymptotische Verteilungsgesetz der Eigenwerte linearer partieller "
    "Differentialgleichungen, Math. Ann. 71 (1912) 441-479")
BOOTSTRAP = Rule(
    "staying close", "Along gradient flow R' = -|grad R|^2. Suppose that |grad R|^2 >= c (R - R_min) with c > 0 as "
    "long as the weights are close. So long, R - R_min <= (R(0) - R_min) exp(-c t), and the distance is at most "
    "2 (sqrt(R(0) - R_min) - sqrt(R - R_min)) / sqrt(c); a layer with |grad_k R|^2 <= s (R - R_min) moves by at most "
    "sqrt(s (R(0) - R_min)) times the integral of exp(-c t / 2). At any finite time that is strictly below its value "
    "for R = R_min, or t = infinity (no minimizer is reached in finite time, as the flow stands still there). If that "
    "value is still close, the weights never cease to be close.", _bootstrap, indices=True,
    discharges=frozenset({CLOSE, CLOSE_SHARP}),
    reference="S. Lojasiewicz, Une propriete topologique des sous-ensembles analytiques reels, Les equations aux "
    "derivees partielles, CNRS 1963, 87-89")
