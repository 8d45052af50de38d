"""The extreme singular values of products of layers, as draws compute them in float64, compared with LAPACK's."""

from __future__ import annotations

from collections.abc import Iterator

from ....numeric.network.residual import SubProductBounds, residual_network
from ...instances.streams import generator
from ...verifying.words import Comparison
from ..deciding.probabilities import COLUMNS
from ..deciding.residual_init import estimate
from .comparison import numbers
from .definitions import singular_values

SCALE, DRAWS, SEED = 0.75, 2, 0
SIZES = ((1, 1), (3, 4), (5, 7))
"""Dimensions and depths."""
UNUSED = SubProductBounds(1.0, 1.0)
"""What draws would be counted against: here they are not counted."""


def draw_word(name: str) -> Iterator[Comparison]:
    column = next(column for symbol, column in COLUMNS.items() if symbol.name == name)
    for dimension, depth in SIZES:
        found = estimate(SCALE, dimension, depth, DRAWS, SEED, UNUSED).drawn[:, column]
        networks = [residual_network(dimension, depth, SCALE, generator(SEED, (dimension << 32) + depth, index))
                    for index in range(DRAWS)]
        extreme = min if name == "alpha_sub_0" else max
        stated = [extreme(1.0, *map(extreme, singular_values(network.weights))) for network in networks]
        yield numbers(f"draw {name}", f"ensemble:{SEED}:{dimension}x{depth}", found, stated)
