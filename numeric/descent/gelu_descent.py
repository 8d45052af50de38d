"""Gradient descent of networks with GELU between the layers, compiled with Numba: eight networks a call."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit

from .gelu_lanes import gelu_lanes
from .lanes import WIDTH, any_beyond, fill, load, multiply_add, multiply_subtract, store
from .linear import bury


@lru_cache
def gelu_kernel(dimension: int) -> Any:
    """The kernel of ``topᵀ φ(W_K φ(⋯ φ(W_1 x)))``, ``φ`` = GELU with the error function.

    Arguments as those of `linear_kernel`, with the data ``X`` ``(n·d)`` and ``y`` ``(n)`` in place of ``Σ`` and
    ``w*``, and the risk in place of ``R − R_min``. Layer by layer, all samples at a time: the weights of a layer stay
    in the first cache, the activations of eight networks (``2 n d L`` registers) in the second.
    """
    d, block = dimension, dimension * dimension * WIDTH

    @njit(nogil=True, error_model="numpy")
    def kernel(layers: Any, top: Any, trained: bool, features: Any, target: Any, rates: Any, diverged: Any,
               step: int, steps: int, limit: float) -> None:
        depth, n = layers.size // block, target.size
        sheet = n * d * WIDTH
        # activations[k] = a_k, a_0 = x; slopes[k] = φ'(z_{k+1}), and then the derivative of η R in z_{k+1}.
        activations, slopes = np.empty((depth + 1) * sheet), np.empty(depth * sheet)
        errors, risks = np.empty(n * WIDTH), np.empty(WIDTH)
        for s in range(n * d):
            store(activations, s * WIDTH, fill(features[s]))
        last = step + steps
        while step < last:
            for k in range(depth):
                for s in range(n):
                    row = k * sheet + s * d * WIDTH
                    for i in range(d):
                        total = fill(0.0)
                        for j in range(d):
                            weight = load(layers, k * block + (i * d + j) * WIDTH)
                            total = multiply_add(weight, load(activations, row + j * WIDTH), total)
                        value, slope = gelu_lanes(total)
                        store(activations, row + sheet + i * WIDTH, value)
                        store(slopes, row + i * WIDTH, slope)
            risk = fill(0.0)
            for s in range(n):
                row = depth * sheet + s * d * WIDTH
                error = fill(-target[s])
                for i in range(d):
                    error = multiply_add(load(top, i * WIDTH), load(activations, row + i * WIDTH), error)
                risk = multiply_add(error, error, risk)
                store(errors, s * WIDTH, error)
            risk = risk * fill(1.0 / n)
            if any_beyond(risk, limit):
                store(risks, 0, risk)
                if not bury(risks, limit, step, layers, top, rates, diverged):
                    return
                continue  # the same step again, for the others
            scale = load(rates, 0) * fill(2.0 / n)
            for s in range(n):
                error = load(errors, s * WIDTH) * scale
                store(errors, s * WIDTH, error)
                if depth:
                    row = (depth - 1) * sheet + s * d * WIDTH
                    for i in range(d):
                        slope = load(slopes, row + i * WIDTH)
                        store(slopes, row + i * WIDTH, error * load(top, i * WIDTH) * slope)
            if trained:
                for i in range(d):
                    total = load(top, i * WIDTH)
                    for s in range(n):
                        value = load(activations, depth * sheet + (s * d + i) * WIDTH)
                        total = multiply_subtract(load(errors, s * WIDTH), value, total)
                    store(top, i * WIDTH, total)
            for k in range(depth - 1, -1, -1):
                if k:
                    for s in range(n):
                        row = k * sheet + s * d * WIDTH
                        for j in range(d):
                            total = fill(0.0)
                            for i in range(d):
                                weight = load(layers, k * block + (i * d + j) * WIDTH)
                                total = multiply_add(weight, load(slopes, row + i * WIDTH), total)
                            place = row - sheet + j * WIDTH
                            store(slopes, place, total * load(slopes, place))
                for i in range(d):
                    for j in range(d):
                        place = k * block + (i * d + j) * WIDTH
                        weight = load(layers, place)
                        for s in range(n):
                            row = k * sheet + s * d * WIDTH
                            slope = load(slopes, row + i * WIDTH)
                            weight = multiply_subtract(slope, load(activations, row + j * WIDTH), weight)
                        store(layers, place, weight)
            step += 1

    return kernel
