"""Derivations over settings of one's own: what they prove, and what a hostile file may not do."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from flatcert import Obligation, Setting, Theory
from flatcert.checks.authoring.mistakes import BadTheory
from flatcert.kinds import matrix, positive, real, size, vector
from flatcert.language import Rational, dot, norm_squared, trace
from flatcert.rules import cauchy_schwarz, hypothesis, identity, power, rewrite, scale, sign, weighted_means
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim
from flatcert.theory.language.nodes import LayerMatrix
from flatcert.theory.language.relation import Relation
from flatcert.theory.language.setting import DEEP_LINEAR
from flatcert.theory.language.symbols import MatrixOf, Number, Size
from flatcert.theory.library import Library
from flatcert.theory.proof.builder import Proof


def numbers() -> Setting:
    m, d = size("m"), size("d")
    return Setting("numbers", x=positive(), y=positive(), t=real(), A=matrix(m, d), v=vector(m))


def problems(theory: Theory | Library, claim: Any) -> list[str]:
    """Why the derivation of a claim does not prove it; nothing where it does."""
    library = theory.library if isinstance(theory, Theory) else theory
    found = library.derivation(claim.id)
    assert found is not None
    refused = [result.message for result in found.check(library) if not result.ok]
    return refused + found.matches(claim, library)


def by_sign(setting: Setting, left: sp.Expr) -> list[str]:
    """Why the kernel refuses that something is at least 0. A theory would refuse to state it with such a symbol."""
    with pytest.raises(BadTheory, match="contains"):
        Theory("forged", setting).claim("forged", "Forged", Obligation("sign", (left, ">=", 0)))
    claim = Claim("forged", "Forged", (Obligation("sign", Relation(left, ">=", sp.S.Zero), setting=setting),))

    def write(p: Proof) -> dict[str, int]:
        return {"sign": sign(p, (left, ">=", 0))}

    return problems(Library([(claim, write)], setting=setting, proved=False), claim)


def refused(setting: Setting, statement: Any) -> str:
    """Why the rule for signs does not give a statement, whatever claims a theory would take."""
    p = Proof("none", Theory("none", setting).library)
    sign(p, statement)
    (found,) = p.done({}).check(p.library)
    return found.message


def test_words_hypotheses_and_matrices_of_a_setting_stand_in_proofs() -> None:
    setting = numbers()
    x, y, A, v = (setting[name] for name in "xyAv")
    theory = Theory("means", setting)
    mean = theory.quantity("mean", (x + y) / 2, nonnegative=True)
    close = theory.hypothesis("close", (y, "<=", 2 * x))
    claim = theory.claim(
        "means", "Means", Obligation("amgm", (mean**2, ">=", x * y)),
        Obligation("close", (mean, "<=", Rational(3, 2) * x), given=(close,)),
        Obligation("matrix", (dot(v, v) * norm_squared(A), ">=", dot(A.T * v, A.T * v))))

    @theory.proof(claim)
    def write(p: Proof) -> dict[str, int]:
        root = scale(p, weighted_means(p, x, y, 2), Rational(1, 2))
        root = rewrite(p, (mean, ">=", sp.sqrt(x * y)), root, p.define("mean"))
        near = scale(p, hypothesis(p, close), Rational(1, 2), to=(x / 2 + y / 2, "<=", Rational(3, 2) * x))
        return {"amgm": power(p, root, 2), "matrix": cauchy_schwarz(p, v, A),
                "close": rewrite(p, (mean, "<=", Rational(3, 2) * x), near, p.define("mean"))}

    assert problems(theory, claim) == []


def test_a_word_that_may_be_undefined_proves_nothing() -> None:
    """u = 1/t gives t u = 1, and so t != 0: that does not hold for all t."""
    setting = numbers()
    t = setting["t"]
    theory = Theory("quotient", setting)
    u = theory.quantity("u", 1 / t)
    claim = theory.claim("quotient", "Quotient", Obligation("one", (u * t, "==", 1)))
    theory.proof(claim)(lambda p: {"one": identity(p, (u * t, "==", 1), p.define("u"))})
    assert "the denominator t is not known to be positive" in problems(theory, claim)[0]


@pytest.mark.parametrize("forged", [
    Number("t", "numbers", positive=True), Number("w", "numbers", positive=True), Number("t", "others", positive=True)])
def test_a_symbol_that_the_setting_does_not_declare_is_refused(forged: sp.Symbol) -> None:
    """The datum t is real. A symbol of its name that is positive is another symbol."""
    assert any("is no word of the theory" in problem for problem in by_sign(numbers(), forged))


def test_a_forged_matrix_is_refused() -> None:
    forged = MatrixOf("v", 2, 1, "numbers")
    assert any("is no word of the theory" in problem for problem in by_sign(numbers(), dot(forged, forged)))


class Anything(Size):
    """A size that equals every other one, of its name and of any name."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(size("d"))


class AnyNumber(Number):
    """A number that equals every other one."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(numbers()["t"])


class AnyName(str):
    """A name that equals every other one."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("t")


def test_a_size_of_another_class_is_refused() -> None:
    """It would be 1 for a rule, and then all products commute."""
    d = size("d")
    setting, forged = Setting("squares", A=matrix(d, d), B=matrix(d, d)), Anything("d")
    A, B = (MatrixOf(name, forged, forged, "squares") for name in "AB")
    p = Proof("none", Theory("none", setting).library)
    identity(p, (trace(A * B), "==", trace(A) * trace(B)))
    (found,) = p.done({}).check(p.library)
    assert "d (Anything) may not stand in a statement" in found.message


@pytest.mark.parametrize("forged", [AnyNumber("t", "numbers", real=True), Number(AnyName("t"), "numbers", real=True)])
def test_a_claim_about_a_symbol_of_another_class_is_not_proved(forged: sp.Symbol) -> None:
    """The symbol says that it is x, which is positive; printed and decided it is t."""
    setting = numbers()
    theory, x = Theory("forged", setting), setting["x"]
    claim = theory.claim("forged", "Forged", Obligation("sign", (forged, ">", 0)))
    theory.proof(claim)(lambda p: {"sign": sign(p, (x, ">", 0))})
    assert problems(theory, claim) == ["sign: the statement is not made of the nodes of the language"]


def test_a_hypothesis_of_another_class_is_not_that_of_a_proof() -> None:
    """Stated under what holds everywhere, proved under what holds nowhere."""
    setting = numbers()
    theory, t = Theory("forged", setting), setting["t"]
    supposed = Relation(t, ">", t + 1)
    claim = theory.claim("forged", "Forged", Obligation("sign", (t, ">", t + 1), given=(Loose(t, ">=", t),)))
    theory.proof(claim)(lambda p: {"sign": hypothesis(p, supposed)})
    assert problems(theory, claim) == ["sign: the statement is not made of the nodes of the language"]


class Loose(Relation):
    """A relation that equals every other one."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(Relation(numbers()["t"], ">", numbers()["t"] + 1))


class Twofold(Obligation):
    """An obligation that says something else to whoever compares it with a proof."""

    looked = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "relation" and Twofold.looked:
            return Relation(numbers()["x"], ">", 0)
        return super().__getattribute__(name)


def test_a_claim_of_an_obligation_of_another_class_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = numbers()
    theory, x = Theory("forged", setting), setting["x"]
    claim = theory.claim("forged", "Forged", Twofold("sign", (setting["t"], ">", 0)))
    theory.proof(claim)(lambda p: {"sign": sign(p, (x, ">", 0))})
    monkeypatch.setattr(Twofold, "looked", 1)
    assert problems(theory, claim) == ["'forged' is not made of obligations"]


def test_words_of_two_settings_do_not_mix() -> None:
    """A built-in theory knows no word of a setting of one's own, whatever the name of the word is."""
    assert any("is no word of the theory" in problem for problem in by_sign(DEEP_LINEAR, numbers()["x"]))


def test_a_hypothesis_of_the_built_in_theory_is_none_of_a_setting() -> None:
    setting = numbers()
    x = setting["x"]
    theory = Theory("no minimizer", setting)
    claim = theory.claim("sign", "Sign", Obligation("sign", (x, ">=", 0)))
    with pytest.raises(Exception, match="no hypothesis 'minimizer'"):
        theory.proof(claim)(lambda p: {"sign": sign(p.given("minimizer"), (x, ">=", 0))})
        theory.library.derivation(claim.id)


def test_a_hypothesis_that_is_stated_is_needed() -> None:
    """A proof under x > y does not prove the statement that supposes nothing."""
    setting = numbers()
    x, y = setting["x"], setting["y"]
    theory = Theory("dropped", setting)
    above = theory.hypothesis("above", (x, ">=", y))
    claim = theory.claim("dropped", "Dropped", Obligation("any", (x, ">=", y)))
    theory.proof(claim)(lambda p: {"any": hypothesis(p, above)})
    assert "derived under" in problems(theory, claim)[0]


@pytest.mark.parametrize("statement", [
    (Q.r, ">", 0), (Q.L, ">=", 1), (Q.E, ">=", 0), (norm_squared(LayerMatrix("W", 1)), ">=", 0)], ids=str)
def test_what_rules_know_of_built_in_words_is_of_no_use_elsewhere(statement: Any) -> None:
    """An instance knows a datum r by its name; that the built-in r is positive says nothing of the datum."""
    setting = Setting("numbers", r=real(), L=real(), E=real())
    assert "is no word of numbers" in refused(setting, statement)
