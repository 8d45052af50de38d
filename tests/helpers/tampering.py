"""Certificates changed: one string, an entry less or twice, an enclosure of another kind, other numbers."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from flatcert.checks import checker

NODES = sorted(checker.NODES)
Draw = Any
Path = tuple[Any, ...]


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all strings, numbers and empty values."""
    if isinstance(data, dict | list) and data:
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))
    else:
        yield path


def lists(data: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all lists that are not empty."""
    if isinstance(data, dict | list):
        if isinstance(data, list) and data:
            yield path
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from lists(value, (*path, key))


def at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def changed(draw: Draw, data: Any) -> tuple[Any, Path]:
    """A copy with one change, and where it is."""
    data = copy.deepcopy(data)
    own = "data" in data["statement"]
    return draw(st.sampled_from([_leaf, _leaf, _leaf, _list, _kind if own else _enclosure]))(draw, data)


def _kind(draw: Draw, data: Any) -> tuple[Any, Path]:
    """A datum of a setting of one's own is said to be of another kind."""
    kinds = data["statement"]["data"]
    kind = kinds[draw(st.sampled_from(sorted(kinds)))]
    if draw(st.booleans()):
        kind["entries"] = draw(st.sampled_from([*checker.ENTRIES, "complex"]))
    else:
        kind["structure"] = draw(st.sampled_from([*checker.STRUCTURES, "positive"]))
    return data, ("statement", "data")


def _list(draw: Draw, data: Any) -> tuple[Any, Path]:
    """An entry is dropped or repeated: a row, a layer, an argument, a coordinate."""
    path = draw(st.sampled_from(list(lists(data))))
    place = at(data, path)
    index = draw(st.integers(0, len(place) - 1))
    if draw(st.booleans()):
        del place[index]
    else:
        place.insert(index, copy.deepcopy(place[index]))
    return data, path


def _enclosure(draw: Draw, data: Any) -> tuple[Any, Path]:
    """Another kind, another radius, or one where there was none."""
    ball = data["enclosure"] or {"kind": "pair", "centre": copy.deepcopy(data["instance"]["weights"]), "radius": "0"}
    ball["kind"] = draw(st.sampled_from(["pair", "limit", "time", ""]))
    ball["radius"] = draw(st.sampled_from(["0", "1", "-1", "1/1000000", ball["radius"]]))
    if draw(st.booleans()):
        entry = ball["centre"][0][0]
        entry[0] = draw(st.sampled_from(["0", "100", "-3/2", "1e3", entry[0]]))
    data["enclosure"] = draw(st.sampled_from([None, ball, ball, ball]))
    return data, ("enclosure",)


def _leaf(draw: Draw, data: Any) -> tuple[Any, Path]:
    """A digit, a sign, an index, a node, an operator, a word."""
    path = draw(st.sampled_from([p for p in places(data) if p and p[0] not in ("digest", "hash")]))
    place, old = at(data, path[:-1]), at(data, path)
    if isinstance(old, str) and re.search(r"[0-9]", old):
        where = draw(st.sampled_from([m.start() for m in re.finditer(r"[0-9]", old)]))
        digit = draw(st.sampled_from("0123456789e٣."))
        new = draw(st.sampled_from([old[:where] + digit + old[where + 1:], old[1:] if old[0] == "-" else f"-{old}"]))
    elif path[0] == "statement" and path[-1] == 0:
        new = draw(st.sampled_from(NODES))
    elif path[-1] == "op":
        new = draw(st.sampled_from(["<", "<=", "==", "!=", ">=", ">"]))
    elif path == ("verdict",):
        new = "held" if old == "refuted" else "refuted"
    else:
        new = draw(st.sampled_from(["", "x", "0", None, True, 3, "k", "L"]))
    place[path[-1]] = new
    return data, path


SMALL = ["0", "1", "-1", "2", "-2", "1/2", "-1/2", "3", "10", "1/10", "100", "4/3", "-7/5"]


def elsewhere(draw: Draw, data: Any) -> Any:
    """A copy that says *refuted* of other numbers: several of the instance and of the values are exchanged."""
    data = copy.deepcopy(data)
    made = data["instance"]
    body = {key: value for key, value in {**made, "values": data["values"], "witness": data["witness"],
                                          "enclosure": data["enclosure"]}.items() if key != "name"}
    numbers = [path for path in places(body) if isinstance(at(body, path), str) and path[-1] != "kind"]
    for path in draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=5)):
        at(body, path[:-1])[path[-1]] = draw(st.sampled_from(SMALL))
    if draw(st.booleans()):  # so that it stays symmetric
        made["covariance"] = [[made["covariance"][max(i, j)][min(i, j)] for j in range(len(row))]
                              for i, row in enumerate(made["covariance"])]
    regressor = [draw(st.sampled_from(SMALL)) for _ in made["covariance"]]
    made["regressor"] = draw(st.sampled_from([made["regressor"], None, regressor]))
    return {**data, "verdict": "refuted"}


def well_formed(data: Any) -> bool:
    """Whether a file is about a network and a problem: shapes that chain, rational entries, no read-out of zero."""
    made, ball = data["instance"], data["enclosure"]
    widths = [len(made["covariance"])]
    for layer in made["weights"]:
        if {len(row) for row in layer} != {widths[-1]}:
            return False
        widths.append(len(layer))
    numbers = re.findall(r"'([^']*)'", str([made[key] for key in ("covariance", "weights", "readout", "regressor")]))
    stated = data["statement"]
    shapes = [[len(row) for row in layer] for layer in made["weights"]]
    return (all(re.fullmatch(r"-?[0-9]+(/[0-9]+)?", x, re.ASCII) for x in numbers)
            and len(widths) > 1 and len(made["readout"]) == widths[-1] and any(x.strip("-0") for x in made["readout"])
            and (made["regressor"] is None or len(made["regressor"]) == widths[0])
            and (ball is not None) == (stated["space"] == "pairs" or stated["decide"] == "enclosed")
            and (ball is None or [[len(row) for row in layer] for layer in ball["centre"]] == shapes))
