"""Noise on the weights and dropout: what they add to the loss on average, exactly.

The loss is |W_2 W_1 - A|_F^2, *without* a factor 1/2, and the inputs are white. The noise is made of signs, so that an
expectation is a finite sum; only its mean 0 and its variance matter.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, nonnegative, signs, size, vector
from flatcert.language import Expectation, Rational, norm_squared, nuclear_norm, sqrt
from flatcert.mutants import AUTOMATIC, swapped

m, n = size("m"), size("n")
LAYERS = Setting("two layers", rho=nonnegative(), A=matrix(m, n), u=vector(m), v=vector(n), p=vector(m), q=vector(n),
                 s=signs(m), t=signs(n), one=signs(1), two=signs(1))
rho, A, u, v, p, q, s, t, one, two = (LAYERS[name] for name in LAYERS.data)
theory = Theory("noise", setting=LAYERS)


@theory.family
def small_layers(rng, index):
    """Small integers; every other time v = u and q = p, and A is the product."""
    rows, columns = 1 + index % 2, 1 + index // 2 % 2
    a, b, c, d = ([int(x) for x in rng.integers(-2, 3, k)] for k in (rows, columns, rows, columns))
    target = [[x * y for y in b] for x in a] if index % 2 else [[int(x) for x in row] for row in
                                                               rng.integers(-2, 3, (rows, columns))]
    return {"rho": Rational(int(rng.integers(0, 5)), 2), "A": target, "u": a, "v": b, "p": c, "q": d, "s": [1] * rows,
            "t": [1] * columns, "one": [1], "two": [1]}


# -------------------------------------------------------------------------------------------------------- weight noise
noisy = norm_squared((u + rho * s) * (v + rho * t).T - A)
penalty = n * norm_squared(u) + m * norm_squared(v)
weight_noise = theory.claim(
    "weight-noise", "Noise on the weights penalizes them, and so flatness is preferred",
    Obligation("expectation", (Expectation(Expectation(noisy, s), t), "==",
                               norm_squared(u * v.T - A) + rho**2 * penalty + rho**4 * m * n),
               on=(small_layers,), tight=True, mutants=[
                   AUTOMATIC, swapped("without rho^4", {rho**4: 0}),
                   swapped("m <-> n", {n * norm_squared(u): m * norm_squared(u)})]),
    Obligation("penalty", (penalty, ">=", 2 * sqrt(m * n) * nuclear_norm(u * v.T)), on=(small_layers,), tight=True,
               mutants=AUTOMATIC),
    note="Known type: Orvieto et al. (2023), Clara, Langer and Schmidt-Hieber (2025); the bound is our own. Hidden "
         "width one: W_2 = u and W_1 = v^T. The penalty is half the trace of the Hessian. A derivation needs "
         "expectations and the nuclear norm in proofs.")

# ------------------------------------------------------------------------------------------------------------- dropout
# A unit is kept with probability 1/2 and doubled then: the factor 1 + sign is 0 or 2
dropped = norm_squared(u * v.T + u * one * v.T + p * q.T + p * two * q.T - A)
regularizer = norm_squared(u) * norm_squared(v) + norm_squared(p) * norm_squared(q)
dropout = theory.claim(
    "dropout", "Dropout of two hidden units adds a path norm",
    Obligation("expectation", (Expectation(Expectation(dropped, one), two), "==",
                               norm_squared(u * v.T + p * q.T - A) + regularizer), on=(small_layers,), tight=True,
               mutants=AUTOMATIC),
    Obligation("nuclear norm", (regularizer, ">=", nuclear_norm(u * v.T + p * q.T) ** 2 / 2), on=(small_layers,),
               tight=True, mutants=AUTOMATIC),
    origins=("standard",),
    note="Known: Mianjy, Arora and Vidal (2018), Cavazza et al. (2018); here two units, kept with probability 1/2. "
         "W_2 = (u, p) and W_1 = (v, q)^T. A derivation needs expectations and the nuclear norm in proofs.")

if __name__ == "__main__":
    theory.main()
