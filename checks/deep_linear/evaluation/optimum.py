"""``S_min`` of an instance: an enclosure always, an exact number where its optimum is rational."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from flint import arb, fmpq, fmpq_mat

from ....numeric.linalg.rational import charpoly, null_space, rank_factor, simplest_rational
from ....numeric.network.aligned import aligned_network, geometric_norms
from ....numeric.network.min_sharpness import MinSharpness, min_sharpness
from ....numeric.network.network import DeepLinearNetwork
from ....numeric.network.problem import RegressionProblem
from ...arithmetic.exact import Exact, Undecidable, exact, top_root
from ..instances.instance import Instance


@lru_cache(maxsize=4096)
def enclosed(instance: Instance, bits: int) -> MinSharpness:
    """Between an aligned minimizer above and the master inequality at a direction below."""
    problem = RegressionProblem(instance.covariance, instance.regressor)
    return min_sharpness(problem, instance.depth, instance.readout_norm_squared, bits)


@lru_cache(maxsize=4096)
def exact_minimum(instance: Instance) -> Exact:
    """``S_min`` exactly, where primal and dual witnesses meet at a rational ``c``.

    At ``c`` the aligned minimizer has ``2 r mu`` with ``r = (E/c)^{1-1/L} |p|^{2/L}`` and ``mu``
    the top eigenvalue of ``Sigma + (L-1)(c/E) v v^T``. A unit ``z`` of its eigenspace with
    ``(z^T v)^2 = mu E/(L c)`` gives the same number from below. Such a ``z`` exists when the
    projection of ``v`` on the eigenspace is that long, or longer and the eigenspace is not a
    line. Raises :class:`Undecidable` where no rational ``c`` is found.
    """
    norm_p2 = exact(instance.readout_norm_squared)
    if instance.depth == 1:
        return exact(2) * norm_p2 * top_root(charpoly(instance.covariance))
    for c in parameters(instance):
        mu = _optimal_eigenvalue(instance, c)
        if mu is not None:
            return exact(2 * mu) * aligned_ratio(instance, c)
    raise Undecidable("the least sharpness has no rational optimum")


def parameters(instance: Instance) -> list[fmpq]:
    """Rational parameters ``c`` where the bounds of ``S_min`` may meet, best known first; none where none is enclosed.

    They are the parameter that the instance was made with, that of an eigenvector ``w*``, and a simple number near the
    middle of the enclosure.
    """
    near = enclosed(instance, 128).c
    if near is None:
        return []
    # In units of the trace the parameter is a simple rational whatever the scale is.
    unit = np.trace(instance.covariance)
    width = near / unit * fmpq(1, 10**12)
    simple = unit * simplest_rational(near / unit - width, near / unit + width)
    image = instance.covariance @ instance.regressor
    known = instance.values.get("c"), (image @ image) / instance.energy, simple
    return [c for c in known if c is not None]


def aligned_ratio(instance: Instance, c: fmpq) -> Exact:
    """``r = (E/c)^{1-1/L} |p|^{2/L}`` of the aligned minimizer with parameter ``c``."""
    share = Fraction(1, instance.depth)
    return exact(instance.energy / c) ** (1 - share) * exact(instance.readout_norm_squared) ** share


def _optimal_eigenvalue(instance: Instance, c: fmpq) -> fmpq | None:
    """The rational ``mu`` at ``c``, when the dual witness exists there too."""
    depth, w = instance.depth, instance.regressor
    strength = (depth - 1) * c / instance.energy
    matrix = np.array(fmpq(1) * np.eye(len(w), dtype=int).astype(object)) + strength * np.outer(w, w)
    try:
        mu = top_root(charpoly(instance.covariance @ matrix)).rational()
    except Undecidable:
        return None
    factor, pivots = rank_factor(instance.covariance)
    pencil = factor.T @ matrix @ factor
    for i, pivot in enumerate(pivots):
        pencil[i, i] -= mu / pivot
    basis = null_space(pencil)
    pulls: list[fmpq] = [np.dot(y, factor.T @ w) for y in basis]
    gram = fmpq_mat([[np.dot(y, x / pivots) for x in basis] for y in basis])
    column = fmpq_mat([[pull] for pull in pulls])
    reach = (column.transpose() * gram.solve(column))[0, 0]
    wanted = mu * instance.energy / (depth * c)
    meets = reach == wanted or (len(basis) > 1 and reach > wanted)
    return mu if meets else None


def flattest_network(instance: Instance) -> DeepLinearNetwork:
    """An exact rational aligned minimizer whose sharpness is within about 1e-12 of ``S_min``."""
    optimum = enclosed(instance, 128)
    norms = [_near(rho) for rho in geometric_norms(
        arb(optimum.r), instance.readout_norm_squared, instance.depth)]
    return aligned_network(instance.regressor, norms, instance.widths[1:], instance.readout)


def _near(value: fmpq) -> fmpq:
    margin = value / 2**60
    return simplest_rational(value - margin, value + margin)
