"""What a text cites: a key for each reference, the file for BibTeX, and the list at the end of an article."""

from __future__ import annotations

import re
import unicodedata

from .tex_text import tex_text

PAPER = ("P. Marion and L. Chizat, Deep linear networks for regression are implicitly regularized towards flat minima, "
         "NeurIPS 2024 (arXiv:2405.13456)")
"""The paper whose theory the built-in claims are."""
MENTIONED = {
    "(Ahn, Zhang and Sra 2022)": "K. Ahn, J. Zhang and S. Sra, Understanding the unstable convergence of gradient "
                                 "descent, ICML 2022",
}
"""How notes of claims name a reference, and the reference."""
HEADER = "% References of statements, written by flatcert."
"""The first line of a file for BibTeX."""

_INITIALS = r"(?:[^\W\d_]\.[ -]?)+"
_NAME = rf"{_INITIALS}[^\d,.]+"
_PARTS = re.compile(rf"(?P<authors>{_NAME}(?:(?:, | and ){_NAME})*), (?P<title>[^,]+), (?P<place>.+)")
_YEAR = re.compile(r"\(?\b(1[5-9]\d\d|20\d\d)\b\)?")


class References:
    """The references that a text cites, by their keys, in the order of their first citation.

    A reference is plain text. ``A. Author and B. Other, Title, Journal 1 (1999) 2-3`` is taken apart; any other text is
    printed as it is.

    >>> found = References()
    >>> found.cite("M. Sion, On general minimax theorems, Pacific J. Math. 8 (1958) 171-176")
    '\\\\cite{sion1958}'
    >>> print(found.bibtex().splitlines()[1])
    @misc{sion1958,
    """

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}

    def cite(self, text: str) -> str:
        """The command that cites a reference."""
        if text not in self.keys:
            first, number = _key(text), 1
            key = first
            while key in self.keys.values():
                number += 1
                key = f"{first}-{number}"
            self.keys[text] = key
        return rf"\cite{{{self.keys[text]}}}"

    def bibtex(self) -> str:
        """The references as a file for BibTeX."""
        return "\n".join([HEADER, *(_entry(text, key) for text, key in self.keys.items())]) + "\n"

    def listed(self) -> str:
        """The references as a list, which needs no BibTeX; empty without references."""
        items = [rf"\bibitem{{{key}}} {tex_text(text)}." for text, key in self.keys.items()]
        return "\n".join([r"\begin{thebibliography}{99}", *items, r"\end{thebibliography}"]) if items else ""


def _key(text: str) -> str:
    """The last name of the first author, and the year."""
    parts, year = _PARTS.fullmatch(text), _YEAR.search(text)
    first = re.split(r",| and ", parts["authors"])[0] if parts else re.split(r"[,(]| and ", text)[0]
    letters = unicodedata.normalize("NFKD", re.sub(_INITIALS, "", first).lower())
    return (re.sub(r"[^a-z]", "", letters)[:20] or "reference") + (year[1] if year else "")


def _entry(text: str, key: str) -> str:
    """An entry for BibTeX: author, title, place and year where the text has them, else the text as a note."""
    parts, year = _PARTS.fullmatch(text), _YEAR.search(text)
    fields = {"key": key, "note": text}
    if parts:
        place = " ".join(parts["place"].replace(year[0], "").split()) if year else parts["place"]
        fields = {"author": parts["authors"].replace(", ", " and "), "title": parts["title"],
                  "howpublished": place.strip(" ,")}
    if year:
        fields["year"] = year[1]
    lines = (f"  {name} = {{{{{tex_text(value)}}}}}," if name in ("title", "note") else
             f"  {name} = {{{tex_text(value)}}}," for name, value in fields.items())
    return "\n".join([f"@misc{{{key},", *lines, "}"])
