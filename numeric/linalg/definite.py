"""Positive definiteness over balls: a short LDL that proves, or says nothing."""

from __future__ import annotations

from flint import arb, arb_mat

# Below this size an LDL in Python beats products of blocks.
_BLOCK = 12


def ball_ldl_positive(matrix: arb_mat) -> bool:
    """True only if every symmetric matrix in the balls is proved positive definite.

    False means undecided. Only the lower triangle is read. Large matrices are split in
    two, ``A ≻ 0`` exactly when ``A_11 ≻ 0`` and the Schur complement
    ``A_22 − A_21 A_11⁻¹ A_12 ≻ 0``.

    >>> ball_ldl_positive(arb_mat([[2, 1], [1, 2]]))
    True
    >>> ball_ldl_positive(arb_mat([[1, 1], [1, 1]]))
    False
    """
    return _positive(matrix.tolist())


def _positive(rows: list[list[arb]]) -> bool:
    size = len(rows)
    if size <= _BLOCK:
        return _eliminate([row[: i + 1] for i, row in enumerate(rows)])
    half = size // 2
    head = [[rows[max(i, j)][min(i, j)] for j in range(half)] for i in range(half)]
    if not _positive(head):
        return False
    lower = arb_mat([row[:half] for row in rows[half:]])
    solution = arb_mat(head).solve(lower.transpose(), nonstop=True)
    return _positive((arb_mat([row[half:] for row in rows[half:]]) - lower * solution).tolist())


def _eliminate(rows: list[list[arb]]) -> bool:
    """LDL in place on the lower triangle: ``D`` on the diagonal, ``L`` below; False if undecided."""
    for j, pivot_row in enumerate(rows):
        pivot = pivot_row[j]
        if not pivot > 0:  # three-valued: anything but a proof ends here
            return False
        below = rows[j + 1 :]
        column = [row[j] for row in below]
        for i, row in enumerate(below):
            row[j] = ratio = column[i] / pivot
            for k in range(i + 1):
                row[j + 1 + k] -= ratio * column[k]
    return True


def ball_ldl(matrix: arb_mat, accuracy: int) -> tuple[arb_mat, list[arb]] | None:
    """``A = L diag(D) Lᵀ`` with balls, if all ``D`` are proved positive to ``accuracy`` bits.

    Returns None where that fails: singular, indefinite, or too ill-conditioned.

    >>> ball_ldl(arb_mat([[4, 2], [2, 2]]), 20)[1]
    [4.00000000000000, 1.00000000000000]
    """
    rows = [row[: i + 1] for i, row in enumerate(matrix.tolist())]
    if not _eliminate(rows):
        return None
    pivots = [row[i] for i, row in enumerate(rows)]
    # A ball of L may be wide relative to itself, but not relative to its unit diagonal.
    worst = max((x.rad() for i, row in enumerate(rows) for x in row[:i]), default=arb(0), key=float)
    if any(pivot.rel_accuracy_bits() < accuracy for pivot in pivots) or not worst < arb((1, -accuracy)):
        return None
    size = len(rows)
    lower = arb_mat(size, size)
    for i, row in enumerate(rows):
        for j in range(i):
            lower[i, j] = row[j]
        lower[i, i] = 1
    return lower, pivots
