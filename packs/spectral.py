"""Certificates for eigenvalues: what a vector says about the spectrum of a symmetric matrix.

For a unit vector x the Rayleigh quotient is r = x^T A x, and the residual e has e^2 = |A x|^2 - r^2.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from sympy import Identity

from flatcert import Obligation, Setting, Theory
from flatcert.draw import rotation
from flatcert.kinds import psd, real, size, vector
from flatcert.language import Rational, dot, norm_squared, singular_value
from flatcert.mutants import AUTOMATIC, scaled, swapped, without
from flatcert.rules import at_vector, hypothesis, weighted_sum

d = size("d")
SPECTRUM = Setting("spectra", A=psd(d), x=vector(d), top=real(), gap=real())
A, x, top, gap = (SPECTRUM[name] for name in SPECTRUM.data)
theory = Theory("spectral", setting=SPECTRUM)
one = Identity(d)
r = dot(x, A * x)
squared = norm_squared(A * x) - r**2  # of the residual
unit = theory.hypothesis("unit vector", (norm_squared(x), "==", 1), latex=r"\lVert x\rVert = 1")
between = theory.hypothesis("no eigenvalue between", (0 * one, "psd<=", (A - top * one) * (A - gap * one)),
                            latex=r"(A - \mu I)(A - \nu I) \succeq 0")
far = theory.hypothesis("far", (gap**2 * one, "psd<=", (A - top * one) ** 2), latex=r"(A - \mu I)^2 \succeq \delta^2 I")


@theory.family
def few_eigenvalues(rng, index):
    """Two or three eigenvalues and a unit vector; top and gap are the two largest, or a point and its distance."""
    k = 2 + index % 2
    spectrum = sorted((Rational(int(t), 2) for t in rng.integers(0, 9, k)), reverse=True)
    cosine, sine = [(Rational(3, 5), Rational(4, 5)), (1, 0), (Rational(5, 13), Rational(12, 13))][index // 2 % 3]
    point = [cosine, sine, 0][:k]
    basis = rotation(rng, k) if index % 5 == 4 else [[int(i == j) for j in range(k)] for i in range(k)]
    matrix = [[sum(p[i] * spectrum[i] * q[i] for i in range(k)) for q in basis] for p in basis]
    turned = [sum(p[i] * point[i] for i in range(k)) for p in basis]
    size_ = [1, 1, 1, 1, 1, 2, Rational(1, 2)][index % 7]
    top_, gap_ = spectrum[0], spectrum[(index % 4 == 3 and -1) or 1]
    if index % 3 == 2:
        top_ = (spectrum[0] + spectrum[1]) / 2 if index % 4 < 2 else spectrum[0] + Rational(1, 2)
        gap_ = min(abs(s - top_) for s in spectrum) * (1 + (index % 4 == 1))
    return {"A": matrix, "x": [size_ * t for t in turned], "top": top_, "gap": gap_}


temple = theory.claim(
    "kato-temple", "An enclosure by a Rayleigh quotient",
    Obligation("enclosure", ((top - r) * (r - gap), "<=", squared), on=(few_eigenvalues,), given=(unit, between),
               tight=True, mutants=[AUTOMATIC, scaled("halved", Rational(1, 2))]),
    Obligation("nearest", (gap**2, "<=", norm_squared(A * x - top * x)), on=(few_eigenvalues,), given=(unit, far),
               tight=True, mutants=[without(unit), without(far), scaled("halved", Rational(1, 2))]),
    Obligation("two largest", ((singular_value(A, 1) - r) * (r - singular_value(A, 2)), "<=", squared),
               on=(few_eigenvalues,), given=(unit,), tight=True,
               mutants=[swapped("third for second", {singular_value(A, 2): singular_value(A, 3)}, side="lhs")]),
    origins=("standard",),
    note="Known: Temple (1928), Kato (1949). No eigenvalue lies between mu and nu; and some eigenvalue lies within e "
         "of r.")


@theory.proof(temple)
def at_the_vector(t):
    t.partial("two largest", "a derivation needs that no eigenvalue lies between the two largest ones")
    enclosure, nearest, _ = temple.obligations
    length = hypothesis(t, unit)
    form = at_vector(t, hypothesis(t, between), x)
    distance = at_vector(t, hypothesis(t, far), x)
    return {"enclosure": weighted_sum(t, enclosure.relation, (1, -top * gap), form, length),
            "nearest": weighted_sum(t, nearest.relation, (1, gap**2), distance, length)}


if __name__ == "__main__":
    theory.main()
