"""The constants of section 4 as expressions in the singular values of the products of layers at the start."""

from __future__ import annotations

import sympy as sp

from ..language.nodes import Relation
from ..language.quantities import (
    L,
    alpha_ends_0,
    alpha_sub,
    alpha_sub_0,
    beta_sub_0,
    displacement,
    lambda_max,
    lambda_pos,
    layer_displacement,
    norm_p,
    rho,
    risk_gap_0,
)


def middle(bound: sp.Expr) -> sp.Expr:
    """The bound on the kernel, in units of ``|p|^2``: first and last layer apart, each other one with both sides."""
    return 2 * bound**2 + (L - 2) * bound**4


def spread(reach: sp.Expr) -> sp.Expr:
    """How much a product of layers changes when the layers move by ``reach``, summed over the layers."""
    return beta_sub_0 * (sp.exp(beta_sub_0 * reach) - 1)


ABOVE_ZERO = Relation(sp.S.Zero, "<", alpha_sub)
ABOVE_ZERO_0 = Relation(sp.S.Zero, "<", alpha_sub_0)
"""Every layer is invertible: now, and at the initialization."""

RADIUS = sp.log(1 + alpha_sub_0 / (2 * beta_sub_0)) / beta_sub_0
"""How far the layers may move, summed over them, such that no product changes by more than ``alpha_0 / 2``."""
ALPHA, BETA = alpha_sub_0 / 2, beta_sub_0 + alpha_sub_0 / 2
CLOSE = Relation(layer_displacement, "<=", RADIUS / L)
RATE = 4 * lambda_pos * L * ALPHA**4 * norm_p**2
SPEED = 4 * lambda_max * BETA**4 * norm_p**2
"""The squared speed of a layer is at most this times the risk gap."""
SMALL = Relation(risk_gap_0, "<=", RADIUS**2 * ALPHA**8 * BETA**-4 * lambda_pos**2 * norm_p**2 / lambda_max)
"""The simple theorem: the initial risk that it allows."""

CLOSE_SHARP = Relation(displacement, "<=", rho / sp.sqrt(L))
INSIDE = Relation(spread(rho), "<", alpha_ends_0)
"""The radius is so small that the products needed keep their least singular values above zero."""
ALPHA_SHARP = alpha_ends_0 - spread(rho)
RATE_SHARP = 4 * lambda_pos * norm_p**2 * middle(ALPHA_SHARP)
SMALL_SHARP = Relation(risk_gap_0, "<=", rho**2 * lambda_pos * norm_p**2 * middle(ALPHA_SHARP) / L)
"""The sharper theorem: the initial risk that it allows, for any radius."""
