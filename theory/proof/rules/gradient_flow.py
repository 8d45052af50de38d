"""Rules about what happens along gradient flow, and the elementary inequalities that they need."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import Algebra, oriented
from ...language import quantities as Q
from ...language.claim import Given
from ...language.nodes import LayerMatrix, Relation, frobenius
from ...language.norms import second_singular, spectral
from ...setting.dependence import depends
from ...setting.flow import DEFINED, D_dot, risk_flow, sine
from ...setting.network import W
from ..rule import Rule, Step, require
from .common import Facts, Premises, says

FIXED = frozenset({"problem", "depth", "initialization"})
"""Sources of what does not change along the flow. (The imbalance does not, either.)"""


def _constant(*parts: sp.Basic | Given) -> bool:
    """Whether nothing occurs that could change along the flow. (A relation may speak of the imbalance.)"""
    return all(depends(x, but=() if isinstance(x, str) else (Q.Delta,)) <= FIXED for x in parts)


def _along_flow(premises: Premises, facts: Facts, rate: sp.Expr) -> None:
    """The risk falls by the squared gradient, which is at least ``rate`` times the risk gap, at all times."""
    algebra = Algebra(facts)
    for fact in facts:
        require(_constant(fact), "{} could hold at some times only", fact)
    require(_constant(rate), "the rate {} could change along the flow", rate)
    slope, bound = (p.relation for p in premises[:2])
    says(algebra, slope, Relation(risk_flow, "==", -Q.norm_gradient**2))
    says(algebra, bound, Relation(Q.norm_gradient**2, ">=", rate * Q.risk_gap))
    conserved, imbalance = Relation(frobenius(D_dot(Q.k)), "==", 0), DEFINED["Delta"].relation
    if rate.has(Q.Delta):
        require([p.relation for p in premises[2:]] == [conserved, imbalance], "the imbalance must be conserved")
        require(dict(premises[2].ranges) == {Q.k: (sp.S.One, Q.L - 1)}, "the imbalance of every layer is needed")
    else:
        require(len(premises) == 2, "nothing else is needed")


def _gronwall(step: Step, premises: Premises, facts: Facts) -> None:
    _along_flow(premises, facts, step.data)
    decay = Q.risk_gap_0 * sp.exp(-step.data * Q.time)
    says(Algebra(facts), step.statement, Relation(Q.risk_gap, "<=", decay))


def _length(step: Step, premises: Premises, facts: Facts) -> None:
    _along_flow(premises, facts, step.data)
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(step.data), "the rate {} could be negative", step.data)
    wanted = Relation(sp.sqrt(step.data) * Q.displacement, "<=", 2 * sp.sqrt(Q.risk_gap_0) - 2 * sp.sqrt(Q.risk_gap))
    says(algebra, step.statement, wanted)


def _square_root(step: Step, premises: Premises, facts: Facts) -> None:
    x, y = step.data
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(y), "{} could be negative", y)
    require(bool(algebra.form(x).is_extended_real), "{} could be no real number", x)
    says(algebra, premises[0].relation, Relation(x**2, "<=", y**2))
    says(algebra, step.statement, Relation(x, "<=", y))


def _positive_product(step: Step, premises: Premises, facts: Facts) -> None:
    x, y = step.data
    algebra = Algebra(facts)
    main = oriented(premises[0].relation, ">")
    require(main.op == ">" and main.rhs == 0 and algebra.equal(main.lhs, x * y), "the premise is not x y > 0")
    require(algebra.is_nonnegative(x) and algebra.is_nonnegative(y), "a factor could be negative")
    says(algebra, step.statement, Relation(x, ">", 0))


def _sine_bound(step: Step, premises: Premises, facts: Facts) -> None:
    require(step.data in ("left", "right"), "neither of the two sides")
    here, other = (W(Q.k), W(Q.k + 1)) if step.data == "left" else (W(Q.k + 1), W(Q.k))
    for premise, name in zip(premises, ("D", "left unit", "left", "right unit", "right", "sine"), strict=True):
        wanted = DEFINED[name].relation
        shift = {Q.k: Q.k + 1} if name.startswith("right") else {}  # the top vector of the layer above
        wanted = Relation(wanted.lhs.xreplace(shift), wanted.op, wanted.rhs.xreplace(shift))
        require(premise.relation == wanted, "the premise should be {}", wanted)
    gap = spectral(here) ** 2 - second_singular(other) ** 2
    says(Algebra(facts), step.statement, Relation(gap * sine(Q.k), "<=", spectral(LayerMatrix("D", Q.k))))


GRONWALL = Rule(
    "Gronwall's inequality", "Along gradient flow R' = -|grad R|^2. If |grad R|^2 >= c (R - R_min) at all times, with "
    "c constant along the flow, then (R - R_min) exp(c t) does not increase. With c = 0: the risk does not.",
    _gronwall, linked=2,
    reference="T. H. Gronwall, Note on the derivatives with respect to a parameter of the solutions of a system of "
    "differential equations, Ann. of Math. 20 (1919) 292-296")
LENGTH = Rule(
    "length of the flow", "Along gradient flow R' = -|grad R|^2. If |grad R|^2 >= c (R - R_min) at all times, with "
    "c >= 0 constant along the flow, then the root of R - R_min has the derivative -|grad R|^2 / (2 sqrt(R - R_min)), "
    "which is at most -sqrt(c) |grad R| / 2, where R > R_min; elsewhere the flow stands still. The integral of "
    "|grad R| is at least the distance.", _length, linked=2,
    reference="S. Lojasiewicz, Une propriete topologique des sous-ensembles analytiques reels, Les equations aux "
    "derivees partielles, CNRS 1963, 87-89")
SQUARE_ROOT = Rule("square root", "x^2 <= y^2 and y >= 0 give x <= y.", _square_root)
POSITIVE_PRODUCT = Rule("positive product", "x y > 0 and x, y >= 0 give x > 0.", _positive_product)
SINE_BOUND = Rule(
    "sine theorem without a gap", "H = G + D with symmetric matrices, H u = s u with |u| = 1, v a unit top eigenvector "
    "of G, and m the next eigenvalue: the part of u orthogonal to v is mapped by s - G to that part of D u, so "
    "(s - m) |sin| <= |D|. Likewise with the roles exchanged.", _sine_bound,
    reference="C. Davis and W. M. Kahan, The rotation of eigenvectors by a perturbation III, SIAM J. Numer. Anal. 7 "
    "(1970) 1-46")
