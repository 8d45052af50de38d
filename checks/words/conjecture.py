"""Words that only conjectures name: their values are those of the claims that say what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ...theory.language import quantities as Q
from ..conjecture.reading import reduced
from ..instances.instance import Instance
from .bound import SEARCHED, readings
from .comparison import Comparison, numbers
from .definitions import balanced_sharpness, infimum, is_defined
from .instances import compared, token

BY_CLAIMS: dict[str, Callable[[Instance], float]] = {
    "S_balanced": balanced_sharpness,
    "trace_min": lambda c: infimum(c, np.trace),
}


def conjecture_word(name: str) -> Iterator[Comparison]:
    """A name that claims say the value of, at every instance where it is defined."""
    for case in compared():
        if is_defined(name, case):
            for found in readings(reduced()[Q.VOCABULARY[name].symbol], case, {}):
                yield numbers(f"conjecture {name}", token(case), found, BY_CLAIMS[name](case), SEARCHED["S_min"])
