"""Functions that do not change when the weights are scaled: gradient, curvature and descent with weight decay.

The example is the Rayleigh quotient f(w) = w^T A w / w^T w, which is homogeneous of degree 0, and for degree 2 its
numerator. There is no risk here, and so no factor 1/2.

In the source lines, *known* means that the statement is standard, *known type* that its form or constants are ours.
"""
from flatcert import Obligation, Setting, Theory
from flatcert.kinds import nonnegative, positive, size, symmetric, vector
from flatcert.language import Gradient, Hessian, dot, norm_squared
from flatcert.mutants import AUTOMATIC, swapped
from flatcert.rules import hypothesis, weighted_sum

d = size("d")
WEIGHTS = Setting("scale invariance", A=symmetric(d), w=vector(d), g=vector(d), c=positive(), eta=nonnegative(),
                  decay=nonnegative())
A, w, g, c, eta, decay = (WEIGHTS[name] for name in WEIGHTS.data)
theory = Theory("scale-invariance", setting=WEIGHTS)
f = dot(w, A * w) / dot(w, w)
slope = Gradient(f, w)


def closed(v):
    """The gradient in closed form, at v."""
    return 2 / dot(v, v) * (A * v - dot(v, A * v) / dot(v, v) * v)


invariance = theory.claim(
    "scale-invariance", "Derivatives of a scale-invariant function",
    Obligation("closed form", (slope, "==", closed(w)), mutants=[swapped("2 -> 1", {A: A / 2})]),
    Obligation("orthogonal", (dot(w, slope), "==", 0),
               mutants=[swapped("f -> its numerator", {f: f * dot(w, w)}, side="lhs")]),
    Obligation("curvature", (Hessian(f, w) * w, "==", -slope), mutants=AUTOMATIC),
    Obligation("smaller", (closed(c * w), "==", closed(w) / c), mutants=AUTOMATIC),
    Obligation("degree two", (Hessian(dot(w, A * w), w) * w, "==", Gradient(dot(w, A * w), w)), mutants=AUTOMATIC),
    origins=("standard",),
    note="Known: van Laarhoven (2017), Arora, Li and Lyu (2019), Li and Arora (2020). At c w the curvature is that "
         "at w, divided by c^2, so a step eta at c w is c times a step eta / c^2 at w. A derivation needs Gradient "
         "and Hessian in proofs.")

after = (1 - eta * decay) * w - eta * g
norms = theory.claim(
    "weight-decay-norms", "One step of descent with weight decay",
    Obligation("norm", (norm_squared(after), "==", (1 - eta * decay) ** 2 * norm_squared(w) + eta**2 * norm_squared(g)),
               given=((dot(w, g), "==", 0),), tight=True, mutants=[
                   AUTOMATIC, swapped("1 - 2 eta decay", {(1 - eta * decay) ** 2: 1 - 2 * eta * decay})]),
    origins=("standard",), note="Known: van Laarhoven (2017). The gradient g is orthogonal to w.")


@theory.proof(norms)
def pythagoras(t):
    norm = norms.obligations[0]
    return {"norm": weighted_sum(t, norm.relation, (-2 * eta * (1 - eta * decay),), hypothesis(t, norm.given[0]))}


if __name__ == "__main__":
    theory.main()
