"""Balanced flow at depth 2 with an isotropic covariance stays in a plane, and is solved there."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation
from ...language.quantities import e, norm_w, time
from ...proof.builder import Proof
from ...proof.rules.differential_equations import eliminate, explicit_derivative, half_angle, increasing, uniqueness
from ...proof.rules.inequalities import sign
from ...proof.rules.logic import chain, hypothesis, identity, rewrite
from ...setting.initial_value import T_0, flow_of, other_equation, phi, start_of, x, x_0
from .common import at_solution

HALF_TANGENT = T_0 * sp.exp(-2 * e * norm_w * time)
TAU = 2 * e * norm_w * time - sp.log(T_0)
"""``tau``: ``tan(phi/2) = e^{-tau}``."""


def swept(tau: sp.Expr) -> sp.Expr:
    """Return ``(tau + sinh tau cosh tau)/x*``."""
    return (tau + sp.sinh(tau) * sp.cosh(tau)) / norm_w


_TAU_0 = TAU.xreplace({time: sp.S.Zero})
CONSTANT = sp.cosh(_TAU_0) ** 2 / x_0 - swept(_TAU_0)
PLANAR = sp.cosh(TAU) ** 2 / (CONSTANT + swept(TAU))
PLANAR_ANGLE = flow_of(phi, -2 * e * norm_w * sp.sin(phi))
PLANAR_NORM = flow_of(x, 4 * e * x * (norm_w * sp.cos(phi) - x))


def balanced_plane() -> tuple[Relation, Relation]:
    """Derive `balanced-flow` at ``L = 2``, ``Sigma = e I``, in the plane of ``w = x (cos phi, sin phi)`` and ``w*``."""
    direction = sp.Matrix([sp.cos(phi), sp.sin(phi)])
    gap = x * direction - norm_w * sp.Matrix([1, 0])
    along = sp.expand(sp.expand((direction.T * gap)[0]).xreplace({sp.sin(phi) ** 2: 1 - sp.cos(phi) ** 2}))
    rate = -2 * e * x * (gap + direction * along)
    first, second = (flow_of(x * direction[i], rate[i]) for i in (0, 1))
    return first, second


PLANE = balanced_plane()

_solution = partial(Obligation, space="solution", decide="solution")

PLANAR_FLOW_2 = Claim(
    id="planar-flow-2",
    title="Balanced flow at depth 2 with an isotropic covariance",
    kind="dynamics",
    requires=("balanced-flow",),
    note="L = 2 and Sigma = e I; the flow stays in the plane of w and w*, with polar coordinates x and the angle to "
    "w*. T_0 > 0 is the tangent of half the angle at the start; from the direction of -w* it runs into the saddle.",
    obligations=(
        _solution("polar-norm", PLANAR_NORM, given=PLANE,
                  mutants=(scaled("4e -> 2e", sp.Rational(1, 2)),
                           swapped("cos -> sin", {sp.cos(phi): sp.sin(phi)}),
                           swapped("minus -> plus", {-x: x}))),
        _solution("polar-angle", PLANAR_ANGLE, given=PLANE,
                  mutants=(scaled("2e -> 4e", 2),
                           scaled("minus -> plus", -1),
                           swapped("sin -> cos", {sp.sin(phi): sp.cos(phi)}),
                           scaled("times x", x))),
        _solution("angle", Relation(sp.tan(phi / 2), "==", HALF_TANGENT),
                  given=(PLANAR_ANGLE, start_of(phi, 2 * sp.atan(T_0))),
                  mutants=(swapped("exponent 2 -> 4", {HALF_TANGENT: HALF_TANGENT**2 / T_0}),
                           swapped("exponent without x*", {HALF_TANGENT: HALF_TANGENT.xreplace({norm_w: sp.S.One})}),
                           scaled("twice the tangent", 2),
                           other_equation("2e -> e in the equation", sp.Rational(1, 2)))),
        _solution("norm", Relation(x, "==", PLANAR),
                  given=("E > 0", Relation(sp.tan(phi / 2), "==", HALF_TANGENT), PLANAR_NORM, start_of(x, x_0)),
                  mutants=(swapped("cosh^2 -> sinh^2", {sp.cosh(TAU) ** 2: sp.sinh(TAU) ** 2}),
                           swapped("tau + -> 2 tau +", {
                               TAU / norm_w: 2 * TAU / norm_w, swept(TAU): swept(TAU) + TAU / norm_w}),
                           swapped("C from twice the start", {
                               sp.cosh(_TAU_0) ** 2 / x_0: sp.cosh(_TAU_0) ** 2 / (2 * x_0)}),
                           other_equation("4e -> 2e in the equation", sp.Rational(1, 2)))),
    ),
)


def planar_flow_2(p: Proof) -> dict[str, int]:
    """Polar coordinates give the angle, which makes the equation of the norm explicit."""
    plane = [hypothesis(p, equation) for equation in PLANE]
    return {"polar-norm": eliminate(p, PLANAR_NORM, *plane), "polar-angle": eliminate(p, PLANAR_ANGLE, *plane),
            "angle": _angle(p), "norm": _norm(p)}


def _angle(p: Proof) -> int:
    """Derive the angle, which solves its own equation."""
    goal = PLANAR_FLOW_2.obligation("angle")
    equation, start = (hypothesis(p, fact) for fact in goal.given)
    explicit = explicit_derivative(p, at_solution(p[equation], 2 * sp.atan(HALF_TANGENT)))
    return identity(p, goal.relation, uniqueness(p, equation, start, explicit))


def _norm(p: Proof) -> int:
    """Derive the norm, whose equation has the cosine of that angle."""
    half, polar, start = (hypothesis(p, fact) for fact in PLANAR_FLOW_2.obligation("norm").given[1:])
    cosine = half_angle(p, half, to=(sp.cos(phi), "==", sp.tanh(TAU)))
    equation = rewrite(p, flow_of(x, 4 * e * x * (norm_w * sp.tanh(TAU) - x)), polar, cosine)
    slope = explicit_derivative(p.given("E > 0"), (
        sp.Derivative(CONSTANT + swept(TAU), time), "==", 4 * e * sp.cosh(TAU) ** 2))
    first = sp.cosh(sp.log(T_0)) ** 2 / x_0
    grows = increasing(p, slope, to=(CONSTANT + swept(TAU), ">=", first))
    above = chain(p, grows, sign(p, (first, ">", 0)))
    explicit = explicit_derivative(p, at_solution(p[equation], PLANAR), above)
    return uniqueness(p, equation, start, explicit, above)


THEOREMS = ((PLANAR_FLOW_2, planar_flow_2),)
