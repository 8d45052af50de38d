"""Gradient descent on scalar chains and on two layers, with steps so large that the loss need not fall.

The loss has the factor 1/2: f = (x_1 x_2 ... x_L - c)^2 / 2 for a chain of numbers, and f = (u^T v - c)^2 / 2 for two
layers of width m. The residual is e = u^T v - c, and K = |u|^2 + |v|^2. A step is x - eta f'(x).

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from sympy import Product, Symbol

from flatcert import Obligation, Setting, Theory, auto
from flatcert.kinds import nonnegative, positive, real, sequence, size, vector
from flatcert.language import Abs, Hessian, Max, Rational, Sum, dot, largest_eigenvalue, norm_squared
from flatcert.mutants import AUTOMATIC, scaled, swapped, without
from flatcert.rules import all_of_several, hypothesis, identity, product, rewrite, scale, sign, weighted_sum

m, L, i = size("m"), size("L"), Symbol("i", integer=True)
EDGE = Setting("edge of stability", x=real(), y=real(), z=real(), c=real(), eta=nonnegative(), p=positive(),
               q=positive(), u=vector(m), v=vector(m), w=sequence(positive(), i, 1, L))
x, y, z, c, eta, p, q, u, v, w = (EDGE[name] for name in EDGE.data)
theory = Theory("edge-of-stability", setting=EDGE)
e, K = dot(u, v) - c, norm_squared(u) + norm_squared(v)
minimum = theory.hypothesis("minimum", (dot(u, v), "==", c), latex=r"u^{\top} v = c")


@theory.family
def minima(rng, index):
    """Two layers of which the product is c; equal ones every other time. A fifth of them has a residual."""
    left = [int(t) for t in rng.integers(-3, 4, int(rng.integers(1, 4)))]
    right = left if index % 2 else [int(t) for t in rng.integers(-3, 4, len(left))]
    return state(rng, u=left, v=right, c=sum(s * t for s, t in zip(left, right, strict=True)) + (index % 5 == 4))


@theory.family
def large_steps(rng, index):
    """Two layers, c = 0 and a step eta with eta K up to 4: there the loss may grow. The product may vanish."""
    left, right = ([Rational(int(t), 4) for t in rng.integers(1, 9, 1 + index % 2)] for _ in range(2))
    if index % 8 == 7:
        left[0], right[1] = 0, 0
    step = Rational(int(rng.integers(4, 34)), 8) / sum(t**2 for t in (*left, *right))
    return state(rng, u=left, v=right, c=0, eta=step)


@theory.family
def two_numbers(rng, index):
    """Two numbers, and a step with eta |e| between 0 and 2."""
    a, b = int(rng.integers(-4, 5)), int(rng.integers(1, 5))
    target = Rational(int(rng.integers(1, 9)), 2)
    step = Rational(int(rng.integers(0, 9)), 4) / max(abs(a * b - target), Rational(1, 2))
    return state(rng, x=a, y=b, c=target, eta=step)


@theory.family
def cycles(rng, index):
    """An orbit of period two, which attracts where q/p is at most 1 + 4/8; every fifth one is a fixed point."""
    a, ratio = Rational(int(rng.integers(1, 9)), 2), 1 + Rational(int(rng.integers(1, 13)), 8)
    if index % 5 == 4:
        return state(rng, p=a, q=a, c=a**2)
    return state(rng, p=a, q=ratio * a, eta=1 / (ratio * a**2), c=a**2 * (1 - ratio + ratio**2))


def state(rng, **given):
    """A state of small integers where nothing else is given."""
    numbers = {name: int(rng.integers(1, 4)) for name in ("x", "y", "z", "c", "eta", "p", "q")}
    chain = [int(t) for t in rng.integers(1, 5, int(rng.integers(1, 5)))]
    return {**numbers, "u": [1], "v": [1], "w": chain, **given}


# --------------------------------------------------------------------------------------------- sharpness at the minima
loss = (dot(u, v) - c) ** 2 / 2
S = theory.quantity("S", largest_eigenvalue(Hessian(loss, u, v)), latex="S", meaning="sharpness of two layers")
whole = Product(w(i), (i, 1, L))
sharpness = theory.claim(
    "scalar-sharpness", "Sharpness of the minima",
    Obligation("two", (S, "==", K), on=(minima,), given=(minimum,), tight=True,
               mutants=[without(minimum), scaled("K -> K + 1 %", Rational(101, 100))]),
    Obligation("least", (K, ">=", 2 * Abs(c)), on=(minima,), given=(minimum,), tight=True, mutants=AUTOMATIC),
    Obligation("chain", (Sum(whole**2 / w(i) ** 2, (i, 1, L)), ">=", L * whole ** (2 - 2 / L)), tight=True,
               mutants=[AUTOMATIC, swapped("exponent 2 - 1/L", {whole ** (2 - 2 / L): whole ** (2 - 1 / L)})]),
    origins=("standard",),
    note="Known: Mulayoff and Michaeli (2020). At a minimum of a chain the Hessian is the gradient of the product "
         "times its transpose, so the left side of the last line is the sharpness.")

# ------------------------------------------------------------------------------------------------ imbalance, one step
u_next, v_next = u - eta * e * v, v - eta * e * u
residual, chain_residual = x * y - c, x * y * z - c
x_next, y_next = x - eta * residual * y, y - eta * residual * x
first, second = x - eta * chain_residual * y * z, y - eta * chain_residual * x * z
phi, phi_next = (x**2 - y**2) ** 2 + 4 * c**2, (x_next**2 - y_next**2) ** 2 + 4 * c**2
imbalance = theory.claim(
    "scalar-imbalance", "What one step does to the imbalance",
    Obligation("three", (first**2 - second**2, "==", (x**2 - y**2) * (1 - eta**2 * chain_residual**2 * z**2)),
               on=(two_numbers, "any"),
               mutants=[swapped("without z", {z: 1}), swapped("eta^2 -> eta", {eta**2: eta})]),
    Obligation("layers", (u_next * u_next.T - v_next * v_next.T, "==", (1 - eta**2 * e**2) * (u * u.T - v * v.T)),
               on=(minima,), mutants=[swapped("1 + eta^2 e^2", {eta**2: -(eta**2)})]),
    Obligation("flow sharpness", (phi_next, "<=", phi), on=(two_numbers, "any"),
               given=((eta**2 * residual**2, "<=", 2),), mutants=AUTOMATIC),
    origins=("standard",),
    note="Known type: the identities are folklore, the last line is of the kind of Kreisler, Nacson, Soudry and "
         "Carmon (2023). Gradient flow from (x, y) ends at the sharpness sqrt(phi), which never grows while eta |e| "
         "is at most sqrt(2).")

# ----------------------------------------------------------------------------------------------------------- catapult
s, K_next = dot(u, v), norm_squared(u_next) + norm_squared(v_next)
s_next = s * (1 - eta * K + eta**2 * s**2)      # the residual after a step, for c = 0
moving, small = (s**2, ">", 0), (eta * K, "<", 4)
catapult = theory.claim(
    "catapult", "When the loss grows, and when K falls",
    Obligation("residual", (dot(u_next, v_next) - c, "==", e * (1 - eta * K + eta**2 * e * (e + c))),
               on=(minima,), mutants=[swapped("without c", {c: 0})]),
    Obligation("kernel", (K_next - K, "==", eta**2 * e**2 * K - 4 * eta * e * (e + c)), on=(minima,),
               mutants=[swapped("eta^2 -> 2 eta^2", {eta**2: 2 * eta**2})]),
    Obligation("falls", (eta * s**2 * (eta * K - 4), "<=", 0), on=(large_steps,), given=(small,),
               mutants=[without(small), swapped("4 -> 3", {eta * K - 4: eta * K - 3}, side="lhs")]),
    Obligation("grows", (s_next**2, ">", s**2), on=(large_steps,), given=(moving, (eta**2 * s**2, "<", eta * K - 2)),
               mutants=[without((eta**2 * s**2, "<", eta * K - 2)), without(moving)]),
    Obligation("shrinks", (s_next**2, "<=", s**2), on=(large_steps,), given=(small, (eta**2 * s**2, ">=", eta * K - 2)),
               mutants=[without((eta**2 * s**2, ">=", eta * K - 2))]),
    note="Known: the identities, Lewkowycz et al. (2020). Own: the dichotomy for c = 0. For 2 < eta K < 4 small "
         "residuals grow and K falls, until eta^2 s^2 >= eta K - 2; then the loss falls.")

# --------------------------------------------------------------------------------------------------------- period two
step, target = 1 / (p * q), p**2 - p * q + q**2
a = 1 + step * target                            # p/q + q/p
forth, back = p - step * p * (p**2 - target), q - step * q * (q**2 - target)
along, across = 1 + step * target - 3 * step * p**2, 1 - step * target + step * p**2
along_back, across_back = 1 + step * target - 3 * step * q**2, 1 - step * target + step * q**2
b = 1 + eta * c
period = theory.claim(
    "period-two", "The orbit of period two on the line of equal layers",
    Obligation("forth", (forth, "==", q), tight=True, mutants=AUTOMATIC),
    Obligation("back", (back, "==", p), tight=True, mutants=AUTOMATIC),
    Obligation("along", (along * along_back, "==", 9 - 2 * a**2),
               mutants=[swapped("9 -> 7", {9 - 2 * a**2: 7 - 2 * a**2})]),
    Obligation("across", (across * across_back, "==", 5 - 2 * a),
               mutants=[swapped("a -> a^2", {5 - 2 * a: 5 - 2 * a**2})]),
    Obligation("attracting", (Max(Abs(9 - 2 * b**2), Abs(5 - 2 * b)), "<", 1), on=(cycles,),
               given=((b, ">", 2), (b**2, "<", 5)), mutants=AUTOMATIC),
    note="Known: the phenomenon, Chen and Bruna (2023), Ghosh et al. (2025). Own: this closed form and both "
         "multipliers. The orbit x, y has x y = 1/eta and (x + y)^2 = c + 3/eta. Two steps multiply a small change by "
         "9 - 2 a^2 along (1, 1) and by 5 - 2 a along (1, -1), where a = 1 + eta c: the orbit attracts where 1 < eta "
         "c < sqrt(5) - 1.")
unique = theory.claim(
    "period-two-only", "There is no other orbit of period two on that line",
    Obligation("only", (eta * p * q, "==", 1), on=(cycles,), given=((p, "<", q), (p - eta * p * (p**2 - c), "==", q),
                                                      (q - eta * q * (q**2 - c), "==", p)),
               mutants=[without((p, "<", q))]),
    note="Our own.")


@theory.proof(sharpness)
def completed_squares(t):
    t.partial("two", "a derivation needs a rule for the second derivatives of a square")
    t.partial("chain", "a derivation needs the inequality of means for the members of a sequence")
    half = Rational(1, 2)
    both = (weighted_sum(t, (side * s, "<=", K / 2), squares=((half, u - side * v),)) for side in (1, -1))
    least = all_of_several(t, Abs(s), K / 2, *both)
    known = rewrite(t, (Abs(c), "<=", K / 2), least, hypothesis(t, minimum))
    return {"least": scale(t, known, 2, to=(K, ">=", 2 * Abs(c)))}


@theory.proof(imbalance)
def expanded(t):
    three, layers, falls = imbalance.obligations
    change = weighted_sum(t, ((x**2 - y**2) ** 2 * eta**2 * residual**2, ">=", 0),
                          squares=((1, (x**2 - y**2) * eta * residual),))
    less = product(t, hypothesis(t, falls.given[0]), change)
    return {"three": identity(t, three.relation), "layers": identity(t, layers.relation),
            "flow sharpness": scale(t, less, 1, to=falls.relation)}


@theory.proof(catapult)
def factored(t):
    residual, kernel, falls, grows, shrinks = catapult.obligations
    size, below = eta * K - eta**2 * s**2, hypothesis(t, falls.given[0])
    falling = product(t, below, weighted_sum(t, (eta * s**2, ">=", 0), squares=((eta, s),)), to=falls.relation)
    # s_next^2 - s^2 is s^2 times (eta K - eta^2 s^2) (eta K - 2 - eta^2 s^2)
    before = hypothesis(t, grows.given[1])
    both = product(t, before, weighted_sum(t, (size, ">", 0), (1, 2), before, sign(t, (1, ">", 0))))
    growing = product(t, both, hypothesis(t, grows.given[0]), to=grows.relation)
    # the first factor is nonnegative, as K >= 2 |s| and eta K < 4
    half = Rational(1, 2)
    both = (weighted_sum(t, (K / 2, ">=", side * s), squares=((half, u - side * v),)) for side in (1, -1))
    halves = product(t, *both)
    positive = product(t, below, weighted_sum(t, (eta * K, ">=", 0), squares=((eta, u), (eta, v))))
    room = weighted_sum(t, (size, ">=", 0), (eta**2, Rational(1, 4)), halves, positive)
    square = weighted_sum(t, (s**2, ">=", 0), squares=((1, s),))
    after = product(t, product(t, room, hypothesis(t, shrinks.given[1])), square)
    return {"residual": identity(t, residual.relation), "kernel": identity(t, kernel.relation), "falls": falling,
            "grows": growing, "shrinks": scale(t, after, 1, to=shrinks.relation)}


theory.proof(period)(auto)


@theory.proof(unique)
def multiplied(t):
    """The first equation times q minus the second one times p is (q^2 - p^2) (eta p q - 1) = 0."""
    only = unique.obligations[0]
    order, one, other = (hypothesis(t, given) for given in only.given)
    both = weighted_sum(t, ((q**2 - p**2) * eta * p * q, "==", q**2 - p**2), (q, -p), one, other)
    return {"only": scale(t, both, 1 / (q**2 - p**2), order, to=only.relation)}


if __name__ == "__main__":
    theory.main()
