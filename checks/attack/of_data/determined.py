"""Data that an equality among the hypotheses gives by the others, such as ``Y`` in ``|U V^T - Y|^2 == 0``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy as sp
from flint import fmpq

from ....numeric.linalg.scalars import Array
from ....theory.language.kinds import Structure
from ....theory.language.nodes import Relation, norm_squared
from ....theory.language.setting import Setting
from ...arithmetic.exact import Exact, Undecidable, lifted
from ...arithmetic.exact_ring import ExactRing
from ...evaluation.data_scope import DataScope
from ...evaluation.evaluate import evaluate
from ...instances.data import Data, NoInstance


def determined(setting: Setting, hypotheses: Iterable[Relation]) -> dict[str, sp.Basic]:
    """The data that equalities give, each with the expression of the others that it equals.

    >>> from ....theory.language.kinds import matrix, size
    >>> n = size("n")
    >>> product = Setting("product", U=matrix(n, n), Y=matrix(n, n))
    >>> determined(product, [Relation(norm_squared(product["U"] ** 2 - product["Y"]), "==", sp.S.Zero)])
    {'Y': U**2}
    """
    found: dict[str, sp.Basic] = {}
    read: set[str] = set()
    for hypothesis in hypotheses:
        if hypothesis.op != "==":
            continue
        for name, value in _solved(setting, hypothesis):
            needed = data_in(setting, value)
            if not {name} & (needed | read | set(found)) and not needed & set(found):
                found[name] = value
                read |= needed
                break
    return found


def completed(case: Data, values: Mapping[str, sp.Basic]) -> Data:
    """The instance with the data recomputed that have such values; as it is where they cannot be."""
    if not values:
        return case
    scope = DataScope(case, ExactRing())
    try:
        made = {name: _exact(evaluate(value, scope)) for name, value in values.items()}
        return case.changed(made, case.name)
    except (NoInstance, Undecidable, ArithmeticError, ValueError, TypeError, AttributeError):
        return case


def _exact(value: Exact | Array) -> fmpq | Array:
    return lifted(value).rational() if isinstance(value, Exact | fmpq) else value


def _solved(setting: Setting, equality: Relation) -> Iterable[tuple[str, sp.Basic]]:
    """The data that stand alone in a sum that is zero, each with the rest of the sum."""
    lhs, rhs = equality.sides
    if isinstance(lhs, norm_squared) and rhs == 0:
        lhs, rhs = lhs.args[0], sp.ZeroMatrix(*lhs.args[0].shape)
    if isinstance(rhs, norm_squared) and lhs == 0:
        lhs, rhs = rhs.args[0], sp.ZeroMatrix(*rhs.args[0].shape)
    difference = sp.expand(lhs - rhs) if not lhs.is_Matrix else (lhs - rhs).doit()
    join = sp.MatAdd if difference.is_Matrix else sp.Add
    terms = join.make_args(difference)
    for term in terms:
        factor, symbol = (part.doit() for part in (term.as_coeff_mmul() if term.is_Matrix else term.as_coeff_Mul()))
        name = str(getattr(symbol, "name", ""))
        kind = setting.data.get(name)
        if kind is None or kind.index is not None or kind.structure is Structure.PSD or symbol != setting[name] or (
                not factor.is_Rational):
            continue
        rest = [other for other in terms if other is not term]
        yield name, (join(*rest) / -factor if rest else symbol * 0)


def data_in(setting: Setting, expression: sp.Basic) -> set[str]:
    """The names of the data that an expression contains, itself or by the definitions of its words."""
    found = set()
    for symbol in expression.atoms(sp.Symbol, sp.MatrixSymbol):
        word = setting.words.get(symbol.name)
        if word is not None and word.definition is not None:
            found |= data_in(setting, word.definition)
        found.add(symbol.name)
    return found & set(setting.data)
