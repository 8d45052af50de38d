"""Words, hypotheses and quantifiers of a theory, declared in the tables of its setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sympy as sp

from ...numeric.linalg.rational import rational, rational_array
from ...theory.algebra.layer_ranges import INDICES
from ...theory.language.hypotheses import Hypothesis
from ...theory.language.hypotheses import hypothesis as built_in_hypothesis
from ...theory.language.matrix_series import matrix_product, matrix_sum
from ...theory.language.nodes import Largest
from ...theory.language.obligation import Obligation, stated_relation
from ...theory.language.quantifiers import Quantifier
from ...theory.language.quantities import SYMBOL_NAMES, VOCABULARY, Quantity, sources_in
from ...theory.language.quantities import quantity as built_in_quantity
from ...theory.language.relation import Relation
from ...theory.language.setting import DEEP_LINEAR, Setting
from ...theory.language.symbols import OWN
from ...theory.setting.dependence import RESERVED, sources_of
from ..arithmetic.exact import Exact
from .mistakes import BadTheory, meant, sentence

PROMISES: dict[str, str] = {"nonnegative": ">=", "positive": ">", "nonpositive": "<=", "negative": "<", "nonzero": "!="}
"""What a theory may assume of a word beside ``real``: how the word compares with 0."""


def declared_quantity(setting: Setting, name: str, definition: Any, latex: str, meaning: str,
                      assumptions: dict[str, bool], depends: Iterable[str] = ()) -> Any:
    """Declare a word of a setting, and return its symbol. The same declaration may be made again.

    The symbol has the assumptions that the definition shows; the others are for :func:`promises` to check.
    """
    _name(setting, name)
    for fact, holds in assumptions.items():
        if fact not in (*PROMISES, "real") or holds is not True:
            raise BadTheory(f"{name} cannot be assumed to be {fact}={holds!r}: say {'=True, '.join(PROMISES)}=True.")
    if callable(definition) and not isinstance(definition, sp.Basic):
        return _computed(setting, name, definition, latex, meaning, assumptions, frozenset(depends))
    if depends:
        raise BadTheory(f"What {name} depends on follows from its definition: leave out depends=.")
    definition = sp.Integer(definition) if type(definition) is int else definition
    within(setting, f"the word {name!r}", definition)
    if name in setting.quantifiers and setting is not DEEP_LINEAR:
        raise BadTheory(f"{name!r} is a quantifier of {setting.name!r} already: give the word another name.")
    for fact in assumptions:
        if _shown(definition, fact) is False:
            raise BadTheory(f"{name} is not {fact}: by its definition it is {definition}.")
    shown = {fact: True for fact in assumptions if _shown(definition, fact)}
    shape = getattr(definition, "shape", None)
    if setting is DEEP_LINEAR:
        symbol = sp.Symbol(name, **(shown or {"real": True})) if shape is None else sp.MatrixSymbol(name, *shape)
        return _once(setting, name, definition, lambda: built_in_quantity(
            name, symbol, latex, meaning, "weights", definition, in_conjectures=shape is None))
    symbol = setting.symbol(name, shape, **({} if shape is not None else shown or {"real": True}))
    return _once(setting, name, definition, lambda: _entered(
        setting, Quantity(name, symbol, latex, meaning, "weights", frozenset(), definition,
                          in_conjectures=shape is None)))


def _computed(setting: Setting, name: str, value: Callable[[Any], Any], latex: str, meaning: str,
              assumptions: dict[str, bool], depends: frozenset[str]) -> Any:
    """Declare a number by a function of an instance that returns its exact value. Proofs know nothing of it."""
    if setting is DEEP_LINEAR:
        raise BadTheory(f"{name} is a function, and words of the deep linear networks have expressions as their "
                        "definitions: write it in the words of flatcert.deep_linear.")
    if not depends or not depends <= set(setting.data):
        raise BadTheory(f"{name} is a function: say which data it depends on, depends=(...) of "
                        f"{', '.join(setting.data)}.")
    symbol = setting.symbol(name, None, **({"real": True}))
    return _entered(setting, Quantity(name, symbol, latex, meaning, "weights", depends, value=value,
                                      in_conjectures=True))


def _entered(setting: Setting, word: Quantity) -> Any:
    setting.words[word.name] = word
    SYMBOL_NAMES[word.symbol] = word.latex
    return word.symbol


def _once(setting: Setting, name: str, definition: sp.Basic, declare: Callable[[], Any]) -> Any:
    if name not in setting.words:
        try:
            return declare()
        except ValueError as error:
            raise BadTheory(f"{str(error).removesuffix('.')}.") from None
    if setting.words[name].definition is None:
        raise BadTheory(f"{name!r} is a word of {setting.name!r} already: give the word another name.")
    if setting.words[name].definition != definition:
        raise BadTheory(f"The word {name!r} is declared twice with two definitions, {setting.words[name].definition} "
                        f"and {definition}: rename one of them.")
    return setting.words[name].symbol


def _shown(expression: sp.Basic, fact: str) -> bool | None:
    """Whether an expression has a sign, as far as that shows. The nodes of the language may be infinite for SymPy."""
    found: bool | None = getattr(expression, f"is_extended_{fact}", None)
    return found


def promises(symbol: sp.Basic, assumptions: dict[str, bool]) -> list[Obligation]:
    """What a theory assumes of a word although the definition does not show it: to be checked on instances."""
    return [Obligation(f"{symbol} is {fact}", Relation(symbol, PROMISES[fact], sp.S.Zero)) for fact in assumptions
            if fact in PROMISES and not _shown(symbol, fact)]


def declared_hypothesis(setting: Setting, name: str, relations: Iterable[Any], latex: str) -> str:
    """Declare a hypothesis of a setting, and return its name. The same declaration may be made again."""
    try:
        stated = tuple(map(stated_relation, relations))
    except TypeError as error:
        raise BadTheory(f"The hypothesis {name!r}: {error}.") from None
    latex = latex or rf"\text{{{name}}}"
    if not stated:
        raise BadTheory(f"The hypothesis {name!r} states no relation: give it one, say (x, \">\", 0).")
    if name in setting.hypotheses:
        if setting.hypotheses[name].relations != stated:
            raise BadTheory(f"The hypothesis {name!r} is declared twice with two meanings: rename one of them.")
    elif setting is DEEP_LINEAR:
        try:
            built_in_hypothesis(name, *stated, latex=latex)
        except ValueError as error:
            raise BadTheory(f"{str(error).removesuffix('.')}.") from None
    else:
        for relation in stated:
            for side in relation.sides:
                within(setting, f"the hypothesis {name!r}", side)
        setting.hypotheses[name] = Hypothesis(name, stated, latex)
    return name


def declared_quantifier(setting: Setting, symbol: Any, values: Callable[[Any], Iterable[Any]],
                        latex: str) -> Quantifier:
    """Declare a quantifier of a setting of one's own."""
    if setting is DEEP_LINEAR:
        raise BadTheory("The deep linear networks have their own quantifiers: give one of their names in `over`.")
    _name(setting, symbol.name)
    if symbol.name in setting.words:
        raise BadTheory(f"{symbol.name!r} is a word of {setting.name!r} already: give the quantifier another name.")
    found = Quantifier(symbol.name, latex or sp.latex(symbol), (symbol,), values=_exact_values(symbol, values))
    setting.quantifiers[symbol.name] = found
    return found


def _exact_values(symbol: Any, values: Callable[[Any], Iterable[Any]]) -> Callable[[Any], list[Any]]:
    """The function with exact values. It raises BadTheory where a value is none, or is not what the symbol assumes."""

    def exact(instance: Any) -> list[Any]:
        try:
            found = list(values(instance))
            if getattr(symbol, "is_Matrix", False):
                arrays = [rational_array(one) for one in found]
                return [one.reshape(-1, 1) if one.ndim == 1 else one for one in arrays]
            numbers = [one if isinstance(one, Exact) else rational(one) for one in found]
        except Exception as error:
            raise BadTheory(f"The values of the quantifier {symbol.name!r} are not exact: {sentence(error)}") from error
        for one in numbers:
            # An irrational number is compared with what a symbol assumes by its sign.
            number = sp.sqrt(2) * one.sign if isinstance(one, Exact) else sp.Rational(int(one.p), int(one.q))
            wrong = [fact for fact in (*PROMISES, "integer") if getattr(symbol, f"is_{fact}") and not getattr(
                number, f"is_{fact}")]
            if wrong:
                raise BadTheory(f"The quantifier {symbol.name!r} is {wrong[0]}, and {one} is among its values.")
        return numbers

    return exact


def _name(setting: Setting, name: str) -> None:
    if not (name.isidentifier() and name[0].isalpha()):
        raise BadTheory(f"{name!r} is no name for a word: use letters, digits and _, from a letter on.")
    if name in setting.data or name in {size.name for size in setting.sizes}:
        raise BadTheory(f"{name!r} is a datum of {setting.name!r} already: give the word another name.")
    if setting is DEEP_LINEAR and name in RESERVED:
        raise BadTheory(f"{name!r} means something else in the proofs of {setting.name!r}: give the word another name.")


def within(setting: Setting, what: str, expression: sp.Basic, over: Iterable[str] | None = None) -> None:
    """Raise BadTheory where an expression contains what the setting does not have, or where a sum binds a name in use.

    ``over`` names the quantifiers whose symbols may occur, by default all. An instance knows its numbers by name: a
    symbol that only bears the name of a datum would be read as the datum, whatever else is assumed of the symbol.
    """
    _is_expression(what, expression)
    varying = {x for one in (setting.quantifiers if over is None else over) for x in setting.quantifiers[one].binds}
    own, built_in = expression.atoms(*OWN), setting is DEEP_LINEAR
    known = tuple(VOCABULARY) if built_in else (*setting.data, *setting.words)
    for symbol in sorted((expression.free_symbols | own) - varying, key=str):
        if not ((built_in and symbol not in own and sources_of(symbol) is not None) or setting.declares(symbol)):
            fault = "not declared" if built_in else f"no datum or word of {setting.name!r}"
            if str(symbol) in known:
                raise BadTheory(f"{what} contains another {symbol}, which is {fault}: take the symbol from the "
                                "setting, or from quantity(...).")
            raise BadTheory(f"{what} contains {symbol}, which is {fault}{meant(str(symbol), known)}")
    if built_in:
        try:
            sources_in(expression)
        except ValueError as error:
            word = str(error).removesuffix(" is not declared")
            raise BadTheory(f"{what} contains {word}, which is not declared{meant(word, VOCABULARY)}") from None
    named = {*known, *(x.name for x in (*setting.sizes, *varying))} - ({x.name for x in INDICES} if built_in else set())
    for node in expression.atoms(sp.Sum, sp.Product, Largest, matrix_sum, matrix_product):
        for index, *_ends in node.args[1:]:
            if index.name in named:
                raise BadTheory(f"{what} binds {index}, which is the name of something in {setting.name!r}: give the "
                                "index another name.")


def _is_expression(what: str, value: object) -> None:
    """Raise BadTheory for what is no exact real number or matrix in the language of theories."""
    if not isinstance(value, sp.Expr):
        raise BadTheory(f"{what} contains {value!r}, which is no number and no matrix.")
    for part in sorted(value.atoms(sp.Float), key=str):
        exact = sp.nsimplify(part, rational=True)
        raise BadTheory(f"{what} contains the float {float(part):g}: write Rational({exact.p}, {exact.q}), which is "
                        "exact.")
    for part in sorted(value.atoms(*_NO_NUMBERS), key=str):
        raise BadTheory(f"{what} contains {part}, which is no real number.")


_NO_NUMBERS = (type(sp.nan), type(sp.oo), type(-sp.oo), type(sp.zoo), type(sp.I))
