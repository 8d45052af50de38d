"""Inequalities of a user's own: parsed, read with what they suppose, attacked, proved, and sharpened.

A conjecture is refuted by a small exact counterexample, or proved by a derivation that the kernel accepts, or neither.
"""

from .answer import Answer, ConjectureQuestion, conjecture, read_at
from .errors import ConjectureError
from .language import Language, language_of
from .reading import CONJECTURE, Conjecture, read_conjecture, read_line
from .sharpening import Sharpened, sharpen

__all__ = [
    "CONJECTURE", "Answer", "Conjecture", "ConjectureError", "ConjectureQuestion", "Language", "Sharpened",
    "conjecture", "language_of", "read_at", "read_conjecture", "read_line", "sharpen",
]
