"""Soundness bugs that the rules had, or could have, each planted by a change of a line or a declaration.

A bug is planted in the source of a function, whose code is exchanged while it lasts; so a line that has
changed since is noticed, as the bug can be planted no more.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, cast
from unittest import mock

import sympy as sp

from flatcert.theory.algebra import algebra as facts
from flatcert.theory.algebra import layer_ranges as ranges
from flatcert.theory.algebra import powers
from flatcert.theory.language import quantities as Q
from flatcert.theory.proof import context, step_form, well_defined
from flatcert.theory.proof import derivation as derivations
from flatcert.theory.proof.rules import (
    calculus as rules_calculus,
)
from flatcert.theory.proof.rules import (
    eigenvalues as rules_spectral,
)
from flatcert.theory.proof.rules import (
    gradient_flow as rules_flow,
)
from flatcert.theory.proof.rules import (
    gram_powers as rules_powers,
)
from flatcert.theory.proof.rules import (
    inequalities as rules_order,
)
from flatcert.theory.proof.rules import (
    infima as rules_extremal,
)
from flatcert.theory.proof.rules import (
    logic as rules_logic,
)
from flatcert.theory.proof.rules import (
    spectral_norms as rules_norms,
)
from flatcert.theory.proof.rules import (
    sums as rules_sums,
)
from flatcert.theory.proof.rules.common import Inference
from flatcert.theory.setting import dependence

Edit = tuple[Callable[..., Any], str, str]
"""A function, a piece of its source, and what stands there instead."""


@dataclass(frozen=True)
class Bug:
    """A planted bug: ``rules`` are those that are looked at; ``unseen`` says why the fuzzer does not find it."""

    name: str
    edits: tuple[Edit, ...]
    rules: tuple[str, ...]
    declared: Callable[[], Any] | None = None
    unseen: str = ""


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """The theory with a bug. Raises ValueError where the line to be changed is not there, once."""
    with ExitStack() as stack:
        for function, old, new in bug.edits:
            stack.enter_context(_edited(function, old, new))
        if bug.declared is not None:
            stack.enter_context(bug.declared())
        _forget()
        stack.callback(_forget)
        yield


@contextmanager
def _edited(function: Callable[..., Any], old: str, new: str) -> Iterator[None]:
    function = inspect.unwrap(function)
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(old) != 1:
        raise ValueError(f"{function.__qualname__} does not contain {old!r} once")
    source = source.replace(old, new)
    made: dict[str, Any] = {}
    lines = source.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line.startswith("def "))  # without decorators
    future = "from __future__ import annotations\n"
    exec(compile(future + "".join(lines[start:]), inspect.getfile(function), "exec"), function.__globals__, made)
    before, function.__code__ = function.__code__, made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = before


def _forget() -> None:
    """Clear what the theory remembers of normal forms and signs."""
    for remembered in (facts.preparation, powers._frozen_terms, powers.cancelled, context._algebra,
                       rules_calculus._least_value):
        remembered.cache_clear()


def _depends_on(symbol: sp.Basic, *sources: str) -> Callable[[], Any]:
    table = cast(MutableMapping[Any, Any], dependence.SYMBOLS)
    return lambda: mock.patch.dict(table, {symbol: frozenset(sources)})


@contextmanager
def _without(table: MutableMapping[Any, Any], key: Any) -> Iterator[None]:
    with mock.patch.dict(table):
        del table[key]
        yield


def _bug(name: str, function: Callable[..., Any], old: str, new: str, *rules: str, unseen: str = "") -> Bug:
    return Bug(name, ((function, old, new),), rules, unseen=unseen)


_infer = derivations.Derivation
BUGS = (
    # Expressions that are not real, not smooth, or not defined.
    Bug("a pole between the two sides of monotonicity", (
        (rules_order.monotone, "smooth_everywhere(at, function, variable, x)",
         "function.xreplace({variable: x})"),
        (step_form.check_meaning, "in step.rule.parts(step.data)", "in ()")), ("monotonicity",)),
    _bug("data need not be defined", step_form.check_meaning, "in step.rule.parts(step.data)", "in ()",
         "positive factor"),
    _bug("statements need not be defined", step_form.check_meaning,
         "reason = meaningless(step.statement, stipulated if step.rule.assumes else where, near)", 'reason = ""',
         "algebra", "sign"),
    _bug("powers of zero", well_defined._power, "(base.is_Number and base.is_positive)", "base.is_Number",
         "algebra"),
    _bug("roots of what may be negative", well_defined._power,
         'return "" if where.nonnegative(base) else f"{base} could be negative in {expr}"', 'return ""',
         "algebra"),
    _bug("a power of zero vanishes", powers._power, "if not exp.is_positive else {}", "if exp is None else {}",
         "algebra"),
    _bug("a zero derivative is trusted over a range", ranges.throughout,
         "if not slope.is_number or (expr - slope * index).has(index):", "if not slope.is_number:", "algebra"),
    # Side conditions under the wrong hypotheses.
    _bug("ranges under the union of the cases", _infer._check_indices, "Algebra(kept | premise.facts)",
         "Algebra(facts)", "cases"),
    _bug("one case is enough", rules_logic.in_both, "== 1, ", ">= 0, ", "cases"),
    _bug("a node is settled beyond the range of its premise", context.Context._within,
         "about <= set(here) and all(", "True or all(", "specialization"),
    # Indices.
    Bug("the scope overrides a bound index", (
        (Inference.hold, "{**self.ranges, **within}", "{**within, **self.ranges}"),
        (rules_sums.layers, 'require(index not in at.ranges, "{} is free in the statement", index)', "pass"),
        (well_defined._series, "or index in inner.ranges", "")), ("AM-GM",)),
    _bug("layers from zero", ranges.first_layer, "return 1 if index.is_positive else 0", "return 0", "sign"),
    _bug("terms outside the range of the premise", rules_sums.term_by_term,
         "at.hold(main, *modulo, within={index: (low, high)})", "pass", "term by term"),
    Bug("a premise loses its range", (
        (_infer._check_indices, 'require(not lost, "a premise about the layers {} would lose its range", lost)',
         "pass"),
        (derivations._at_one_layer, "for index in lost & set(premise.ranges) & set(other.ranges):",
         "for index in ():")), ("transitivity",)),
    _bug("an instance outside the range", rules_logic.specialize,
         "at.throughout(here - low.xreplace(exchange), high.xreplace(exchange) - here)", "True", "specialization"),
    # Objects and dependence.
    Bug("the minimum is taken of one exhibited object", (
        (rules_extremal.at_minimum, "at.free(variable)", "pass"),
        (_infer._check_form, "require(not source(node.args[1]) & depends(", "require(True or depends(")),
        ("at the minimum",)),
    _bug("sub-products do not change with the weights", rules_extremal.transfer, "LayerMatrix, SubProduct,",
         "LayerMatrix,", "other weights"),
    Bug("the rescaled sharpness does not depend on the factor", (), ("specialization",),
        _depends_on(Q.S_rescaled, "problem", "depth", "weights")),
    _bug("a direction outside the range of Sigma", rules_extremal.choose_direction,
         "require(top or word[0][0] in (Q.Sigma, Sigma_half)", "require(True", "choice of a direction"),
    _bug("any hypothesis is about the problem", rules_extremal._of_the_problem,
         "require(depends(fact) <= THE_SAME", "require(True", "infimum"),
    _bug("an infimum over one minimizer", rules_extremal.infimum,
         'require("aligned" not in at.facts, "the premise is about one minimizer only")',
         'at = Inference(at.premises, at.facts - {"aligned"}, at.ranges)', "infimum"),
    _bug("a hypothesis about what is specialized", rules_logic.specialize,
         "at.free(symbol)", "pass", "specialization"),
    _bug("a form for every direction, with a matrix that depends on it", rules_spectral._independent,
         "require(not source(direction) & depends(*sides)", "require(True", "every direction", "Gram matrix",
         "monotone eigenvalue"),
    _bug("what is supposed of the variable enters its derivative", rules_calculus.convexity,
         "at.algebra(), _another(variable)", "at.algebra(), variable", "convexity"),
    # The rule itself, and what it asks.
    _bug("a rule of another name", step_form.check_types, "require(RULES.get(step.rule.name) is step.rule",
         "require(step.rule.name in RULES", "algebra", "scaling", "power"),
    _bug("an unknown kind of sum", rules_sums.term_by_term,
         'require(kind in ("sum", "product"), "neither a sum nor a product")', "pass", "term by term"),
    _bug("a negative factor", rules_order.scale, "require(algebra.is_nonnegative(factor)", "require(True", "scaling"),
    _bug("a negative exponent", rules_order.power,
         'premise.op != "!=" and _allows(algebra, exponent, strict=premise.op in "<>")', "True", "power"),
    _bug("a power of what may be negative", rules_order.power, "require(algebra.is_nonnegative(side)",
         "require(True", "power"),
    _bug("a strict relation to the power zero", rules_order.power, 'strict=premise.op in "<>"', "strict=False",
         "power"),
    _bug("a hypothesis follows from anything", rules_logic.cut,
         "require(follows.relation in (*wanted, *(x.flipped() for x in wanted)),", "require(True,",
         "implied hypothesis"),
    _bug("a hypothesis follows from itself", rules_logic.cut, "require(fact not in follows.facts,", "require(True,",
         "implied hypothesis"),
    _bug("the largest eigenvalue of any matrix is below its trace", rules_spectral.trace_of_eigenvalues,
         "if semidefinite else ()", "", "trace and eigenvalues"),
    _bug("layers in the other order, whatever is said", rules_powers.any_order,
         "require(at.algebra().same(premise.relation, exchanged),", "require(True,", "layers in any order"),
    _bug("what holds of balanced weights holds of all", rules_extremal.balanced_minimizers,
         "require(depends(*premise.sides) <= THE_SAME,", "require(True,", "balanced minimizers"),
    _bug("the smallest eigenvalue is positive", rules_norms.least_positive, "if positive else ()", "",
         "smallest eigenvalue that is positive"),
    _bug("a chain is strict without a strict link", rules_logic.chain,
         "require(any(oriented(x, goal.op).op == goal.op for x in relations)", "require(True", "transitivity"),
    _bug("a sign is strict", rules_order.sign, 'algebra.is_positive if goal.op == ">" else algebra.is_nonnegative',
         "algebra.is_nonnegative", "sign"),
    _bug("one inequality gives an equality", rules_logic.antisymmetry, '("<=", ">=")', '("<=", "<=")', "antisymmetry"),
    _bug("a root of a negative bound", rules_flow.square_root, "at.nonnegative(y)", "pass", "square root"),
    _bug("both factors of a positive product may be negative", rules_order.positive_factor,
         "at.nonnegative(x, y)", "pass", "positive factor"),
    _bug("part of a sum of any terms", rules_powers.part_of_sum, "at.nonnegative(term)", "pass", "part of a sum"),
    _bug("means of any terms", rules_order.means, "require(algebra.is_nonnegative(term)",
         "require(True", "AM-GM"),
    _bug("a negative multiple of the identity", rules_spectral.multiple_of_identity,
         "at.nonnegative(factor)", "pass", "multiple of the identity"),
    _bug("a stationary point that is a maximum", rules_calculus._least_value,
         "require(is_positive(power_form(sp.diff(function, variable, 2)))", "require(True", "minimization"),
    # What the hypotheses allow.
    Bug("positive although there may be no signal", (), ("sign",), lambda: _without(facts._real, Q.S_balanced),
        "no instance has a value of S_balanced where there is no signal"),
    _bug("positive without its hypothesis", facts.preparation, 'if "E > 0" not in facts:', "if False:", "sign"),
    _bug("at most counts as below", facts.preparation, 'fact.op == "<" and', 'fact.op in ("<", "<=") and', "sign"),
    _bug("an even power of exponent zero", facts.Algebra.__init__, "atom.exp.is_even and atom.exp.is_positive",
         "atom.exp.is_even", "sign"),
    _bug("definitions without what they suppose", rules_logic.definition, "require(not missing", "require(True",
         "definition"),
)
"""The bugs: those of the first hostile reading, and their like. (Most are closed twice; then both doors are opened.)"""
