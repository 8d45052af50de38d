"""A claim as a theorem of a paper: title, hypotheses, statements. No id and no name in Coq is in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..language.claim import Claim, Given, Obligation
from ..language.nodes import Relation
from ..language.setting import Setting
from ..proof.refusal import Refused
from .fitting import displayed, fitted, inline
from .formulas import formula, lines, prose, statement
from .names import Names, label

_SPACES = {
    "aligned": r"the aligned minimizer with $\lVert q_1 \rVert^2 = r$",
    "planted": r"a problem and its optimal pair $(r, z)$",
}
"""What a statement about one exhibited instance is about."""
_NUMBERS = r"\renewcommand{\theenumi}{(\roman{enumi})}\renewcommand{\labelenumi}{\theenumi}"
"""Numbers of the statements of a claim, as references print them, too."""


def assumed(given: Given, about: Setting) -> str:
    """A hypothesis as a formula."""
    return statement(given) if isinstance(given, Relation) else about.hypotheses[given].latex


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence with commas and *and*.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def theorem(claim: Claim, names: Names | None = None) -> str:
    """A claim as a theorem environment, with labels for the claim and each statement of it.

    >>> from ..library import BUILT_IN
    >>> print(theorem(BUILT_IN.claim("min-sharpness-upper")).splitlines()[0])
    \\begin{theorem}[{Upper bound on the least sharpness, as in the paper}]
    """
    names = names or Names()
    parts = [rf"\begin{{theorem}}[{{{prose(claim.title)}{names.origins(claim)}}}]",
             rf"\label{{{label(claim.id)}}}\sloppy"]
    if claim.statement is not None:
        about = claim.obligations[0].setting
        parts += [_sentence("", [], _supposed(claim, names), about), displayed(claim.statement, "."), "In particular:"]
    common = [] if len(claim.obligations) == 1 else [
        given for given in claim.obligations[0].given if all(given in one.given for one in claim.obligations)]
    if common and claim.statement is None:
        about = claim.obligations[0].setting
        parts.append(f"Suppose that {listed([inline(assumed(given, about)) for given in common])}.")
    elif claim.statement is not None:
        common = []
    if len(claim.obligations) == 1 and claim.statement is None:
        parts.append(_stated(claim.obligations[0], ()))
    else:
        parts += [*([] if common or claim.statement else [r"\leavevmode"]), r"\begin{enumerate}", _NUMBERS]
        parts += [rf"\item\label{{{label(claim.id, one.name)}}} {_stated(one, common)}" for one in claim.obligations]
        parts.append(r"\end{enumerate}")
    return "\n".join([*parts, r"\end{theorem}"])


def _supposed(claim: Claim, names: Names) -> Sequence[Given]:
    """What the printed statement supposes: what its derivation does, else what the first obligation does."""
    derivation = names.library.derivation(claim.id) if names.library else None
    if names.library is None or derivation is None or "statement" not in derivation.yields:
        return claim.obligations[0].given
    try:
        return sorted(derivation.conclusion("statement", names.library.home(claim.id)).facts, key=str)
    except Refused:
        return claim.obligations[0].given


def _stated(obligation: Obligation, common: Iterable[Given]) -> str:
    """A statement with what it ranges over and what it supposes, without the hypotheses that were stated before."""
    about = obligation.setting
    exhibited = _SPACES.get(obligation.space, "")
    quantifiers = [about.quantifiers[name] for name in obligation.over]
    over = [] if exhibited else [f"${one.latex}$" for one in quantifiers if one.binds]
    given = [one for one in obligation.given if one not in common]
    sentence = _sentence(exhibited, over, given, about)
    if obligation.probability is not None:
        likely = f"with probability at least ${formula(obligation.probability)}$,"
        sentence = f"{sentence} {likely}" if sentence else likely.capitalize()
    if sentence:
        return sentence + "\n" + displayed(obligation.relation, ".")
    rows = lines(obligation.relation)
    rows[-1] += "."
    return r"\\".join(map(fitted, rows)) if common or len(rows) == 1 else displayed(obligation.relation, ".")


def _sentence(exhibited: str, over: Sequence[str], given: Sequence[Given], about: Setting) -> str:
    """The beginning of the sentence that a displayed relation ends."""
    subject = f"For {exhibited}" if exhibited else f"For all {listed(over)}" if over else ""
    supposed = f"if {listed([inline(assumed(one, about)) for one in given])}, then" if given else ""
    if subject and supposed:
        return f"{subject}: {supposed}"
    return f"{subject}," if subject else supposed[:1].upper() + supposed[1:]


def remark(claim: Claim, names: Names) -> str:
    """The note of a claim, if it has one."""
    return rf"{{\sloppy\noindent\emph{{Remark.}} {names.note(claim.note)}\par}}" if claim.note else ""
