"""Rules about powers of Gram matrices, growth along the layers, and sums over parts of them."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import Algebra
from ...language import quantities as Q
from ...language.nodes import LayerMatrix, Relation, dot
from ...language.norms import GramPower, spectral
from ...setting.dependence import depends, hidden, source
from ...setting.flow import left
from ...setting.network import W
from ..rule import Rule, Step, require
from .common import Facts, Premises, says
from .sums import layers, over, steps_of


def _part_of_sum(step: Step, premises: Premises, facts: Facts) -> None:
    term, (index, low, high), (first, last) = step.data
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(term), "{} is not known to be nonnegative", term)
    layers(step, index, first, last, facts)
    require(not hidden(index, term), "the terms belong to one layer")
    for gap in (low - first, last - high, high - low + 1):
        require(algebra.throughout(sp.sympify(gap), step.ranges), "{}..{} is not a part", low, high)
    wanted = Relation(sp.Sum(term, (index, low, high)), "<=", sp.Sum(term, (index, first, last)))
    says(algebra, step.statement, wanted)


def _split_sum(step: Step, premises: Premises, facts: Facts) -> None:
    term, index, first, middle, last = step.data
    algebra = Algebra(facts)
    layers(step, index, first, last, facts)
    require(not hidden(index, term), "the terms belong to one layer")
    for gap in (middle - first, last - middle + 1):
        require(algebra.throughout(sp.sympify(gap), step.ranges), "{} is outside {}..{}", middle, first, last)
    parts = sp.Sum(term, (index, first, middle - 1)) + sp.Sum(term, (index, middle, last))
    says(algebra, step.statement, Relation(parts, "==", sp.Sum(term, (index, first, last))))


def _growth(step: Step, premises: Premises, facts: Facts) -> None:
    family, factor, index, low, high, upward = step.data
    plain, algebra = Algebra(facts), Algebra(facts, premises[2:])
    start, recursion = premises[0], premises[1]
    if index in step.ranges:
        steps_of(index, low, high, facts)
    else:
        layers(step, index, low, high, facts)
    require(not hidden(index, family, factor), "the family belongs to one layer")
    op = step.statement.op
    require(op == "==" or (op == "<=" and algebra.is_nonnegative(factor)), "the factor could be negative")
    require(index not in factor.free_symbols, "the factor depends on the layer")
    require(plain.form(factor) != 0, "the factor is zero, and its zeroth power is one")
    require(index not in start.ranges and index not in start.relation.rhs.free_symbols,
            "the start depends on the layer")
    require(algebra.covers(recursion.ranges, index, low + 1, sp.sympify(high), step.ranges),
            "the recursion does not hold throughout")
    for premise in premises:
        for other, (least, most) in step.ranges.items():
            require(other == index or algebra.covers(premise.ranges, other, least, most, {}),
                    "a premise does not hold for all {}", other)
    near, far = (low, high) if upward else (high, low)
    first = start.relation.rhs
    says(plain, start.relation, Relation(family.xreplace({index: sp.sympify(near)}), "==", first))
    back = family.xreplace({index: index - 1})
    new, old = (family, back) if upward else (back, family)
    says(plain, recursion.relation, Relation(new, op, factor * old))
    here = index
    if index in step.ranges:
        require(step.ranges[index] == (sp.sympify(low), sp.sympify(high)), "it holds on the whole range")
    else:
        require(plain.throughout(sp.sympify(high - low), step.ranges), "the range could be empty")
        here = sp.sympify(far)
    count = here - near if upward else near - here
    says(plain, step.statement, Relation(family.xreplace({index: here}), op, factor**count * first))


def _gram_power(step: Step, premises: Premises, facts: Facts) -> None:
    name, index, exponent = step.data
    require(name in ("G", "H"), "{} is no Gram matrix", name)
    layer = W(index) if name == "H" else W(index).T
    other = "G" if name == "H" else "H"
    algebra = Algebra(facts)
    require(algebra.throughout(exponent - 1, step.ranges), "the exponent could be below one")
    product = layer * GramPower(other, index, exponent - 1) * layer.T
    wanted = Relation(GramPower(name, index, exponent), "==", product)
    require(step.statement == wanted, "the power is {}", product)


def _zeroth_power(step: Step, premises: Premises, facts: Facts) -> None:
    name, index = step.data
    require(name in ("G", "H"), "{} is no Gram matrix", name)
    power = GramPower(name, index, 0)
    require(step.statement == Relation(power, "==", sp.Identity(power.rows)), "the zeroth power is the identity")


def _power_difference(step: Step, premises: Premises, facts: Facts) -> None:
    exponent, count, vector, order = step.data
    require(order in ("down", "up"), "neither down nor up")
    k = Q.k
    gap, bound = premises[0].relation, premises[1].relation
    algebra = Algebra(facts, premises[2:])
    require(gap == Relation(LayerMatrix("D", k), "==", W(k) * W(k).T - W(k + 1).T * W(k + 1)), "D_k must be defined")
    says(algebra, bound, Relation(spectral(W(k)), "<=", Q.sigma_max))
    low, high = step.ranges[k]
    require(algebra.covers(premises[1].ranges, k, low, high + 1, step.ranges), "both layers must be bounded")
    for premise in (premises[0], *premises[2:]):
        require(algebra.covers(premise.ranges, k, low, high, step.ranges), "a premise does not hold throughout")
    for premise in premises:
        for other, (least, most) in step.ranges.items():
            require(other == k or algebra.covers(premise.ranges, other, least, most, {}),
                    "a premise does not hold for all {}", other)
    require(bool(algebra.prepare(sp.sympify(exponent)).is_integer), "the exponent must be an integer")
    require(algebra.throughout(exponent - 1, step.ranges), "the exponent could be below one")
    require(algebra.throughout(count - exponent, step.ranges), "the exponent could be above {}", count)
    above = dot(vector, GramPower("H", k, exponent) * vector)
    below = dot(vector, GramPower("G", k + 1, exponent) * vector)
    larger, smaller = (above, below) if order == "down" else (below, above)
    size = count * Q.sigma_max ** (2 * (exponent - 1)) * spectral(LayerMatrix("D", k)) * dot(vector, vector)
    says(algebra, step.statement, Relation(larger - smaller, "<=", size))


def _top_power(step: Step, premises: Premises, facts: Facts) -> None:
    index, exponent, x, extra = step.data
    algebra = Algebra(facts)
    unit, eigen = (p.relation for p in premises)
    require(unit == Relation(dot(left(index), left(index)), "==", 1), "a unit vector")
    require(eigen == Relation(W(index) * W(index).T * left(index), "==", spectral(W(index)) ** 2 * left(index)),
            "the top singular vector")
    for number in (exponent, extra):
        require(algebra.throughout(sp.sympify(number), step.ranges), "an exponent could be negative")
    top = spectral(W(index))
    form = top ** (2 * extra) * dot(x, GramPower("H", index, exponent) * x)
    op = "==" if x == left(index) else ">="
    inner = 1 if x == left(index) else dot(x, left(index)) ** 2
    says(algebra, step.statement, Relation(form, op, top ** (2 * (extra + exponent)) * inner))


def _largest(step: Step, premises: Premises, facts: Facts) -> None:
    index = step.data
    main = premises[0]
    require(dict(main.ranges) == {index: (sp.S.One, Q.L)}, "the premise is not about every layer")
    exchange = {spectral(W(index)): Q.sigma_max}
    moved = Relation(main.relation.lhs.xreplace(exchange), main.relation.op, main.relation.rhs.xreplace(exchange))
    require(not source(index) & depends(moved), "the layer enters in other ways")
    require(not source(index) & depends(*facts), "a hypothesis is about the layer")
    says(Algebra(facts), step.statement, moved)


def _largest_root(step: Step, premises: Premises, facts: Facts) -> None:
    x, c, y, n = step.data
    algebra = Algebra(facts)
    require(all(algebra.is_nonnegative(value) for value in (x, c, y)), "a number could be negative")
    require(bool(algebra.prepare(n - 1).is_nonnegative), "the degree could be below one")
    says(algebra, premises[0].relation, Relation(x**n - c * x ** (n - 1), "<=", y))
    says(algebra, step.statement, Relation(x, "<=", y ** (1 / n) + c))


def _zero_or_not(step: Step, premises: Premises, facts: Facts) -> None:
    require(len(premises) == 2, "two cases are needed")
    for name in ("W == 0", "W != 0"):
        require(sum(name in p.facts for p in premises) == 1, "one case must treat {}", name)
    for premise in premises:
        says(Algebra(facts - {"W == 0", "W != 0"}), step.statement, premise.relation)


PART_OF_SUM = Rule("part of a sum", "A sum of nonnegative terms is at least the sum of some of them.",
                   _part_of_sum, indices=True,
                   parts=lambda data: (*over(data[1]), *over((data[1][0], *data[2]), data[0])))
SPLIT_SUM = Rule("split sum", "The sum up to a layer and the sum from there on make the whole.", _split_sum,
                 indices=True, parts=lambda data: ((data[3], {}), *over((data[1], data[2], data[4]), data[0])))
GROWTH = Rule("growth", "F(k) <= c F(k-1) throughout, with c >= 0, gives F(k) <= c^{k-m} F(m); likewise for "
              "equalities, and downwards.", _growth, indices=True,
              binds=lambda data, number: frozenset({data[2]}) if number == 1 else frozenset(),
              parts=lambda data: ((data[1], {}), *over(data[2:5], data[0])))
GRAM_POWER = Rule("power of a Gram matrix", "(A A^T)^n = A (A^T A)^{n-1} A^T for n >= 1.", _gram_power)
ZEROTH_POWER = Rule("zeroth power", "A^0 = I.", _zeroth_power)
POWER_DIFFERENCE = Rule(
    "difference of powers", "A^n - B^n = sum of A^i (A - B) B^{n-1-i}, so |x^T (A^n - B^n) x| <= n m^{n-1} "
    "|A - B| |x|^2 when |A|, |B| <= m (and n >= 1 may grow). Here A = W_k W_k^T and B = W_{k+1}^T W_{k+1}.",
    _power_difference, indices=True)
TOP_POWER = Rule("power at the top eigenvector", "A^n is at least s^n u u^T for the top eigenvalue s and unit "
                 "eigenvector u of a semidefinite A, with equality at u; both sides times a power of s.", _top_power)
LARGEST = Rule("largest layer", "What holds for the norm of every layer holds for the largest, which is one of "
               "them.", _largest, indices=True, parts=lambda data: ())
LARGEST_ROOT = Rule("largest root", "x^n - c x^{n-1} <= y gives x <= y^{1/n} + c: if x > c, then (x - c)^n <= "
                    "x^{n-1} (x - c) <= y.", _largest_root)
ZERO_OR_NOT = Rule("all layers zero, or not", "What holds when all layers vanish, and when not, holds always.",
                   _zero_or_not, discharges=frozenset({"W == 0", "W != 0"}))
