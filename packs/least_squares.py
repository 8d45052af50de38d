"""Ridge regression and early stopping, leaving one observation out, and optimism.

The data are y = X beta_0 + noise of variance sigma^2, and the least-squares loss is |y - X beta|^2 / (2 n), *with*
the factor 1/2. Along an eigenvector of X^T X / n of eigenvalue s, gradient flow leaves the share e^(-x) of the bias,
where x = t s, and descent with k steps the share (1 - u)^k, where u = eta s. Ridge regression leaves 1/(1 + x), where
x = s / lambda = k u.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from flatcert import Obligation, Setting, Theory, auto
from flatcert.kinds import matrix, nonnegative, positive, psd, real, signs, size, vector
from flatcert.language import Expectation, Inverse, Rational, dot, exp, norm_squared, trace
from flatcert.mutants import AUTOMATIC, scaled, swapped, without

d, n = size("d"), size("n")
DESIGN = Setting("least squares", x=positive(), u=nonnegative(), sigma=nonnegative(), y=real(), M=psd(d), a=vector(d),
                 b=vector(d), H=matrix(n, n), mean=vector(n), e=signs(n), e_new=signs(n))
x, u, sigma, y, M, a, b, H, mean, e, e_new = (DESIGN[name] for name in DESIGN.data)
theory = Theory("least-squares", setting=DESIGN)


@theory.family(count=60)
def shares(rng, index):
    """Shares u around [0, 1] and numbers x around the worst ones, 3/4 and 9/5; small designs."""
    k, rows = 1 + index % 2, rng.integers(-2, 3, (3, 1 + index % 2))
    gram = [[int(s) + (i == j) for j, s in enumerate(row)] for i, row in enumerate(rows.T @ rows)]
    draw = [[int(t) for t in rng.integers(-2, 3, k)] for _ in range(2 + k)]
    worst = (Rational(9, 5), 1, 3, Rational(1, 8))[index % 4]
    return {"x": worst if index % 8 < 4 else Rational(int(rng.integers(1, 33)), 8), "u": Rational(index % 13, 8),
            "sigma": int(rng.integers(0, 3)), "y": int(rng.integers(-3, 4)), "M": gram, "a": draw[0], "b": draw[1],
            "H": draw[2:], "mean": [int(t) for t in rng.integers(-2, 3, k)], "e": [1] * k, "e_new": [1] * k}


# ---------------------------------------------------------------------------------------- early stopping and ridge
flow = theory.claim(
    "flow-vs-ridge", "Gradient flow at the time 1/lambda against ridge regression",
    Obligation("bias", (exp(-x), "<=", 1 / (1 + x)), on=(shares, "any"),
               mutants=[swapped("t = 1/(2 lambda)", {exp(-x): exp(-x / 2)}, side="lhs")]),
    Obligation("variance", (((1 - exp(-x)) * (1 + x)) ** 2, "<=", Rational(169, 100) * x**2), on=(shares, "any"),
               mutants=[scaled("1.69 -> 1.68", Rational(168, 169)), scaled("1.69 -> 1", Rational(100, 169))]),
    origins=("standard",),
    note="Known: Ali, Kolter and Tibshirani (2019). Summed over the eigenvectors, the risk of flow is at most 1.69 "
         "times that of ridge regression; the bias alone is no larger. A derivation needs a rule for bounds of exp.")

whole = (u, "<=", 1)
descent = theory.claim(
    "descent-vs-ridge", "Gradient descent with k steps against ridge regression, lambda = 1/(k eta)",
    Obligation("bias two", ((1 - u) ** 2 * (1 + 2 * u), "<=", 1), on=(shares, "any"), given=(whole,), mutants=[
        without(whole), swapped("2 -> 4", {1 + 2 * u: 1 + 4 * u}, side="lhs")]),
    Obligation("bias three", ((1 - u) ** 3 * (1 + 3 * u), "<=", 1), on=(shares, "any"), given=(whole,), mutants=[
        swapped("3 -> 6", {1 + 3 * u: 1 + 6 * u}, side="lhs")]),
    Obligation("one step", (u * (1 + u), "<=", 2 * u), on=(shares, "any"), given=(whole,), tight=True,
               mutants=AUTOMATIC),
    Obligation("two steps", ((1 - (1 - u) ** 2) * (1 + 2 * u), "<=", Rational(25, 8) * u), on=(shares, "any"),
               tight=True, mutants=AUTOMATIC),
    note="Own, the discrete twin of flow-vs-ridge: the risk of one step is at most 4 times, that of two steps at "
         "most (25/16)^2 times the risk of ridge regression, and the bias alone is no larger, where eta times the "
         "largest eigenvalue is at most 1. Two steps need no such hypothesis for the variance.")

# ----------------------------------------------------------------------------------------------------- leave one out
fit, h = Inverse(M) * b, dot(a, Inverse(M) * a)
without_it = Inverse(M - a * a.T) * (b - y * a)
leave = theory.claim(
    "leave-one-out", "The residual of an observation that was left out",
    Obligation("residual", ((1 - h) * (y - dot(a, without_it)), "==", y - dot(a, fit)), on=(shares, "any"), tight=True,
               mutants=[AUTOMATIC, swapped("1 - h -> 1 + h", {1 - h: 1 + h}, side="lhs"),
                        swapped("1 - h -> 1", {1 - h: 1}, side="lhs")]),
    origins=("standard",),
    note="Known: Allen (1974). M = X^T X + lambda I and b = X^T y with the observation (a, y), where both inverses "
         "exist. A derivation needs inverses in proofs (Sherman and Morrison).")

# ----------------------------------------------------------------------------------------------------------- optimism
seen, fresh = mean + sigma * e, mean + sigma * e_new
gap = norm_squared(fresh - H * seen) - norm_squared(seen - H * seen)
optimism = theory.claim(
    "optimism", "A linear smoother looks better on the data that it has seen",
    Obligation("gap", (Expectation(Expectation(gap, e_new), e), "==", 2 * sigma**2 * trace(H)), on=(shares,),
               tight=True,
               mutants=[AUTOMATIC, scaled("factor 1", Rational(1, 2)), swapped("sigma", {sigma**2: sigma})]),
    origins=("standard",),
    note="Known: Mallows (1973), Efron (1986); here with signs as the noise. A derivation needs expectations in "
         "proofs.")

theory.proof(descent)(auto)

if __name__ == "__main__":
    theory.main()
