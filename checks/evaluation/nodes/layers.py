"""Members of families and sequences, and the eigenvalues that are weighted by the covariance."""

from __future__ import annotations

from functools import reduce

import sympy as sp

from ....theory.language.nodes import LayerMatrix, SubProduct, weighted_top
from ....theory.language.norms import GramPower, second_singular, weighted_bottom
from ....theory.language.symbols import MatrixMember, NumberMember
from ..abstract_scope import Compile, Evaluator, Meaningless, Printer, Scope, UnknownNode, Value, of_argument
from ..integers import integer
from .matrices import eye, matrix_power


def _layer(node: LayerMatrix | MatrixMember | NumberMember, compiled: Compile) -> Evaluator:
    family, index = node.name, node.index
    return lambda scope: scope.layer(family, integer(index, scope))


def _sub_product(node: SubProduct, compiled: Compile) -> Evaluator:
    low, high = node.args

    def run(scope: Scope) -> Value:
        j, k = integer(low, scope), integer(high, scope)
        if k <= j:
            raise Meaningless(f"there is no product of the layers above {j} and below {k}")
        if k == j + 1:
            return eye(scope.layer("W", j).shape[0])
        return reduce(lambda product, i: scope.layer("W", i) @ product, range(j + 2, k), scope.layer("W", j + 1))

    return run


def _gram_power(node: GramPower, compiled: Compile) -> Evaluator:
    layer, exponent = compiled(LayerMatrix("W", node.index)), node.exponent

    def run(scope: Scope) -> Value:
        weights = layer(scope)
        gram = weights @ weights.T if node.name == "H" else weights.T @ weights
        return matrix_power(gram, integer(exponent, scope))

    return run


def of_layer(node: sp.Basic) -> Evaluator:
    """The evaluator of a singular value of a layer: the scope remembers it."""
    layer, method = node.args[0], type(node).__name__
    if not isinstance(layer, LayerMatrix):
        raise UnknownNode(f"{method} is for layers, not for {layer}")
    family, index = layer.name, layer.index
    return lambda scope: getattr(scope, method)(family, integer(index, scope))


PRINTERS: dict[type, Printer] = {
    **dict.fromkeys((LayerMatrix, MatrixMember, NumberMember), _layer),
    GramPower: _gram_power,
    SubProduct: _sub_product,
    weighted_top: of_argument(lambda scope, matrix: scope.weighted_top(matrix)),
    weighted_bottom: of_argument(lambda scope, matrix: scope.weighted_bottom(matrix)),
    second_singular: lambda node, compiled: of_layer(node),
}
