"""A theory speaks of the data of its setting only, and what a name means is never a matter of chance."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from flatcert import Obligation, Setting, Theory
from flatcert.checks.authoring.mistakes import BadTheory
from flatcert.kinds import real, sequence, signs, size
from flatcert.language import Sum
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.setting import DEEP_LINEAR
from flatcert.theory.language.symbols import Number

n, k = size("n"), sp.Symbol("k")


def numbers() -> Setting:
    return Setting("numbers", r=real(), x=real(), y=sequence(real(), k, 1, n), s=signs(n))


def _label(value: object) -> str:
    """A name that is the same in every process."""
    return "a function" if callable(value) and not isinstance(value, sp.Basic | Setting) else str(value)


@pytest.mark.parametrize("symbol", [
    Q.r, Q.L, sp.Symbol("x"), sp.Symbol("x", positive=True), sp.Symbol("nowhere"),
    Number("x", "numbers", positive=True), Number("x", "others", real=True)], ids=_label)
def test_a_claim_contains_only_what_its_setting_declares(symbol: sp.Symbol) -> None:
    """The rules know that the built-in r is positive; a datum of that name need not be."""
    theory = Theory("numbers", numbers())
    with pytest.raises(BadTheory, match=r"no datum or word|not declared"):
        theory.claim("one", "One", Obligation("any", (symbol, ">=", 0)))
    with pytest.raises(BadTheory, match=r"no datum or word|not declared"):
        theory.claim("two", "Two", Obligation("any", (1, ">=", 0), given=((symbol, ">=", 0),)))
    with pytest.raises(BadTheory, match=r"no datum or word|not declared"):
        theory.quantity("twice", 2 * symbol)


def test_a_claim_about_networks_contains_no_datum_of_another_setting() -> None:
    theory = Theory("networks")
    with pytest.raises(BadTheory, match=r"no datum or word|not declared"):
        theory.claim("foreign", "Foreign", Obligation("any", (Number("S", "numbers", real=True), ">=", 0)))
    assert theory.setting is DEEP_LINEAR


@pytest.mark.parametrize("name", ["x", "n", "y", "double"])
def test_a_sum_binds_no_name_that_the_setting_uses(name: str) -> None:
    """Sum over an index x of the datum x is 3 x, or 6: the printer sees two symbols with one name."""
    setting = numbers()
    theory = Theory("numbers", setting)
    theory.quantity("double", 2 * setting["x"])
    with pytest.raises(BadTheory, match="another name"):
        theory.claim("capture", "Capture", Obligation("any", (Sum(setting["x"], (sp.Symbol(name), 1, 3)), "==", 6)))


def test_quantifiers_and_words_share_no_name() -> None:
    setting = numbers()
    theory = Theory("numbers", setting)
    theory.quantity("double", 2 * setting["x"])
    for taken in ("double", "x", "n"):
        with pytest.raises(BadTheory, match="another name"):
            theory.quantifier(theory.symbol(taken, real=True), lambda _: [1])
    theory.quantifier(theory.symbol("t", real=True), lambda _: [1])
    with pytest.raises(BadTheory, match="another name"):
        theory.quantity("t", setting["x"])


def test_a_quantifier_occurs_only_where_it_is_named() -> None:
    setting = numbers()
    theory = Theory("numbers", setting)
    t = theory.symbol("t", real=True)
    for_all = theory.quantifier(t, lambda _: [1, 2])
    statement: Any = (t**2, ">=", t)
    assert theory.claim("over", "Over", Obligation("any", statement, over=(for_all,)))
    with pytest.raises(BadTheory, match=r"no datum or word|not declared"):
        theory.claim("free", "Free", Obligation("any", statement))


@pytest.mark.parametrize("way", ["exists", "identity", "estimated", "bogus"])
def test_ways_of_deciding_networks_are_refused_elsewhere(way: Any) -> None:
    """A way that is not followed is said to be none, before its name promises anything."""
    setting = numbers()
    with pytest.raises(ValueError, match=r"leave it out|use one of"):
        Theory("numbers", setting).claim("way", "Way", Obligation("any", (setting["x"], "<=", 5), decide=way))


@pytest.mark.parametrize("nonsense", [
    sp.nan, sp.oo, sp.zoo, sp.I, sp.Float("0.5"), 0.5, sp.true, (1, 2), None, "x + 1", lambda _: 3], ids=_label)
@pytest.mark.parametrize("setting", [numbers(), DEEP_LINEAR], ids=repr)
def test_nonsense_is_no_definition(nonsense: Any, setting: Setting) -> None:
    with pytest.raises(BadTheory):
        Theory("nonsense", setting).quantity("nonsense", nonsense)


def test_a_sum_over_the_layers_binds_no_word() -> None:
    theory = Theory("networks")
    with pytest.raises(BadTheory, match="another name"):
        theory.claim("capture", "Capture", Obligation("any", (Sum(Q.S, (sp.Symbol("S"), 1, 3)), ">=", 6)))
    assert theory.claim("layers", "Layers", Obligation("any", (Sum(Q.norm_q1, (Q.k, 1, Q.L)), ">=", 0)))


@pytest.mark.parametrize("values", [[-1], [0], [float("nan")], [sp.sqrt(2)], None, [[1, 2]], ["x"]], ids=_label)
def test_values_of_a_quantifier_are_exact_and_what_its_symbol_assumes(values: Any) -> None:
    theory = Theory("numbers", numbers())
    given = theory.quantifier(theory.symbol("t", positive=True), lambda _: values)
    assert given.values is not None
    with pytest.raises(BadTheory, match="quantifier 't'"):
        given.values(None)
    fine = theory.quantifier(theory.symbol("v", positive=True), lambda _: [sp.Rational(1, 2), 3, "2/3"])
    assert fine.values is not None
    assert list(map(str, fine.values(None))) == ["1/2", "3", "2/3"]
