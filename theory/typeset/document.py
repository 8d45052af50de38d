"""Claims as a fragment that a paper reads in, and as an article that pdflatex compiles as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..language.claim import Claim
from ..language.setting import DEEP_LINEAR
from ..library import Library
from ..proof.derivation import Derivation
from .fitting import FIT
from .formulas import prose
from .names import Names
from .notation import network_notation, own_notation, used_words
from .proofs import proof, rules
from .references import References
from .tex_text import tex_text
from .theorems import remark, theorem

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{booktabs,graphicx}
\usepackage[margin=2.4cm]{geometry}
% Without siunitx its numbers are printed as they are written.
\IfFileExists{siunitx.sty}{\usepackage{siunitx}}{\newcommand{\num}[1]{\ensuremath{#1}}}
\theoremstyle{plain}
\newtheorem{theorem}{Theorem}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\sloppy
"""
_FRAGMENT = r"""% Statements of flatcert, to be read in by \input. The preamble needs
%   \usepackage{amsmath,amssymb,amsthm,graphicx}
%   \newtheorem{theorem}{Theorem}
"""
_WITH_BIBTEX = "% The works that are cited stand in the .bib file beside this one.\n"


def notation(used: set[str], claims: Sequence[Claim], libraries: Iterable[Library]) -> str:
    """What the words that are used mean: the network if a claim is about it, then the theories of one's own."""
    about_networks = any(o.setting is DEEP_LINEAR for claim in claims for o in claim.obligations)
    parts = [network_notation(used) if about_networks else ""]
    return "\n\n".join(filter(None, [*parts, *(own_notation(library, used) for library in libraries)]))


def fragment(claims: Iterable[Claim], library: Library, plain: bool = False) -> tuple[str, References]:
    """Claims as theorem environments for a paper, after what their words mean; and the works that are cited.

    >>> from ..library import BUILT_IN
    >>> text, works = fragment([BUILT_IN.claim("sharpness-lower")], BUILT_IN)
    >>> text.count("begin{theorem}"), list(works.keys.values())
    (1, ['marion2024'])
    """
    claims = list(claims)
    names = Names(claims, library, plain)
    words = notation(used_words(claims), claims, _own(library))
    stated = [part for claim in claims for part in (theorem(claim, names), remark(claim, names)) if part]
    parts = [_FRAGMENT + (_WITH_BIBTEX if names.references.keys else "")]
    body = "\n\n".join([rf"{{\sloppy\paragraph{{Notation.}} {words}\par}}", *stated] if words else stated)
    fit = FIT if r"\fcfit" in body or r"\fcinline" in body else ""
    return "".join([*parts, fit, "\n", body, "\n"]), names.references


def _own(library: Library) -> list[Library]:
    """A library and those that it rests on, without the built-in one, whose words have sentences."""
    return [one for one in (*library.bases, library) if one.about.words or one.about.hypotheses
            or one.setting is not DEEP_LINEAR]


def article(claims: Iterable[Claim], library: Library, extra: str = "", *, full: bool = False, plain: bool = False,
            verdicts: Mapping[str, str] | None = None) -> str:
    """A standalone article of claims; ``extra`` comes first. ``full`` adds derivations, their rules and verdicts.

    ``verdicts`` are sentences on claims by their ids; without one, the verdict is that of the derivation.

    >>> from ..library import BUILT_IN
    >>> text = article(BUILT_IN, BUILT_IN)
    >>> text.count("begin{theorem}") == len(BUILT_IN.claims)
    True
    """
    claims = list(claims)
    names = Names(claims, library, plain)
    found = [d for claim in claims if full and (d := library.derivation(claim.id)) is not None]
    words = notation(used_words(claims, found), claims, _own(library))
    parts = [_PREAMBLE + FIT + r"\begin{document}", rf"\section*{{Notation}}{chr(10)}{words}" if words else "", extra]
    for claim in claims:
        parts += [theorem(claim, names), remark(claim, names)]
        if full:
            parts += [_standing(claim, library, plain, (verdicts or {}).get(claim.id)), _proof(claim, library, names)]
    parts += [rules(found, names) if found else "", names.references.listed(), r"\end{document}"]
    return "\n".join(part for part in parts if part) + "\n"


def _proof(claim: Claim, library: Library, names: Names) -> str:
    """The derivation of a claim with the results of its check; empty without one."""
    derivation, home = library.derivation(claim.id), library.home(claim.id)
    return "" if derivation is None else proof(derivation, derivation.check(home), home.setting, names)


def _standing(claim: Claim, library: Library, plain: bool, verdict: str | None) -> str:
    """The paragraph below a claim that says how it stands, which theorems in Coq state it, and what its id is."""
    sentences = [verdict or derived(claim, library)]
    coq = [rf"\texttt{{{tex_text(name)}}}" for name in dict.fromkeys(claim.theorems.values())]
    if coq:
        sentences.append(f"The statement is machine-checked in Coq ({', '.join(coq)}); the implementation is not."
                         if claim.machine_checked == "statement" else f"Stated in part in Coq ({', '.join(coq)}).")
    if claim.beyond_coq:
        sentences.append(f"Not stated in Coq: {prose(claim.beyond_coq)}.")
    if not plain:
        sentences.append(rf"Its id is \texttt{{{tex_text(claim.id)}}}.")
    return rf"\noindent{{\footnotesize {' '.join(sentences)}\par}}"


def derived(claim: Claim, library: Library) -> str:
    """What the derivation of a claim shows, as a sentence."""
    home = library.home(claim.id)
    if claim.id in home.references:
        return "Taken from the literature as it is."
    derivation: Derivation | None = library.derivation(claim.id)
    if derivation is None:
        return r"There is no derivation: \texttt{flatcert verify} decides it on instances."
    wrong = [result for result in derivation.check(home) if not result.ok]
    if wrong or derivation.matches(claim, home):
        return "The derivation does not prove it."
    steps = f"{len(derivation.steps)} steps, each computed again"
    if derivation.partial:
        return f"Proved in part: a derivation of {steps}."
    taken = library.taken(derivation)
    return f"Proved, in {steps}" + (f", given {'; '.join(map(tex_text, taken))}." if taken else ".")
