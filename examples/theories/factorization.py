"""How flat a factorization of a matrix can be: every minimizer of |U V^T - Y|_F^2 / 2 has sharpness >= 2 |Y|_2.

The sharpness is the largest eigenvalue of the Hessian of the loss that is written here, by automatic differentiation;
nothing about it is built in. For two layers: Mulayoff and Michaeli (2020).
"""
from flatcert.language import Hessian, Rational, largest_eigenvalue, norm_squared, spectral_norm

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, size
from flatcert.mutants import AUTOMATIC, scaled, swapped, without

m, n, r = size("m"), size("n"), size("r")
FACTORS = Setting("matrix factorization", U=matrix(m, r), V=matrix(n, r), Y=matrix(m, n))
U, V, Y = FACTORS["U"], FACTORS["V"], FACTORS["Y"]
theory = Theory("flat factorizations", setting=FACTORS)

loss = norm_squared(U * V.T - Y) / 2
S = theory.quantity("S", largest_eigenvalue(Hessian(loss, U, V)), latex="S", meaning="sharpness of the loss")
exact = theory.hypothesis("exact", (norm_squared(U * V.T - Y), "==", 0), latex=r"U V^{\top} = Y")


@theory.family
def exact_factors(rng, index):
    """Small integer factors of every shape up to 3, every other time equal ones (S = 2 |U|^2 = 2 |Y|), and their product."""
    rows, columns, inner = (int(rng.integers(1, 4)) for _ in range(3))
    u, v = rng.integers(-2, 3, (rows, inner)), rng.integers(-2, 3, (columns, inner))
    v = v if index % 2 else u
    return {"U": u, "V": v, "Y": u @ v.T}


sharpness = theory.claim(
    "factor-sharpness", "Sharpness of an exact factorization",
    Obligation("least", (S, ">=", 2 * spectral_norm(Y)), on=(exact_factors, "any"), given=(exact,), tight=True,
               mutants=AUTOMATIC),
    Obligation("most", (S, "<=", norm_squared(U) + norm_squared(V)), on=(exact_factors, "any"), given=(exact,), tight=True,
               mutants=[scaled("1 -> 99/100", Rational(99, 100)), without(exact),
                        swapped("Frobenius -> spectral, halved", {norm_squared(U): spectral_norm(U) ** 2 / 2})]),
    origins=("standard",))

if __name__ == "__main__":
    theory.main()
