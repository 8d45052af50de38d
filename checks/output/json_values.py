"""Reports as JSON: here a ball, a part of a report, or a float beyond all bounds becomes a JSON value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Protocol, TypeAlias, runtime_checkable

from flint import arb

from .intervals import ends

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"


@runtime_checkable
class Report(Protocol):
    """A part of a report with a JSON object of its own making."""

    def as_dict(self) -> JsonObject:
        """The JSON object."""


def json_object(parts: object) -> JsonObject:
    """The JSON object with the given parts: the items of a mapping, or the fields of a dataclass or a named tuple.

    >>> json_object({"ball": arb(2), "none": float("inf"), "pair": (1, "a")})
    {'ball': {'lower': 2.0, 'upper': 2.0}, 'none': None, 'pair': [1, 'a']}
    """
    if isinstance(parts, Mapping):
        return {name: json_value(part) for name, part in parts.items()}
    names = [field.name for field in fields(parts)] if is_dataclass(parts) else getattr(parts, "_fields", None)
    if names is None:
        raise TypeError(f"A JSON object is made of names and parts, not of {type(parts).__name__}.")
    return {name: json_value(getattr(parts, name)) for name in names}


def json_value(part: object) -> Json:
    """One part of a report as a JSON value.

    A ball becomes its two ends, rounded outward. A ball or a float that leaves the range of float64 becomes null.
    """
    if part is None or isinstance(part, (bool, int, str)):
        return part
    if isinstance(part, float):
        return part if isfinite(part) else None
    if isinstance(part, arb):
        return ends(part)
    if isinstance(part, Report):
        return part.as_dict()
    if isinstance(part, (list, tuple)) and not hasattr(part, "_fields"):
        return [json_value(one) for one in part]
    return json_object(part)


def json_text(value: Json) -> str:
    """The text of a JSON value, indented. Characters that do not print are escaped, others stand as they are.

    >>> print(json_text(["größe", "\\x9b\\U000e0001\\udcff"]))
    [
      "größe",
      "\\u009b\\udb40\\udc01\\udcff"
    ]
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
