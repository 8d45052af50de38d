"""Gradient descent of linear networks compiled with Numba, plain or residual: eight networks a call.

Arrays are flat float64 with the lane as the innermost axis. A plain network has ``K = L − 1`` square layers and the
trained vector ``top = W_L``. A residual one has ``K = L`` square layers and the fixed vector ``top = p``. So both are
``topᵀ W_K ⋯ W_1 x``. A kernel is compiled for one dimension, as a constant dimension unrolls its inner loops, when a
process first uses it. That takes about a second, too little to keep compiled code on a disk, where it would grow stale.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit

from .lanes import WIDTH, any_beyond, fill, load, multiply_add, multiply_subtract, store


@njit
def bury(risks: Any, limit: float, step: int, layers: Any, top: Any, rates: Any, diverged: Any) -> bool:
    """Mark every network whose risk exceeds the limit as diverged, and set its weights and its learning rate to zero.

    Returns whether any network is still running. Without this, diverged networks would stay at infinities and nan, and
    be found again in every step.
    """
    alive = False
    for lane in range(WIDTH):
        if not risks[lane] <= limit:
            diverged[lane] = step
            rates[lane] = 0.0
            layers[lane::WIDTH] = 0.0
            top[lane::WIDTH] = 0.0
        alive = alive or diverged[lane] < 0
    return alive


@lru_cache
def linear_kernel(dimension: int) -> Any:
    """The kernel of linear networks. A step takes ``q`` backward, ``h`` forward, and a rank-one update of each layer.

    ``kernel(layers, top, trained, covariance, regressor, rates, diverged, step, steps, limit)`` takes ``layers``
    ``(K·d·d·8)``, ``top`` ``(d·8)``, whether ``top`` is trained, ``Σ`` ``(d·d)``, ``w*`` ``(d)``, ``rates`` ``(8)``,
    ``diverged`` ``(8)`` integers, negative for networks that have not diverged, the number of steps done before, the
    number of steps to do, and the largest ``R − R_min`` that does not count as divergence, more than ``E``. Weights,
    rates and ``diverged`` change in place; ``diverged`` takes the number of steps after which the limit was exceeded.
    """
    d, block = dimension, dimension * dimension * WIDTH

    @njit(nogil=True, error_model="numpy")
    def kernel(layers: Any, top: Any, trained: bool, covariance: Any, regressor: Any, rates: Any, diverged: Any,
               step: int, steps: int, limit: float) -> None:
        depth = layers.size // block
        q, h = np.empty((depth + 1) * d * WIDTH), np.empty((depth + 1) * d * WIDTH)
        away, gaps = np.empty(d * WIDTH), np.empty(WIDTH)
        last = step + steps
        while step < last:
            for i in range(d):
                store(q, (depth * d + i) * WIDTH, load(top, i * WIDTH))
            for k in range(depth - 1, -1, -1):
                for j in range(d):
                    total = fill(0.0)
                    for i in range(d):
                        weight = load(layers, k * block + (i * d + j) * WIDTH)
                        total = multiply_add(weight, load(q, ((k + 1) * d + i) * WIDTH), total)
                    store(q, (k * d + j) * WIDTH, total)
            for i in range(d):
                store(away, i * WIDTH, load(q, i * WIDTH) - fill(regressor[i]))
            gap = fill(0.0)
            twice = load(rates, 0) + load(rates, 0)
            for i in range(d):
                total = fill(0.0)
                for j in range(d):
                    total = multiply_add(fill(covariance[i * d + j]), load(away, j * WIDTH), total)
                gap = multiply_add(total, load(away, i * WIDTH), gap)
                store(h, i * WIDTH, twice * total)
            if any_beyond(gap, limit):
                store(gaps, 0, gap)
                if not bury(gaps, limit, step, layers, top, rates, diverged):
                    return
                continue  # the same step again, for the others
            for k in range(depth):
                for i in range(d):
                    total = fill(0.0)
                    q_i = load(q, ((k + 1) * d + i) * WIDTH)
                    for j in range(d):
                        place = k * block + (i * d + j) * WIDTH
                        weight, h_j = load(layers, place), load(h, (k * d + j) * WIDTH)
                        total = multiply_add(weight, h_j, total)
                        store(layers, place, multiply_subtract(q_i, h_j, weight))
                    store(h, ((k + 1) * d + i) * WIDTH, total)
            if trained:
                for i in range(d):
                    store(top, i * WIDTH, load(top, i * WIDTH) - load(h, (depth * d + i) * WIDTH))
            step += 1

    return kernel
