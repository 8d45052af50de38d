"""Stacks against NumPy on one instance at a time, of equal and of different shapes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.rings import FloatRing
from flatcert.checks.arithmetic.stacks import Ragged, Stack, StackRing

sizes = st.lists(st.tuples(*[st.integers(1, 3)] * 3), min_size=1, max_size=5)
Arrays = list[Any]


def drawn(shapes: list[tuple[int, ...]]) -> Arrays:
    random = np.random.default_rng(sum(map(sum, shapes)))
    return [random.normal(size=shape) for shape in shapes]


def same(stack: Stack, arrays: Arrays) -> bool:
    return bool(np.allclose(stack.rows, Stack.of([np.asarray(array) for array in arrays]).rows))


@given(sizes)
def test_products_sums_and_traces_do_not_feel_the_zeros(shapes: list[tuple[int, int, int]]) -> None:
    a, b = drawn([(m, n) for m, n, _ in shapes]), drawn([(n, p) for _, n, p in shapes])
    u, v = drawn([(n,) for _, n, _ in shapes]), drawn([(m,) for m, _, _ in shapes])
    A, B, U, V = map(Stack.of, (a, b, u, v))
    each = list(zip(a, b, u, v, strict=True))
    assert same(A @ B, [x @ y for x, y, _, _ in each])
    assert same((A @ B).T @ A, [(x @ y).T @ x for x, y, _, _ in each])
    assert same(A @ U, [x @ y for x, _, y, _ in each])
    assert same(V @ A, [y @ x for x, _, _, y in each])
    assert same(U @ U, [y @ y for _, _, y, _ in each])
    assert same((A.T @ A).trace(), [(x.T @ x).trace() for x in a])
    assert same((A * A).sum(), [(x * x).sum() for x in a])
    assert same(U.reshape(-1, 1), [y.reshape(-1, 1) for y in u])
    factor = U @ U + 1
    assert same(-(2 * A + factor * A) / factor, [-(2 * x + (y @ y + 1) * x) / (y @ y + 1) for x, _, y, _ in each])
    assert same(abs(1 + factor) ** 0.5, [(2 + y @ y) ** 0.5 for y in u])


@given(sizes)
def test_weighted_eigenvalues_are_those_of_each(shapes: list[tuple[int, int, int]]) -> None:
    dimensions = tuple(d for d, _, _ in shapes)
    sigma = [x @ x.T for x in drawn([(d, n) for d, n, _ in shapes])]
    matrix = [x + x.T for x in drawn([(d, d) for d in dimensions])]  # of either sign: zeros must not count
    ring = StackRing(dimensions, alike=len(set(shapes)) == 1)
    found = ring.weighted_top(Stack.of(matrix), Stack.of(sigma))
    assert same(found, [FloatRing().weighted_top(x, s) for x, s in zip(matrix, sigma, strict=True)])
    identity = np.eye(max(dimensions), dtype=int).astype(object)
    assert same(ring.weighted_top(identity, Stack.of(sigma)), [np.linalg.eigvalsh(s)[-1] for s in sigma])


def test_functions_of_scalars() -> None:
    ring, numbers = StackRing((1, 1), alike=True), Stack(np.array([1.0, 4.0]))
    assert ring.power(numbers, Fraction(-1, 2)).rows.tolist() == [1, 0.5]
    assert ring.log(ring.exp(numbers)).rows.tolist() == [1, 4]
    assert ring.largest([numbers, np.float64(2), Stack(np.array([0.0, 9.0]))]).rows.tolist() == [2, 9]


def test_what_zeros_would_change_is_refused() -> None:
    """The top eigenvalue of ``(-1)`` and ``diag(-1, -2)`` would become 0 in the first."""
    stack = Stack.of([-np.eye(1), -np.diag([1.0, 2.0])])
    with pytest.raises(Ragged):
        StackRing((1, 2), alike=False).top(stack)
    with pytest.raises(Ragged):
        _ = stack.shape
    alike = Stack.of([-np.eye(2), -np.diag([1.0, 2.0])])
    assert StackRing((2, 2), alike=True).top(alike).rows.tolist() == [-1, -1]
