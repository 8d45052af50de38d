"""Statements as the trees of certificates: every quantity is spelled out by its definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from ...theory.language import quantities as Q
from ...theory.language.claim import Given, Obligation
from ...theory.language.hypotheses import HYPOTHESES
from ...theory.language.nodes import (
    Largest,
    LayerMatrix,
    Relation,
    SubProduct,
    dot,
    family,
    frobenius,
    weighted_top,
    width,
)
from ...theory.language.norms import least_singular, second_singular, spectral, weighted_bottom
from ...theory.language.quantifiers import QUANTIFIERS, VARIABLES
from .spaces import supposed

Tree = list[Any]
_W, _q = family("W"), family("q")


class NoTree(ValueError):
    """The format of certificates has no node for something that a statement says."""


_PRIMITIVES: dict[str, Tree] = {
    **{name: [name] for name in ("L", "Sigma", "p", "w", "w_star", "M", "S", "S_min", "lambda_pos")},
    "trace": ["trace", ["hessian"]],
    "hessian_rank": ["rank", ["hessian"]],
    "w_dot": ["line", ["rational", "1"]],
    "w_ddot": ["mul", ["rational", "2"], ["line", ["rational", "2"]]],
    "curvature": ["second_derivative"],
    "w_flow": ["flow"],
}
"""What the checker computes of the instance by itself; every other word is spelled out by its definition."""
_FORMULAS: dict[str, sp.Basic] = {
    "w_rescaled": _W(1).T * _q(1),  # the factors 1/gamma and gamma cancel
}
_AT_MINIMIZERS: dict[str, sp.Basic] = {
    "trace": 2 * sp.Trace(Q.Sigma * Q.M),
    "S_rescaled": 2 * weighted_top(Q.gamma**2 * dot(_q(1), _q(1)) * sp.Identity(width(0))
                                   + Q.gamma**-2 * (Q.M - dot(_q(1), _q(1)) * sp.Identity(width(0)))),
}
"""By claim `sharpness`. Rescaling multiplies ``q_1`` by gamma, ``P_1, ..., P_{L-1}`` by its inverse."""
_AT_START = {word.initially: name for name, word in Q.VOCABULARY.items() if word.initially}
"""By the name of a quantity, the name of its value at the initialization."""


def statement(obligation: Obligation) -> dict[str, Any]:
    """An obligation as JSON. Raises :class:`NoTree` where the format has no node for it.

    ``given`` are the hypotheses with their names: first those of the space, then those of the quantifiers.
    """
    spelled = supposed(obligation.space)
    if spelled is None:
        raise NoTree(f"the space {obligation.space!r}")
    printer = _Printer(obligation)
    tacit: list[tuple[str, Relation]] = [(obligation.space, one) for one in spelled]
    tacit += [(name, one) for name in obligation.over for one in QUANTIFIERS[name].within]
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
            self.moved = self._later() | {name: ["state", self._value(Q.VOCABULARY[name])] for name in _AT_START}

    def _limit(self) -> dict[str, Tree]:
        """The limit is a minimizer; the imbalance is conserved, so it is that of the start."""
        return {"S": ["state", self.tree(2 * weighted_top(Q.M))], "norm_w_net": ["state", self.tree(Q.norm_w_net)]}

    def _later(self) -> dict[str, Tree]:
        layer = self.tree(_W(Q.k))
        move, over = ["frobenius", ["add", ["state", layer], _minus(layer)]], ["k", ["rational", "1"], ["L"]]
        return {
            "risk_gap": ["state", self.tree(Q.risk_gap)],
            "displacement": ["pow", ["sum", move, *over], ["rational", "1/2"]],
            "layer_displacement": ["pow", ["largest", move, *over], ["rational", "1/2"]],
        }

    def relation(self, relation: Relation) -> dict[str, Any]:
        return {"lhs": self.tree(relation.lhs), "op": relation.op, "rhs": self.tree(relation.rhs)}

    def hypothesis(self, given: Given) -> list[dict[str, Any]]:
        if isinstance(given, Relation):
            return [self.relation(given)]
        if self.obligation.space == "limit" and given in ("minimizer", "w == w*"):
            return [] if given == "minimizer" else [self.relation(Relation(Q.lambda_min, ">", 0))]
        if given not in HYPOTHESES or not HYPOTHESES[given].relations:
            raise NoTree(f"the hypothesis {given!r}")
        return [self.relation(relation) for relation in HYPOTHESES[given].relations]

    def tree(self, node: Any) -> Tree:
        for kind, function in _NODES.items():
            if isinstance(node, kind):
                return function(self, node)
        raise NoTree(f"the node {type(node).__name__}")

    def _named(self, node: Any) -> Tree:
        name = str(node.name)
        if name in self.moved:
            return self.moved[name]
        if name in VARIABLES:
            return ["given", name]
        if name in _AT_MINIMIZERS and "minimizer" in self.obligation.given and not self.obligation.direct:
            return self.tree(_AT_MINIMIZERS[name])
        if name in _PRIMITIVES:
            return _PRIMITIVES[name]
        word = Q.VOCABULARY.get(name)
        if word is None:
            raise NoTree(f"the name {name}")
        return self._value(Q.VOCABULARY[word.initially] if word.initially else word)

    def _value(self, word: Q.Quantity) -> Tree:
        """The definition of a quantity."""
        if word.name in _FORMULAS:
            return self.tree(_FORMULAS[word.name])
        if word.definition is None:
            raise NoTree(f"the name {word.name}")
        return self.tree(word.definition if self.moved else word.spelled)  # a root that is moved is read elsewhere

    def _layer(self, node: LayerMatrix) -> Tree:
        k, index = node.index, self.tree(node.index)
        if type(node) is not LayerMatrix:
            raise NoTree(f"the layers {node}")
        if node.name in ("W", "P", "q", "Xi"):
            return [node.name, index]
        if node.name in ("gradient", "adjoint"):
            return ["derivative", index, self.tree(Q.g if node.name == "gradient" else Q.u)]
        if node.name in ("left", "right"):
            gram = _W(k) * _W(k).T if node.name == "left" else _W(k).T * _W(k)
            return ["top_vector", self.tree(gram), ["given", node.name]]
        word = Q.VOCABULARY.get(node.name)
        if word is None or word.definition is None:
            raise NoTree(f"the layers {node.name}")
        return self.tree(word.member(k))

    def _call(self, name: str, *args: Any) -> Tree:
        return [name, *map(self.tree, args)]

    def _over_layers(self, node: sp.Sum | Largest) -> Tree:
        body, *limits = node.args
        made, name = self.tree(body), type(node).__name__.lower()
        for variable, low, high in limits:  # the last limit is the outermost
            made = [name, made, str(variable.name), self.tree(low), self.tree(high)]
        return made


def _minus(tree: Tree) -> Tree:
    return ["mul", ["rational", "-1"], tree]


_FUNCTIONS = (dot, frobenius, weighted_top, weighted_bottom, spectral, second_singular, least_singular)
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
    sp.Sum: _Printer._over_layers,
    Largest: _Printer._over_layers,
    sp.Max: lambda p, x: p._call("max", *x.args),
    sp.Identity: lambda p, x: ["one" if x.shape == (1, 1) else "identity"],
    sp.Transpose: lambda p, x: p._call("transpose", x.arg),
    sp.Trace: lambda p, x: p._call("trace", x.arg),
    sp.MatMul: lambda p, x: p._call("mul", *x.args),
    sp.MatAdd: lambda p, x: p._call("add", *x.args),
    sp.Add: lambda p, x: p._call("add", *x.args),
    sp.Mul: lambda p, x: p._call("mul", *x.args),
    sp.Pow: lambda p, x: p._call("pow", *x.args),
}
