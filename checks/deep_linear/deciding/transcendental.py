"""Expressions with exponentials, logarithms and Gauss's function, in the rings of ``checks``.

Each transcendental part becomes a symbol of a rational function. Parameters, their logarithms and
exponentials of different monomials in them are algebraically independent functions (the theorem of
Kolchin and Ostrowski): a rational function of them vanishes only when it does so identically, so
over a prime field each of them may take a random value of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import lcm
from typing import Any, NoReturn

import sympy as sp
from flint import arb, fmpq, nmod

from ...arithmetic.field import FieldRing
from ...arithmetic.laurent import Laurent, LaurentRing, hypergeometric, monomial
from ...arithmetic.rings import BallRing
from ...evaluation.evaluate import Scope, UnknownNode, evaluate

Parameter = Callable[[str], Any]
"""The values of the parameters by name: rational numbers, or residues modulo the prime."""


@dataclass(frozen=True)
class Atoms:
    """An expression with its transcendental parts named: a rational function of symbols."""

    rational: sp.Expr
    exponentials: dict[str, sp.Expr]
    logarithms: dict[str, sp.Expr]
    functions: dict[str, sp.hyper]


@lru_cache(maxsize=512)
def atoms(expr: sp.Expr) -> Atoms:
    """The transcendental parts: ``exp`` of rational multiples of one monomial are powers of one symbol.

    >>> x, y = sp.symbols("x y")
    >>> found = atoms(sp.exp(2 * x + y / 2) - sp.exp(3 * x) * sp.log(y))
    >>> found.rational, sorted(map(str, found.exponentials.values())), list(found.logarithms.values())
    (-exp(x)**3*log(y) + exp(x)**2*exp(y/2), ['x', 'y/2'], [log(y)])
    """
    if any(f.args[0].has(sp.exp) for f in expr.atoms(sp.exp)):
        raise UnknownNode(f"an exponential of an exponential in {expr}")
    expr = expr.replace(sp.exp, lambda power: sp.exp(sp.expand(power)))
    powers = [t.as_coeff_Mul() for f in expr.atoms(sp.exp) for t in sp.Add.make_args(f.args[0])]
    units = {core: lcm(*(int(c.q) for c, other in powers if other == core)) for _c, core in powers}
    names = {core: sp.Symbol(f"exp({core / unit})") for core, unit in units.items()}

    def raised(power: sp.Expr) -> sp.Expr:
        parts = (t.as_coeff_Mul() for t in sp.Add.make_args(power))
        return sp.Mul(*(names[core] ** (c * units[core]) for c, core in parts))

    exponentials = {names[core].name: core / unit for core, unit in units.items()}
    expr = expr.replace(sp.exp, raised)
    logarithms = {f: sp.Symbol(str(f)) for f in expr.atoms(sp.log)}
    functions = {f: sp.Symbol(str(f)) for f in expr.atoms(sp.hyper)}
    return Atoms(expr.xreplace({**functions, **logarithms}), exponentials,
                 {name.name: f for f, name in logarithms.items()}, {name.name: f for f, name in functions.items()})


class ParameterScope(Scope):
    """The values of the parameters and of the transcendental parts in one ring."""

    def __init__(
        self, ring: FieldRing | BallRing | LaurentRing, parameter: Parameter, named: Callable[[str], object]
    ) -> None:
        self.ring, self.integers, self._parameter, self._named = ring, dict[str, int](), parameter, named

    def value(self, name: str) -> object:
        known = self._named(name)
        return self._parameter(name) if known is None else known

    def layer(self, family: str, index: int) -> NoReturn:
        raise UnknownNode("a layer in a differential equation")


def in_field(expr: sp.Expr, parameter: Parameter) -> nmod:
    """The value in the prime field, where every transcendental part has a value of its own, as a parameter has.

    Raises UnknownNode where the parts are not known to be algebraically independent.
    """
    found = atoms(expr)
    apart = all(_is_monomial(core) for core in found.exponentials.values()) and not found.functions and all(
        logarithm.args[0].is_Symbol for logarithm in found.logarithms.values())
    if not apart:
        raise UnknownNode(f"parts of {expr} could depend on each other")
    value: nmod = evaluate(found.rational, ParameterScope(FieldRing(), parameter, lambda _: None))
    return value


def _is_monomial(expr: sp.Expr) -> bool:
    powers = [factor.as_base_exp() for factor in sp.Mul.make_args(expr.as_coeff_Mul()[1])]
    return all(base.is_Symbol and exponent.is_Integer for base, exponent in powers)


def in_balls(expr: sp.Expr, parameter: Parameter, bits: int) -> arb:
    """The value at exact parameters; call it under ``ctx.workprec``."""
    found = atoms(expr)

    def named(name: str) -> arb | None:
        if name in found.exponentials:
            return in_balls(found.exponentials[name], parameter, bits).exp()
        if name in found.logarithms:
            return in_balls(found.logarithms[name].args[0], parameter, bits).log()
        if name in found.functions:
            a, b, c, z = _gauss(found.functions[name])
            # Near z = 1 Arb must know which differences are integers: balls around thirds do not show it.
            ab, ac, bc, abc = ((x - y).q == 1 for x, y in ((a, b), (a, c), (b, c), (a + b, c)))
            return in_balls(z, parameter, bits).hypgeom_2f1(arb(a), arb(b), arb(c), ab=ab, ac=ac, bc=bc, abc=abc)
        return None

    return arb(evaluate(found.rational, ParameterScope(BallRing(bits), lambda name: arb(parameter(name)), named)))


def in_series(expr: sp.Expr, parameter: Parameter, variable: sp.Symbol) -> Laurent:
    """The series in one variable at exact values of the other parameters; call it under ``coefficients``."""
    found = atoms(expr)
    if found.exponentials or found.logarithms:
        raise UnknownNode(f"no series of {expr} in {variable}")

    def named(name: str) -> Laurent | None:
        if name in found.functions:
            a, b, c, z = _gauss(found.functions[name])
            return hypergeometric(a, b, c, in_series(z, parameter, variable))
        return monomial(1) if name == variable.name else None

    series: Laurent = evaluate(
        found.rational, ParameterScope(LaurentRing(), lambda name: monomial(0, parameter(name)), named))
    return series


def _gauss(function: sp.hyper) -> tuple[fmpq, fmpq, fmpq, sp.Expr]:
    upper, lower, z = function.args
    if len(upper) != 2 or len(lower) != 1 or not all(x.is_Rational for x in (*upper, *lower)):
        raise UnknownNode(f"{function} is not Gauss's function")
    a, b, c = (fmpq(int(x.p), int(x.q)) for x in (*upper, *lower))
    return a, b, c, z
