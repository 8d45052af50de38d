"""Random steps of the rules for settings of one's own: what is accepted is true; a bug that is planted is found."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from random import Random
from typing import Any
from unittest import mock

import numpy as np
import pytest
import sympy as sp

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, nonnegative, psd, real, symmetric
from flatcert.rules import commuting, hypothesis, product, semidefinite, weighted_sum
from flatcert.theory.language.relation import Relation
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.refusal import Refused
from flatcert.theory.proof.rules import eigenvalues
from flatcert.theory.proof.rules.common import Inference

SETTING = Setting("attacked", a=real(), b=real(), x=nonnegative(), A=symmetric(2), Q=psd(2), X=matrix(2, 2))
a, b, x, A, Q, X = (SETTING[name] for name in SETTING.data)
NUMBERS = [a, b, x, sp.S.Zero, sp.S.One, a + b, a * b, -x]
WEIGHTS = [sp.Integer(-1), sp.S.Zero, sp.Rational(1, 2), sp.Integer(2), x, a, a**2 * x]
OPS = ["<=", ">=", "<", ">", "=="]
Made = tuple[list[Relation], Relation]
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": lambda p, q: p <= q, ">=": lambda p, q: p >= q, "<": lambda p, q: p < q, ">": lambda p, q: p > q,
    "==": lambda p, q: p == q}
ZERO = sp.ZeroMatrix(2, 2)


def proof() -> Proof:
    theory = Theory("attacked", SETTING)
    theory.claim("c", "C", Obligation("o", (x, ">=", 0)))
    return Proof("c", theory.library)


def accepted(write: Callable[[Proof, list[int]], int], supposed: list[Relation]) -> Relation | None:
    """What the step says, if the kernel accepts it."""
    p = proof()
    try:
        step = write(p, [hypothesis(p, one) for one in supposed])
        return p[step] if all(result.ok for result in p.done({}).check(p.library)) else None
    except Refused:
        return None


def sum_of(rng: Random) -> Made | None:
    """A weighted sum with a goal that is the sum, perhaps with another sign."""
    supposed = [Relation(rng.choice(NUMBERS), rng.choice(OPS), rng.choice(NUMBERS)) for _ in range(2)]
    weights = tuple(rng.choice(WEIGHTS) for _ in supposed)
    squares = ((rng.choice(WEIGHTS), rng.choice(NUMBERS)),) if rng.random() < 0.5 else ()
    total = sum((w * (r.lhs - r.rhs) * (-1 if r.op in "<=" and r.op != "==" else 1)
                 for w, r in zip(weights, supposed, strict=True)), sp.S.Zero) + sum(c * y**2 for c, y in squares)
    goal = (rng.choice((1, 1, 1, -1)) * total, rng.choice((">=", ">=", ">", "==")), 0)
    said = accepted(lambda p, steps: weighted_sum(p, goal, weights, *steps, squares=squares), supposed)
    return None if said is None else (supposed, said)


def product_of(rng: Random) -> Made | None:
    supposed = [Relation(rng.choice(NUMBERS), rng.choice(OPS), rng.choice(NUMBERS)) for _ in range(2)]
    one, other = (r.lhs - r.rhs for r in supposed)
    goal = (rng.choice((1, -1)) * one * other, rng.choice((">=", ">")), 0)
    said = accepted(lambda p, steps: product(p, *steps, to=goal), supposed)
    return None if said is None else (supposed, said)


def false_at(made: Made, rng: Random) -> bool:
    """Whether a point that satisfies what is supposed contradicts what is said."""
    supposed, said = made
    sides_at = sp.lambdify([a, b, x], [one.sides for one in (*supposed, said)], "math")
    for _ in range(60):
        sides = sides_at(rng.randint(-2, 2), rng.randint(-2, 2), rng.randint(0, 2))  # halves at most: floats are exact
        *before, after = [HOLDS[one.op](*side) for one, side in zip((*supposed, said), sides, strict=True)]
        if all(before) and not after:
            return True
    return False


def words(rng: Random) -> sp.MatrixExpr:
    """A symmetric matrix that may be semidefinite."""
    word = rng.choice([A, Q, X.T * X, X * Q * X.T, A * Q * A, Q * A * Q, A * A, X.T * A * X, A**3, sp.Identity(2)])
    return rng.choice([sp.S.One, sp.Integer(-1), x, a, a**2]) * word


def matrices_of(rng: Random) -> sp.MatrixExpr | None:
    """A matrix that is said to be semidefinite."""
    goal = words(rng) + words(rng)
    root = rng.choice([A, X, A - x * sp.Identity(2)])
    if rng.random() < 0.3:
        goal, roots = goal + root.T * root, (root,)
    else:
        roots = ()
    said = accepted(lambda p, _: semidefinite(p, (ZERO, "psd<=", goal), roots), [])
    return None if said is None else said.rhs


def factors_of(rng: Random) -> sp.MatrixExpr | None:
    """A product of two matrices, each of which is semidefinite by itself."""
    pair = rng.choice([Q, A * A, X.T * X]), rng.choice([Q, A * A, Q * Q, sp.Identity(2)])

    def write(p: Proof, _: list[int]) -> int:
        return commuting(p, *(semidefinite(p, (ZERO, "psd<=", one)) for one in pair))

    said = accepted(write, [])
    return None if said is None else said.rhs


def negative_at(goal: sp.MatrixExpr, rng: Random) -> bool:
    """Whether the matrix has a negative eigenvalue, or none that is real, for some small integers."""
    value = sp.lambdify([A, Q, X, a, x], goal, "numpy")
    for _ in range(30):
        draw = np.array([[rng.randint(-2, 2) for _ in range(2)] for _ in range(6)])
        found = np.asarray(value(draw[:2] + draw[:2].T, draw[2:4] @ draw[2:4].T, draw[4:],
                                 rng.randint(-2, 2), rng.randint(0, 2)), dtype=float)
        if abs(found - found.T).max() > 1e-9 or np.linalg.eigvalsh(found).min() < -1e-9:
            return True
    return False


NOTHING = nullcontext
SIGNS = lambda: mock.patch.object(Inference, "nonnegative", lambda *_: None)  # noqa: E731
SQUARES = lambda: mock.patch.object(eigenvalues, "is_square", lambda _: True)  # noqa: E731


@pytest.mark.parametrize(("make", "contradicts", "bug", "found"), [
    (sum_of, false_at, NOTHING, False), (sum_of, false_at, SIGNS, True),
    (product_of, false_at, NOTHING, False),
    (matrices_of, negative_at, NOTHING, False), (matrices_of, negative_at, SQUARES, True),
    (factors_of, negative_at, NOTHING, False),
], ids=["sum", "sum, signs forgotten", "product", "order", "order, squares forgotten", "factors"])
def test_what_is_accepted_is_true_and_a_bug_is_found(make: Any, contradicts: Any, bug: Any, found: bool) -> None:
    rng, made = Random(7), []
    with bug():
        for _ in range(150):
            if (said := make(rng)) is not None:
                made.append(said)
                if found and contradicts(said, rng):
                    break
    assert len(made) >= (1 if found else 10), "the rule accepts too few of these steps to say anything"
    assert any(contradicts(said, rng) for said in made) == found
