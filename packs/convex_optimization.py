"""The worst case of gradient descent on smooth convex functions: Drori and Teboulle's theorem, with its multipliers.

A convex function with an M-Lipschitz gradient enters only by what it says at finitely many points: values f_i and
gradients g_i at x_i, and the value f_star and the gradient 0 at the minimizer x_star, with

    f_i >= f_j + <g_j, x_i - x_j> + |g_i - g_j|^2 / (2 M)

for all pairs; by Taylor, Hendrickx and Glineur (2017) this is all that there is to say. Here z = x_0 - x_star and
x_(i+1) = x_i - g_i / M. After N steps f_N - f_star <= M |z|^2 / (4 N + 2): for N = 1, 2, 3, each a finite statement.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from itertools import pairwise

from sympy import Matrix

from flatcert import Obligation, Setting, Theory
from flatcert.draw import rotation
from flatcert.kinds import positive, real, size, vector
from flatcert.language import Rational, dot, norm_squared
from flatcert.mutants import AUTOMATIC, scaled
from flatcert.rules import hypothesis, weighted_sum

d, STEPS = size("d"), 3
DESCENT = Setting("smooth convex functions", M=positive(), f_star=real(), z=vector(d),
                  **{f"f_{i}": real() for i in range(STEPS + 1)}, **{f"g_{i}": vector(d) for i in range(STEPS + 1)})
M, f_star, z = DESCENT["M"], DESCENT["f_star"], DESCENT["z"]
f, g = ([DESCENT[f"{name}_{i}"] for i in range(STEPS + 1)] for name in "fg")
theory = Theory("convex-optimization", setting=DESCENT)


def point(i):
    """x_i - x_star."""
    return sum((-g[j] / M for j in range(i)), z)


def decrease(i):
    """The inequality for the pair (i - 1, i)."""
    return f[i - 1], ">=", f[i] + dot(g[i], g[i - 1]) / M + norm_squared(g[i - 1] - g[i]) / (2 * M)


def towards(i):
    """The inequality for the pair (star, i)."""
    return f_star, ">=", f[i] - dot(g[i], point(i)) + norm_squared(g[i]) / (2 * M)


# ---------------------------------------------------------------------------------------------------------- families
@theory.family
def huber(rng, index):
    """The worst case, Huber's function: all gradients are equal. Its copies are moved, scaled and rotated."""
    n, top, size_ = 1 + index % 3, Rational(int(rng.integers(1, 5)), 2), int(rng.integers(1, 4))
    scale, least = int(rng.integers(1, 4)), int(rng.integers(-3, 4))
    direction = rotation(rng, size_)[0] if size_ > 1 else [1]
    values = {f"f_{i}": least + scale**2 * top * (2 * n + 1 - i - Rational(1, 2)) for i in range(STEPS + 1)}
    gradients = {f"g_{i}": [scale * top * t for t in direction] for i in range(STEPS + 1)}
    return {"M": top, "f_star": least, "z": [scale * (2 * n + 1) * t for t in direction], **values, **gradients}


@theory.family
def one_dimension(rng, index):
    """M = 1 and f_star = 0 in one dimension, with the largest values that the inequalities allow; one may fail."""
    start, broken = int(rng.integers(1, 5)), index % 4
    gradients = [Rational(int(t), 4) * start for t in rng.integers(0, 5, STEPS + 1)]
    if broken == 1:
        gradients[:2] = [0, start]
    if broken == 2:
        gradients[:2] = [-start, 2 * start]
    if broken == 3:
        gradients[:2] = [Rational(start, 2), 0]
    points, values = [start], []
    for t in gradients:
        values.append(t * points[-1] - t**2 / 2)
        points.append(points[-1] - t)
    if broken == 2:
        values[0] = 20 * start**2
    for i in range(1, STEPS + 1):
        bound = values[i - 1] - gradients[i] * gradients[i - 1] - (gradients[i] - gradients[i - 1]) ** 2 / 2
        values[i] = values[i] if broken == 1 and i == 1 else bound if broken == 3 and i == 1 else min(values[i], bound)
    return {"M": 1, "f_star": 0, "z": [start], **{f"f_{i}": x for i, x in enumerate(values)},
            **{f"g_{i}": [x] for i, x in enumerate(gradients)}}


# -------------------------------------------------------------------------------------------------------------- claim
def steps(n, *mutants):
    """The obligation for n steps; only the inequalities that have a multiplier are supposed."""
    return Obligation(("one", "two", "three")[n - 1], (f[n] - f_star, "<=", M * norm_squared(z) / (4 * n + 2)),
                      on=(huber, one_dimension), given=(*map(decrease, range(1, n + 1)), *map(towards, range(n + 1))),
                      tight=True, mutants=[scaled("4 N + 2 -> 4 N + 3", Rational(4 * n + 2, 4 * n + 3)),
                                           scaled("4 N + 2 -> 6 N + 2", Rational(4 * n + 2, 6 * n + 2)), *mutants])


worst = theory.claim(
    "drori-teboulle", "Gradient descent on a smooth convex function", steps(1, AUTOMATIC), steps(2), steps(3),
    origins=("standard",), note="Known: Drori and Teboulle (2014).")


# -------------------------------------------------------------------------------------------------------------- proof
def multipliers(n):
    """Those of the pairs (i - 1, i), and of the pairs (star, i)."""
    falling = [Rational(i, 2 * n + 1 - i) for i in range(1, n + 1)]
    return falling, [falling[0], *(after - before for before, after in pairwise(falling)), 1 - falling[-1]]


def remainder(n):
    """What the weighted inequalities leave of |z|^2 / (4 n + 2), a quadratic form in z, g_0, ..., g_n, where M = 1."""
    unit = [Matrix([int(i == j) for j in range(n + 2)]) for i in range(n + 2)]
    place = [sum((-unit[1 + j] for j in range(i)), unit[0]) for i in range(n + 1)]
    form = unit[0] * unit[0].T / (4 * n + 2)
    falling, starred = multipliers(n)
    for i, weight in enumerate(falling, 1):
        gap = unit[i] - unit[i + 1]
        form += weight * (unit[i + 1] * unit[i].T + gap * gap.T / 2)
    for i, weight in enumerate(starred):
        form += weight * (-unit[i + 1] * place[i].T + unit[i + 1] * unit[i + 1].T / 2)
    return (form + form.T) / 2


def squares(form):
    """The pivots and the rows of an LDL^T: the form is the sum of pivot * (row . variables)^2."""
    for k in range(form.rows):
        if form[k, k] != 0:
            row = form[k, :] / form[k, k]
            yield form[k, k], row
            form = form - form[k, k] * row.T * row


@theory.proof(worst)
def dual(t):
    """The multipliers leave f_N - f_star of the values, and of the rest a sum of squares."""
    found = {}
    for n, obligation in enumerate(worst.obligations, 1):
        falling, starred = multipliers(n)
        weights = (*falling, *starred)
        form = tuple((M * pivot, row[0] * z + sum((row[1 + j] * g[j] / M for j in range(n + 1)), 0 * z))
                     for pivot, row in squares(remainder(n)))
        supposed = [hypothesis(t, given) for given in obligation.given]
        found[obligation.name] = weighted_sum(t, obligation.relation, weights, *supposed, squares=form)
    return found


if __name__ == "__main__":
    theory.main()
