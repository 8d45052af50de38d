"""The least sharpness is explicit when the regressor is an eigenvector of the covariance."""

from __future__ import annotations

import sympy as sp

from ...algebra.words import Sigma_half
from ...language.claim import Claim, Obligation, assuming, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.quantities import E, L, S_min, Sigma, e, lambda_max, norm_p, norm_w, r, w_star
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import EIGENVECTOR_UPDATE, LARGER, RAYLEIGH
from ...proof.rules.inequalities import SCALING
from ...proof.rules.infima import BELOW_VALUE, DIRECTION, INFIMUM
from ...proof.rules.logic import ANTISYMMETRY, CASES, HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...setting.network import top_vector
from .common import shallow_minimum
from .formulas import DUAL, KINK_ABOVE, KINK_BELOW, PRIMAL, rank_one_factor, spread

LOW, HIGH = Relation(L * e, "<", lambda_max), Relation(L * e, ">=", lambda_max)

MIN_SHARPNESS_KINK = Claim(
    id="min-sharpness-kink",
    title="The least sharpness when the regressor is an eigenvector",
    kind="inequality",
    origins=("ours",),
    requires=("min-sharpness", "min-sharpness-dual"),
    note="With Sigma = diag(1, 4), w* = e_1, L = 2 the value is 8/sqrt(3).",
    obligations=(
        Obligation(
            "low-eigenvalue",
            Relation(S_min, "==", KINK_ABOVE),
            space="eigenvector",
            given=("E > 0", "w* eigenvector", LOW),
            tight=True,
            mutants=(
                scaled("2 Lambda -> 2.02 Lambda", sp.Rational(101, 100)),
                swapped("Lambda - e -> Lambda", {lambda_max - e: lambda_max}),
                swapped("exponent 1 - 1/L -> 1/L", {1 - 1 / L: 1 / L}),
            ),
        ),
        Obligation(
            "high-eigenvalue",
            Relation(S_min, "==", KINK_BELOW),
            space="eigenvector",
            given=("E > 0", "w* eigenvector", HIGH),
            tight=True,
            mutants=(
                scaled("2L -> 2.02L", sp.Rational(101, 100)),
                swapped("e -> Lambda", {e: lambda_max}),
                without(HIGH),
                assuming("L e >= 0.95 Lambda", lambda given: Relation(
                    given.lhs, given.op, sp.Rational(19, 20) * given.rhs)),
            ),
        ),
    ),
)

KINK = norm_p ** (2 / L) * ((L - 1) * E / (lambda_max - e)) ** (1 - 1 / L)
"""The ``r`` at which both eigenvalues, ``r Lambda`` and the one at ``w*``, are equal."""
SMOOTH = norm_p ** (2 / L) * (E / e) ** (1 - 1 / L)
"""The ``r`` at which the eigenvalue at ``w*`` is least."""


def _split(proof: Proof) -> tuple[int, int, int]:
    """Derive ``S_min <= 2 max(r Lambda, r e + (L-1)(|p|^2/r)^{1/(L-1)} E)`` in three steps."""
    eigenvector = proof.step(HYPOTHESIS, (Sigma * w_star, "==", e * w_star), given=("w* eigenvector",))
    energy = define(proof, "E")
    statement = cite(proof, "min-sharpness", "statement")
    value = proof.step(BELOW_VALUE, (S_min, "<=", PRIMAL), statement)
    c = rank_one_factor(r)
    larger = sp.Max(r * lambda_max, r * e + c * E, evaluate=False)
    update = proof.step(EIGENVECTOR_UPDATE, (weighted_top(spread(r, c, w_star)), "==", larger),
                        eigenvector, energy, data=(r, c), given=("L >= 2",))
    return eigenvector, value, update


def _at(
    proof: Proof, value: int, update: int, point: sp.Expr, order: int, larger: sp.Expr, *given: int
) -> int:
    """Derive ``S_min <= 2 larger`` at ``r = point``, where ``order`` says which eigenvalue is larger."""
    c = rank_one_factor(point)
    here = proof.step(INSTANCE, (S_min, "<=", PRIMAL.subs(r, point)), value, *given, data=((r, point),))
    both = sp.Max(point * lambda_max, point * e + c * E, evaluate=False)
    split = proof.step(INSTANCE, (weighted_top(spread(point, c, w_star)), "==", both), update, *given,
                       data=((r, point),))
    chosen = proof.step(LARGER, (weighted_top(spread(point, c, w_star)), "==", larger), split, order)
    return proof.step(REWRITING, (S_min, "<=", 2 * larger), here, chosen)


def _eigenvalue_order(proof: Proof) -> int:
    """Derive ``e <= Lambda``."""
    quotient = proof.step(RAYLEIGH, (lambda_max * dot(w_star, w_star), ">=", dot(w_star, Sigma * w_star)),
                          data=("covariance", None, w_star))
    eigenvector = proof.step(HYPOTHESIS, (Sigma * w_star, "==", e * w_star), given=("w* eigenvector",))
    norm_is = define(proof, "norm_w")
    filled = proof.step(REWRITING, (lambda_max * norm_w**2, ">=", e * norm_w**2), quotient, eigenvector, norm_is)
    return proof.step(SCALING, (lambda_max, ">=", e), filled, data=1 / norm_w**2)


def _tools(proof: Proof) -> tuple[int, int, int, int]:
    """Derive ``Sigma^{1/2} Sigma Sigma^{1/2} = Sigma^2``, ``Sigma^{1/2}`` squared, the energy and ``e |w*|^2 = E``."""
    root, square = define(proof, "root"), define(proof, "root", flipped=True)
    sandwich = proof.step(IDENTITY, (Sigma_half * Sigma * Sigma_half, "==", Sigma * Sigma), square)
    eigenvector = proof.step(HYPOTHESIS, (Sigma * w_star, "==", e * w_star), given=("w* eigenvector",))
    energy = define(proof, "E")
    signal = proof.step(REWRITING, (E, "==", e * dot(w_star, w_star)), energy, eigenvector)
    norm = proof.step(SCALING, (dot(w_star, w_star), "==", E / e), signal, data=1 / e)
    return root, sandwich, eigenvector, norm


def _every_direction(proof: Proof) -> int:
    """Derive that the least sharpness is at least the law in every direction."""
    every = cite(proof, "min-sharpness-dual", "every-direction")
    return proof.step(INFIMUM, (S_min, ">=", DUAL), every)


def _high(proof: Proof) -> int:
    """Derive the case ``L e >= Lambda``: the smooth minimum meets the bound in the direction of the signal itself."""
    given = proof.step(HYPOTHESIS, HIGH, given=(HIGH,))
    _eigenvector, value, update = _split(proof)
    c = rank_one_factor(SMOOTH)
    order = proof.step(SCALING, (SMOOTH * e + c * E, ">=", SMOOTH * lambda_max), given, data=SMOOTH,
                       given=("E > 0", "L >= 2"))
    upper = _at(proof, value, update, SMOOTH, order, SMOOTH * e + c * E)
    deep = proof.step(REWRITING, (S_min, "<=", KINK_BELOW), upper)

    flat = shallow_minimum(proof)
    above = proof.step(REWRITING, (e, ">=", lambda_max), given, given=("L == 1",))
    equal = proof.step(ANTISYMMETRY, (e, "==", lambda_max), _eigenvalue_order(proof), above)
    value = proof.step(IDENTITY, (2 * norm_p**2 * lambda_max, "==", KINK_BELOW), equal)
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", KINK_BELOW), flat, value)
    both = proof.step(CASES, (S_min, "<=", KINK_BELOW), shallow, deep)

    root, sandwich, eigenvector, norm = _tools(proof)
    signal = Sigma_half * w_star / sp.sqrt(E)
    lower = proof.step(DIRECTION, (S_min, ">=", KINK_BELOW), _every_direction(proof),
                       root, sandwich, eigenvector, norm, data=signal)
    return proof.step(ANTISYMMETRY, (S_min, "==", KINK_BELOW), both, lower)


def _low(proof: Proof) -> int:
    """Derive the case ``L e < Lambda``: the kink meets the bound between the signal and a top eigenvector."""
    given = proof.step(HYPOTHESIS, LOW, given=(LOW,))
    _eigenvector, value, update = _split(proof)
    c = rank_one_factor(KINK)
    crossing = proof.step(IDENTITY, (KINK * e + c * E, "==", KINK * lambda_max), given=(LOW, "E > 0", "L >= 2"),
                          note="both eigenvalues agree at the kink")
    order = proof.step(TRANSITIVITY, (KINK * lambda_max, ">=", KINK * e + c * E), crossing)
    upper = _at(proof, value, update, KINK, order, KINK * lambda_max, given)
    deep = proof.step(REWRITING, (S_min, "<=", KINK_ABOVE), upper)
    flat = shallow_minimum(proof)
    depth = proof.step(IDENTITY, (2 * norm_p**2 * lambda_max, "==", KINK_ABOVE), given=("L == 1", LOW))
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", KINK_ABOVE), flat, depth)
    both = proof.step(CASES, (S_min, "<=", KINK_ABOVE), shallow, deep)

    root, sandwich, eigenvector, norm = _tools(proof)
    y, unit = define(proof, "top vector"), define(proof, "top vector norm")
    square = define(proof, "root", flipped=True)
    inner = dot(top_vector, Sigma_half * w_star)
    one = proof.step(IDENTITY, (dot(Sigma * top_vector, Sigma_half * w_star), "==", lambda_max * inner), y)
    moved = proof.step(
        IDENTITY,
        (dot(Sigma * top_vector, Sigma_half * w_star), "==", dot(Sigma_half * top_vector, Sigma * w_star)),
        square, note="the root commutes with the covariance")
    other = proof.step(IDENTITY, (dot(Sigma_half * top_vector, Sigma * w_star), "==", e * inner), eigenvector)
    equal = proof.step(TRANSITIVITY, (lambda_max * inner, "==", e * inner), one, moved, other)
    orthogonal = proof.step(SCALING, (inner, "==", 0), equal, data=1 / (lambda_max - e), given=(LOW,))
    share = (L - 1) * lambda_max / (L * (lambda_max - e))
    rest = (lambda_max - L * e) / (L * (lambda_max - e))
    mixed = sp.sqrt(share / E) * Sigma_half * w_star + sp.sqrt(rest) * top_vector
    lower = proof.step(DIRECTION, (S_min, ">=", KINK_ABOVE), _every_direction(proof),
                       root, sandwich, eigenvector, norm, y, unit, orthogonal, data=mixed,
                       note="z^T Sigma z = Lambda / L in this direction")
    return proof.step(ANTISYMMETRY, (S_min, "==", KINK_ABOVE), both, lower)


def kink(proof: Proof) -> dict[str, int]:
    """Each case has an upper and a lower bound that meet."""
    low = _low(proof)
    high = _high(proof)
    return {"low-eigenvalue": low, "high-eigenvalue": high}


THEOREMS = ((MIN_SHARPNESS_KINK, kink),)
