"""Derivations in LaTeX: each step with its rule and its premises, and the rules that they use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..language.setting import DEEP_LINEAR, Setting
from ..proof.derivation import Derivation, Step, StepResult
from .fitting import fitted, inline
from .formulas import formula, lines, prose
from .names import Names
from .tex_text import tex_text
from .theorems import assumed


def _reason(step: Step, about: Setting, names: Names) -> str:
    if step.rule.name == "claim":
        words = [f"by {names.obligation(step.data[0], step.data[1])}"]
    else:
        words = [prose(step.rule.name)]
    if step.using:
        words.append("from " + ", ".join(f"({n + 1})" for n in step.using))
    if not step.rule.general:
        words.append(tex_text(f"widths {step.data}"))
    if step.hypotheses:
        words.append("supposing " + ", ".join(
            inline(assumed(x, about)) if assumed(x, about) else tex_text(str(x)) for x in step.hypotheses))
    ranges = [rf"${formula(x)} = {formula(low)}, \dots, {formula(high)}$" for x, (low, high) in step.ranges.items()]
    if ranges:
        words.append("for " + ", ".join(ranges))
    if step.note:
        words.append(names.note(step.note))
    return "; ".join(words)


def proof(derivation: Derivation, results: Sequence[StepResult] = (), about: Setting = DEEP_LINEAR,
          names: Names | None = None) -> str:
    """A derivation as a numbered list: each statement with its rule and its premises.

    ``results`` are those of a check: refused steps are marked. Without them the list says that nothing was checked.
    """
    names = names or Names()
    refused = {result.index: result.message for result in results if not result.ok}
    ends = {n: names.obligation(derivation.claim, name) for name, n in derivation.yields.items()}
    ends |= {n: f"{names.obligation(derivation.claim, name)}, again" for name, n in derivation.again.items()}
    title = "Derivation" if results else "Derivation, as written and not checked here"
    items = [rf"\begin{{proof}}[{title}]\leavevmode", r"{\small\begin{enumerate}",
             r"\renewcommand{\labelenumi}{(\arabic{enumi})}\setlength{\itemsep}{1pt}"]
    for n, step in enumerate(derivation.steps):
        shown = r"\\".join(map(fitted, lines(step.statement, 85)))
        if not step.rule.general:
            shown = "The same, entry by entry."
        mark = rf" \textbf{{[{ends[n]}]}}" if n in ends else ""
        wrong = rf" \textbf{{REFUSED: {prose(refused[n])}}}" if n in refused else ""
        items.append(rf"\item {shown}\\{{\footnotesize {_reason(step, about, names)}.}}{mark}{wrong}")
    items += [r"\end{enumerate}}"]
    for name, reason in derivation.partial.items():
        items.append(rf"{names.obligation(derivation.claim, name)} is not derived: {prose(reason)}.\par")
    items.append(r"\end{proof}")
    return "\n".join(items)


def rules(derivations: Iterable[Derivation], names: Names) -> str:
    """The rules that derivations use, each with what it allows and the work that it is cited from."""
    used = {step.rule.name: step.rule for d in derivations for step in d.steps}
    items = [r"\section*{Rules}", r"\begin{description}"]
    for name in sorted(used):
        rule = used[name]
        cited = f" {names.references.cite(rule.reference)}" if rule.reference else ""
        items.append(rf"\item[{prose(name)}] {prose(rule.text)}{cited}")
    items.append(r"\end{description}")
    return "\n".join(items)
