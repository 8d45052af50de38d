"""Multi-output deep linear networks: the setting, the words that all sections share, and families of networks.

The network is W = W_L W_H ... W_2 W_1: a first layer of shape (h, d), a last one of shape (m, h), and between them
layers W_2, ..., W_H of shape (h, h). It has H hidden widths, all equal to h, and the depth L = H + 1 >= 2. Hidden
widths that differ are covered: fill up with zeros. X is the matrix of the inputs divided by the root of their number,
so that Sigma = X X^T, and T is a least-squares matrix W*. Up to a constant, which no derivative sees,

    R(W) = |Y - W inputs|_F^2 / n = |(W - T) X|_F^2 + R_min:

there is no factor 1/2, and with one output it is the loss of the built-in theory. The minimizers are the networks with
W X = T X. Each of them is a least-squares matrix itself, so that T = W may be supposed.
"""

from sympy import Identity, Symbol

from flatcert import Setting, Theory
from flatcert.kinds import matrix, positive, sequence, size, vector
from flatcert.language import Rational, Sum, kronecker, largest_eigenvalue, matrix_product, matrix_sum, norm_squared

RISK = "Loss: R = |Y - W X|_F^2 / n, without a factor 1/2."
INDEXED = f"A derivation needs products over an index in proofs. {RISK}"

n, d, h, m, H = (size(name) for name in "ndhmH")
i, k = (Symbol(name, integer=True) for name in "ik")
L = H + 1
NETWORKS = Setting("matrix networks", X=matrix(d, n), T=matrix(m, d), W_1=matrix(h, d),
                   W=sequence(matrix(h, h), k, 2, H), W_L=matrix(m, h), a=vector(m), z=vector(n), t=positive())
X, T, first, hidden, last, a, z, t = (NETWORKS[name] for name in ("X", "T", "W_1", "W", "W_L", "a", "z", "t"))
theory = Theory("matrix-networks", setting=NETWORKS)


def A(j):
    """The layers above layer j < L, W_L ... W_{j+1}; the backward matrix A_j."""
    return last * matrix_product(hidden(i), (i, j + 1, H))


def P(j):
    """The layers up to layer j >= 1, W_j ... W_1."""
    return matrix_product(hidden(i), (i, 2, j)) * first


def over_layers(term, join=Sum):
    """The sum over k = 1, ..., L of term(A_k, P_{k-1}), where A_L and P_0 are identities."""
    return term(A(1), Identity(d)) + join(term(A(k), P(k - 1)), (k, 2, H)) + term(Identity(m), P(H))


end = theory.quantity("W_end", A(1) * first, latex="W", meaning="end-to-end matrix")
error = (end - T) * X
loss = norm_squared(error)
G = 2 * error * X.T
V = T * X
Sigma_form = norm_squared(X * z)
kernel = theory.quantity(
    "K", over_layers(lambda back, front: kronecker(back * back.T, X.T * front.T * front * X), matrix_sum),
    latex="K", meaning="kernel: the outputs of the linearized network on the data have the Gram matrix K")
S = theory.quantity("S", 2 * largest_eigenvalue(kernel), latex="S",
                    meaning="sharpness of a minimizer (by matrix-sharpness, the largest eigenvalue of the Hessian)")
curvature = theory.quantity("trace", 2 * over_layers(lambda back, front: norm_squared(back) * norm_squared(front * X)),
                            latex=r"\operatorname{tr} \nabla^2 R",
                            meaning="trace of the Hessian at a minimizer")
minimizer = theory.hypothesis("minimizer", (end, "==", T), latex="W = T")


def small(rng, low, high):
    """A random integer from low to high."""
    return int(rng.integers(low, high + 1))


def layers(rng, index, depth=None):
    """Layers of small integers: one output every third time, two layers every other time."""
    hidden_widths = depth - 1 if depth else 1 + index % 2 * small(rng, 0, 2)
    size_of = {"n": small(rng, 1, 2), "d": small(rng, 1, 2), "h": small(rng, 1, 2),
               "m": 1 if index % 3 == 2 else small(rng, 1, 2)}
    draw = lambda rows, columns: rng.integers(-2, 3, (rows, columns))  # noqa: E731
    inner = [draw(size_of["h"], size_of["h"]) for _ in range(hidden_widths - 1)]
    W_1, W_L = draw(size_of["h"], size_of["d"]), draw(size_of["m"], size_of["h"])
    product = W_1
    for layer in inner:
        product = layer @ product
    return {"X": draw(size_of["d"], size_of["n"]), "T": W_L @ product, "W_1": W_1, "W": inner, "W_L": W_L,
            "a": draw(size_of["m"], 1), "z": draw(size_of["n"], 1), "t": Rational(small(rng, 1, 6), 2),
            "H": hidden_widths}


@theory.family
def minimizers(rng, index):
    """Small integer layers, and the target that they reach."""
    return layers(rng, index)


@theory.family
def networks(rng, index):
    """Small integer layers and an unrelated target."""
    made = layers(rng, index)
    return {**made, "T": rng.integers(-2, 3, made["T"].shape)}


@theory.family
def deep_networks(rng, index):
    """The same with four or five layers, so that two hidden layers are neighbours."""
    made = layers(rng, index, depth=small(rng, 4, 5))
    return {**made, "T": rng.integers(-2, 3, made["T"].shape)}


@theory.family
def scalars(rng, index):
    """Networks of width one, and the target 0 or the one that they reach: counterexamples that fit on a line."""
    made = {"X": [[1]], "W_1": [[small(rng, 0, 4)]], "W_L": [[small(rng, -1, 3)]], "a": [1 + index % 2], "z": [1]}
    inner = [[[small(rng, 1, 2)]] for _ in range(index % 3)]
    product = made["W_1"][0][0] * made["W_L"][0][0]
    for layer in inner:
        product *= layer[0][0]
    return {**made, "T": [[product if index % 2 else 0]], "W": inner, "t": 1, "H": len(inner) + 1}
