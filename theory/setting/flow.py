"""What the derivations of section 3 may start from, beside the setting of sections 1 and 2."""

from __future__ import annotations

import sympy as sp

from ..language import quantities as Q
from ..language.nodes import Relation, dot, family, norm_squared
from ..language.norms import spectral
from .network import DEFINED as SETTING
from .network import Defined, W, defined, equal, gradient, t

D, D_dot, D_rest, W_rest, left, right = (
    family(name) for name in ("D", "D_dot", "D_rest", "W_rest", "left", "right"))

k, L = Q.k, Q.L
_all, _inner = {k: (sp.S.One, L)}, {k: (sp.S.One, L - 1)}

BELOW_ONE = Relation(Q.theta, "<", 1)
INVERTIBLE = Relation(Q.lambda_min, ">", 0)
margin = sp.Symbol("margin", positive=True)
"""``1 - theta``, where that is positive."""
BELOW, BELOW_0 = Relation(Q.risk_gap, "<", Q.E), Relation(Q.risk_gap_0, "<", Q.E)
"""The risk is below that of ``W = 0``, which is ``R_min + E``: now, and at the initialization."""
least, least_0 = sp.symbols("c c_0", positive=True)
"""What the norm of ``w`` is at least, for the risk of now, and for that of the initialization."""
risk_flow = sp.Symbol("Rdot", real=True)
"""Derivative of the risk along gradient flow (SymPy prints the name as a letter with a dot)."""
sine = sp.Function("s", nonnegative=True)
"""``sine(k)`` is that of the angle between the top vectors on both sides of the space above layer ``k``."""


def level(gap: sp.Expr) -> sp.Expr:
    """The norm that ``w`` has at least where the risk gap is at most ``gap < E``."""
    return (Q.E - gap) / (2 * sp.sqrt(Q.b * Q.E))


def along_flow(index: sp.Expr) -> sp.MatrixExpr:
    """``W_k(t)`` along gradient flow, to first order."""
    return W(index) - t * gradient(index) + t**2 * W_rest(index)


DEFINED: dict[str, Defined] = {
    **SETTING,
    **defined("risk_gap"), **defined("norm_gradient"), **defined("norm_w_net"),
    **defined("D", ranges=_inner),
    "D moved": equal(
        D(k) + t * D_dot(k) + t**2 * D_rest(k),
        along_flow(k) * along_flow(k).T - along_flow(k + 1).T * along_flow(k + 1), _inner),
    **defined("Delta"),
    **defined("theta", "minimizer", "E > 0"),  # so that w is not zero
    "margin": equal(Q.theta, 1 - margin, needs=(BELOW_ONE,)),
    **defined("kappa", INVERTIBLE),
    "largest norm": Defined(Relation(spectral(W(k)), "<=", Q.sigma_max), _all),
    "smallest norm": Defined(Relation(Q.sigma_min, "<=", spectral(W(k))), _all),
    "largest Frobenius norm": Defined(Relation(norm_squared(W(k)), "<=", Q.frob**2), _all),
    "left unit": equal(dot(left(k), left(k)), 1, _all),
    "left": equal(W(k) * W(k).T * left(k), spectral(W(k)) ** 2 * left(k), _all),
    "right unit": equal(dot(right(k), right(k)), 1, _all),
    "right": equal(W(k).T * W(k) * right(k), spectral(W(k)) ** 2 * right(k), _all),
    # The squared cosine of two unit vectors is at most one.
    "sine": equal(sine(k) ** 2, 1 - dot(right(k + 1), left(k)) ** 2, _inner),
    # The chain rule: each layer moves along minus its gradient, which is the linear term of the risk.
    "risk flow": equal(risk_flow, sp.Sum(sp.Trace(gradient(k).T * (-gradient(k))), (k, 1, L))),
    "least": equal(least, level(Q.risk_gap), needs=("E > 0", BELOW)),
    "least_0": equal(least_0, level(Q.risk_gap_0), needs=("E > 0", BELOW_0)),
    "along w*": equal(Q.w, Q.norm_w_net / Q.norm_w * Q.w_star, needs=("w along w*", "E > 0")),
}
"""The stipulations, by name: those of the setting, and those of gradient flow."""
