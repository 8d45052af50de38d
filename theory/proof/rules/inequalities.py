"""Rules for inequalities: scaling, powers, sums, products, and the classical ones with their instances recomputed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf

import sympy as sp

from ...algebra.algebra import Algebra, oriented
from ...algebra.bernstein import is_nonnegative_on_box
from ...algebra.sturm import Interval, keeps_sign
from ...algebra.words import is_matrix
from ...language.nodes import Relation, dot, norm_squared
from ..rule import Refused, require, rule
from .calculus import smooth_everywhere
from .common import Expr, Exprs, Inference, Limits, Pairs, Premise, Term, To, stated
from .sums import layers

BISECTIONS = 400
"""The most bisections of a box."""
DEGREE = 24
"""The largest degree in one number."""
NUMBERS = 3
"""The most numbers of a box."""
Coefficients = tuple[sp.Rational | int, ...]
"""The coefficients of a polynomial in one number, the constant term first."""
Terms = tuple[Coefficients, ...]
"""The terms of a polynomial in several numbers: a coefficient, and the exponent of each number."""


@rule("scaling", "Both sides times a nonnegative number (positive, if strict); terms may change sides.")
def scale(at: Inference, main: Premise, factor: Expr, *modulo: Premise, to: To | None = None) -> Relation:
    premise = at.relation(main)
    algebra = at.algebra(*modulo)
    if premise.op in ("<=", ">="):
        require(algebra.is_nonnegative(factor), "{} is not known to be nonnegative", factor)
    else:
        require(algebra.is_positive(factor), "{} is not known to be positive", factor)
    if to is None:
        return Relation(factor * premise.lhs, premise.op, factor * premise.rhs)
    goal = oriented(stated(to), premise.op)
    signs = (factor, -factor) if premise.op == "==" else (factor,)
    difference = premise.lhs - premise.rhs
    require(goal.op == premise.op and any(algebra.equal(goal.lhs - goal.rhs, c * difference) for c in signs),
            "it is not its premise times {}", factor)
    return stated(to)


@rule("power", "x -> x^s is increasing on x >= 0 for s > 0, and constant for s = 0 (0^0 is 1).")
def power(at: Inference, main: Premise, exponent: Expr, *modulo: Premise, to: To | None = None) -> Relation:
    premise, algebra = at.relation(main), at.algebra(*modulo)
    require(premise.op != "!=" and _allows(algebra, exponent, strict=premise.op in "<>"),
            "the exponent must be positive, or at least 0 where the premise is not strict")
    for side in premise.sides:
        require(algebra.is_nonnegative(side), "{} is not known to be nonnegative", side)
    wanted = Relation(premise.lhs**exponent, premise.op, premise.rhs**exponent)
    return at.stated(wanted, to, *modulo)


def _allows(algebra: Algebra, exponent: sp.Expr, *, strict: bool) -> bool:
    """Whether an exponent is positive, or nonnegative; the exponent is looked at as one fraction, too."""
    sign = algebra.is_positive if strict else algebra.is_nonnegative
    return sign(exponent) or sign(sp.factor(sp.together(algebra.prepare(exponent))))


@rule("sign", "The difference is a sum of nonnegative terms.")
def sign(at: Inference, to: To, *premises: Premise) -> Relation:
    goal = oriented(stated(to), ">=")
    require(goal.op in (">=", ">"), "a sign is an inequality")
    algebra = at.algebra(*premises)
    holds = algebra.is_positive if goal.op == ">" else algebra.is_nonnegative
    require(holds(goal.lhs - goal.rhs), "the sign of the difference is not evident")
    return stated(to)


@rule("AM-GM", "n nonnegative numbers: (sum)^n >= n^n product, or sum >= n product^{1/n}.",
      indices=True, binds=lambda data, number: frozenset({data[1][0]}))
def means(
    at: Inference, term: Term, limits: Limits, form: str, *premises: Premise, to: To | None = None
) -> Relation:
    algebra = at.algebra(*premises)
    index, low, high = layers(at, limits)
    at.hold(*premises, within={index: (low, high)})
    count = high - low + 1
    number = algebra.prepare(count)
    require(bool(number.is_positive and number.is_integer), "no terms")
    require(algebra.is_nonnegative(term), "{} is not known to be nonnegative", term)
    total, product = sp.Sum(term, limits), sp.Product(term, limits)
    require(form in ("power", "root"), "neither the power nor the root")
    if form == "power":
        wanted = Relation(total**count, ">=", count**count * product)
    else:
        wanted = Relation(total, ">=", count * product ** (1 / count))
    at.defined(wanted, *premises)
    return at.stated(wanted, to, *premises)


@rule("weighted AM-GM", "x, y >= 0: x + (n-1) y >= n x^{1/n} y^{1-1/n}.")
def weighted_means(at: Inference, x: Expr, y: Expr, n: Expr, to: To | None = None) -> Relation:
    count = at.algebra().prepare(n)
    at.nonnegative(x, y)
    require(bool(count.is_positive and count.is_integer), "a positive number of terms")
    return at.stated(Relation(x + (n - 1) * y, ">=", n * x ** (1 / n) * y ** (1 - 1 / n)), to)


@rule("Cauchy-Schwarz", "|x|^2 |y|^2 >= <x, y>^2; for a matrix A, |x|^2 |A|_F^2 >= |A^T x|^2.")
def cauchy_schwarz(at: Inference, x: Expr, y: Expr, to: To | None = None) -> Relation:
    if y.shape[1] == 1:
        return at.stated(Relation(dot(x, x) * dot(y, y), ">=", dot(x, y) ** 2), to)
    return at.stated(Relation(dot(x, x) * norm_squared(y), ">=", dot(y.T * x, y.T * x)), to)


@rule("positive factor", "x y >= c > 0 and x, y >= 0 give x > 0.")
def positive_factor(at: Inference, main: Premise, x: Expr, y: Expr, *modulo: Premise, to: To | None = None) -> Relation:
    algebra = at.algebra(*modulo)
    premise = oriented(at.relation(main), ">=")
    require(premise.op in (">=", ">") and algebra.equal(premise.lhs, x * y), "the premise bounds another product")
    require(algebra.is_positive(premise.rhs), "the product is not bounded below by a positive number")
    at.nonnegative(x, y)
    return at.stated(Relation(x, ">", 0), to)


@rule("monotonicity", "A function with positive derivative keeps an inequality.")
def monotone(
    at: Inference, main: Premise, variable: Expr, function: Expr, to: To | None = None
) -> Relation:
    premise, algebra = at.relation(main), at.algebra()
    require(variable.is_positive and premise.op in (">=", "<=", ">", "<"), "an inequality of positive numbers")
    for side in premise.sides:
        require(algebra.is_positive(side), "{} is not known to be positive", side)
    x = sp.Dummy("x", positive=True)  # no pole between the two sides
    slope = sp.diff(algebra.prepare(smooth_everywhere(at, function, variable, x)), x)
    require(algebra.is_positive(slope), "the sign of the derivative {} is not known", slope)
    left, right = (function.xreplace({variable: side}) for side in premise.sides)
    return at.stated(Relation(left, premise.op, right), to)


@rule("Sturm", "The sign of a polynomial with rational coefficients in a number between rational bounds: Sturm's "
      "theorem counts the roots between them.", linked=inf)
def sturm(
    at: Inference, number: Expr, coefficients: Coefficients, *bounds: Premise, to: To | None = None
) -> Relation:
    require(isinstance(number, sp.Expr) and not is_matrix(number), "{} is no number", number)
    require(type(coefficients) is tuple and len(coefficients) <= DEGREE + 1, "the degree is at most {}", DEGREE)
    exact, where = [_fraction(c) for c in coefficients], _interval(at, number, bounds)
    polynomial = sp.Add(*(c * number**n for n, c in enumerate(coefficients)))
    return _signed(at, polynomial, lambda strict: keeps_sign(exact, where, strict), to)


@rule("Bernstein", "The sign of a polynomial with rational coefficients in up to three numbers, each with a lower and "
      "an upper bound that are rational: after bisections of this box, its Bernstein coefficients.", linked=inf)
def bernstein(at: Inference, terms: Terms, *bounds: Premise, to: To | None = None) -> Relation:
    require(len(bounds) % 2 == 0 and 0 < len(bounds) <= 2 * NUMBERS, "a lower and an upper bound of each number")
    pairs = [bounds[n:n + 2] for n in range(0, len(bounds), 2)]
    numbers = [_number(at, pair) for pair in pairs]
    box = [_interval(at, number, pair) for number, pair in zip(numbers, pairs, strict=True)]
    require(all(one.low is not None and one.high is not None for one in box), "a bound is missing")
    require(type(terms) is tuple and all(type(term) is tuple and term for term in terms), "{} are no terms", terms)
    exact: dict[tuple[int, ...], Fraction] = {}
    for coefficient, *exponents in terms:
        require(len(exponents) == len(numbers), "an exponent is needed for each number")
        degrees = tuple(map(_degree, exponents))
        exact[degrees] = exact.get(degrees, Fraction(0)) + _fraction(coefficient)
    polynomial = sp.Add(*(c * sp.Mul(*(x**e for x, e in zip(numbers, exponents, strict=True)))
                          for c, *exponents in terms))
    return _signed(at, polynomial, lambda strict: is_nonnegative_on_box(exact, box, strict, BISECTIONS), to)


def _signed(at: Inference, polynomial: sp.Expr, shown: Callable[[bool], bool], to: To | None) -> Relation:
    """That the polynomial is positive or nonnegative, where that is shown; or ``to``, which says the same."""
    if to is None:
        strict = shown(True)
    else:
        goal = oriented(stated(to), ">=")
        require(goal.op in (">=", ">"), "a sign is an inequality")
        require(at.algebra().equal(goal.lhs - goal.rhs, polynomial), "the sides differ by another number than {}",
                polynomial)
        strict = goal.op == ">"
        require(not strict or shown(True), "it is not shown that {} is positive there", polynomial)
    require(strict or shown(False), "it is not shown that {} is nonnegative there", polynomial)
    return Relation(polynomial, ">" if strict else ">=", sp.S.Zero) if to is None else stated(to)


def _interval(at: Inference, number: sp.Expr, bounds: Sequence[int]) -> Interval:
    """Where the number lies by the premises, at most one from below and one from above."""
    found = Interval()
    for n in bounds:
        relation = oriented(at.relation(n), ">=")
        require(relation.op in (">=", ">"), "{} is no bound", relation)
        if relation.lhs == number:
            require(found.low is None, "there are two lower bounds of {}", number)
            found = replace(found, low=_fraction(relation.rhs), low_is_open=relation.op == ">")
        else:
            require(relation.rhs == number and found.high is None, "{} is no bound of {}, or a second one", relation,
                    number)
            found = replace(found, high=_fraction(relation.lhs), high_is_open=relation.op == ">")
    require(found.low is None or found.high is None or found.low < found.high, "there is nothing between the bounds")
    return found


def _number(at: Inference, bounds: Sequence[int]) -> sp.Expr:
    """The number that a pair of premises bounds."""
    numbers = [side for side in at.relation(bounds[0]).sides if isinstance(side, sp.Expr) and not side.is_Number]
    require(len(numbers) == 1 and not is_matrix(numbers[0]), "{} bounds no number", at.relation(bounds[0]))
    return numbers[0]


def _fraction(value: sp.Basic) -> Fraction:
    require(isinstance(value, sp.Rational), "{} is no rational number", value)
    return Fraction(int(value.p), int(value.q))


def _degree(value: sp.Basic) -> int:
    require(isinstance(value, sp.Integer) and 0 <= value <= DEGREE, "{} is no exponent up to {}", value, DEGREE)
    return int(value)


@rule("weighted sum", "Nonnegative multiples of inequalities and of squares |x|^2, x a number or a matrix, added; "
      "an equality times any number. Equalities alone give an equality. Terms may change sides.", linked=inf)
def weighted_sum(at: Inference, to: To, weights: Exprs = (), *premises: Premise, squares: Pairs = ()) -> Relation:
    goal = oriented(stated(to), ">=")
    require(goal.op in (">=", ">", "=="), "a weighted sum is an inequality or an equality")
    require(len(weights) == len(premises), "there are {} premises, and {} weights", len(premises), len(weights))
    algebra, total, strict, equal = at.algebra(), sp.S.Zero, False, not squares
    for weight, number in zip(weights, premises, strict=True):
        premise = oriented(at.relation(number), ">=")
        require(premise.op in (">=", ">", "=="), "{} is no inequality", premise)
        if premise.op != "==":
            at.nonnegative(weight)
            equal = False
        strict |= premise.op == ">" and algebra.is_positive(weight)
        total += weight * (premise.lhs - premise.rhs)
    for coefficient, root in squares:
        at.nonnegative(coefficient)
        total += coefficient * (norm_squared(root) if is_matrix(root) else root**2)
    require(goal.op != ">" or strict, "no part is strict")
    require(goal.op != "==" or equal, "an inequality gives no equality")
    left = goal.lhs - goal.rhs - total
    if not algebra.equal(left, sp.S.Zero):
        raise Refused(f"the sum leaves {sp.expand(algebra.form(left))}")
    return stated(to)


@rule("product of inequalities", "a <= b and c <= d give (b - a) (d - c) >= 0 (strict, if both are).", linked=2)
def product(at: Inference, first: Premise, second: Premise, to: To | None = None) -> Relation:
    both = [oriented(at.relation(n), ">=") for n in (first, second)]
    for relation in both:
        require(relation.op in (">=", ">"), "{} is no inequality", relation)
    op = ">" if all(relation.op == ">" for relation in both) else ">="
    one, other = (relation.lhs - relation.rhs for relation in both)
    wanted = Relation(one * other, op, sp.S.Zero)
    if to is None:
        return wanted
    goal = oriented(stated(to), ">=")
    require(goal.op == op and at.algebra().equal(goal.lhs - goal.rhs, one * other), "the conclusion is {}", wanted)
    return stated(to)
