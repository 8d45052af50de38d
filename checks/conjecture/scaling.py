"""How the slack of an inequality scales with each quantity, and which room its exponent has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log

Sample = tuple[float, dict[str, float]]
"""The slack of an instance, which is the logarithm of larger side over smaller side, and its quantities."""
NEAR = 0.01
"""Slack within this of the least one counts as tight."""
LITTLE = 0.01
"""An exponent below this is no room: more instances would leave less of it."""
NOISE = 1e-9
"""Logarithms below this carry no information about an exponent."""


@dataclass(frozen=True)
class Room:
    """A quantity ``x``, and the exponents ``t`` for which ``c x**t`` times the smaller side is still no larger.

    ``c`` is the least ratio of the sides on the instances that were met, so that room in the constant is no room in an
    exponent. ``lowest`` and ``highest`` bound ``t`` on these instances, where None means that they do not bound it.
    At the tightest of them the quantity lay between ``tight_from`` and ``tight_to``.
    """

    quantity: str
    lowest: float | None
    highest: float | None
    tight_from: float
    tight_to: float


def rooms(samples: Sequence[Sample]) -> tuple[Room, ...]:
    """The room of every quantity, or no room at all if an instance refutes the statement.

    >>> rooms([(0.0, {"x": 1.0}), (log(4), {"x": 4.0}), (log(9), {"x": 3.0})])
    (Room(quantity='x', lowest=None, highest=1.0, tight_from=1.0, tight_to=1.0),)
    """
    slacks = [slack for slack, _ in samples]
    if not slacks or min(slacks) < -NOISE:
        return ()
    found = []
    for name in samples[0][1]:
        pairs = [(max(slack, 0.0), values[name]) for slack, values in samples
                 if isfinite(values[name]) and values[name] > 0]
        if pairs:
            found.append(_room(name, pairs))
    return tuple(found)


def _room(name: str, pairs: list[tuple[float, float]]) -> Room:
    least = min(slack for slack, _ in pairs)
    above = [(slack - least) / log(x) for slack, x in pairs if log(x) > NOISE]
    below = [(slack - least) / log(x) for slack, x in pairs if log(x) < -NOISE]
    tight = [x for slack, x in pairs if slack <= least + NEAR]
    return Room(name, max(below) + 0.0 if below else None, min(above) + 0.0 if above else None, min(tight), max(tight))


def shown(room: Room) -> str:
    """The room in words. Exponents that would only weaken the statement are not counted.

    >>> shown(Room("kappa", None, 0.5, 1.0, 1.0)), shown(Room("L", None, 0.0, 1.0, 9.0))
    ('up to 0.5', 'none')
    """
    low, high = (None if end is None or abs(end) > 1e6 else end for end in (room.lowest, room.highest))
    up = "" if high is None or high < LITTLE else f"up to {high:.4g}"
    down = "" if low is None or low > -LITTLE else f"down to {low:.4g}"
    if room.lowest is None and room.highest is None:
        return "it was 1 throughout"
    return " and ".join(x for x in (down, up) if x) or "none"
