"""The tables of the deep linear networks, as theories fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sympy as sp

from ....theory.algebra.layer_ranges import INDICES
from ....theory.language.hypotheses import Hypothesis
from ....theory.language.hypotheses import hypothesis as supposed
from ....theory.language.obligation import Obligation
from ....theory.language.quantifiers import Quantifier
from ....theory.language.quantities import quantity, sources_in
from ....theory.language.setting import DEEP_LINEAR
from ....theory.language.symbols import OWN
from ....theory.setting.dependence import RESERVED, sources_of
from ...authoring.declaring import TABLES, Tables
from ...authoring.mistakes import BadTheory, meant
from ...instances.data_pool import ANY
from ...instances.family import Family
from ..instances import spaces
from ..instances.as_text import fits
from ..instances.instance import Instance, make


def instance(covariance: Any, weights: Any, **rest: Any) -> Instance:
    """An exact instance of the deep linear networks: a covariance ``(d, d)`` and layers ``(d_k, d_{k-1})``.

    Optional: ``readout``, ``regressor`` (without one the weights are a minimizer), ``start``, ``u``, ``gamma``.
    """
    return make("given", covariance, weights, **rest)


class NetworkTables(Tables):
    """Words and hypotheses go to the tables of the paper, families to the spaces."""

    indices = frozenset(index.name for index in INDICES)
    undeclared = "not declared"

    def declares(self, symbol: sp.Basic) -> bool:
        return (not isinstance(symbol, OWN) and sources_of(symbol) is not None) or super().declares(symbol)

    def check_expression(self, what: str, expression: sp.Basic) -> None:
        try:
            sources_in(expression)
        except ValueError as error:
            word = str(error).removesuffix(" is not declared")
            raise BadTheory(f"{what} contains {word}, which is not declared{meant(word, self.setting.words)}") from None

    def check_free(self, name: str) -> None:
        if name in RESERVED:
            raise BadTheory(f"{name!r} means something else in the proofs of {self.setting.name!r}: give the word "
                            "another name.")

    def defined(self, name: str, definition: Any, latex: str, meaning: str, shape: Any, shown: dict[str, bool]) -> Any:
        symbol = sp.MatrixSymbol(name, *shape) if shape else sp.Symbol(name, **shown)
        try:
            return quantity(name, symbol, latex, meaning, "weights", definition, in_conjectures=shape is None)
        except ValueError as error:
            raise BadTheory(f"{str(error).removesuffix('.')}.") from None

    def computed(self, name: str, value: Callable[[Any], Any], latex: str, meaning: str,
                 depends: frozenset[str]) -> Any:
        raise BadTheory(f"{name} is a function, and words of the deep linear networks have expressions as their "
                        "definitions: write it in the words of flatcert.deep_linear.")

    def supposed(self, hypothesis: Hypothesis) -> None:
        try:
            supposed(hypothesis.name, *hypothesis.relations, latex=hypothesis.latex)
        except ValueError as error:
            raise BadTheory(f"{str(error).removesuffix('.')}.") from None

    def quantifier(self, symbol: Any, values: Callable[[Any], Iterable[Any]], latex: str) -> Quantifier:
        raise BadTheory("The deep linear networks have their own quantifiers: give one of their names in `over`.")

    def add(self, family: Family[Any]) -> None:
        spaces.add(family)

    def instance(self, made: Any, problem: str) -> Instance:
        if not isinstance(made, Instance):
            raise BadTheory(f"{problem}, but {type(made).__name__}: let it return "
                            "flatcert.instance(covariance, weights).")
        try:
            sound = fits(made)
        except (ValueError, TypeError, IndexError):
            sound = False
        if not sound:
            raise BadTheory(f"{problem}, but parts that do not fit: the covariance is positive semidefinite, a "
                            "regressor lies in its range, and the layers can be multiplied.")
        return made

    def space(self, what: str, obligation: Obligation) -> str:
        space = "+".join("weights" if part == ANY else part for part in obligation.space.split("+"))
        spaces.families_of(space)
        return space


TABLES.register(DEEP_LINEAR, NetworkTables)
