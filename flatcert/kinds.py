"""The kinds of data that a setting of one's own has, such as ``vector(d)`` and ``psd(d)``."""

from .theory.language.kinds import (
    integer,
    matrix,
    nonnegative,
    positive,
    psd,
    real,
    sequence,
    signs,
    size,
    symmetric,
    vector,
)

__all__ = ["integer", "matrix", "nonnegative", "positive", "psd", "real", "sequence", "signs", "size", "symmetric",
           "vector"]
