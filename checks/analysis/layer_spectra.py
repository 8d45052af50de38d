"""Enclosed numbers of every layer that theorems speak of, by the spectra of the layers: norms, balance, alignment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx

from ...numeric.linalg.definite import ball_ldl_positive
from ...numeric.linalg.eigenvalues import ball_matrix
from ...numeric.linalg.pencil import TopPair, top_of_pencil, working_precision
from ...numeric.linalg.proved_eigenvalue import proved_top_of_balls
from ...numeric.linalg.scalars import Array
from ...numeric.network.network import DeepLinearNetwork
from ..arithmetic.rings import nonnegative_root
from ..deciding.balls import BITS
from ..deep_linear.evaluation.scope import RealScope
from ..deep_linear.instances.instance import Instance
from ..evaluation.abstract_scope import Values
from ..output.intervals import Ends, ends
from ..output.json_values import JsonObject, json_object
from .findings import BALLS

BALL_LIMIT = 130
"""Up to this size eigenvalues are enclosed in balls to full precision, beyond it in float64 with proved errors."""


@dataclass(frozen=True)
class LayerSpectra:
    """Enclosures for ``L`` layers, with ``σ_k = ‖W_k‖₂``.

    For each layer there are ``σ_k²``, ``‖W_k‖_F²``, ``‖W_k‖_F² − σ_k²`` and the square of the second singular value.
    For two adjacent layers there are ``‖D_k‖₂``, ``tr D_k`` and the alignment ``χ_k = ⟨v_{k+1}, u_k⟩²``. ``χ_k`` is
    given by its ends in ``[0, 1]``, which a ball that touches 1 would leave. The ends are 0 and 1 where a top singular
    value is not proved to be simple: then the vectors are not unique.
    """

    squared_norms: list[arb]
    squared_frobenius: list[arb]
    rank_one_gaps: list[arb]
    second_squares: list[arb]
    imbalances: list[arb]
    traces: list[arb]
    alignments: list[Ends]

    @property
    def imbalance(self) -> arb:
        """``Δ = Σ_k ‖D_k‖₂``."""
        return sum(self.imbalances, arb(0))

    def as_dict(self) -> JsonObject:
        """The JSON object of the layers."""
        return json_object({"squared_norms": self.squared_norms, "rank_one_gaps": self.rank_one_gaps,
                            "imbalances": self.imbalances, "alignments": self.alignments})


def layer_spectra(network: DeepLinearNetwork, bits: int = BITS) -> LayerSpectra:
    """Enclose the spectra of the layers of a network with rational or ball entries.

    >>> found = layer_spectra(DeepLinearNetwork([[[4.0, 0.0], [0.0, 3.0]], [[1.0, 0.0]]]))
    >>> [round(float(x.mid()), 9) for x in (found.imbalance, found.rank_one_gaps[0], found.traces[0])]
    [15.0, 9.0, 24.0]
    >>> found.alignments[0]["upper"]
    1.0
    """
    with ctx.workprec(working_precision(bits)):
        weights = [ball_matrix(weight) for weight in network.weights]
        layers = [_layer(weight, bits) for weight in weights]
        balances = [lower * lower.transpose() - upper.transpose() * upper for lower, upper in pairwise(weights)]
        return LayerSpectra(
            [x.squared_norm for x in layers], [x.squared_frobenius for x in layers],
            [(x.squared_frobenius - x.squared_norm).nonnegative_part() for x in layers],
            [x.second_square for x in layers], [_norm(balance, bits) for balance in balances],
            [balance.trace() for balance in balances],
            [_squared_cosine(lower.left, upper.right) for lower, upper in pairwise(layers)])


class _Direction(NamedTuple):
    """An exact vector ``(d, 1)``, and an upper bound of the sine of its angle to a top singular vector."""

    vector: arb_mat
    sine: arb


class _Layer(NamedTuple):
    squared_frobenius: arb
    squared_norm: arb
    second_square: arb
    left: _Direction
    right: _Direction


def _layer(weight: arb_mat, bits: int) -> _Layer:
    """The squared singular values and the top singular vectors, from the smaller of the two Gram matrices."""
    turned = weight.nrows() <= weight.ncols()
    matrix = weight.transpose() if turned else weight
    gram = matrix.transpose() * matrix
    top = _top(gram, bits)
    vector = top.vector
    square = (vector.transpose() * vector)[0, 0]
    image = gram * vector
    quotient = (vector.transpose() * image)[0, 0] / square
    second, sine = arb(0), arb(0)
    if gram.nrows() > 1:
        # λ_2 <= λ_max(A − ρxxᵀ) for any unit x, by interlacing; λ_1 + λ_2 >= ρ(x) + ρ(z) for z ⟂ x, by Ky Fan.
        rest = _top(gram - vector * vector.transpose() * (quotient / square), bits)
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
    right, left = _Direction(vector, sine), _image(matrix, _Direction(vector, sine), top.value)
    if turned:
        left, right = right, left
    return _Layer(gram.trace().nonnegative_part(), top.value.nonnegative_part(), second, left, right)


def _image(matrix: arb_mat, direction: _Direction, top: arb) -> _Direction:
    """``Av``, which is near the other top singular vector: the rest of it has a norm of at most ``σ_1 sin``."""
    vector = matrix * direction.vector
    length = (vector.transpose() * vector)[0, 0].nonnegative_part().sqrt()
    given = (direction.vector.transpose() * direction.vector)[0, 0].sqrt()
    ratio = top.abs_upper().sqrt() * direction.sine * given / length
    if not length > 0:
        vector = arb_mat(matrix.nrows(), 1, [1] * matrix.nrows())
    return _Direction(vector, ratio.upper().min(arb(1)) if length > 0 and ratio.is_finite() else arb(1))


def _top(matrix: arb_mat, bits: int) -> TopPair:
    size = matrix.nrows()
    if size <= BALL_LIMIT:
        return top_of_pencil(matrix, [arb(1)] * size, bits)
    return proved_top_of_balls(matrix)


def _norm(matrix: arb_mat, bits: int) -> arb:
    """Enclose the spectral norm of a symmetric matrix by its larger end. The other end is shown to be smaller."""
    size = matrix.nrows()
    largest = max((x.abs_upper() for x in matrix.entries()), default=arb(0))
    if not largest.is_finite() or largest == 0:
        return largest
    floats = np.array([float(x / largest) for x in matrix.entries()]).reshape(size, size)
    values = np.linalg.eigvalsh(floats)
    signed = matrix if values[-1] >= -values[0] else -matrix
    top = _top(signed, bits).value
    if size <= BALL_LIMIT:
        identity = arb_mat(size, size)
        for i in range(size):
            identity[i, i] = top.upper()
        if ball_ldl_positive(identity + signed):
            return top.nonnegative_part()
    return top.max(_top(-signed, bits).value).nonnegative_part()


def _squared_cosine(left: _Direction, right: _Direction) -> Ends:
    """Enclose ``cos²`` of the angle between the true vectors, which moves by at most the angle, ``<= (π/2) sin``."""
    x, y = left.vector, right.vector
    dot = (x.transpose() * y)[0, 0]
    square = dot * dot / ((x.transpose() * x)[0, 0] * (y.transpose() * y)[0, 0])
    turned = (arb.pi() / 2 * (left.sine + right.sine)).upper()
    found = ends(square + arb(0, turned))
    if found is None:
        return {"lower": 0.0, "upper": 1.0}
    return {"lower": max(found["lower"], 0.0), "upper": min(found["upper"], 1.0)}


class Spectra(NamedTuple):
    """What is known of the layers of a large network: its image under `narrowed`, and the spectra of both."""

    image: DeepLinearNetwork
    layers: LayerSpectra


class LayerScope(RealScope):
    """A scope that reads the numbers of layers from their spectra, which are those of the image under `narrowed`.

    The vectors ``left`` and ``right`` are given in a basis where the first one is the first unit vector: only the
    square of their product is determined.
    """

    def __init__(self, instance: Instance, spectra: Spectra, values: Values) -> None:
        super().__init__(instance, BALLS, values)
        self.rotated, self.spectra = spectra

    @property
    def network(self) -> DeepLinearNetwork:
        return self.rotated

    def spectral(self, family: str, index: int) -> arb:
        if family == "D":
            return self.spectra.imbalances[index - 1]
        return nonnegative_root(self.spectra.squared_norms[index - 1])

    def second_singular(self, family: str, index: int) -> arb:
        return nonnegative_root(self.spectra.second_squares[index - 1])

    def layer(self, family: str, index: int) -> Array:
        if family == "left":
            return np.array([[arb(1)], [arb(0)]], dtype=object)
        if family == "right":
            found = self.spectra.alignments[index - 2]
            cosine = nonnegative_root(arb(found["lower"]).union(arb(found["upper"])))
            return np.array([[cosine], [arb(0)]], dtype=object)
        if family == "D":  # statements ask for its trace only
            return np.array([[self.spectra.traces[index - 1]]], dtype=object)
        return self.rotated.weights[index - 1] if family == "W" else super().layer(family, index)
