"""Witnesses for ``S_min`` in certificates.

A parameter ``c`` gives an upper bound, a mixture of directions a lower bound. Any choice is valid. A good one makes
the two bounds equal.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat

from ....numeric.linalg.rational import charpoly, null_space, rational_array
from ....numeric.linalg.scalars import Array
from ...arithmetic.exact import Undecidable, top_root
from ..evaluation.optimum import enclosed, parameters
from ..instances.instance import Instance

Mixture = list[tuple[fmpq, Array]]


def witness(case: Instance) -> dict[str, object] | None:
    """A parameter ``c`` and a mixture of directions; None where ``S_min`` needs neither."""
    if case.depth == 1 or case.energy == 0:
        return None
    c, dual = _meeting(case) or _near(case)
    return {"c": str(c), "dual": [[str(weight), [str(x) for x in u]] for weight, u in dual]}


def _near(case: Instance) -> tuple[fmpq, Mixture]:
    found = enclosed(case, 128)
    assert found.c is not None
    return found.c, list(found.dual)


def _meeting(case: Instance) -> tuple[fmpq, Mixture] | None:
    """A rational pair whose two bounds are one number, where there is one."""
    for c in parameters(case):
        dual = _dual(case, c)
        if dual is not None:
            return c, dual
    return None


def _dual(case: Instance, c: fmpq) -> Mixture | None:
    """Directions of the top eigenspace at ``c`` that make the derivative in ``r`` vanish together."""
    sigma, w, depth = case.covariance, case.regressor, case.depth
    kernel = rational_array(np.eye(len(w), dtype=int)) + (depth - 1) * c / case.energy * np.outer(w, w)
    try:
        mu = top_root(charpoly(sigma @ kernel)).rational()
    except Undecidable:
        return None
    basis = [u for u in null_space(sigma @ kernel @ sigma - mu * sigma) if u @ sigma @ u > 0]
    gram = fmpq_mat([[np.dot(x, sigma @ y) for y in basis] for x in basis])
    if gram.det() == 0:
        return None
    pulls: list[fmpq] = [np.dot(u, sigma @ w) for u in basis]
    weights = gram.solve(fmpq_mat([[pull] for pull in pulls]))
    along = sum((weights[i, 0] * u for i, u in enumerate(basis)), 0 * w)
    reach = sum((weights[i, 0] * pull for i, pull in enumerate(pulls)), fmpq(0))
    needed = mu * case.energy / (depth * c)  # the share of E that the mixture must see
    if reach == needed:
        return [(fmpq(1), along)]
    if reach < needed or len(basis) < 2:
        return None
    across = basis[0] * pulls[1] - basis[1] * pulls[0] if pulls[0] or pulls[1] else basis[0]
    share = needed / reach
    return [(share / (along @ sigma @ along), along), ((1 - share) / (across @ sigma @ across), across)]
