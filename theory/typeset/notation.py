"""What the words of a text mean: those that it uses, of the deep linear networks and of a theory of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sympy as sp
from sympy.core.function import AppliedUndef

from ..language.claim import Claim, Given
from ..language.hypotheses import Hypothesis
from ..language.kinds import Entries, Kind, Structure
from ..language.nodes import Relation
from ..language.quantities import VOCABULARY, Quantity
from ..language.setting import DEEP_LINEAR, Setting
from ..library import Library
from ..proof.derivation import Derivation
from .fitting import fitted, inline
from .formulas import formula, prose, statement, summed
from .network_words import SENTENCES
from .tex_text import tex_text


def used_words(claims: Iterable[Claim], derivations: Iterable[Derivation] = ()) -> set[str]:
    """The names of the words, hypotheses and nodes that statements and derivations contain, and that define these."""
    found: set[str] = set()
    for claim in claims:
        for one in claim.obligations:
            _add(found, one.setting, one.relation, *one.given)
            for name in one.over:
                _add(found, one.setting, *(Relation(x, "==", x) for x in one.setting.quantifiers[name].binds))
            found.add(one.space)
        if claim.statement is not None:
            _add(found, claim.obligations[0].setting, claim.statement)
    for derivation in derivations:
        for step in derivation.steps:
            _add(found, DEEP_LINEAR, step.statement, *(x for x in step.hypotheses if isinstance(x, Relation)))
    return found


def _add(found: set[str], about: Setting, *parts: Given) -> None:
    """Add the names that relations and hypotheses contain, and those that define them."""
    for part in parts:
        if isinstance(part, str):
            found.add(part)
            _add(found, about, *about.hypotheses[part].relations)
            continue
        for node in (node for side in part.sides for node in sp.preorder_traversal(side)):
            name = str(node.func) if isinstance(node, AppliedUndef) else getattr(node, "name", "")
            found.update({type(node).__name__, "width" if name == "d" else ""} - {""})
            word = about.words.get(name)
            if not isinstance(name, str) or name in found:
                continue
            found.add(name)
            if word is not None and word.definition is not None:
                _add(found, about, Relation(word.definition, "==", word.definition))


def network_notation(used: set[str]) -> str:
    """The sentences on the deep linear networks that introduce these words, and those that the sentences need."""
    known = {one for one in SENTENCES if one.introduces & used}
    while more := {one for one in SENTENCES if any(one.introduces & other.needs for other in known)} - known:
        known |= more
    text = " ".join(one.text for one in SENTENCES if one in known)
    return re.sub(r"<(\w+)>", lambda found: _definition(VOCABULARY[found[1]]), text)


def _definition(word: Quantity) -> str:
    return f"${formula(word.symbol)} = {formula(word.definition)}$"


def own_notation(library: Library, used: set[str]) -> str:
    """The data, words and hypotheses of a theory of one's own that are used, with their definitions."""
    setting, about = library.setting, library.about
    data = [] if setting is DEEP_LINEAR else [
        _datum(name, kind, setting[name]) for name, kind in setting.data.items() if name in used]
    words = [_word(setting.words[name]) for name in about.words if name in used]
    hypotheses = [_hypothesis(setting.hypotheses[name]) for name in about.hypotheses if name in used]
    parts = [f"The data are {'; '.join(data)}."] if data else []
    if words or hypotheses:
        parts += [r"\begin{description}", *words, *hypotheses, r"\end{description}"]
    return "\n".join(parts)


def _word(word: Quantity) -> str:
    """A word with its definition and its meaning."""
    symbol = formula(word.symbol)
    first, *more = [""] if word.definition is None else summed(word.definition, 55)
    equation = r"\\".join(fitted(row, r"0.8\linewidth") for row in (f"{symbol} = {first}", *more) if first)
    meaning = "" if word.meaning == word.name else prose(word.meaning)
    return rf"\item[${symbol}$] {': '.join(filter(None, (equation, meaning)))}."


def _hypothesis(one: Hypothesis) -> str:
    """A hypothesis as statements print it, with the relations that it stands for."""
    stated = [statement(relation) for relation in one.relations]
    printed = "" if [one.latex] == stated else f"{inline(one.latex)}, that is "
    return rf"\item[{tex_text(one.name)}] {printed}{', '.join(map(inline, stated))}."


_ENTRIES = {Entries.REAL: "", Entries.INTEGER: "integers", Entries.NONNEGATIVE: "at least $0$",
            Entries.POSITIVE: "above $0$", Entries.SIGN: "signs"}


def _datum(name: str, kind: Kind, symbol: object) -> str:
    """A datum with its shape, what its entries are and what it satisfies."""
    index = kind.index
    shown = formula(symbol(index.symbol) if index is not None and callable(symbol) else sp.sympify(symbol))
    sizes = r" \times ".join(map(formula, kind.sizes))
    where = rf"${shown} \in \mathbb{{R}}" + (rf"^{{{sizes}}}$" if sizes else "$")
    rest = [_ENTRIES[kind.entries], "" if kind.structure is Structure.NONE else str(kind.structure)]
    if index is not None:
        rest.append(rf"for ${formula(index.symbol)} = {formula(index.low)}, \dots, {formula(index.high)}$")
    return ", ".join([where, *filter(None, rest)])
