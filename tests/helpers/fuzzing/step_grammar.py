"""What the fuzzer puts into steps: scalars, matrices, hypotheses, and judgments that are plainly true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import product
from random import Random
from typing import Any

import sympy as sp

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.algebra.layer_ranges import INDICES
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import Relation, SubProduct, dot, norm_squared
from flatcert.theory.language.norms import spectral
from flatcert.theory.language.quantities import E, L, j, k, r, u, w, w_star
from flatcert.theory.setting.dependence import SYMBOLS
from flatcert.theory.setting.flow import right
from flatcert.theory.setting.network import P, W, q

NUMBERS = [sp.Rational(x) for x in ("1", "2", "0", "-1", "1/2", "3", "-2", "3/2", "5", "9")]
WORDS = sorted((x for x in SYMBOLS if isinstance(x, sp.Symbol) and x not in INDICES), key=str)
FAMILIAR = [E, Q.norm_w, Q.a, Q.b, Q.lambda_min, Q.lambda_max, Q.lambda_pos, Q.S, Q.S_min, Q.Delta, Q.norm_q1,
            Q.norm_p, r, Q.gamma, Q.risk_gap, Q.kappa, Q.S_balanced, Q.theta, Q.alpha, Q.trace_min]
ENDS = [sp.S.One, L, sp.S.Zero, sp.Integer(2), L - 1, k, L + 1, j, k - 1, k + 1, sp.Integer(3), sp.S.NegativeOne]
SCOPES = [(sp.S.One, L), (sp.S.Zero, L), (sp.S.Zero, L), (sp.Integer(2), L), (sp.S.One, L - 1),
          (sp.S.One, sp.S.One), (sp.S.Zero, sp.S.Zero), (sp.Integer(2), sp.S.One), (sp.S.One, L + 1), (j, L),
          (sp.S.One, k)]
OF_LAYERS = [k, k - 1, 2 - k, 3 - 2 * k, L - k, k - 2, sp.S.Zero ** (k - 1), sp.S.Zero ** (1 - k), 1 / (k - 1), L - 1,
             L - 2, k**2 - 4 * k + 3, (k - 2) ** 2, 4 * k - k**2 - 2, 3 * k - k**2 - 1]
VECTORS = [u, w, w_star, Q.g, Q.Sigma * w_star, Q.Sigma * u, right(1), P(k).T * q(k), Q.M * u]
NAMES = ["E > 0", "L >= 2", "L == 1", "minimizer", "aligned", "planted", "L >= 3", "plain", "w == w*", "balanced",
         "square", "q_1 != 0", "w* eigenvector", "W != 0"]
ORTHOGONAL = w_star * dot(u, u) - u * dot(u, w_star)
"""A vector that is orthogonal to ``u``."""


def scalar(rng: Random, near: Iterable[sp.Basic] = (), depth: int = 2) -> sp.Expr:
    """A scalar over the vocabulary; some are not real, or not defined, somewhere. ``near`` are more likely."""
    near = [x for x in near if not getattr(x, "is_Matrix", False)]
    kind = rng.randrange(9)
    if depth and kind >= 4:
        x, y = scalar(rng, near, depth - 1), scalar(rng, near, depth - 1)
        return (lambda: x + y, lambda: x * y, lambda: x - y, lambda: rng.choice(NUMBERS) * x,
                lambda: wrapped(rng, x, y))[kind - 4]()
    if near and kind % 4 == 0:
        return rng.choice(near)
    if kind % 4 == 1:
        return rng.choice(NUMBERS)
    if kind % 4 == 2 and rng.random() < 0.5:
        return rng.choice(OF_LAYERS)
    if kind % 4 == 2:
        return rng.choice([ dot(u, w), dot(u, u), L, sp.sqrt(Q.S)])
    return rng.choice(FAMILIAR if rng.random() < 0.8 else WORDS)


def wrapped(rng: Random, x: sp.Expr, y: sp.Expr) -> sp.Expr:
    """A function of a scalar, and perhaps of another."""
    return rng.choice((
        lambda: -x, lambda: 2 * x, lambda: x + 1, lambda: 1 / x, lambda: x**2, lambda: sp.sqrt(x), lambda: sp.sqrt(x),
        lambda: sp.sqrt(x - y),
        lambda: sp.sqrt(x**2), lambda: sp.Abs(x), lambda: sp.S.Zero**x, lambda: sp.Sum(x, (k, 1, L)),
        lambda: sp.Product(x, (k, 1, L)), lambda: sp.Max(x, y), lambda: sp.exp(x), lambda: sp.log(x), lambda: x**L,
        lambda: x ** (L - 1), lambda: x ** (2 * L - 2), lambda: x ** (1 / L), lambda: x ** (-y), lambda: x - y,
        lambda: x + shown_zero(k), lambda: x * y, lambda: x / y, lambda: sp.sqrt(x**2 * y), lambda: x ** (k - 1),
        lambda: sp.Sum(x, (k, 2, L)), lambda: sp.Product(x, (k, 2, L - 1)), lambda: (x**4) ** (1 / sp.S(4))))()


def shown_zero(x: sp.Expr) -> sp.Expr:
    """Zero, in a form that shows ``x``."""
    return (x + 1) ** 2 - x**2 - 2 * x - 1


def matrix(rng: Random, old: sp.Basic, near: Iterable[sp.Basic]) -> sp.Basic:
    """Another matrix of the same shape."""
    same = [x for x in near if getattr(x, "is_Matrix", False) and x.shape == old.shape]
    same += [x for x in VECTORS if x.shape == old.shape]
    makers: list[Callable[[], sp.Basic]] = [
        lambda: rng.choice(same or [old]), lambda: 2 * old, lambda: -old, lambda: scalar(rng, near, 1) * old,
        lambda: old + rng.choice(same or [old]), lambda: sp.ZeroMatrix(*old.shape)]
    if old.shape == w.shape:
        makers += [lambda: old + ORTHOGONAL] * 2
    if old.shape == Q.M.shape:
        makers += [lambda: old + ORTHOGONAL * ORTHOGONAL.T] * 3 + [lambda: sp.Identity(w.rows), lambda: old.T]
    return rng.choice(makers)()


def compared(rng: Random, near: Iterable[sp.Basic] = ()) -> Relation:
    """Two scalars, compared: a hypothesis, perhaps a false one."""
    x = rng.choice(FAMILIAR)
    y = rng.choice((rng.choice(FAMILIAR), rng.choice(NUMBERS), scalar(rng, near, 1)))
    return Relation(*rng.choice(((x, "<", y), (y, "<", x), (x, "<=", y), (x, ">=", y), (x, "==", y),
                                 (wrapped(rng, x, r), ">", 0), (r, "<", x), (x, "<=", r))))


def _always(relation: Relation, low: sp.Expr, high: sp.Expr, depths: Iterable[int]) -> bool:
    """Whether a relation between layers holds, and is defined, for all these depths."""
    for depth in depths:
        ends = [int(x.xreplace({L: sp.Integer(depth)})) for x in (low, high)]
        for layer in range(ends[0], ends[1] + 1):
            x, y = (s.xreplace({L: sp.Integer(depth), k: sp.Integer(layer)}) for s in (relation.lhs, relation.rhs))
            if not (x.is_Rational and y.is_Rational):
                return False
            holds = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x == y}
            if not holds[relation.op]:
                return False
    return True


@cache
def truths() -> tuple[Judgment, ...]:
    """Judgments that are true, some of them on few layers only, and on none."""
    found = [
        Judgment(Relation(*x), frozenset(facts)) for x, facts in (
            ((1, ">=", 1), ()), ((2, ">", 1), ()), ((-2, "<=", 1), ()),
            ((sp.Rational(1, 2), "<=", sp.Rational(3, 2)), ()),
            ((1, "<", 2), ()), ((1, "==", 1), ()), ((L, "<=", 1), ("L == 1",)), ((L, "==", 1), ("L == 1",)),
            ((L, ">", 1), ("L >= 2",)), ((L, "!=", 1), ("L >= 2",)), ((L, ">=", 1), ()), ((r, ">", 0), ()),
            ((Q.alpha, ">=", Q.lambda_pos), ()), ((Q.alpha, "<=", Q.lambda_max), ()), ((r, "==", r), ()),
            ((dot(right(1), right(1)), "==", 1), ()), ((Q.lambda_min, "<=", Q.lambda_max), ()),
            ((Q.lambda_min, ">=", 0), ()), ((Q.risk_gap, ">=", 0), ()), ((Q.Delta, ">=", 0), ()),
            ((Q.Delta, "==", 0), ("L == 1",)), ((Q.Delta, "<=", 0), ("balanced",)),
            ((Q.S_min, "<=", Q.S), ("minimizer",)),
            ((Q.S, ">", 0), ("minimizer", "E > 0")), ((Q.risk_gap, "==", 0), ("minimizer",)),
            ((dot(u, Q.Sigma * u), ">=", 0), ()), ((dot(u, w), "==", dot(w, u)), ()),
            ((dot(w, u), "==", dot(w + ORTHOGONAL, u)), ()), ((norm_squared(W(1)), ">", 0), ("W != 0",)),
        )]
    pairs = Judgment(Relation(P(k - 1), "==", SubProduct(j, k) * P(j)), frozenset(), {k: (j + 1, L), j: (sp.S.One, L)})
    found += [pairs, Judgment(Relation(spectral(W(k)), ">=", 0), frozenset(), {k: (sp.S.One, L)}),
              Judgment(Relation(P(k - 1), "==", SubProduct(1, k) * P(1)), frozenset(), {k: (sp.Integer(2), L)})]
    return tuple(found)


@cache
def of_layers() -> tuple[Judgment, ...]:
    """True relations between numbers and layers, some of them on few layers only, and on none."""
    ranges = [(sp.S.One, L), (sp.Integer(2), L), (sp.S.One, sp.S.One), (sp.Integer(2), sp.Integer(2)),
              (sp.S.One, L - 1), (sp.Integer(2), sp.S.One), (L, L), (sp.S.Zero, sp.S.Zero)]
    sides = [k, k - 1, 2 - k, 3 - 2 * k, L - k, sp.S.One, sp.Integer(2), sp.S.Zero, sp.S.Zero ** (k - 1), 1 / k,
             sp.Rational(3, 2) * k, 2**k, sp.S.Zero**k]
    found = []
    for (low, high), x, y, op in product(ranges, sides, sides, ("<=", "<", "==")):
        relation = Relation(x, op, y)
        if not (x.has(k) or y.has(k)) or x == y or ((low, high) == (2, 1) and (x, y) not in ((k, 0), (2 - k, k))):
            continue  # anything holds on no layers: a few of these are enough
        if _always(relation, low, high, range(1, 9)):
            found.append(Judgment(relation, frozenset(), {k: (low, high)}))
        elif (low, high) == (1, L) and _always(relation, low, high, (1,)):
            found.append(Judgment(relation, frozenset({"L == 1"}), {k: (low, high)}))
    return tuple(found)


def assumed(relation: Relation, facts: Any = frozenset(), ranges: Any = None) -> Judgment:
    """What is true because it is supposed."""
    return Judgment(relation, frozenset({relation, *facts}), ranges or {})
