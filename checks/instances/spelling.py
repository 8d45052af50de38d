"""The text of an instance that has no family, seed and index. Each kind of instance says what its text is."""

from __future__ import annotations

from functools import singledispatch

GIVEN = "given"
"""The name of an instance that was read from a text."""


@singledispatch
def spelled(case: object, over: tuple[str, ...] = ()) -> str:
    """The JSON of an instance, from which the instance is made again, with the values for these quantifiers."""
    raise NotImplementedError(type(case).__name__)
