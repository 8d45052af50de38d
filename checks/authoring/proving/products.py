"""Log-linear arithmetic: a product of powers is bounded by a product of powers of facts, with rational exponents.

In logarithms such facts are linear, and a linear programme finds the exponents that give the least constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import floor

import sympy as sp

from ....theory.language.relation import Relation
from ....theory.proof.builder import Proof
from ....theory.proof.rules.inequalities import power, scale, sign
from ....theory.proof.rules.logic import chain
from .combination import Column, combination
from .fact import Fact
from .polynomials import Monomial, Monomials, Polynomial, added, fraction, number

__all__ = ["Power", "Product", "between", "of_facts", "product_for"]

_EACH = 1e-6
"""What each use of a fact costs beside the logarithm of its constant."""


@dataclass(frozen=True)
class Product:
    """A monomial is at most ``factor``, a positive number, times another: ``write`` adds the steps that say so."""

    smaller: Monomial
    larger: Monomial
    factor: sp.Expr
    strict: bool
    write: Callable[[Proof], int] = field(repr=False)

    @property
    def column(self) -> Column:
        """How the exponents of the atoms change, and what the constant costs."""
        return Column(_change(self.smaller, self.larger), float(sp.log(self.factor)) + _EACH, self.strict)


@dataclass(frozen=True)
class Power:
    """The powers of products by which a monomial is at most ``factor`` times another."""

    space: Monomials
    smaller: Monomial
    larger: Monomial
    used: tuple[tuple[Product, sp.Rational], ...]

    @property
    def factor(self) -> sp.Expr:
        """The constant that follows."""
        return sp.Mul(*(one.factor**exponent for one, exponent in self.used))

    @property
    def strict(self) -> bool:
        """Whether one of the inequalities is strict."""
        return any(one.strict for one, _ in self.used)

    def write(self, p: Proof, goal: Relation) -> int:
        """Add the steps of the goal, a multiple of the smaller monomial below a multiple of the larger one."""
        here, links = goal.lhs, list[int]()
        for one, exponent in self.used:
            step, small = one.write(p), self.space.monomial(one.smaller)
            if exponent != 1:
                step = power(p, step, exponent)
            there = here * (one.factor * self.space.monomial(one.larger) / small) ** exponent
            links.append(scale(p, step, here / small**exponent, to=(here, p[step].op, there)))
            here = there
        if goal.rhs / here != 1 or not links:
            strict = goal.op == "<" and not self.strict
            links.append(sign(p, (here, "<" if strict else "<=", goal.rhs)))
        return links[0] if p[links[0]] == goal else chain(p, *links, to=goal)


def product_for(smaller: Monomial, larger: Monomial, known: Sequence[Product], space: Monomials, strict: bool = False
                ) -> Power | None:
    """The powers with the least constant; with ``strict`` one of them is strict. None where there are none."""
    found = combination(_change(smaller, larger), [one.column for one in known], strict)
    if found is None:
        return None
    return Power(space, smaller, larger, tuple(
        (known[n], number(m)) for n, m in sorted(found.items())))


def _change(smaller: Monomial, larger: Monomial) -> Polynomial:
    """By how much each exponent grows."""
    return {(Fraction(n),): b - a for n, (a, b) in enumerate(zip(smaller, larger, strict=True)) if a != b}


def between(wanted: Polynomial, known: Sequence[Product], space: Monomials) -> Iterator[Fact]:
    """Each term that a goal has with a negative coefficient, below a multiple of each term with a positive one."""
    positive = {m: c for m, c in wanted.items() if space.is_positive(m)}
    for smaller in (m for m, c in positive.items() if c < 0):
        for larger in (m for m, c in positive.items() if c > 0):
            found = product_for(smaller, larger, known, space)
            if found is not None:
                factor = fraction(found.factor) if found.factor.is_Rational else Fraction(
                    floor(found.factor * 10**6) + 1, 10**6)
                op = "<" if found.strict else "<="
                goal = Relation(space.monomial(smaller), op, space.written({larger: factor}))
                yield Fact({larger: factor, smaller: Fraction(-1)}, op, partial(found.write, goal=goal),
                           1.0 + len(found.used))


def of_facts(facts: Iterable[Fact], space: Monomials) -> list[Product]:
    """What facts say of single monomials; a sum on the larger side is bounded by a multiple of each of its terms
    that, by the facts found before, bounds the others. Only facts about positive monomials have logarithms.
    """
    plain, sums, terms = list[Product](), list[tuple[Fact, int, Monomial, Polynomial]](), dict[Monomial, None]()
    for fact in facts:
        for side in (1, -1) if fact.op == "==" else (1,):
            polynomial = added({}, fact.polynomial, Fraction(side))
            terms |= dict.fromkeys(polynomial)
            larger = {m: c for m, c in polynomial.items() if c > 0}
            if not all(map(space.is_positive, polynomial)):
                continue
            for m in (m for m, c in polynomial.items() if c < 0):  # the other negative terms are dropped
                if len(larger) == 1:
                    plain.append(_product(fact, side, m, larger, next(iter(larger)), (), space))
                elif larger:
                    sums.append((fact, side, m, larger))
    found = list(plain)
    for fact, side, m, larger in sums:
        for target in larger:
            ways = {other: product_for(other, target, plain, space) for other in larger if other != target}
            if None not in ways.values():
                found.append(_product(fact, side, m, larger, target, tuple(w for w in ways.values() if w), space))
    return found


def _product(fact: Fact, side: int, smaller: Monomial, larger: Polynomial, target: Monomial, ways: Sequence[Power],
             space: Monomials) -> Product:
    """A monomial with a negative coefficient is at most a multiple of ``target``, one of those with positive ones."""
    size = number(-side * fact.polynomial[smaller])
    sizes = {m: number(c) / size for m, c in larger.items()}
    factor = sizes[target] + sp.Add(*(sizes[way.smaller] * way.factor for way in ways))
    strict = fact.op == "<" or any(way.strict for way in ways)
    others = [m for m, c in fact.polynomial.items() if side * c < 0 and m != smaller]
    rest = sp.Add(*(number(-side * fact.polynomial[m]) / size * space.monomial(m)
                    for m in others))

    def write(p: Proof) -> int:
        small, here = space.monomial(smaller), sp.Add(*(c * space.monomial(m) for m, c in sizes.items()))
        links = [sign(p, (small, "<=", small + rest))] if others else []
        links.append(scale(p, fact.write(p), 1 / size, to=(small + rest, fact.op, here)))
        for way in ways:
            old, new = space.monomial(way.smaller), way.factor * space.monomial(target)
            wanted = Relation(old, "<" if way.strict else "<=", new)
            there = here + sizes[way.smaller] * (new - old)
            links.append(scale(p, way.write(p, wanted), sizes[way.smaller], to=(here, wanted.op, there)))
            here = there
        return chain(p, *links, to=(small, "<" if strict else "<=", factor * space.monomial(target)))

    return Product(smaller, target, factor, strict, write)
