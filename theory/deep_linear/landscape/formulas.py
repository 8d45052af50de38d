"""The formulas of section 2, each typed once: claims, thresholds and tables take them from here.

Every one carries the fixed read-out: ``norm_p = 1`` gives the plain model.
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


def law(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """``2 L |p|^{2/L} first^{1/L} second^{1 - 1/L}``: the one law behind section 2.

    It is ``2 min_r (r first + (L-1) (|p|^2/r)^{1/(L-1)} second)``.
    """
    return 2 * L * _readout * first ** (1 / L) * second ** (1 - 1 / L)


PAPER_LOWER = 2 * L * _readout * norm_w ** (2 - 2 / L) * a
TIGHT_LOWER = law(b, E)
ENERGY_UPPER = law(lambda_max, E)
SUM_UPPER = 2 * _readout * norm_w ** (2 - 2 / L) * (lambda_max + (L - 1) * a)
PAPER_UPPER = (
    2 * _readout * norm_w ** (2 - 2 / L) * sp.sqrt((2 * L - 1) * lambda_max**2 + (L - 1) ** 2 * a**2)
)
PRIMAL: sp.Expr = 2 * weighted_top(
    r * sp.Identity(w.rows) + (L - 1) * (norm_p**2 / r) ** (1 / (L - 1)) * w_star * w_star.T
)
TRACE_PRIMAL = 2 * (r * trace_Sigma + (L - 1) * (norm_p**2 / r) ** (1 / (L - 1)) * E)
DUAL = law(alpha, tau)
KINK_BELOW = law(e, E)
KINK_ABOVE = 2 * _readout * lambda_max * ((L - 1) * E / (lambda_max - e)) ** (1 - 1 / L)
