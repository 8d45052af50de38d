"""Certificates of settings of one's own in float64, and whether what they hold is of the kinds that they state."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np

from certified.language_floats import LanguageFloats, matrix

ALLOWED = {
    "real": lambda x: True, "integer": lambda x: x.denominator == 1, "nonnegative": lambda x: x >= 0,
    "positive": lambda x: x > 0, "sign": lambda x: abs(x) == 1, "size": lambda x: x.denominator == 1 and x > 0,
}


class DataFloats(LanguageFloats):
    """Evaluates the trees of one certificate about data by name."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.values: dict[str, Any] = {}
        kinds = data["statement"]["data"]
        for name, value in {**data["instance"]["data"], **data["values"]}.items():
            if kinds[name]["range"]:
                low = int(self.value(kinds[name]["range"][0])) if self.values else 0
                for k, member in enumerate(value, low):
                    self.values[f"{name}[{k}]"] = matrix(member) if isinstance(member, list) else member
            else:
                self.values[name] = matrix(value) if isinstance(value, list) else value


def of_its_kinds(data: dict[str, Any]) -> bool:
    """Whether the shapes and the entries of all data are what the statement says of them."""
    kinds, found = data["statement"]["data"], {**data["instance"]["data"], **data["values"]}
    if kinds.keys() != found.keys():
        return False
    sizes = DataFloats({**data, "instance": {"data": {
        name: value for name, value in found.items() if kinds[name]["entries"] == "size"}}, "values": {}})
    for name, value in found.items():
        kind = kinds[name]
        shape, ends = ([int(sizes.value(tree)) for tree in kind[key]] for key in ("shape", "range"))
        if ends and len(value) != ends[1] - ends[0] + 1:
            return False
        for one in value if ends else [value]:
            rows = one if shape else [[one]]
            if not isinstance(rows, list) or [(len(rows), len(row)) for row in rows] != [
                    tuple(shape or (1, 1))] * len(rows):
                return False
            texts = [x for row in rows for x in row if not isinstance(x, dict)]
            if not all(isinstance(x, str) and re.fullmatch(r"-?[0-9]+(/[0-9]+)?", x, re.ASCII) for x in texts):
                return False
            if not all(ALLOWED[kind["entries"]](Fraction(x)) for x in texts):
                return False
            if kind["structure"] and not _structured(matrix(rows), kind["structure"]):
                return False
    return True


def _structured(a: Any, structure: str) -> bool:
    if a.shape[0] != a.shape[1] or not np.array_equal(a, a.T):
        return False
    return structure == "symmetric" or bool(np.linalg.eigvalsh(a)[0] >= -1e-9 * (1 + np.abs(a).max()))
