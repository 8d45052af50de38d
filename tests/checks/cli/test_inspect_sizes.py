"""``flatcert inspect`` on large networks: right against Lanczos in SciPy, quick, refused or called inconclusive."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from flint import arb
from flow_cli import holds, sentence
from scipy.sparse.linalg import LinearOperator, eigsh

from flatcert.checks.analysis.inspection import limits
from flatcert.checks.analysis.inspection.limits import sharp


def save(path: Path, weights: list[Any], **more: Any) -> Path:
    np.savez(path, **{f"W{k}": x for k, x in enumerate(weights, 1)}, **more)
    return path


def relative_width(pair: dict[str, float]) -> float:
    return (pair["upper"] - pair["lower"]) / pair["lower"]


def normal(widths: list[int], scale: float = 1.0) -> list[Any]:
    rng = np.random.default_rng(11)
    return [scale * rng.normal(size=(b, a)) / np.sqrt(a) for a, b in pairwise(widths)]


def rayleigh(weights: list[Any], sigma: Any, w: Any) -> float:
    """The sharpness by Lanczos in SciPy, on products that use no part of the reduction."""
    below, above = [np.eye(len(w))], [np.eye(1)]
    for x in weights:
        below.append(x @ below[-1])
    for x in reversed(weights):
        above.append(above[-1] @ x)
    above.reverse()
    g = 2 * (below[-1][0] - w) @ sigma
    shapes, ends = [x.shape for x in weights], np.cumsum([x.size for x in weights])

    def product(vector: Any) -> Any:
        xi = [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)]
        moved_below, moved_above = [np.zeros_like(below[0])], [np.zeros_like(above[-1])]
        for x, move, product in zip(weights, xi, below, strict=False):
            moved_below.append(x @ moved_below[-1] + move @ product)
        for x, move, product in zip(reversed(weights), reversed(xi), reversed(above), strict=False):
            moved_above.append(moved_above[-1] @ x + product @ move)
        moved_above.reverse()
        moved = 2 * moved_below[-1][0] @ sigma
        moved_h = [moved_part @ g + part @ moved for moved_part, part in zip(moved_below, below, strict=True)]
        return np.concatenate([
            (np.outer(moved_above[k + 1][0], below[k] @ g) + np.outer(above[k + 1][0], moved_h[k])).ravel()
            for k in range(len(weights))])

    operator = LinearOperator((ends[-1], ends[-1]), matvec=product, dtype=float)
    return float(eigsh(operator, k=1, which="LA", return_eigenvectors=False)[0])


SIZES = [([3, 400, 1], None), *(pytest.param(widths, seconds, marks=pytest.mark.slow) for widths, seconds in (
    ([3, 128, 128, 1], 10), ([3, *[2] * 300, 1], 20), ([3, 5000, 1], 10)))]


@pytest.mark.parametrize("widths, seconds", SIZES)
def test_large_networks(flatcert: Any, table: Any, tmp_path: Path, widths: list[int], seconds: float | None) -> None:
    """Within seconds of processor time, and six digits of the sharpness at least."""
    path, sigma, w = table
    weights = normal(widths, 1.4 if len(widths) > 10 else 1.0)
    before = process_time()
    result = flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", path, "--target", "y", "--json", "-")
    assert seconds is None or process_time() - before <= seconds
    found = result.json
    assert result.code == 0, [row for rows in found["theorems"].values() for row in rows if row["verdict"] != "held"]
    assert relative_width(found["on_data"]["sharpness"]) < 1e-6
    assert holds(found["on_data"]["sharpness"], rayleigh(weights, sigma, w), 1e-9)


def test_what_is_beyond_bounds_is_refused(flatcert: Any, table: Any, tmp_path: Path) -> None:
    weights = [np.zeros((300, 3)), *[np.zeros((300, 300))] * 10, np.zeros((1, 300))]
    said = sentence(flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", table[0], "--target", "y"))
    assert "eigenproblem of size" in said and "minutes" in said and "GB" in said


def test_numbers_whose_exact_products_take_minutes_are_refused(flatcert: Any, table: Any, tmp_path: Path) -> None:
    """A few weights, but their products have a million bits."""
    weights = [np.full((2, 3), 5e-324), *[5e-324 * np.eye(2)] * 998, np.ones((1, 2))]
    said = sentence(flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", table[0], "--target", "y"))
    assert "minutes" in said and "GB" in said


@pytest.mark.parametrize("widths", [[3, 2000, 1], [3, 30, 30, 1]])
def test_layers_of_ones_are_ties_that_stay_cheap(flatcert: Any, table: Any, tmp_path: Path, widths: list[int]) -> None:
    """Rank one everywhere, singular Gram matrices: what is undecided is a tie, and nothing is refuted."""
    path, sigma, w = table
    weights = [np.ones((b, a)) for a, b in pairwise(widths)]
    result = flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", path, "--target", "y", "--json", "-")
    rows = [row for rows in result.json["theorems"].values() for row in rows]
    assert not [row for row in rows if row["verdict"] == "refuted"]
    assert result.code == (3 if any(row["verdict"] == "inconclusive" for row in rows) else 0)
    assert holds(result.json["on_data"]["sharpness"], rayleigh(weights, sigma, w), 1e-9)


@pytest.mark.parametrize("widths", [[1, 20, 1], [1, 20, 20, 1], [1] * 43, [1, 40, 30]])
def test_with_one_feature_the_ties_of_every_network_are_decided(
    flatcert: Any, tmp_path: Path, widths: list[int]
) -> None:
    """The gradient is exactly as steep as the PL inequality says, as the kernel is a number."""
    data = tmp_path / "t.csv"
    data.write_text("a,y\n1,2\n-2,1\n3,4\n")
    readout = {} if widths[-1] == 1 else {"p": np.arange(1.0, widths[-1] + 1)}
    path = save(tmp_path / "w.npz", normal(widths), **readout)
    result = flatcert("inspect", path, "--data", data, "--target", "y", "--json", "-")
    found = {f"{row['claim']}/{row['part']}": row["verdict"] for row in result.json["theorems"]["on_data"]}
    assert found["pl-inequality/kernel"] == "held" and result.code == 0


@pytest.mark.parametrize("features", [1, 3])
def test_one_layer_with_a_wide_readout_has_few_singular_values(
    flatcert: Any, table: Any, tmp_path: Path, features: int
) -> None:
    data = table[0]
    if features == 1:
        data = tmp_path / "one.csv"
        data.write_text("a,y\n1,2\n-2,1\n3,4\n")
    path = save(tmp_path / "w.npz", normal([features, 200]), p=np.linspace(-1, 1, 200))
    assert flatcert("inspect", path, "--data", data, "--target", "y").code == 0


def test_what_is_beyond_float64_is_enclosed_all_the_same(flatcert: Any, table: Any, tmp_path: Path) -> None:
    """3-20-1 at 1e200: the sharpness is about 1e402, printed as such; JSON numbers have null."""
    path = save(tmp_path / "w.npz", normal([3, 20, 1], 1e200))
    arguments = ("inspect", path, "--data", table[0], "--target", "y")
    shown = flatcert(*arguments)
    (row,) = (line for line in shown.out.splitlines() if line.startswith("│ S  "))
    assert shown.code == 0 and row.count("e+40") == 4 and "nfinity" not in shown.out
    assert flatcert(*arguments, "--json", "-").json["on_data"]["sharpness"] is None


def test_a_wide_enclosure_is_named_and_inconclusive(
    flatcert: Any, table: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No network within reach has a wide one: the limits are moved instead."""
    for name in ("SHARP", "NEGLIGIBLE"):
        monkeypatch.setattr(limits, name, 0.0)
    path = save(tmp_path / "w.npz", normal([3, 4, 1]))
    result = flatcert("inspect", path, "--data", table[0], "--target", "y", "--json", "-")
    assert result.code == 3
    assert result.json["inconclusive"].startswith("The sharpness of the network on the data is enclosed only in [")
    assert result.json["inconclusive"] in result.err


def test_how_wide_is_too_wide() -> None:
    wide, narrow = (arb(1, radius) for radius in (1e-2, 1e-5))
    assert not sharp(wide, arb(1)) and sharp(narrow, arb(1)) and sharp(wide, arb(1e12))


def test_long_numbers_take_time_and_memory() -> None:
    widths = (2,) * 100
    short, long = limits.inspection_cost(widths), limits.inspection_cost(widths, bits=10**5)
    assert long.seconds > short.seconds + 1 and long.bytes > short.bytes + 10**7
