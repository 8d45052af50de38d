"""Diagonal linear networks: gradient flow as mirror descent, the potential between two regimes, and flatness.

The regressor is beta = u * u - v * v, or beta = u * v, entry by entry, and r is the gradient of any loss in beta. All
statements are about one coordinate; the loss has no factor of its own, but for flatness, where R = |y - X beta|^2 / n.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from flatcert import Obligation, Setting, Theory, auto
from flatcert.kinds import nonnegative, positive, real
from flatcert.language import Abs, Rational, log, sqrt
from flatcert.mutants import AUTOMATIC, swapped

COORDINATE = Setting("diagonal networks", u=real(), v=real(), r=real(), p=positive(), q=positive(), s=positive(),
                     alpha=nonnegative())
u, v, r, p, q, s, alpha = (COORDINATE[name] for name in COORDINATE.data)
theory = Theory("diagonal-networks", setting=COORDINATE)

# ------------------------------------------------------------------------------------------------------- mirror descent
u_dot, v_dot, beta = -2 * u * r, 2 * v * r, u**2 - v**2
twin_u, twin_v = -v * r, -u * r
mirror = theory.claim(
    "diagonal-mirror", "Gradient flow is mirror descent",
    Obligation("conserved", (u_dot * v, "==", -u * v_dot), tight=True, mutants=AUTOMATIC),
    Obligation("velocity", (2 * u * u_dot - 2 * v * v_dot, "==", -4 * (u**2 + v**2) * r), tight=True,
               mutants=AUTOMATIC),
    Obligation("speed", ((u**2 + v**2) ** 2, "==", beta**2 + 4 * (u * v) ** 2), tight=True, mutants=AUTOMATIC),
    Obligation("twin conserved", (u * twin_u, "==", v * twin_v), tight=True, mutants=AUTOMATIC),
    Obligation("twin speed", ((u**2 + v**2) ** 2, "==", (u**2 - v**2) ** 2 + 4 * (u * v) ** 2), tight=True,
               mutants=AUTOMATIC),
    origins=("standard",),
    note="Known: Woodworth et al. (2020). The products u v are conserved, so the velocity of beta is -4 r "
         "sqrt(beta^2 + 4 (u v)^2). The twin beta = u v conserves u^2 - v^2.")

# ------------------------------------------------------------------------------------------------------ the potential
entropy = 2 - sqrt(4 + p**2) + p * log((p + sqrt(4 + p**2)) / 2)
potential = theory.claim(
    "entropy-bounds", "The potential is quadratic near zero and entropic far away",
    Obligation("above", (entropy, "<=", p**2 / 4), mutants=[swapped("4 -> 5", {p**2: p**2 * Rational(4, 5)})]),
    Obligation("below", (entropy, ">=", p**2 / (2 * sqrt(4 + p**2))),
               mutants=[swapped("4 + p^2 -> 1 + p^2", {4 + p**2: 1 + p**2})]),
    Obligation("entropic", (entropy, ">=", p * log(p) - p), mutants=[swapped("without p", {-p: 0})]),
    Obligation("largest", (entropy, "<=", p * log(1 + p)),
               mutants=[swapped("minus p/2", {p * log(1 + p): p * log(1 + p) - p / 2})]),
    note="Own. The flow from u = v = alpha minimizes alpha^2 times the sum of q(beta_i / alpha^2) among the "
         "interpolating regressors (Woodworth et al. 2020), with q(z) = 2 - sqrt(4 + z^2) + z asinh(z/2). A "
         "derivation needs a rule for convex functions.")

# ----------------------------------------------------------------------------------------------------------- flatness
flat = theory.claim(
    "diagonal-flatness", "The least curvature of a coordinate",
    Obligation("two layers", (u**2 + v**2, ">=", 2 * Abs(u * v)), tight=True, mutants=AUTOMATIC),
    Obligation("three layers", ((p * q) ** 2 + (q * s) ** 2 + (p * s) ** 2, ">=", 3 * (p * q * s) ** Rational(4, 3)),
               tight=True, mutants=[AUTOMATIC, swapped("exponent 5/3", {
                   p ** Rational(4, 3): p ** Rational(5, 3), q ** Rational(4, 3): q ** Rational(5, 3),
                   s ** Rational(4, 3): s ** Rational(5, 3)})]),
    note="Known type, two layers: HaoChen et al. (2021), Pillaud-Vivien et al. (2022); depth is our own. The trace "
         "of the Hessian is twice the sum of Sigma_ii times the left side, so it is at least 2 L sum Sigma_ii "
         "|beta_i|^(2 - 2/L).")


@theory.proof(mirror)
def found(t):
    return auto(t)


theory.proof(flat)(auto)

if __name__ == "__main__":
    theory.main()
