"""What rests on what, as a picture: claims in columns, each to the right of all that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

LETTER, HEIGHT, GAP, BETWEEN = 7.4, 30, 12, 56
"""The width of a letter, the height of a node, the room between two nodes, and the room between two columns."""
SWEEPS = 6
"""How often the columns are put in the order of their neighbours."""


@dataclass(frozen=True)
class Node:
    """A claim in the picture."""

    id: str
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.y + HEIGHT / 2


@dataclass(frozen=True)
class Graph:
    """Nodes, and curves from each claim to those that rest on it."""

    nodes: tuple[Node, ...]
    curves: tuple[str, ...]
    width: float
    height: float


def graph(requires: Mapping[str, Sequence[str]]) -> Graph:
    """The picture of claims, each of which names those that it rests on.

    >>> made = graph({"a": (), "b": ("a",)})
    >>> [(node.id, node.x < 60) for node in made.nodes], len(made.curves)
    ([('a', True), ('b', False)], 1)
    """
    columns = _ordered(_columns(requires), requires)
    tallest = max((len(column) for column in columns), default=0) * (HEIGHT + GAP)
    nodes: dict[str, Node] = {}
    x = 0.0
    for column in columns:
        width = max(len(name) for name in column) * LETTER + 20
        top = (tallest - len(column) * (HEIGHT + GAP)) / 2
        nodes |= {name: Node(name, x, top + place * (HEIGHT + GAP) + GAP / 2, width)
                  for place, name in enumerate(column)}
        x += width + BETWEEN
    curves = tuple(_curve(nodes[below], nodes[name]) for name in nodes for below in requires.get(name, ()))
    return Graph(tuple(nodes.values()), curves, max(x - BETWEEN, 0.0), tallest)


def _columns(requires: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The claims by the length of the longest chain that they rest on."""
    level: dict[str, int] = {}
    for name in TopologicalSorter({name: list(below) for name, below in requires.items()}).static_order():
        level[name] = 1 + max((level[below] for below in requires.get(name, ())), default=-1)
    return [[name for name in level if level[name] == number] for number in range(max(level.values(), default=-1) + 1)]


def _ordered(columns: list[list[str]], requires: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The columns, each sorted by the mean place of the neighbours: fewer curves cross."""
    above: dict[str, list[str]] = {}
    for name, below in requires.items():
        for one in below:
            above.setdefault(one, []).append(name)
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        place = {name: index / len(column) for column in columns for index, name in enumerate(column)}
        for column in columns if forth else reversed(columns):
            near = {name: (requires.get(name, ()) if forth else above.get(name, ())) for name in column}
            column.sort(key=lambda name: sum(place[x] for x in near[name]) / len(near[name])
                        if near[name] else place[name])
            place |= {name: index / len(column) for index, name in enumerate(column)}
    return columns


def _curve(start: Node, end: Node) -> str:
    x = start.x + start.width
    bend = (end.x - x) / 2
    return f"M{x:.0f} {start.middle:.0f}C{x + bend:.0f} {start.middle:.0f} {end.x - bend:.0f} {end.middle:.0f} " \
           f"{end.x:.0f} {end.middle:.0f}"
