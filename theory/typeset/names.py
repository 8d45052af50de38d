"""How a text refers to claims: by the number of a theorem that stands in the text, else in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..language.claim import Claim
from ..library import BUILT_IN, Library
from .formulas import prose
from .references import MENTIONED, PAPER, References
from .tex_text import tex_text


class Names:
    """The claims that stand in a text, the library in which others are looked up, and the references that are cited.

    ``plain`` keeps ids out of the text: a claim is called by its title.
    """

    def __init__(self, claims: Iterable[Claim] = (), library: Library | None = None, plain: bool = False) -> None:
        self.inside = {claim.id: claim for claim in claims}
        self.library, self.plain, self.references = library, plain, References()

    def claim(self, name: str) -> str:
        """The number of a claim that stands in the text; else its title, with its id unless ids are kept out."""
        if name in self.inside:
            return rf"Theorem~\ref{{{label(name)}}}"
        shown = rf"\texttt{{{tex_text(name)}}}"
        if self.library is None:
            return shown
        title = f"``{prose(self.library.claim(name).title)}''"
        return title if self.plain else f"{title} ({shown})"

    def obligation(self, claim: str, name: str) -> str:
        """The number of a statement of a claim, or what it is called outside of the text."""
        if claim not in self.inside:
            return self.claim(claim) if self.plain else rf"{self.claim(claim)}, \texttt{{{tex_text(name)}}}"
        several = len(self.inside[claim].obligations) > 1 and name != "statement"
        return self.claim(claim) + (rf"\,\ref{{{label(claim, name)}}}" if several else "")

    def note(self, text: str) -> str:
        """A plain sentence, in which ids of several words become references, and works that it names are cited."""
        ids = {name for name in {*self.inside, *(self.library.claims if self.library else ())} if "-" in name}
        marks: dict[str, str] = {}
        wanted = "|".join(map(re.escape, sorted({*ids, *MENTIONED}, key=len, reverse=True)))
        if not wanted:
            return prose(text)

        def marked(found: re.Match[str]) -> str:
            mark = f"reference{chr(ord('a') + len(marks))}q"
            marks[mark] = (self.references.cite(MENTIONED[found[0]]) if found[0] in MENTIONED else
                           self.claim(found[0]))
            return mark

        shown = prose(re.sub(rf"(?<![\w-])(?:{wanted})(?![\w-])", marked, text))
        for mark, reference in marks.items():
            shown = shown.replace(mark, reference)
        return shown

    def origins(self, claim: Claim) -> str:
        """The citation of the paper, if the claim is one of the built-in theory that comes from it."""
        home = self.library.home(claim.id) if self.library and "paper" in claim.origins else None
        return " " + self.references.cite(PAPER) if home is not None and home is BUILT_IN else ""


def label(claim: str, obligation: str = "") -> str:
    """The label of a claim, or of one of its statements: other signs than letters, digits and hyphens are spelled out.

    >>> label("sharpness-lower"), label("my claim", "a_b")
    ('thm:sharpness-lower', 'thm:my+20+claim:a+5f+b')
    """
    parts = [re.sub(r"[^A-Za-z0-9-]", lambda found: f"+{ord(found[0]):x}+", part) for part in (claim, obligation)]
    return ":".join(["thm", *filter(None, parts)])
