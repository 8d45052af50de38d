"""The numbers of a data set: rounded to the safe side, and obeying the scaling laws."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flatcert.checks.analysis.bounds import BoundsReport, bounds
from flatcert.checks.data.table import Table, parse_table
from flatcert.checks.output import DataError

ROWS = [[1, 2, 0, 3], [4, -1, 2, 1], [0, 3, 1, -2], [2, 2, 5, 4], [-3, 1, 1, 0], [1, 0, -2, 2.5]]
LOWER = {"sharpness-lower", "sharpness-lower-tight", "min-trace"}


def table_of(rows: list[list[Any]]) -> Table:
    names = [f"x{i}" for i in range(len(rows[0]) - 1)]
    lines = [",".join([*names, "y"]), *(",".join(map(str, row)) for row in rows)]
    return parse_table("\n".join(lines) + "\n", "y")


def by_mpmath(rows: list[list[Any]], depth: int) -> dict[str, Any]:
    """Every number at 60 digits by LU and symmetric eigenvalues, the formulas written out again."""
    x = mp.matrix([[mp.mpf(str(v)) for v in row[:-1]] for row in rows])
    y = mp.matrix([mp.mpf(str(row[-1])) for row in rows])
    n, L = len(rows), mp.mpf(depth)
    sigma = x.T * x / n
    w = mp.lu_solve(sigma, x.T * y / n)
    energy = (w.T * sigma * w)[0]
    image = sigma * w
    norm = mp.sqrt((w.T * w)[0])
    a, b = energy / norm**2, (image.T * image)[0] / energy
    values = mp.eigsy(sigma, eigvals_only=True)
    low, high, trace = min(values), max(values), sum(values)
    length = norm ** (2 - 2 / L)
    residual = y - x * w
    found = {
        "energy": energy, "rayleigh": a, "b": b, "lambda_min": low, "lambda_max": high,
        "risk_min": (residual.T * residual)[0] / n,
        "sharpness-lower": 2 * L * length * a,
        "sharpness-lower-tight": 2 * L * energy ** (1 - 1 / L) * b ** (1 / L),
        "min-sharpness-bracket": 2 * L * energy ** (1 - 1 / L) * high ** (1 / L),
        "min-sharpness-ladder": 2 * length * (high + (L - 1) * a),
        "min-sharpness-upper": 2 * length * mp.sqrt((2 * L - 1) * high**2 + (L - 1) ** 2 * a**2),
        "min-trace": 2 * L * energy ** (1 - 1 / L) * trace ** (1 / L),
        "paper": 1 / (L * length * a),
        "tight": 1 / (L * energy ** (1 - 1 / L) * b ** (1 / L)),
    }
    found["min_sharpness"] = 2 * high if depth == 1 else _least(sigma, w, depth)
    return found


def _least(sigma: Any, w: Any, depth: int) -> Any:
    """``2 min_r lambda_max(F^T (r + (L-1) r^{-1/(L-1)} w w^T) F)`` with ``Sigma = F F^T``, by golden section."""
    factor = mp.cholesky(sigma)
    size = sigma.rows

    def value(log_r: Any) -> Any:
        r = mp.exp(log_r)
        inner = r * mp.eye(size) + (depth - 1) * r ** (-mp.mpf(1) / (depth - 1)) * (w * w.T)
        return 2 * max(mp.eigsy(factor.T * inner * factor, eigvals_only=True))

    low, high = mp.mpf(-30), mp.mpf(30)
    ratio = (mp.sqrt(5) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = value(left), value(right)
    while high - low > mp.mpf(10) ** -18:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = value(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = value(right)
    return min(at_left, at_right)


def below(number: float, exact: Any) -> bool:
    """A float64 on the lower side, and within ``1e-15`` of the exact value."""
    return bool(exact * (1 - mp.mpf(10) ** -15) <= mp.mpf(number) <= exact * (1 + mp.mpf(10) ** -40))


def above(number: float, exact: Any) -> bool:
    return bool(exact * (1 - mp.mpf(10) ** -40) <= mp.mpf(number) <= exact * (1 + mp.mpf(10) ** -15))


@pytest.mark.parametrize("depth", [1, 2, 3, 10, 1000])
def test_rounded_to_the_safe_side(depth: int) -> None:
    """mpmath at 60 digits with LU and its own eigenvalues; ours are Arb's enclosures of exact rationals."""
    report = bounds(table_of(ROWS), depth)
    with mp.workdps(60):
        exact = by_mpmath(ROWS, depth)
        for bound in report.bounds:
            assert (bound.side == "lower") == (bound.claim in LOWER)
            check = below if bound.side == "lower" else above
            assert check(bound.value, exact[bound.claim]), bound
        assert below(report.lambda_min, exact["lambda_min"])
        assert above(report.lambda_max, exact["lambda_max"])
        for name in ("paper", "tight"):
            assert above(report.learning_rate[name], exact[name])
        for name in ("energy", "rayleigh", "b", "risk_min"):
            assert abs(getattr(report, name) - exact[name]) <= abs(exact[name]) * mp.mpf(2) ** -52
        least, slack = exact["min_sharpness"], 1 + mp.mpf(10) ** -15
        assert report.min_sharpness.lower <= least <= report.min_sharpness.upper * slack
        assert report.min_sharpness.upper <= least * slack
        assert least <= report.min_sharpness.lower * slack
        assert report.learning_rate["exact_lower"] <= 2 / least * slack
        assert report.learning_rate["exact_upper"] * slack >= 2 / least


def test_the_bounds_are_in_order() -> None:
    """The ladder, between numbers that are computed each on its own."""
    for depth in (1, 2, 5, 30):
        report = bounds(table_of(ROWS), depth)
        value = {bound.claim: bound.value for bound in report.bounds}
        assert value["sharpness-lower"] <= value["sharpness-lower-tight"] <= report.min_sharpness.upper
        assert report.min_sharpness.lower <= value["min-sharpness-bracket"]
        assert value["min-sharpness-bracket"] <= value["min-sharpness-ladder"] * (1 + 1e-15)
        assert value["min-sharpness-ladder"] <= value["min-sharpness-upper"] * (1 + 1e-15)
        rates = report.learning_rate
        assert rates["exact_lower"] <= rates["exact_upper"]
        assert rates["exact_upper"] <= rates["tight"] * (1 + 1e-15) <= rates["paper"] * (1 + 1e-14)


rows = st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), min_size=4, max_size=6)


def report_or_none(data: list[list[Any]], depth: int) -> BoundsReport | None:
    try:
        return bounds(table_of(data), depth)
    except DataError:
        return None


def close(x: float, y: float) -> bool:
    return abs(x - y) <= 1e-13 * abs(y)


@given(rows, st.integers(1, 6), st.sampled_from([-3, 2, 5, 1000]))
def test_scaling_the_target(data: list[list[int]], depth: int, c: int) -> None:
    """``y -> c y``: ``w*`` scales by ``c``, every bound on a sharpness by ``|c|^{2-2/L}``."""
    report = report_or_none(data, depth)
    assume(report is not None)
    assert report is not None
    scaled = bounds(table_of([[*row[:-1], c * row[-1]] for row in data]), depth)
    _compare(report, scaled, abs(c) ** (2 - 2 / depth))
    assert close(scaled.energy, c**2 * report.energy)
    assert (scaled.lambda_max, scaled.rayleigh) == (report.lambda_max, report.rayleigh)


@given(rows, st.integers(1, 6), st.sampled_from([-3, 2, 5, 1000]))
def test_scaling_the_features(data: list[list[int]], depth: int, c: int) -> None:
    """``X -> c X``: ``w* / c`` and ``c^2 Sigma``, so every bound on a sharpness by ``|c|^{2/L}``."""
    report = report_or_none(data, depth)
    assume(report is not None)
    assert report is not None
    scaled = bounds(table_of([[*(c * x for x in row[:-1]), row[-1]] for row in data]), depth)
    _compare(report, scaled, abs(c) ** (2 / depth))
    assert scaled.energy == report.energy
    assert close(scaled.lambda_max, c**2 * report.lambda_max)


def _compare(report: BoundsReport, scaled: BoundsReport, factor: float) -> None:
    for bound, other in zip(report.bounds, scaled.bounds, strict=True):
        assert close(other.value, factor * bound.value)
    assert close(scaled.min_sharpness.lower, factor * report.min_sharpness.lower)
    assert close(scaled.min_sharpness.upper, factor * report.min_sharpness.upper)
    for name, rate in report.learning_rate.items():
        assert close(scaled.learning_rate[name], rate / factor)


@given(rows, st.integers(1, 6))
def test_what_does_not_change_the_covariance(data: list[list[int]], depth: int) -> None:
    """Rows repeated or in another order: the same ``(Sigma, w*)`` exactly, so the same numbers to the bit."""
    report = report_or_none(data, depth)
    assume(report is not None)
    assert report is not None
    plain = {**report.as_dict(), "n": 0}
    for other in (data[::-1], data + data):
        assert {**bounds(table_of(other), depth).as_dict(), "n": 0} == plain


def test_fewer_samples_than_features() -> None:
    """``n < d``: the covariance is singular, its condition number infinite, the bounds finite."""
    report = bounds(table_of([[1, 0, 0, 2], [0, 1, 0, 1]]), 3)
    assert (report.n, report.dim, report.lambda_min, report.condition_number) == (2, 3, 0.0, None)
    assert report.risk_min == 0.0
    assert report.lambda_max == pytest.approx(0.5, rel=1e-15)
    assert report.energy == 2.5


@pytest.mark.parametrize(
    "data, depth, sentence",
    [(ROWS, 0, "at least 1, not 0"), (ROWS, -2, "at least 1, not -2"), (ROWS, 10**7, "at most 1000000"),
     ([[1, 1], [-1, 1]], 2, "No feature is correlated with 'y'"),
     # |w*| is 1e298 by the second feature, and Lambda 1e298 by the first.
     ([["1e149", 0, 0], [0, "1e-149", "1e149"]], 100, "leave the range of float64")],
)
def test_what_cannot_be_reported(data: list[list[Any]], depth: int, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        bounds(table_of(data), depth)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
