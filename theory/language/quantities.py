"""The vocabulary: every named quantity of the theory, declared once.

A name stands for one quantity everywhere: in claims, in conjectures, in the tables.
``S`` *means* the largest eigenvalue of the Hessian and ``S_min`` the infimum of ``S``
over the minimizers; formulas for them are claims, never definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeVar

import sympy as sp
from sympy.core.function import AppliedUndef

from .nodes import Largest, LayerMatrix, Relation, SubProduct, dot, family, norm_squared, weighted_top, width
from .norms import least_singular, spectral, weighted_bottom

Owner = Literal["problem", "depth", "weights", "initialization", "layer", "quantifier"]
_OWNED: dict[Owner, frozenset[str]] = {
    "problem": frozenset({"problem"}), "depth": frozenset({"problem", "depth"}),
    "weights": frozenset({"problem", "depth", "weights"}), "layer": frozenset({"problem", "depth", "weights"}),
    "initialization": frozenset({"problem", "depth", "initialization"}), "quantifier": frozenset(),
}
"""What a primitive of each owner depends on, unless it says more."""


@dataclass(frozen=True)
class Quantity:
    """A name, its SymPy symbol, how it is printed, what it means, its definition, and all that it depends on.

    ``definition`` is an expression in words declared before; a quantity without one is a *primitive*. A family of
    matrices is defined at the layer ``k``. ``initially`` names the word whose value at the initialization this is.
    ``depends`` names sources: ``problem``, ``depth``, ``weights``, ``initialization``, or the name of a variable
    (``k``, ``Xi``, ``u``, ``r``, ``gamma``, ``z``, ``eta``, ``time`` ...). It is computed from the definition, and
    declared for primitives: there, a source that is missing makes proofs unsound (see :mod:`.dependence`).
    ``exists`` is the condition under which there is such a number, if some instances have none. ``in_conjectures``
    says whether a conjecture may use the name. ``value`` gives the exact value of a primitive of a theory of one's own
    on an instance.
    """

    name: str
    symbol: sp.Basic
    latex: str
    meaning: str
    belongs: Owner
    depends: frozenset[str]
    definition: sp.Basic | None = None
    initially: str = ""
    exists: Relation | None = None
    in_conjectures: bool = False
    value: Callable[[Any], Any] | None = None

    @property
    def stipulation(self) -> Relation:
        """The definition as an equation for derivations: without its square root, or its denominator if positive.

        >>> str(VOCABULARY["norm_w"].stipulation), str(VOCABULARY["a"].stipulation)
        ('norm_w**2 == dot(w_star, w_star)', 'a*norm_w**2 == E')
        """
        defined = self.definition
        if defined is None:
            raise ValueError(f"{self.name} is a primitive")
        if isinstance(defined, sp.Pow) and defined.exp == sp.S.Half:
            return Relation(self.symbol**2, "==", defined.base)
        if isinstance(self.symbol, sp.Symbol):
            numerator, denominator = defined.as_numer_denom()
            if denominator != 1 and denominator.is_positive:
                return Relation(self.symbol * denominator, "==", numerator)
        return Relation(self.symbol, "==", defined)

    def member(self, layer: sp.Expr | int) -> sp.Basic:
        """The definition of a family at a layer. Raises KeyError for a primitive."""
        if self.definition is None:
            raise KeyError(self.name)
        return self.definition.xreplace({k: sp.sympify(layer)})

    @cached_property
    def spelled(self) -> sp.Basic:
        """The definition with the square roots that it names put in, so that their even powers are no roots.

        Raises KeyError for a primitive.

        >>> VOCABULARY["a"].spelled
        E/dot(w_star, w_star)
        """
        if self.definition is None:
            raise KeyError(self.name)
        roots = {x.symbol: x.definition for x in VOCABULARY.values()
                 if isinstance(x.definition, sp.Pow) and x.definition.exp == sp.S.Half}
        return self.definition.xreplace(roots)


VOCABULARY: dict[str, Quantity] = {}
"""All quantities by name, in the order in which they were declared."""
SYMBOL_NAMES: dict[sp.Basic, str] = {}
"""For ``sympy.latex(..., symbol_names=SYMBOL_NAMES)``."""
Word = TypeVar("Word", bound=sp.Basic)


def quantity(name: str, symbol: Word, latex: str, meaning: str, belongs: Owner,
             definition: sp.Basic | None = None, *, on: tuple[str, ...] = (), initially: str = "",
             exists: Relation | None = None, in_conjectures: bool = False) -> Word:
    """Declare a word, and return its symbol. ``on`` is what a primitive depends on beside what its owner does.

    Raises:
        ValueError: the word is declared twice, bears another name than its symbol or a name that the algebra keeps for
            itself, has two definitions, or its definition contains a word that is not declared.
    """
    if name in VOCABULARY:
        raise ValueError(f"the quantity {name!r} is declared twice")
    if getattr(symbol, "name", "") != name or not (name.isidentifier() and name[0].isalpha()):
        raise ValueError(f"{name!r} is no name for {symbol}: a word bears the name of its symbol, from a letter on")
    if initially and definition is not None:
        raise ValueError(f"the quantity {name!r} has two definitions")
    own = {name} if belongs == "quantifier" and not on else set()  # what stands for another variable is that one
    computed = _OWNED[belongs].union(on) if definition is None else sources_in(definition) - _bound(symbol)
    if initially:
        computed = VOCABULARY[initially].depends - {"weights"} | {"initialization"}
    VOCABULARY[name] = Quantity(name, symbol, latex, meaning, belongs, computed | own, definition, initially, exists,
                                in_conjectures)
    SYMBOL_NAMES[symbol] = latex
    return symbol


def _bound(symbol: sp.Basic) -> set[str]:
    """The index of a family is its argument: the family depends on it where it is named."""
    return {symbol.index.name} if isinstance(symbol, LayerMatrix) else set()


def sources_in(expression: sp.Basic) -> frozenset[str]:
    """All that the words of an expression depend on."""
    if isinstance(expression, sp.Sum | Largest):
        body, *limits = expression.args
        found = sources_in(body)
        for index, *ends in limits:  # the first limit is innermost, and may name the later ones
            found = (found - {index.name}).union(*map(sources_in, ends))
        return found
    if isinstance(expression, sp.Symbol | sp.MatrixSymbol | LayerMatrix):
        word = VOCABULARY.get(expression.name)
        if word is None or not isinstance(expression, type(word.symbol)):
            raise ValueError(f"{expression} is not declared")
        return word.depends.union(sources_in(expression.index) if isinstance(expression, LayerMatrix) else ())
    if isinstance(expression, SubProduct):
        return VOCABULARY["W"].depends.union(*map(sources_in, expression.args))
    if isinstance(expression, width):
        return frozenset({"problem"} if expression == width(0) else {"problem", "depth"})
    if isinstance(expression, AppliedUndef):  # a function of proofs may depend on more than its arguments
        raise ValueError(f"{expression} is not declared")
    weighted = {"problem"} if isinstance(expression, weighted_top | weighted_bottom) else set()
    return frozenset(weighted).union(*map(sources_in, expression.args))


def _scalar(name: str, latex: str, meaning: str, belongs: Owner, definition: sp.Basic | None = None, *,
            on: tuple[str, ...] = (), initially: str = "", exists: Relation | None = None, asked: bool = False,
            **assumptions: bool) -> sp.Symbol:
    return quantity(name, sp.Symbol(name, **(assumptions or {"positive": True})), latex, meaning, belongs, definition,
                    on=on, initially=initially, exists=exists, in_conjectures=asked)


def _vector(name: str, latex: str, meaning: str, belongs: Owner, definition: sp.Basic | None = None, *,
            on: tuple[str, ...] = ()) -> sp.MatrixSymbol:
    return quantity(name, sp.MatrixSymbol(name, width(0), 1), latex, meaning, belongs, definition, on=on)


def _square(name: str, latex: str, meaning: str, belongs: Owner) -> sp.MatrixSymbol:
    return quantity(name, sp.MatrixSymbol(name, width(0), width(0)), latex, meaning, belongs)


def _family(name: str, meaning: str, definition: sp.Basic | None = None, *, belongs: Owner = "layer",
            on: tuple[str, ...] = ()) -> Callable[[sp.Expr | int], LayerMatrix]:
    """A family of matrices, as a function of the layer."""
    made = family(name)
    quantity(name, made(k), sp.latex(made(k)), meaning, belongs, definition, on=on)
    return made


# Sizes, and indices of layers.
L = _scalar("L", "L", "depth", "depth", asked=True, integer=True, positive=True)
d = _scalar("d", "d", "dimension: the number of features", "problem", width(0), asked=True, integer=True, positive=True)
scale = _scalar("scale", "s", "scale of a residual initialization W_k = I + s (d L)^{-1/2} N_k", "depth",
                nonnegative=True)
k = _scalar("k", "k", "a layer", "quantifier", integer=True, positive=True)
j = _scalar("j", "j", "a layer below k", "quantifier", integer=True, positive=True)
u = _vector("u", "u", "any vector", "quantifier")

# The problem.
Sigma = _square("Sigma", r"\Sigma", "covariance X^T X / n", "problem")
w_star = _vector("w_star", "w^{*}", "least-squares regressor (of minimum norm)", "problem")
lambda_min = _scalar("lambda_min", r"\lambda", "smallest eigenvalue of Sigma", "problem",
                     weighted_bottom(sp.Identity(width(0))), asked=True, nonnegative=True)
lambda_max = _scalar("lambda_max", r"\Lambda", "largest eigenvalue of Sigma", "problem",
                     weighted_top(sp.Identity(width(0))), asked=True)
lambda_pos = _scalar("lambda_pos", r"\lambda_{+}", "smallest positive eigenvalue of Sigma", "problem", asked=True)
kappa = _scalar("kappa", r"\kappa", "condition number lambda_max / lambda_min", "problem", lambda_max / lambda_min,
                exists=Relation(lambda_min, ">", 0), asked=True)
trace_Sigma = _scalar("trace_Sigma", r"\operatorname{tr}\Sigma", "trace of Sigma", "problem", sp.Trace(Sigma),
                      asked=True)
norm_w = _scalar("norm_w", r"\lVert w^{*} \rVert", "norm of w*", "problem", sp.sqrt(dot(w_star, w_star)), asked=True)
E = _scalar("E", "E", "signal energy w*^T Sigma w*", "problem", dot(w_star, Sigma * w_star), asked=True)
a = _scalar("a", "a", "Rayleigh quotient of Sigma at w*: E / norm_w^2", "problem", E / norm_w**2, asked=True)
b = _scalar("b", "b", "|Sigma w*|^2 / E", "problem", dot(Sigma * w_star, Sigma * w_star) / E, asked=True)
e = _scalar("e", "e", "eigenvalue of Sigma at w*, when w* is an eigenvector", "problem", E / norm_w**2)

# Problem and depth (and the fixed read-out, 1 for the plain model).
p = quantity("p", sp.MatrixSymbol("p", width(L), 1), "p", "fixed read-out (1 for the plain model)", "depth")
norm_p = _scalar("norm_p", r"\lVert p \rVert", "norm of the fixed read-out (1 for the plain model)", "depth",
                 sp.sqrt(dot(p, p)), asked=True)
S_min = _scalar("S_min", r"S_{\min}", "infimum of the sharpness over the minimizers", "depth", asked=True)
trace_min = _scalar(
    "trace_min", r"T_{\min}", "infimum of the trace of the Hessian over the minimizers", "depth", asked=True
)
S_balanced = _scalar("S_balanced", r"S_{\mathrm{bal}}", "sharpness of the balanced minimizers with w = w*",
                     "depth", asked=True)

# The weights, by layer.
w = _vector("w", "w", "end-to-end regressor W_1^T ... W_L^T p", "weights")
g = _vector("g", "g", "gradient of the risk in w: 2 Sigma (w - w*)", "weights", 2 * Sigma * (w - w_star))
_W = _family("W", "layer k")
_P = _family("P", "forward product W_k ... W_1")
_q = _family("q", "backward vector W_{k+1}^T ... W_L^T p")
_family("h", "forward-propagated gradient P_k g", _P(k) * g)
_family("Xi", "a direction in weight space", belongs="quantifier")
_gradient = _family("gradient", "gradient of the risk with respect to W_k")
_family("adjoint", "gradient of u^T w with respect to W_k", on=("u",))
_D = _family("D", "imbalance W_k W_k^T - W_{k+1}^T W_{k+1}", _W(k) * _W(k).T - _W(k + 1).T * _W(k + 1))
_along = _gradient(k) * _W(k).T, _gradient(k + 1).T * _W(k + 1)
_family("D_dot", "derivative of D_k along gradient flow",  # by the product rule, with W' = -gradient
        _along[1] + _along[1].T - _along[0] - _along[0].T)
_family("left", "top left singular vector of W_k")
_family("right", "top right singular vector of W_k")

# The weights as a whole.
M = _square("M", "M", "end-to-end kernel", "weights")
S = _scalar("S", "S", "sharpness: largest eigenvalue of the Hessian of the risk", "weights", asked=True, real=True)
trace = _scalar("trace", r"\operatorname{tr}\nabla^2 R", "trace of the Hessian", "weights", asked=True, real=True)
norm_q1 = _scalar("norm_q1", r"\lVert q_1 \rVert", "norm of the backward vector q_1", "weights",
                  sp.sqrt(dot(_q(1), _q(1))), asked=True, nonnegative=True)
hessian_rank = _scalar("hessian_rank", r"\operatorname{rank}\nabla^2 R",
                       "rank of the Hessian of the risk in all weights", "weights", nonnegative=True)
hessian_at_zero = _scalar("hessian_at_zero", r"\lVert \nabla^2 R(0) \rVert_F^2",
                          "squared Frobenius norm of the Hessian at W = 0", "weights", real=True)

# What a statement ranges over.
r = _scalar("r", "r", "a positive number; |q_1|^2 in the proofs", "quantifier")
gamma = _scalar("gamma", r"\gamma", "a positive factor", "quantifier")
eta = _scalar("eta", r"\eta", "learning rate", "quantifier")
rho = _scalar("rho", r"\rho", "how far the layers may move, summed over the layers", "quantifier")
z = _vector("z", "z", "a unit vector in the range of Sigma", "quantifier")
direction = _vector("direction", "u", "any vector u with Sigma u != 0: the unit vector z is Sigma^{1/2} u, normalized",
                    "quantifier", on=("z",))
alpha = _scalar("alpha", r"z^{\top}\Sigma z", "z^T Sigma z at the unit vector z", "quantifier",
                dot(Sigma * direction, Sigma * direction) / dot(direction, Sigma * direction))
tau = _scalar("tau", r"(z^{\top}v)^{2}", "(z^T v)^2 at the unit vector z", "quantifier",
              dot(direction, Sigma * w_star) ** 2 / dot(direction, Sigma * direction), nonnegative=True)
S_rescaled = _scalar("S_rescaled", r"S(W^{(\gamma)})",
                     "sharpness after W_1 <- W_1/gamma, W_2 <- gamma W_2", "weights", on=("gamma",), real=True)
w_rescaled = _vector("w_rescaled", r"w(W^{(\gamma)})",
                     "regressor after W_1 <- W_1/gamma, W_2 <- gamma W_2", "weights", on=("gamma",))
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
slope = _scalar("slope", r"\left.\tfrac{d}{dt} R(W + t\Xi)\right|_{0}",
                "first derivative of the risk along Xi", "weights", on=("Xi",), real=True)
curvature = _scalar("curvature", r"\left.\tfrac{d^2}{dt^2} R(W + t\Xi)\right|_{0}",
                    "second derivative of the risk along Xi", "weights", on=("Xi",), real=True)
w_dot = _vector("w_dot", r"\dot w", "first derivative of w along Xi", "weights", on=("Xi",))
w_ddot = _vector("w_ddot", r"\ddot w", "second derivative of w along Xi", "weights", on=("Xi",))
w_flow = _vector("w_flow", r"\dot w_{\mathrm{flow}}", "derivative of w along gradient flow", "weights")

# Gradient flow: the risk above its least value, the norms of the layers and how far they are from balance.
risk_gap = _scalar("risk_gap", r"\left(R - R_{\min}\right)", "risk above its least value", "weights",
                   dot(w - w_star, Sigma * (w - w_star)), asked=True, nonnegative=True)
norm_gradient = _scalar("norm_gradient", r"\lVert \nabla R \rVert",
                        "norm of the gradient of the risk in all weights", "weights",
                        sp.sqrt(sp.Sum(norm_squared(_gradient(k)), (k, 1, L))), asked=True, nonnegative=True)
Delta = _scalar("Delta", r"\Delta", "imbalance: sum of the spectral norms of the D_k", "weights",
                sp.Sum(spectral(_D(k)), (k, 1, L - 1)), asked=True, nonnegative=True)
sigma_max = _scalar("sigma_max", r"\sigma_{\max}", "largest spectral norm of a layer", "weights",
                    Largest(spectral(_W(k)), (k, 1, L)), asked=True, nonnegative=True)
sigma_min = _scalar("sigma_min", r"\sigma_{\min}", "smallest spectral norm of a layer", "weights",
                    -Largest(-spectral(_W(k)), (k, 1, L)), asked=True, nonnegative=True)
frob = _scalar("frob", r"\max_k \lVert W_k \rVert_F", "largest Frobenius norm of a layer", "weights",
               sp.sqrt(Largest(norm_squared(_W(k)), (k, 1, L))), asked=True, nonnegative=True)
norm_w_net = _scalar("norm_w_net", r"\lVert w \rVert", "norm of the end-to-end regressor", "weights",
                     sp.sqrt(dot(w, w)), asked=True, nonnegative=True)
theta = _scalar("theta", r"\theta", "(L - 1) Delta / norm_w_net^{2/L}", "weights",
                (L - 1) * Delta / norm_w_net ** (2 / L), exists=Relation(norm_w_net, ">", 0), asked=True,
                nonnegative=True)

# A trajectory of gradient flow. The weights are those at the time t. No bound on an infimum over the weights may
# contain any of these.
time = _scalar("time", "t", "time along gradient flow", "weights", on=("time",), nonnegative=True)
risk_gap_0 = _scalar("risk_gap_0", r"\left(R(W(0)) - R_{\min}\right)",
                     "risk above its least value, at the initialization", "initialization", initially="risk_gap",
                     nonnegative=True)
displacement = _scalar("displacement", r"\lVert W(t) - W(0) \rVert",
                       "distance of the weights, all of them, from the initialization", "weights",
                       on=("initialization",), nonnegative=True)

# Residual networks: how far the products of consecutive layers are from losing or gaining length. Those at the
# initialization are in no bound on an infimum over the weights, either.
_between = SubProduct(j - 1, k + 1)
alpha_sub = _scalar("alpha_sub", r"\alpha",
                    "the lesser of 1 and the least singular value of all sub-products W_k ... W_j", "weights",
                    -sp.Max(-1, Largest(-least_singular(_between), (k, j, L), (j, 1, L))), nonnegative=True)
beta_sub = _scalar("beta_sub", r"\beta",
                   "the larger of 1 and the largest singular value of all sub-products W_k ... W_j", "weights",
                   sp.Max(1, Largest(spectral(_between), (k, j, L), (j, 1, L))))
alpha_sub_0 = _scalar("alpha_sub_0", r"\alpha_0", "alpha_sub at the initialization", "initialization",
                      initially="alpha_sub", nonnegative=True)
beta_sub_0 = _scalar("beta_sub_0", r"\beta_0", "beta_sub at the initialization", "initialization",
                     initially="beta_sub")
_share = sp.sqrt(dot(_q(k), _q(k)) / dot(p, p))
alpha_ends = _scalar("alpha_ends", r"\hat\alpha",
                     "the least of 1, the least singular values of P_k for k < L, and |q_k| / |p| for k >= 1",
                     "weights", -sp.Max(-1, Largest(-least_singular(_P(k - 1)), (k, 1, L)),
                                        Largest(-_share, (k, 1, L))), nonnegative=True)
alpha_ends_0 = _scalar("alpha_ends_0", r"\hat\alpha_0", "alpha_ends at the initialization", "initialization",
                       initially="alpha_ends", nonnegative=True)
layer_displacement = _scalar("layer_displacement", r"\max_k \lVert W_k(t) - W_k(0) \rVert_F",
                             "largest Frobenius distance of a layer from its initialization", "weights",
                             on=("initialization",), nonnegative=True)


def kernel_form(x: sp.MatrixExpr, y: sp.MatrixExpr) -> sp.Expr:
    """``x^T M y = sum_k |q_k|^2 <P_{k-1} x, P_{k-1} y>``, the definition of the kernel ``M``."""
    q, previous = LayerMatrix("q", k), LayerMatrix("P", k - 1)
    return sp.Sum(dot(q, q) * dot(previous * x, previous * y), (k, 1, L))
