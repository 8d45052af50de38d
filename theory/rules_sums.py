"""Rules for sums, products and recursions over the layers, for a symbolic number of layers."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from .claims import Given
from .definitions import REMAINDERS
from .derivations import Refused, Rule, Step, require
from .expressions import LayerMatrix, Relation
from .facts import Algebra, Judgment

Premises = Sequence[Judgment]
Facts = frozenset[Given]


def _range(step: Step, premises: Premises, facts: Facts, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> None:
    """The premises hold throughout ``index = low..high``, for all other indices of the step."""
    algebra = Algebra(facts)
    for premise in premises:
        require(algebra.covers(premise.ranges, index, sp.sympify(low), sp.sympify(high), step.ranges),
                "a premise does not hold for all {} = {}..{}", index, low, high)
        for other, (least, most) in step.ranges.items():
            require(other == index or algebra.covers(premise.ranges, other, least, most, {}),
                    "a premise does not hold for all {} = {}..{}", other, least, most)


def _termwise(step: Step, premises: Premises, facts: Facts) -> None:
    kind, (index, low, high) = step.data
    main = premises[0].relation
    algebra = Algebra(facts, premises[1:])
    require(main.op in (">=", "<=", "=="), "a sum may be empty: not strict")
    _range(step, premises[:1], facts, index, low, high)
    if kind == "product":
        require(all(algebra.is_nonnegative(x) for x in (main.lhs, main.rhs)), "a factor could be negative")
    make = sp.Sum if kind == "sum" else sp.Product
    wanted = Relation(make(main.lhs, (index, low, high)), main.op, make(main.rhs, (index, low, high)))
    require(algebra.same(step.statement, wanted), "the {} is {}", kind, wanted)


def _telescoping(step: Step, premises: Premises, facts: Facts) -> None:
    function, (index, low, high) = step.data
    main = premises[0].relation
    require(main.op == "==", "differences must be equal")
    lowest = {x: least for x, (least, _) in step.ranges.items()}
    count = Algebra(facts).prepare(sp.sympify(high - low + 1).xreplace(lowest))
    require(bool(count.is_nonnegative), "the range could be reversed")
    _range(step, premises, facts, index, low, high)
    algebra = Algebra(facts)
    before = function.xreplace({index: index - 1})
    require(algebra.equal(main.lhs, before - function), "the premise is not a difference F(k-1) - F(k)")
    ends = function.xreplace({index: low - 1}) - function.xreplace({index: high})
    wanted = Relation(ends, "==", sp.Sum(main.rhs, (index, low, high)))
    require(algebra.same(step.statement, wanted), "the sum is {}", wanted)


def _exchange(step: Step, premises: Premises, facts: Facts) -> None:
    term, outer, inner, last = step.data
    require(outer != inner and not {outer, inner} & sp.sympify(last).free_symbols, "two different indices")
    wanted = Relation(
        sp.Sum(sp.Sum(term, (inner, outer + 1, last)), (outer, 1, last)), "==",
        sp.Sum(sp.Sum(term, (outer, 1, inner - 1)), (inner, 1, last)))
    require(step.statement == wanted, "the exchange is {}", wanted)


def _recursion(step: Step, premises: Premises, facts: Facts) -> None:
    first, second, factor, index, low, high, upward = step.data
    start, one, other = (p.relation for p in premises)
    algebra = Algebra(facts)
    _range(step, premises[1:], facts, index, low + 1, high)
    at = low if upward else high
    wanted = Relation(first.xreplace({index: at}), "==", second.xreplace({index: at}))
    require(algebra.same(start, wanted), "it must start from {}", wanted)
    for family, premise in ((first, one), (second, other)):
        back = family.xreplace({index: index - 1})
        new, old = (family, back) if upward else (back, family)
        require(algebra.same(premise, Relation(new, "==", factor * old)), "{} is not the recursion", premise)
    require(step.statement == Relation(first, "==", second), "the conclusion equates the two")
    require(step.ranges == {index: (sp.sympify(low), sp.sympify(high))}, "it holds on the whole range")


def _taylor(step: Step, premises: Premises, facts: Facts) -> None:
    variable, order = step.data
    main = premises[0].relation
    algebra = Algebra(facts, premises[1:])
    goal = step.statement
    require(main.op == "==" and goal.op == "==", "Taylor coefficients of an equality")
    sides = []
    for side in (main.lhs, main.rhs):
        if getattr(side, "is_Matrix", False):
            form = algebra.normal.matrix(algebra.prepare(side))
            part = {w: sp.factorial(order) * sp.expand(c).coeff(variable, order) for w, c in form.items()}
            used = {x for w, c in part.items() if c != 0 for x, _transposed in w}
            sides.append({w: c for w, c in part.items() if c != 0})
        else:
            scalar = sp.factorial(order) * sp.expand(algebra.form(side)).coeff(variable, order)
            sides.append(scalar)
            used = scalar.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix)
        require(not REMAINDERS & {getattr(x, "name", "") for x in used}, "the coefficient contains the remainder")
    for side, wanted in zip((goal.lhs, goal.rhs), sides, strict=True):
        if isinstance(wanted, dict):
            form = algebra.normal.matrix(algebra.prepare(side))
            agrees = form.keys() == wanted.keys() and all(
                sp.expand(form[w] - wanted[w]) == 0 for w in form)
        else:
            agrees = sp.expand(algebra.form(side) - wanted) == 0
        if not agrees:
            raise Refused(f"{side} is not the coefficient of order {order}")


TERMWISE = Rule("term by term", "Relations for every term give the relation of the sums "
                "(of the products, when both sides are nonnegative).", _termwise, indices=True)
TELESCOPING = Rule("telescoping", "F(k-1) - F(k) = T(k) for k = m..n gives F(m-1) - F(n) = sum of T.",
                   _telescoping, indices=True)
EXCHANGE = Rule("order of summation", "Both sums run over the pairs j < k.", _exchange, indices=True)
RECURSION = Rule("recursion", "Two sequences with the same start and the same recursion agree.",
                 _recursion, indices=True)
TAYLOR = Rule("Taylor coefficient", "Equal polynomials in t have equal coefficients (times n!), below "
              "the order of the remainder.", _taylor)
