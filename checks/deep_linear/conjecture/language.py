"""The language of conjectures about deep linear networks."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from ....theory.language.obligation import Obligation
from ....theory.language.quantities import L
from ....theory.language.quantities import d as dimension
from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import Library
from ...conjecture.errors import ConjectureError
from ...conjecture.language import LANGUAGES, OF_NUMBERS, Function, Language, no_quantity
from ..instances.instance import Instance
from .enlarging import enlarged
from .formulas import reduced

_SYNONYMS = {"lamda": "lambda_max", "big_lambda": "lambda_max", "sharpness": "S", "energy": "E", "depth": "L",
             "dimension": "d", "imbalance": "Delta", "condition_number": "kappa", "norm_wstar": "norm_w"}
"""Other words for the same things."""


class NetworkLanguage(Language):
    """What a conjecture about deep linear networks may say: the words that stand for numbers."""

    @property
    def names(self) -> Mapping[str, sp.Basic]:
        return {name: word.symbol for name, word in self.setting.words.items() if word.in_conjectures}

    @property
    def functions(self) -> Mapping[str, Function]:
        return OF_NUMBERS

    @property
    def exponents(self) -> tuple[sp.Symbol, ...]:
        return L, dimension

    def unknown(self, name: str) -> ConjectureError:
        if name == "n":
            return ConjectureError("There is no quantity 'n' here: all depends on the data through Sigma and w* only, "
                                   "and any number of samples from the rank of Sigma on has them.")
        return no_quantity(name, {known: known for known in self.names} | _SYNONYMS)

    def standing(self, named: frozenset[str], any_weights: bool) -> list[str]:
        return ["E > 0", *([] if "norm_p" in named else ["plain"]),
                *(["minimizer"] if self._of_weights(named) and not any_weights else [])]

    def _of_weights(self, named: frozenset[str]) -> bool:
        return any(self.setting.words[name].belongs == "weights" for name in named if name in self.setting.words)

    def reduced(self, expression: sp.Expr) -> sp.Expr:
        """The expression in which proved claims replace infima by formulas."""
        return expression.xreplace(reduced())

    def check(self, obligation: Obligation) -> None:
        """Whatever can be written about the words of the vocabulary says something."""

    def spaces(self, named: frozenset[str], supposed: frozenset[str]) -> tuple[str, ...]:
        spaces = []
        if supposed & {"balanced", "w along w*"}:
            spaces.append("balanced")
        if "w* eigenvector" in supposed:
            spaces.append("eigenvector")
        special = ["singled-out"] if "plain" in supposed else ["singled-out", "singled-out-readouts"]
        if not self._of_weights(named) and not spaces:
            return (*self.families, "problem", "eigenvector", *special)
        if "minimizer" not in supposed:
            special += ["starts", "singled-out-starts"]
        return (*self.families, *spaces, "weights", "layers", "isometries", *special)

    @property
    def space(self) -> str:
        return "weights"

    def enlarged(self, case: Instance) -> list[Instance]:
        return enlarged(case)


def _language(library: Library) -> Language:
    spaces = [part for claim in library for one in claim.obligations for part in one.space.split("+")]
    return NetworkLanguage(DEEP_LINEAR, tuple(dict.fromkeys(part for part in spaces if "." in part)), library.reference)


LANGUAGES.register(DEEP_LINEAR, _language)
