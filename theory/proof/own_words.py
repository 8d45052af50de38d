"""Words of a setting of one's own in derivations: only what the setting declares, and only where it is defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import sympy as sp
from sympy.core.function import AppliedUndef

from ..algebra.layer_ranges import INDICES
from ..language.claim import Given
from ..language.nodes import LayerMatrix, Relation, SubProduct
from ..language.setting import DEEP_LINEAR, Setting
from ..language.symbols import OWN
from ..setting.initial_value import SERIES_INDEX
from .context import context
from .rule import Refused, Step, require
from .well_defined import every_part, undefined

__all__ = ["own_words_mean_something", "spelled", "stipulated"]


def stipulated(name: object, setting: Setting) -> Relation:
    """The definition of a word of a setting of one's own, as an equation. Raises Refused where there is none."""
    word = setting.words.get(name) if setting is not DEEP_LINEAR and isinstance(name, str) else None
    if word is None or word.definition is None:
        raise Refused(f"{setting.name} has no word {name!r} with a definition")
    return Relation(word.symbol, "==", word.definition)


def own_words_mean_something(step: Step, facts: frozenset[Given], setting: Setting) -> None:
    """Every symbol of a setting of one's own is one that this setting declares, and its definition has a value."""
    parts: list[sp.Basic] = [*step.statement.sides, *(part for part, _ in every_part(step.data))]
    for hypothesis in step.hypotheses:
        parts += hypothesis.sides if isinstance(hypothesis, Relation) else ()
    parts += (end for ends in step.ranges.values() for end in ends)
    where = replace(context(facts, (), step.ranges), stipulated=False)
    for symbol in _symbols(parts):
        require(setting is not DEEP_LINEAR and setting.declares(symbol), "{} is no word of the theory", symbol)
    for other in _of_networks(parts) if setting is not DEEP_LINEAR else ():
        require(False, "{} is no word of {}", other, setting.name)
    for definition in _definitions(parts, setting):
        reason = undefined(definition, where)
        require(not reason, "{}", reason)


def _symbols(parts: Iterable[sp.Basic]) -> set[sp.Basic]:
    return {x for part in parts for x in part.atoms(*OWN)}


def _of_networks(parts: Iterable[sp.Basic]) -> set[sp.Basic]:
    """What only the deep linear networks have: a rule knows more of a built-in word than its name says elsewhere."""
    named = (sp.Symbol, sp.MatrixSymbol, LayerMatrix, SubProduct, AppliedUndef)
    found = {x for part in parts for x in part.atoms(*named)}
    return {x for x in found if not isinstance(x, OWN) and x not in {*INDICES, SERIES_INDEX}}


def _definitions(parts: Iterable[sp.Basic], setting: Setting) -> Iterator[sp.Basic]:
    """The definitions of all words in the parts, and of the words in these definitions."""
    seen: set[sp.Basic] = set()
    todo = list(parts)
    while todo:
        for symbol in _symbols([todo.pop()]) - seen:
            seen.add(symbol)
            word = setting.words.get(symbol.name)
            if word is not None and word.definition is not None:
                yield word.definition
                todo.append(word.definition)


def spelled(supposed: Iterable[Given], setting: Setting) -> tuple[Given, ...]:
    """Hypotheses, those with a name in a setting of one's own by the relations that they state.

    Raises Refused for a name that the setting does not have.
    """
    if setting is DEEP_LINEAR:
        return tuple(supposed)
    found: list[Given] = []
    for given in supposed:
        if isinstance(given, str) and given not in setting.hypotheses:
            raise Refused(f"{setting.name} has no hypothesis {given!r}")
        found += (given,) if isinstance(given, Relation) else setting.hypotheses[given].relations
    return tuple(found)
