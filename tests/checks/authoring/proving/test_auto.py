"""What `auto` proves, and what it must not: true estimates, near misses of them, and where it says what is missing."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
import sympy as sp

from flatcert import Obligation, Setting, Theory, auto
from flatcert.checks.authoring.mistakes import BadTheory
from flatcert.checks.authoring.proving.auto import derived
from flatcert.deep_linear import E
from flatcert.kinds import matrix, nonnegative, positive, real, vector
from flatcert.language import Abs, Max, Min, Rational, norm_squared, sqrt, trace
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import Derivation
from flatcert.theory.proof.rule import Step
from flatcert.theory.proof.rules.table import RULES

NUMBERS = Setting("numbers", x=positive(), y=positive(), z=positive(), u=nonnegative(), v=nonnegative(),
                  w=nonnegative(), a=real(), b=real(), c=real(), M=matrix(2, 2), p=vector(3))
x, y, z, u, v, w, a, b, c, M, p = (NUMBERS[name] for name in "xyzuvwabcMp")
EXAMPLE = Path(__file__).parents[4] / "examples" / "theories" / "estimates.py"

TRUE: dict[str, tuple[Any, ...]] = {
    "chain": ((x, "<", 7 * z + 2), (x, "<", 2 * y), (y, "<", 3 * z + 1)),
    "three bounds": ((x + y + z, "<", 7), (x, "<", 1), (y, "<", 2), (z, "<", 4)),
    "equalities": ((x + y, "==", 3), (x, "==", 1), (y, "==", 2)),
    "product of orders": ((x * z, "<=", y**2 * w), (x, "<=", y), (z, "<=", y * w)),
    "powers of orders": ((x**2, "<=", z**4), (x, "<=", y), (y, "<=", z**2)),
    "implicit order": ((x, "<=", z), (x**2, "<=", y * z), (y, "<=", x)),
    "order of squares": ((x**2, "<", y**2), (x, "<", y)),
    "root of an order": ((x, "<=", sqrt(y)), (x**2, "<=", y)),
    "unit square": ((x + y, "<=", 1 + x * y), (x, "<=", 1), (y, "<=", 1)),
    "two means": ((sqrt(x * y), "<=", (x + y) / 2),),
    "three means": ((x * y * z, "<=", ((x + y + z) / 3) ** 3),),
    "six means": ((x * y * z * u * v * w, "<=", ((x + y + z + u + v + w) / 6) ** 6),),
    "fourth powers": ((x**4, "<=", z**4), (x, "<", y), (y, "<", z)),
    "harmonic mean": ((2 / (1 / x + 1 / y), "<=", sqrt(x * y)),),
    "Young": ((x * y, "<=", x**3 / 3 + 2 * y ** Rational(3, 2) / 3),),
    "irrational factor": ((2 * sqrt(2) * x * y, "<=", x**2 + 2 * y**2),),
    "cubes": ((x**2 * y + y**2 * z + z**2 * x, "<=", x**3 + y**3 + z**3),),
    "Nesbitt": ((Rational(3, 2), "<=", x / (y + z) + y / (x + z) + z / (x + y)),),
    "Motzkin": ((3 * a**2 * b**2, "<=", a**4 * b**2 + a**2 * b**4 + 1),),
    "Cauchy-Schwarz": (((a * x + b * y) ** 2, "<=", (a**2 + b**2) * (x**2 + y**2)),),
    "Cauchy-Schwarz with roots": ((x * u + y * v, "<=", sqrt(x**2 + y**2) * sqrt(u**2 + v**2)),),
    "Sedrakyan": (((a + b) ** 2 / (x + y), "<=", a**2 / x + b**2 / y),),
    "three squares": ((a * b + b * c + a * c, "<=", a**2 + b**2 + c**2),),
    "product of signs": ((a * b, ">=", 0), (a, ">=", 0), (b, ">=", 0)),
    "Bernoulli": (((1 + a) ** 3, ">=", 1 + 3 * a), (a, ">", -1)),
    "fixed sum": ((1 / x + 1 / y, ">=", 2), (x + y, "==", 2)),
    "fixed product": ((x + y + z, ">=", 3), (x * y * z, "==", 1)),
    "quotients": ((x / (1 + x), "<", y / (1 + y)), (x, "<", y)),
    "largest below the sum": ((Max(x, y), "<=", x + y),),
    "largest of sums": ((Max(x + u, y + v), "<=", Max(x, y) + Max(u, v)),),
    "smallest below the root": ((Min(x, y), "<=", sqrt(x * y)),),
    "smallest times largest": ((Min(x, y) * Max(x, y), "==", x * y),),
    "below both": ((z, "<=", Min(x, y)), (z, "<=", x), (z, "<=", y)),
    "triangle": ((Abs(a + b), "<=", Abs(a) + Abs(b)),),
    "reverse triangle": ((Abs(a) - Abs(b), "<=", Abs(a - b)),),
    "needless hypotheses": ((2 * a * b, "<=", a**2 + b**2), (a, "<=", b), (b, "<", c)),
}
NEAR: dict[str, tuple[Any, ...]] = {
    "chain, no first": ((x, "<", 7 * z + 2), (y, "<", 3 * z + 1)),
    "chain, no second": ((x, "<", 7 * z + 2), (x, "<", 2 * y)),
    "chain, weaker": ((x, "<", Rational(198, 100) * (3 * z + 1)), (x, "<", 2 * y), (y, "<", 3 * z + 1)),
    "chain, 5.9 z": ((x, "<", Rational(59, 10) * z + 2), (x, "<", 2 * y), (y, "<", 3 * z + 1)),
    "three bounds, strict": ((x + y + z, "<", 7), (x, "<=", 1), (y, "<=", 2), (z, "<=", 4)),
    "three bounds, 6.99": ((x + y + z, "<", Rational(699, 100)), (x, "<", 1), (y, "<", 2), (z, "<", 4)),
    "order, reversed": ((y, "<=", x), (x, "<=", y)),
    "order, strict": ((x, "<", y), (x, "<=", y)),
    "order of squares, real": ((a**2, "<=", b**2), (a, "<=", b)),
    "powers of orders, cube": ((x**2, "<=", z**3), (x, "<=", y), (y, "<=", z**2)),
    "unit square, no second": ((x + y, "<=", 1 + x * y), (x, "<=", 1)),
    "unit square, strict": ((x + y, "<", 1 + x * y), (x, "<=", 1), (y, "<=", 1)),
    "two means, strict": ((sqrt(x * y), "<", (x + y) / 2),),
    "two means, 1 %": ((Rational(101, 100) * sqrt(x * y), "<=", (x + y) / 2),),
    "three means, 1 %": ((x * y * z, "<=", Rational(99, 100) * ((x + y + z) / 3) ** 3),),
    "three means, strict": ((x * y * z, "<", ((x + y + z) / 3) ** 3),),
    "three means, real": ((a * b * c, "<=", ((a + b + c) / 3) ** 3),),
    "harmonic mean, 1 %": ((2 / (1 / x + 1 / y), "<=", Rational(99, 100) * sqrt(x * y)),),
    "Young, 1 %": ((Rational(101, 100) * x * y, "<=", x**3 / 3 + 2 * y ** Rational(3, 2) / 3),),
    "irrational factor, a millionth": ((Rational(2828428, 1000000) * x * y, "<=", x**2 + 2 * y**2),),
    "Nesbitt, 1 %": ((Rational(3, 2) * Rational(101, 100), "<=", x / (y + z) + y / (x + z) + z / (x + y)),),
    "Motzkin, 1 %": ((Rational(303, 100) * a**2 * b**2, "<=", a**4 * b**2 + a**2 * b**4 + 1),),
    "Motzkin, strict": ((3 * a**2 * b**2, "<", a**4 * b**2 + a**2 * b**4 + 1),),
    "Cauchy-Schwarz, 1 %": (((a * x + b * y) ** 2, "<=", Rational(99, 100) * (a**2 + b**2) * (x**2 + y**2)),),
    "Sedrakyan, strict": (((a + b) ** 2 / (x + y), "<", a**2 / x + b**2 / y),),
    "product of signs, one dropped": ((a * b, ">=", 0), (a, ">=", 0)),
    "fixed sum, 1 %": ((1 / x + 1 / y, ">=", Rational(202, 100)), (x + y, "==", 2)),
    "largest below the mean": ((Max(x, y), "<=", (x + y) / 2),),
    "smallest above the mean": ((Min(x, y), ">=", (x + y) / 2),),
    "triangle, difference": ((Abs(a - b), "<=", Abs(a) - Abs(b)),),
    "nonnegative is not positive": ((u, ">", 0),),
}


def searched(relation: Any, *given: Any) -> tuple[Derivation, list[str]]:
    """What `auto` finds, and why it is no proof; nothing where it is one."""
    theory = Theory("trial", NUMBERS)
    claim = theory.claim("trial", "Trial", Obligation("it", relation, given=given))
    theory.proof(claim)(auto)
    found = theory.library.derivation("trial")
    assert found is not None
    refused = [result.message for result in found.check(theory.library) if not result.ok]
    return found, [*refused, *found.matches(claim, theory.library), *found.partial.values()]


@pytest.mark.parametrize("name", TRUE)
def test_an_estimate_is_proved(name: str) -> None:
    found, problems = searched(*TRUE[name])
    assert problems == [] and found.yields == {"it": len(found.steps) - 1}


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_not_proved(name: str) -> None:
    found, problems = searched(*NEAR[name])
    assert len(problems) == 1 and problems[0].startswith("auto found no proof: ")
    assert not found.yields and not found.steps


VALUES = [sp.Rational(n) for n in ("1", "2", "99/70", "1/2", "3", "4", "-1", "-3", "0", "999/1000", "1999/1000",
                                   "3999/1000", "799/100")]


def counterexample(relation: Any, *given: Any) -> dict[sp.Symbol, sp.Rational] | None:
    """Values of the symbols at which all hypotheses hold and the relation does not."""
    stated = [Obligation("it", each).relation for each in (relation, *given)]
    symbols = sorted(set().union(*(each.free_symbols for each in stated)), key=str)
    allowed = [[value for value in VALUES if (value > 0 or not symbol.is_positive)
                and (value >= 0 or not symbol.is_nonnegative)] for symbol in symbols]
    holds = [sp.lambdify(symbols, sp.Rel(each.lhs, each.rhs, each.op), "sympy") for each in stated]
    return next((dict(zip(symbols, point, strict=True)) for point in product(*allowed)
                 if all(fact(*point) for fact in holds[1:]) and not holds[0](*point)), None)


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_false(name: str) -> None:
    assert counterexample(*NEAR[name]) is not None


def test_there_are_31_near_misses() -> None:
    assert len(NEAR) == 31


@pytest.mark.parametrize(("relation", "given", "missing"), [
    ((a**4 * (b**2 + c**2) + b**4 * (a**2 + c**2) + c**4 * (a**2 + b**2), "<=",
      a**6 + b**6 + c**6 + 3 * a**2 * b**2 * c**2), (), "no sum of"),
    ((sp.log(x), "<=", x - 1), (), "no sum of"),
    ((sqrt(2) * x + y, "<=", 2 * x + y + 1), (), "sqrt(2) is irrational"),
    ((x, "!=", y), (), "no inequality"),
])
def test_a_true_estimate_that_is_not_proved_says_what_is_missing(relation: Any, given: Any, missing: str) -> None:
    """Schur's inequality for squares needs their order; a logarithm, facts about it."""
    _found, (problem,) = searched(relation, *given)
    assert missing in problem


def test_both_claims_of_the_example_are_proved() -> None:
    theory = run_path(str(EXAMPLE))["theory"]
    for claim in theory:
        found = theory.library.derivation(claim.id)
        assert found.ok(theory.library) and found.matches(claim, theory.library) == [] and not found.partial


def test_words_stand_for_their_definitions() -> None:
    setting = Setting("means", x=positive(), y=positive())
    one, other = setting["x"], setting["y"]
    theory = Theory("means", setting)
    mean = theory.quantity("mean", (one + other) / 2)
    square = theory.quantity("square", mean**2)
    near = theory.hypothesis("near", (mean, "<=", 3))
    claim = theory.claim("words", "Words", Obligation("means", (one * other, "<=", square)),
                         Obligation("near", (square, "<=", 9), given=(near,)))
    theory.proof(claim)(auto)
    found = theory.library.derivation("words")
    assert found is not None and found.ok(theory.library)
    assert found.matches(claim, theory.library) == [] and not found.partial


def test_one_obligation_may_be_proved_and_another_not() -> None:
    setting = Setting("both", x=positive(), A=matrix(2, 2))
    theory = Theory("both", setting)
    claim = theory.claim("both", "Both", Obligation("plain", (setting["x"], "<", 2 * setting["x"])),
                         Obligation("trace", (trace(setting["A"]) ** 2, "<=", trace(setting["A"]) ** 2 - 1)))
    theory.proof(claim)(auto)
    found = theory.library.derivation("both")
    assert found is not None and set(found.yields) == {"plain"} and set(found.partial) == {"trace"}
    assert found.ok(theory.library) and found.matches(claim, theory.library) == []


@pytest.mark.parametrize(("relation", "given", "missing"), [
    ((trace(M), "<=", trace(M) + 1), (), "is about matrices"),
    ((norm_squared(p), ">=", 0), (), "is about matrices"),
    ((x, "<=", 2 * x), ((M, "==", M.T),), "is about matrices"),
    ((x, "<=", 2 * x), ((x, "!=", y),), "does not use the hypothesis x != y"),
])
def test_what_the_search_does_not_look_at(relation: Any, given: Any, missing: str) -> None:
    _found, (problem,) = searched(relation, *given)
    assert missing in problem


def test_the_built_in_setting_is_none_of_its_subjects() -> None:
    theory = Theory("built-in")
    claim = theory.claim("built-in", "Built in", Obligation("sum", (E, "<=", 2 * E)))
    theory.proof(claim)(auto)
    found = theory.library.derivation("built-in")
    assert found is not None and "settings of one's own only" in found.partial["sum"]


def test_the_search_repeats() -> None:
    """Workers and the process that asked find the same steps."""
    one, other = searched(*TRUE["Nesbitt"])[0], searched(*TRUE["Nesbitt"])[0]
    assert [step.statement for step in one.steps] == [step.statement for step in other.steps]


SHORT = {
    "powers": (((x * y, "<=", 5 * z**3), (x, "<=", 2 * z**2), (y, "<", 3 * z)), "x*y <= 6*z**3"),
    "means": (((x * y, "<=", (x + y) ** 2 / 5),), "x*y <= (x + y)**2/4"),
    "strict": (((2 * x * y, "<", x**2 + y**2),), "2*x*y <= x**2 + y**2"),
}


@pytest.mark.parametrize("name", SHORT)
def test_where_it_fails_it_says_what_follows(name: str) -> None:
    """The least constant is found by the search, and said only where the kernel accepts a derivation with it."""
    statement, follows = SHORT[name]
    _found, (problem,) = searched(*statement)
    assert problem.startswith("auto found no proof: ") and problem.endswith(f"; what follows is {follows}")


def test_a_statement_without_a_claim_is_derived_or_not() -> None:
    library = Theory("none", NUMBERS).library
    true = derived(Obligation("it", (2 * x * y, "<=", x**2 + y**2), setting=NUMBERS), "any", library)
    assert true is not None and true.ok(library) and true.conclusion("it", library).facts == frozenset()
    assert derived(Obligation("it", (2 * x * y, "<", x**2 + y**2), setting=NUMBERS), "any", library) is None


def test_no_proof_rests_on_a_claim_that_is_certified_only() -> None:
    """The theorem that `auto` cannot prove cannot be cited, not by a forged step either."""
    theory = Theory("resting", NUMBERS)
    log = theory.claim("log", "Logarithm", Obligation("it", (sp.log(x), "<=", x - 1)))
    user = theory.claim("user", "User", Obligation("it", (sp.log(x), "<=", x - 1)), requires=("log",))
    theory.proof(log)(auto)

    @theory.proof(user)
    def cites(p: Proof) -> dict[str, int]:
        return {"it": p.cite("log", "it")}

    with pytest.raises(BadTheory):
        theory.library.derivation("user")
    forged = Proof("user", theory.library)
    forged.add(Step(user.obligations[0].relation, RULES["claim"], data=("log", "it")))
    (result,) = forged.done({"it": 0}).check(theory.library)
    assert not result.ok and "does not yield 'it'" in result.message
