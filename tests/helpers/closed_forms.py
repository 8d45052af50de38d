"""Closed forms of the rank-one dynamics, in mpmath's working precision.

Balanced rank-one weights stay so: with ``Σ = cI`` (or ``ŵ*`` an eigenvector of ``Σ`` with eigenvalue ``c``) the
flow is that of ``w = xŵ*``, and at ``L = 2`` that of ``w`` in a plane. Rationals and strings are read
exactly, floats as the dyadic rationals that they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mpmath import findroot, hyp2f1, mp, mpf

from flatcert.numeric.linalg.rational import rational
from flatcert.numeric.linalg.scalars import to_mpf


def _read(*values: Any) -> list[Any]:
    return [value if isinstance(value, mpf) else to_mpf(rational(value)) for value in values]


def _check(depth: int, **positive: Any) -> None:
    if depth < 1:
        raise ValueError(f"The depth must be at least 1, not {depth}.")
    for name, value in positive.items():
        if not value > 0:
            raise ValueError(f"The {name} must be positive, but is {value}.")


def aligned_flow(time: Any, start: Any, target: Any, eigenvalue: Any, depth: int) -> Any:
    """``x(t)`` of ``ẋ = 2cL x^{2−2/L}(x* − x)``, ``x(0) = x_0``; an mpf (claim `aligned-flow`).

    In closed form at ``L = 1`` (claim `aligned-flow-1`) and ``L = 2`` (logistic, claim `aligned-flow-2`);
    from depth 3 on the root of `aligned_time` (claim `aligned-flow-time`), for ``0 < x_0 < x*``.

    Args:
        time: ``t >= 0``.
        start: ``x_0 > 0`` (any at ``L = 1``).
        target: ``x* = ‖w*‖ > 0``.
        eigenvalue: ``c > 0``.
        depth: ``L >= 1``.

    Raises:
        ValueError: an argument out of its range.

    >>> print(aligned_flow(1, "1/2", 1, 1, 2))
    0.982013790037908
    """
    t, x0, x, c = _read(time, start, target, eigenvalue)
    _check(depth, target=x, eigenvalue=c)
    if depth == 1:
        return x + (x0 - x) * mp.exp(-2 * c * t)
    _check(depth, start=x0)
    if depth == 2:
        return x / (1 + (x / x0 - 1) * mp.exp(-4 * c * x * t))
    if t == 0:
        return x0
    # In y = ln((x*/x_0)−1 …) coordinates of the logistic flow the root is simple and well scaled.
    low, high = mp.log(x0 / (x - x0)), mp.log(x0 / (x - x0)) + 2 * c * depth * x ** (2 - mpf(2) / depth) * t

    def late(y: Any) -> Any:
        return aligned_time(x / (1 + mp.exp(-y)), x0, x, c, depth) - t

    guard = mpf(2) ** (-mp.prec // 2)
    y = findroot(late, (low + guard, high), solver="anderson", tol=mpf(2) ** (-2 * mp.prec + 40), verify=False)
    return x / (1 + mp.exp(-y))


def aligned_time(value: Any, start: Any, target: Any, eigenvalue: Any, depth: int) -> Any:
    """The time from ``x_0`` to ``x`` for ``L >= 3``, ``0 < x_0, x < x*``; an mpf (claim `aligned-flow-time`).

    ``t = T(σ) − T(σ_0)``, ``σ = x^{1/L}``,
    ``T(σ) = σ^{2−L}/(2c x*(2−L)) · ₂F₁(1, (2−L)/L; 2/L; σ^L/x*)``.

    Raises:
        ValueError: an argument out of its range.

    >>> print(aligned_time("1/2", "1/8", 1, 1, 3))
    0.5089808877252
    """
    x, x0, goal, c = _read(value, start, target, eigenvalue)
    if depth < 3:
        raise ValueError(f"The hypergeometric time is for depths from 3 on, not {depth}.")
    _check(depth, value=x, start=x0, target=goal, eigenvalue=c)
    if not (x < goal and x0 < goal):
        raise ValueError("The hypergeometric time needs both ends below the target.")
    return _primitive(x, goal, c, depth) - _primitive(x0, goal, c, depth)


def _primitive(x: Any, goal: Any, c: Any, depth: int) -> Any:
    power = mpf(2 - depth) / depth
    return x**power / (2 * c * goal * (2 - depth)) * hyp2f1(1, power, mpf(2) / depth, x / goal)


def escape_time(start: Any, target: Any, eigenvalue: Any, depth: int) -> Any:
    """Leading term ``σ_0^{−(L−2)}/(2c x*(L−2))`` of the time to leave a small start, ``L >= 3``; an mpf.

    Raises:
        ValueError: an argument out of its range.

    >>> print(escape_time("1/1000", 1, 1, 3))
    5.0
    """
    x0, goal, c = _read(start, target, eigenvalue)
    if depth < 3:
        raise ValueError(f"The power law of the escape time is for depths from 3 on, not {depth}.")
    _check(depth, start=x0, target=goal, eigenvalue=c)
    return x0 ** (mpf(2 - depth) / depth) / (2 * c * goal * (depth - 2))


class PlanarState(NamedTuple):
    """``‖w‖`` and the angle of ``w`` to ``w*``."""

    norm: Any
    angle: Any


def planar_flow(time: Any, start: Any, half_tangent: Any, target: Any, eigenvalue: Any) -> PlanarState:
    """Balanced flow at ``L = 2``, ``Σ = cI``, from an angle ``0 < φ_0 < π`` to ``w*`` (claim `planar-flow-2`).

    ``tan(φ/2) = tan(φ_0/2) e^{−2cx*t}`` and, with ``τ = −ln tan(φ/2)``,
    ``‖w‖ = cosh²τ / (C + (τ + sinh τ cosh τ)/x*)``, ``C`` from ``t = 0``.

    Args:
        time: ``t``.
        start: ``‖w(0)‖ > 0``.
        half_tangent: ``tan(φ_0/2) > 0``, rational for many angles.
        target: ``x* = ‖w*‖ > 0``.
        eigenvalue: ``c > 0``.

    Raises:
        ValueError: an argument that is not positive (``φ_0 = π`` runs into the saddle at 0).

    >>> state = planar_flow(0, 2, "1/2", 1, 1)
    >>> print(state.norm, mp.tan(state.angle / 2))
    2.0 0.5
    """
    t, x0, tangent, goal, c = _read(time, start, half_tangent, target, eigenvalue)
    _check(2, start=x0, tangent=tangent, target=goal, eigenvalue=c)

    def swept(tau: Any) -> Any:
        return (tau + mp.sinh(tau) * mp.cosh(tau)) / goal

    first = -mp.log(tangent)
    constant = mp.cosh(first) ** 2 / x0 - swept(first)
    tau = first + 2 * c * goal * t
    return PlanarState(mp.cosh(tau) ** 2 / (constant + swept(tau)), 2 * mp.atan(mp.exp(-tau)))
