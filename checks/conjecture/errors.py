"""What is answered to a conjecture that cannot be read."""

from __future__ import annotations


class ConjectureError(ValueError):
    """A conjecture or an assumption that cannot be read; the message is one sentence."""


def short(text: str) -> str:
    """A text in quotation marks, cut to 60 characters."""
    return repr(text if len(text) <= 60 else text[:57] + "...")
