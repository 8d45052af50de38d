"""The sharpness at any weights, enclosed through the reduced Hessian."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any, NamedTuple

from flint import arb, ctx

from ..linalg.pencil import top_of_pencil, working_precision
from ..linalg.proved_eigenvalue import MAX_SIZE, proved_top
from ..linalg.rational import rational
from ..linalg.scalars import scalar_kind
from .narrowing import narrowed, narrowed_widths
from .network import DeepLinearNetwork
from .problem import RegressionProblem
from .reduced_hessian import ReducedHessian, Undetermined

BALL_LIMIT = 160
"""Up to this size the eigenproblem is solved in balls, to full precision; beyond, in float64 with proved errors."""
# Up to this size balls are tried where float64 leaves more than this part of the eigenvalue open.
_FALLBACK_LIMIT, _ACCEPTED = 400, 2.0**-24
MAX_SECONDS, MAX_BYTES = 300.0, 2e9
"""Beyond these an enclosure is refused."""
# Where the float matrix is further from the balls than this part of their size, precision is doubled, up to a cap.
_ACCURACY = 2.0**-40
_MAX_BITS = 2048


class Cost(NamedTuple):
    """What the enclosure takes: size of the eigenproblem, seconds (about, on one core), bytes."""

    size: int
    seconds: float
    bytes: float


def enclosure_cost(widths: tuple[int, ...], *, narrow: bool = True) -> Cost:
    """The cost of `enclosed_sharpness` for a network with these widths, from above.

    ``narrow`` tells whether wide layers can be replaced by `narrowed`, which takes rational entries.

    >>> enclosure_cost((2, 128, 128, 1)).size, enclosure_cost((2, 5000, 1)).size
    (512, 9)
    """
    left = narrowed_widths(widths) if narrow else widths
    size = sum(left[:-1]) + sum(width - 1 for width in left[1:-1])
    products, largest, columns = 0, 0, 0
    for lower, upper in zip(left[-2::-1], left[:0:-1], strict=True):  # from the last layer down
        products += (lower * upper + 3 * upper + lower * left[0]) * (columns + lower)
        columns += lower
        largest = max(largest, lower * columns)
    read = sum(lower * upper for lower, upper in pairwise(widths))
    balls = size**3 * 1e-7 if size <= BALL_LIMIT else 0
    seconds = 4e-9 * products + 2e-6 * size**2 + 1e-9 * size**3 + 2e-6 * read + balls
    return Cost(size, seconds, 48.0 * size**2 + 400.0 * largest + 300.0 * read)


def excess(cost: Cost) -> str | None:
    """The end of a sentence that says what a cost beyond the limits takes, or None for a cost within them.

    >>> excess(enclosure_cost((2, 128, 128, 1))) is None
    True
    >>> excess(Cost(9000, 3000.0, 5e9)).partition(",")[0]
    'takes an eigenproblem of size 9000'
    """
    if cost.seconds <= MAX_SECONDS and cost.bytes <= MAX_BYTES and cost.size <= MAX_SIZE:
        return None
    return (f"takes an eigenproblem of size {cost.size}, about {cost.seconds / 60:,.0f} minutes and "
            f"{cost.bytes / 1e9:,.1f} GB, beyond {MAX_SECONDS / 60:.0f} minutes or {MAX_BYTES / 1e9:.0f} GB: "
            "give a smaller one, with like entries.")


def enclosed_sharpness(problem: RegressionProblem, network: DeepLinearNetwork, bits: int = 128) -> arb:
    """The largest eigenvalue of the Hessian of a network, enclosed; floats are read as the rationals that they are.

    Its width relative to the norm of the Hessian is about ``2^{-bits}`` up to a size of 160 of the reduced
    Hessian, and about ``n² 2^{-52}`` for a larger size ``n``; or what the balls of the entries allow.

    Raises:
        Undetermined: balls so wide that the reduction is not determined; it is a ValueError.
        ValueError: more than 5 minutes or 2 GB.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> print(enclosed_sharpness(problem, DeepLinearNetwork([[[0.5]]] * 3)).str(5, radius=False))
    0.87500
    """
    kind = scalar_kind(*network.weights, network.readout, problem.covariance, problem.regressor)
    exact = kind != "arb"
    if kind != "rational":
        network = network.astype(_unrounded)
        problem = problem.astype(rational) if exact else problem  # its floats meet only balls
    precision = working_precision(bits)
    while True:
        last = not exact or precision >= _MAX_BITS
        with ctx.workprec(precision):
            try:
                image = narrowed(network, precision) if exact else network
                if beyond := excess(enclosure_cost(image.widths, narrow=False)):
                    raise ValueError(f"To enclose the sharpness of this network {beyond}")
                reduced = ReducedHessian(problem, image, network)
                top, sharp = _enclosed(reduced, bits)
            except Undetermined:
                if last:
                    raise
            else:
                if sharp or last:
                    return top.max(arb(0)) if reduced.has_kernel else top
        precision *= 2


def _unrounded(entry: Any) -> Any:
    """A ball as it is, any other number as a rational: products of floats would be rounded without a bound."""
    return entry if isinstance(entry, arb) else rational(entry)


def _enclosed(reduced: ReducedHessian, bits: int) -> tuple[arb, bool]:
    """The top eigenvalue, and whether more precision in the balls would not make it sharper."""
    if reduced.size == 0:
        return arb(0), True
    if reduced.size > BALL_LIMIT:
        rounded = reduced.rounded()
        top = (proved_top(rounded.matrix) + arb(0, rounded.error)) * arb((1, rounded.shift))
        # A top eigenvalue far below the norm is known to few digits only.
        if reduced.size > _FALLBACK_LIMIT or top.rad() <= top.abs_upper() * _ACCEPTED:
            return top, bool(rounded.error <= rounded.magnitude * _ACCURACY)
    matrix = reduced.matrix()
    entries = matrix.entries()
    widest, largest = reduce(arb.max, (x.rad() for x in entries)), reduce(arb.max, (x.abs_upper() for x in entries))
    value = top_of_pencil(matrix, [arb(1)] * reduced.size, bits).value
    if not value.is_finite():
        raise Undetermined("The balls are too wide to bound the Hessian: give narrower ones.")
    return value, bool(widest <= largest * arb((1, -bits - 8)))
