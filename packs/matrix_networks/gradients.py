"""Gradients, what they conserve, and what follows for gradient flow, gradient descent and weight decay.

Every gradient has the form A_k^T G P_{k-1}^T with G = 2 (W - W*) Sigma, so that consecutive layers share a product:
grad_k W_k^T = A_k^T G P_k^T = W_{k+1}^T grad_{k+1}. All claims here but the Lojasiewicz inequality expand that equation.
Those on two layers are derived; those of any depth are certified: a derivation needs products over an index in proofs.
"""


from flatcert import Obligation
from flatcert.language import (
    Gradient,
    Rational,
    Sum,
    matrix_product,
    matrix_sum,
    norm_squared,
    trace,
)
from flatcert.mutants import AUTOMATIC, scaled, swapped
from flatcert.rules import identity

from .words import (
    RISK,
    A,
    G,
    H,
    P,
    T,
    X,
    end,
    first,
    hidden,
    i,
    k,
    last,
    loss,
    networks,
    over_layers,
    scalars,
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
    Obligation("hidden", (Gradient(loss, hidden(j)), "==", gradient(j)), on=(networks,), over=(inner,), mutants=[
        half, swapped("P_{k-1} -> P_k", {below: matrix_product(hidden(i), (i, 2, j))}),
        swapped("A_k -> A_{k-1}", {above: matrix_product(hidden(i), (i, j, H))})]),
    Obligation("last", (Gradient(loss, last), "==", G * P(H).T), on=(networks,), mutants=half),
    Obligation("radial", (trace(hidden(j).T * gradient(j)), "==", trace(G.T * end)), on=(networks, "any"),
               over=(inner,), tight=True, mutants=half),
    origins=("standard",), note=f"Known: Arora, Cohen and Hazan (2018), Kawaguchi (2016). {RISK}")

D = hidden(j_next) * hidden(j_next).T - hidden(j_next + 1).T * hidden(j_next + 1)
this, following = gradient(j_next), gradient(j_next + 1)
theory.claim(
    "matrix-conservation", "Gradient flow conserves the differences of the Gram matrices",
    Obligation("derivative", (this * hidden(j_next).T, "==", hidden(j_next + 1).T * following), on=(networks, "any"),
               over=(pairs,), mutants=[
                   swapped("no transpose", {hidden(j_next).T: hidden(j_next)}, side="lhs"), AUTOMATIC]),
    origins=("standard",), note=f"Known: Arora, Cohen and Hazan (2018), Du, Hu and Lee (2018). {RISK}")

moved = hidden(j_next) - t * this
moved_next = hidden(j_next + 1) - t * following
CHANGE = t**2 * (this * this.T - following.T * following)
theory.claim(
    "imbalance-step", "What a step of gradient descent changes of the conserved matrices",
    Obligation("step", (moved * moved.T - moved_next.T * moved_next - D, "==", CHANGE), on=(networks, "any"),
               over=(pairs,), mutants=[
                   swapped("eta^2 -> eta", {t**2: t}), swapped("conserved", {t**2: 0 * t}),
                   swapped("- -> +", {CHANGE: t**2 * (this * this.T + following.T * following)})]),
    note=f"Known type, elementary: Du, Hu and Lee (2018) use it. {RISK}")

# Two layers: W = W_L W_1.
G_two = 2 * (last * first - T) * X * X.T
grad_first, grad_last = last.T * G_two, G_two * first.T
step_first, step_last = first - t * grad_first, last - t * grad_last
two_layers = theory.claim(
    "two-layer-imbalance", "Conservation and its defect under gradient descent, two layers",
    Obligation("derivative", (grad_first * first.T, "==", last.T * grad_last), on=(networks, "any"),
               mutants=AUTOMATIC),
    Obligation("step", (step_first * step_first.T - step_last.T * step_last - first * first.T + last.T * last, "==",
                        t**2 * (grad_first * grad_first.T - grad_last.T * grad_last)), on=(scalars, networks, "any"),
               mutants=[swapped("eta^2 -> eta", {t**2: t}), swapped("conserved", {t**2: 0 * t})]),
    origins=("standard",), note=f"Known type: Du, Hu and Lee (2018). {RISK}")


@theory.proof(two_layers)
def expand(p):
    """The terms that are linear in the step cancel."""
    statements = {obligation.name: obligation.relation for obligation in two_layers.obligations}
    return {name: identity(p, relation) for name, relation in statements.items()}


theory.claim(
    "matrix-end-to-end", "Gradient flow of the end-to-end matrix",
    Obligation("rate", (
        norm_squared(A(1).T * G) + Sum(norm_squared(gradient(k)), (k, 2, H)) + norm_squared(G * P(H).T), "==",
        trace(G.T * over_layers(lambda back, front: back * back.T * G * front.T * front, matrix_sum))),
        on=(networks, "any"), tight=True, mutants=half),
    note=f"Known: Arora, Cohen and Hazan (2018). {RISK}", origins=("standard",))
