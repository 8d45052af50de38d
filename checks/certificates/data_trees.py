"""Statements about settings of one's own as trees: data by name, and what each of them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import sympy as sp

from ...theory.language.calculus import Expectation, Gradient, Hessian
from ...theory.language.kinds import Kind
from ...theory.language.obligation import Obligation
from ...theory.language.relation import Relation
from ...theory.language.symbols import MatrixMember, NumberMember
from .nodes import Nodes, NoTree, Tree, TreePrinter


def data_statement(obligation: Obligation) -> dict[str, object]:
    """An obligation about a setting of one's own as JSON. Raises NoTree where the format has no node for it.

    ``data`` says what each size, each datum and each quantified name is.
    """
    printer, setting = _DataPrinter(obligation), obligation.setting
    stated: list[tuple[str, tuple[Relation, ...]]] = [
        (name, _sign(symbol)) for name, symbol in printer.quantified.items()]
    stated += [(str(one), (one,) if isinstance(one, Relation) else setting.hypotheses[one].relations)
               for one in obligation.given]
    kinds = {size.name: _kind(printer, entries="size") for size in setting.sizes}
    kinds |= {name: _kind_of(printer, kind) for name, kind in setting.data.items()}
    kinds |= {name: _kind(printer, "integer" if symbol.is_integer else "real", getattr(symbol, "shape", ()))
              for name, symbol in printer.quantified.items()}
    return {
        "setting": setting.name,
        "data": kinds,
        "given": [{"name": name, **printer.relation(one)} for name, relations in stated for one in relations],
        **printer.relation(obligation.relation),
        "space": obligation.space,
        "over": list(obligation.over),
        "decide": obligation.decide,
        "direct": obligation.direct,
    }


def _sign(symbol: sp.Basic) -> tuple[Relation, ...]:
    """What is assumed of a quantified number."""
    if symbol.is_nonnegative:
        return (Relation(symbol, ">" if symbol.is_positive else ">=", sp.S.Zero),)
    return ()


def _kind(printer: _DataPrinter, entries: str, shape: Any = (), structure: str = "", ends: Any = ()) -> dict[str, Any]:
    return {"entries": entries, "structure": structure, "shape": [*map(printer.tree, shape)],
            "range": [*map(printer.tree, ends)]}


def _kind_of(printer: _DataPrinter, kind: Kind) -> dict[str, Any]:
    ends = (kind.index.low, kind.index.high) if kind.index else ()
    return _kind(printer, kind.entries.value, kind.shape if kind.sizes else (), kind.structure.value, ends)


class _DataPrinter(TreePrinter):
    def __init__(self, obligation: Obligation) -> None:
        setting = obligation.setting
        self.words = setting.words
        bound = [word for name in obligation.over for word in setting.quantifiers[name].binds]
        self.quantified = {word.name: word for word in bound}
        self.known = {*setting.data, *(size.name for size in setting.sizes), *self.quantified}
        self.spelled: dict[str, Tree] = {}

    def named(self, node: sp.Symbol | sp.MatrixSymbol) -> Tree:
        name = str(node.name)
        if name in self.known:
            return ["given", name]
        word = self.words.get(name)
        if word is None or word.definition is None:
            raise NoTree(f"the name {name}")
        if name not in self.spelled:
            self.spelled[name] = self.tree(word.definition)
        return self.spelled[name]

    def over_indices(self, node: Any) -> Tree:
        return self._binding({variable.name for variable, *_ in node.args[1:]}, super().over_indices, node)

    def of_matrices(self, node: Any) -> Tree:
        return self._binding({node.args[1][0].name}, super().of_matrices, node)

    def expectation(self, node: Expectation) -> Tree:
        """The mean over a column of signs, which has so many rows."""
        function, signs = node.args
        body = self._binding({signs.name}, self.tree, function)
        return ["expectation", body, str(signs.name), self.tree(signs.shape[0])]

    def derivative(self, node: Gradient | Hessian) -> Tree:
        """The derivatives of a function in data."""
        function, *variables = node.args
        name = type(node).__name__.lower()
        for variable in variables:
            if variable.name not in self.known:
                raise NoTree(f"a derivative in {variable}, which is no datum")
        return self.call(name, function, *variables)

    def _binding(self, names: set[str], printed: Callable[[Any], Tree], node: Any) -> Tree:
        """The tree of a node within which names are bound. What a word says is printed anew there."""
        saved = self.known, self.spelled
        self.known, self.spelled = self.known | names, {}
        try:
            return printed(node)
        finally:
            self.known, self.spelled = saved

    own: ClassVar[Nodes] = {
        NumberMember: lambda printer, x: ["member", x.name, printer.tree(x.index)],
        MatrixMember: lambda printer, x: ["member", x.name, printer.tree(x.index)],
        Expectation: expectation,
        Gradient: derivative,
        Hessian: derivative,
        sp.Identity: lambda printer, x: printer.call("identity", x.shape[0]),
        sp.ZeroMatrix: lambda printer, x: printer.call("zero", *x.shape),
    }
