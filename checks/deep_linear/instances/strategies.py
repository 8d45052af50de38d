"""Hypothesis strategies for exact instances: every family, and small ones drawn entry by entry.

An instance of a family is drawn by its number, so a failure on it does not shrink. ``small_instances`` draws each
entry, so a failure shrinks to an instance that one can read.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from flint import fmpq
from hypothesis import strategies as st

from ....numeric.linalg.rational import project_on_range, rational_array
from ....numeric.linalg.scalars import Array
from ...instances.building import diagonal
from ...instances.data_strategies import halves
from .families.flow import near_balanced
from .families.network import classics
from .instance import Instance, make
from .pool import instance
from .spaces import FAMILIES, families_of

positive = st.builds(fmpq, st.integers(1, 40), st.integers(1, 8))


def instances(space: str) -> st.SearchStrategy[Instance]:
    """Exact instances of a space: from all its families, and small ones where they belong to it.

    >>> from hypothesis import find
    >>> find(instances("planted"), lambda case: True).name
    'planted-exhibits:0:0'
    """
    families = families_of(space)
    drawn = st.sampled_from(families).flatmap(lambda family: family_instances(family.name))
    if near_balanced in families:
        drawn = balanced_instances() | drawn
    # A space that has the classics supposes nothing of a network, but perhaps of the problem.
    return small_instances(eigenvector=space == "eigenvector") | drawn if classics in families else drawn


def family_instances(family: str) -> st.SearchStrategy[Instance]:
    """Instances of one family, by the pure function ``instance(family, seed, index)``.

    >>> from hypothesis import find
    >>> find(family_instances("classics"), lambda case: case.depth == 2).name
    'classics:0:1'
    """
    count, quick = FAMILIES[family].count, FAMILIES[family].quick
    if count is not None:
        return st.integers(0, count - 1).map(lambda index: instance(family, 0, index))
    return st.builds(instance, st.just(family), st.integers(0, 2**16), st.integers(quick.start, quick.stop - 1))


@st.composite
def small_instances(draw: st.DrawFn, *, eigenvector: bool = False) -> Instance:
    """Small integers and halves in all shapes from 1 x 1 up; they shrink.

    Depth 1 to 4; widths below, at and above ``d``; a covariance ``A^T A`` of any rank, often
    with repeated eigenvalues; a read-out (not zero) or none; a minimizer, or a regressor of its own in the
    range of the covariance. With ``eigenvector`` the covariance is diagonal and the network's
    regressor one of its eigenvectors (or zero).

    >>> from hypothesis import find
    >>> case = find(small_instances(), lambda case: case.depth == 2)
    >>> case.widths, case.is_minimizer
    ((1, 1, 1), True)
    """
    d = draw(st.integers(1, 3))
    widths = [d, *draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))]
    readout = None
    if draw(st.booleans()):
        readout = draw(vectors(widths[-1]))
        readout[0] = readout[0] if any(entry != 0 for entry in readout) else fmpq(1)
    else:
        widths[-1] = 1
    layers = [draw(matrices(m, n)) for n, m in pairwise(widths)]
    sigma = draw(_diagonals(d) if eigenvector else covariances(d))
    u, gamma = draw(vectors(d)), draw(positive)
    if eigenvector:
        # The end-to-end regressor has one coordinate left when W_1 has one column left.
        kept = draw(st.integers(0, d - 1))
        layers[0][:, [i for i in range(d) if i != kept]] = fmpq(0)
    regressor = None
    if not eigenvector and draw(st.booleans()):
        regressor = project_on_range(sigma, draw(vectors(d)))
    return make("drawn", sigma, layers, readout=readout, regressor=regressor, u=u, gamma=gamma)


@st.composite
def balanced_instances(draw: st.DrawFn) -> Instance:
    """Plain networks of aligned rank-one layers of one norm, and with noise in the first layer.

    Without noise the networks are balanced; with noise they are near rank one, and nearly balanced where it is small.
    They are minimizers or have a regressor of their own. They shrink.

    >>> from hypothesis import find
    >>> find(balanced_instances(), lambda case: case.depth == 2).widths
    (1, 1, 1)
    """
    widths = [*draw(st.lists(st.integers(1, 3), min_size=1, max_size=4)), 1]
    units = [draw(st.sampled_from(_UNITS[width])) for width in widths]
    size = draw(positive)
    layers = [size * np.outer(upper, lower) for lower, upper in pairwise(units)]
    if draw(st.booleans()):
        layers[0] = layers[0] + size * draw(matrices(*layers[0].shape)) / draw(st.integers(2, 64))
    sigma = draw(covariances(widths[0]))
    regressor = project_on_range(sigma, draw(vectors(widths[0]))) if draw(st.booleans()) else None
    return make("drawn", sigma, layers, regressor=regressor, u=draw(vectors(widths[0])))


_UNITS = {size: [rational_array(unit) for unit in units] for size, units in {
    1: [["1"], ["-1"]], 2: [["1", "0"], ["3/5", "4/5"], ["0", "1"]],
    3: [["1", "0", "0"], ["2/3", "1/3", "2/3"], ["0", "-3/5", "4/5"]]}.items()}
"""Rational unit vectors."""


def vectors(size: int) -> st.SearchStrategy[Array]:
    """Vectors of halves, shape ``(size,)``."""
    return st.lists(halves, min_size=size, max_size=size).map(rational_array)


def matrices(rows: int, columns: int) -> st.SearchStrategy[Array]:
    """Matrices of halves, shape ``(rows, columns)``."""
    return vectors(rows * columns).map(lambda entries: entries.reshape(rows, columns))


def covariances(d: int) -> st.SearchStrategy[Array]:
    """``A^T A`` (any rank from 0 to ``d``) or a diagonal matrix with few distinct entries, ``(d, d)``."""
    grams = st.integers(1, d + 1).flatmap(lambda rows: matrices(rows, d)).map(lambda a: a.T @ a)
    return grams | _diagonals(d)


def _diagonals(d: int) -> st.SearchStrategy[Array]:
    entries = st.lists(st.sampled_from([fmpq(1), fmpq(0), fmpq(4), fmpq(1, 2)]), min_size=d, max_size=d)
    return entries.map(lambda values: diagonal(*values))

