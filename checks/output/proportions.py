"""How often an event happens, by draws: the interval that every *estimated* statement carries."""

from __future__ import annotations

CONFIDENCE = 0.99


def interval(held: int, draws: int) -> tuple[float, float]:
    """The Clopper–Pearson interval of a probability, confidence 99 %.

    >>> interval(10, 10)[1]
    1.0
    """
    from scipy.stats import binomtest  # half a second, which most commands can do without

    found = binomtest(held, draws).proportion_ci(CONFIDENCE, method="exact")
    return float(found.low), float(found.high)
