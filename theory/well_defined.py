"""What may stand in a statement, and when it is a real number: a whitelist of nodes, each with its condition.

A sum of what is not real, a root of what may be negative, a quotient by what may vanish would all pass through the
normal form as harmless terms. So a node enters a step only if it is listed here and its condition is shown under the
hypotheses of the step, for all layers that the step is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from . import definitions_flow as flow
from . import definitions_residual as residual
from .claims import Given
from .dependence import FAMILIES, FUNCTIONS, SYMBOLS, depends, hidden, source
from .expressions import LayerMatrix, Maximum, Minimum, Relation, SubProduct, dot, frobenius, weighted_top, width
from .facts import Algebra, Judgment
from .norms import GramPower, second_singular, spectral, weighted_bottom
from .powers import cancelled, power_form
from .quantities import L, time, z
from .ranges import INDICES, Ranges, first_layer
from .trajectories import SERIES_INDEX
from .words import SYMMETRIC, Z

__all__ = ["Context", "Part", "context", "every_part", "meaningless", "undefined"]

Part = tuple[sp.Basic, Ranges]
"""An expression in the data of a step, with the ranges of the layer indices that the rule itself binds in it."""


@dataclass(frozen=True)
class Context:
    """What is known where an expression stands.

    ``facts`` are the hypotheses, ``strict`` the premises that are strict inequalities, ``equalities`` those that are
    equalities, from left to right.
    ``ranges`` are those of the layer indices that are free or bound there, ``variables`` the other bound symbols.
    ``settled`` nodes are defined wherever the hypotheses hold, as a premise or a hypothesis contains them; each with
    the ranges of its layers. ``about`` are the sources that the hypotheses depend on. ``stipulated``: the expression
    is a hypothesis or a definition, which supposes that it is defined.
    """

    facts: frozenset[Given]
    strict: tuple[Judgment, ...]
    equalities: Mapping[sp.Basic, sp.Basic]
    ranges: Ranges = field(default_factory=dict)
    variables: frozenset[sp.Symbol] = frozenset()
    settled: Mapping[sp.Basic, tuple[Ranges, ...]] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    stipulated: bool = False

    @cached_property
    def algebras(self) -> tuple[Algebra, ...]:
        """What is known of signs: one algebra for each hypothesis ``... < x``, which it builds into ``x``."""
        named = frozenset(x for x in self.facts if isinstance(x, str))
        plain = _algebra(named, ())
        strict = tuple(p.relation for p in self.strict if set(p.ranges) <= set(self.ranges) and all(
            plain.covers(p.ranges, x, *self.ranges[x], self.ranges) for x in p.ranges))
        below = sorted((x for x in self.facts if isinstance(x, Relation) and x.op == "<"), key=str)
        return tuple(_algebra(named | {x}, strict) for x in below) or (_algebra(named, strict),)

    @property
    def algebra(self) -> Algebra:
        return self.algebras[0]

    def nonnegative(self, expr: sp.Expr) -> bool:
        """Whether ``expr >= 0`` throughout the ranges."""
        return any(x.is_nonnegative(expr) for x in self.algebras) or self._by_layers(expr)

    def positive(self, expr: sp.Expr) -> bool:
        """Whether ``expr > 0`` throughout the ranges."""
        return any(x.is_positive(expr) or x.is_positive(sp.factor(sp.together(x.prepare(expr)))) for x in self.algebras
                   ) or (self.integer(expr) and self._by_layers(expr - 1))

    def integer(self, expr: sp.Expr) -> bool:
        """Whether the expression is an integer."""
        return bool(cancelled(self.algebra.prepare(sp.sympify(expr))).is_integer)

    def layers(self, low: sp.Expr, index: sp.Expr, high: sp.Expr) -> bool:
        """Whether the index is an integer between the ends throughout the ranges."""
        return self.integer(index) and all(
            self.algebra.throughout(sp.sympify(gap), self.ranges) for gap in (index - low, high - index))

    def is_settled(self, node: sp.Basic) -> bool:
        """Whether a premise or a hypothesis contains the node, for all layers that it is about here."""
        about = node.free_symbols & INDICES
        return any(about <= set(ranges) and all(x in self.ranges and self.algebra.covers(
            ranges, x, *self.ranges[x], self.ranges) for x in about) for ranges in self.settled.get(node, ()))

    def inside(self, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> Context:
        """The context of the terms of a sum or product over the index."""
        return replace(self, ranges=_nonempty({**self.ranges, index: (low, high)}, self.algebra))

    def _by_layers(self, expr: sp.Expr) -> bool:
        numerator, denominator = sp.fraction(sp.together(self.algebra.prepare(sp.sympify(expr))))
        return bool(denominator.is_positive) and self.algebra.throughout(numerator, self.ranges)


@lru_cache(maxsize=512)
def _algebra(facts: frozenset[Given], strict: tuple[Relation, ...]) -> Algebra:
    return Algebra(facts, [Judgment(x) for x in strict])


def context(facts: Iterable[Given], premises: Sequence[Judgment], ranges: Ranges) -> Context:
    """The context of a step that rests on ``facts``: premises count only where they suppose no more than these."""
    facts = frozenset(facts)
    relations = [fact for fact in facts if isinstance(fact, Relation)]
    usable = [p for p in premises if p.facts <= facts]
    starts = {x.lhs: x.rhs for x in (*relations, *(p.relation for p in usable))
              if x.op == "==" and isinstance(x.lhs, AppliedUndef)}
    relations += [x for fact in relations if fact.op in "<>" and (x := _at_the_start(fact, starts)) != fact]
    strict = (*(p for p in usable if p.relation.op in "<>"), *(Judgment(x) for x in relations if x.op in "<>"))
    settled: dict[sp.Basic, tuple[Ranges, ...]] = {}
    for judgment in (*usable, *(Judgment(x) for x in relations)):
        for side in (judgment.relation.lhs, judgment.relation.rhs):
            for node, throughout in _conditional(side, judgment.ranges):
                settled[node] = (*settled.get(node, ()), throughout)
    equalities = {p.relation.lhs: p.relation.rhs for p in usable if p.relation.op == "=="}
    known = facts.union(relations)
    return Context(known, strict, equalities, _nonempty(ranges, Algebra(facts)), settled=settled, about=depends(*facts))


def _conditional(expr: sp.Basic, ranges: Ranges) -> Iterator[tuple[sp.Basic, Ranges]]:
    """The nodes that are defined under conditions only, each with the ranges of the layers where it stands."""
    if isinstance(expr, sp.Pow | sp.log | sp.tan | sp.hyper):
        yield expr, ranges
    if isinstance(expr, sp.Sum | sp.Product):
        inside = {**ranges, **{index: (low, high) for index, low, high in expr.limits}}
        yield from _conditional(expr.function, inside)
        return
    for arg in expr.args:
        yield from _conditional(arg, ranges)


def _at_the_start(fact: Relation, starts: Mapping[sp.Basic, sp.Basic]) -> Relation:
    """What is supposed of a function of the time is supposed for all ``t >= 0``: here at ``t = 0``."""
    lhs, rhs = (side.xreplace({time: sp.S.Zero}).xreplace(starts) for side in (fact.lhs, fact.rhs))
    return Relation(lhs, fact.op, rhs)


def _nonempty(ranges: Ranges, algebra: Algebra) -> Ranges:
    """The ranges, where each has a member: ``j <= L - 1`` if another index runs over ``j..L-1``."""
    found = dict(ranges)
    for low, high in ranges.values():
        if low in found and low != high:
            least, most = found[low]
            if algebra.throughout(most - high, ranges):
                found[low] = (least, high)
    return found


def undefined(expr: sp.Basic, where: Context) -> str:
    """Why an expression is not a real number, or a real matrix, there; empty when it is one."""
    if expr in where.variables:
        return ""
    condition = _CONDITIONS.get(AppliedUndef if isinstance(expr, AppliedUndef) else type(expr))
    if condition is None:
        return f"{expr} ({type(expr).__name__}) may not stand in a statement"
    return condition(expr, where)


def meaningless(relation: Relation, where: Context, near: Context) -> str:
    """Why a relation says nothing certain there; empty when it does.

    A limit stands only on the left of its value, which may be infinite; ``near`` is where its function is looked at.
    """
    lhs, rhs = relation.lhs, relation.rhs
    if isinstance(lhs, sp.Limit):
        function, variable, point, side = lhs.args
        if relation.op != "==" or (point not in (sp.S.Zero, sp.oo)) or (point == 0 and str(side) != "+"):
            return f"{lhs} may only be said to equal its value, at 0 from above or at infinity"
        if not variable.is_positive:
            return f"{variable} is no positive number"
        reason = _bound(function, variable, near)
        return reason or ("" if rhs == sp.oo else undefined(rhs, where))
    if getattr(lhs, "is_Matrix", False) or getattr(rhs, "is_Matrix", False):
        if relation.op not in ("==", "!="):
            return "matrices are only said to be equal"
        return _one_shape((lhs, rhs), where) or _each((lhs, rhs), where)
    return _each((lhs, rhs), where)


def every_part(data: Any) -> tuple[Part, ...]:
    """The expressions in the data of a step, where the rule binds no layer index. Raises TypeError for odd data."""
    if data is None or type(data) in (str, bool, int) or data in (spectral, second_singular):
        return ()
    if type(data) is tuple or isinstance(data, sp.Tuple):
        return tuple(part for x in data for part in every_part(x))
    if type(data) is Relation:
        return ((data.lhs, {}), (data.rhs, {}))
    if not isinstance(data, sp.Basic):
        raise TypeError(f"{data!r} is no data of a step")
    return ((data, {}),)


def _each(args: Iterable[sp.Basic], where: Context) -> str:
    return next((reason for x in args if (reason := undefined(x, where))), "")


def _scalars(expr: sp.Expr, where: Context) -> str:
    matrix = next((x for x in expr.args if getattr(x, "is_Matrix", False)), None)
    return f"{matrix} is a matrix" if matrix is not None else _each(expr.args, where)


def _nothing(expr: sp.Basic, where: Context) -> str:
    return ""


def _symbol(expr: sp.Symbol, where: Context) -> str:
    if expr in SYMBOLS and (expr not in INDICES or expr in where.ranges):
        return ""
    return f"the index {expr} has no range" if expr in INDICES else f"{expr} is no word of the theory"


def _matrix_symbol(expr: sp.MatrixSymbol, where: Context) -> str:
    return "" if expr in SYMBOLS else f"{expr} is no word of the theory"


def _power(expr: sp.Pow, where: Context) -> str:
    base, exponent = expr.args
    if reason := _scalars(expr, where):
        return reason
    if where.stipulated or where.is_settled(expr) or (base.is_Number and base.is_positive):
        return ""
    integer, nonnegative = where.integer(exponent), where.nonnegative(exponent)
    if integer and nonnegative:
        return ""
    if nonnegative:
        return "" if where.nonnegative(base) else f"{base} could be negative in {expr}"
    if where.positive(base) or (integer and where.positive(-base)):
        return ""
    if _is_not_zero(base, where) and (integer or where.nonnegative(base)):
        return ""
    return f"the denominator {base} is not known to be positive"


def _is_not_zero(base: sp.Expr, where: Context) -> bool:
    """Whether a power of the base with a negative exponent is known to be defined."""
    return any(x.is_Pow and x.base == base and where.is_settled(x) and
               cancelled(where.algebra.prepare(x.exp)).is_negative for x in where.settled)


def _logarithm(expr: sp.log, where: Context) -> str:
    known = where.stipulated or where.is_settled(expr) or where.positive(expr.args[0])
    return _scalars(expr, where) or ("" if known else f"{expr.args[0]} could be no positive number")


def _tangent(expr: sp.tan, where: Context) -> str:
    angle = expr.args[0].xreplace(where.equalities)
    known = where.stipulated or where.is_settled(expr) or isinstance(angle, sp.atan)
    return _scalars(expr, where) or ("" if known else f"{expr} could be infinite")


def _hypergeometric(expr: sp.hyper, where: Context) -> str:
    upper, lower, argument = expr.args
    if len(upper) != 2 or len(lower) != 1:
        return f"{expr} is not Gauss's function"
    if reason := _each((*upper, *lower, argument), where):
        return reason
    if where.stipulated or where.is_settled(expr):
        return ""
    inside = where.positive(lower[0]) and where.nonnegative(argument) and where.positive(1 - argument)
    return "" if inside else f"{argument} may not lie between 0 and 1 in {expr}"


def _series(expr: sp.Sum | sp.Product, where: Context) -> str:
    """The outermost index is the last; the range of an index may depend on those outside it."""
    inner = where
    for index, low, high in reversed(expr.limits):
        if high == sp.oo:
            return _infinite(expr, where)
        if index not in INDICES or index in inner.ranges or index in low.free_symbols | high.free_symbols:
            return f"{index} is no index of its own"
        if reason := _each((low, high), inner):
            return reason
        if not (inner.integer(low) and inner.integer(high)):
            return f"{low}..{high} are no layers"
        if not inner.algebra.throughout(low - first_layer(index), inner.ranges):
            return f"{low} could be before the first layer"
        if not inner.algebra.throughout(high - low + 1, inner.ranges):
            return f"the range {low}..{high} could be reversed"
        if hidden(index, expr.function):
            return "what belongs to one layer stands in a sum"
        inner = inner.inside(index, low, high)
    return undefined(expr.function, inner)


def _infinite(expr: sp.Sum, where: Context) -> str:
    """A series of nonnegative index: the quotient of successive terms tends to a number in ``[0, 1)``."""
    if not isinstance(expr, sp.Sum) or len(expr.limits) != 1:
        return f"{expr} is no series"
    index, low, _high = expr.limits[0]
    if low != 0 or index != SERIES_INDEX:
        return f"{expr} is not over {SERIES_INDEX} >= 0"
    if reason := undefined(expr.function, replace(where, variables=where.variables | {index})):
        return reason
    if where.stipulated:
        return ""
    term = where.algebra.prepare(expr.function)
    quotient = sp.limit(power_form(term.xreplace({index: index + 1}) / term), index, sp.oo)
    converges = where.nonnegative(quotient) and where.positive(1 - quotient)
    return "" if converges else f"{expr} is not known to converge"


def _derivative(expr: sp.Derivative, where: Context) -> str:
    function, (variable, order) = expr.args[0], expr.args[1]
    if len(expr.args) != 2 or not (order.is_Integer and order > 0):
        return f"{expr} is not a derivative in one variable"
    return _bound(function, variable, where) or not_smooth(function, variable, where)


def not_smooth(expr: sp.Basic, variable: sp.Symbol, where: Context) -> str:
    """Why a function might not be smooth in a variable; empty when it is, wherever it is defined."""
    for node in sp.preorder_traversal(expr):
        if not node.has(variable) or node == variable or isinstance(node, _SMOOTH):
            continue
        if not isinstance(node, sp.Pow):
            return f"{node} might not be smooth"
        positive = where.stipulated or where.positive(node.base)
        if not (positive or (node.exp.is_Integer and not node.exp.has(variable))):
            return f"{node.base} could be zero in {node}"
    return ""


_SMOOTH = (sp.Add, sp.Mul, AppliedUndef, sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.atan,
           sp.hyper, sp.Tuple, sp.Sum)
"""Operations and functions that are smooth wherever they are defined (a series of powers within its circle)."""


def _bound(body: sp.Basic, variable: sp.Basic, where: Context) -> str:
    """A variable that a node binds, or in which it differentiates, varies by itself, and nothing hides it."""
    own = type(variable) is sp.Symbol and variable not in INDICES and variable.name in SYMBOLS.get(variable, ())
    if not own:
        return f"{variable} is no variable of the theory"
    if hidden(variable, body):
        return f"something in {body} depends on {variable} without showing it"
    return undefined(body, where)


def _limit(expr: sp.Limit, where: Context) -> str:
    return f"{expr} may only be said to equal its value"


def _minimum(expr: Minimum, where: Context) -> str:
    body, variable = expr.args
    if not variable.is_positive:
        return f"{variable} is no positive number"
    if source(variable) & where.about:
        return f"a hypothesis is about {variable}"
    if reason := _bound(body, variable, where):
        return reason
    below = where.stipulated or where.nonnegative(body) or _semidefinite(body, where)
    return "" if below else f"{body} could be unbounded below"


def _semidefinite(body: sp.Expr, where: Context) -> bool:
    """Whether a multiple of ``lambda_max(Sigma^{1/2} A Sigma^{1/2})`` has ``A = c I + sum of c x x^T``, ``c >= 0``."""
    factor, top = body.as_independent(weighted_top, as_Add=False)
    if not (isinstance(top, weighted_top) and where.nonnegative(factor)):
        return False
    form = where.algebra.normal.matrix(where.algebra.prepare(top.args[0]))
    return all(where.nonnegative(c) and (not word or (len(word) == 2 and word[0][0] == word[1][0]
               and word[0][1] != word[1][1])) for word, c in form.items())


def _maximum(expr: Maximum, where: Context) -> str:
    body, variable = expr.args
    if variable not in (z, Z):
        return f"{variable} is no direction"
    if source(variable) & where.about:
        return f"a hypothesis is about {variable}"
    return undefined(body, where)  # what depends on the direction is named apart: alpha and tau are those of z


def _function(expr: AppliedUndef, where: Context) -> str:
    if expr.func not in FUNCTIONS:
        return f"{expr} is no word of the theory"
    if expr.func is width:
        return ""
    if expr.func is residual.change:
        first, last = expr.args
        return "" if where.layers(1, first, last) and where.layers(1, last, L) else f"{expr} is not defined throughout"
    if expr.func in (residual.move, flow.sine):
        last = L if expr.func is residual.move else L - 1
        return "" if where.layers(1, expr.args[0], last) else f"{expr} is not defined throughout"
    return "" if expr.args[0] in (time, sp.S.Zero) else f"{expr} is not at the time"


# Matrices ----------------------------------------------------------------------------------


def _shape(expr: sp.Basic, where: Context) -> tuple[sp.Expr, sp.Expr]:
    """Rows and columns, with the arguments of the widths in one form."""
    sizes = []
    for size in expr.shape:
        prepared = where.algebra.prepare(sp.sympify(size))
        sizes.append(width(sp.expand(prepared.args[0])) if isinstance(prepared, width) else prepared)
    return sizes[0], sizes[1]


def _no_matrix(expr: sp.Basic) -> str:
    return "" if getattr(expr, "is_Matrix", False) else f"{expr} is no matrix"


def _product(expr: sp.MatMul, where: Context) -> str:
    if reason := _each(expr.args, where):
        return reason
    matrices = [x for x in expr.args if getattr(x, "is_Matrix", False)]
    for x, y in pairwise(matrices):
        if _shape(x, where)[1] != _shape(y, where)[0]:
            return f"the shapes of {x} and {y} do not fit: {x.shape} and {y.shape}"
    return ""


def _matrix_sum(expr: sp.MatAdd, where: Context) -> str:
    return _each(expr.args, where) or _one_shape(expr.args, where)


def _one_shape(matrices: Sequence[sp.Basic], where: Context) -> str:
    if reason := next((r for x in matrices if (r := _no_matrix(x))), ""):
        return reason
    first, *rest = matrices
    other = next((x for x in rest if _shape(x, where) != _shape(first, where)), None)
    return "" if other is None else f"the shapes of {first} and {other} differ: {first.shape} and {other.shape}"


def _matrix_power(expr: sp.MatPow, where: Context) -> str:
    fits = expr.exp.is_Integer and expr.exp > 0 and not _not_square(expr.base, where)
    return undefined(expr.base, where) or ("" if fits else f"{expr} is no positive power of a square matrix")


def _not_square(expr: sp.Basic, where: Context) -> str:
    if reason := _no_matrix(expr):
        return reason
    rows, columns = _shape(expr, where)
    return "" if rows == columns else f"{expr} is not square"


def _of_a_matrix(expr: sp.Basic, where: Context) -> str:
    return _no_matrix(expr.args[0]) or undefined(expr.args[0], where)


def _trace(expr: sp.Trace, where: Context) -> str:
    return _of_a_matrix(expr, where) or _not_square(expr.args[0], where)


def _inner(expr: dot, where: Context) -> str:
    x, y = expr.args
    if reason := _one_shape((x, y), where) or _each((x, y), where):
        return reason
    return "" if _shape(x, where)[1] == 1 else f"{x} is no vector"


def _weighted(expr: sp.Basic, where: Context) -> str:
    matrix = expr.args[0]
    if reason := _of_a_matrix(expr, where):
        return reason
    if _shape(matrix, where) != (width(0), width(0)):
        return f"{matrix} does not have the size of Sigma"
    algebra = where.algebra
    symmetric = matrix in SYMMETRIC or algebra.equal(matrix, sp.Transpose(matrix))
    return "" if symmetric else f"{matrix} is not symmetric"


def _member(expr: LayerMatrix, where: Context) -> str:
    """A member that is not there, ``W_0`` or ``q_{L+1}``, makes a statement meaningless."""
    if expr.name not in FAMILIES or (expr.name in ("H", "G")) != (type(expr) is GramPower):
        return f"{expr} is no word of the theory"
    last = L - 1 if expr.name in ("D", "D_dot", "D_rest") else L
    if not where.layers(sp.Integer(expr.first), expr.index, last):
        return f"{expr} is not defined throughout"
    if type(expr) is not GramPower:
        return ""
    fits = where.integer(expr.exponent) and where.algebra.throughout(expr.exponent, where.ranges)
    return "" if fits else f"the exponent of {expr} could be negative"


def _sub_product(expr: SubProduct, where: Context) -> str:
    """``W_{k-1} ... W_{j+1}``, or the identity for ``k = j + 1``."""
    j, k = expr.args
    fits = where.layers(0, j, k - 1) and where.layers(1, k, L + 1)
    return "" if fits else f"{expr} is not defined throughout"


_CONDITIONS: Mapping[type, Callable[[Any, Context], str]] = {
    **dict.fromkeys((sp.Integer, sp.Rational, *(type(x) for x in (sp.S.Zero, sp.S.One, sp.S.NegativeOne, sp.S.Half))),
                    _nothing),
    **dict.fromkeys((sp.Add, sp.Mul, sp.Abs, sp.Max, sp.Min, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh,
                     sp.atan), _scalars),
    sp.Symbol: _symbol, sp.MatrixSymbol: _matrix_symbol, sp.Pow: _power, sp.log: _logarithm, sp.tan: _tangent,
    sp.hyper: _hypergeometric, sp.Sum: _series, sp.Product: _series, sp.Derivative: _derivative, sp.Limit: _limit,
    Minimum: _minimum, Maximum: _maximum, AppliedUndef: _function,
    dot: _inner, sp.Trace: _trace, **dict.fromkeys((frobenius, spectral, second_singular), _of_a_matrix),
    **dict.fromkeys((weighted_top, weighted_bottom), _weighted),
    **dict.fromkeys((sp.Identity, sp.ZeroMatrix), _nothing),
    sp.Transpose: _of_a_matrix, sp.MatMul: _product, sp.MatAdd: _matrix_sum, sp.MatPow: _matrix_power,
    LayerMatrix: _member, GramPower: _member, SubProduct: _sub_product,
}
"""All that may stand in a statement. The rest of SymPy is refused, and so is a subclass of what stands here."""
