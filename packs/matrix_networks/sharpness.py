"""Sharpness of a minimizer, and the least sharpness of all minimizers, for several outputs and any covariance.

Lower bound: the Hessian at a minimizer is 2 J^T J, and J J^T = K, so that S >= 2 sum_k |A_k^T a|^2 |P_{k-1} X z|^2 for
unit a and z. The kernel inequality bounds the sum, and the best direction a is V z / |V z|, where V = T X:

    S >= 2 L |X z|^{2/L} |V z|^{2-2/L}  for every unit z  (claim matrix-min-sharpness, lower).

Upper bound: a minimizer whose layers above the first are t times isometries has S = 2 lambda_max(Phi(t)),

    Phi(t) = t^{2(L-1)} X^T X + (L-1) t^{-2} V^T V  (claim matrix-min-sharpness, attained).

The two meet. In r = t^{2(L-1)} the function lambda_max(Phi) is convex and goes to infinity at both ends. At its minimum
its one-sided derivatives are the least and the largest z^T Phi' z over the unit vectors z of the top eigenspace
(Danskin). So some z there has z^T Phi' z = 0, that is t^{2L} |X z|^2 = |V z|^2, and at that z the lower bound is the
upper one (claim matrix-min-sharpness, optimal).
"""

from sympy import Identity

from flatcert import Obligation
from flatcert.draw import rotation
from flatcert.language import (
    Hessian,
    Rational,
    Sum,
    dot,
    kronecker,
    largest_eigenvalue,
    matrix_sum,
    norm_squared,
    spectral_norm,
)
from flatcert.language import trace as trace_of
from flatcert.mutants import AUTOMATIC, operator, scaled, swapped, without
from flatcert.rules import cauchy_schwarz, chain, hypothesis, power, rewrite, scale, weighted_means

from .words import (
    INDEXED,
    RISK,
    H,
    L,
    S,
    T,
    V,
    X,
    a,
    curvature,
    end,
    first,
    h,
    hidden,
    k,
    last,
    layers,
    loss,
    minimizer,
    minimizers,
    over_layers,
    scalars,
    small,
    t,
    theory,
    z,
)


@theory.family
def two_layers(rng, index):
    """Minimizers of two layers; every third time of width one."""
    return layers(rng, index, depth=2)


@theory.family
def three_layers(rng, index):
    """Minimizers of three layers."""
    return layers(rng, index, depth=3)


@theory.family
def isotropic(rng, index):
    """Two layers on inputs with Sigma = I."""
    made = layers(rng, index, depth=2)
    size = len(made["W_1"][0])
    return {**made, "X": rotation(rng, size), "z": [1] * size}


@theory.family(count=1)
def off_axis(rng, index):
    """Sigma = diag(1, 4) and a signal along its smaller eigenvalue: S = 97/18."""
    return {"X": [[1, 0], [0, 2]], "T": [[1, 0]], "W_1": [[Rational(3, 2), 0]], "W": [], "W_L": [[Rational(2, 3)]],
            "a": [1], "z": [1, 0], "t": 1, "H": 1}


two, three = (H, "==", 1), (H, "==", 2)
of_two, of_three = Hessian(loss, first, last), Hessian(loss, first, hidden(2), last)
blind = over_layers(lambda back, front: kronecker(back * back.T, front.T * front), matrix_sum)
apart = 2 * spectral_norm(X) ** 2 * largest_eigenvalue(blind)
fronts = over_layers(lambda back, front: spectral_norm(back) ** 2 * spectral_norm(front * X) ** 2)
theory.claim(
    "matrix-sharpness", "Sharpness of a minimizer of several outputs",
    Obligation("two layers", (largest_eigenvalue(of_two), "==", S), on=(two_layers, scalars), given=(two, minimizer),
               tight=True, mutants=[without(minimizer), scaled("2 -> 2.02", Rational(101, 100)),
                                    swapped("Lambda times the kernel of Sigma = I", {S: apart})]),
    Obligation("three layers", (largest_eigenvalue(of_three), "==", S), on=(three_layers, scalars),
               given=(three, minimizer), tight=True, mutants=scaled("2 -> 2.02", Rational(101, 100))),
    Obligation("trace", (trace_of(of_two), "==", curvature), on=(two_layers, scalars), given=(two, minimizer),
               tight=True, mutants=scaled("2 -> 2.02", Rational(101, 100))),
    Obligation("isotropic", (S, "==", 2 * (spectral_norm(first) ** 2 + spectral_norm(last) ** 2)), on=(isotropic,),
               given=(two, (X * X.T, "==", Identity(X.shape[0]))), tight=True, mutants=[
                   swapped("spectral -> Frobenius", {spectral_norm(first) ** 2: norm_squared(first)}),
                   swapped("sum -> product", {
                       spectral_norm(first) ** 2: (spectral_norm(first) * spectral_norm(last)) ** 2,
                       spectral_norm(last) ** 2: 0 * t})]),
    Obligation("upper", (S, "<=", 2 * fronts), on=(minimizers, scalars), tight=True, mutants=[
        operator("<= -> ==", "=="), scaled("2 -> 1.98", Rational(99, 100))]),
    note="Known type: Kamber and Parhi (2025) for matrix factorization; with a covariance own. A derivation needs "
         f"rules on Kronecker products. {RISK}")

u = X * z
agm = over_layers(lambda back, front: norm_squared(back.T * a) * norm_squared(front * u))
alignment = dot(a, end * u)
theory.claim(
    "matrix-kernel-agm", "Master inequality for the kernel of several outputs",
    Obligation("all weights", (agm**L, ">=", L**L * dot(a, a) * dot(u, u) * alignment ** (2 * H)),
               on=(scalars, minimizers, "any"), tight=True, mutants=[
                   scaled("L^L -> 1.01 L^L", Rational(101, 100)),
                   swapped("exponent 2(L-1) -> 2L", {2 * H: 2 * L}),
                   swapped("a^T W u -> |W|_F", {alignment ** (2 * H): norm_squared(end) ** H}),
                   swapped("|a|^2 -> |a|^4", {dot(a, a): dot(a, a) ** 2})]),
    note="Own; kernel-agm of the built-in theory for the read-out p = a, which is derived and proved in Coq for every "
         f"depth. {INDEXED}")

image = dot(last.T * a, first * u)
reached = theory.hypothesis("minimizer of two layers", (last * first, "==", T), latex="W_L W_1 = W^*")
two_layer_kernel = theory.claim(
    "two-layer-kernel-agm", "Master inequality for two layers, and at a minimizer of two layers",
    Obligation("all weights", (
        norm_squared(last.T * a) * dot(u, u) + dot(a, a) * norm_squared(first * u), ">=",
        2 * (dot(a, a) * dot(u, u) * image**2) ** Rational(1, 2)), on=(scalars, "any"), tight=True,
        mutants=AUTOMATIC),
    Obligation("minimizer", (
        norm_squared(last.T * V * z) * dot(u, u) + dot(V * z, V * z) * norm_squared(first * u), ">=",
        2 * dot(u, u) ** Rational(1, 2) * dot(V * z, V * z) ** Rational(3, 2)), on=(two_layers, "any"),
        given=(reached,), tight=True, mutants=[without(reached), scaled("2 -> 2.02", Rational(101, 100))]),
    note="Own. The second inequality is the lower bound of matrix-min-sharpness, at two layers and before the largest "
         f"eigenvalue is taken. {RISK}")

LOWER = 2 * L * norm_squared(X * z) ** (1 / L) * norm_squared(V * z) ** (1 - 1 / L)
lower_bound = Obligation(
    "lower", (S * dot(z, z), ">=", LOWER), on=(off_axis, scalars, minimizers, "any"), given=(minimizer,), tight=True,
    mutants=[
        scaled("2L -> 2.05L", Rational(41, 40)),
        swapped("|V z| -> |V|_F |z|", {norm_squared(V * z): norm_squared(V) * dot(z, z)}),
        swapped("z^T Sigma z -> Lambda", {norm_squared(X * z): spectral_norm(X) ** 2 * dot(z, z)}),
        swapped("exponent 1 - 1/L -> 1", {1 - 1 / L: 1 + 0 * L}), AUTOMATIC])

idle = Sum(norm_squared(hidden(k) - t * Identity(h)), (k, 2, H))
witness = theory.hypothesis(
    "witness", (last.T * last, "==", t**2 * Identity(h)), (idle, "==", 0), (t**L * first, "==", last.T * T),
    (last * last.T * T, "==", t**2 * T),
    latex=r"W_L^{\top} W_L = t^2 I,\; W_k = t I,\; t^L W_1 = W_L^{\top} W^*,\; W_L W_L^{\top} W^* = t^2 W^*")
Phi = t ** (2 * H) * X.T * X + H * t**-2 * V.T * V
balance = (t ** (2 * L) * norm_squared(X * z), "==", norm_squared(V * z))
top = (2 * Phi * z, "==", S * z)
far = (t ** (2 * L) * spectral_norm(X) ** 2, "==", spectral_norm(V) ** 2)


def witnesses_of(inputs, target, scale, depth, direction, turn):
    """The witness for a target with orthogonal columns, after a rotation of the outputs."""
    size = len(target)
    one = [[scale if p == q else 0 for q in range(size)] for p in range(size)]
    return {"X": inputs, "T": turn @ target, "W_1": [[x / scale ** (depth - 1) for x in row] for row in target],
            "W": [one] * (depth - 2), "W_L": scale * turn, "a": [1] * size, "z": direction, "t": scale,
            "H": depth - 1}


@theory.family
def witnesses(rng, index):
    """Witnesses on diagonal data of any scale t, most of them not the optimal one; every third one is of width one."""
    size, depth, scale = 1 if index % 3 == 2 else 2, small(rng, 2, 4), Rational(small(rng, 1, 4), small(rng, 1, 2))
    diagonal = lambda low: [[Rational(small(rng, low, 4)) if p == q else Rational(0) for q in range(size)]  # noqa: E731
                            for p in range(size)]
    return witnesses_of(diagonal(1), diagonal(0), scale, depth, [1] * size, rotation(rng, size))


@theory.family
def planted(rng, index):
    """Optimal pairs (t, z): z = e_1 at a smooth optimum; or the kink Sigma = diag(1, 4), W* = t^2 diag(2, 1/2)."""
    scale, turn = Rational(small(rng, 1, 3), small(rng, 1, 2)), rotation(rng, 2)
    if index % 2:
        target = [[2 * scale**2, 0], [0, scale**2 / 2]]
        return witnesses_of([[1, 0], [0, 2]], target, scale, 2, [1, (-1) ** (index // 2)], turn)
    depth, large = small(rng, 2, 4), small(rng, 1, 3)
    inputs = [[large, 0], [0, Rational(large, small(rng, 1, 3))]]
    return witnesses_of(inputs, [[scale**depth, 0], [0, scale**depth / small(rng, 1, 2)]], scale, depth, [1, 0], turn)


theory.claim(
    "matrix-min-sharpness", "Least sharpness of multi-output regression",
    lower_bound,
    Obligation("attained", (S, "==", 2 * largest_eigenvalue(Phi)), on=(witnesses, planted, minimizers), tight=True,
               given=(witness,), mutants=[without(witness), swapped("L - 1 -> L", {H * t**-2: L * t**-2})]),
    Obligation("optimal", (S * dot(z, z), "==", LOWER), on=(planted, witnesses), given=(witness, top, balance),
               tight=True, mutants=[without(balance), without(top), scaled("2L -> 2.05L", Rational(41, 40)),
                                    swapped("|V z| -> |V| |z|", {norm_squared(V * z): spectral_norm(V) ** 2 * dot(
                                        z, z)})]),
    Obligation("bracket", (S, "<=", 2 * L * spectral_norm(V) ** (2 - 2 / L) * spectral_norm(X) ** (2 / L)),
               on=(planted, witnesses), given=(witness, far), tight=True, mutants=[
                   scaled("2L -> 1.95L", Rational(39, 40)), without(far)]),
    requires=("matrix-kernel-agm", "matrix-sharpness"),
    note="Own; for Sigma = I known type: Mulayoff and Michaeli (2020), Kamber and Parhi (2025). S_min is the largest "
         "value of the lower bound over unit z, and the least 2 lambda_max(Phi(t)) over t > 0. A derivation needs "
         f"rules on Kronecker products and Danskin's theorem. {RISK}")


@theory.proof(two_layer_kernel)
def means_then_cauchy_schwarz(p):
    """The mean of the two terms is at least their root, and Cauchy-Schwarz bounds the product."""
    weights, at_minimizer = (obligation.relation for obligation in two_layer_kernel.obligations)

    def bound(direction, square):
        x, y = norm_squared(last.T * direction) * dot(u, u), dot(direction, direction) * norm_squared(first * u)
        root = power(p, scale(p, square, dot(direction, direction) * dot(u, u)), Rational(1, 2))
        return chain(p, weighted_means(p, x, y, 2), scale(p, root, 2))

    at_a, at_signal = (cauchy_schwarz(p, last.T * direction, first * u) for direction in (a, V * z))
    signal = rewrite(p, (p[at_signal].lhs, ">=", dot(V * z, V * z) ** 2), at_signal, hypothesis(p, reached))
    return {"all weights": rewrite(p, weights, bound(a, at_a)),
            "minimizer": rewrite(p, at_minimizer, bound(V * z, signal))}
