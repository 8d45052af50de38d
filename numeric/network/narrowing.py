"""Wide hidden layers made narrow without a change of the eigenvalues of the Hessian."""

from __future__ import annotations

from flint import arb, arb_mat, ctx

from ..linalg.definite import ball_ldl
from ..linalg.eigenvalues import ball_matrix
from ..linalg.pencil import working_precision
from ..linalg.rational import rank_factor, rational_matrix
from ..linalg.scalars import Array, object_array, scalar_kind
from .network import DeepLinearNetwork

# A singular Gram matrix is factored over the rationals, which takes seconds beyond this size.
_EXACT_LIMIT = 24


def narrowed_widths(widths: tuple[int, ...]) -> tuple[int, ...]:
    """Upper bounds of the widths that `narrowed` leaves.

    >>> narrowed_widths((2, 5000, 1)), narrowed_widths((2, 128, 128, 1))
    ((2, 4, 1), (2, 128, 128, 1))
    """
    narrow = list(widths)
    for k in range(1, len(widths) - 1):
        narrow[k] = min(narrow[k], narrow[k - 1] + narrow[k + 1] + 1)
    return tuple(narrow)


def narrowed(network: DeepLinearNetwork, bits: int = 128) -> DeepLinearNetwork:
    """The network with every hidden layer of more than ``d_{k−1} + d_{k+1} + 1`` units replaced by a narrower one.

    The units of a hidden layer may be rotated, ``W_k → QW_k``, ``W_{k+1} → W_{k+1}Qᵀ``: this moves the weights
    isometrically and leaves the risk. Rotated into the span of the columns of ``W_k`` and the rows of ``W_{k+1}``,
    ``r`` units keep weights and the others have none. What is then left of the Hessian is that of the ``r`` units
    and, for each idle unit, one and the same block in the weights of that unit alone. One idle unit is kept, hence
    the Hessian of the result has the same eigenvalues, with other multiplicities. The rotated weights are the
    columns of a root of the Gram matrix ``[W_k, W_{k+1}ᵀ]ᵀ[W_k, W_{k+1}ᵀ]``.

    Rational entries become balls where a layer is replaced. A layer is left as it is if its Gram matrix cannot be
    factored: balls, or a large singular matrix.

    >>> from ..linalg.rational import rational_array
    >>> narrowed(DeepLinearNetwork([rational_array([[1, 2]] * 9), rational_array([[1] * 9])])).widths
    (2, 2, 1)
    """
    weights = list(network.weights)
    for k in range(len(weights) - 1):
        lower, upper = weights[k], weights[k + 1]
        if lower.shape[0] > lower.shape[1] + upper.shape[0] + 1 and scalar_kind(lower, upper) == "rational":
            root = _gram_root(lower, upper, bits)
            if root is not None:
                weights[k], weights[k + 1] = root[:, :lower.shape[1]], root[:, lower.shape[1]:].T
    return network.with_weights(weights)


def _gram_root(lower: Array, upper: Array, bits: int) -> Array | None:
    """Balls ``T`` with ``TᵀT = [W_k, W_{k+1}ᵀ]ᵀ[W_k, W_{k+1}ᵀ]`` and a last row of zeros."""
    columns = rational_matrix(lower).transpose().tolist() + rational_matrix(upper).tolist()
    stacked = type(rational_matrix(lower))(columns)
    exact = stacked * stacked.transpose()
    size = exact.nrows()
    gram = object_array(exact.entries(), (size, size))
    with ctx.workprec(3 * working_precision(bits)):
        factors = ball_ldl(ball_matrix(gram), working_precision(bits))
        if factors is None:
            if size > _EXACT_LIMIT:
                return None
            columns_of, values = rank_factor(gram)
            factors = arb_mat(size, len(values), [arb(x) for x in columns_of.flat]), [arb(x) for x in values]
        factor, pivots = factors
        rows = [[factor[i, j] * pivot.sqrt() for i in range(size)] for j, pivot in enumerate(pivots)]
    return object_array([x for row in rows for x in row] + [arb(0)] * size, (len(rows) + 1, size))
