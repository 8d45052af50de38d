"""Members of the sequences that are data of a setting of one's own."""

from __future__ import annotations

from ....theory.language.symbols import MatrixMember, NumberMember
from ..abstract_scope import Compile, Evaluator, Printer
from ..integers import integer


def _member(node: NumberMember | MatrixMember, compiled: Compile) -> Evaluator:
    name, index = node.name, node.index
    return lambda scope: scope.layer(name, integer(index, scope))


PRINTERS: dict[type, Printer] = {NumberMember: _member, MatrixMember: _member}
