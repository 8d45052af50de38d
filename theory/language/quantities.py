"""The vocabulary: every named quantity of the theory, declared once.

A name stands for one quantity everywhere: in claims, in conjectures, in the tables.
``S`` *means* the largest eigenvalue of the Hessian and ``S_min`` the infimum of ``S``
over the minimizers; formulas for them are claims, never definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from .nodes import LayerMatrix, Relation, dot, width

Owner = Literal["problem", "depth", "weights", "initialization", "layer", "quantifier"]
_OWNED: dict[Owner, frozenset[str]] = {
    "problem": frozenset({"problem"}), "depth": frozenset({"problem", "depth"}),
    "weights": frozenset({"problem", "depth", "weights"}), "layer": frozenset({"problem", "depth", "weights"}),
    "initialization": frozenset({"problem", "depth", "initialization"}), "quantifier": frozenset(),
}
"""What a quantity of each owner depends on, unless it says more."""


@dataclass(frozen=True)
class Quantity:
    """A name, its SymPy symbol, how it is printed, what it means, what it belongs to, and all that it depends on.

    ``depends`` names sources: ``problem``, ``depth``, ``weights``, ``initialization``, or the name of a variable
    (``k``, ``Xi``, ``u``, ``r``, ``gamma``, ``z``, ``eta``, ``time`` ...). A source that is not named is one that the
    quantity does not depend on, so a name that is missing makes proofs unsound (see :mod:`.dependence`).
    """

    name: str
    symbol: sp.Basic
    latex: str
    meaning: str
    belongs: Owner
    depends: frozenset[str]


VOCABULARY: dict[str, Quantity] = {}


def _declare(name: str, symbol: sp.Basic, latex: str, meaning: str, belongs: Owner, on: tuple[str, ...]) -> Any:
    if name in VOCABULARY:
        raise ValueError(f"the quantity {name!r} is declared twice")
    own = (name,) if belongs == "quantifier" else ()
    VOCABULARY[name] = Quantity(name, symbol, latex, meaning, belongs, _OWNED[belongs].union(own, on))
    return symbol


def _scalar(name: str, latex: str, meaning: str, belongs: Owner, on: tuple[str, ...] = (),
            **assumptions: bool) -> sp.Symbol:
    return _declare(name, sp.Symbol(name, **(assumptions or {"positive": True})), latex, meaning, belongs, on)


def _vector(name: str, latex: str, meaning: str, belongs: Owner, on: tuple[str, ...] = ()) -> sp.MatrixSymbol:
    return _declare(name, sp.MatrixSymbol(name, width(0), 1), latex, meaning, belongs, on)


def _square(name: str, latex: str, meaning: str, belongs: Owner, on: tuple[str, ...] = ()) -> sp.MatrixSymbol:
    return _declare(name, sp.MatrixSymbol(name, width(0), width(0)), latex, meaning, belongs, on)


# Sizes.
L = _scalar("L", "L", "depth", "depth", integer=True, positive=True)
d = _scalar("d", "d", "dimension: the number of features", "problem", integer=True, positive=True)
scale = _scalar("scale", "s", "scale of a residual initialization W_k = I + s (d L)^{-1/2} N_k", "depth",
                nonnegative=True)

# The problem.
Sigma = _square("Sigma", r"\Sigma", "covariance X^T X / n", "problem")
w_star = _vector("w_star", "w^{*}", "least-squares regressor (of minimum norm)", "problem")
lambda_min = _scalar(
    "lambda_min", r"\lambda", "smallest eigenvalue of Sigma", "problem", nonnegative=True
)
lambda_max = _scalar("lambda_max", r"\Lambda", "largest eigenvalue of Sigma", "problem")
lambda_pos = _scalar("lambda_pos", r"\lambda_{+}", "smallest positive eigenvalue of Sigma", "problem")
trace_Sigma = _scalar("trace_Sigma", r"\operatorname{tr}\Sigma", "trace of Sigma", "problem")
norm_w = _scalar("norm_w", r"\lVert w^{*} \rVert", "norm of w*", "problem")
E = _scalar("E", "E", "signal energy w*^T Sigma w*", "problem")
a = _scalar("a", "a", "Rayleigh quotient of Sigma at w*: E / norm_w^2", "problem")
b = _scalar("b", "b", "|Sigma w*|^2 / E", "problem")
e = _scalar("e", "e", "eigenvalue of Sigma at w*, when w* is an eigenvector", "problem")

# Problem and depth (and the norm of the fixed read-out, 1 for the plain model).
norm_p = _scalar("norm_p", r"\lVert p \rVert", "norm of the fixed read-out (1 for the plain model)", "depth")
S_min = _scalar("S_min", r"S_{\min}", "infimum of the sharpness over the minimizers", "depth")
trace_min = _scalar(
    "trace_min", r"T_{\min}", "infimum of the trace of the Hessian over the minimizers", "depth"
)

# The weights.
w = _vector("w", "w", "end-to-end regressor W_1^T ... W_L^T p", "weights")
g = _vector("g", "g", "gradient of the risk in w: 2 Sigma (w - w*)", "weights")
M = _square("M", "M", "end-to-end kernel", "weights")
S = _scalar("S", "S", "sharpness: largest eigenvalue of the Hessian of the risk", "weights", real=True)
trace = _scalar("trace", r"\operatorname{tr}\nabla^2 R", "trace of the Hessian", "weights", real=True)
norm_q1 = _scalar("norm_q1", r"\lVert q_1 \rVert", "norm of the backward vector q_1", "weights",
                  nonnegative=True)
S_rescaled = _scalar("S_rescaled", r"S(W^{(\gamma)})",
                     "sharpness after W_1 <- W_1/gamma, W_2 <- gamma W_2", "weights", on=("gamma",), real=True)
w_rescaled = _vector("w_rescaled", r"w(W^{(\gamma)})",
                     "regressor after W_1 <- W_1/gamma, W_2 <- gamma W_2", "weights", on=("gamma",))
hessian_rank = _scalar("hessian_rank", r"\operatorname{rank}\nabla^2 R",
                       "rank of the Hessian of the risk in all weights", "weights", nonnegative=True)
hessian_at_zero = _scalar("hessian_at_zero", r"\lVert \nabla^2 R(0) \rVert_F^2",
                          "squared Frobenius norm of the Hessian at W = 0", "weights", real=True)
S_flat = _scalar("S_flat", r"S(W^{\flat}_{\eta})",
                 "sharpness of an exhibited aligned minimizer, as flat as eta < 2/S_min asks for",
                 "weights", on=("eta",), real=True)
step_determinant = _scalar(
    "step_determinant", r"\det\left(I - \eta \nabla^2 R(W^{(\gamma)})\right)",
    "Jacobian determinant of a gradient step at the first rescaling gamma = 2, 4, 8, ... where it is not 0",
    "weights", on=("eta", "gamma"), real=True)
step_determinant_zero = _scalar(
    "step_determinant_zero", r"\det\left(I - \eta \nabla^2 R(0)\right)",
    "Jacobian determinant of a gradient step at W = 0", "weights", on=("eta",), real=True)

# What a statement ranges over.
k = _scalar("k", "k", "a layer", "quantifier", integer=True, positive=True)
j = _scalar("j", "j", "a layer below k", "quantifier", integer=True, positive=True)
u = _vector("u", "u", "any vector", "quantifier")
r = _scalar("r", "r", "a positive number; |q_1|^2 in the proofs", "quantifier")
gamma = _scalar("gamma", r"\gamma", "a positive factor", "quantifier")
eta = _scalar("eta", r"\eta", "learning rate", "quantifier")
z = _vector("z", "z", "a unit vector in the range of Sigma", "quantifier")
alpha = _scalar("alpha", r"z^{\top}\Sigma z", "z^T Sigma z at the unit vector z", "quantifier", on=("problem", "z"))
tau = _scalar("tau", r"(z^{\top}v)^{2}", "(z^T v)^2 at the unit vector z", "quantifier", on=("problem", "z"),
              nonnegative=True)
slope = _scalar("slope", r"\left.\tfrac{d}{dt} R(W + t\Xi)\right|_{0}",
                "first derivative of the risk along Xi", "weights", on=("Xi",), real=True)
curvature = _scalar("curvature", r"\left.\tfrac{d^2}{dt^2} R(W + t\Xi)\right|_{0}",
                    "second derivative of the risk along Xi", "weights", on=("Xi",), real=True)
w_dot = _vector("w_dot", r"\dot w", "first derivative of w along Xi", "weights", on=("Xi",))
w_ddot = _vector("w_ddot", r"\ddot w", "second derivative of w along Xi", "weights", on=("Xi",))
w_flow = _vector("w_flow", r"\dot w_{\mathrm{flow}}", "derivative of w along gradient flow", "weights")

# Gradient flow: the risk above its least value, the norms of the layers and how far they are from balance.
risk_gap = _scalar("risk_gap", r"\left(R - R_{\min}\right)", "risk above its least value", "weights",
                   nonnegative=True)
norm_gradient = _scalar("norm_gradient", r"\lVert \nabla R \rVert",
                        "norm of the gradient of the risk in all weights", "weights", nonnegative=True)
Delta = _scalar("Delta", r"\Delta", "imbalance: sum of the spectral norms of the D_k", "weights",
                nonnegative=True)
sigma_max = _scalar("sigma_max", r"\sigma_{\max}", "largest spectral norm of a layer", "weights",
                    nonnegative=True)
sigma_min = _scalar("sigma_min", r"\sigma_{\min}", "smallest spectral norm of a layer", "weights",
                    nonnegative=True)
frob = _scalar("frob", r"\max_k \lVert W_k \rVert_F", "largest Frobenius norm of a layer", "weights",
               nonnegative=True)
norm_w_net = _scalar("norm_w_net", r"\lVert w \rVert", "norm of the end-to-end regressor", "weights",
                     nonnegative=True)
theta = _scalar("theta", r"\theta", "(L - 1) Delta / norm_w_net^{2/L}", "weights", nonnegative=True)
kappa = _scalar("kappa", r"\kappa", "condition number Lambda / lambda", "problem")
S_balanced = _scalar("S_balanced", r"S_{\mathrm{bal}}", "sharpness of the balanced minimizers with w = w*",
                     "depth")

# A trajectory of gradient flow. The weights are those at the time t. No bound on an infimum over the weights may
# contain any of these.
time = _scalar("time", "t", "time along gradient flow", "weights", on=("time",), nonnegative=True)
risk_gap_0 = _scalar("risk_gap_0", r"\left(R(W(0)) - R_{\min}\right)",
                     "risk above its least value, at the initialization", "initialization", nonnegative=True)
displacement = _scalar("displacement", r"\lVert W(t) - W(0) \rVert",
                       "distance of the weights, all of them, from the initialization", "weights",
                       on=("initialization",), nonnegative=True)

# Residual networks: how far the products of consecutive layers are from losing or gaining length. Those at the
# initialization are in no bound on an infimum over the weights, either.
alpha_sub = _scalar("alpha_sub", r"\alpha",
                    "the lesser of 1 and the least singular value of all sub-products W_k ... W_j", "weights",
                    nonnegative=True)
beta_sub = _scalar("beta_sub", r"\beta",
                   "the larger of 1 and the largest singular value of all sub-products W_k ... W_j", "weights")
alpha_sub_0 = _scalar("alpha_sub_0", r"\alpha_0", "alpha_sub at the initialization", "initialization", nonnegative=True)
beta_sub_0 = _scalar("beta_sub_0", r"\beta_0", "beta_sub at the initialization", "initialization")
alpha_ends = _scalar("alpha_ends", r"\hat\alpha",
                     "the least of 1, the least singular values of P_k for k < L, and |q_k| / |p| for k >= 1",
                     "weights", nonnegative=True)
alpha_ends_0 = _scalar("alpha_ends_0", r"\hat\alpha_0", "alpha_ends at the initialization", "initialization",
                       nonnegative=True)
layer_displacement = _scalar("layer_displacement", r"\max_k \lVert W_k(t) - W_k(0) \rVert_F",
                             "largest Frobenius distance of a layer from its initialization", "weights",
                             on=("initialization",), nonnegative=True)
rho = _scalar("rho", r"\rho", "how far the layers may move, summed over the layers", "quantifier")

_FAMILIES = {
    "W": "layer k",
    "P": "forward product W_k ... W_1",
    "q": "backward vector W_{k+1}^T ... W_L^T p",
    "h": "forward-propagated gradient P_k g",
    "Xi": "a direction in weight space",
    "gradient": "gradient of the risk with respect to W_k",
    "adjoint": "gradient of u^T w with respect to W_k",
    "D": "imbalance W_k W_k^T - W_{k+1}^T W_{k+1}",
    "D_dot": "derivative of D_k along gradient flow",
    "left": "top left singular vector of W_k",
    "right": "top right singular vector of W_k",
}
for _name, _meaning in _FAMILIES.items():
    _declare(_name, LayerMatrix(_name, k), sp.latex(LayerMatrix(_name, k)), _meaning,
             "quantifier" if _name == "Xi" else "layer", ("u",) if _name == "adjoint" else ())

SYMBOL_NAMES = {quantity.symbol: quantity.latex for quantity in VOCABULARY.values()}
"""For ``sympy.latex(..., symbol_names=SYMBOL_NAMES)``."""


def kernel_form(x: sp.MatrixExpr, y: sp.MatrixExpr) -> sp.Expr:
    """``x^T M y = sum_k |q_k|^2 <P_{k-1} x, P_{k-1} y>``, the definition of the kernel ``M``."""
    q, previous = LayerMatrix("q", k), LayerMatrix("P", k - 1)
    return sp.Sum(dot(q, q) * dot(previous * x, previous * y), (k, 1, L))


DEFINITIONS: dict[str, Relation] = {
    "E": Relation(E, "==", dot(w_star, Sigma * w_star)),
    "norm_w": Relation(norm_w**2, "==", dot(w_star, w_star)),
    "a": Relation(a * norm_w**2, "==", E),
    "b": Relation(b * E, "==", dot(Sigma * w_star, Sigma * w_star)),
    "g": Relation(g, "==", 2 * Sigma * (w - w_star)),
    "P_0": Relation(LayerMatrix("P", 0), "==", sp.Identity(width(0))),
    "q_0": Relation(LayerMatrix("q", 0), "==", w),
    "norm_p": Relation(dot(LayerMatrix("q", L), LayerMatrix("q", L)), "==", norm_p**2),
    "norm_q1": Relation(norm_q1**2, "==", dot(LayerMatrix("q", 1), LayerMatrix("q", 1))),
}
"""Quantities that are defined by others (the setting of the theory), for use in derivations."""
