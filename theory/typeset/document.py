"""Claims and derivations as a LaTeX document that pdflatex compiles as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..language.claim import Claim, Given, Obligation
from ..language.nodes import Relation
from ..language.setting import DEEP_LINEAR, Setting
from ..library import Library
from ..proof.derivation import Derivation, Step, StepResult
from .formulas import formula, lines, prose, statement
from .settings import CHECKED, own_words, setting
from .tex_text import tex_text

_ORIGINS = {"paper": "the paper", "ours": "this project", "standard": "standard"}
_SPACES = {
    "aligned": r"for the aligned minimizer with $\lVert q_1 \rVert^2 = r$",
    "planted": r"for a problem and its optimal pair $(r, z)$",
}
_LONG = 90
"""Characters of LaTeX from which on a formula counts as long."""
_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{graphicx}
\usepackage[margin=2.4cm]{geometry}
\theoremstyle{plain}
\newtheorem*{claim}{Claim}
% A formula at its natural size, or shrunk to the line when it is wider.
\newsavebox{\fitbox}
\newcommand{\fit}[2][\linewidth]{\sbox{\fitbox}{$\displaystyle #2$}%
  \ifdim\wd\fitbox>\dimexpr#1\relax\resizebox{#1}{!}{\usebox{\fitbox}}\else\usebox{\fitbox}\fi}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\sloppy
\begin{document}
"""
def _given(given: Given, about: Setting) -> str:
    return statement(given) if isinstance(given, Relation) else about.hypotheses[given].latex


def _displayed(relation: Relation) -> str:
    rows = [rf"\fit{{{row}}}" for row in lines(relation)]
    return r"\[" + rows[0] + r"\]" if len(rows) == 1 else (
        r"\begin{gather*}" + r"\\".join(rows) + r"\end{gather*}")


def _conditions(obligation: Obligation) -> str:
    exhibited = _SPACES.get(obligation.space, "")
    quantifiers = [obligation.setting.quantifiers[name] for name in obligation.over]
    over = [f"${one.latex}$" for one in quantifiers if one.binds and not exhibited]
    given = [f"${_given(x, obligation.setting)}$" for x in obligation.given]
    parts = [exhibited] if exhibited else []
    parts += ["for every " + ", ".join(over)] if over else []
    parts += ["if " + ", ".join(given)] if given else []
    return "; ".join(parts)


def theorem(claim: Claim) -> str:
    """A claim as a theorem environment: title, origin, statement, hypotheses, note.

    >>> from ..library import BUILT_IN
    >>> print(theorem(BUILT_IN.claim("min-sharpness-upper")).splitlines()[0])
    \\begin{claim}[Upper bound on the least sharpness, as in the paper]
    """
    origins = ", ".join(_ORIGINS[origin] for origin in claim.origins)
    parts = [rf"\begin{{claim}}[{prose(claim.title)}]",
             rf"\leavevmode\par\textup{{Origin: {origins}; id \texttt{{{tex_text(claim.id)}}}.}}"]
    if claim.statement is not None:
        parts += [_displayed(claim.statement), r"\textup{In particular:}"]
    for obligation in claim.obligations:
        conditions = _conditions(obligation)
        ending = f": {conditions}," if conditions else ":"
        label = rf"\par\textup{{\texttt{{{tex_text(obligation.name)}}}{ending}}}"
        parts += [label, _displayed(obligation.relation)]
        if obligation.formal:
            parts.append(r"\textup{\footnotesize Machine-checked statement, in Coq: "
                         rf"\texttt{{{tex_text(obligation.formal)}}}.}}")
    if claim.note:
        parts.append(rf"\textup{{{prose(claim.note)}}}")
    if claim.beyond_coq:
        parts.append(rf"\textup{{\footnotesize Not stated in Coq: {prose(claim.beyond_coq)}.}}")
    parts.append(r"\end{claim}")
    return "\n".join(parts)


def _inline(text: str) -> str:
    """A formula within words: a long one gets a line of its own, as TeX breaks none inside brackets."""
    return rf"\newline\fit[0.9\linewidth]{{{text}}}" if len(text) > _LONG else f"${text}$" if text else ""


def _reason(step: Step, about: Setting) -> str:
    words = [prose(step.rule.name)]
    if step.rule.name == "claim":
        words.append(rf"\texttt{{{tex_text(step.data[0])}}} (\texttt{{{tex_text(step.data[1])}}})")
    if step.using:
        words.append("from " + ", ".join(f"({n + 1})" for n in step.using))
    if not step.rule.general:
        words.append(tex_text(f"widths {step.data}"))
    if step.hypotheses:
        words.append("supposing " + ", ".join(
            _inline(_given(x, about)) or tex_text(str(x)) for x in step.hypotheses))
    ranges = [rf"${formula(x)} = {formula(low)}, \dots, {formula(high)}$" for x, (low, high) in step.ranges.items()]
    if ranges:
        words.append("for " + ", ".join(ranges))
    if step.note:
        words.append(prose(step.note))
    return "; ".join(words)


def proof(derivation: Derivation, results: Sequence[StepResult] = (), about: Setting = DEEP_LINEAR) -> str:
    """A derivation as a numbered list: each statement with its rule and its premises.

    ``results`` are those of a check: refused steps are marked. Without them the list says that nothing was checked.
    """
    refused = {result.index: result.message for result in results if not result.ok}
    ends = {n: name for name, n in derivation.yields.items()}
    ends |= {n: f"{name}, again" for name, n in derivation.again.items()}
    title = "Derivation" if results else "Derivation, as written and not checked here"
    items = [rf"\begin{{proof}}[{title}]\leavevmode", r"{\small\begin{enumerate}",
             r"\renewcommand{\labelenumi}{(\arabic{enumi})}\setlength{\itemsep}{1pt}"]
    for n, step in enumerate(derivation.steps):
        shown = r"\\".join(rf"\fit{{{row}}}" for row in lines(step.statement, 85))
        if not step.rule.general:
            shown = "The same, entry by entry."
        mark = rf" \textbf{{[{tex_text(ends[n])}]}}" if n in ends else ""
        wrong = rf" \textbf{{REFUSED: {prose(refused[n])}}}" if n in refused else ""
        items.append(rf"\item {shown}\\{{\footnotesize {_reason(step, about)}.}}{mark}{wrong}")
    items += [r"\end{enumerate}}"]
    for name, reason in derivation.partial.items():
        items.append(rf"\texttt{{{tex_text(name)}}} is not derived: {prose(reason)}.\par")
    items.append(r"\end{proof}")
    return "\n".join(items)


def _rules(derivations: Iterable[Derivation]) -> str:
    used = {step.rule.name: step.rule for d in derivations for step in d.steps}
    items = [r"\section*{Rules}", r"\begin{description}"]
    for name in sorted(used):
        rule = used[name]
        cited = rf" \emph{{{prose(rule.reference)}.}}" if rule.reference else ""
        items.append(rf"\item[{prose(name)}] {prose(rule.text)}{cited}")
    items.append(r"\end{description}")
    return "\n".join(items)


def document(claims: Iterable[Claim], library: Library | None = None, extra: str = "",
             theories: Iterable[Library] = ()) -> str:
    """A standalone document of claims, with the derivations that the library has of them; ``extra`` comes first.

    The words of ``theories`` of one's own are explained, too.

    >>> from ..library import BUILT_IN
    >>> text = document(BUILT_IN)
    >>> text.count("begin{claim}") == len(BUILT_IN.claims)
    True
    """
    claims = list(claims)
    about_networks = not claims or any(o.setting is DEEP_LINEAR for claim in claims for o in claim.obligations)
    parts = [_PREAMBLE, setting() if about_networks else "", *map(own_words, theories), CHECKED, extra]
    found = []
    for claim in claims:
        parts.append(theorem(claim))
        derivation = library.derivation(claim.id) if library is not None else None
        if library is not None and derivation is not None:
            found.append(derivation)
            home = library.home(claim.id)
            parts.append(proof(derivation, derivation.check(home), home.setting))
    if found:
        parts.append(_rules(found))
    parts.append(r"\end{document}")
    return "\n".join(part for part in parts if part) + "\n"
