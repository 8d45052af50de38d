"""A normal form for sums of products of powers with symbolic exponents.

SymPy's ``simplify`` is slow and unpredictable on ``2*L*p**(2/L)*b**(1/L)*E**(1 - 1/L)``. Here an
expression becomes a polynomial whose monomials are products of ``base**exponent`` with cancelled
exponents, and equality is the vanishing of a difference: symbolic, never numeric.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache, reduce

import sympy as sp

Monomial = tuple[tuple[sp.Expr, sp.Expr], ...]
Terms = dict[Monomial, sp.Expr]


def is_nonnegative(expr: sp.Expr) -> bool:
    """Whether ``expr >= 0`` follows from the assumptions; sums and products termwise.

    >>> x = sp.Symbol("x", nonnegative=True)
    >>> i = sp.Symbol("i", integer=True)
    >>> is_nonnegative(sp.Sum(x**i, (i, 1, 3))), is_nonnegative(x - 1)
    (True, False)
    """
    if expr.is_nonnegative or expr.is_extended_nonnegative:
        return True
    if isinstance(expr, sp.Sum | sp.Product):
        return is_nonnegative(expr.function)
    if expr.is_Add or expr.is_Mul:
        return all(is_nonnegative(arg) for arg in expr.args)
    if expr.is_Pow:
        even = expr.exp.is_even and expr.base.is_extended_real
        return bool(even or (is_nonnegative(expr.base) and expr.exp.is_extended_real))
    return False


def is_positive(expr: sp.Expr) -> bool:
    """Whether ``expr > 0`` follows from the assumptions, possibly after expansion or factoring."""
    if expr.is_positive:
        return True
    if expr.is_Mul:
        return all(is_positive(arg) for arg in expr.args)
    if expr.is_Pow:
        return is_positive(expr.base) and bool(expr.exp.is_extended_real)
    if expr.is_Add:
        args = expr.args
        return all(is_nonnegative(x) for x in args) and any(is_positive(x) for x in args)
    return False


def _monomial(powers: dict[sp.Expr, sp.Expr]) -> Monomial:
    kept = ((base, exp) for base, exp in powers.items() if exp != 0)
    return tuple(sorted(kept, key=lambda pair: sp.default_sort_key(pair[0])))


@lru_cache(maxsize=20_000)
def cancelled(exp: sp.Expr) -> sp.Expr:
    """An exponent as one fraction in lowest terms."""
    return sp.cancel(exp)


def _exponent(exp: sp.Expr) -> sp.Expr:
    return exp if exp.is_Number or exp.is_Symbol else cancelled(exp)


def _times(x: Terms, y: Terms) -> Terms:
    product: Terms = {}
    for left, c in x.items():
        for right, d in y.items():
            powers = dict(left)
            for base, exp in right:
                powers[base] = _exponent(powers.get(base, sp.S.Zero) + exp)
            key = _monomial(powers)
            product[key] = product.get(key, sp.S.Zero) + c * d
    return {key: value for key, value in product.items() if value != 0}


def _number_power(value: sp.Expr, exp: sp.Expr) -> Terms:
    """A number to a power; a symbolic exponent keeps the prime factors of the number as bases."""
    if exp.is_Integer:
        return {(): value**exp}
    if not (value.is_Rational and value.is_positive):
        return {((value, exp),): sp.S.One}
    powers = {sp.Integer(p): _exponent(n * exp) for p, n in sp.factorrat(value).items()}
    return {_monomial(powers): sp.S.One}


_ONE: Terms = {(): sp.S.One}


def _product(factors: Iterable[Terms]) -> Terms:
    return reduce(_times, factors)


def _opaque(base: Terms, exp: sp.Expr) -> Terms:
    """A power that no law takes apart."""
    return {((_expression(base), exp),): sp.S.One}


def _power(base: Terms, exp: sp.Expr) -> Terms:
    exp = _exponent(exp)
    if exp == 0:
        return _ONE  # x^0 = 1
    if not base:
        return {((sp.S.Zero, exp),): sp.S.One} if not exp.is_positive else {}  # 0^n = 0 for n > 0
    return _power_of_monomial(base, exp) if len(base) == 1 else _power_of_sum(base, exp)


def _power_of_sum(base: Terms, exp: sp.Expr) -> Terms:
    if exp.is_Integer and 0 < exp <= 8:
        return _product([base] * int(exp))  # x^3 = x x x
    content, primitive = sp.factor_terms(_expression(base)).as_coeff_Mul()
    if content.is_positive and content != 1:  # (c x)^n = c^n x^n for c > 0
        return _times(_number_power(content, exp), _power(_terms(primitive), exp))
    factors = sp.Mul.make_args(sp.factor(_expression(base)))
    if len(factors) > 1 and (exp.is_integer or all(is_nonnegative(x) for x in factors)):
        return _product(_power(_terms(x), exp) for x in factors)  # (x y)^n = x^n y^n for integers n, or x, y >= 0
    whole = factors[0]
    if len(factors) == 1 and whole.is_Pow and is_nonnegative(whole.base):
        return _power(_terms(whole.base), whole.exp * exp)  # (x^m)^n = x^(m n) for x >= 0
    return _opaque(base, exp)


def _power_of_monomial(base: Terms, exp: sp.Expr) -> Terms:
    ((powers, coefficient),) = base.items()
    if not coefficient.is_positive and not exp.is_integer:
        return _opaque(base, exp)  # the branch of a power of a negative number
    result = _number_power(coefficient, exp)
    rest: dict[sp.Expr, sp.Expr] = {}
    for x, n in powers:
        if exp.is_integer or is_nonnegative(x):  # (x^m)^n = x^(m n) for integers n, or x >= 0
            result = _times(result, {_monomial({x: _exponent(n * exp)}): sp.S.One})
        elif n.is_even and x.is_extended_real:  # (x^2)^n = |x|^(2 n) for real x
            result = _times(result, {_monomial({sp.Abs(x): _exponent(n * exp)}): sp.S.One})
        else:
            rest[x] = n
    return _times(result, _opaque({_monomial(rest): sp.S.One}, exp)) if rest else result


@lru_cache(maxsize=20_000)
def _frozen_terms(expr: sp.Expr) -> tuple[tuple[Monomial, sp.Expr], ...]:
    return tuple(_compute(expr).items())


def _terms(expr: sp.Expr) -> Terms:
    return dict(_frozen_terms(expr))


def _compute(expr: sp.Expr) -> Terms:
    if expr.is_Number:
        return {(): expr} if expr != 0 else {}
    if expr.is_Add:
        total: Terms = {}
        for arg in expr.args:
            for key, value in _terms(arg).items():
                total[key] = total.get(key, sp.S.Zero) + value
        return {key: value for key, value in total.items() if value != 0}
    if expr.is_Mul:
        return _product(map(_terms, expr.args))
    if expr.is_Pow:
        return _power(_terms(expr.base), expr.exp)
    return {((expr, sp.S.One),): sp.S.One}


def _expression(terms: Terms) -> sp.Expr:
    return sp.Add(*(
        sp.Mul(c, *(sp.Pow(base, exp) for base, exp in powers)) for powers, c in terms.items()
    ))


def power_form(expr: sp.Expr) -> sp.Expr:
    """The expanded normal form: a sum of monomials in ``base**exponent``.

    >>> L, x, y = sp.symbols("L x y", positive=True)
    >>> power_form((x**(2*L) * y) ** (1 / L) * x)
    x**3*y**(1/L)
    """
    return _expression(_terms(expr))


def is_zero(expr: sp.Expr) -> bool:
    """Whether the expression vanishes identically, by the normal form.

    Sums that occur as a base (``Lambda - e`` in a denominator) are multiplied out within each
    class of exponents that differ by integers.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> is_zero(x / (x + y) + y / (x + y) - 1), is_zero(x / (x + y))
    (True, False)
    """
    terms = _terms(expr)
    for _ in range(6):
        sums = {base for powers in terms for base, _exp in powers if base.is_Add}
        if not terms or not sums:
            break
        for base in sorted(sums, key=sp.default_sort_key):
            terms = _cleared(terms, base)
    return not terms


@cache
def _mark(base: sp.Expr, exponent: sp.Expr) -> sp.Dummy:
    """A symbol for one power. (A name would not do: symbols with other assumptions may print alike.)"""
    return sp.Dummy("power", positive=True)


def _cleared(terms: Terms, base: sp.Expr) -> Terms:
    """Powers of the sum ``base`` made into one opaque power per class, times expanded integer powers."""
    classes: list[list[sp.Expr]] = []
    placed: list[tuple[Monomial, sp.Expr, int, sp.Expr]] = []
    for powers, c in terms.items():
        exp = dict(powers).get(base, sp.S.Zero)
        number = next((n for n, x in enumerate(classes) if cancelled(exp - x[0]).is_Integer), len(classes))
        if number == len(classes):
            classes.append([])
        classes[number].append(exp)
        placed.append((tuple(p for p in powers if p[0] != base), c, number, exp))
    lowest = [
        min(members, key=lambda exp, first=members[0]: cancelled(exp - first))  # type: ignore[misc]
        for members in classes
    ]
    total: Terms = {}
    for rest, c, number, exp in placed:
        over = int(cancelled(exp - lowest[number]))
        mark: Terms = {((_mark(base, lowest[number]), sp.S.One),): sp.S.One} if len(classes) > 1 else _ONE
        for key, value in _times(_product([{rest: c}, *[_terms(base)] * over]), mark).items():
            total[key] = total.get(key, sp.S.Zero) + value
    return {key: value for key, value in total.items() if value != 0}
