"""Exact instances changed along a line: each move turns an instance and a number ``t > 0`` into another instance.

A move changes one thing that statements speak of (the condition number, a scale, the imbalance, the distance from a
minimum) and, where it can, leaves the rest alone. Rational ``t`` give exact instances.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq
from sympy.solvers.diophantine.diophantine import sum_of_four_squares

from ....numeric.linalg.rational import rational, rational_array
from ...arithmetic.exact import rational_root
from ...attack.ground import Move, NoMove
from ...instances.building import diagonal, identity, with_idle_unit
from ..instances.instance import Instance

MAX_SQUARES = 10**24
"""Larger numbers are not written as a sum of four squares."""
MAX_WEIGHTS = 30
"""Away from minimizers sharpness needs the dense Hessian, so larger networks do not leave them."""
NAME = "aimed"


def changed(case: Instance, **parts: Any) -> Instance:
    """The instance with other parts. What was planted in it (``r``, ``c``) is dropped."""
    return replace(case.with_values(r=None, c=None), name=NAME, **parts)


def raise_last(case: Instance, t: fmpq) -> Instance:
    """``Sigma + t e e^T`` with the last axis ``e``: the condition number grows without bound, or from 1 on."""
    sigma = case.covariance.copy()
    sigma[-1, -1] += t * max(x for x in np.diag(sigma))
    return changed(case, covariance=sigma)


def shift(case: Instance, t: fmpq) -> Instance:
    """``Sigma + t I``: the condition number falls to 1, and a singular covariance becomes regular."""
    return changed(case, covariance=case.covariance + identity(case.dimension) * (t * np.trace(case.covariance)))


def scale_covariance(case: Instance, t: fmpq) -> Instance:
    return changed(case, covariance=case.covariance * t)


def scale_first(case: Instance, t: fmpq) -> Instance:
    """The first layer times ``t``, and with it the regressor where that follows from the weights."""
    return changed(case, weights=(case.weights[0] * t, *case.weights[1:]))


def scale_weights(case: Instance, t: fmpq) -> Instance:
    """All layers times ``t``: the relative imbalance ``theta`` stays."""
    return changed(case, weights=tuple(layer * t for layer in case.weights))


def scale_evenly(case: Instance, t: fmpq) -> Instance:
    """The regressor times ``t`` exactly, all layers by nearly the same: balanced layers stay so within a millionth."""
    if t.p.bit_length() + t.q.bit_length() > 200:
        raise NoMove
    part = rational(Fraction(float(t) ** (1 / case.depth)).limit_denominator(10**6))
    if part == 0:
        raise NoMove
    *below, last = case.weights
    return changed(case, weights=(*(layer * part for layer in below), last * (t / part ** (case.depth - 1))))


def rescale(case: Instance, t: fmpq) -> Instance:
    """``W_1 (1 + t)`` and ``W_2 / (1 + t)``: the imbalance grows from what it is."""
    if case.depth < 2:
        raise NoMove
    first, second, *rest = case.weights
    return changed(case, weights=(first * (1 + t), second / (1 + t), *rest))


def add_unit(case: Instance, t: fmpq) -> Instance:
    """A unit more in the first layer, which leads nowhere and sees new features only, of squared norm exactly ``t``.

    The new features (one to four) have a variance that does not change the extreme eigenvalues. Of balanced layers
    the imbalance ``Delta`` becomes ``t``, whatever rational ``t`` is.
    """
    if case.depth < 2 or t.p * t.q > MAX_SQUARES or t <= 0:
        raise NoMove
    squares = [fmpq(root, int(t.q)) for root in sum_of_four_squares(int(t.p * t.q)) if root]
    wider = _with_features(case, len(squares), case.covariance[0, 0])
    row = rational_array([[0] * case.dimension + squares])
    return changed(wider, weights=with_idle_unit(wider.weights, row))


def _with_features(case: Instance, more: int, variance: fmpq) -> Instance:
    """The instance with more features of that variance, which no other feature is correlated with and no unit sees."""
    sigma = diagonal(*[variance] * (case.dimension + more))
    sigma[:case.dimension, :case.dimension] = case.covariance
    first, *rest = case.weights
    longer = case.with_values(u=rational_array(np.pad(case.values["u"], (0, more))))
    return changed(longer, covariance=sigma, weights=(rational_array(np.pad(first, ((0, 0), (0, more)))), *rest),
                   stated=None if case.stated is None else rational_array(np.pad(case.stated, (0, more))))


def add_row(case: Instance, t: fmpq) -> Instance:
    """A unit more in the first layer, which leads nowhere and sees one feature with the weight ``t``."""
    if case.depth < 2:
        raise NoMove
    return changed(case, weights=with_idle_unit(case.weights, identity(case.dimension)[-1:] * t))


def beside(case: Instance, t: fmpq) -> Instance:
    """A feature more that has no variance: ``w`` moves away from ``w*``, and balanced layers stay balanced.

    The regressor ``w`` must have a rational norm, for its direction enters the first layer.
    """
    w = case.network.regressor()
    size = rational_root(np.dot(w, w), 2)
    if not size:
        raise NoMove
    slope, growth = (1 + t - 1 / (1 + t)) / 2, (1 + t + 1 / (1 + t)) / 2  # growth^2 = 1 + slope^2
    wider = _with_features(case, 1, fmpq(0))
    first, *rest = wider.weights
    first[:, -1] = case.weights[0] @ w * (slope / size)
    return changed(wider, weights=(first, *(layer * growth for layer in rest)))


def leave(case: Instance, t: fmpq) -> Instance:
    """A first layer ``1 + t`` times as large, the regressor as it was: no minimizer any more."""
    if sum(layer.size for layer in case.weights) > MAX_WEIGHTS:
        raise NoMove
    stated = case.regressor if case.stated is None else case.stated
    return changed(case, weights=(case.weights[0] * (1 + t), *case.weights[1:]), stated=stated)


def scale_readout(case: Instance, t: fmpq) -> Instance:
    readout = rational_array([1]) if case.readout is None else case.readout
    return changed(case, readout=readout * t)


def turn(case: Instance, t: fmpq, plane: tuple[int, int] = (0, 1)) -> Instance:
    """The first layer turned in a plane of two features: norms and imbalances stay, ``w`` turns.

    >>> from ..instances.instance import make
    >>> moved = turn(make("axis", [[1, 0], [0, 4]], [[[1, 0]]]), fmpq(1, 3))
    >>> [str(x) for x in moved.weights[0][0]], str(moved.energy)
    (['4/5', '3/5'], '52/25')
    """
    i, j = plane
    if case.dimension <= j or case.stated is not None:
        raise NoMove
    cosine, sine = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    first = case.weights[0].copy()
    first[:, i] = cosine * case.weights[0][:, i] - sine * case.weights[0][:, j]
    first[:, j] = sine * case.weights[0][:, i] + cosine * case.weights[0][:, j]
    return changed(case, weights=(first, *case.weights[1:]))


PROBLEM: tuple[Move[Instance], ...] = (raise_last, shift, scale_covariance, scale_first, scale_evenly, turn)
WEIGHTS: tuple[Move[Instance], ...] = (add_unit, rescale, add_row, scale_weights, beside)
