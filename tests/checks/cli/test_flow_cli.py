"""``flatcert flow`` against float64 gradient flow and dense NumPy formulas, and what it refuses."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flow_cli import DIABETES, holds, product, sentence, slope, split, top_by_differences
from scipy.integrate import solve_ivp

from flatcert.theory.library import BUILT_IN


def drawn(dim: int, depth: int, scale: float, seed: int, samples: int = 50) -> tuple[Any, Any, list[Any]]:
    """Covariance, regressor and weights as the paper's setting draws them, written out again."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(samples, dim))
    y = X @ rng.normal(size=dim) + rng.normal(size=samples)
    y /= np.linalg.norm(np.linalg.lstsq(X, y)[0])
    widths = [dim] * depth + [1]
    weights = [scale * rng.normal(size=(upper, lower)) for lower, upper in pairwise(widths)]
    return X.T @ X / samples, np.linalg.lstsq(X, y)[0], weights


def flowed(sigma: Any, w: Any, weights: list[Any], time: float) -> tuple[Any, Any]:
    start = np.concatenate([x.ravel() for x in weights])
    done = solve_ivp(lambda t, x: -slope(x, sigma, w, weights), (0, time), start, method="DOP853",
                     rtol=1e-12, atol=1e-14, dense_output=True)
    return done.y[:, -1], done.sol


@pytest.mark.parametrize("dim, depth, scale, seed", [(2, 3, 0.3, 1), (3, 2, 0.5, 0), (3, 4, 0.4, 2)])
def test_the_limit_against_a_long_float_flow(flatcert: Any, dim: int, depth: int, scale: float, seed: int) -> None:
    """SciPy with gradients by whole products, and a Hessian by differences; ours: balls and a d x d pencil."""
    result = flatcert("flow", "--dim", dim, "--depth", depth, "--scale", scale, "--seed", seed, "--json", "-")
    assert result.code == 0
    found = result.json
    assert (found["verdict"], found["decided"]) == ("certified", "limit of the start")
    assert found["limit"]["radius"] <= 1e-12
    sigma, w, weights = drawn(dim, depth, scale, seed)
    end, solution = flowed(sigma, w, weights, 60.0)
    assert holds(found["limit"]["sharpness"], top_by_differences(end, sigma, w, weights), 1e-6)
    imbalance = sum(np.linalg.norm(a @ a.T - b.T @ b, 2) for a, b in pairwise(weights))
    assert holds(found["imbalance_enclosed"], imbalance, 1e-12) and holds(found["limit"]["imbalance"], imbalance, 1e-12)
    layers = split(end, weights)
    for k, layer in enumerate(layers):
        u, s, _ = np.linalg.svd(layer)
        assert holds(found["limit"]["layers"]["squared_norms"][k], s[0] ** 2, 1e-8)
        assert found["limit"]["layers"]["rank_one_gaps"][k]["lower"] <= (s[1:] ** 2).sum() + 1e-8
        if k + 1 < depth:
            right = np.linalg.svd(layers[k + 1])[2][0]
            assert holds(found["limit"]["layers"]["alignments"][k], float(u[:, 0] @ right) ** 2, 1e-7)
    half = w @ sigma @ w / 2

    def gap(time: float) -> float:
        residual = product(split(solution(time), weights)).ravel() - w
        return float(residual @ sigma @ residual)

    escape = found["escape_time"]
    assert gap(escape["lower"]) >= half * (1 - 1e-9) and gap(escape["upper"]) <= half * (1 + 1e-9)
    assert escape["upper"] - escape["lower"] < found["end_time"] / 10


def test_the_bounds_against_numpy(flatcert: Any) -> None:
    """Closed formulas in float64; a small start, so that every hypothesis holds but the balance."""
    found = flatcert("flow", "--dim", 3, "--depth", 3, "--scale", 0.05, "--seed", 4, "--json", "-").json
    sigma, w, weights = drawn(3, 3, 0.05, 4)
    L, values, norm = 3, np.linalg.eigvalsh(sigma), np.linalg.norm(w)
    imbalance = sum(np.linalg.norm(a @ a.T - b.T @ b, 2) for a, b in pairwise(weights))
    a = w @ sigma @ w / norm**2
    root = np.linalg.cholesky(sigma).T
    balanced = 2 * norm ** (2 - 2 / L) * np.linalg.eigvalsh(
        root @ (np.eye(3) + (L - 1) * np.outer(w, w) / norm**2) @ root.T)[-1]
    assert found["balanced_sharpness"] == pytest.approx(balanced, rel=1e-12)
    assert holds(found["balanced_sharpness_enclosed"], balanced, 1e-12)
    assert holds(found["theta"], (L - 1) * imbalance / norm ** (2 / L))
    assert holds(found["four_kappa"], 4 * values[-1] / values[0])
    rows = {f"{row['claim']}/{row['part']}": row for row in found["bounds"]}
    assert holds(rows["limit-sharpness/eight"]["rhs"], 8 * L * values[-1] * norm ** (2 - 2 / L))
    assert holds(rows["sharpness-lower/minimizers"]["rhs"], 2 * L * norm ** (2 - 2 / L) * a)
    verdicts = {name: row["verdict"] for name, row in rows.items()}
    assert {v for name, v in verdicts.items() if not name.startswith("balanced")} == {"held"}
    assert verdicts["balanced-sharpness/ratio"] == "not applicable"
    least, limit = found["min_sharpness"], found["limit"]["sharpness"]
    assert 1 - 1e-12 <= found["ratio"]["lower"] <= limit["lower"] / least["lower"] * (1 + 1e-9)
    assert least["lower"] <= least["upper"] <= limit["upper"]


def test_a_failed_hypothesis_is_never_a_pass(flatcert: Any) -> None:
    """``θ > 1`` at the paper's scales: the bound is shown, and it does not apply."""
    found = flatcert("flow", "--dim", 2, "--depth", 3, "--scale", 0.3, "--seed", 1, "--json", "-").json
    (row,) = (row for row in found["bounds"] if row["part"] == "eight")
    assert found["theta"]["lower"] > 1
    assert row["verdict"] == "not applicable" and "theta" in row["reason"] and "not <= 3/4" in row["reason"]


def test_a_singular_covariance_misses_the_regressor(flatcert: Any) -> None:
    result = flatcert("flow", "--dim", 4, "--depth", 2, "--samples", 2, "--json", "-")
    rows = {row["part"]: row for row in result.json["bounds"] if row["claim"] == "limit-sharpness"}
    assert result.code == 0 and result.json["four_kappa"] is None
    assert rows["eight"]["verdict"] == "not applicable" and "w != w*" in rows["eight"]["reason"]
    assert "Sigma is singular" in rows["condition"]["reason"]
    assert "w != w* in general" in result.err


def test_balanced_weights_of_the_user_reach_the_balanced_value(flatcert: Any, tmp_path: Path) -> None:
    """``Δ = 0`` exactly: the enclosed sharpness of the limit meets the enclosed ``S_bal``."""
    u = np.array([0.5, 0.0])
    np.savez(tmp_path / "w.npz", W1=np.array([[0.25, 0.0], [0.0, 0.0]]), W2=0.5 * u[None, :])
    result = flatcert("flow", "--weights", tmp_path / "w.npz", "--seed", 3, "--json", "-")
    found = result.json
    assert result.code == 0 and found["imbalance"] == 0
    limit, balanced = found["limit"]["sharpness"], found["balanced_sharpness_enclosed"]
    assert limit["lower"] <= balanced["upper"] and balanced["lower"] <= limit["upper"]
    assert limit["upper"] - limit["lower"] < 1e-11
    assert {row["verdict"] for row in found["bounds"]} == {"held"}


def test_a_table_and_weights_with_a_readout(flatcert: Any, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b,y\n" + "".join(f"{i % 5},{i * i % 7},{3 * i % 11}.5\n" for i in range(30)))
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "w.npz", W1=rng.normal(size=(2, 2)), W2=rng.normal(size=(3, 2)), p=np.array([1.0, 0.5, -1.0]))
    result = flatcert("flow", "--data", table, "--target", "y", "--center", "--weights", tmp_path / "w.npz",
                      "--radius", 1e-8, "--json", "-")
    found = result.json
    assert result.code == 0 and found["balanced_sharpness"] is None
    rows = {f"{row['claim']}/{row['part']}": row for row in found["bounds"]}
    assert rows["limit-sharpness/eight"]["reason"] == "there is a read-out p"
    assert rows["sharpness-lower/minimizers"]["verdict"] == "held"


def test_a_start_at_the_saddle_is_inconclusive(flatcert: Any) -> None:
    result = flatcert("flow", "--dim", 2, "--depth", 3, "--scale", 0, "--json", "-")
    assert result.code == 3
    found = result.json
    assert (found["verdict"], found["decided"], found["limit"]) == ("inconclusive", "nothing", None)
    assert found["escape_time"] is None and "saddle" in found["reason"]


@pytest.mark.parametrize("steps, verdict, code", [(34, "certified for the end state", 0), (23, "inconclusive", 3)])
def test_what_only_the_end_state_decides_is_said_to_be_that(
    flatcert: Any, steps: int, verdict: str, code: int
) -> None:
    """Too few steps for the start; with fewer still the ball around the other limit is too wide for the bounds."""
    result = flatcert("flow", "--dim", 2, "--depth", 3, "--scale", 0.5, "--max-steps", steps, "--json", "-")
    found = result.json
    assert (result.code, found["decided"], found["verdict"]) == (code, "limit of the end state", verdict)
    assert "in its own right" in found["reason"] and f"no end after {steps} steps" in found["reason"]
    if code:
        assert {row["verdict"] for row in found["bounds"]} == {"inconclusive", "not applicable"}


@pytest.mark.parametrize("part, factor, code", [("minimizers", 1.5, 1), ("minimizers", 1.0, 0)])
def test_a_planted_falsehood_is_refuted(
    flatcert: Any, monkeypatch: pytest.MonkeyPatch, part: str, factor: float, code: int
) -> None:
    """The bound from below with a constant that is too large, in the registry: the run fails and names it."""
    planted = BUILT_IN.claims["sharpness-lower"].obligation(part)
    relation = replace(planted.relation, rhs=sp.Rational(factor) * planted.relation.rhs)
    monkeypatch.setitem(BUILT_IN.claims, "sharpness-lower",
                        replace(BUILT_IN.claims["sharpness-lower"], obligations=(replace(planted, relation=relation),)))
    result = flatcert("flow", "--dim", 2, "--depth", 3, "--scale", 0.3, "--seed", 1, "--json", "-")
    assert result.code == code and result.json["verdict"] == ("refuted" if code else "certified")
    assert ("violates sharpness-lower/minimizers" in result.json["reason"]) is bool(code)


def test_the_terminal_names_what_it_shows(flatcert: Any, tmp_path: Path) -> None:
    result = flatcert("flow", "--dim", 2, "--depth", 2, "--json", tmp_path / "f.json")
    for words in ("first below half of its value at zero weights", "S_min", "S_bal", "4 kappa", "rank-one gap",
                  "alignment", "limit-sharpness/eight", "The limit of the flow from the initialization itself"):
        assert words in result.out
    assert (tmp_path / "f.json").read_text().startswith("{")


def test_the_picture(flatcert: Any, tmp_path: Path) -> None:
    """Whatever the depth, and where nothing moves; text in the vector file shows the theory's lines."""
    pytest.importorskip("matplotlib")
    for depth, scale in ((3, 0.4), (1, 0.4), (2, 0)):
        path = tmp_path / f"f{depth}.svg"
        assert flatcert("flow", "--dim", 2, "--depth", depth, "--scale", scale, "--plot", path).code in (0, 3)
        assert "</svg>" in path.read_text()
    flatcert("flow", "--dim", 2, "--depth", 2, "--plot", tmp_path / "f.png")
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.png", "f1.svg", "f2.svg", "f3.svg"]


def test_a_missing_matplotlib_is_named(flatcert: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("flatcert.checks.output.plotting.find_spec", lambda name: None)
    said = sentence(flatcert("flow", "--dim", 2, "--depth", 2, "--plot", tmp_path / "f.png"))
    assert "pip install 'flatcert[plot]'" in said


BAD = {
    "no depth": (["--dim", 2], "give --depth L"),
    "no dimension": (["--depth", 2], "give --dim d"),
    "data without target": (["--data", DIABETES, "--depth", 2], "--data and --target together"),
    "target without data": (["--target", "y", "--depth", 2], "--data and --target together"),
    "dimension of the data": (["--data", DIABETES, "--target", "target", "--depth", 2, "--dim", 3], "leave out --dim"),
    "centring nothing": (["--dim", 2, "--depth", 2, "--center"], "--data F --target COL"),
    "no weights": (["--weights", "nowhere.npz"], "There is no file 'nowhere.npz'"),
    "radius": (["--dim", 2, "--depth", 2, "--radius", 2], "change --radius"),
    "radius nan": (["--dim", 2, "--depth", 2, "--radius", "nan"], "change --radius"),
    "scale": (["--dim", 2, "--depth", 2, "--scale", "inf"], "scale and minutes must be finite"),
    "minutes": (["--dim", 2, "--depth", 2, "--minutes", "inf"], "change --radius, --scale or --minutes"),
    "too large": (["--dim", 61, "--depth", 2], "at most 60"),
    "picture type": (["--dim", 2, "--depth", 2, "--plot", "f.txt"], ".png, .pdf, .svg"),
    "no directory": (["--dim", 2, "--depth", 2, "--plot", "/nowhere/f.png"], "There is no directory"),
}


@pytest.mark.parametrize("arguments, message", BAD.values(), ids=BAD.keys())
def test_bad_usage_gets_one_sentence(flatcert: Any, arguments: list[object], message: str) -> None:
    assert message in sentence(flatcert("flow", *arguments))


def test_weights_of_another_depth(flatcert: Any, tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", W1=np.ones((1, 2)))
    assert "leave out --depth" in sentence(flatcert("flow", "--weights", tmp_path / "w.npz", "--depth", 2))
    assert "takes 2 inputs" in sentence(flatcert("flow", "--weights", tmp_path / "w.npz", "--dim", 3))


def test_two_results_in_one_file_are_refused(flatcert: Any, tmp_path: Path) -> None:
    place = tmp_path / "f.png"
    said = sentence(flatcert("flow", "--dim", 1, "--depth", 2, "--json", place, "--plot", tmp_path / "." / "f.png"))
    assert "--plot and --json both name" in said
    np.savez(tmp_path / "w.npz", W1=np.ones((1, 1)))
    said = sentence(flatcert("flow", "--weights", tmp_path / "w.npz", "--json", tmp_path / "w.npz"))
    assert "--json and --weights both name" in said


def test_help_stays_free_of_numbers(flatcert: Any) -> None:
    import subprocess

    code = ("import sys; from flatcert.checks import cli\n"
            "print(sorted({'sympy', 'numpy', 'flint', 'matplotlib'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
