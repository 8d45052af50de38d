"""Hypothesis strategies for exact instances of settings of one's own."""

from __future__ import annotations

from functools import partial

import numpy as np
from flint import fmpq
from hypothesis import strategies as st

from ...numeric.linalg.scalars import Array
from ...theory.language.kinds import Kind
from ...theory.language.setting import Setting
from .data import Data, make_data
from .data_pool import families_of, instance
from .fillings import Shape, allowed, filled, fitted
from .kinds import FEW, combinations

halves = st.integers(-4, 4).map(lambda numerator: fmpq(numerator, 2))
FARTHEST = 2**16
"""Seeds and indices of random families are drawn up to this."""


def data(setting: Setting, space: str) -> st.SearchStrategy[Data]:
    """Exact instances of a space: of all its families, and of small numbers where the kinds' own families are in it.

    >>> from hypothesis import find
    >>> from ...theory.language.kinds import size, vector
    >>> find(data(Setting("line", x=vector(size("d"))), "any"), lambda case: case["d"] == 2).describe()["x"]
    [['0'], ['0']]
    """
    families = families_of(setting, space)
    drawn = st.sampled_from(families).flatmap(lambda one: st.builds(
        partial(instance, setting, one.name), st.integers(0, 0 if one.finite else FARTHEST),
        st.integers(0, FARTHEST if one.count is None else one.count - 1)))
    return small_data(setting) | drawn if set(families) & set(families_of(setting, "any")) else drawn


@st.composite
def small_data(draw: st.DrawFn, setting: Setting) -> Data:
    """Small integers and halves in all shapes; they shrink."""
    sizes = draw(st.sampled_from(list(combinations(setting, FEW))))

    def one(kind: Kind, shape: Shape) -> fmpq | Array:
        if not shape:
            number: fmpq = draw(halves)
            return allowed(kind.entries, number)
        count = int(np.prod(shape))
        entries: list[fmpq] = draw(st.lists(halves, min_size=count, max_size=count))
        return fitted(kind, np.array(entries, dtype=object).reshape(shape))

    arrays = {key: filled(kind, sizes, one) for key, kind in setting.data.items()}
    return make_data(setting, {**arrays, **sizes}, "drawn")
