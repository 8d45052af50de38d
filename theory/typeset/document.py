"""Claims and derivations as a LaTeX document that pdflatex compiles as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..language.claim import Claim, Given, Obligation
from ..language.hypotheses import HYPOTHESES
from ..language.nodes import Relation
from ..language.quantifiers import QUANTIFIERS
from ..language.quantities import VOCABULARY, Quantity
from ..library import Library
from ..proof.derivation import Derivation, Step, StepResult
from .formulas import formula, lines, prose, statement
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
_SETTING = r"""\section*{Setting}
$R(W) = \lVert y - Xw \rVert^2 / n$ for a deep linear network of depth $L$ with layers
$W_k \in \mathbb{R}^{d_k \times d_{k-1}}$, $d_0 = d$, a fixed read-out $p \ne 0$ ($p = 1$ for the plain model)
and regressor $w = W_1^{\top} \cdots W_L^{\top} p$;
$\Sigma = X^{\top} X / n$ with extreme eigenvalues $\lambda \le \Lambda$; $w^{*}$ is the least-squares regressor of
minimum norm, $v = \Sigma^{1/2} w^{*}$, <E>, <a>, <b>; $P_k = W_k \cdots W_1$,
$q_k = W_{k+1}^{\top} \cdots W_L^{\top} p$, <g>, <h>;
$M = \sum_k \lVert q_k \rVert^2 P_{k-1}^{\top} P_{k-1}$. $S$ is the largest eigenvalue of the Hessian of $R$; a
minimizer is any $W$ with $\Sigma w = \Sigma w^{*}$, and $S_{\min}$ is the infimum of $S$ over the minimizers.

Gradient flow is $\dot W_k = -\nabla_{W_k} R$, and a dot a derivative along it. $\lambda_{+}$ is the smallest
positive eigenvalue of $\Sigma$, <kappa>; $\lVert \cdot \rVert_2$ is the spectral norm and
$s_2$ the second singular value, <sigma_max>, and $u_k$, $v_k$ are top left and right singular vectors of $W_k$;
<D>, <Delta>, <theta>. Where $w^{*}$ is an eigenvector of $\Sigma$, $e$ is its eigenvalue.

Of residual networks all layers are square, $W_k = I + s (d L)^{-1/2} N_k$ with standard Gaussian $N_k$ at the
initialization, and $p$ is fixed. $\alpha \le 1 \le \beta$ are the tightest bounds on the singular values of all
products $W_k \cdots W_j$ of consecutive layers, $\hat\alpha \le 1$ that from below of $P_k$ for $k < L$ and of
$\lVert q_k \rVert / \lVert p \rVert$ for $k \ge 1$; an index $0$ says at the initialization.
$\delta(k) = \lVert W_k(t) - W_k(0) \rVert_F$, and $\epsilon(j, k)$ is the spectral norm of the change of
$W_k \cdots W_j$.

Where a theorem in Coq is named, the statement is machine-checked; the implementation is not.
"""


def setting() -> str:
    """What the words mean: the text of :data:`_SETTING`, with the definition of each word that it names."""
    return re.sub(r"<(\w+)>", lambda found: _definition(VOCABULARY[found[1]]), _SETTING)


def _definition(word: Quantity) -> str:
    return f"${formula(word.symbol)} = {formula(word.definition)}$"


def _given(given: Given) -> str:
    return statement(given) if isinstance(given, Relation) else HYPOTHESES[given].latex


def _displayed(relation: Relation) -> str:
    rows = [rf"\fit{{{row}}}" for row in lines(relation)]
    return r"\[" + rows[0] + r"\]" if len(rows) == 1 else (
        r"\begin{gather*}" + r"\\".join(rows) + r"\end{gather*}")


def _conditions(obligation: Obligation) -> str:
    exhibited = _SPACES.get(obligation.space, "")
    over = [f"${QUANTIFIERS[name].latex}$" for name in obligation.over if QUANTIFIERS[name].binds and not exhibited]
    given = [f"${_given(x)}$" for x in obligation.given]
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


def _reason(step: Step) -> str:
    words = [prose(step.rule.name)]
    if step.rule.name == "claim":
        words.append(rf"\texttt{{{tex_text(step.data[0])}}} (\texttt{{{tex_text(step.data[1])}}})")
    if step.using:
        words.append("from " + ", ".join(f"({n + 1})" for n in step.using))
    if not step.rule.general:
        words.append(tex_text(f"widths {step.data}"))
    if step.hypotheses:
        words.append("supposing " + ", ".join(
            _inline(_given(x)) or tex_text(str(x)) for x in step.hypotheses))
    ranges = [rf"${formula(x)} = {formula(low)}, \dots, {formula(high)}$" for x, (low, high) in step.ranges.items()]
    if ranges:
        words.append("for " + ", ".join(ranges))
    if step.note:
        words.append(prose(step.note))
    return "; ".join(words)


def proof(derivation: Derivation, results: Sequence[StepResult] = ()) -> str:
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
        items.append(rf"\item {shown}\\{{\footnotesize {_reason(step)}.}}{mark}{wrong}")
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


def document(claims: Iterable[Claim], library: Library | None = None, extra: str = "") -> str:
    """A standalone document of claims, with the derivations that the library has of them; ``extra`` comes first.

    >>> from ..library import BUILT_IN
    >>> text = document(BUILT_IN)
    >>> text.count("begin{claim}") == len(BUILT_IN.claims)
    True
    """
    parts = [_PREAMBLE, setting(), extra]
    found = []
    for claim in claims:
        parts.append(theorem(claim))
        derivation = library.derivation(claim.id) if library is not None else None
        if library is not None and derivation is not None:
            found.append(derivation)
            parts.append(proof(derivation, derivation.check(library)))
    if found:
        parts.append(_rules(found))
    parts.append(r"\end{document}")
    return "\n".join(part for part in parts if part) + "\n"
