"""Every word that ``verify`` evaluates, compared with an independent computation of what it means.

A word that means less than it should makes statements weaker, and then no instance refutes them. Agreement on
instances is no proof; a disagreement fails the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from time import perf_counter

import sympy as sp

from ....theory.language.claim import Claim, Obligation
from ....theory.language.nodes import LayerMatrix, Relation
from ....theory.language.quantifiers import QUANTIFIERS
from ....theory.language.quantities import VOCABULARY
from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import Library
from ..deciding.probabilities import COLUMNS
from ..instances.spaces import families_of
from .bound import OF_LAYERS, bound_word, of_layers, side_vectors, witness
from .comparison import Comparison, Words
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
"""The comparisons of each word. The kind of its use stands before a word that is read in several ways."""
_READ_AS = {"identity": ("polynomial ",), "enclosed": ("", "flow "), "estimated": ("draw ",), "solution": ()}


def compare(word: str) -> Words:
    """Compare a word at all its instances. Raises KeyError for an unknown word.

    >>> found = compare("b")
    >>> found.instances > 20, found.disagreements
    (True, ())
    """
    started, comparisons = perf_counter(), TABLE[word]()
    made: list[Comparison] = []
    try:
        made.extend(comparisons)
    except (ArithmeticError, ValueError, TypeError, LookupError) as error:
        made.append(Comparison(word, "-", f"{type(error).__name__}: {error}", "a value", False))
    found = Words.of(made or [Comparison(word, "-", "compared nowhere", "compared somewhere", False)])
    return Words(found.compared, found.instances, found.disagreements, perf_counter() - started)


def again(word: str, at: str) -> Comparison:
    """The comparison of a word at an instance, a disagreement if there is one. Raises ValueError without any."""
    if word not in TABLE:
        raise ValueError(f"there is no word {word!r} to compare; there are, for instance, {', '.join(list(TABLE)[:8])}")
    made = sorted((found for found in TABLE[word]() if found.at == at), key=lambda found: found.agrees)
    if not made:
        raise ValueError(f"the word {word!r} is not compared at {at}")
    return made[0]


def words_unit(words: Iterable[str]) -> Words:
    return sum(map(compare, words), Words())


def words_of(claim: Claim) -> set[str]:
    """The words that deciding a claim reads, as far as they are compared.

    >>> from ....theory.library import BUILT_IN
    >>> sorted(words_of(BUILT_IN.claim("conservation")))[-3:]
    ['polynomial gradient', 'polynomial points', 'quantifier k < L']
    """
    return {word for obligation in claim.obligations if obligation.setting is DEEP_LINEAR
            for word in read(obligation)} & set(TABLE)


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


def assigned(claims: Iterable[Claim], library: Library) -> dict[str, tuple[str, ...]]:
    """The words that each claim is the first to read. Of all claims, the first also gets the words that none reads."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for claim in claims:
        found[claim.id] = tuple(sorted(words_of(claim) - seen))
        seen |= words_of(claim)
    if set(found) == set(library.claims):
        found[next(iter(found))] += tuple(sorted(set(TABLE) - seen))
    return {name: words for name, words in found.items() if words}


def vocabulary(words: Iterable[str]) -> set[str]:
    """The names of the vocabulary among words, without the kinds of their use."""
    compared = set(words)
    named = {name for kind, names, _ in _COMPARED if kind not in ("hypothesis ", "quantifier ", "family ")
             for name in names if kind + name in compared}
    named |= {bound.name for name, one in QUANTIFIERS.items() if f"quantifier {name}" in compared
              for bound in one.binds}
    return named & set(VOCABULARY)
