"""The spectra of the layers of exact weights, enclosed at sizes where characteristic polynomials take too long."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx

from ...numeric.linalg.definite import ball_ldl_positive
from ...numeric.linalg.eigenvalues import ball_matrix
from ...numeric.linalg.pencil import TopPair, top_of_pencil, working_precision
from ...numeric.linalg.proved_eigenvalue import proved_top_of_balls
from ...numeric.network.network import DeepLinearNetwork
from ..arithmetic.rings import nonnegative_root
from ..instances.instance import Instance
from .findings import BITS, BallScope
from .layer_balls import Direction, LayerBalls, squared_cosine

BALL_LIMIT = 130
"""Up to this size eigenvalues are enclosed in balls to full precision; beyond, in float64 with proved errors."""


@dataclass(frozen=True)
class LayerSpectra(LayerBalls):
    """`LayerBalls`, and of each layer ``‖W_k‖_F²`` and the square of the second singular value; ``tr D_k``."""

    frobenius: list[arb]
    second_squares: list[arb]
    traces: list[arb]


def layer_spectra(network: DeepLinearNetwork) -> LayerSpectra:
    """The spectra of a network with rational or ball entries.

    >>> found = layer_spectra(DeepLinearNetwork([[[4.0, 0.0], [0.0, 3.0]], [[1.0, 0.0]]]))
    >>> [round(float(x.mid()), 9) for x in (found.imbalance, found.second_squares[0], found.traces[0])]
    [15.0, 9.0, 24.0]
    """
    with ctx.workprec(working_precision(BITS)):
        weights = [ball_matrix(weight) for weight in network.weights]
        layers = [_layer(weight) for weight in weights]
        balances = [lower * lower.transpose() - upper.transpose() * upper for lower, upper in pairwise(weights)]
        return LayerSpectra(
            [layer.top for layer in layers], [(x.frobenius - x.top).nonnegative_part() for x in layers],
            [_norm(balance) for balance in balances],
            [squared_cosine(lower.left, upper.right) for lower, upper in pairwise(layers)],
            [x.frobenius for x in layers], [x.second for x in layers], [balance.trace() for balance in balances])


class _Layer(NamedTuple):
    frobenius: arb
    top: arb
    second: arb
    left: Direction
    right: Direction


def _layer(weight: arb_mat) -> _Layer:
    """Squared singular values and the top singular vectors, from the smaller of the two Gram matrices."""
    turned = weight.nrows() < weight.ncols()
    matrix = weight.transpose() if turned else weight
    gram = matrix.transpose() * matrix
    top = _top(gram)
    vector = top.vector
    square = (vector.transpose() * vector)[0, 0]
    image = gram * vector
    quotient = (vector.transpose() * image)[0, 0] / square
    second, sine = arb(0), arb(0)
    if gram.nrows() > 1:
        # λ_2 <= λ_max(A − ρxxᵀ) for any unit x, by interlacing; λ_1 + λ_2 >= ρ(x) + ρ(z) for z ⟂ x, by Ky Fan.
        rest = _top(gram - vector * vector.transpose() * (quotient / square))
        other = rest.vector - vector * ((vector.transpose() * rest.vector)[0, 0] / square)
        beside = (other.transpose() * (gram * other))[0, 0] / (other.transpose() * other)[0, 0]
        lower = quotient + beside - top.value.upper()
        upper = rest.value.upper().max(arb(0))
        second = (lower if lower.is_finite() else arb(0)).lower().max(arb(0)).min(upper).union(upper)
        # |Ax − ρx| >= (ρ − λ_2) sin.
        residual = image - vector * quotient
        length = ((residual.transpose() * residual)[0, 0].abs_upper() / square).sqrt()
        distance = (quotient - second).lower()
        sine = (length / distance).upper().min(arb(1)) if distance > 0 else arb(1)
    right, left = Direction(vector, sine), _image(matrix, Direction(vector, sine), top.value)
    if turned:
        left, right = right, left
    return _Layer(gram.trace().nonnegative_part(), top.value.nonnegative_part(), second, left, right)


def _image(matrix: arb_mat, direction: Direction, top: arb) -> Direction:
    """``Av`` near the other top singular vector: what is off it has norm at most ``σ_1 sin``."""
    vector = matrix * direction.vector
    length = (vector.transpose() * vector)[0, 0].nonnegative_part().sqrt()
    given = (direction.vector.transpose() * direction.vector)[0, 0].sqrt()
    ratio = top.abs_upper().sqrt() * direction.sine * given / length
    if not length > 0:
        vector = arb_mat(matrix.nrows(), 1, [1] * matrix.nrows())
    return Direction(vector, ratio.upper().min(arb(1)) if length > 0 and ratio.is_finite() else arb(1))


def _top(matrix: arb_mat) -> TopPair:
    size = matrix.nrows()
    if size <= BALL_LIMIT:
        return top_of_pencil(matrix, [arb(1)] * size, BITS)
    return proved_top_of_balls(matrix)


def _norm(matrix: arb_mat) -> arb:
    """The spectral norm of a symmetric matrix: the larger end is enclosed, the other one is shown to be smaller."""
    size = matrix.nrows()
    largest = max((x.abs_upper() for x in matrix.entries()), default=arb(0))
    if not largest.is_finite() or largest == 0:
        return largest
    floats = np.array([float(x / largest) for x in matrix.entries()]).reshape(size, size)
    values = np.linalg.eigvalsh(floats)
    signed = matrix if values[-1] >= -values[0] else -matrix
    top = _top(signed).value
    if size <= BALL_LIMIT:
        identity = arb_mat(size, size)
        for i in range(size):
            identity[i, i] = top.upper()
        if ball_ldl_positive(identity + signed):
            return top.nonnegative_part()
    return top.max(_top(-signed).value).nonnegative_part()


class LayerScope(BallScope):
    """A scope that reads all of its layers from their spectra, those of the image under `narrowed` at large widths.

    The vectors ``left`` and ``right`` are given in a basis where the first is the first unit vector: only
    the square of their product is determined.
    """

    def __init__(
        self, instance: Instance, image: DeepLinearNetwork, spectra: LayerSpectra, values: dict[str, Any]
    ) -> None:
        super().__init__(instance, values)
        self.rotated, self.spectra = image, spectra

    @property
    def network(self) -> DeepLinearNetwork:
        return self.rotated

    def spectral(self, family: str, index: int) -> arb:
        if family == "D":
            return self.spectra.imbalances[index - 1]
        return nonnegative_root(self.spectra.squared_norms[index - 1])

    def second_singular(self, family: str, index: int) -> arb:
        return nonnegative_root(self.spectra.second_squares[index - 1])

    def layer(self, family: str, index: int) -> Any:
        if family == "left":
            return np.array([[arb(1)], [arb(0)]], dtype=object)
        if family == "right":
            found = self.spectra.alignments[index - 2]
            cosine = nonnegative_root(arb(found["lower"]).union(arb(found["upper"])))
            return np.array([[cosine], [arb(0)]], dtype=object)
        if family == "D":  # statements ask for its trace only
            return np.array([[self.spectra.traces[index - 1]]], dtype=object)
        return self.rotated.weights[index - 1] if family == "W" else super().layer(family, index)
