"""Words, hypotheses and quantifiers of a theory, declared in the tables of its setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sympy as sp

from ...theory.algebra.layer_ranges import INDICES
from ...theory.language.hypotheses import Hypothesis
from ...theory.language.hypotheses import hypothesis as built_in_hypothesis
from ...theory.language.nodes import Largest
from ...theory.language.obligation import stated_relation
from ...theory.language.quantifiers import Quantifier
from ...theory.language.quantities import Quantity
from ...theory.language.quantities import quantity as built_in_quantity
from ...theory.language.relation import Relation
from ...theory.language.setting import DEEP_LINEAR, Setting
from ...theory.language.symbols import OWN
from ...theory.setting.dependence import sources_of


class BadTheory(ValueError):
    """A theory says something that it may not say. The message is a sentence without its full stop."""


def declared_quantity(setting: Setting, name: str, definition: Any, latex: str, meaning: str,
                      assumptions: dict[str, bool]) -> Any:
    """Declare a word of a setting, and return its symbol. The same declaration may be made again."""
    _name(setting, name)
    if isinstance(definition, int):
        definition = sp.Integer(definition)
    within(setting, name, definition)
    if name in setting.quantifiers and setting is not DEEP_LINEAR:
        raise BadTheory(f"{name!r} is a quantifier of {setting.name!r} already: give the word another name")
    shown = {fact: holds for fact, holds in assumptions.items() if getattr(definition, f"is_{fact}", None) is holds}
    shape = getattr(definition, "shape", None)
    if setting is DEEP_LINEAR:
        symbol = sp.Symbol(name, **(shown or {"real": True})) if shape is None else sp.MatrixSymbol(name, *shape)
        return _once(setting.words, name, definition, lambda: built_in_quantity(
            name, symbol, latex, meaning, "weights", definition, in_conjectures=shape is None))
    symbol = setting.symbol(name, shape, **({} if shape is not None else shown or {"real": True}))

    def declare() -> Any:
        setting.words[name] = Quantity(name, symbol, latex, meaning, "weights", frozenset(), definition,
                                       in_conjectures=shape is None)
        return symbol

    return _once(setting.words, name, definition, declare)


def _once(table: dict[str, Quantity], name: str, definition: sp.Basic, declare: Callable[[], Any]) -> Any:
    if name not in table:
        try:
            return declare()
        except ValueError as error:
            raise BadTheory(str(error)) from None
    if table[name].definition != definition:
        raise BadTheory(f"the word {name!r} is declared twice with two definitions: rename one of them")
    return table[name].symbol


def declared_hypothesis(setting: Setting, name: str, relations: Iterable[Any], latex: str) -> str:
    """Declare a hypothesis of a setting, and return its name. The same declaration may be made again."""
    stated = tuple(map(stated_relation, relations))
    latex = latex or rf"\text{{{name}}}"
    if not stated:
        raise BadTheory(f"the hypothesis {name!r} states no relation: give it one, say (x, \">\", 0)")
    if name in setting.hypotheses:
        if setting.hypotheses[name].relations != stated:
            raise BadTheory(f"the hypothesis {name!r} is declared twice with two meanings: rename one of them")
    elif setting is DEEP_LINEAR:
        try:
            built_in_hypothesis(name, *stated, latex=latex)
        except ValueError as error:
            raise BadTheory(str(error)) from None
    else:
        for relation in stated:
            for side in relation.sides:
                within(setting, name, side)
        setting.hypotheses[name] = Hypothesis(name, stated, latex)
    return name


def declared_quantifier(setting: Setting, symbol: Any, values: Callable[[Any], Iterable[Any]],
                        latex: str) -> Quantifier:
    """Declare a quantifier of a setting of one's own."""
    if setting is DEEP_LINEAR:
        raise BadTheory("the deep linear networks have their own quantifiers: give one of their names in `over`")
    _name(setting, symbol.name)
    if symbol.name in setting.words:
        raise BadTheory(f"{symbol.name!r} is a word of {setting.name!r} already: give the quantifier another name")
    found = Quantifier(symbol.name, latex or sp.latex(symbol), (symbol,), values=values)
    setting.quantifiers[symbol.name] = found
    return found


def _name(setting: Setting, name: str) -> None:
    if not (name.isidentifier() and name[0].isalpha()):
        raise BadTheory(f"{name!r} is no name for a word: use letters, digits and _, from a letter on")
    if name in setting.data or name in {size.name for size in setting.sizes}:
        raise BadTheory(f"{name!r} is a datum of {setting.name!r} already: give the word another name")


def within(setting: Setting, name: str, expression: sp.Basic, over: Iterable[str] = ()) -> None:
    """Raise BadTheory where an expression contains a symbol of another setting, or where a sum binds a name in use.

    ``over`` names the quantifiers whose symbols may occur. An instance knows its numbers by name: a symbol that only
    bears the name of a datum would be read as the datum, whatever else is assumed of the symbol.
    """
    _is_expression(name, expression)
    varying = {symbol for one in over for symbol in setting.quantifiers[one].binds}
    own = expression.atoms(*OWN)
    for symbol in sorted((expression.free_symbols | own) - varying, key=str):
        built_in = setting is DEEP_LINEAR and symbol not in own and sources_of(symbol) is not None
        if not (built_in or setting.declares(symbol)):
            known = f": its data are {', '.join(setting.data)}" if setting.data else ""
            raise BadTheory(f"{name!r} contains {symbol}, which is no datum or word of {setting.name!r}{known}")
    indices = {index.name for index in INDICES} if setting is DEEP_LINEAR else set()
    named = {*setting.data, *setting.words, *(x.name for x in (*setting.sizes, *varying))}
    for node in expression.atoms(sp.Sum, sp.Product, Largest):
        for index, *_ends in node.args[1:]:
            if index.name in named - indices:
                raise BadTheory(f"{name!r} binds {index}, which is the name of something in {setting.name!r}: give the "
                                "index another name")


def _is_expression(name: str, value: object) -> None:
    """Raise BadTheory for what is no exact real number or matrix in the language of theories."""
    if not isinstance(value, sp.Expr):
        raise BadTheory(f"{name!r} contains {value!r}, which is no number and no matrix")
    for part in sorted(value.atoms(sp.Float), key=str):
        raise BadTheory(f"{name!r} contains {part}, which is not exact: write Rational(1, 2) for 0.5")
    for part in sorted(value.atoms(*_NO_NUMBERS), key=str):
        raise BadTheory(f"{name!r} contains {part}, which is no real number")


_NO_NUMBERS = (type(sp.nan), type(sp.oo), type(-sp.oo), type(sp.zoo), type(sp.I))


__all__ = ["BadTheory", "Relation", "declared_hypothesis", "declared_quantifier", "declared_quantity", "within"]
