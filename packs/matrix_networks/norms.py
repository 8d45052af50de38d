"""Least trace of the Hessian, least norm of the layers, and what weight decay makes of them.

The inequality between means bounds a sum over layers by a product, and the nuclear norm bounds that:
|A_k|_F |P_k X|_F >= |V|_*. The second fact, for matrices A and B: |A B|_* <= |A|_F |B|_F.
"""

from flatcert import Obligation
from flatcert.draw import rotation
from flatcert.language import Max, Rational, Sum, norm_squared, nuclear_norm, singular_value, spectral_norm
from flatcert.mutants import AUTOMATIC, scaled, swapped

from .sharpness import off_axis
from .words import (
    RISK,
    H,
    L,
    T,
    V,
    X,
    curvature,
    end,
    first,
    hidden,
    i,
    k,
    last,
    m,
    minimizer,
    minimizers,
    networks,
    scalars,
    small,
    t,
    theory,
)


@theory.family
def aligned(rng, index):
    """Layers that are multiples of isometries, on inputs with Sigma = I: all bounds of this page are attained."""
    size, depth, scale = small(rng, 1, 2), small(rng, 2, 4), small(rng, 1, 3)
    left, right = rotation(rng, size), rotation(rng, size)
    one = [[scale if p == q else 0 for q in range(size)] for p in range(size)]
    T = scale ** (depth - 1) * left @ one @ right
    return {"X": rotation(rng, size), "T": T, "W_1": one @ right, "W": [one] * (depth - 2), "W_L": left @ one,
            "a": [1] * size, "z": [1] * size, "t": scale, "H": depth - 1}


nuclear = nuclear_norm(V)
theory.claim(
    "matrix-min-trace", "Least trace of the Hessian of multi-output regression",
    Obligation("lower", (curvature, ">=", 2 * L * (m * norm_squared(X)) ** (1 / L) * nuclear ** (2 - 2 / L)),
               on=(off_axis, scalars, aligned, minimizers, networks), given=(minimizer,), tight=True, mutants=[
                   scaled("d_L -> d_L^2", m ** (1 / L)), scaled("|V|_* -> sqrt(m) |V|_*", m ** (1 - 1 / L)),
                   swapped("exponent 2 - 2/L -> 2", {2 - 2 / L: 2 + 0 * L}),
                   swapped("tr Sigma -> d Lambda", {norm_squared(X): X.shape[0] * spectral_norm(X) ** 2}), AUTOMATIC]),
    note="For Sigma = I known type: Gatmiry et al. (2023), Ding et al. (2022); with a covariance own. A derivation "
         f"needs the rule |A B|_* <= |A|_F |B|_F. {RISK}")

size_of_layers = norm_squared(first) + Sum(norm_squared(hidden(k)), (k, 2, H)) + norm_squared(last)
quasi = Sum(singular_value(end, i) ** (2 / L), (i, 1, m))
theory.claim(
    "schatten-factorization", "Least norm of the layers: a Schatten quasi-norm of their product",
    Obligation("lower", (size_of_layers, ">=", L * quasi), on=(scalars, aligned, networks), tight=True, mutants=[
        swapped("sum of sigma^{2/L} -> |W|_*", {quasi: nuclear_norm(end)}), scaled("L -> L + 1", (L + 1) / L),
        swapped("exponent 2/L -> 2", {2 / L: 2 + 0 * L}), AUTOMATIC]),
    Obligation("two layers", (norm_squared(first) + norm_squared(last), ">=", 2 * nuclear_norm(last * first)),
               on=(aligned, networks, "any"), tight=True, mutants=[
                   swapped("Frobenius -> spectral", {norm_squared(first): spectral_norm(first) ** 2}, side="lhs"),
                   scaled("2 -> 2.02", Rational(101, 100))]),
    note="Known: Srebro, Rennie and Jaakkola (2004) for two layers; Shang et al. (2016), Dai et al. (2021) for more. A "
         f"derivation needs Horn's inequality for singular values of products. {RISK}", origins=("standard",))

decay = (norm_squared(last * first - T) + t * (norm_squared(first) + norm_squared(last))) / 2
huber = norm_squared(T) / 2 - Sum(Max(singular_value(T, i) - t, 0) ** 2, (i, 1, m)) / 2


@theory.family
def shrunk(rng, index):
    """The minimizers of the loss with weight decay t: T = U diag(s) V^T, and factors with squares s - t."""
    size, weight = small(rng, 1, 2), small(rng, 1, 3)
    roots = [small(rng, 0, 2) for _ in range(size)]
    left, right = rotation(rng, size), rotation(rng, size)
    diagonal = lambda values: [[values[p] if p == q else 0 for q in range(size)] for p in range(size)]  # noqa: E731
    return {"X": diagonal([1] * size), "T": left @ diagonal([root**2 + weight for root in roots]) @ right,
            "W_1": diagonal(roots) @ right, "W": [], "W_L": left @ diagonal(roots), "a": [1] * size, "z": [1] * size,
            "t": weight, "H": 1}


theory.claim(
    "weight-decay-two-layer", "Least regularized loss of a two-layer factorization",
    Obligation("least", (decay, ">=", huber), on=(scalars, shrunk, networks), tight=True, mutants=[
        swapped("h -> t s", {huber: t * nuclear_norm(T)}),
        swapped("h -> s^2 / 2", {Max(singular_value(T, i) - t, 0): 0 * t}),
        swapped("penalty halved", {t: t / 2}, side="lhs"), AUTOMATIC]),
    note="Known type: proximal map of the nuclear norm. Here the loss is |W_L W_1 - T|_F^2 / 2 + (t/2)(|W_1|_F^2 + "
         "|W_L|_F^2), with a factor 1/2. Each singular value s of T contributes s^2/2 up to t, and t s - t^2/2 beyond. "
         "A derivation needs von Neumann's trace inequality.", origins=("standard", "ours"))
