"""Every word that ``verify`` evaluates, compared with an independent computation of what it means.

A word that means less than it should makes statements weaker, and then no instance refutes them. Agreement on
instances is no proof; a disagreement fails the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from time import perf_counter

import sympy as sp

from ...theory.language.claim import Claim, Obligation
from ...theory.language.nodes import LayerMatrix, Relation
from ...theory.language.quantifiers import QUANTIFIERS
from ...theory.language.quantities import VOCABULARY
from ...theory.library import Library
from ..deciding.probabilities import COLUMNS
from ..instances.spaces import families_of
from . import (
    bound as words_bound,
)
from . import (
    families as words_families,
)
from . import (
    field as words_field,
)
from . import (
    flow as words_flow,
)
from . import (
    hypotheses as words_hypotheses,
)
from . import (
    quantifiers as words_quantifiers,
)
from .comparison import Comparison, Words
from .conjecture import BY_CLAIMS, conjecture_word
from .definitions import DEFINITIONS
from .definitions_exact import FAMILIES, HYPOTHESES, SCALARS
from .draws import draw_word

Compare = Callable[[], Iterator[Comparison]]

TABLE: dict[str, Compare] = {
    **{name: partial(words_bound.bound_word, name) for name in DEFINITIONS},
    **{name: partial(words_bound.layer_family, name) for name in words_bound.LAYERS},
    **{name: partial(words_bound.side_vectors, name) for name in ("left", "right")},
    "witness S": words_bound.witness,
    **{f"polynomial {name}": partial(words_field.field_word, name) for name in SCALARS},
    **{f"polynomial {name}": partial(words_field.field_family, name) for name in FAMILIES},
    "polynomial points": words_field.field_points,
    "parameters": words_field.parameters,
    "function SubProduct": words_field.sub_product,
    **{f"function {name}": partial(words_bound.function, name) for name in words_bound.FUNCTIONS},
    **{f"flow {name}": partial(words_flow.flow_word, name) for name in words_flow.FLOW},
    **{f"flow {name}": partial(words_hypotheses.at_the_limit, name) for name in ("minimizer", "w == w*")},
    **{f"draw {symbol.name}": partial(draw_word, symbol.name) for symbol in COLUMNS},
    **{f"conjecture {name}": partial(conjecture_word, name) for name in BY_CLAIMS},
    **{f"hypothesis {name}": partial(words_hypotheses.hypothesis, name) for name in HYPOTHESES},
    **{f"quantifier {name}": partial(words_quantifiers.quantifier, name) for name in words_quantifiers.QUANTIFIED},
    **{f"family {name}": partial(words_families.family, name) for name in words_families.SOME},
}
"""Each word, by the kind of use where it is read in more than one way, and the comparisons of it."""
_READ_AS = {"identity": ("polynomial ",), "enclosed": ("", "flow "), "estimated": ("draw ",), "solution": ()}


def compare(word: str) -> Words:
    """Compare a word at all its instances. Raises KeyError for one that there is not.

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
    """The comparison of a token: one that disagrees, if there is any there. Raises ValueError where there is none."""
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

    >>> from ...theory.library import BUILT_IN
    >>> sorted(words_of(BUILT_IN.claim("conservation")))[-3:]
    ['polynomial gradient', 'polynomial points', 'quantifier k < L']
    """
    return {word for obligation in claim.obligations for word in read(obligation)} & set(TABLE)


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
    """Every word that the claims read, with the first one that does; of a whole library, every word there is."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for claim in claims:
        found[claim.id] = tuple(sorted(words_of(claim) - seen))
        seen |= words_of(claim)
    if set(found) == set(library.claims):
        found[next(iter(found))] += tuple(sorted(set(TABLE) - seen))
    return {name: words for name, words in found.items() if words}


def vocabulary(words: Iterable[str]) -> set[str]:
    """The names of the vocabulary among words, whatever they are read as."""
    found: set[str] = set()
    for word in words:
        kind, _, name = word.rpartition(" ") if not word.startswith("quantifier ") else ("quantifier", "", word[11:])
        if kind in ("", "polynomial", "flow", "draw", "conjecture"):
            found.add(name)
        elif kind == "quantifier":
            found.update(bound.name for bound in QUANTIFIERS[name].binds)
    return found & set(VOCABULARY)
