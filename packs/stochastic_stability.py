"""When stochastic gradient descent, and sharpness-aware minimization, stay at a minimizer.

At an interpolating minimizer sample i has a Hessian H_i. A step on a batch B multiplies the distance by I - eta H_B,
where H_B is the mean over the batch, so second moments are mapped by T(A) = E[(I - eta H_B) A (I - eta H_B)]. A batch
is drawn without replacement. The loss of a sample has the factor 1/2: (a_i^T w)^2 / 2 has the Hessian a_i a_i^T. The
minimizer is 0.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from itertools import combinations

from sympy import Identity

from flatcert import Obligation, Setting, Theory, auto
from flatcert.kinds import nonnegative, real, size, symmetric, vector
from flatcert.language import Rational, dot, norm_squared
from flatcert.mutants import AUTOMATIC, scaled, swapped, without
from flatcert.rules import at_vector, hypothesis, identity, product, weighted_sum

d = size("d")
SAMPLES = Setting("samples", eta=nonnegative(), rho=nonnegative(), s=real(), A=symmetric(d), w=vector(d),
                  **{f"H_{i}": symmetric(d) for i in range(1, 5)}, **{f"a_{i}": vector(d) for i in range(1, 4)})
eta, rho, s, A, w = (SAMPLES[name] for name in ("eta", "rho", "s", "A", "w"))
H, a = [SAMPLES[f"H_{i}"] for i in range(1, 5)], [SAMPLES[f"a_{i}"] for i in range(1, 4)]
one = Identity(d)
theory = Theory("stochastic-stability", setting=SAMPLES)


def mean(terms):
    """The mean of numbers or of matrices."""
    first, *rest = terms
    return sum(rest, first) / (1 + len(rest))


def moved(hessian):
    """The second moments after a step on a batch with this Hessian."""
    return (one - eta * hessian) * A * (one - eta * hessian)


# ------------------------------------------------------------------------------------------------------------ mixture
@theory.family(count=40)
def samples(rng, index):
    """Three or four small symmetric matrices, and vectors; the step is small or large."""
    k = 1 + index % 3
    drawn = {}
    for i in range(1, 5):
        lower = rng.integers(-2, 3, (k, k))
        drawn[f"H_{i}"] = [[int(x) for x in row] for row in lower + lower.T]
    lower = rng.integers(-2, 3, (k, k))
    return {"eta": Rational(int(rng.integers(1, 9)), 4), "rho": int(rng.integers(0, 3)), "s": int(rng.integers(-3, 4)),
            "A": [[int(x) for x in row] for row in lower + lower.T], "w": [int(x) for x in rng.integers(-2, 3, k)],
            **drawn, **{f"a_{i}": [int(x) for x in rng.integers(-2, 3, k)] for i in range(1, 4)}}


def mixture(n):
    """T(A) for batches of two among n samples, and the mixture of full batches and of single samples."""
    q = Rational(n - 2, 2 * (n - 1))
    pairs = mean([moved((one_ + other) / 2) for one_, other in combinations(H[:n], 2)])
    return pairs, "==", (1 - q) * moved(mean(H[:n])) + q * mean(list(map(moved, H[:n])))


def wrong(n, q):
    """The mixture with another weight."""
    return swapped(f"q -> {q}", {mixture(n)[2]: (1 - q) * moved(mean(H[:n])) + q * mean(list(map(moved, H[:n])))})


mixed = theory.claim(
    "minibatch-mixture", "A batch mixes the full batch and single samples",
    Obligation("three", mixture(3), on=(samples, "any"), mutants=[wrong(3, Rational(1, 2)), wrong(3, Rational(1, 6))]),
    Obligation("four", mixture(4), on=(samples, "any"), mutants=[wrong(4, Rational(1, 2)), wrong(4, Rational(1, 4))]),
    origins=("standard",),
    note="Known: Mulayoff and Michaeli (2024), for every n and B with q = (n - B)/(B (n - 1)); here B = 2, n = 3 and "
         "4.")

# ------------------------------------------------------------------------------------------------------ critical rate
after = mean([norm_squared(w - eta * dot(v, w) * v) for v in a])
loss = mean([eta * (2 - eta * norm_squared(v)) * dot(v, w) ** 2 for v in a])
short = [(eta * norm_squared(v), "<=", 2) for v in a]
trace_H, fourth = mean([norm_squared(v) for v in a]), mean([norm_squared(v) ** 2 for v in a])
# T(I) - I, where (I - eta v v^T)^2 = I - 2 eta v v^T + eta^2 |v|^2 v v^T
spread = mean([(eta**2 * norm_squared(v) - 2 * eta) * v * v.T for v in a])
contracts = theory.hypothesis("T(I) is below I", (spread, "psd<=", 0 * one),
                              latex=r"T_\eta(I) \preceq I")


@theory.family
def short_steps(rng, index):
    """Three vectors, and a step around 2 / max |a_i|^2; the dimension one and orthogonal vectors among them."""
    k = 1 + index % 3
    vectors = [[int(x) for x in rng.integers(-2, 3, k)] for _ in range(3)]
    if index % 4 == 0:
        vectors = [[int(i == j) for j in range(k)] for i in range(3)]
    if index % 4 == 1:
        vectors = [vectors[0]] * 3
    largest = max(1, *(sum(x**2 for x in v) for v in vectors))
    return {**samples.draw(rng, k - 1).arrays, "w": [int(x) for x in rng.integers(-2, 3, k)],
            "eta": Rational(int(rng.integers(1, 10)), 4) / largest, **{f"a_{i}": v for i, v in enumerate(vectors, 1)}}


critical = theory.claim(
    "sgd-critical-rate", "Steps that stochastic gradient descent survives, batch size one",
    Obligation("moment", (norm_squared(w) - after, "==", loss), on=(samples, "any"), tight=True, mutants=AUTOMATIC),
    Obligation("sufficient", (after, "<=", norm_squared(w)), on=(short_steps, "any"), given=short, tight=True,
               mutants=[*map(without, short)]),
    Obligation("fourth", (eta**2 * fourth, "<=", 2 * eta * trace_H), on=(short_steps,), given=(contracts,), tight=True,
               mutants=[AUTOMATIC]),
    Obligation("trace", (eta**2 * trace_H**2, "<=", 2 * eta * trace_H), on=(short_steps,), given=(contracts,),
               tight=True, mutants=[without(contracts), scaled("2 -> 1", Rational(1, 2))]),
    note="Known type: Ma and Ying (2021), Wu and Su (2023), Mulayoff and Michaeli (2024); this bracket is our own. A "
         "step is survived if eta |a_i|^2 <= 2 for all samples, and only if eta tr H <= 2: the trace in place of the "
         "sharpness.")

# ------------------------------------------------------------------------------------------------------ sharpness-aware
drift = s * (1 + rho * s)
usam = theory.claim(
    "usam-stability", "Unnormalized sharpness-aware minimization along an eigenvector of eigenvalue s",
    Obligation("contracts", ((1 - eta * drift) ** 2, "<", 1), on=(samples, "any"),
               given=((drift, ">", 0), (eta * drift, "<", 2), (eta, ">", 0)), mutants=AUTOMATIC),
    Obligation("only then", ((1 - eta * drift) ** 2, ">=", 1), on=(samples, "any"), given=((eta * drift, ">=", 2),),
               tight=True, mutants=[AUTOMATIC, swapped("without rho", {rho: 0}, side="lhs")]),
    Obligation("negative", ((1 - eta * drift) ** 2, ">=", 1), on=(samples, "any"),
               given=((s, "<=", 0), (rho * s, ">=", -1)), tight=True, mutants=[AUTOMATIC]),
    note="Known type: Compagnoni et al. (2023), Dai, Ahn and Sra (2023). With x+ = x - eta H (x + rho H x), a "
         "minimizer of sharpness S is stable if S (1 + rho S) < 2/eta, and a negative eigenvalue attracts only below "
         "-1/rho.")


# ------------------------------------------------------------------------------------------------------------- proofs
@theory.proof(mixed)
def expanded(t):
    return {one_.name: identity(t, one_.relation) for one_ in mixed.obligations}


@theory.proof(critical)
def term_by_term(t):
    moment, sufficient, fourth_, trace_ = critical.obligations
    exactly = identity(t, moment.relation)
    kept = []
    for v, given in zip(a, sufficient.given, strict=True):
        square = weighted_sum(t, (eta * dot(v, w) ** 2, ">=", 0), squares=((eta, dot(v, w)),))
        kept.append(product(t, hypothesis(t, given), square))
    third = Rational(1, 3)
    falls = weighted_sum(t, sufficient.relation, (-1, third, third, third), exactly, *kept)
    below = at_vector(t, hypothesis(t, contracts), one)
    fourth_moment = weighted_sum(t, fourth_.relation, (1,), below)
    jensen = tuple((eta**2 / 9, norm_squared(u) - norm_squared(v)) for u, v in combinations(a, 2))
    return {"moment": exactly, "sufficient": falls, "fourth": fourth_moment,
            "trace": weighted_sum(t, trace_.relation, (1,), fourth_moment, squares=jensen)}


theory.proof(usam)(auto)

if __name__ == "__main__":
    theory.main()
