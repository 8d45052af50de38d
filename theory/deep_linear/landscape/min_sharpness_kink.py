"""The least sharpness is explicit when the regressor is an eigenvector of the covariance."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...algebra.words import Sigma_half
from ...language.claim import Claim, Obligation, assuming, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import E, L, S_min, Sigma, e, lambda_max, norm_p, norm_w, r, w_star
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import eigenvector_update, larger, rayleigh
from ...proof.rules.inequalities import scale
from ...proof.rules.infima import choose_direction, infimum, minimum_is_below
from ...proof.rules.logic import antisymmetry, cases, chain, hypothesis, identity, rewrite, specialize
from ...setting.network import top_vector
from .common import DEEP, shallow_minimum
from .formulas import KINK_ABOVE, KINK_BELOW, rank_one_factor

LOW, HIGH = Relation(L * e, "<", lambda_max), Relation(L * e, ">=", lambda_max)

_case = partial(Obligation, space="eigenvector", tight=True)

MIN_SHARPNESS_KINK = Claim(
    id="min-sharpness-kink",
    title="The least sharpness when the regressor is an eigenvector",
    requires=("min-sharpness", "min-sharpness-dual"),
    note="With Sigma = diag(1, 4), w* = e_1, L = 2 the value is 8/sqrt(3).",
    obligations=(
        _case("low-eigenvalue", Relation(S_min, "==", KINK_ABOVE), given=("E > 0", "w* eigenvector", LOW),
              mutants=(scaled("2 Lambda -> 2.02 Lambda", sp.Rational(101, 100)),
                       swapped("Lambda - e -> Lambda", {lambda_max - e: lambda_max}),
                       swapped("exponent 1 - 1/L -> 1/L", {1 - 1 / L: 1 / L}))),
        _case("high-eigenvalue", Relation(S_min, "==", KINK_BELOW), given=("E > 0", "w* eigenvector", HIGH),
              mutants=(scaled("2L -> 2.02L", sp.Rational(101, 100)),
                       swapped("e -> Lambda", {e: lambda_max}),
                       without(HIGH),
                       assuming("L e >= 0.95 Lambda", lambda given: Relation(
                           given.lhs, given.op, sp.Rational(19, 20) * given.rhs)))),
    ),
)

KINK = norm_p ** (2 / L) * ((L - 1) * E / (lambda_max - e)) ** (1 - 1 / L)
"""The ``r`` at which both eigenvalues, ``r Lambda`` and the one at ``w*``, are equal."""
SMOOTH = norm_p ** (2 / L) * (E / e) ** (1 - 1 / L)
"""The ``r`` at which the eigenvalue at ``w*`` is least."""


def _split(p: Proof) -> tuple[int, int]:
    """Derive ``S_min`` below the primal function, which is ``2 max(r Lambda, r e + (L-1)(|p|^2/r)^{1/(L-1)} E)``."""
    value = minimum_is_below(p, p.cite("min-sharpness", "statement"))
    eigenvector, energy = hypothesis(p, "w* eigenvector"), p.define("E")
    return value, eigenvector_update(p.given("L >= 2"), eigenvector, energy, r, rank_one_factor(r))


def _at(p: Proof, split: tuple[int, int], point: sp.Expr, order: int, bound: sp.Expr, *given: int) -> int:
    """Derive ``S_min <= bound`` at ``r = point``, where ``order`` says which eigenvalue is larger."""
    here, both = (specialize(p, n, *given, r=point) for n in split)
    return rewrite(p, (S_min, "<=", bound), here, larger(p, both, order))


def _eigenvalue_order(p: Proof) -> int:
    """Derive ``e <= Lambda``."""
    quotient = rayleigh(p, "covariance", None, w_star)
    eigenvector, norm_is = hypothesis(p, "w* eigenvector"), p.define("norm_w")
    return scale(p, quotient, 1 / norm_w**2, eigenvector, norm_is, to=(lambda_max, ">=", e))


def _tools(p: Proof) -> tuple[int, int, int, int]:
    """Derive what the choice of a direction uses.

    These are ``Sigma = (Sigma^{1/2})^2``, ``Sigma^{1/2} Sigma Sigma^{1/2} = Sigma^2``, ``Sigma w* = e w*`` and
    ``|w*|^2 = E/e``.
    """
    root, square = p.define("root"), p.define("root", flipped=True)
    sandwich = identity(p, (Sigma_half * Sigma * Sigma_half, "==", Sigma * Sigma), square)
    eigenvector, energy = hypothesis(p, "w* eigenvector"), p.define("E")
    norm = scale(p, energy, 1 / e, eigenvector, to=(dot(w_star, w_star), "==", E / e))
    return root, sandwich, eigenvector, norm


def _high(p: Proof) -> int:
    """Derive the case ``L e >= Lambda``: the smooth minimum meets the bound in the direction of the signal itself."""
    given, split = hypothesis(p, HIGH), _split(p)
    order = scale(p.given(*DEEP), given, SMOOTH,
                  to=(SMOOTH * e + rank_one_factor(SMOOTH) * E, ">=", SMOOTH * lambda_max))
    deep = _at(p, split, SMOOTH, order, KINK_BELOW)
    above = rewrite(p.given("L == 1"), (e, ">=", lambda_max), given)
    equal = antisymmetry(p, _eigenvalue_order(p), above)
    value = identity(p, (2 * norm_p**2 * lambda_max, "==", KINK_BELOW), equal)
    shallow = chain(p, shallow_minimum(p), value, to=p[deep])
    every = infimum(p, p.cite("min-sharpness-dual", "every-direction"))
    lower = choose_direction(p, (S_min, ">=", KINK_BELOW), every, Sigma_half * w_star / sp.sqrt(E), *_tools(p))
    return antisymmetry(p, cases(p, shallow, deep), lower)


def _low(p: Proof) -> int:
    """Derive the case ``L e < Lambda``: the kink meets the bound between the signal and a top eigenvector."""
    given, split = hypothesis(p, LOW), _split(p)
    crossing = identity(p.given(LOW, *DEEP).note("both eigenvalues agree at the kink"),
                        (KINK * e + rank_one_factor(KINK) * E, "==", KINK * lambda_max))
    order = chain(p, crossing, to=(p[crossing].rhs, ">=", p[crossing].lhs))
    deep = _at(p, split, KINK, order, KINK_ABOVE, given)
    value = identity(p.given("L == 1", LOW), (2 * norm_p**2 * lambda_max, "==", KINK_ABOVE))
    shallow = chain(p, shallow_minimum(p), value, to=p[deep])

    root, sandwich, eigenvector, norm = _tools(p)
    y, unit, square = p.define("top vector"), p.define("top vector norm"), p.define("root", flipped=True)
    inner, outer = dot(top_vector, Sigma_half * w_star), dot(Sigma * top_vector, Sigma_half * w_star)
    moved = dot(Sigma_half * top_vector, Sigma * w_star)
    equal = chain(
        p, identity(p, (outer, "==", lambda_max * inner), y),
        identity(p.note("the root commutes with the covariance"), (outer, "==", moved), square),
        identity(p, (moved, "==", e * inner), eigenvector))
    orthogonal = scale(p.given(LOW), equal, 1 / (lambda_max - e), to=(inner, "==", 0))
    share = (L - 1) * lambda_max / (L * (lambda_max - e))
    rest = (lambda_max - L * e) / (L * (lambda_max - e))
    every = infimum(p, p.cite("min-sharpness-dual", "every-direction"))
    lower = choose_direction(
        p.note("z^T Sigma z = Lambda / L in this direction"), (S_min, ">=", KINK_ABOVE), every,
        sp.sqrt(share / E) * Sigma_half * w_star + sp.sqrt(rest) * top_vector,
        root, sandwich, eigenvector, norm, y, unit, orthogonal)
    return antisymmetry(p, cases(p, shallow, deep), lower)


def kink(p: Proof) -> dict[str, int]:
    """Each case has an upper and a lower bound that meet."""
    return {"low-eigenvalue": _low(p), "high-eigenvalue": _high(p)}


THEOREMS = ((MIN_SHARPNESS_KINK, kink),)
