"""Words that only conjectures name: they are put in as exact values, or by the claims that say what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ...theory.language import quantities as Q
from ...theory.language.claim import Obligation
from ...theory.language.nodes import Relation
from ..conjecture.answer import ConjectureQuestion
from ..conjecture.reading import REDUCED
from ..evaluation.dense import floats
from ..instances.instance import Instance
from .bound import SEARCHED, as_float, readings
from .comparison import Comparison, numbers
from .definitions import balanced_sharpness, infimum, is_defined
from .instances import compared, token

UNBOUND: dict[str, Callable[[Instance], float]] = {
    "d": lambda c: float(c.covariance.shape[0]),
    "frob": lambda c: float(max(np.linalg.norm(floats(layer)) for layer in c.weights)),
    "sigma_min": lambda c: float(min(np.linalg.norm(floats(layer), 2) for layer in c.weights)),
}
BY_CLAIMS: dict[str, Callable[[Instance], float]] = {
    "S_balanced": balanced_sharpness,
    "trace_min": lambda c: infimum(c, np.trace),
}


def conjecture_word(name: str) -> Iterator[Comparison]:
    word, symbol = f"conjecture {name}", Q.VOCABULARY[name].symbol
    for case in compared():
        if name in UNBOUND:
            asked = ConjectureQuestion(Obligation("any", Relation(symbol, ">=", 0)))
            for values in asked.values(case):
                yield numbers(word, token(case), as_float(values[name]), UNBOUND[name](case))
        elif is_defined(name, case):
            for found in readings(REDUCED[symbol], case, {}):
                yield numbers(word, token(case), found, BY_CLAIMS[name](case), SEARCHED["S_min"])
