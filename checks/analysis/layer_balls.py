"""Enclosed numbers of every layer that theorems speak of: norms, rank-one gaps, imbalance, alignment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from flint import arb, arb_mat, ctx

from ...numeric.flow.weight_ball import WeightBall
from ...numeric.linalg.eigenvalues import ball_matrix, top_eigenvalue
from ...numeric.linalg.pencil import top_of_pencil, working_precision
from ...numeric.linalg.scalars import Array
from ..output.intervals import Ends, ends
from ..output.json_values import JsonObject, json_object


@dataclass(frozen=True)
class LayerBalls:
    """Enclosures for ``L`` layers, with ``σ_k = ‖W_k‖₂``.

    There are ``L`` numbers ``σ_k²`` and ``‖W_k‖_F² − σ_k²``, and ``L − 1`` numbers ``‖D_k‖₂`` and alignments
    ``χ_k = ⟨v_{k+1}, u_k⟩²``. ``χ_k`` is given by its ends in ``[0, 1]``, which a ball that touches 1 would leave.
    The ends are 0 and 1 where a top singular value is not proved to be simple: then the vectors are not unique.
    """

    squared_norms: list[arb]
    rank_one_gaps: list[arb]
    imbalances: list[arb]
    alignments: list[Ends]

    @property
    def imbalance(self) -> arb:
        """``Δ = Σ_k ‖D_k‖₂``."""
        return sum(self.imbalances, arb(0))

    def as_dict(self) -> JsonObject:
        """The JSON object of the layers."""
        return json_object({"squared_norms": self.squared_norms, "rank_one_gaps": self.rank_one_gaps,
                            "imbalances": self.imbalances, "alignments": self.alignments})


def layer_balls(weights: WeightBall) -> LayerBalls:
    """Enclose the numbers for all weights in the ball.

    >>> from ...numeric.network.network import DeepLinearNetwork
    >>> found = layer_balls(WeightBall(DeepLinearNetwork([[[4.0, 0.0], [0.0, 3.0]], [[1.0, 0.0]]]), arb(0)))
    >>> [round(float(x.mid()), 9) for x in (found.imbalance, found.rank_one_gaps[0])], found.alignments[0]["upper"]
    ([15.0, 9.0], 1.0)
    """
    bits = weights.bits
    with ctx.workprec(working_precision(bits)):
        layers = weights.enclosure.weights
        imbalances = [
            top_eigenvalue(D, bits).max(top_eigenvalue(-D, bits)).nonnegative_part()
            for D in weights.enclosure.imbalance()
        ]
        alignments = [
            squared_cosine(_top_direction(lower @ lower.T, bits), _top_direction(upper.T @ upper, bits))
            for lower, upper in pairwise(layers)
        ]
    return LayerBalls(weights.squared_norms, weights.rank_one_gaps, imbalances, alignments)


class Direction(NamedTuple):
    """An exact vector ``(d, 1)``, and an upper bound of the sine of its angle to the top eigenvector."""

    vector: arb_mat
    sine: arb


def _top_direction(gram: Array, bits: int) -> Direction:
    """A vector near the top eigenvector of a PSD matrix of balls.

    The residual is at least ``(ρ − λ_2) sin``, as the component off the top eigenvector has no eigenvalue above
    ``λ_2``. By interlacing, ``λ_2 <= λ_max(A − ρxxᵀ)`` for any unit ``x``.
    """
    matrix = ball_matrix(gram)
    size = matrix.nrows()
    if size == 1:
        return Direction(arb_mat([[1]]), arb(0))
    vector = top_of_pencil(matrix, [arb(1)] * size, bits).vector
    square = (vector.transpose() * vector)[0, 0]
    quotient = (vector.transpose() * (matrix * vector))[0, 0] / square
    residual = matrix * vector - vector * quotient
    length = ((residual.transpose() * residual)[0, 0].abs_upper() / square).sqrt()
    rest = matrix - vector * vector.transpose() * (quotient / square)
    distance = (quotient - top_of_pencil(rest, [arb(1)] * size, bits).value).lower()
    return Direction(vector, (length / distance).upper() if distance > 0 else arb(1))


def squared_cosine(left: Direction, right: Direction) -> Ends:
    """Enclose ``cos²`` of the angle between the true vectors, which moves by at most the angle, ``<= (π/2) sin``."""
    x, y = left.vector, right.vector
    dot = (x.transpose() * y)[0, 0]
    square = dot * dot / ((x.transpose() * x)[0, 0] * (y.transpose() * y)[0, 0])
    turned = (arb.pi() / 2 * (left.sine + right.sine)).upper()
    found = ends(square + arb(0, turned))
    if found is None:
        return {"lower": 0.0, "upper": 1.0}
    return {"lower": max(found["lower"], 0.0), "upper": min(found["upper"], 1.0)}
