"""Section 4 of the theory: the kernel and the sharpness of residual networks."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped
from ...language.nodes import Relation, dot
from ...language.quantities import L, M, S, S_min, a, alpha_sub, beta_sub, kappa, lambda_max, lambda_min, norm_p, u
from ...setting.flow import INVERTIBLE
from ...setting.residual_constants import ABOVE_ZERO, middle
from ..landscape.formulas import ENERGY_UPPER, PAPER_LOWER

_read_out = (
    swapped("without |p|^{2/L}", {norm_p ** (2 / L): sp.S.One}),
    swapped("|p|^{2/L} -> |p|^2", {2 / L: sp.Integer(2)}),
    swapped("|p|^{2/L} -> |p|^{1/L}", {2 / L: 1 / L}),
)
_square = dot(u, u)

RESIDUAL_MIN_SHARPNESS = Claim(
    id="residual-min-sharpness",
    title="The least sharpness with a fixed read-out",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness-lower", "min-sharpness-bracket", "min-sharpness-ladder"),
    note="Section 2 holds with the factor |p|^{2/L}; square layers are not needed.",
    obligations=(
        Obligation("every-minimizer", Relation(S, ">=", PAPER_LOWER), over=("W",), given=("minimizer", "E > 0"),
                   tight=True, formal="lower.sharpness_lower", mutants=_read_out),
        Obligation("below", Relation(S_min, ">=", PAPER_LOWER), "problem", given=("E > 0",), tight=True,
                   formal="lower.sharpness_lower", mutants=(*_read_out, swapped("a -> Lambda", {a: lambda_max}))),
        Obligation("above", Relation(S_min, "<=", ENERGY_UPPER), "problem", given=("E > 0",), tight=True,
                   formal="minimum.min_sharpness_above",
                   mutants=(*_read_out, scaled("2L -> 1.95L", sp.Rational(39, 40)))),
    ),
)

RESIDUAL_KERNEL = Claim(
    id="residual-kernel",
    title="The end-to-end kernel between multiples of the identity",
    kind="inequality",
    origins=("ours",),
    requires=("kernel",),
    note="alpha and beta are the tightest bounds, alpha <= 1 <= beta, on the singular values of all products of "
    "consecutive layers.",
    obligations=(
        Obligation(
            "below",
            Relation(dot(u, M * u), ">=", middle(alpha_sub) * norm_p**2 * _square),
            space="products",
            over=("W", "u"),
            given=("square", "L >= 2"),
            tight=True,
            formal="residual.residual_kernel_below",
            mutants=(
                scaled("x 1.01", sp.Rational(101, 100)),
                swapped("alpha^4 -> alpha^3", {alpha_sub**4: alpha_sub**3}),
                swapped("alpha^2 -> alpha", {alpha_sub**2: alpha_sub}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                swapped("L - 2 -> L - 1", {L - 2: L - 1}),
            ),
        ),
        Obligation(
            "above",
            Relation(dot(u, M * u), "<=", middle(beta_sub) * norm_p**2 * _square),
            space="products",
            over=("W", "u"),
            given=("L >= 2",),
            tight=True,
            formal="residual.residual_kernel_above",
            mutants=(
                scaled("x 0.99", sp.Rational(99, 100)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("beta^2 -> beta", {beta_sub**2: beta_sub}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                swapped("L - 2 -> L - 3", {L - 2: L - 3}),
            ),
        ),
        Obligation(
            "simple-below",
            Relation(dot(u, M * u), ">=", L * alpha_sub**4 * norm_p**2 * _square),
            space="products",
            over=("W", "u"),
            given=("square",),
            tight=True,
            formal="residual.residual_kernel_simple_below",
            mutants=(
                scaled("x 1.01", sp.Rational(101, 100)),
                swapped("alpha^4 -> alpha^3", {alpha_sub**4: alpha_sub**3}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "simple-above",
            Relation(dot(u, M * u), "<=", L * beta_sub**4 * norm_p**2 * _square),
            space="products",
            over=("W", "u"),
            tight=True,
            formal="residual.residual_kernel_simple_above",
            mutants=(
                scaled("x 0.99", sp.Rational(99, 100)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
    ),
)

RESIDUAL_SHARPNESS = Claim(
    id="residual-sharpness",
    title="A minimizer whose products of layers keep lengths is nearly as flat as possible",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("residual-kernel", "residual-min-sharpness", "sharpness"),
    obligations=(
        Obligation(
            "every-minimizer",
            Relation(S, "<=", 2 * L * lambda_max * beta_sub**4 * norm_p**2),
            space="products",
            over=("W",),
            given=("minimizer",),
            tight=True,
            formal="residual_sharp.residual_sharpness",
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "sharper",
            Relation(S, "<=", 2 * lambda_max * middle(beta_sub) * norm_p**2),
            space="products",
            over=("W",),
            given=("minimizer", "L >= 2"),
            tight=True,
            formal="residual_sharp.residual_sharpness_sharper",
            mutants=(
                scaled("2 -> 1.95", sp.Rational(39, 40)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                swapped("L - 2 -> L - 3", {L - 2: L - 3}),
            ),
        ),
        Obligation(
            "ratio",
            Relation(S, "<=", beta_sub**4 / alpha_sub**2 * kappa * S_min),
            space="products",
            over=("W",),
            given=("minimizer", "square", "E > 0", INVERTIBLE, ABOVE_ZERO),
            tight=True,
            formal="residual_sharp.residual_sharpness_ratio",
            mutants=(
                swapped("beta^4 -> beta^2", {beta_sub**4: beta_sub**2}),
                swapped("without alpha", {alpha_sub: sp.S.One}),
                swapped("without kappa", {kappa: sp.S.One}),
                operator("at least", ">="),
            ),
        ),
    ),
)

CLAIMS = (RESIDUAL_MIN_SHARPNESS, RESIDUAL_KERNEL, RESIDUAL_SHARPNESS)
