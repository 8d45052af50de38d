"""What may stand in a statement, and when it is a real number: a whitelist of nodes, each with its condition.

A sum of what is not real, a root of what may be negative, a quotient by what may vanish would all pass through the
normal form as harmless terms. So a node enters a step only if it is listed here and its condition is shown under the
hypotheses of the step, for all layers that the step is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.core.symbol import Str
from sympy.functions.special.hyper import TupleArg

from ..algebra.layer_ranges import INDICES, Ranges, first_layer
from ..algebra.powers import cancelled, power_form
from ..algebra.words import Z
from ..language.calculus import Expectation, Gradient, Hessian
from ..language.nodes import Maximum, Minimum, Relation, weighted_top, width
from ..language.norms import second_singular, spectral
from ..language.quantities import VOCABULARY, L, time, z
from ..language.symbols import OWN, MatrixMember, MatrixOf, Number, NumberMember, Size
from ..setting import flow, residual
from ..setting.dependence import FUNCTIONS, SYMBOLS, hidden, source, sources_of
from ..setting.initial_value import SERIES_INDEX
from .context import Context
from .own_nodes import OF_OWN_MATRICES, SERIES, is_datum_of_shape, not_polynomial
from .shapes import MATRICES, OF_MATRICES, not_symmetric, nothing, one_shape

__all__ = ["Data", "Part", "every_part", "foreign", "meaningless", "not_smooth", "undefined"]

Data: TypeAlias = Any
"""The data of a step: nothing, an expression, a relation, a text, a whole number, or a tuple of data.

Each rule reads its own, and what nobody knows is refused by ``every_part``.
"""
Part = tuple[sp.Basic, Ranges]
"""An expression in the data of a step, with the ranges of the layer indices that the rule itself binds in it."""


def undefined(expr: sp.Basic, where: Context) -> str:
    """Why an expression is not a real number, or a real matrix, there; empty when it is one."""
    if expr in where.variables:
        return ""
    where, kind = where.of(expr), AppliedUndef if isinstance(expr, AppliedUndef) else type(expr)
    if kind in _WHOLE:
        return _WHOLE[kind](expr, where)
    if kind in _MADE_OF_PARTS:
        return _each(expr.args, where) or _MADE_OF_PARTS[kind](expr, where)
    return f"{expr} ({type(expr).__name__}) may not stand in a statement"


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
        if relation.op not in ("==", "!=", "psd<="):
            return "matrices are only said to be equal, or compared by psd<="
        reason = one_shape((lhs, rhs), where) or _each((lhs, rhs), where)
        if reason or relation.op != "psd<=":
            return reason
        reason = not_symmetric(rhs - lhs, where)
        return f"{reason}, and psd<= compares symmetric matrices" if reason else ""
    return "numbers are not compared by psd<=" if relation.op.startswith("psd") else _each((lhs, rhs), where)


def every_part(data: Data) -> tuple[Part, ...]:
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
    return "" if matrix is None else f"{matrix} is a matrix"


def _symbol(expr: sp.Symbol, where: Context) -> str:
    if expr in where.ranges:
        return ""
    if sources_of(expr) is not None and expr not in INDICES:
        return "" if expr in SYMBOLS or isinstance(expr, OWN) else _as_declared(expr, where)
    return f"the index {expr} has no range" if expr in INDICES else f"{expr} is no word of the theory"


def _as_declared(expr: sp.Symbol, where: Context) -> str:
    """A word that was declared later is a number, and its definition shows what its symbol is assumed to be."""
    definition = VOCABULARY[expr.name].definition
    if not expr.is_real:
        return f"{expr} could be no real number"
    if definition is None:
        return ""
    where = replace(where, stipulated=False)
    if reason := undefined(definition, where):
        return reason
    shown = {"integer": where.integer, "nonnegative": where.nonnegative, "positive": where.positive}
    assumed = {x: True for x in shown if getattr(expr, f"is_{x}")}
    fits = sp.Symbol(expr.name, real=True, **assumed) == expr and all(shown[x](definition) for x in assumed)
    return "" if fits else f"{expr} is assumed to be what its definition {definition} is not known to be"


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
    function, *limits = expr.args
    if getattr(function, "is_Matrix", False) and not isinstance(expr, SERIES):
        return f"{function} is a matrix"
    inner = where
    for index, low, high in reversed(limits):
        if high == sp.oo:
            return _infinite(expr, where)
        if not _is_index(index) or index in inner.ranges or index in low.free_symbols | high.free_symbols:
            return f"{index} is no index of its own"
        if reason := _each((low, high), inner):
            return reason
        if not (inner.integer(low) and inner.integer(high)):
            return f"{low}..{high} are no layers"
        if not inner.algebra.throughout(low - first_layer(index), inner.ranges):
            return f"{low} could be before the first layer"
        if not inner.algebra.throughout(high - low + 1, inner.ranges):
            return f"the range {low}..{high} could be reversed"
        if hidden(index, function):
            return "what belongs to one layer stands in a sum"
        inner = inner.inside(index, low, high)
    if isinstance(expr, SERIES) and any(size.free_symbols & set(expr.bound_symbols) for size in function.shape):
        return f"the shape of {function} changes with the index"
    return undefined(function, inner)


def _is_index(index: sp.Symbol) -> bool:
    """Whether a symbol may be bound: an index of layers, or one that means nothing else and is an integer."""
    if index in INDICES:
        return True
    plain = type(index) is sp.Symbol and index.name[0].isalpha() and sources_of(index) is None
    return plain and any(index == sp.Symbol(index.name, integer=True, **sign) for sign in _SIGNS)


_SIGNS: tuple[dict[str, bool], ...] = ({}, {"nonnegative": True}, {"positive": True})
"""What may be assumed of an index beside that it is an integer: its range is compared with that."""


def _of_size(expr: sp.Identity | sp.ZeroMatrix, where: Context) -> str:
    counted = all(where.integer(size) and where.nonnegative(size) for size in expr.shape)
    return _each(expr.shape, where) or ("" if counted else f"{expr.shape} could be no shape")


def _member(expr: NumberMember | MatrixMember, where: Context) -> str:
    """A member of a sequence. That the sequence has one at the index is asked where the setting is known."""
    return undefined(expr.index, where) or ("" if where.integer(expr.index) else f"{expr.index} could be no integer")


def _expectation(expr: Expectation, where: Context) -> str:
    """The signs are those of no instance: that no hypothesis is about them is asked where the setting is known."""
    function, signs = expr.args
    plain = type(signs) is MatrixOf and not signs.structure  # no sign of one row is known, as of semidefinite data
    return _each((signs, function), where) if plain else f"{signs} is no column of signs"


def _differentiated(expr: Gradient | Hessian, where: Context) -> str:
    function, *variables = expr.args
    wrong = next((x for x in variables if not is_datum_of_shape(x)), None)
    if wrong is not None:
        return f"{wrong} is no datum"
    return _each((function, *variables), where) or not_polynomial(function)


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
    own = type(variable) is sp.Symbol and SYMBOLS.get(variable) == frozenset({variable.name})
    if variable in INDICES or not (own or variable == time):
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
        return "" if where.layers(0, expr.args[0], L) else f"{expr} is the width of no layer"
    if expr.func is residual.change:
        first, last = expr.args
        return "" if where.layers(1, first, last) and where.layers(1, last, L) else f"{expr} is not defined throughout"
    if expr.func in (residual.move, flow.sine):
        last = L if expr.func is residual.move else L - 1
        return "" if where.layers(1, expr.args[0], last) else f"{expr} is not defined throughout"
    return "" if expr.args[0] in (time, sp.S.Zero) else f"{expr} is not at the time"


_WHOLE: Mapping[type, Callable[[sp.Basic, Context], str]] = {
    **dict.fromkeys((sp.Integer, sp.Rational, *(type(x) for x in (sp.S.Zero, sp.S.One, sp.S.NegativeOne, sp.S.Half))),
                    nothing),
    **dict.fromkeys((sp.Symbol, Number, Size), _symbol),
    **dict.fromkeys((sp.Sum, sp.Product, *SERIES), _series), sp.Derivative: _derivative, sp.Limit: _limit,
    Minimum: _minimum, Maximum: _maximum, AppliedUndef: _function, **MATRICES,
    **dict.fromkeys((sp.Identity, sp.ZeroMatrix), _of_size), NumberMember: _member, MatrixMember: _member,
    Expectation: _expectation, Gradient: _differentiated, Hessian: _differentiated,
}
"""Nodes that answer for their parts: what has none, and what binds a variable."""
_MADE_OF_PARTS: Mapping[type, Callable[[sp.Basic, Context], str]] = {
    **dict.fromkeys((sp.Add, sp.Mul, sp.Abs, sp.Max, sp.Min, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh,
                     sp.atan), _scalars),
    sp.Pow: _power, sp.log: _logarithm, sp.tan: _tangent, sp.hyper: _hypergeometric, TupleArg: _scalars, **OF_MATRICES,
    **OF_OWN_MATRICES,
}
"""Nodes whose parts are looked at first. The rest of SymPy is refused, and so is a subclass of what stands here."""
_KNOWN = frozenset({*_WHOLE, *_MADE_OF_PARTS, Str, sp.Tuple, type(sp.oo), type(sp.true), type(sp.false)})


def foreign(parts: Iterable[sp.Basic]) -> str:
    """Why a part may pass for another one: a node of a class of somebody's own compares as that class wants."""
    for node in (x for part in parts for x in sp.preorder_traversal(part)):
        if type(node) not in _KNOWN and not isinstance(type(node), UndefinedFunction):
            return f"{node} ({type(node).__name__}) may not stand in a statement"
        if not all(type(getattr(node, text, "")) is str for text in ("name", "setting")):
            return f"the name of {node} is no text"
    return ""
