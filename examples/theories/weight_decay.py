"""Weight decay on a factorization w = W_1^T q_1: |W_1|_F^2 + |q_1|^2 >= 2 |w|.

Equality exactly for aligned factors of equal norm. For two layers it says that weight decay on (W_1, W_2) is
the norm of the end-to-end regressor. Folklore; Srebro, Rennie and Jaakkola (2004) for matrices.
"""
from flatcert.language import Rational, norm_squared

from flatcert import Obligation, Theory, instance
from flatcert.deep_linear import W, norm_q1, norm_w_net, q
from flatcert.draw import covariance, rotation
from flatcert.mutants import scaled, swapped, without
from flatcert.rules import cauchy_schwarz, chain, hypothesis, power, rewrite, scale, specialize, weighted_means

theory = Theory("weight decay")  # about the deep linear networks that flatcert comes with
first = norm_squared(W(1))

decay = theory.quantity("decay", first + norm_q1**2, latex=r"\Omega", nonnegative=True,
                        meaning="squared norm of the two factors W_1 and q_1")
equal = theory.hypothesis("equal factors", (first, "==", norm_q1**2), latex=r"\lVert W_1\rVert_F = \lVert q_1\rVert")


@theory.family
def aligned_factors(rng, index):
    """W_1 = s u^T and q_1 = s (equality), or s + 1 (just off it)."""
    d, s = int(rng.integers(1, 4)), int(rng.integers(1, 9))
    return instance(covariance(rng, d), [[s * rotation(rng, d)[0]], [[s + index % 2]]])


bound = theory.claim(
    "weight-decay", "Weight decay of a factorization",
    Obligation("any", (decay, ">=", 2 * norm_w_net), on=(aligned_factors, "weights"), tight=True,
               mutants=[scaled("2 -> 2.02", Rational(101, 100)), swapped("|w| -> |w|^2", {norm_w_net: norm_w_net**2})]),
    Obligation("equal", (first, ">=", norm_w_net), on=(aligned_factors, "weights"), given=(equal,), tight=True,
               mutants=[without(equal), scaled("1 -> 1.02", Rational(51, 50))]),
    origins=("standard",))


@theory.proof(bound)
def cauchy_schwarz_then_means(p):
    square = cauchy_schwarz(p, q(1), W(1))                       # |q_1|^2 |W_1|_F^2 >= |W_1^T q_1|^2
    square = rewrite(p, (norm_q1**2 * first, ">=", norm_w_net**2), square,
                     specialize(p, p.define("q"), k=1), p.define("q_0"), p.define("norm_q1"), p.define("norm_w_net"))
    product = power(p, square, Rational(1, 2))                   # |q_1| |W_1|_F >= |w|
    means = weighted_means(p, first, norm_q1**2, 2)              # |W_1|_F^2 + |q_1|^2 >= 2 |W_1|_F |q_1|
    total = chain(p, means, scale(p, product, 2))
    alone = rewrite(p, (first**2, ">=", norm_w_net**2), square, hypothesis(p, equal))
    return {"any": rewrite(p, (decay, ">=", 2 * norm_w_net), total, p.define("decay")),
            "equal": power(p, alone, Rational(1, 2))}


if __name__ == "__main__":
    theory.main()                                                # python weight_decay.py verify --certificates out
