"""One word at one instance, computed twice: by the decider, and by an independent definition."""

from __future__ import annotations

import numpy as np

from ....numeric.linalg.scalars import Array
from ...evaluation.evaluate import Value
from ...verifying.words import Comparison

MARGIN = 1e-9
"""The relative error that is allowed float64 on the compared instances: a thousand times its actual error."""


def numbers(word: str, at: str, found: Value, stated: Value, margin: float = MARGIN, least: float = 1.0) -> Comparison:
    """Two numbers or arrays, compared up to a margin of their size (of ``least``, where they are smaller).

    >>> numbers("b", "here", 1.0, 1.0 + 1e-12).agrees, numbers("b", "here", float("nan"), 1.0).agrees
    (True, False)
    """
    x, y = np.asarray(found, dtype=float), np.asarray(stated, dtype=float)
    agrees = x.shape == y.shape and bool(np.max(np.abs(x - y), initial=0) <= margin * np.max(abs(y), initial=least))
    return Comparison(word, at, _short(x), _short(y), agrees)


def said(word: str, at: str, found: object, stated: object) -> Comparison:
    """Two answers, which must be the same."""
    return Comparison(word, at, str(found), str(stated), found == stated)


def _short(value: Array) -> str:
    return str(np.round(value, 12).tolist() if value.ndim else float(value))
