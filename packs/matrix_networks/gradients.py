"""Gradients, what they conserve, and what follows for gradient flow, gradient descent and weight decay.

Every gradient has the form A_k^T G P_{k-1}^T with G = 2 (W - W*) Sigma, so that consecutive layers share a product:
grad_k W_k^T = A_k^T G P_k^T = W_{k+1}^T grad_{k+1}. Most claims here expand that equation. Those on two
layers are derived; those of any depth are certified: a derivation needs products over an index in proofs.
"""

from itertools import pairwise

from sympy import MatPow, ZeroMatrix

from flatcert import Obligation
from flatcert.draw import rotation
from flatcert.language import (
    Gradient,
    Rational,
    Sum,
    matrix_product,
    norm_squared,
    smallest_eigenvalue,
    spectral_norm,
    trace,
)
from flatcert.mutants import AUTOMATIC, scaled, swapped, without
from flatcert.rules import hypothesis, identity

from .words import (
    INDEXED,
    RISK,
    A,
    G,
    H,
    L,
    P,
    T,
    X,
    deep_networks,
    end,
    first,
    h,
    hidden,
    i,
    k,
    last,
    loss,
    minimizers,
    networks,
    over_layers,
    scalars,
    small,
    t,
    theory,
)

j = theory.symbol("j", integer=True, positive=True)
inner = theory.quantifier(j, lambda case: range(2, case["H"] + 1), latex=r"j = 2, \dots, H")
j_next = theory.symbol("l", integer=True, positive=True)
pairs = theory.quantifier(j_next, lambda case: range(2, case["H"]), latex=r"l = 2, \dots, H - 1")


def gradient(layer):
    """The gradient in a hidden layer."""
    return A(layer).T * G * P(layer - 1).T


below = matrix_product(hidden(i), (i, 2, j - 1))
above = matrix_product(hidden(i), (i, j + 1, H))
half = scaled("2 -> 1", Rational(1, 2))
theory.claim(
    "matrix-gradient", "Gradient of a multi-output network",
    Obligation("first", (Gradient(loss, first), "==", A(1).T * G), on=(networks,), mutants=half),
    Obligation("hidden", (Gradient(loss, hidden(j)), "==", gradient(j)), on=(deep_networks,), over=(inner,), mutants=[
        half, swapped("P_{k-1} -> P_k", {below: matrix_product(hidden(i), (i, 2, j))}),
        swapped("A_k -> A_{k-1}", {above: matrix_product(hidden(i), (i, j, H))})]),
    Obligation("last", (Gradient(loss, last), "==", G * P(H).T), on=(networks,), mutants=half),
    Obligation("radial", (trace(hidden(j).T * gradient(j)), "==", trace(G.T * end)), on=(deep_networks, "any"),
               over=(inner,), tight=True, mutants=half),
    origins=("standard",), note=f"Known: Arora, Cohen and Hazan (2018), Kawaguchi (2016). {INDEXED}")

D = hidden(j_next) * hidden(j_next).T - hidden(j_next + 1).T * hidden(j_next + 1)
this, following = gradient(j_next), gradient(j_next + 1)
W_l, W_n = hidden(j_next), hidden(j_next + 1)
change = this * W_l.T + W_l * this.T - W_n.T * following - following.T * W_n
theory.claim(
    "matrix-conservation", "Gradient flow conserves the differences of the Gram matrices",
    Obligation("derivative", (this * W_l.T, "==", W_n.T * following), on=(deep_networks, "any"), over=(pairs,),
               mutants=[swapped("no transpose", {W_l.T: W_l}, side="lhs"), AUTOMATIC]),
    Obligation("conserved", (change, "==", ZeroMatrix(h, h)), on=(deep_networks,), over=(pairs,), mutants=[
        swapped("difference -> sum", {
            change: this * W_l.T + W_l * this.T + W_n.T * following + following.T * W_n}, "lhs"),
        swapped("W W^T -> W^T W", {
            change: this.T * W_l + W_l.T * this - W_n * following.T - following * W_n.T}, "lhs"),
        swapped("W_k - W_{k+1}^T", {change: this - following.T}, "lhs")]),
    origins=("standard",), note=f"Known: Arora, Cohen and Hazan (2018), Du, Hu and Lee (2018). {INDEXED}")

moved = hidden(j_next) - t * this
moved_next = hidden(j_next + 1) - t * following
CHANGE = t**2 * (this * this.T - following.T * following)
theory.claim(
    "imbalance-step", "What a step of gradient descent changes of the conserved matrices",
    Obligation("step", (moved * moved.T - moved_next.T * moved_next - D, "==", CHANGE), on=(deep_networks, "any"),
               over=(pairs,), mutants=[
                   swapped("eta^2 -> eta", {t**2: t}), swapped("conserved", {t**2: 0 * t}),
                   swapped("- -> +", {CHANGE: t**2 * (this * this.T + following.T * following)})]),
    note=f"Known type, elementary: Du, Hu and Lee (2018) use it. {INDEXED}")

# Two layers: W = W_L W_1.
G_two = 2 * (last * first - T) * X * X.T
grad_first, grad_last = last.T * G_two, G_two * first.T
step_first, step_last = first - t * grad_first, last - t * grad_last

two_layers = theory.claim(
    "two-layer-imbalance", "Two layers: what the flow conserves, and what a step and weight decay change",
    Obligation("step", (step_first * step_first.T - step_last.T * step_last - first * first.T + last.T * last, "==",
                        t**2 * (grad_first * grad_first.T - grad_last.T * grad_last)), on=(scalars, networks, "any"),
               mutants=[swapped("eta^2 -> eta", {t**2: t}), swapped("conserved", {t**2: 0 * t})]),
    Obligation("weight decay", (last.T * (grad_last + 2 * t * last) - (grad_first + 2 * t * first) * first.T, "==",
                                -2 * t * (first * first.T - last.T * last)), on=(networks, "any"),
               mutants=[scaled("2 -> 1", Rational(1, 2)), swapped("no decay", {t: 0 * t})]),
    Obligation("fall of the loss", (norm_squared(grad_first) + norm_squared(grad_last), "==",
                                    trace(G_two.T * (last * last.T * G_two + G_two * first.T * first))),
               on=(networks, "any"), tight=True, mutants=half),
    origins=("standard",), note=f"Known type: Du, Hu and Lee (2018). {RISK}")


@theory.proof(two_layers)
def expand(p):
    """Both sides are sums of products of the same matrices."""
    statements = {obligation.name: obligation.relation for obligation in two_layers.obligations}
    return {name: identity(p, relation) for name, relation in statements.items()}


theory.claim(
    "matrix-end-to-end", "Gradient flow of the end-to-end matrix",
    Obligation("rate", (
        norm_squared(A(1).T * G) + Sum(norm_squared(gradient(k)), (k, 2, H)) + norm_squared(G * P(H).T), "==",
        over_layers(lambda back, front: trace(G.T * back * back.T * G * front.T * front))),
        on=(networks, "any"), tight=True, mutants=half),
    note=f"Known: Arora, Cohen and Hazan (2018). {INDEXED}", origins=("standard",))

firsts = Sum(norm_squared(hidden(k) * hidden(k).T - hidden(k + 1).T * hidden(k + 1)), (k, 2, H - 1))
balanced = theory.hypothesis(
    "balanced", (first * first.T, "==", hidden(2).T * hidden(2)), (hidden(H) * hidden(H).T, "==", last.T * last),
    (firsts, "==", 0), latex=r"W_k W_k^{\top} = W_{k+1}^{\top} W_{k+1}")


def nearly_balanced(rng, index, depth):
    """W_k = U_k diag(s) U_{k-1}^T with rational rotations U_k; every fourth time one layer is doubled."""
    size = small(rng, 1, 2)
    turns = [rotation(rng, size) for _ in range(depth + 1)]
    scale = [[small(rng, 1, 2) if a == b else 0 for b in range(size)] for a in range(size)]
    made = [after @ scale @ before.T for before, after in pairwise(turns)]
    made[small(rng, 0, depth - 1)] *= 2 if index % 4 == 3 else 1
    return {"X": rng.integers(-1, 2, (size, size)), "T": rng.integers(-1, 2, (size, size)), "W_1": made[0],
            "W": made[1:-1], "W_L": made[-1], "a": [1] * size, "z": [1] * size, "t": 1, "H": depth - 1}


@theory.family
def balanced_networks(rng, index):
    """Three or four layers."""
    return nearly_balanced(rng, index, small(rng, 3, 4))


@theory.family
def balanced_pairs(rng, index):
    """Two layers."""
    return nearly_balanced(rng, index, 2)


TOP, BOTTOM = last * last.T, first.T * first
theory.claim(
    "balanced-powers", "The end-to-end flow of balanced networks, through powers of two Gram matrices",
    Obligation("above", (A(j) * A(j).T, "==", MatPow(TOP, L - j)), on=(balanced_networks,), given=(balanced,),
               over=(inner,), mutants=[without(balanced), swapped("L - k -> L", {MatPow(TOP, L - j): MatPow(TOP, L)})]),
    Obligation("below", (P(j - 1).T * P(j - 1), "==", MatPow(BOTTOM, j - 1)), on=(balanced_networks,),
               given=(balanced,), over=(inner,), mutants=[without(balanced)]),
    Obligation("left", (end * end.T, "==", MatPow(TOP, L)), on=(balanced_networks,), given=(balanced,),
               mutants=[without(balanced), swapped("L -> L - 1", {MatPow(TOP, L): MatPow(TOP, H)})]),
    Obligation("right", (end.T * end, "==", MatPow(BOTTOM, L)), on=(balanced_networks,), given=(balanced,),
               mutants=[swapped("L -> L - 1", {MatPow(BOTTOM, L): MatPow(BOTTOM, H)})]),
    note="Known: Arora, Cohen and Hazan (2018). So W' = -sum_k (W W^T)^{(L-k)/L} G (W^T W)^{(k-1)/L} along gradient "
         f"flow; the identities are its polynomial form. {INDEXED}", origins=("standard",))

one_balance = theory.hypothesis("balanced pair", (first * first.T, "==", last.T * last),
                                latex=r"W_1 W_1^{\top} = W_L^{\top} W_L")
two_layer_balanced = theory.claim(
    "two-layer-balanced", "The end-to-end Gram matrices of balanced networks of two layers",
    Obligation("left", (last * first * first.T * last.T, "==", TOP * TOP), on=(balanced_pairs,),
               given=(one_balance,), mutants=without(one_balance)),
    Obligation("right", (first.T * last.T * last * first, "==", BOTTOM * BOTTOM), on=(balanced_pairs,),
               given=(one_balance,), mutants=without(one_balance)),
    origins=("standard",), note=f"Known: Arora, Cohen and Hazan (2018). {RISK}")


@theory.proof(two_layer_balanced)
def substitute(p):
    """The inner Gram matrix is exchanged."""
    equal = hypothesis(p, one_balance)
    return {obligation.name: identity(p, obligation.relation, equal) for obligation in two_layer_balanced.obligations}


lowest = smallest_eigenvalue
force = norm_squared(A(1).T * G) + Sum(norm_squared(gradient(k)), (k, 2, H)) + norm_squared(G * P(H).T)
conditioning = over_layers(lambda back, front: lowest(back * back.T) * lowest(front.T * front))
largest = over_layers(lambda back, front: spectral_norm(back) ** 2 * spectral_norm(front) ** 2)
theory.claim(
    "matrix-pl", "A Lojasiewicz inequality for all weights",
    Obligation("inequality", (force, ">=", 4 * lowest(X * X.T) * conditioning * loss), on=(scalars, networks),
               tight=True, mutants=[
                   scaled("4 -> 5", Rational(5, 4)), swapped("least -> largest", {conditioning: largest}),
                   swapped("lambda_+ -> tr Sigma", {lowest(X * X.T): norm_squared(X)}), AUTOMATIC]),
    Obligation("critical", (loss, "==", 0), on=(minimizers, networks, scalars), given=(
        (force, "==", 0), (lowest(X * X.T) * conditioning, ">", 0)), mutants=[
            without((force, "==", 0)), without((lowest(X * X.T) * conditioning, ">", 0))]),
    note="Known type: Kawaguchi (2016), Hardt and Ma (2017), Trager, Kohn and Bruna (2020); constants re-derived. A "
         f"derivation needs a rule on least singular values of products. {RISK}", origins=("standard", "ours"))

decayed = loss + t * (norm_squared(first) + Sum(norm_squared(hidden(k)), (k, 2, H)) + norm_squared(last))
theory.claim(
    "weight-decay-balance", "Weight decay balances the layers",
    Obligation("rate", (hidden(j_next + 1).T * Gradient(decayed, hidden(j_next + 1))
                        - Gradient(decayed, hidden(j_next)) * hidden(j_next).T, "==", -2 * t * D), on=(deep_networks,),
               over=(pairs,), mutants=[scaled("2 -> 1", Rational(1, 2)), scaled("2 -> 4", 2)]),
    note=f"Folklore; compare Kunin et al. (2019) for linear autoencoders. F = R + t sum_k |W_k|_F^2. {INDEXED}",
    origins=("standard",))
