"""Named hypotheses, decided exactly on an instance."""

from __future__ import annotations

from collections.abc import Callable

from flint import ctx

from ...numeric.linalg.scalars import Array, is_zero
from ..arithmetic.rings import BallRing
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from .balls import PRECISIONS

_PREDICATES: dict[str, Callable[[Instance], bool]] = {
    "minimizer": lambda i: i.is_minimizer,
    "E > 0": lambda i: _has_energy(i),
    "L >= 2": lambda i: i.depth >= 2,
    "L >= 3": lambda i: i.depth >= 3,
    "L == 1": lambda i: i.depth == 1,
    "w* eigenvector": lambda i: i.energy > 0 and _is_eigenvector(i),
    "q_1 != 0": lambda i: not is_zero(i.network.backward()[1]),
    "plain": lambda i: i.widths[-1] == 1 and (i.readout is None or i.readout[0] == 1),
    "w == w*": lambda i: is_zero(i.network.regressor() - i.regressor),
    "w along w*": lambda i: _points_along(i.network.regressor(), i.regressor),
    "square": lambda i: len(set(i.widths)) == 1,
    "balanced": lambda i: all(map(is_zero, i.network.imbalance())),
}


def _has_energy(instance: Instance) -> bool:
    """``E > 0``: by balls where they prove it, exactly where they do not."""
    with ctx.workprec(PRECISIONS[0]):
        return bool(RealScope(instance, BallRing(PRECISIONS[0])).value("E") > 0) or instance.energy > 0


def _is_eigenvector(instance: Instance) -> bool:
    w = instance.regressor
    e = instance.energy / (w @ w)
    return all(x == e * y for x, y in zip(instance.covariance @ w, w, strict=True))


def _points_along(w: Array, other: Array) -> bool:
    """``|other| w = |w| other``: equality in the Cauchy-Schwarz inequality, and no angle of 180 degrees."""
    product = w @ other
    return bool(product >= 0 and product * product == (w @ w) * (other @ other))


def predicate(name: str, instance: Instance) -> bool:
    """A named hypothesis, decided exactly. Raises KeyError for an unknown name."""
    return _PREDICATES[name](instance)
