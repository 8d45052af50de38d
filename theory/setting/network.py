"""What derivations may start from: the setting, and the objects that proofs introduce.

Each entry is a stipulation, never a consequence: a formula for ``S`` or ``S_min`` has no place
here. ``needs`` lists the hypotheses without which the object is not defined or not positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import sympy as sp

from ..algebra.algebra import POSITIVE_ENERGY
from ..algebra.layer_ranges import Ranges, i
from ..algebra.words import M_rescaled, Sigma_half, Z
from ..language import quantities as Q
from ..language.claim import Given
from ..language.nodes import LayerMatrix, Relation, SubProduct, dot, family, weighted_top, width
from ..language.quantities import VOCABULARY

__all__ = ["DEFINED", "Defined", "M_rescaled", "Sigma_half", "Z", "defined", "equal"]

P, q, W, Xi = (family(name) for name in ("P", "q", "W", "Xi"))
q_dot, q_ddot, q_rest = (family(name) for name in ("q_dot", "q_ddot", "q_rest"))
gradient, adjoint, unit = (family(name) for name in ("gradient", "adjoint", "unit"))
P_shrunk, q_shrunk, W_shrunk = (family(name) for name in ("P_shrunk", "q_shrunk", "W_shrunk"))
P_scaled, q_scaled = (family(name) for name in ("P_scaled", "q_scaled"))

k, j, L = Q.k, Q.j, Q.L
t = sp.Symbol("t", real=True)
s = sp.Symbol("s", positive=True)
risk, risk_moved, risk_min = sp.symbols("risk risk_moved risk_min", real=True)
rest, rest_layer, rest_adjoint, risk_layer = sp.symbols("rest rest_layer rest_adjoint risk_layer", real=True)
alpha_Z = sp.Symbol("alpha_Z", positive=True)
tau_Z = sp.Symbol("tau_Z", nonnegative=True)
curvature_shrunk = sp.Symbol("curvature_shrunk", real=True)
w_layer, w_moved, w_rest, top_vector, preimage, w_dot_shrunk, w_ddot_shrunk, g_shrunk = (
    sp.MatrixSymbol(name, width(0), 1)
    for name in ("w_layer", "w_moved", "w_rest", "top_vector", "preimage", "w_dot_shrunk", "w_ddot_shrunk", "g_shrunk"))

LATEX: Mapping[sp.Basic, str] = {
    risk: "R", risk_moved: r"R(W + t\Xi)", risk_layer: r"R(W_k + t\Xi_k)", risk_min: r"R_{\min}",
    rest: r"\varrho", rest_layer: r"\varrho", rest_adjoint: r"\varrho_u", w_rest: r"\rho",
    w_moved: r"w(t)", w_layer: r"w(W_k + t\Xi_k)", top_vector: "y", preimage: "x^{*}", Sigma_half: r"\Sigma^{1/2}",
    M_rescaled: r"M^{(\gamma)}", Z: "Z", alpha_Z: r"\operatorname{tr}(\Sigma Z)",
    tau_Z: r"v^{\top} Z v", s: "s", w_dot_shrunk: r"\dot w_{s}", w_ddot_shrunk: r"\ddot w_{s}",
    curvature_shrunk: r"\left.\tfrac{d^2}{dt^2} R(sW + t\Xi)\right|_{0}", g_shrunk: r"g_{s}",
    sp.Symbol("margin", positive=True): r"\left(1 - \theta\right)",
}
"""How the objects that only proofs use are printed."""


@dataclass(frozen=True)
class Defined:
    """A stipulated relation, the range of its layer index, and what it supposes."""

    relation: Relation
    ranges: Ranges = field(default_factory=dict)
    needs: tuple[Given, ...] = ()


def equal(
    left: sp.Basic, right: sp.Basic | int, ranges: Ranges = MappingProxyType({}), needs: tuple[Given, ...] = ()
) -> Defined:
    """The stipulation that two sides are equal."""
    return Defined(Relation(left, "==", right), ranges, needs)


def geometric(layer: sp.Expr) -> sp.Expr:
    """``|q_k|^2`` along the aligned family: geometric from ``r`` at ``k = 1`` to ``|p|^2`` at ``L``."""
    return Q.r * (Q.norm_p**2 / Q.r) ** ((layer - 1) / (L - 1))


_all, _inner = {k: (sp.S.One, L)}, {k: (sp.Integer(2), L)}


def defined(name: str, *needs: Given, ranges: Ranges | None = None) -> dict[str, Defined]:
    """What the definition of a quantity stipulates; what is positive only because ``E > 0`` supposes that."""
    word = VOCABULARY[name]
    energy: tuple[Given, ...] = ("E > 0",) if word.symbol in POSITIVE_ENERGY else ()
    return {name: Defined(word.stipulation, ranges or {}, needs or energy)}


_aligned: tuple[Given, ...] = ("aligned", "E > 0", "L >= 2")
_weight = (L - 1) * (Q.norm_p**2 / Q.r) ** (1 / (L - 1))
_moment = Q.r * Q.alpha + _weight * Q.tau

DEFINED: dict[str, Defined] = {
    **defined("E"), **defined("norm_w"), **defined("a"), **defined("b"), **defined("g"),
    "P_0": equal(P(0), sp.Identity(width(0))),
    "q_0": equal(q(0), Q.w),
    "norm_p": equal(dot(q(L), q(L)), Q.norm_p**2),  # q_L is the read-out
    **defined("norm_q1"),
    "S_min": Defined(Relation(Q.S_min, "<=", Q.S), needs=("minimizer",)),
    "trace_min": Defined(Relation(Q.trace_min, "<=", Q.trace), needs=("minimizer",)),
    "S_balanced": equal(Q.S_balanced, Q.S, needs=("w == w*", "balanced", "plain", "E > 0")),
    "h": equal(LayerMatrix("h", i), P(i) * Q.g, {i: (sp.S.Zero, L)}),  # from 0 on: i, not k
    "P": equal(P(k), W(k) * P(k - 1), _all),
    "q": equal(q(k - 1), W(k).T * q(k), _all),
    "M": equal(dot(Q.u, Q.M * Q.u), Q.kernel_form(Q.u, Q.u)),
    "SubProduct start": equal(SubProduct(j, j + 1), sp.Identity(width(j)), {j: (sp.S.One, L)}),
    "SubProduct": equal(SubProduct(j, k + 1), W(k) * SubProduct(j, k), {k: (j + 1, L), j: (sp.S.One, L)}),
    # The gradient, as the linear term of the risk when one layer moves.
    "risk moved": equal(risk_moved, risk_min + dot(w_moved - Q.w_star, Q.Sigma * (w_moved - Q.w_star))),
    "risk layer": equal(risk_layer, risk_min + dot(w_layer - Q.w_star, Q.Sigma * (w_layer - Q.w_star))),
    "layer moved": equal(w_layer, P(k - 1).T * (W(k) + t * Xi(k)).T * q(k), _all),
    "gradient": equal(risk_layer, risk + t * sp.Trace(gradient(k).T * Xi(k)) + t**2 * rest_layer, _all),
    "adjoint": equal(dot(Q.u, w_layer), dot(Q.u, Q.w) + t * sp.Trace(adjoint(k).T * Xi(k)) + t**2 * rest_adjoint, _all),
    "flow": equal(dot(Q.u, Q.w_flow), sp.Sum(sp.Trace(adjoint(k).T * (-gradient(k))), (k, 1, L))),
    # The second derivative, when all layers move.
    "curvature": equal(risk_moved, risk + t * Q.slope + t**2 / 2 * Q.curvature + t**3 * rest),
    "all moved": equal(w_moved, Q.w + t * Q.w_dot + t**2 / 2 * Q.w_ddot + t**3 * w_rest),
    "q moved": equal(
        q(k - 1) + t * q_dot(k - 1) + t**2 / 2 * q_ddot(k - 1) + t**3 * q_rest(k - 1),
        (W(k) + t * Xi(k)).T * (q(k) + t * q_dot(k) + t**2 / 2 * q_ddot(k) + t**3 * q_rest(k)), _all),
    "q_dot L": equal(q_dot(L), sp.ZeroMatrix(width(L), 1)),
    "q_ddot L": equal(q_ddot(L), sp.ZeroMatrix(width(L), 1)),
    "q_dot 0": equal(q_dot(0), Q.w_dot),
    "q_ddot 0": equal(q_ddot(0), Q.w_ddot),
    # The problem.
    "root": equal(Sigma_half * Sigma_half, Q.Sigma),
    **defined("trace_Sigma"),
    "z": equal(dot(Q.z, Q.z), 1),
    "alpha": equal(Q.alpha, dot(Q.z, Q.Sigma * Q.z), needs=("E > 0",)),
    "tau": equal(Q.tau, dot(Q.z, Sigma_half * Q.w_star) ** 2),
    "top vector": equal(Q.Sigma * top_vector, Q.lambda_max * top_vector),
    "top vector norm": equal(dot(top_vector, top_vector), 1),
    "preimage": equal(Q.w_star, Q.Sigma * preimage),  # w*, of minimum norm, is in the range of Sigma
    # The aligned minimizer; a problem planted around an optimal pair (r, z).
    "aligned first": equal(W(1), unit(1) * Q.w_star.T / sp.sqrt(geometric(sp.S.One)), needs=_aligned),
    "aligned": equal(W(k), sp.sqrt(geometric(k - 1) / geometric(k)) * unit(k) * unit(k - 1).T, _inner, _aligned),
    "aligned unit": equal(dot(unit(k), unit(k)), 1, _all, _aligned),
    "aligned readout": equal(q(L), Q.norm_p * unit(L), needs=_aligned),
    "planted top": equal(2 * weighted_top(Q.r * sp.Identity(width(0)) + _weight * Q.w_star * Q.w_star.T), 2 * _moment,
                         needs=("planted", "E > 0", "L >= 2")),
    "planted stationary": equal(sp.Derivative(_moment, Q.r), 0, needs=("planted", "E > 0", "L >= 2")),
    # The weights after W_1 <- W_1/gamma, W_2 <- gamma W_2.
    "rescaled w": equal(Q.w_rescaled, (W(1) / Q.gamma).T * (Q.gamma * W(2)).T * q_scaled(2), needs=("L >= 2",)),
    "rescaled q_2": equal(q_scaled(2), q(2), needs=("L >= 2",)),
    "rescaled q_1": equal(q_scaled(1), (Q.gamma * W(2)).T * q_scaled(2), needs=("L >= 2",)),
    "rescaled P_0": equal(P_scaled(0), sp.Identity(width(0))),
    "rescaled M": equal(
        dot(Q.u, M_rescaled * Q.u),
        sp.Sum(dot(q_scaled(k), q_scaled(k)) * dot(P_scaled(k - 1) * Q.u, P_scaled(k - 1) * Q.u), (k, 1, L))),
    # The weights s W, on the way to W = 0.
    "shrunk": equal(W_shrunk(k), s * W(k), _all),
    "shrunk P_0": equal(P_shrunk(0), sp.Identity(width(0))),
    "shrunk P": equal(P_shrunk(k), W_shrunk(k) * P_shrunk(k - 1), _all),
    "shrunk q_L": equal(q_shrunk(L), q(L)),
    "shrunk q": equal(q_shrunk(k - 1), W_shrunk(k).T * q_shrunk(k), _all),
}
"""The stipulations, by name."""

TRANSFERS: Mapping[str, Mapping[sp.Basic, sp.Basic]] = {
    "rescaled": {Q.S: Q.S_rescaled, Q.M: M_rescaled, Q.w: Q.w_rescaled},
    "shrunk": {Q.curvature: curvature_shrunk, Q.w_dot: w_dot_shrunk, Q.w_ddot: w_ddot_shrunk,
               Q.g: g_shrunk},
}
"""Names of the same quantities at other weights. At ``s W`` the families are renamed too, and the
sub-product ``W_{k-1} ... W_{j+1}`` of ``k - 1 - j`` layers takes that power of ``s``."""


def other_names(relation: Relation, where: str) -> dict[sp.Basic, sp.Basic]:
    """The name at other weights of each quantity of the weights that has one."""
    names = dict(TRANSFERS[where])
    suffix = "scaled" if where == "rescaled" else "shrunk"
    for side in relation.sides:
        for x in side.atoms(LayerMatrix):
            if x.name != "Xi":
                names[x] = LayerMatrix(f"{x.name}_{suffix}", x.index)
        if where == "shrunk":
            names.update({x: s ** (x.args[1] - 1 - x.args[0]) * x for x in side.atoms(SubProduct)})
    return names


def at_other_weights(relation: Relation, where: str) -> Relation:
    """A statement about the weights ``W``, said of the rescaled or the shrunk ones."""
    names = other_names(relation, where)
    return relation.xreplace(names)
