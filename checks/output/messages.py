"""The sentences that users are told, in which their own words are cut to a readable length."""

from __future__ import annotations


class DataError(ValueError):
    """The input cannot be used. The message is one sentence with the cause and the remedy."""


class Inconclusive(Exception):
    """A number cannot be enclosed narrowly. The message is one sentence that names the number."""


def quoted(text: str) -> str:
    """The text in quotes on one line, cut to a length that fits a sentence.

    >>> quoted("size"), len(quoted("x" * 10**6))
    ("'size'", 102)
    """
    return repr(text if len(text) <= 100 else text[:97] + "...")


def shortened(message: str) -> str:
    """The message, without its middle if it is too long to be read. The cause and the remedy stand at its ends.

    >>> shortened("There is no x: look again."), len(shortened("x" * 10**6))
    ('There is no x: look again.', 905)
    """
    return message if len(message) <= 1000 else f"{message[:600]} ... {message[-300:]}"


def plain(text: str) -> str:
    """The text with an escape in place of each character that does not print, except line ends.

    Escape sequences, bidirectional marks, lone surrogates and invisible characters do not print.

    >>> print(plain("größe \\x1b[2J \\u202e"))
    größe \\x1b[2J \\u202e
    """
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
