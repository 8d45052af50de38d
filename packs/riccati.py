"""The exact learning curve of a symmetric factorization, mode by mode.

The loss is |U U^T - A|_F^2 / 4, *with* the factor 1/4, so that gradient flow is U' = (A - U U^T) U and M = U U^T obeys
the Riccati equation M' = A M + M A - 2 M^2. For a mode with the eigenvalue a and the start u the solution is rational
in E = e^(a t), which is a free positive number here with E' = a E.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from sympy import diff

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import positive
from flatcert.language import Rational
from flatcert.mutants import AUTOMATIC, operator, scaled
from flatcert.rules import hypothesis, identity

MODE = Setting("a mode", a=positive(), u=positive(), E=positive())
a, u, E = (MODE[name] for name in MODE.data)
theory = Theory("riccati", setting=MODE)
curve = a * E**2 * u**2 / (a + (E**2 - 1) * u**2)
speed = diff(curve, E) * a * E
finite = (a + (E**2 - 1) * u**2, ">", 0)

riccati = theory.claim(
    "riccati", "The learning curve of one mode",
    Obligation("equation", (speed, "==", 2 * a * curve - 2 * curve**2), given=(finite,), tight=True,
               mutants=[operator("differs", "!="), scaled("99/100", Rational(99, 100))]),
    Obligation("start", (curve.subs(E, 1), "==", u**2), tight=True, mutants=AUTOMATIC),
    origins=("standard",),
    note="Known: Yan, Helmke and Moore (1994), Fukumizu (1998), Braun et al. (2022), there for all modes together.")


@theory.proof(riccati)
def differentiated(t):
    equation, start = riccati.obligations
    return {"equation": identity(t, equation.relation, hypothesis(t, equation.given[0])),
            "start": identity(t, start.relation)}


if __name__ == "__main__":
    theory.main()
