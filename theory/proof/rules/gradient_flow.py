"""Rules about what happens along gradient flow, and the elementary inequalities that they need."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.claim import Given
from ...language.nodes import LayerMatrix, Relation, norm_squared
from ...language.norms import second_singular, spectral
from ...setting.dependence import depends
from ...setting.flow import DEFINED, D_dot, risk_flow, sine
from ...setting.network import W
from ..rule import require, rule
from .common import Expr, Inference, Premise, To
from .singular_vectors import defined_at

FIXED = frozenset({"problem", "depth", "initialization"})
"""Sources of what does not change along the flow. (The imbalance does not, either.)"""


def _constant(*parts: sp.Basic | Given) -> bool:
    """Whether nothing occurs that could change along the flow. (A relation may speak of the imbalance.)"""
    return all(depends(x, but=() if isinstance(x, str) else (Q.Delta,)) <= FIXED for x in parts)


def _along_flow(at: Inference, slope: int, bound: int, rate: sp.Expr, conserved: tuple[int, ...]) -> None:
    """The risk falls by the squared gradient, which is at least ``rate`` times the risk gap, at all times."""
    for fact in at.facts:
        require(_constant(fact), "{} could hold at some times only", fact)
    require(_constant(rate), "the rate {} could change along the flow", rate)
    at.says(slope, risk_flow, "==", -Q.norm_gradient**2)
    at.says(bound, Q.norm_gradient**2, ">=", rate * Q.risk_gap)
    if rate.has(Q.Delta):
        needed = [Relation(norm_squared(D_dot(Q.k)), "==", 0), DEFINED["Delta"].relation]
        require([at.relation(n) for n in conserved] == needed, "the imbalance must be conserved")
        ranges = dict(at.premise(conserved[0]).ranges)
        require(ranges == {Q.k: (sp.S.One, Q.L - 1)}, "the imbalance of every layer is needed")
    else:
        require(not conserved, "nothing else is needed")


@rule("Gronwall's inequality", "Along gradient flow R' = -|grad R|^2. If |grad R|^2 >= c (R - R_min) at all times, "
      "with c constant along the flow, then (R - R_min) exp(c t) does not increase. With c = 0: the risk does not.",
      linked=2,
      reference="T. H. Gronwall, Note on the derivatives with respect to a parameter of the solutions of a system of "
      "differential equations, Ann. of Math. 20 (1919) 292-296")
def gronwall(
    at: Inference, slope: Premise, bound: Premise, rate: Expr, *conserved: Premise, to: To | None = None
) -> Relation:
    _along_flow(at, slope, bound, rate, conserved)
    return at.stated(Relation(Q.risk_gap, "<=", Q.risk_gap_0 * sp.exp(-rate * Q.time)), to)


@rule("length of the flow", "Along gradient flow R' = -|grad R|^2. If |grad R|^2 >= c (R - R_min) at all times, with "
      "c >= 0 constant along the flow, then the root of R - R_min has the derivative -|grad R|^2 / "
      "(2 sqrt(R - R_min)), which is at most -sqrt(c) |grad R| / 2, where R > R_min; elsewhere the flow stands still. "
      "The integral of |grad R| is at least the distance.", linked=2,
      reference="S. Lojasiewicz, Une propriete topologique des sous-ensembles analytiques reels, Les equations aux "
      "derivees partielles, CNRS 1963, 87-89")
def flow_length(
    at: Inference, slope: Premise, bound: Premise, rate: Expr, *conserved: Premise, to: To | None = None
) -> Relation:
    _along_flow(at, slope, bound, rate, conserved)
    at.nonnegative(rate)
    ends = 2 * sp.sqrt(Q.risk_gap_0) - 2 * sp.sqrt(Q.risk_gap)
    return at.stated(Relation(sp.sqrt(rate) * Q.displacement, "<=", ends), to)


@rule("square root", "x^2 <= y^2 and y >= 0 give x <= y.")
def square_root(at: Inference, main: Premise, x: Expr, y: Expr, to: To | None = None) -> Relation:
    at.nonnegative(y)
    require(bool(at.algebra().form(x).is_extended_real), "{} could be no real number", x)
    at.says(main, x**2, "<=", y**2)
    return at.stated(Relation(x, "<=", y), to)


@rule("sine theorem without a gap", "H = G + D with symmetric matrices, H u = s u with |u| = 1, v a unit top "
      "eigenvector of G, and m the next eigenvalue: the part of u orthogonal to v is mapped by s - G to that part of "
      "D u, so (s - m) |sin| <= |D|. Likewise with the roles exchanged.",
      reference="C. Davis and W. M. Kahan, The rotation of eigenvectors by a perturbation III, SIAM J. Numer. Anal. 7 "
      "(1970) 1-46")
def sine_bound(
    at: Inference, difference: Premise, left_unit: Premise, left: Premise, right_unit: Premise, right: Premise,
    angle: Premise, side: str, to: To | None = None,
) -> Relation:
    require(side in ("left", "right"), "neither of the two sides")
    here, other = (W(Q.k), W(Q.k + 1)) if side == "left" else (W(Q.k + 1), W(Q.k))
    defined_at(at, Q.k, D=difference, left_unit=left_unit, left=left, sine=angle)
    defined_at(at, Q.k + 1, right_unit=right_unit, right=right)
    gap = spectral(here) ** 2 - second_singular(other) ** 2
    return at.stated(Relation(gap * sine(Q.k), "<=", spectral(LayerMatrix("D", Q.k))), to)
