"""The language of a conjecture: the names, functions and hypotheses of a setting, and what goes without saying."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import cycle, product
from typing import Any, TypeAlias

import sympy as sp

from ...theory.language import calculus, matrices, matrix_numbers
from ...theory.language.hypotheses import Hypothesis
from ...theory.language.kinds import Entries
from ...theory.language.nodes import Relation
from ...theory.language.obligation import Obligation
from ...theory.language.setting import Setting
from ...theory.library import Library
from ..authoring.rooms import Own
from ..deciding.balls import compare
from ..deciding.on_data import OnData
from ..evaluation.evaluate import Meaningless, UnknownNode
from ..instances import data_pool, kinds
from .enlarging import enlarged
from .errors import ConjectureError, short

Function: TypeAlias = Callable[..., Any]
OF_NUMBERS: Mapping[str, Function] = {"abs": sp.Abs, "Abs": sp.Abs}
"""Functions of every language, beside ``sqrt``."""
OF_DATA: Mapping[str, Function] = {
    "exp": sp.exp, "log": sp.log, "Max": sp.Max, "Min": sp.Min,
    **{name: getattr(module, name) for module, names in (
        (matrix_numbers, matrix_numbers.__all__), (matrices, ("Inverse", "hadamard", "kronecker", "solve")),
        (calculus, ("Expectation", "Gradient", "Hessian"))) for name in names},
    "spectral": matrix_numbers.spectral_norm, "Trace": matrix_numbers.trace}
"""Functions of numbers and matrices; the last two are the names under which SymPy prints some of them."""
PROBES = 3
"""On so many random instances a statement is evaluated before it is attacked."""
_SIZES = ((1, 1), (2, 3), (7, 2), (1000, 5))
"""Values of sizes at which exponents are tried, one after the other for the sizes in their order."""


@dataclass(frozen=True)
class Language:
    """What a conjecture about a setting of one's own may say.

    ``families`` are those that theories declare: their instances come first. ``reference`` leads to the theory.
    """

    setting: Setting
    families: tuple[str, ...] = ()
    reference: str = ""

    @property
    def names(self) -> Mapping[str, sp.Basic]:
        """Numbers, vectors and matrices by name: data, words, and the sizes as numbers."""
        data = {name: self.setting[name] for name, kind in self.setting.data.items() if kind.index is None}
        return data | {name: word.symbol for name, word in self.setting.words.items()} | {
            size.name: size for size in self.setting.sizes}

    @property
    def numbers(self) -> Mapping[str, sp.Expr]:
        """The names that stand for numbers."""
        return {name: one for name, one in self.names.items() if not getattr(one, "is_Matrix", False)}

    @property
    def sequences(self) -> Mapping[str, Function]:
        """The data that have members, ``x[k]``; each as a function of the index."""
        return {name: self.setting[name] for name, kind in self.setting.data.items() if kind.index is not None}

    @property
    def functions(self) -> Mapping[str, Function]:
        return {**OF_NUMBERS, **OF_DATA}

    @property
    def exponents(self) -> tuple[sp.Symbol, ...]:
        """The integers that exponents may contain."""
        whole = (self.setting[name] for name, kind in self.setting.data.items()
                 if kind.entries is Entries.INTEGER and kind.index is None)
        return (*self.setting.sizes, *whole)

    @property
    def hypotheses(self) -> Mapping[str, Hypothesis]:
        """The hypotheses that may be supposed by name."""
        return self.setting.stated

    def tried(self) -> Iterator[dict[sp.Symbol, int]]:
        """Some values of the integers in exponents."""
        return (dict(zip(self.exponents, cycle(values), strict=False)) for values in _SIZES)

    def needs(self, name: str) -> Relation | None:
        """The condition under which a quantity exists that some instances lack."""
        word = self.setting.words.get(name)
        return None if word is None else word.exists

    def standing(self, named: frozenset[str], any_weights: bool) -> list[str]:
        """The hypotheses that are supposed of what is named, without being written."""
        return []

    def reduced(self, expression: sp.Expr) -> sp.Expr:
        """The expression that is decided in the place of another."""
        return expression

    def spaces(self, named: frozenset[str], supposed: frozenset[str]) -> tuple[str, ...]:
        """The spaces that instances are drawn from."""
        return (*self.families, data_pool.ANY)

    @property
    def space(self) -> str:
        """The space of the statement."""
        return data_pool.ANY

    def enlarged(self, case: Any) -> list[Any]:
        """The instance with one of its sizes doubled, each in turn."""
        return enlarged(case)

    def unknown(self, name: str) -> ConjectureError:
        """The answer to a name that is none, with the nearest ones."""
        return no_quantity(name, {known: known for known in (*self.names, *self.sequences)})

    def check(self, obligation: Obligation) -> None:
        """Raise ConjectureError for a statement that says nothing, such as an eigenvalue of an asymmetric matrix."""
        decides = OnData(obligation)
        for index, relation in product(range(PROBES), (obligation.relation, *decides.relations())):
            case = data_pool.instance(self.setting, "small", 0, index)
            try:
                compare(relation, partial(decides.scope, case, values={}))
            except (Meaningless, UnknownNode) as error:
                raise ConjectureError(f"{short(str(relation))} says nothing: {error}.") from None
            except ZeroDivisionError:
                continue


def no_quantity(name: str, known: Mapping[str, str]) -> ConjectureError:
    """The answer to a name that is none; ``known`` leads from every name or synonym to the name."""
    by_case = {one.lower(): one for one in known}
    near = list(dict.fromkeys(known[by_case[x]] for x in get_close_matches(name.lower(), by_case, 3, 0.6)))
    names = dict.fromkeys(known.values())
    hint = f"did you mean {' or '.join(near)}?" if near else f"the names are {', '.join(names)}."
    return ConjectureError(f"There is no quantity {short(name)}: {hint}")


def _of_data(library: Library) -> Language:
    own = data_pool.known(library.setting).keys() - {one.name for one in kinds.families(library.setting)}
    return Language(library.setting, tuple(sorted(own)), library.reference)


LANGUAGES: Own[Callable[[Library], Language]] = Own("conjecture.language", _of_data)


def language_of(library: Library) -> Language:
    """The language of the claims of a library."""
    return LANGUAGES.of(library.setting)(library)
