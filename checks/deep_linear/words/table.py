"""Every word of the networks that ``verify`` evaluates, with its comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import sympy as sp

from ....theory.language.claim import Obligation
from ....theory.language.nodes import LayerMatrix, Relation
from ....theory.language.quantifiers import QUANTIFIERS
from ....theory.language.quantities import VOCABULARY
from ....theory.language.setting import DEEP_LINEAR
from ...verifying.words import DICTIONARIES, Comparison, Dictionary
from ..deciding.probabilities import COLUMNS
from ..instances.spaces import families_of
from .bound import OF_LAYERS, bound_word, of_layers, side_vectors, witness
from .definitions import DEFINITIONS
from .definitions_exact import FAMILIES, HYPOTHESES, SCALARS
from .draws import draw_word
from .families import SOME, family
from .field import field_family, field_points, field_word, parameters, sub_product
from .flow import FLOW, flow_word
from .hypotheses import at_the_limit, hypothesis
from .quantifiers import QUANTIFIED, quantifier

_COMPARED: tuple[tuple[str, Iterable[str], Callable[[str], Iterator[Comparison]]], ...] = (
    ("", DEFINITIONS, bound_word),
    ("", OF_LAYERS, of_layers),
    ("", ("left", "right"), side_vectors),
    ("polynomial ", SCALARS, field_word),
    ("polynomial ", FAMILIES, field_family),
    ("flow ", FLOW, flow_word),
    ("flow ", ("minimizer", "w == w*"), at_the_limit),
    ("draw ", [symbol.name for symbol in COLUMNS], draw_word),
    ("hypothesis ", HYPOTHESES, hypothesis),
    ("quantifier ", QUANTIFIED, quantifier),
    ("family ", SOME, family),
)
"""A kind of use, the words that are read so, and the comparisons of one of them."""
TABLE: dict[str, Callable[[], Iterator[Comparison]]] = {
    **{kind + name: partial(comparisons, name) for kind, names, comparisons in _COMPARED for name in names},
    "witness S": witness,
    "polynomial points": field_points,
    "parameters": parameters,
    "function SubProduct": sub_product,
}
_READ_AS = {"identity": ("polynomial ",), "enclosed": ("", "flow "), "estimated": ("draw ",), "solution": ()}


def read(obligation: Obligation) -> set[str]:
    """The words that deciding an obligation reads."""
    relations = (obligation.relation, *(g for g in obligation.given if isinstance(g, Relation)))
    nodes = [node for x in relations for side in (x.lhs, x.rhs) for node in sp.preorder_traversal(side)]
    named = {str(x.name) for x in nodes if isinstance(x, (sp.Symbol, sp.MatrixSymbol, LayerMatrix))}
    kinds = _READ_AS.get("solution" if obligation.space == "solution" else obligation.decide, ("",))
    found = {kind + name for kind in kinds for name in named}
    found |= {f"hypothesis {g}" for g in obligation.given if isinstance(g, str)}
    if "flow " in kinds:
        found |= {f"flow {g}" for g in obligation.given if obligation.space == "limit" and isinstance(g, str)}
    if kinds:
        found |= {f"function {type(x).__name__}" for x in nodes}
        found |= {f"quantifier {name}" for name in obligation.over}
    if obligation.decide == "identity":
        found.add("polynomial points")
    if obligation.space == "solution":
        found.add("parameters")
    if "" in kinds:
        found |= {f"family {family.name}" for family in families_of(obligation.space)}
        found |= {"witness S"} if "S" in found else set()
    return found


def vocabulary(words: Iterable[str]) -> set[str]:
    """The names of the vocabulary among words, without the kinds of their use."""
    compared = set(words)
    named = {name for kind, names, _ in _COMPARED if kind not in ("hypothesis ", "quantifier ", "family ")
             for name in names if kind + name in compared}
    named |= {bound.name for name, one in QUANTIFIERS.items() if f"quantifier {name}" in compared
              for bound in one.binds}
    return named & set(VOCABULARY)


WORDS = Dictionary(TABLE, read, vocabulary)
DICTIONARIES.register(DEEP_LINEAR, WORDS)
