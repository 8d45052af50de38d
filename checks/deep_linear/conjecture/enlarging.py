"""Networks made twice as large."""

from __future__ import annotations

import numpy as np
from flint import fmpq

from ...conjecture.enlarging import twice
from ..instances.instance import Instance, make


def enlarged(case: Instance) -> list[Instance]:
    """The instance with twice the width, twice the features or twice the depth.

    The last layer sees one of two copies side by side. The new features are all zero, and the new layers are 1.
    """
    if case.readout is not None:
        return []
    *below, last = case.weights
    padded = np.concatenate([last, last * fmpq(0)], axis=1)
    stated = None if case.stated is None else np.concatenate([case.stated, case.stated * fmpq(0)])
    wide = make(case.name, twice(case.covariance), [*map(twice, below), padded], regressor=stated)
    first, *above = case.weights
    sigma, unseen = case.covariance, np.concatenate([first, first * fmpq(0)], axis=1)
    features = make(case.name, np.block([[sigma, sigma * fmpq(0)], [sigma * fmpq(0)] * 2]), [unseen, *above],
                    regressor=stated)
    deep = make(case.name, sigma, [*case.weights, *[[[1]]] * case.depth], regressor=case.stated)
    return [wide, features, deep]
