"""The formulas of section 2. Each is typed here only: claims, proofs, thresholds and tables import it.

Every formula contains the fixed read-out: ``norm_p = 1`` gives the plain model.
"""

from __future__ import annotations

import sympy as sp

from ...language.nodes import weighted_top
from ...language.quantities import (
    E,
    L,
    a,
    alpha,
    b,
    e,
    lambda_max,
    norm_p,
    norm_w,
    r,
    tau,
    trace_Sigma,
    w,
    w_star,
)

ATTAINABLE = ("minimizer", "E > 0")
_readout = norm_p ** (2 / L)
BALANCED_R = _readout * norm_w ** (2 - 2 / L)
"""``|p|^{2/L} |w*|^{2 - 2/L}``: the bounds in ``|w*|`` are multiples of this ``r``."""


def rank_one_factor(first: sp.Expr) -> sp.Expr:
    """Return ``(L-1) (|p|^2 / first)^{1/(L-1)}``, the least weight of the rank-one part."""
    return (L - 1) * (norm_p**2 / first) ** (1 / (L - 1))


def spread(first: sp.Expr, second: sp.Expr, x: sp.MatrixExpr) -> sp.MatrixExpr:
    """Return ``first I + second x x^T``."""
    return first * sp.Identity(w.rows) + second * x * x.T


def law(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """Return ``2 L |p|^{2/L} first^{1/L} second^{1 - 1/L}``, the law behind section 2.

    The law equals ``2 min_r (r first + (L-1) (|p|^2/r)^{1/(L-1)} second)``.
    """
    return 2 * L * _readout * first ** (1 / L) * second ** (1 - 1 / L)


PAPER_LOWER = 2 * L * BALANCED_R * a
TIGHT_LOWER = law(b, E)
ENERGY_UPPER = law(lambda_max, E)
SUM_UPPER = 2 * BALANCED_R * (lambda_max + (L - 1) * a)
PAPER_UPPER = 2 * BALANCED_R * sp.sqrt((2 * L - 1) * lambda_max**2 + (L - 1) ** 2 * a**2)
PRIMAL: sp.Expr = 2 * weighted_top(spread(r, rank_one_factor(r), w_star))
TRACE_PRIMAL = 2 * (r * trace_Sigma + rank_one_factor(r) * E)
LEAST_TRACE = law(trace_Sigma, E)
DUAL = law(alpha, tau)
KINK_BELOW = law(e, E)
KINK_ABOVE = 2 * _readout * lambda_max * ((L - 1) * E / (lambda_max - e)) ** (1 - 1 / L)
