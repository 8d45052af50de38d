"""The nodes of the language as trees, whatever the setting is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

import sympy as sp

from ...theory.language.matrices import Inverse, hadamard, kronecker, solve
from ...theory.language.matrix_numbers import (
    determinant,
    largest_eigenvalue,
    nuclear_norm,
    singular_value,
    smallest_eigenvalue,
)
from ...theory.language.matrix_order import between_numbers
from ...theory.language.matrix_series import matrix_product, matrix_sum
from ...theory.language.nodes import Largest, Relation, dot, norm_squared
from ...theory.language.norms import least_singular, second_singular, spectral

Tree: TypeAlias = "list[str | Tree]"
"""A node of JSON: its name, then its arguments."""


class NoTree(ValueError):
    """The format of certificates has no node for something that a statement says."""


Nodes: TypeAlias = dict[type, Callable[[Any, Any], Tree]]
"""How nodes are printed: functions of a printer and a node."""


class TreePrinter(ABC):
    """Prints expressions as trees. What names stand for, and nodes of one setting, are up to its printer."""

    own: ClassVar[Nodes]
    """Nodes of the setting. They come before those of the language."""

    @abstractmethod
    def named(self, node: sp.Symbol | sp.MatrixSymbol) -> Tree:
        """What a name stands for. Raises NoTree."""

    def relation(self, relation: Relation) -> dict[str, object]:
        relation = between_numbers(relation)
        return {"lhs": self.tree(relation.lhs), "op": relation.op, "rhs": self.tree(relation.rhs)}

    def tree(self, node: sp.Basic) -> Tree:
        """The tree of an expression. Raises NoTree."""
        for kind, function in (*self.own.items(), *_NODES.items()):
            if isinstance(node, kind):
                return function(self, node)
        raise NoTree(f"the node {type(node).__name__}")

    def call(self, name: str, *arguments: sp.Basic) -> Tree:
        """A node with the trees of its arguments."""
        return [name, *map(self.tree, arguments)]

    def over_indices(self, node: sp.Sum | sp.Product | Largest) -> Tree:
        """A sum, a product or a maximum over the values of an index."""
        body, *limits = node.args
        return self._over(type(node).__name__.lower(), body, *limits)

    def _over(self, name: str, body: sp.Basic, *limits: Any) -> Tree:
        made = self.tree(body)
        for variable, low, high in limits:  # the last limit is the outermost
            made = [name, made, str(variable.name), self.tree(low), self.tree(high)]
        return made

    def of_matrices(self, node: matrix_sum | matrix_product) -> Tree:
        """A sum or a product of square matrices. Times the identity, because without terms the format has a number."""
        body, (index, low, high) = node.args
        if sp.expand(node.shape[0] - node.shape[1]) != 0:
            raise NoTree("a sum of matrices that are not square")
        name, identity = "sum", sp.Identity(node.shape[1])
        if isinstance(node, matrix_product):  # the format multiplies to the right
            name, body = "product", body.xreplace({index: low + high - index})
        return ["mul", self._over(name, body, (index, low, high)), self.tree(identity)]


def rational(value: Any) -> Tree:
    """The node of a rational number."""
    return ["rational", str(value)]


def minus(tree: Tree) -> Tree:
    """The node of what a tree stands for, with the other sign."""
    return ["mul", rational(-1), tree]


def _least(printer: TreePrinter, node: sp.Min) -> Tree:
    return minus(["max", *(minus(printer.tree(part)) for part in node.args)])


def _matrix_power(printer: TreePrinter, node: sp.MatPow) -> Tree:
    if not (node.exp.is_Integer and node.exp > 0):
        raise NoTree(f"the matrix power {node}")
    return ["mul", *[printer.tree(node.base)] * int(node.exp)]


_CALLS: dict[type, str] = {
    **{kind: kind.__name__ for kind in (
        dot, norm_squared, spectral, second_singular, least_singular, singular_value, nuclear_norm, largest_eigenvalue,
        smallest_eigenvalue, determinant, solve, kronecker, hadamard)},
    Inverse: "inverse", sp.Abs: "abs", sp.exp: "exp", sp.Max: "max", sp.Transpose: "transpose", sp.Trace: "trace",
    sp.MatMul: "mul", sp.MatAdd: "add", sp.Add: "add", sp.Mul: "mul", sp.Pow: "pow",
}
"""The nodes whose tree is a name with the trees of their arguments."""


def called(name: str) -> Callable[[TreePrinter, sp.Basic], Tree]:
    """The function that prints a node as a name with the trees of its arguments."""
    return lambda printer, node: printer.call(name, *node.args)


_NODES: Nodes = {
    sp.Rational: lambda printer, x: rational(x),
    sp.Symbol: lambda printer, x: printer.named(x),
    sp.MatrixSymbol: lambda printer, x: printer.named(x),
    sp.Min: _least,
    **{kind: called(name) for kind, name in _CALLS.items()},
    sp.MatPow: _matrix_power,
    **dict.fromkeys((matrix_sum, matrix_product), lambda printer, x: printer.of_matrices(x)),
    **dict.fromkeys((sp.Sum, sp.Product, Largest), lambda printer, x: printer.over_indices(x)),
}
