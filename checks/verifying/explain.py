"""One claim in full, as plain text; the claims of a theory as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ...theory.language.claim import Claim, Obligation
from ...theory.language.nodes import Relation
from ...theory.library import BUILT_IN, Library
from ...theory.typeset.document import article, fragment
from ...theory.typeset.macros import macros
from ..authoring.theory import Theory, library_of
from ..coq.statements import MEANING, comments, definitions, rests_on, statements
from ..second_line.steps import second_line

Form = Literal["article", "document", "fragment", "macros", "references"]
"""In which form claims are printed in LaTeX."""


def explain(theory: Theory | Library, claim_id: str) -> str:
    """One claim of a theory in full, as text. Raises KeyError for an unknown id."""
    library = library_of(theory)
    return explanation(library.claim(claim_id), library)


def latex(theory: Theory | Library, ids: Iterable[str] = (), *, form: Form = "article", plain: bool = False) -> str:
    """Claims of a theory in LaTeX; all of them when no id is given. Raises KeyError for an unknown id.

    An ``article`` and a ``document``, which also has derivations, verdicts and references, compile as they stand. A
    ``fragment`` holds theorem environments for a paper, ``macros`` a command for each word and bound, and
    ``references`` is the file for BibTeX that a fragment needs. ``plain`` prints words in place of ids.
    """
    library = library_of(theory)
    claims = [library.claim(name) for name in ids] or list(library)
    if form == "macros":
        return macros(claims)
    if form in ("fragment", "references"):
        text, works = fragment(claims, library, plain)
        return text if form == "fragment" else works.bibtex()
    return article(claims, library, full=form == "document", plain=plain)


def explanation(claim: Claim, library: Library) -> str:
    """Statement, obligations with hypotheses and mutants, and the derivation step by step."""
    lines = [f"{claim.id}: {claim.title}", f"origin: {', '.join(claim.origins)}; kind: {claim.kind}",
             f"rests on: {', '.join(claim.requires) or 'nothing'}"]
    if claim.statement is not None:
        lines += ["", f"  {claim.statement}"]
    if claim.note:
        lines += ["", claim.note]
    for obligation in claim.obligations:
        lines += ["", *_obligation(obligation)]
    library = library.home(claim.id)
    lines += [*_own_words(claim, library), "", *_derivation(claim, library)]
    return "\n".join([*lines, *(_in_coq(claim) if library is BUILT_IN else [])])


def _own_words(claim: Claim, library: Library) -> list[str]:
    """The words and hypotheses of a theory of one's own that a claim contains, with their definitions."""
    relations = [x for o in claim.obligations for x in (o.relation, *(g for g in o.given if isinstance(g, Relation)))]
    hypotheses = {g: library.setting.hypotheses[g] for o in claim.obligations for g in o.given
                  if isinstance(g, str) and g in library.about.hypotheses}
    relations += [relation for one in hypotheses.values() for relation in one.relations]
    contained = {symbol for relation in relations for symbol in relation.free_symbols}
    lines = [f"  {name}: {', '.join(map(str, one.relations))}" for name, one in hypotheses.items()]
    for word in (library.setting.words[name] for name in reversed(library.about.words)):
        if word.symbol in contained:
            contained |= set() if word.definition is None else word.definition.free_symbols
            stated = "a function" if word.definition is None else str(word.definition)
            lines.insert(0, f"  {word.name} = {stated}" + (f" ({word.meaning})" if word.meaning != word.name else ""))
    return ["", "words of the theory:", *lines] if lines else []


def _obligation(obligation: Obligation) -> list[str]:
    given = ", ".join(str(g) for g in obligation.given) or "nothing"
    lines = [f"obligation {obligation.name} ({obligation.decide}): {obligation.relation}", f"  given: {given}"]
    if obligation.over:
        lines.append(f"  for all: {', '.join(obligation.over)}")
    lines += [f"  false: {mutant.label}" for mutant in obligation.mutants]
    return lines


def _in_coq(claim: Claim) -> list[str]:
    """The theorems of a claim and their definitions as Coq prints them, so that a reader can compare them."""
    lines = ["", f"machine-checked: {claim.machine_checked if claim.theorems else 'nothing'}" + (
        f": not {claim.beyond_coq}" if claim.beyond_coq else "")]
    printed, known = statements(), definitions()
    for obligation in claim.obligations:
        lines.append(f"obligation {obligation.name}, machine-checked statement: {obligation.formal or 'none'}")
        if obligation.formal:
            lines += [f"  in words: {comments()[obligation.formal]}",
                      *(f"  {line}" for line in printed[obligation.formal].splitlines())]
    if not claim.theorems:
        return lines
    used = rests_on("\n".join(printed[theorem] for theorem in claim.theorems.values()), known)
    return [*lines, "definitions of the machine-checked statements:",
            *(f"  {line}" for text in used for line in text.splitlines()), MEANING]


def _derivation(claim: Claim, library: Library) -> list[str]:
    found = library.derivation(claim.id)
    if found is None:
        return ["no derivation"]
    line = second_line(found, library)
    undecided = {step.step: step.reason for step in line.undecided}
    lines = [f"derivation, {len(found.steps)} steps, of which {line.agreeing} agree with exact instances:"]
    for number, (step, result) in enumerate(zip(found.steps, found.check(library), strict=True), 1):
        using = f" from {', '.join(str(i + 1) for i in step.using)}" if step.using else ""
        mark = "ok" if result.ok else f"REFUSED: {result.message}"
        if number - 1 in line.contradictions:
            mark = f"FALSE: {line.contradictions[number - 1]}"
        mark += f"; on no instance: {undecided[number]}" if number in undecided else ""
        lines.append(f"{number:4}. {step.statement}")
        lines.append(f"      [{step.rule.name}{using}] {step.note} ({mark})".replace("]  (", "] ("))
    for name, reason in found.partial.items():
        lines.append(f"not derived: {name}: {reason}")
    return lines
