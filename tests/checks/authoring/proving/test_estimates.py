"""Log-linear arithmetic, cases by order, and certified signs: what `auto` proves by them, and near misses."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
import sympy as sp

from flatcert import Obligation, Setting, Theory
from flatcert.checks.authoring.proving.auto import derived
from flatcert.kinds import nonnegative, positive, real
from flatcert.language import Abs, Max, Min, Rational, sqrt
from flatcert.theory.proof.derivation import Derivation

NUMBERS = Setting("numbers", x=positive(), y=positive(), z=positive(), N=positive(), u=nonnegative(), a=real(),
                  b=real())
THEORY = Theory("trial", NUMBERS)
x, y, z, N, u, a, b = (NUMBERS[name] for name in "xyzNuab")
FILE = run_path(str(Path(__file__).parents[4] / "benchmarks" / "exercises.py"))
EXERCISES: dict[str, Any] = FILE["EXERCISES"]
UNIT = (x, "<=", 1), (y, "<=", 1), (z, "<=", 1)
TRIANGLE = (x, "<=", y + z), (y, "<=", x + z), (z, "<=", x + y)
Statement = tuple[Any, ...]


def exponent(numerator: int, denominator: int) -> sp.Rational:
    return Rational(numerator, denominator)


TRUE: dict[str, tuple[str, Statement]] = {
    "powers": ("power", ((x ** exponent(7, 3) * y ** exponent(1, 5), "<=", 3 * z ** exponent(22, 5)),
                         (x, "<=", z), (y, "<=", z ** exponent(31, 3)))),
    "constants": ("power", ((sqrt(x) * y ** exponent(2, 3), "<=", 3 * N ** exponent(5, 3)),
                            (x, "<=", 2 * N**2), (y, "<=", 3 * N))),
    "a sum above": ("power", ((x**2, "<=", 9 * N**4), (x, "<=", 2 * N**2 + 1), (N, ">=", 1))),
    "strict power": ("power", ((x * sqrt(y), "<", z ** exponent(3, 2)), (x, "<", z), (y, "<=", z))),
    "powers in sums": ("power", ((x * sqrt(y) + x, "<=", 2 * z**2), (x, "<=", z), (y, "<=", z**2), (z, ">=", 1))),
    "quartic": ("Sturm", ((a**4 - 4 * a**3 + 6 * a**2 - 4 * a + 2, ">", 0),)),
    "two zeros on a half line": ("Sturm", ((6 * x**3 + 12 * x, "<=", x**4 + 13 * x**2 + 4),)),
    "a zero beyond a bound": ("Sturm", ((12 * a**2, "<=", 4 * a**3 + 9 * a), (a, ">=", 0))),
    "between bounds": ("", ((a**3, "<=", 7 * a - 6), (a, ">=", 1), (a, "<=", 2))),
    "homogeneous": ("Sturm", ((6 * x**3 * y + 12 * x * y**3, "<=", x**4 + 13 * x**2 * y**2 + 4 * y**4),)),
    "product of parabolas": ("Bernstein", ((x * y * (1 - x) * (1 - y), "<=", exponent(1, 16)), *UNIT[:2])),
    "box": ("", ((x**2 * y**2 + x * y, "<", x**3 + y + exponent(2, 5)), *UNIT[:2])),
    "real box": ("Bernstein", ((a * b**2 - a**2, "<", exponent(3, 10)), (a, ">=", 0), (a, "<=", 1), (b, ">=", -1),
                               (b, "<=", 1))),
    "below the largest": ("cases by order", ((z, "<=", x + y), (z, "<=", Max(x, y)))),
    "below a bound of both": ("cases by order", ((z, "<=", N), (z, "<=", Max(x, y)), (x, "<=", N), (y, "<=", N))),
    "above the smallest": ("", ((Min(x, y), "<", N), (Min(x, y), "<", z), (z, "<", N))),
    "magnitudes": ("cases by order", ((Min(x, y, z) * Max(x, y, z) ** 2, "<=", 2 * x * y * z), *TRIANGLE)),
    "size": ("", ((Abs(a), "<=", b), (a, "<=", b), (-b, "<=", a))),
}
NEAR: dict[str, Statement] = {
    "powers, another exponent": ((x ** exponent(7, 3) * y ** exponent(1, 5), "<=", z ** exponent(21, 5)),
                                 (x, "<=", z), (y, "<=", z ** exponent(31, 3))),
    "powers, one dropped": ((x ** exponent(7, 3) * y ** exponent(1, 5), "<=", z ** exponent(22, 5)), (x, "<=", z)),
    "powers, strict": ((x ** exponent(7, 3) * y ** exponent(1, 5), "<", z ** exponent(22, 5)),
                       (x, "<=", z), (y, "<=", z ** exponent(31, 3))),
    "constants, 1 %": ((x * y, "<=", exponent(594, 100) * N**3), (x, "<=", 2 * N**2), (y, "<=", 3 * N)),
    "constants, strict": ((x * y, "<", 6 * N**3), (x, "<=", 2 * N**2), (y, "<=", 3 * N)),
    "constants of roots, 1 %": ((sqrt(x) * y, "<=", exponent(99, 100) * 2 * N**2), (x, "<=", 4 * N**2), (y, "<=", N)),
    "a sum above, 1 %": ((x**2, "<=", exponent(891, 100) * N**4), (x, "<=", 2 * N**2 + 1), (N, ">=", 1)),
    "a sum above, N small": ((x**2, "<=", 9 * N**4), (x, "<=", 2 * N**2 + 1)),
    "strict power, weak": ((x * sqrt(y), "<", z ** exponent(3, 2)), (x, "<=", z), (y, "<=", z)),
    "powers in sums, 1 %": ((x * sqrt(y) + x, "<=", exponent(198, 100) * z**2), (x, "<=", z), (y, "<=", z**2),
                            (z, ">=", 1)),
    "nonnegative powers": ((u, "<=", u**2), (u, "<=", 1)),
    "quartic, too large": ((a**4 - 4 * a**3 + 6 * a**2 - 4 * a + 1, ">", 0),),
    "two zeros, strict": ((6 * x**3 + 12 * x, "<", x**4 + 13 * x**2 + 4),),
    "between bounds, one dropped": ((a**3, "<=", 7 * a - 6), (a, ">=", 1)),
    "between bounds, strict": ((a**3, "<", 7 * a - 6), (a, ">=", 1), (a, "<=", 2)),
    "between bounds, wider": ((a**3, "<=", 7 * a - 6), (a, ">=", exponent(99, 100)), (a, "<=", 2)),
    "homogeneous, 1 %": ((exponent(606, 100) * x**3 * y + 12 * x * y**3, "<=", x**4 + 13 * x**2 * y**2 + 4 * y**4),),
    "product of parabolas, 1 %": ((x * y * (1 - x) * (1 - y), "<=", exponent(99, 1600)), *UNIT[:2]),
    "product of parabolas, strict": ((x * y * (1 - x) * (1 - y), "<", exponent(1, 16)), *UNIT[:2]),
    "product of parabolas, no bounds": ((x * y * (1 - x) * (1 - y), "<=", exponent(1, 16)),),
    "real box, smaller": ((a * b**2 - a**2, "<", exponent(1, 4)), (a, ">=", 0), (a, "<=", 1), (b, ">=", -1),
                          (b, "<=", 1)),
    "below the largest, strict": ((z, "<", Max(x, y)), (z, "<=", Max(x, y))),
    "below the largest, the other": ((z, "<=", x), (z, "<=", Max(x, y))),
    "below a bound of one": ((z, "<=", N), (z, "<=", Max(x, y)), (x, "<=", N)),
    "above the smallest, strict": ((Min(x, y), "<", N), (Min(x, y), "<=", z), (z, "<=", N)),
    "magnitudes, 1 %": ((Min(x, y, z) * Max(x, y, z) ** 2, "<=", exponent(198, 100) * x * y * z), *TRIANGLE),
    "magnitudes, one dropped": ((Min(x, y, z) * Max(x, y, z) ** 2, "<=", 2 * x * y * z), *TRIANGLE[:2]),
    "size above, strict": ((1, "<", a**2), (1, "<=", Abs(a))),
    "Schur, 1 %": ((exponent(101, 100) * (x**2 * (y + z) + y**2 * (x + z) + z**2 * (x + y)), "<=",
                    x**3 + y**3 + z**3 + 3 * x * y * z),),
}


def proof(relation: Any, *given: Any, setting: Setting = NUMBERS) -> Derivation | None:
    """The derivation that `auto` finds, which the kernel has accepted."""
    theory = THEORY if setting is NUMBERS else Theory("other", setting)
    return derived(Obligation("it", relation, given=given, setting=setting), "trial", theory.library)


@pytest.mark.parametrize("name", TRUE)
def test_an_estimate_is_proved_by_the_rule(name: str) -> None:
    rule, statement = TRUE[name]
    found = proof(*statement)
    assert found is not None and found.ok(THEORY.library)
    assert rule in {"", *(step.rule.name for step in found.steps)}


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_not_proved(name: str) -> None:
    assert proof(*NEAR[name]) is None


VALUES = [sp.Rational(n) for n in ("1", "2", "1/2", "3", "4", "6", "12", "1/4", "198/200", "199/200", "8/5", "-1", "-3",
                                   "0", "1289")]


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_false(name: str) -> None:
    relation, *given = (Obligation("it", each).relation for each in NEAR[name])
    symbols = sorted(set().union(*(each.free_symbols for each in (relation, *given))), key=str)
    allowed = [[value for value in VALUES if (value > 0 or not symbol.is_positive)
                and (value >= 0 or not symbol.is_nonnegative)] for symbol in symbols]
    holds = [sp.lambdify(symbols, sp.Rel(each.lhs, each.rhs, each.op), "sympy") for each in (*given, relation)]
    assert any(all(fact(*point) for fact in holds[:-1]) and not holds[-1](*point) for point in product(*allowed))


def test_there_are_at_least_20_near_misses() -> None:
    assert len(NEAR) >= 20


SLOW = {"Littlewood-Paley, complex"}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in EXERCISES])
def test_the_exercises_of_the_benchmark_are_proved_unless_they_are_false(name: str) -> None:
    assert (proof(*EXERCISES[name], setting=FILE["NUMBERS"]) is not None) == (not name.startswith("false"))
