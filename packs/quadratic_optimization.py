"""How fast first-order methods minimize a quadratic: fixed steps, exact line search, conjugate gradients, heavy ball.

The objective is f(x) = x^T Q x / 2, *with* the factor 1/2; its gradient is g = Q x and its minimizer 0. All eigenvalues
of Q lie between m and M. These are bounds, not eigenvalues: they may be rational where no eigenvalue is.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from sympy import Identity

from flatcert import Obligation, Setting, Theory, auto
from flatcert.draw import rotation
from flatcert.kinds import nonnegative, positive, psd, real, size, vector
from flatcert.language import Rational, dot, norm_squared, sqrt
from flatcert.mutants import AUTOMATIC, scaled, swapped, without
from flatcert.rules import (
    at_vector,
    chain,
    commuting,
    hypothesis,
    identity,
    power,
    scale,
    semidefinite,
    weighted_sum,
)

d, N = size("d"), size("N")
QUADRATIC = Setting("quadratic optimization", Q=psd(d), x=vector(d), m=nonnegative(), M=positive(), s=nonnegative(),
                    eta=real(), b=real(), clock=vector(N))
Q, x, m, M, eta, b, s = (QUADRATIC[name] for name in ("Q", "x", "m", "M", "eta", "b", "s"))
theory = Theory("quadratic-optimization", setting=QUADRATIC)
one, g = Identity(d), Q * x


def f(y):
    """The objective."""
    return dot(y, Q * y) / 2


above = theory.hypothesis("bounded above", (Q, "psd<=", M * one), latex=r"Q \preceq M I")
below = theory.hypothesis("bounded below", (m * one, "psd<=", Q), latex=r"m I \preceq Q")


# ---------------------------------------------------------------------------------------------------------- families
def quadratic(rng, spectrum, coordinates, rotated, **numbers):
    """The quadratic with these eigenvalues, and x with these coordinates in its eigenvectors."""
    basis = rotation(rng, len(spectrum)) if rotated else [[int(i == j) for j in range(len(spectrum))]
                                                           for i in range(len(spectrum))]
    columns = range(len(spectrum))
    matrix = [[sum(row[k] * spectrum[k] * other[k] for k in columns) for other in basis] for row in basis]
    point = [sum(row[k] * coordinates[k] for k in columns) for row in basis]
    return {"Q": matrix, "x": point, "m": min(spectrum), "M": max(spectrum), "eta": 0, "b": 0, "s": 0, "clock": [1],
            **numbers}


@theory.family(count=40)
def slowest(rng, index):
    """x is an eigenvector of the eigenvalue M / (2 N + 1): the worst case of N steps."""
    n, top = 1 + index % 3, Rational(int(rng.integers(1, 5)), int(rng.integers(1, 3)))
    return quadratic(rng, [top / (2 * n + 1), top], [int(rng.integers(1, 5)), 0], index % 2, clock=[1] * n, eta=1 / top)


@theory.family
def line_searches(rng, index):
    """The gradient has the same weight on both extreme eigenvectors, every other time; eta is the exact line search.

    Of five instances one has an m that is too large, one an M that is too small, and one a step that is twice as long.
    """
    spectrum = sorted(Rational(int(rng.integers(1, 9)), int(rng.integers(1, 4))) for _ in range(2 + index % 2))
    weights = [1, *(int(rng.integers(0, 2)) for _ in spectrum[2:]), 1 + index // 2 % 2]
    points = [w / t for w, t in zip(weights, spectrum, strict=True)]
    step = sum(w**2 for w in weights) / sum(w**2 * t for w, t in zip(weights, spectrum, strict=True))
    wrong = [{}, {"m": spectrum[-1]}, {"M": spectrum[0]}, {"eta": 2 * step}, {}][index % 5]
    return quadratic(rng, spectrum, points, index % 3 == 2, **{"eta": step, **wrong})


@theory.family
def two_steps(rng, index):
    """x - eta g - b Q g is the second iterate of conjugate gradients; first the worst case, from Chebyshev's points.

    Other instances have a bound m that is too large, a bound M that is too small, or only one of the two equations.
    """
    k = int(rng.integers(1, 6))
    spectrum, points = [k, 2 * k, 3 * k], [int(t) for t in rng.integers(1, 4, 3)]
    if index % 2 == 0:
        spectrum, points = [k, k, 2 * k, 3 * k, 3 * k], [3, 3, 3, 1, 1]
    pairs = [*zip(points, spectrum, strict=True)]
    two, three, four, five = (sum(p**2 * Rational(t) ** e for p, t in pairs) for e in range(2, 6))
    size = three * five - four**2  # of the equations eta three + b four = two and eta four + b five = three
    steps = {"eta": (two * five - three * four) / size, "b": (three**2 - two * four) / size}
    wrong = [{}, {"m": 3 * k}, {"M": k}, {"eta": (three - five) / four, "b": 1}, {"eta": (two - four) / three, "b": 1}]
    return quadratic(rng, spectrum, points, False, **steps, **wrong[0]) if index % 7 < 3 else quadratic(
        rng, spectrum, points, False, **{**steps, **wrong[index % 7 - 2]})


# --------------------------------------------------------------------------------------------------- gradient descent
after = x - eta * g
step = theory.claim(
    "descent-step", "One step of gradient descent",
    Obligation("identity", (f(after), "==", f(x) - eta * norm_squared(g) + eta**2 / 2 * dot(g, Q * g)),
               on=(slowest, "any"), mutants=[swapped("eta^2/2 -> eta^2", {eta**2: 2 * eta**2})]),
    Obligation("bound", (f(after), "<=", f(x) - eta * (1 - eta * M / 2) * norm_squared(g)), on=(slowest, "any"),
               given=(above,), tight=True, mutants=[without(above), swapped("M/2 -> M/3", {M: 2 * M / 3})]),
    origins=("standard",), note="Known, elementary.")

x_1, x_N = (one - Q / M) * x, (one - Q / M) ** N * x
rate = theory.claim(
    "quadratic-descent", "The worst case of N steps of size 1/M",
    Obligation("one", (f(x_1), "<=", 2 * M / 27 * norm_squared(x)), on=(slowest, "any"), given=(above,), tight=True,
               mutants=AUTOMATIC),
    Obligation("exact", (f(x_N), "<=", M / 2 * (2 * N) ** (2 * N) / (2 * N + 1) ** (2 * N + 1) * norm_squared(x)),
               on=(slowest, "any"), given=(above,), tight=True,
               mutants=[AUTOMATIC, swapped("2 N + 1 -> 2 N + 2", {2 * N + 1: 2 * N + 2}),
                        swapped("step 2/M", {1 / M: 2 / M}, side="lhs")]),
    Obligation("simple", (f(x_N), "<=", M * norm_squared(x) / (4 * N + 2)), on=(slowest, "any"), given=(above,),
               mutants=[without(above), scaled("1 -> 2/5", Rational(2, 5))]),
    note="Known type: the classical maximum of s (1 - s/M)^(2N); below the bound of Drori and Teboulle (2014).")

# -------------------------------------------------------------------------------------------------- exact line search
kantorovich = theory.claim(
    "kantorovich", "Kantorovich's inequality, at the vector Q^(1/2) g",
    Obligation("product", (4 * m * M * dot(x, g) * dot(g, Q * g), "<=", (m + M) ** 2 * norm_squared(g) ** 2),
               on=(line_searches, "any"), given=(below, above), tight=True,
               mutants=[AUTOMATIC, scaled("4 -> 5", Rational(4, 5)), swapped("m + M -> 2 M - m", {m + M: 2 * M - m})]),
    origins=("standard",), note="Known: Kantorovich (1948).")

exact = (dot(g, Q * after), "==", 0)
steepest = theory.claim(
    "steepest-descent", "One step of steepest descent",
    Obligation("rate", ((M + m) ** 2 * f(after), "<=", (M - m) ** 2 * f(x)), on=(line_searches,),
               given=(below, above, exact), tight=True,
               mutants=[AUTOMATIC, swapped("square -> cube", {(M - m) ** 2: (M - m) ** 3 / (M + m)})]),
    origins=("standard",), note="Known: Kantorovich (1948).")

# ------------------------------------------------------------------------------------------------ conjugate gradients
y = x - eta * g - b * Q * g
conjugate = theory.claim(
    "conjugate-gradients", "Two steps of conjugate gradients",
    Obligation("two", ((M**2 + 6 * m * M + m**2) ** 2 * f(y), "<=", (M - m) ** 4 * f(x)), on=(two_steps,),
               given=(below, above, (dot(g, Q * y), "==", 0), (dot(Q * g, Q * y), "==", 0)), tight=True,
               mutants=[AUTOMATIC, swapped("6 -> 7", {6 * m * M: 7 * m * M}, side="lhs")]),
    origins=("standard",),
    note="Known: the bound f(x_N) <= f(x_0) / T_N((M + m)/(M - m))^2 with Chebyshev's polynomial T_N, here for N = 2. "
         "For N = 1 it is the rate of steepest descent.")

# --------------------------------------------------------------------------------------------------------- heavy ball
p, q = sqrt(m), sqrt(M)
alpha, beta = 4 / (p + q) ** 2, ((q - p) / (q + p)) ** 2
ball = theory.claim(
    "heavy-ball", "Both roots of z^2 - (1 + beta - alpha s) z + beta have modulus sqrt(beta)",
    Obligation("roots", ((1 + beta - alpha * s) ** 2, "<=", 4 * beta), given=((m, "<=", s), (s, "<=", M)), tight=True,
               mutants=[AUTOMATIC, swapped("2 alpha", {s: 2 * s}, side="lhs"), scaled("9/10 beta", Rational(9, 10))]),
    origins=("standard",), note="Known: Polyak (1964), with alpha = 4/(sqrt(M) + sqrt(m))^2 and "
                                "sqrt(beta) = (sqrt(M) - sqrt(m))/(sqrt(M) + sqrt(m)). The roots are conjugate.")

# ------------------------------------------------------------------------------------------------------------- proofs
@theory.proof(step)
def expanded(t):
    identical, bound = step.obligations
    exactly = identity(t, identical.relation)
    largest = at_vector(t, hypothesis(t, above), g)
    return {"identity": exactly,
            "bound": weighted_sum(t, bound.relation, (1, eta**2 / 2), exactly, largest)}


@theory.proof(rate)
def cubic(t):
    """4/27 - s (1 - s)^2 is (s - 1/3)^2 (4/3 - s), at s = Q/M."""
    t.partial("exact", "a derivation needs the maximum of s (1 - s/M)^(2 N) for symbolic N, and polynomials of Q in it")
    t.partial("simple", "a derivation needs the same")
    square = semidefinite(t, (0 * one, "psd<=", (Q - M / 3 * one) ** 2), (Q - M / 3 * one,))
    wider = semidefinite(t, (M * one, "psd<=", 4 * M / 3 * one))
    room = chain(t, hypothesis(t, above), wider)
    form = at_vector(t, commuting(t, square, room), x)
    return {"one": scale(t, form, 1 / (2 * M**2), to=rate.obligations[0].relation)}


def between(t):
    """Three factors that commute: (Q - m) (M - Q) Q is semidefinite."""
    both = commuting(t, hypothesis(t, below), hypothesis(t, above))
    return commuting(t, both, semidefinite(t, (0 * one, "psd<=", Q)))


@theory.proof(kantorovich)
def arithmetic_and_geometric_mean(t):
    """a = m M x^T g and b = g^T Q g have the sum c = (m + M) |g|^2 at most, and 4 a b <= (a + b)^2."""
    a, b, c = m * M * dot(x, g), dot(g, Q * g), (m + M) * norm_squared(g)
    means = weighted_sum(t, (4 * a * b, "<=", (a + b) ** 2), squares=((1, a - b),))
    total = weighted_sum(t, (a + b, "<=", c), (1,), at_vector(t, between(t), x))
    return {"product": chain(t, means, power(t, total, 2), to=kantorovich.obligations[0].relation)}


@theory.proof(steepest)
def best_step(t):
    """The exact line search is as good as the step 2/(m + M); (M - m)^2 - (M + m - 2 s)^2 = 4 (s - m) (M - s)."""
    rate = steepest.obligations[0]
    other = x - 2 / (m + M) * g
    form = at_vector(t, between(t), x)
    fixed = weighted_sum(t, ((M + m) ** 2 * f(other), "<=", (M - m) ** 2 * f(x)), (2,), form)
    search, move = hypothesis(t, rate.given[2]), other - after
    positive = at_vector(t, semidefinite(t, (0 * one, "psd<=", Q)), move)
    better = weighted_sum(t, (f(after), "<=", f(other)), (eta - 2 / (m + M), Rational(1, 2)), search, positive)
    return {"rate": chain(t, scale(t, better, (M + m) ** 2), fixed, to=rate.relation)}


@theory.proof(conjugate)
def best_polynomial(t):
    """The second iterate is as good as Chebyshev's polynomial p(Q) x, for which

    (M - m)^4 - (2 A^2 - (M - m)^2)^2 = 16 A^2 (s - m) (M - s) with A = M + m - 2 s.
    """
    two = conjugate.obligations[0]
    scaled_, A = M**2 + 6 * m * M + m**2, (M + m) * one - 2 * Q
    other = (2 * A * A - (M - m) ** 2 * one) / scaled_ * x
    form = commuting(t, between(t), semidefinite(t, (0 * one, "psd<=", A * A), (A,)))
    fixed = weighted_sum(t, (scaled_**2 * f(other), "<=", (M - m) ** 4 * f(x)), (8,), at_vector(t, form, x))
    first, second = (hypothesis(t, given) for given in two.given[2:])
    positive = at_vector(t, semidefinite(t, (0 * one, "psd<=", Q)), other - y)
    better = weighted_sum(t, (f(y), "<=", f(other)), (eta - 8 * (M + m) / scaled_, b + 8 / scaled_, Rational(1, 2)),
                          first, second, positive)
    return {"two": chain(t, scale(t, better, scaled_**2), fixed, to=two.relation)}


theory.proof(ball)(auto)

if __name__ == "__main__":
    theory.main()
