"""The values that the quantifiers of an obligation take on one instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import numpy as np
from flint import arb, ctx, fmpq

from ....numeric.linalg.rational import rational_array, simplest_rational
from ....theory.language.claim import Obligation
from ....theory.language.nodes import Relation
from ....theory.language.quantities import eta
from ...arithmetic.exact import Undecidable
from ...arithmetic.exact_ring import ExactRing
from ...arithmetic.rings import BallRing
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import UnknownNode, evaluate
from ..evaluation.layers import top_vectors
from ..evaluation.optimum import aligned_ratio, enclosed
from ..evaluation.scope import RealScope
from ..instances.families.residual import radii
from ..instances.instance import Instance


def expansions(obligation: Obligation, instance: Instance) -> Iterator[Values]:
    """Every combination of values for the quantifiers of an obligation on an instance."""
    return _expanded(obligation, instance, tuple(name for name in obligation.over if name in _EXPAND), {})


def _expanded(obligation: Obligation, instance: Instance, names: tuple[str, ...], values: Values) -> Iterator[Values]:
    if not names:
        yield values
        return
    for more in _EXPAND[names[0]](obligation, instance, values):
        yield from _expanded(obligation, instance, names[1:], values | more)


MANY_LAYERS = 8
"""Of more layers than these, only the first two, the middle one and the last two are tried."""


def _layers(last: int) -> list[Values]:
    return [{"k": k} for k in (range(1, last + 1) if last <= MANY_LAYERS else (1, 2, last // 2, last - 1, last))]


def _pairs(_: Obligation, instance: Instance, values: Values) -> list[Values]:
    """Three pairs: the two layers whose norms differ most, the first two layers, the first and the last layer."""
    norms = [float(np.linalg.norm(layer.astype(float), 2)) for layer in instance.weights]
    low, high = int(np.argmin(norms)) + 1, int(np.argmax(norms)) + 1
    pairs = {(min(low, high), max(low, high)), (1, min(2, instance.depth)), (1, instance.depth)}
    return [{"j": j, "k": k} for j, k in sorted(pairs)]


def _vectors(_: Obligation, instance: Instance, values: Values) -> list[Values]:
    """A random vector, the regressor, and ``Sigma w*``, where the lower bounds are proved."""
    candidates = (instance.values["u"], instance.regressor, instance.covariance @ instance.regressor)
    return [{"u": vector.reshape(-1, 1)} for vector in candidates if any(x != 0 for x in vector)]


def _directions(_: Obligation, instance: Instance, values: Values) -> list[Values]:
    """``z = Sigma^{1/2} u / |.|`` for some ``u``; on a planted problem only its optimum."""
    candidates = [instance.values["u"]]
    if "c" not in instance.values:
        candidates.append(instance.regressor)
        if instance.energy > 0:
            candidates += [vector for _, vector in enclosed(instance, 128).dual]
    return [{"direction": u.reshape(-1, 1)} for u in map(rational_array, candidates) if u @ instance.covariance @ u > 0]


def _ratios(_: Obligation, instance: Instance, values: Values) -> list[Values]:
    if "c" in instance.values:
        return [{"r": aligned_ratio(instance, instance.values["c"])}]
    return [{"r": instance.values["r"]}] if "r" in instance.values else []


def _factors(_: Obligation, instance: Instance, values: Values) -> list[Values]:
    factor = instance.values["gamma"]
    return [{"gamma": factor}, {"gamma": 1 / factor}, {"gamma": fmpq(1)}]


def _learning_rates(obligation: Obligation, instance: Instance, values: Values) -> list[Values]:
    """Rates just above and just below the threshold in a hypothesis, and the threshold itself where it is rational."""
    bound = next((bound for given in obligation.given if isinstance(given, Relation)
                  for rate, bound in ((given.lhs, given.rhs), (given.rhs, given.lhs))
                  if rate == eta and not bound.has(eta)), None)
    unbound = [{"eta": fmpq(1, 2)}, {"eta": instance.values["gamma"] / 7}]
    if bound is None:
        return unbound
    try:
        with ctx.workprec(128):
            threshold = arb(evaluate(bound, RealScope(instance, BallRing(128), values)))
    except UnknownNode:  # the threshold names another variable, which has no value yet
        return unbound
    except (ZeroDivisionError, ValueError):
        return []
    if threshold < 0:  # in a false statement: every learning rate is above a negative threshold
        return [*unbound, {"eta": fmpq(1, 10**6)}]
    if not (threshold.is_finite() and threshold > 0):
        return []
    middle = threshold.mid().fmpq()
    # Near enough to notice a constant off by a billionth, far enough for S_flat and float64 to keep up.
    rates = [simplest_rational(middle * (1 + fmpq(low, 10**12)), middle * (1 + fmpq(high, 10**12)))
             for low, high in ((1, 5), (-5, -1))]
    with suppress(Undecidable, ZeroDivisionError):
        rates.append(evaluate(bound, RealScope(instance, ExactRing(), values)).rational())
    return [{"eta": rate} for rate in rates]


def _times(obligation: Obligation, instance: Instance, values: Values) -> list[Values]:
    """From early to late, in units of the inverse trace of the covariance (and the rate of residual networks)."""
    unit = 1 / np.trace(instance.covariance)
    if obligation.space == "residual-paths":  # at the last time the flow is over, and balls still see it
        unit /= 2 * instance.depth * instance.readout_norm_squared
    return [{"time": unit * part} for part in (fmpq(1, 32), fmpq(1, 2), fmpq(4), fmpq(24))]


_EXPAND: dict[str, Callable[[Obligation, Instance, Values], Iterable[Values]]] = {
    "k": lambda _, instance, values: _layers(instance.depth),
    "k < L": lambda _, instance, values: _layers(instance.depth - 1),
    "j <= k": _pairs,
    "top vectors": lambda _, instance, values: top_vectors(instance, values["k"]),
    "t": _times,
    "u": _vectors,
    "z": _directions,
    "r": _ratios,
    "gamma": _factors,
    "eta": _learning_rates,
    "rho": lambda _, instance, values: [{"rho": rho} for rho in radii(instance)],
}
