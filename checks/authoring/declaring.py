"""Words, hypotheses, quantifiers and families of a theory, declared in the tables of its setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp

from ...numeric.linalg.rational import rational, rational_array
from ...theory.language.hypotheses import Hypothesis
from ...theory.language.matrix_series import matrix_product, matrix_sum
from ...theory.language.nodes import Largest
from ...theory.language.obligation import Obligation, stated_relation
from ...theory.language.quantifiers import Quantifier
from ...theory.language.quantities import SYMBOL_NAMES, Quantity
from ...theory.language.relation import Relation
from ...theory.language.setting import Setting
from ...theory.language.symbols import OWN
from ..arithmetic.exact import Exact
from ..instances import data_pool
from ..instances.data import NoInstance, make_data
from ..instances.family import Family
from .mistakes import BadTheory, meant, sentence
from .rooms import Own

PROMISES: dict[str, str] = {"nonnegative": ">=", "positive": ">", "nonpositive": "<=", "negative": "<", "nonzero": "!="}
"""What a theory may assume of a word beside ``real``: how the word compares with 0."""


@dataclass(frozen=True)
class Tables:
    """The tables of a setting, as theories fill them. Every method raises BadTheory with a sentence.

    A setting with a room may differ in the methods and names from :attr:`indices` on.
    """

    setting: Setting

    def quantity(self, name: str, definition: Any, latex: str, meaning: str, assumptions: dict[str, bool],
                 depends: Iterable[str] = ()) -> Any:
        """Declare a word, and return its symbol. The same declaration may be made again.

        The symbol has the assumptions that the definition shows; the others are for :func:`promises` to check.
        """
        self._check_name(name)
        for fact, holds in assumptions.items():
            if fact not in (*PROMISES, "real") or holds is not True:
                raise BadTheory(f"{name} cannot be assumed to be {fact}={holds!r}: say "
                                f"{'=True, '.join(PROMISES)}=True.")
        if callable(definition) and not isinstance(definition, sp.Basic):
            return self.computed(name, definition, latex, meaning, frozenset(depends))
        if depends:
            raise BadTheory(f"What {name} depends on follows from its definition: leave out depends=.")
        definition = sp.Integer(definition) if type(definition) is int else definition
        self.within(f"the word {name!r}", definition)
        for fact in assumptions:
            if _shown(definition, fact) is False:
                raise BadTheory(f"{name} is not {fact}: by its definition it is {definition}.")
        shown = {fact: True for fact in assumptions if _shown(definition, fact)}
        known = self.setting.words.get(name)
        if known is None:
            shape = getattr(definition, "shape", None)
            return self.defined(name, definition, latex, meaning, shape, {} if shape else shown or {"real": True})
        if known.definition is None:
            raise BadTheory(f"{name!r} is a word of {self.setting.name!r} already: give the word another name.")
        if known.definition != definition:
            raise BadTheory(f"The word {name!r} is declared twice with two definitions, {known.definition} and "
                            f"{definition}: rename one of them.")
        return known.symbol

    def hypothesis(self, name: str, relations: Iterable[Any], latex: str) -> str:
        """Declare a hypothesis, and return its name. The same declaration may be made again."""
        try:
            stated = tuple(map(stated_relation, relations))
        except TypeError as error:
            raise BadTheory(f"The hypothesis {name!r}: {error}.") from None
        if not stated:
            raise BadTheory(f"The hypothesis {name!r} states no relation: give it one, say (x, \">\", 0).")
        known = self.setting.hypotheses.get(name)
        if known is None:
            self.supposed(Hypothesis(name, stated, latex or rf"\text{{{name}}}"))
        elif known.relations != stated:
            raise BadTheory(f"The hypothesis {name!r} is declared twice with two meanings: rename one of them.")
        return name

    def within(self, what: str, expression: sp.Basic, over: Iterable[str] | None = None) -> None:
        """Raise BadTheory where an expression contains what the setting does not have, or a sum binds a name in use.

        ``over`` names the quantifiers whose symbols may occur, by default all. An instance knows its numbers by name: a
        symbol that only bears the name of a datum would be read as the datum, whatever else is assumed of the symbol.
        """
        _is_expression(what, expression)
        quantifiers = self.setting.quantifiers
        varying = {x for one in (quantifiers if over is None else over) for x in quantifiers[one].binds}
        known = (*self.setting.data, *self.setting.words)
        for symbol in sorted((expression.free_symbols | expression.atoms(*OWN)) - varying, key=str):
            if not self.declares(symbol):
                if str(symbol) in known:
                    raise BadTheory(f"{what} contains another {symbol}, which is {self.undeclared}: take the symbol "
                                    "from the setting, or from quantity(...).")
                raise BadTheory(f"{what} contains {symbol}, which is {self.undeclared}{meant(str(symbol), known)}")
        self.check_expression(what, expression)
        named = {*known, *(x.name for x in (*self.setting.sizes, *varying))} - self.indices
        for node in expression.atoms(sp.Sum, sp.Product, Largest, matrix_sum, matrix_product):
            for index, *_ends in node.args[1:]:
                if index.name in named:
                    raise BadTheory(f"{what} binds {index}, which is the name of something in {self.setting.name!r}: "
                                    "give the index another name.")

    def _check_name(self, name: str) -> None:
        if not (name.isidentifier() and name[0].isalpha()):
            raise BadTheory(f"{name!r} is no name for a word: use letters, digits and _, from a letter on.")
        self.check_free(name)

    indices: ClassVar[frozenset[str]] = frozenset()
    """Names of the setting that a sum may bind."""

    @property
    def undeclared(self) -> str:
        """What a symbol is that the setting does not have."""
        return f"no datum or word of {self.setting.name!r}"

    def declares(self, symbol: sp.Basic) -> bool:
        """Whether a symbol may occur in statements."""
        return self.setting.declares(symbol)

    def check_expression(self, what: str, expression: sp.Basic) -> None:
        """Raise BadTheory where an expression of known symbols contains something else that is not declared."""

    def check_free(self, name: str) -> None:
        """Raise BadTheory where a name means something else already."""
        for what, names in (("datum", (*self.setting.data, *(size.name for size in self.setting.sizes))),
                            ("quantifier", self.setting.quantifiers)):
            if name in names:
                raise BadTheory(f"{name!r} is a {what} of {self.setting.name!r} already: give the word another name.")

    def defined(self, name: str, definition: Any, latex: str, meaning: str, shape: Any, shown: dict[str, bool]) -> Any:
        """Enter a word with a definition: a number of which something is shown, or a matrix of a shape."""
        symbol = self.setting.symbol(name, shape, **shown)
        return self._entered(Quantity(name, symbol, latex, meaning, "weights", frozenset(), definition,
                                      in_conjectures=shape is None))

    def computed(self, name: str, value: Callable[[Any], Any], latex: str, meaning: str,
                 depends: frozenset[str]) -> Any:
        """Enter a number by a function of an instance that returns its exact value. Proofs know nothing of it."""
        if not depends or not depends <= set(self.setting.data):
            raise BadTheory(f"{name} is a function: say which data it depends on, depends=(...) of "
                            f"{', '.join(self.setting.data)}.")
        return self._entered(Quantity(name, self.setting.symbol(name, None, real=True), latex, meaning, "weights",
                                      depends, value=value, in_conjectures=True))

    def _entered(self, word: Quantity) -> Any:
        self.setting.words[word.name] = word
        SYMBOL_NAMES[word.symbol] = word.latex
        return word.symbol

    def supposed(self, hypothesis: Hypothesis) -> None:
        """Enter a hypothesis."""
        for relation in hypothesis.relations:
            for side in relation.sides:
                self.within(f"the hypothesis {hypothesis.name!r}", side)
        self.setting.hypotheses[hypothesis.name] = hypothesis

    def quantifier(self, symbol: Any, values: Callable[[Any], Iterable[Any]], latex: str) -> Quantifier:
        """Declare a quantifier."""
        name = symbol.name
        if name not in self.setting.quantifiers:
            self._check_name(name)
        if name in self.setting.words:
            raise BadTheory(f"{name!r} is a word of {self.setting.name!r} already: give the quantifier another name.")
        found = Quantifier(name, latex or sp.latex(symbol), (symbol,), values=_exact_values(symbol, values))
        self.setting.quantifiers[name] = found
        return found

    def add(self, family: Family[Any]) -> None:
        """Enter a family of instances."""
        data_pool.add(self.setting, family)

    def instance(self, made: Any, problem: str) -> Any:
        """What a family returns as an instance. The sentence begins with the problem where it is none."""
        if not isinstance(made, Mapping):
            raise BadTheory(f"{problem}, but {type(made).__name__}: let it return a dict with "
                            f"{', '.join(self.setting.data)}.")
        try:
            return make_data(self.setting, made)
        except (NoInstance, TypeError) as error:
            raise BadTheory(f"{problem}: {sentence(error)}") from error

    def space(self, what: str, obligation: Obligation) -> str:
        """The space of an obligation, whose families there are. Raises ValueError where one is missing."""
        if obligation.decide != "ordered":
            raise BadTheory(f"{what} is decided as {obligation.decide!r}, which is for networks only: leave it out.")
        space = obligation.space if obligation.on else data_pool.ANY
        data_pool.families_of(self.setting, space)
        return space


TABLES: Own[type[Tables]] = Own("authoring.declaring", Tables)


def tables(setting: Setting) -> Tables:
    """The tables of a setting."""
    return TABLES.of(setting)(setting)


def _shown(expression: sp.Basic, fact: str) -> bool | None:
    """Whether an expression has a sign, as far as that shows. The nodes of the language may be infinite for SymPy."""
    found: bool | None = getattr(expression, f"is_extended_{fact}", None)
    return found


def promises(symbol: sp.Basic, assumptions: dict[str, bool]) -> list[Obligation]:
    """What a theory assumes of a word although the definition does not show it: to be checked on instances."""
    return [Obligation(f"{symbol} is {fact}", Relation(symbol, PROMISES[fact], sp.S.Zero)) for fact in assumptions
            if fact in PROMISES and not _shown(symbol, fact)]


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
