"""What users are told: one sentence, with what they wrote cut to a length that fits it."""

from __future__ import annotations


class DataError(ValueError):
    """The input cannot be used; the message is one sentence with the cause and the remedy."""


class Inconclusive(Exception):
    """A number cannot be enclosed narrowly; the message is one sentence that says which."""


def quoted(text: str) -> str:
    """The text in quotes on one line, cut to a length that fits a sentence.

    >>> quoted("size"), len(quoted("x" * 10**6))
    ("'size'", 102)
    """
    return repr(text if len(text) <= 100 else text[:97] + "...")


def shortened(message: str) -> str:
    """The message with its middle left out where it is too long to be read; cause and remedy stand at its ends.

    >>> shortened("There is no x: look again."), len(shortened("x" * 10**6))
    ('There is no x: look again.', 905)
    """
    return message if len(message) <= 1000 else f"{message[:600]} ... {message[-300:]}"


def plain(text: str) -> str:
    """The text with an escape for each character that does not print, but for line ends.

    Escape sequences, bidirectional marks, lone surrogates and invisible characters are among those.

    >>> print(plain("größe \\x1b[2J \\u202e"))
    größe \\x1b[2J \\u202e
    """
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
