"""Steepest descent on a quadratic: Kantorovich's inequality, and the rate that it gives.

f(x) = x^T Q x / 2 with Q positive definite. Kantorovich (1948). No network anywhere: a setting of its own.
"""
from flatcert.language import Inverse, Rational, dot, largest_eigenvalue, smallest_eigenvalue

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import psd, size, vector
from flatcert.mutants import scaled, swapped

d = size("d")
QUADRATIC = Setting("quadratic", Q=psd(d), x=vector(d))
Q, x = QUADRATIC["Q"], QUADRATIC["x"]
theory = Theory("steepest descent", setting=QUADRATIC)

low = theory.quantity("low", smallest_eigenvalue(Q), latex=r"\lambda", meaning="smallest eigenvalue of Q")
high = theory.quantity("high", largest_eigenvalue(Q), latex=r"\Lambda", meaning="largest eigenvalue of Q")
f = theory.quantity("f", dot(x, Q * x) / 2, latex="f(x)", meaning="the objective", nonnegative=True)
g = Q * x
rate = theory.quantity("alpha", dot(g, g) / dot(g, Q * g), latex=r"\alpha", meaning="step of the exact line search")
f_next = theory.quantity("f_next", (dot(x - rate * g, Q * (x - rate * g))) / 2, latex=r"f(x^{+})",
                         meaning="the objective after a step of steepest descent")
definite = theory.hypothesis("positive definite", (low, ">", 0), latex=r"Q \succ 0")
moving = theory.hypothesis("not at the minimum", (dot(g, g), ">", 0), latex=r"\nabla f \ne 0")
product = dot(g, Q * g) * dot(g, Inverse(Q) * g)


@theory.family
def extreme_directions(rng, index):
    """Q = diag(a, b) and a gradient with the same weight on both: equality in both claims."""
    a, b = int(rng.integers(1, 9)), int(rng.integers(1, 9))
    return {"Q": [[a, 0], [0, b]], "x": [Rational(1, a), Rational((-1) ** index, b)]}


kantorovich = theory.claim(
    "kantorovich", "Kantorovich's inequality",
    Obligation("product", (4 * low * high * product, "<=", (low + high) ** 2 * dot(g, g) ** 2),
               on=(extreme_directions, "any"), given=(definite,), tight=True,
               mutants=[scaled("1 -> 99/100", Rational(99, 100)), swapped("lambda + Lambda -> 2 Lambda - lambda",
                                                                         {low + high: 2 * high - low})]),
    origins=("standard",))

descent = theory.claim(
    "steepest-descent", "One step of steepest descent",
    Obligation("rate", ((high + low) ** 2 * f_next, "<=", (high - low) ** 2 * f),
               on=(extreme_directions, "any"), given=(definite, moving), tight=True,
               mutants=[scaled("1 -> 99/100", Rational(99, 100)),
                        swapped("square -> cube", {(high - low) ** 2: (high - low) ** 3 / (high + low)})]),
    origins=("standard",), requires=("kantorovich",))

if __name__ == "__main__":
    theory.main()
