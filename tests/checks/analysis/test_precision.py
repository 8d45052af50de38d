"""Nasty tables: every number is tight and right, or the sentence that refuses it is true."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq

from flatcert.checks.analysis import bounds as bounding
from flatcert.checks.analysis.bounds import bounds
from flatcert.checks.analysis.inspection.report import inspection
from flatcert.checks.analysis.problem_numbers import balanced_sharpness, ratio_bound
from flatcert.checks.cli.main import main
from flatcert.checks.data.table import Table, parse_table
from flatcert.checks.output.messages import DataError, Inconclusive
from flatcert.numeric.linalg import precision
from flatcert.numeric.linalg.rational import rational_array
from flatcert.numeric.network.min_sharpness import min_sharpness
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem

Rows = list[list[str]]


def nearly_equal(place: int) -> Rows:
    """Two columns that differ in one digit of one row."""
    return [["1", "1." + "0" * (place - 1) + "1", "1"], ["2", "2", "5"], ["3", "3", "4"]]


def powers(degree: int, count: int) -> Rows:
    """As NIST's Filip: a polynomial of high degree far from zero."""
    return [[*(str((i - 72) ** p) for p in range(1, degree + 1)),
             str(7 * i % 11)] for i in range(count)]


def hilbert(size: int) -> Rows:
    with mp.workdps(30):
        return [[*(mp.nstr(mp.mpf(1) / (i + j + 1), 25) for j in range(size)), str(3 * i % 7 + 1)]
                for i in range(size + 1)]


NASTY: dict[str, Rows] = {
    "the 19th digit": nearly_equal(19), "the 20th digit": nearly_equal(20), "the 60th digit": nearly_equal(60),
    "powers": powers(10, 14), "Hilbert": hilbert(6), "Vandermonde": [
        [*(str((i + 1) ** p) for p in range(8)), str(5 * i % 9)] for i in range(9)],
    "scales": [["1e-70", "2e70", "1"], ["3e-70", "1e70", "5"], ["2e-70", "5e70", "2"]],
}


def table_of(rows: Rows) -> Table:
    header = ",".join([*(f"x{i}" for i in range(len(rows[0]) - 1)), "y"])
    return parse_table("\n".join([header, *map(",".join, rows)]) + "\n", "y")


def by_mpmath(rows: Rows, depth: int) -> dict[str, Any]:
    """LU, symmetric eigenvalues and golden section at 350 digits: nothing of Arb, FLINT or the dual problem."""
    x = mp.matrix([[mp.mpf(v) for v in row[:-1]] for row in rows])
    y = mp.matrix([mp.mpf(row[-1]) for row in rows])
    n, L = len(rows), mp.mpf(depth)
    sigma, moment = x.T * x / n, x.T * y / n
    w = mp.lu_solve(sigma, moment)
    energy, norm2, image2 = (w.T * moment)[0], (w.T * w)[0], (moment.T * moment)[0]
    values = mp.eigsy(sigma, eigvals_only=True)
    low, high = min(values), max(values)
    a, b = energy / norm2, image2 / energy
    root, length = energy ** (1 - 1 / L), norm2 ** (1 - 1 / L)
    residual = y - x * w
    return {
        "energy": energy, "rayleigh": a, "b": b, "risk_min": (residual.T * residual)[0] / n,
        "lambda_min": low, "lambda_max": high, "condition_number": high / low,
        "paper": 1 / (L * length * a), "tight": 1 / (L * root * b ** (1 / L)),
        "sharpness-lower": 2 * L * length * a, "sharpness-lower-tight": 2 * L * root * b ** (1 / L),
        "min-sharpness-bracket": 2 * L * root * high ** (1 / L),
        "min-sharpness-ladder": 2 * length * (high + (L - 1) * a),
        "min-sharpness-upper": 2 * length * mp.sqrt((2 * L - 1) * high**2 + (L - 1) ** 2 * a**2),
        "min-trace": 2 * L * root * sum(values) ** (1 / L),
        "min_sharpness": 2 * high if depth == 1 else least(sigma, w, energy, b, high, depth),
    }


def least(sigma: Any, w: Any, energy: Any, b: Any, high: Any, depth: int) -> Any:
    """``2 min_r lambda_max(F^T (r + (L-1) r^{-1/(L-1)} w w^T) F)`` by golden section from ``c = Lambda`` to ``b``."""
    factor, L = mp.cholesky(sigma), mp.mpf(depth)
    pulled = factor.T * w
    gram, outer = factor.T * factor, pulled * pulled.T

    def value(log_r: Any) -> Any:
        r = mp.exp(log_r)
        return 2 * max(mp.eigsy(r * gram + (L - 1) * r ** (-1 / (L - 1)) * outer, eigvals_only=True))

    left, right = ((1 - 1 / L) * mp.log(energy / c) for c in (2 * high, b / 2))
    ratio = (mp.sqrt(5) - 1) / 2
    inner = [right - ratio * (right - left), left + ratio * (right - left)]
    found = [value(point) for point in inner]
    while right - left > mp.mpf(10) ** -9:
        if found[0] < found[1]:
            right, inner[1], found[1] = inner[1], inner[0], found[0]
            inner[0] = right - ratio * (right - left)
            found[0] = value(inner[0])
        else:
            left, inner[0], found[0] = inner[0], inner[1], found[1]
            inner[1] = left + ratio * (right - left)
            found[1] = value(inner[1])
    return min(found)


def close(number: float, exact: Any) -> bool:
    return bool(abs(mp.mpf(number) - exact) <= abs(exact) * mp.mpf(10) ** -15)


@pytest.mark.parametrize(("name", "depth"), [("the 19th digit", 3), ("the 20th digit", 2), ("scales", 3)])
def test_nasty_tables_against_mpmath(name: str, depth: int) -> None:
    compare(name, depth)


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1, 3, 10**6])
@pytest.mark.parametrize("name", NASTY)
def test_all_nasty_tables_against_mpmath(name: str, depth: int) -> None:
    compare(name, depth)


def compare(name: str, depth: int) -> None:
    report = bounds(table_of(NASTY[name]), depth).as_dict()
    assert report["rigorous"]
    with mp.workdps(350):
        exact = by_mpmath(NASTY[name], depth)
        sides = [report["min_sharpness"]["lower"], report["min_sharpness"]["upper"]]
        assert all(close(side, exact["min_sharpness"]) for side in sides), (sides, mp.nstr(exact["min_sharpness"], 20))
        for key, number in {**report, **report["bounds"], **report["learning_rate"]}.items():
            if key in exact and key != "min_sharpness":
                assert close(number, exact[key]) or (exact[key] < mp.mpf(10) ** -600 and number == 0), (
                    key, number, mp.nstr(exact[key], 20))


def test_a_wide_enclosure_is_inconclusive_never_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "MOST_BITS", 128)
    with pytest.raises(Inconclusive, match="is enclosed only in") as caught:
        bounds(table_of(nearly_equal(140)), 3)
    assert str(caught.value).endswith(".")
    assert "float64" not in str(caught.value)


@pytest.mark.parametrize("command", [["bounds"], ["latex", "gradient", "--data"]])
def test_inconclusive_at_the_command_line(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3, one sentence, and nothing that looks like a result."""
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + "\n".join(map(",".join, nearly_equal(140))) + "\n")
    monkeypatch.setattr(precision, "MOST_BITS", 128)
    monkeypatch.setattr(sys, "argv", ["flatcert", *command, str(path), "--target", "y", "--depth", "3"])
    with pytest.raises(SystemExit) as caught:
        main()
    shown = capsys.readouterr()
    assert (caught.value.code, shown.out) == (3, "")
    (line,) = shown.err.splitlines()
    assert line.startswith("flatcert: Inconclusive: at 128 bits ")


def test_numbers_that_no_float64_holds_are_named() -> None:
    """Only the condition number is beyond 1e308 here, and the sentence says so."""
    above = "1." + "0" * 148 + "1"
    rows = [[above, "1", "1"], ["1", above, "3"], ["2", "2", "5"], ["1e9", "1e9", "7"]]
    with pytest.raises(DataError, match=r"leave the range of float64 .* as the condition number is about 2.00e.316"):
        bounds(table_of(rows), 2)


def test_singular_is_decided_exactly() -> None:
    """A condition number of 1e300 is no infinite one, and dependent columns have none."""
    nearly = bounds(table_of(nearly_equal(140)), 2)
    assert nearly.condition_number is not None
    assert nearly.lambda_min > 0
    dependent = bounds(table_of([["1", "2", "1"], ["2", "4", "5"], ["3", "6", "4"]]), 2)
    assert (dependent.condition_number, dependent.lambda_min) == (None, 0.0)


def test_numbers_of_a_nearly_singular_problem_are_narrow() -> None:
    """``4 kappa`` and ``S_bal`` as `flow` and `inspect` print them: infinite means singular."""
    table = table_of(nearly_equal(60))
    problem = table.problem
    for of_problem in (ratio_bound, balanced_sharpness):
        assert precision.is_narrow(of_problem(problem, 3))


def test_too_many_columns_for_enclosures(monkeypatch: pytest.MonkeyPatch) -> None:
    """float64 knows no condition number of 1e40, and says so; where it knows all, it is not called rigorous."""
    monkeypatch.setattr(bounding, "RIGOROUS_FEATURES", 1)
    with pytest.raises(Inconclusive, match="in float64"):
        bounds(table_of(nearly_equal(20)), 2)
    good = table_of([["1", "2", "1"], ["2", "-1", "5"], ["3", "0", "4"]])
    assert not bounds(good, 2).as_dict()["rigorous"]
    dependent = bounds(table_of([["1", "2", "1"], ["2", "4", "5"], ["3", "6", "4"]]), 2)
    assert (dependent.condition_number, dependent.lambda_min) == (None, 0.0)


def test_least_sharpness_raises_its_precision() -> None:
    """A search that resolves nothing at 16 bits begins again, and ends where 512 bits do."""
    table = table_of(nearly_equal(20))
    problem = table.problem
    raised, direct = min_sharpness(problem, 3, bits=16), min_sharpness(problem, 3, bits=512)
    assert raised.gap < 1e-17
    assert raised.enclosure.overlaps(direct.enclosure)
    with ctx.workprec(128):
        assert abs(direct.enclosure - arb("68.743147")) < 1e-5


def test_a_regressor_that_is_huge_beside_its_signal() -> None:
    problem = RegressionProblem(rational_array([[1, 0], [0, "1e-300"]]), rational_array([0, "1e200"]))
    assert min_sharpness(problem, 2).gap < 1e-17


def test_inspect_encloses_the_bounds_narrowly() -> None:
    """At depth 2 the square of `sharpness-lower` is rational: ``16 a^2 |w*|^2 = 16 E^2/|w*|^2``."""
    text = "x,z,y\n1,1.00000000000000000001,1\n2,2,5\n3,3,4\n"
    table = parse_table(text, "y")
    problem = table.problem
    network = DeepLinearNetwork([np.array([[1.0, 0.5], [0.2, 0.3]]), np.array([[1.0, -0.5]])])
    marks = inspection(problem, network).on_data.marks
    assert all(precision.is_narrow(ball) for name, ball in marks.items() if name not in ("S", "S_min"))
    rows = sp.Matrix([[sp.Rational(x) for x in line.split(",")] for line in text.splitlines()[1:]])
    X, y = rows[:, :2], rows[:, 2]
    w = (X.T * X).LUsolve(X.T * y)
    square = 16 * ((w.T * X.T * y)[0] / 3) ** 2 / (w.T * w)[0]
    with ctx.workprec(400):
        assert (marks["sharpness-lower"] ** 2).overlaps(arb(fmpq(square.p, square.q)))
