"""Statements as the trees of certificates: every quantity is spelled out by its definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from ...theory.language.claim import Given, Obligation
from ...theory.language.nodes import LayerMatrix, Relation, SubProduct, dot, family, frobenius, weighted_top, width
from ...theory.language.norms import second_singular, spectral, weighted_bottom
from ...theory.language.quantities import (
    Delta,
    E,
    L,
    M,
    Sigma,
    a,
    g,
    gamma,
    lambda_max,
    lambda_min,
    norm_w,
    norm_w_net,
    w,
    w_star,
    z,
)
from .spaces import RANGES, SUPPOSED

Tree = list[Any]
_i = sp.Symbol("i", integer=True, positive=True)
_I = sp.Identity(width(0))
_P, _q, _W, _D, _gradient = map(family, ("P", "q", "W", "D", "gradient"))


class NoTree(ValueError):
    """The format of certificates has no node for something that a statement says."""


_GIVEN = frozenset({"k", "j", "i", "u", "z", "r", "gamma", "eta", "time", "rho"})
_LEAVES = frozenset({"L", "Sigma", "w", "w_star", "M", "S_min", "lambda_pos"})
_DEFINED: dict[str, sp.Basic] = {
    "E": dot(w_star, Sigma * w_star),
    "g": 2 * Sigma * (w - w_star),
    "norm_w": sp.sqrt(dot(w_star, w_star)),
    "norm_p": sp.sqrt(dot(_q(L), _q(L))),
    "norm_q1": sp.sqrt(dot(_q(1), _q(1))),
    "norm_w_net": sp.sqrt(dot(w, w)),
    "a": E / norm_w**2,
    "e": E / norm_w**2,
    "b": dot(Sigma * w_star, Sigma * w_star) / E,
    "trace_Sigma": sp.Trace(Sigma),
    "lambda_max": weighted_top(_I),
    "lambda_min": weighted_bottom(_I),
    "kappa": lambda_max / lambda_min,
    "risk_gap": dot(w - w_star, Sigma * (w - w_star)),
    "risk_gap_0": dot(w - w_star, Sigma * (w - w_star)),
    "norm_gradient": sp.sqrt(sp.Sum(frobenius(_gradient(_i)), (_i, 1, L))),
    "Delta": sp.Sum(spectral(_D(_i)), (_i, 1, L - 1)),
    "theta": (L - 1) * Delta * norm_w_net ** (-2 / L),
    "alpha": dot(Sigma * z, Sigma * z) / dot(z, Sigma * z),
    "tau": dot(z, Sigma * w_star) ** 2 / dot(z, Sigma * z),
    "w_rescaled": _W(1).T * _q(1),  # the factors 1/gamma and gamma cancel
}
_AT_MINIMIZERS: dict[str, sp.Basic] = {
    "trace": 2 * sp.Trace(Sigma * M),
    "S_rescaled": 2 * weighted_top(gamma**2 * dot(_q(1), _q(1)) * _I
                                   + gamma**-2 * (M - dot(_q(1), _q(1)) * _I)),
}
"""By claim `sharpness`. Rescaling multiplies ``q_1`` by gamma, ``P_1, ..., P_{L-1}`` by its inverse."""
_ONE, _LAYER, _OVER_LAYERS = ["rational", "1"], ["W", ["given", "i"]], ["i", ["rational", "1"], ["L"]]


def _minus(tree: Tree) -> Tree:
    return ["mul", ["rational", "-1"], tree]


def _over_products(tree: Tree) -> Tree:
    """The largest value over the products ``W_k ... W_j``, which the tree calls :data:`_PRODUCT`."""
    return ["largest", ["largest", tree, "k", ["given", "j"], ["L"]], "j", _ONE, ["L"]]


_PRODUCT = ["between", ["add", ["given", "j"], ["rational", "-1"]], ["add", ["given", "k"], _ONE]]
_BEFORE = ["P", ["add", ["given", "i"], ["rational", "-1"]]]
_ALPHA = _minus(["max", ["rational", "-1"], _over_products(_minus(["least_singular", _PRODUCT]))])
_BETA = ["max", _ONE, _over_products(["spectral", _PRODUCT])]
_SHARE = ["mul", ["dot", ["q", ["given", "i"]], ["q", ["given", "i"]]],
          ["pow", ["dot", ["p"], ["p"]], ["rational", "-1"]]]
_ENDS = _minus(["max", ["rational", "-1"], ["largest", _minus(["least_singular", _BEFORE]), *_OVER_LAYERS],
                ["largest", _minus(["pow", _SHARE, ["rational", "1/2"]]), *_OVER_LAYERS]])
_SPECIAL: dict[str, Tree] = {
    "alpha_sub": _ALPHA,
    "alpha_sub_0": _ALPHA,
    "beta_sub": _BETA,
    "beta_sub_0": _BETA,
    "alpha_ends": _ENDS,
    "alpha_ends_0": _ENDS,
    "trace": ["trace", ["hessian"]],
    "hessian_rank": ["rank", ["hessian"]],
    "w_dot": ["line", ["rational", "1"]],
    "w_ddot": ["mul", ["rational", "2"], ["line", ["rational", "2"]]],
    "curvature": ["second_derivative"],
    "w_flow": ["flow"],
    "d": ["rows", ["Sigma"]],
    "frob": ["pow", ["largest", ["frobenius", _LAYER], *_OVER_LAYERS], ["rational", "1/2"]],
    "sigma_min": _minus(["largest", _minus(["spectral", _LAYER]), *_OVER_LAYERS]),
}


def statement(obligation: Obligation) -> dict[str, Any]:
    """An obligation as JSON. Raises :class:`NoTree` where the format has no node for it.

    ``given`` are the hypotheses with their names: first those of the space, then those of the quantifiers.
    """
    if obligation.space not in SUPPOSED:
        raise NoTree(f"the space {obligation.space!r}")
    printer = _Printer(obligation)
    tacit: list[tuple[str, Relation]] = [(obligation.space, one) for one in SUPPOSED[obligation.space]]
    tacit += [(name, one) for name in obligation.over for one in RANGES.get(name, ())]
    stated = [(str(one), relation) for one in obligation.given for relation in printer.hypothesis(one)]
    return {
        "given": [{"name": name, **relation} for name, relation in (
            *((name, printer.relation(one)) for name, one in tacit), *stated)],
        **printer.relation(obligation.relation),
        "space": obligation.space,
        "over": list(obligation.over),
        "decide": obligation.decide,
        "direct": obligation.direct,
    }


class _Printer:
    def __init__(self, obligation: Obligation) -> None:
        self.obligation = obligation
        self.moved: dict[str, Tree] = {}
        if obligation.decide == "enclosed":
            self.moved = self._limit() if obligation.space == "limit" else self._later()
        elif obligation.space == "pairs":
            compared = {"alpha_sub": _ALPHA, "beta_sub": _BETA, "alpha_ends": _ENDS}
            self.moved = self._later() | {name: ["state", tree] for name, tree in compared.items()}

    def _limit(self) -> dict[str, Tree]:
        """The limit is a minimizer; the imbalance is conserved, so it is that of the start."""
        norm = self.tree(_DEFINED["norm_w_net"])
        return {"S": ["state", self.tree(2 * weighted_top(M))], "norm_w_net": ["state", norm]}

    def _later(self) -> dict[str, Tree]:
        move = ["frobenius", ["add", ["state", _LAYER], _minus(_LAYER)]]
        return {
            "risk_gap": ["state", self.tree(_DEFINED["risk_gap"])],
            "displacement": ["pow", ["sum", move, *_OVER_LAYERS], ["rational", "1/2"]],
            "layer_displacement": ["pow", ["largest", move, *_OVER_LAYERS], ["rational", "1/2"]],
        }

    def relation(self, relation: Relation) -> dict[str, Any]:
        return {"lhs": self.tree(relation.lhs), "op": relation.op, "rhs": self.tree(relation.rhs)}

    def hypothesis(self, given: Given) -> list[dict[str, Any]]:
        if isinstance(given, Relation):
            return [self.relation(given)]
        if self.obligation.space == "limit" and given in ("minimizer", "w == w*"):
            return [] if given == "minimizer" else [self.relation(Relation(lambda_min, ">", sp.S.Zero))]
        if given == "plain":
            return [{"lhs": ["p"], "op": "==", "rhs": ["one"]}]
        if given == "w == w*":
            return [{"lhs": ["w"], "op": "==", "rhs": ["w_star"]}]
        if given == "square":
            sides = ["add", ["rows", _LAYER], _minus(["rows", ["transpose", _LAYER]])]
            return [{"lhs": ["sum", ["abs", sides], *_OVER_LAYERS], "op": "==", "rhs": ["rational", "0"]}]
        if given not in _HYPOTHESES:
            raise NoTree(f"the hypothesis {given!r}")
        return [self.relation(relation) for relation in _HYPOTHESES[given]]

    def tree(self, node: Any) -> Tree:
        for kind, function in _NODES.items():
            if isinstance(node, kind):
                return function(self, node)
        raise NoTree(f"the node {type(node).__name__}")

    def _named(self, node: Any) -> Tree:
        name = str(node.name)
        if name in self.moved:
            return self.moved[name]
        if name == "S":
            return ["S"]
        if name in _GIVEN:
            return ["given", name]
        if name in _LEAVES:
            return [name]
        if name == "sigma_max":
            return ["largest", self.tree(spectral(_W(_i))), "i", ["rational", "1"], ["L"]]
        if name in _AT_MINIMIZERS and "minimizer" in self.obligation.given and not self.obligation.direct:
            return self.tree(_AT_MINIMIZERS[name])
        if name in _SPECIAL:
            return _SPECIAL[name]
        if name in _DEFINED:
            return self.tree(_DEFINED[name])
        raise NoTree(f"the name {name}")

    def _layer(self, node: LayerMatrix) -> Tree:
        k, index = node.index, self.tree(node.index)
        if type(node) is not LayerMatrix:
            raise NoTree(f"the layers {node}")
        if node.name in ("W", "P", "q", "Xi"):
            return [node.name, index]
        if node.name in ("gradient", "adjoint"):
            return ["derivative", index, self.tree(g) if node.name == "gradient" else ["given", "u"]]
        if node.name in ("left", "right"):
            gram = _W(k) * _W(k).T if node.name == "left" else _W(k).T * _W(k)
            return ["top_vector", self.tree(gram), ["given", node.name]]
        if node.name == "h":
            return self.tree(_P(k) * g)
        if node.name == "D":
            return self.tree(_W(k) * _W(k).T - _W(k + 1).T * _W(k + 1))
        if node.name == "D_dot":  # by the product rule, with W' = -gradient
            below, above = _gradient(k) * _W(k).T, _gradient(k + 1).T * _W(k + 1)
            return self.tree(above + above.T - below - below.T)
        raise NoTree(f"the layers {node.name}")

    def _call(self, name: str, *args: Any) -> Tree:
        return [name, *map(self.tree, args)]

    def _sum(self, node: sp.Sum) -> Tree:
        body, *limits = node.args
        made = self.tree(body)
        for variable, low, high in limits:  # the last limit is the outermost
            made = ["sum", made, str(variable.name), self.tree(low), self.tree(high)]
        return made


_HYPOTHESES: dict[str, tuple[Relation, ...]] = {
    "minimizer": (Relation(dot(g, g), "==", sp.S.Zero),),
    "E > 0": (Relation(E, ">", sp.S.Zero),),
    "L >= 2": (Relation(L, ">=", sp.Integer(2)),),
    "L >= 3": (Relation(L, ">=", sp.Integer(3)),),
    "L == 1": (Relation(L, "==", sp.S.One),),
    "w* eigenvector": (Relation(E, ">", sp.S.Zero), Relation(frobenius(Sigma * w_star - a * w_star), "==", sp.S.Zero)),
    "q_1 != 0": (Relation(dot(_q(1), _q(1)), ">", sp.S.Zero),),
    "w along w*": (Relation(dot(w, w_star), ">=", sp.S.Zero),
                   Relation(dot(w, w_star) ** 2, "==", dot(w, w) * dot(w_star, w_star))),
    "balanced": (Relation(sp.Sum(frobenius(_D(_i)), (_i, 1, L - 1)), "==", sp.S.Zero),),
}
_FUNCTIONS = (dot, frobenius, weighted_top, weighted_bottom, spectral, second_singular)
_NODES: dict[type, Callable[[_Printer, Any], Tree]] = {
    sp.Rational: lambda p, x: ["rational", f"{x.p}/{x.q}" if x.q != 1 else str(x.p)],
    sp.Symbol: _Printer._named,
    sp.MatrixSymbol: _Printer._named,
    LayerMatrix: _Printer._layer,
    SubProduct: lambda p, x: p._call("between", *x.args),
    **{function: lambda p, x: p._call(type(x).__name__, *x.args) for function in _FUNCTIONS},
    sp.Abs: lambda p, x: p._call("abs", *x.args),
    sp.exp: lambda p, x: p._call("exp", *x.args),
    width: lambda p, x: ["rows", ["P", *map(p.tree, x.args)]],
    sp.Sum: _Printer._sum,
    sp.Identity: lambda p, x: ["identity"],
    sp.Transpose: lambda p, x: p._call("transpose", x.arg),
    sp.Trace: lambda p, x: p._call("trace", x.arg),
    sp.MatMul: lambda p, x: p._call("mul", *x.args),
    sp.MatAdd: lambda p, x: p._call("add", *x.args),
    sp.Add: lambda p, x: p._call("add", *x.args),
    sp.Mul: lambda p, x: p._call("mul", *x.args),
    sp.Pow: lambda p, x: p._call("pow", *x.args),
}
