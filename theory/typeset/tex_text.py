"""Any text as LaTeX that prints it and does nothing else: what is not known to be harmless is spelled out."""

from __future__ import annotations

import unicodedata

_HARMLESS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,;:!?/()+=@'-")
_SPELLED = {
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\char34{}", "`": r"{}\textquoteleft{}",
    # In braces no bracket ends an optional argument, and no star belongs to the command before it.
    "[": "{[}", "]": "{]}", "*": "{*}", **{c: "\\" + c for c in "_&%$#{}"},
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "§": r"\S{}", "£": r"\pounds{}", "©": r"\copyright{}",
    "–": r"\textendash{}", "—": r"\textemdash{}", "‘": r"{}\textquoteleft{}", "’": r"{}\textquoteright{}",
    "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}", "…": r"\dots{}", "µ": r"\ensuremath{\mu}",
    **{c: rf"\ensuremath{{{name}}}" for c, name in {
        "°": r"^{\circ}", "²": "^{2}", "³": "^{3}", "±": r"\pm", "×": r"\times", "÷": r"\div", "·": r"\cdot",
        "∞": r"\infty", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "→": r"\to", "∂": r"\partial"}.items()},
    **{c: rf"\ensuremath{{\{name}}}" for c, name in {
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta",
        "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi",
        "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega",
        "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi",
        "Ψ": "Psi", "Ω": "Omega"}.items()},
}
_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
            "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0331": "b"}


def tex_text(text: str) -> str:
    """The text as LaTeX, in ASCII, for text mode in any font of OT1 or T1: it prints and does nothing else.

    Accented letters are accents over letters. What LaTeX cannot print, or a reader cannot see (control
    characters, other scripts, bidirectional marks), is its code point in brackets. No ligature is left.

    >>> print(tex_text("50% größe_1"), tex_text("--\\x1b"))
    50\\% gr\\"{o}\\ss{}e\\_1 -{}-{[}U+001B{]}
    >>> print(tex_text("\\\\input x"))
    \\textbackslash{}input x
    """
    parts: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        doubled = bool(parts) and parts[-1].endswith(character) and character in " '-,"
        parts.append("{}" + character if doubled else _spelled(character))
    return "".join(parts)


def _spelled(character: str) -> str:
    if character in _HARMLESS:
        return character
    if character in _SPELLED:
        return _SPELLED[character]
    parts = unicodedata.normalize("NFD", character)
    base, mark = parts[:1], parts[1:]
    if mark in _ACCENTS and base.isascii() and base.isalpha():
        # An accent from above takes the place of the dot.
        letter = rf"\{base}" if base in "ij" and mark not in "\u0323\u0327\u0331" else base
        return rf"\{_ACCENTS[mark]}{{{letter}}}"
    return f"{{[}}U+{ord(character):04X}{{]}}"
