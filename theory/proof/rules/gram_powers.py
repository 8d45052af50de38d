"""Rules about powers of Gram matrices, growth along the layers, and sums over parts of them."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import LayerMatrix, Relation, dot
from ...language.norms import GramPower, spectral
from ...setting.dependence import depends, hidden, source
from ...setting.flow import left
from ...setting.network import W
from ..rule import require, rule
from .common import Expr, Inference, Limits, Premise, To, stated
from .logic import in_both
from .singular_vectors import defined_at
from .sums import layers, over, steps_of


@rule("part of a sum", "A sum of nonnegative terms is at least the sum of some of them.", indices=True,
      parts=lambda data: (*over(data[1]), *over((data[1][0], *data[2]), data[0])))
def part_of_sum(
    at: Inference, term: Expr, part: Limits, whole: tuple[Expr, Expr], to: To | None = None
) -> Relation:
    (index, low, high), (first, last) = part, whole
    at.nonnegative(term)
    layers(at, (index, first, last), term)
    require(at.throughout(low - first, last - high, high - low + 1), "{}..{} is not a part", low, high)
    wanted = Relation(sp.Sum(term, part), "<=", sp.Sum(term, (index, first, last)))
    return at.stated(wanted, to)


@rule("split sum", "The sum up to a layer and the sum from there on make the whole.", indices=True,
      parts=lambda data: ((data[3], {}), *over((data[1], data[2], data[4]), data[0])))
def split_sum(
    at: Inference, term: Expr, index: Expr, first: Expr, middle: Expr, last: Expr, to: To | None = None
) -> Relation:
    layers(at, (index, first, last), term)
    require(at.throughout(middle - first, last - middle + 1), "{} is outside {}..{}", middle, first, last)
    parts = sp.Sum(term, (index, first, middle - 1)) + sp.Sum(term, (index, middle, last))
    return at.stated(Relation(parts, "==", sp.Sum(term, (index, first, last))), to)


@rule("growth", "F(k) <= c F(k-1) throughout, with c >= 0, gives F(k) <= c^{k-m} F(m); likewise for "
      "equalities, and downwards.", indices=True,
      binds=lambda data, number: frozenset({data[2]}) if number == 1 else frozenset(),
      parts=lambda data: ((data[1], {}), *over(data[2:5], data[0])))
def growth(
    at: Inference, start: Premise, recursion: Premise, family: Expr, factor: Expr, index: Expr, low: Expr, high: Expr,
    upward: bool, *modulo: Premise, to: To | None = None,
) -> Relation:
    begin, along = at.premise(start), at.premise(recursion)
    (steps_of if index in at.ranges else layers)(at, (index, low, high), family, factor)
    op = stated(to).op if to is not None else "==" if along.relation.op == "==" else "<="
    require(op == "==" or (op == "<=" and at.algebra(*modulo).is_nonnegative(factor)), "the factor could be negative")
    require(index not in factor.free_symbols, "the factor depends on the layer")
    require(at.algebra().form(factor) != 0, "the factor is zero, and its zeroth power is one")
    require(index not in begin.ranges and index not in begin.relation.rhs.free_symbols,
            "the start depends on the layer")
    at.hold(recursion, within={index: (low + 1, high)})
    at.hold(start, *modulo)
    near, far = (low, high) if upward else (high, low)
    first = begin.relation.rhs
    at.says(start, family.xreplace({index: sp.sympify(near)}), "==", first)
    back = family.xreplace({index: index - 1})
    new, old = (family, back) if upward else (back, family)
    at.says(recursion, new, op, factor * old)
    here = index
    if index in at.ranges:
        require(at.ranges[index] == (sp.sympify(low), sp.sympify(high)), "it holds on the whole range")
    else:
        require(at.throughout(high - low), "the range could be empty")
        here = sp.sympify(far)
    count = here - near if upward else near - here
    return at.stated(Relation(family.xreplace({index: here}), op, factor**count * first), to)


@rule("power of a Gram matrix", "(A A^T)^n = A (A^T A)^{n-1} A^T for n >= 1.")
def gram_power(at: Inference, name: str, index: Expr, exponent: Expr) -> Relation:
    require(name in ("G", "H"), "{} is no Gram matrix", name)
    layer = W(index) if name == "H" else W(index).T
    other = "G" if name == "H" else "H"
    require(at.throughout(exponent - 1), "the exponent could be below one")
    product = layer * GramPower(other, index, exponent - 1) * layer.T
    return Relation(GramPower(name, index, exponent), "==", product)


@rule("zeroth power", "A^0 = I.")
def zeroth_power(at: Inference, name: str, index: Expr) -> Relation:
    require(name in ("G", "H"), "{} is no Gram matrix", name)
    power = GramPower(name, index, 0)
    return Relation(power, "==", sp.Identity(power.rows))


@rule("difference of powers", "A^n - B^n = sum of A^i (A - B) B^{n-1-i}, so |x^T (A^n - B^n) x| <= n m^{n-1} "
      "|A - B| |x|^2 when |A|, |B| <= m (and n >= 1 may grow). Here A = W_k W_k^T and B = W_{k+1}^T W_{k+1}.",
      indices=True)
def power_difference(
    at: Inference, difference: Premise, bound: Premise, exponent: Expr, count: Expr, vector: Expr, order: str,
    *modulo: Premise, to: To | None = None,
) -> Relation:
    require(order in ("down", "up"), "neither down nor up")
    k = Q.k
    defined_at(at, k, D=difference)
    at.says(bound, spectral(W(k)), "<=", Q.sigma_max)
    low, high = at.ranges[k]
    at.hold(bound, within={k: (low, high + 1)})  # the bound is used of two layers
    at.hold(difference, *modulo, within={k: (low, high)})
    require(bool(at.algebra().prepare(sp.sympify(exponent)).is_integer), "the exponent must be an integer")
    require(at.throughout(exponent - 1, count - exponent), "the exponent could be below one or above {}", count)
    above = dot(vector, GramPower("H", k, exponent) * vector)
    below = dot(vector, GramPower("G", k + 1, exponent) * vector)
    larger, smaller = (above, below) if order == "down" else (below, above)
    size = count * Q.sigma_max ** (2 * (exponent - 1)) * spectral(LayerMatrix("D", k)) * dot(vector, vector)
    return at.stated(Relation(larger - smaller, "<=", size), to, *modulo)


@rule("power at the top eigenvector", "A^n is at least s^n u u^T for the top eigenvalue s and unit "
      "eigenvector u of a semidefinite A, with equality at u; both sides times a power of s.")
def top_power(
    at: Inference, unit: Premise, eigen: Premise, index: Expr, exponent: Expr, x: Expr, extra: Expr,
    to: To | None = None,
) -> Relation:
    defined_at(at, index, left_unit=unit, left=eigen)
    require(at.throughout(exponent, extra), "an exponent could be negative")
    top = spectral(W(index))
    form = top ** (2 * extra) * dot(x, GramPower("H", index, exponent) * x)
    op = "==" if x == left(index) else ">="
    inner = 1 if x == left(index) else dot(x, left(index)) ** 2
    return at.stated(Relation(form, op, top ** (2 * (extra + exponent)) * inner), to)


@rule("largest layer", "What holds for the norm of every layer holds for the largest, which is one of them.",
      indices=True, binds=lambda data, number: frozenset({data}), parts=lambda data: ())
def largest(at: Inference, main: Premise, index: Expr, to: To | None = None) -> Relation:
    return at.stated(_at_one_layer(at, main, index, Q.sigma_max), to)


@rule("smallest layer", "What holds for the norm of every layer holds for the smallest, which is one of them.",
      indices=True, binds=lambda data, number: frozenset({data}), parts=lambda data: ())
def smallest(at: Inference, main: Premise, index: Expr, to: To | None = None) -> Relation:
    return at.stated(_at_one_layer(at, main, index, Q.sigma_min), to)


def _at_one_layer(at: Inference, main: Premise, index: sp.Expr, norm: sp.Symbol) -> Relation:
    """The premise at the layer whose norm is called ``norm``. Other layers in the premise do not depend on that one."""
    premise = at.premise(main)
    require(premise.ranges.get(index) == (sp.S.One, Q.L), "the premise is not about every layer")
    others = {x: ends for x, ends in premise.ranges.items() if x != index}
    require(at.ranges == others, "the other layers are not those of the premise")
    require(not source(index) & depends(*(end for ends in others.values() for end in ends)), "the layers are tied")
    moved = premise.relation.xreplace({spectral(W(index)): norm})
    require(not source(index) & depends(moved), "the layer enters in other ways")
    at.free(index)
    return moved


@rule("layers in any order", "What holds for the layers j <= k, and says the same with j and k exchanged, holds for "
      "any two layers.", indices=True)
def any_order(at: Inference, main: Premise) -> Relation:
    premise = at.premise(main)
    require(dict(premise.ranges) == {Q.j: (sp.S.One, Q.L), Q.k: (Q.j, Q.L)}, "the premise is not about j <= k")
    require(at.ranges == {Q.j: (sp.S.One, Q.L), Q.k: (sp.S.One, Q.L)}, "the conclusion is about any two layers")
    require(not any(hidden(index, premise.relation) for index in (Q.j, Q.k)), "something belongs to one of the layers")
    exchanged = premise.relation.xreplace({Q.j: Q.k, Q.k: Q.j})
    require(at.algebra().same(premise.relation, exchanged), "{} says something else", exchanged)
    at.free(Q.j, Q.k)
    return premise.relation


@rule("largest root", "x^n - c x^{n-1} <= y gives x <= y^{1/n} + c: if x > c, then (x - c)^n <= x^{n-1} (x - c) <= y.")
def largest_root(
    at: Inference, main: Premise, x: Expr, c: Expr, y: Expr, n: Expr, to: To | None = None
) -> Relation:
    at.nonnegative(x, c, y)
    require(bool(at.algebra().prepare(n - 1).is_nonnegative), "the degree could be below one")
    at.says(main, x**n - c * x ** (n - 1), "<=", y)
    return at.stated(Relation(x, "<=", y ** (1 / n) + c), to)


@rule("all layers zero, or not", "What holds when all layers vanish, and when not, holds always.",
      discharges=frozenset({"W == 0", "W != 0"}))
def zero_or_not(at: Inference, one: Premise, other: Premise, to: To | None = None) -> Relation:
    return in_both(at, (one, other), ("W == 0", "W != 0"), to)
