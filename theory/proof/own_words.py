"""Words of a setting of one's own in derivations: only what the setting declares, and only where it is defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import sympy as sp
from sympy.core.function import AppliedUndef

from ..algebra.algebra import Judgment
from ..algebra.layer_ranges import INDICES, bound
from ..language.calculus import Expectation, Gradient, Hessian
from ..language.claim import Given
from ..language.nodes import LayerMatrix, Relation, SubProduct
from ..language.setting import DEEP_LINEAR, Setting
from ..language.symbols import OWN
from ..setting.dependence import sources_of
from ..setting.initial_value import SERIES_INDEX
from .context import Context, context
from .own_nodes import MEMBERS, NODES, SERIES, not_polynomial
from .rule import Refused, Step, require
from .well_defined import every_part, undefined

__all__ = ["no_such_member", "own_words_mean_something", "spelled", "stipulated"]


def stipulated(name: object, setting: Setting) -> Relation:
    """The definition of a word of a setting of one's own, as an equation. Raises Refused where there is none."""
    word = setting.words.get(name) if setting is not DEEP_LINEAR and isinstance(name, str) else None
    if word is None or word.definition is None:
        raise Refused(f"{setting.name} has no word {name!r} with a definition")
    return Relation(word.symbol, "==", word.definition)


def own_words_mean_something(
    step: Step, premises: Sequence[Judgment], facts: frozenset[Given], setting: Setting
) -> None:
    """Every symbol of a setting of one's own is one that this setting declares, and its definition has a value.

    Every member of a sequence is one that the sequence has, and no hypothesis is about the signs of an expectation.
    """
    parts: list[sp.Basic] = [*step.statement.sides, *(part for part, _ in every_part(step.data))]
    parts += _sides(step.hypotheses)
    parts += (end for ends in step.ranges.values() for end in ends)
    for symbol in _symbols(parts):
        require(setting is not DEEP_LINEAR and setting.declares(symbol), "{} is no word of the theory", symbol)
    if setting is DEEP_LINEAR:
        for node in (x for part in parts for x in part.atoms(*NODES)):
            require(False, "{} ({}) may not stand in a statement", node, type(node).__name__)
        return
    for other in _of_networks(parts):
        require(False, "{} is no word of {}", other, setting.name)
    where, definitions = replace(context(facts, (), step.ranges), stipulated=False), [*_definitions(parts, setting)]
    for definition in definitions:
        require(not definition.free_symbols & INDICES, "a definition with an index that is free: {}", definition)
        reason = undefined(definition, where)
        require(not reason, "{}", reason)
    for part in (*step.statement.sides, *_sides(step.hypotheses), *definitions):
        _is_there(part, where, setting)
    for part, inside in step.rule.parts(step.data):
        here = where
        for index, (low, high) in inside.items():
            here = here.inside(index, sp.sympify(low), sp.sympify(high))
        _is_there(sp.sympify(part), here, setting, *inside)
    shown = [*parts, *definitions, *(side for p in premises for side in p.relation.sides)]
    _signs_are_free(shown, facts, setting)
    _derivatives_exist(shown, setting)


def _is_there(part: sp.Basic, where: Context, setting: Setting, *inside: sp.Symbol) -> None:
    """Refuse members that are not there, under the indices of the step and those ``inside``, which the rule binds."""
    reason = no_such_member(part, where, setting)
    require(not reason, "{}", reason)
    _binds_anew(part, frozenset(where.ranges), closed=bool(inside))


def _binds_anew(part: sp.Basic, taken: frozenset[sp.Symbol], *, closed: bool) -> None:
    """Refuse an index that is bound again within what it binds: a value put in for it would be put in there, too.

    The algebra gives the indices of sums of numbers other names before; what is ``closed`` it does not look into.
    """
    closed = closed or isinstance(part, NODES) or bool(getattr(part, "is_Matrix", False))
    if isinstance(part, (sp.Sum, sp.Product, *SERIES)):
        for index, _low, _high in part.args[1:]:
            require(not (closed and index in taken), "{} is bound twice", index)
            taken |= {index}
    for inner in part.args:
        _binds_anew(inner, taken, closed=closed)


def no_such_member(part: sp.Basic, where: Context, setting: Setting) -> str:
    """Why a member of a sequence may not be there throughout the ranges of its index; empty when all are."""
    where = where.of(part)
    if isinstance(part, MEMBERS):
        index = setting.data[part.name].index
        there = index is not None and where.layers(index.low, part.index, index.high)
        return "" if there else f"{part} may be no member of the sequence"
    if not isinstance(part, (sp.Sum, sp.Product, *SERIES)):
        return next((reason for x in part.args if (reason := no_such_member(x, where, setting))), "")
    body, *limits = part.args
    for index, low, high in reversed(limits):
        if reason := no_such_member(sp.Tuple(low, high), where, setting):
            return reason
        where = where.inside(index, low, high)
    return no_such_member(body, where, setting)


def _signs_are_free(parts: Iterable[sp.Basic], facts: Iterable[Given], setting: Setting) -> None:
    """Refuse an expectation over signs that a hypothesis is about: the hypothesis says nothing of the other signs."""
    expected = {node.args[1] for part in parts for node in part.atoms(Expectation)}
    supposed = _sides(facts) if expected else []
    about = {x.name for side in (*supposed, *_definitions(supposed, setting)) for x in side.free_symbols}
    about |= {name for word in about & setting.words.keys() for name in setting.words[word].depends}
    for signs in expected:
        require(_is_datum(signs, setting), "{} is no datum", signs)
        require(signs.name not in about, "a hypothesis is about {}, which is bound", signs)


def _derivatives_exist(parts: Iterable[sp.Basic], setting: Setting) -> None:
    """Refuse a derivative of what may be no smooth function, with the definitions of its words written out."""
    for node in {node for part in parts for node in part.atoms(Gradient, Hessian)}:
        function, *variables = node.args
        for variable in variables:
            require(_is_datum(variable, setting), "{} is no datum", variable)
        while named := {x: setting.words[x.name] for x in _symbols([function]) if x.name in setting.words}:
            for symbol, word in named.items():
                require(word.definition is not None, "{} has no definition, and might not be smooth", symbol)
            function = function.xreplace({x: word.definition for x, word in named.items()})
        reason = not_polynomial(function)
        require(not reason, "{}", reason)


def _is_datum(symbol: sp.Basic, setting: Setting) -> bool:
    return symbol.name in setting.data and symbol.name not in setting.words


def _sides(facts: Iterable[Given]) -> list[sp.Basic]:
    return [side for fact in facts if isinstance(fact, Relation) for side in fact.sides]


def _symbols(parts: Iterable[sp.Basic]) -> set[sp.Basic]:
    return {x for part in parts for x in part.atoms(*OWN)}


def _of_networks(parts: Sequence[sp.Basic]) -> set[sp.Basic]:
    """What only the deep linear networks have: a rule knows more of a built-in word than its name says elsewhere."""
    named = (sp.Symbol, sp.MatrixSymbol, LayerMatrix, SubProduct, AppliedUndef)
    found = {x for part in parts for x in part.atoms(*named)}
    indices = {x for x in bound(*parts) if sources_of(x) is None}
    return {x for x in found if not isinstance(x, OWN) and x not in {*INDICES, SERIES_INDEX, *indices}}


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
