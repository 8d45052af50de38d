"""``flatcert flow`` says of every number which start it is of, and where the initialization itself ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_cli import holds

STARTS = {"initialization", "end state", "any"}


@pytest.fixture
def scalar(flatcert: Any, tmp_path: Path) -> Any:
    """The flow of layers of width one on ``Σ = 1``, ``w* = 2``."""
    def run(*layers: float, more: tuple[object, ...] = ("--json", "-"), **readout: Any) -> Any:
        (tmp_path / "t.csv").write_text("x,y\n1,2\n-1,-2\n")
        np.savez(tmp_path / "w.npz", **{f"W{k}": np.array([[x]]) for k, x in enumerate(layers, 1)}, **readout)
        return flatcert("flow", "--data", tmp_path / "t.csv", "--target", "y", "--weights", tmp_path / "w.npz", *more)

    return run


def unnamed(value: Any, path: str = "") -> list[str]:
    """Objects of the JSON that do not name a start and stand in none that does, but the whole."""
    if isinstance(value, list):
        return [name for k, part in enumerate(value) for name in unnamed(part, f"{path}[{k}]")]
    if not isinstance(value, dict) or (path and value.get("start") in STARTS):
        return []
    return [path] * bool(path) + [name for key, part in value.items() for name in unnamed(part, f"{path}.{key}")]


def test_a_start_on_the_stable_manifold_of_a_saddle(scalar: Any) -> None:
    """``w = −x²`` and ``ẋ = −2(2 + x²)x``: to zero, where the Hessian is ``[[0, −4], [−4, 0]]``."""
    found = scalar(1, -1, more=("--max-steps", 40, "--json", "-")).json
    assert unnamed(found) == [] and found["start"] == "initialization"
    assert (found["limit"], found["theta"], found["ratio"]) == (None, None, None)
    end = found["destination"]
    assert (end["start"], end["kind"], end["sharpness"]) == ("initialization", "saddle", {"lower": 4.0, "upper": 4.0})
    assert "runs into a saddle" in found["reason"] and "the sharpness there is 4" in found["reason"]
    assert found["imbalance"] == 0 and found["end_state"]["imbalance"] > 0
    assert found["end_state"]["start"] == "end state"


def test_the_two_starts_stand_apart(scalar: Any, tmp_path: Path) -> None:
    """The limit of the end state is a minimizer of sharpness 8; nothing of it is said of the initialization."""
    shown = scalar(1, -1, more=("--radius", "1e-8", "--json", tmp_path / "f.json")).out
    found = json.loads((tmp_path / "f.json").read_text())
    again = found["end_state"]
    assert found["decided"] == "limit of the end state" and holds(again["limit"]["sharpness"], 8.0)
    named = [again[key]["start"] for key in ("limit", "theta", "ratio", "destination", "final_risk_gap")]
    assert {*named, *(row["start"] for row in found["bounds"])} == {"end state"}
    rows = [line.split("│")[1:3] for line in shown.splitlines() if line.startswith("│")]
    first = {quantity.strip() for of, quantity in rows if of.strip() == "initialization"}
    second = {quantity.strip() for of, quantity in rows if of.strip() == "end state"}
    assert {"S, sharpness of the limit", "S / S_min", "the flow ends at"} <= first & second
    assert "Delta of the exact end state" in second and "Delta of the exact initialization" in first
    titles = {line.strip() for line in shown.splitlines()}
    assert {"layers of the limit of the end state", "the limit of the end state against the theory, decided by balls"
            } <= titles
    assert "none: no minimizer" in shown and "of the end state: " in shown


@pytest.mark.parametrize("layers, sharpness", [((2, -1, 1), 4 * 3**0.5), ((-1, -1, -1), 0.0), ((1, -1, 1, -2, 3), 0)])
def test_saddles_of_deeper_networks(scalar: Any, layers: tuple[float, ...], sharpness: float) -> None:
    """Two layers of norm 1 leave ``√3`` for the other; three leave a Hessian of zero. In the third ``w > 0``."""
    found = scalar(*layers, more=("--max-steps", 40, "--json", "-")).json
    if np.prod(layers) > 0:
        assert found["destination"]["kind"] == "minimizer"
    else:
        assert found["destination"]["kind"] == "saddle" and holds(found["destination"]["sharpness"], sharpness)


def test_a_start_beside_the_stable_manifold_passes_the_saddle(scalar: Any) -> None:
    """One unit in the last place off: the integrator is lost, the closed form has the minimizer ``x_1² x_2² = 4``."""
    result = scalar(1, -(1 + 2.0**-52), more=("--max-steps", 90, "--json", "-"))
    found = result.json
    assert (found["decided"], found["end_state"], found["limit"]["start"]) == (
        "limit of the start", None, "initialization")
    # 2 (x_1² + x_2²), where x_2² − x_1² is about 2^-51 and conserved.
    assert holds(found["limit"]["sharpness"], 8.0, 1e-12) and found["limit"]["radius"] <= 1e-20
    assert {row["start"] for row in found["bounds"]} == {"initialization"}
    assert "closed form" in found["reason"]


def test_a_saddle_with_a_read_out_and_weights_off_the_chain(flatcert: Any, tmp_path: Path) -> None:
    """``Σ = I``, ``w* = (2, 0)``: the second unit is never moved, and at the saddle it is what is sharp.

    With ``a`` its weight in ``W_2`` and ``b`` its other one in ``W_1`` the risk is ``18·49 a²/2 − 12ab`` there.
    """
    (tmp_path / "t.csv").write_text("a,b,y\n1,1,2\n-1,1,-2\n1,-1,2\n-1,-1,-2\n")
    np.savez(tmp_path / "w.npz", W1=np.array([[0.5, 0.0], [0.0, 7.0]]), W2=np.array([[-0.5, 0.0]]), p=np.array([3.0]))
    found = flatcert("flow", "--data", tmp_path / "t.csv", "--target", "y", "--weights", tmp_path / "w.npz",
                     "--max-steps", 30, "--json", "-").json
    assert found["destination"]["kind"] == "saddle" and holds(
        found["destination"]["sharpness"], 441 + (441**2 + 144) ** 0.5)


def test_a_start_at_a_saddle_stays(flatcert: Any) -> None:
    """``2‖Σw*‖`` at two zero layers; no end state is followed, as it is the initialization."""
    found = flatcert("flow", "--dim", 2, "--depth", 2, "--scale", 0, "--json", "-").json
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 2))
    y = X @ rng.normal(size=2) + rng.normal(size=50)
    y /= np.linalg.norm(np.linalg.lstsq(X, y)[0])
    assert found["end_state"] is None and "stays" in found["reason"]
    assert holds(found["destination"]["sharpness"], 2 * np.linalg.norm(X.T @ y / 50))


def test_what_is_not_known_is_said_to_be_that(flatcert: Any, tmp_path: Path) -> None:
    """Above the risk of zero weights and not aligned: nothing is known, and no row of the initialization is filled."""
    np.savez(tmp_path / "w.npz", W1=np.array([[-3.0, 1.0], [1.0, 2.0]]), W2=np.array([[3.0, 1.0]]))
    result = flatcert("flow", "--weights", tmp_path / "w.npz", "--max-steps", 1, "--json", tmp_path / "f.json")
    shown = [line.split("│")[1:4] for line in result.out.splitlines() if line.startswith("│ initialization")]
    values = {quantity.strip(): value.strip() for _, quantity, value in shown}
    assert {values[key] for key in ("the flow ends at", "S, sharpness of the limit", "S / S_min")} == {"not known"}
    assert "Where the flow from the initialization ends is not known." in result.out


def test_too_few_steps_below_the_risk_of_zero_weights(flatcert: Any) -> None:
    """`linear-convergence` says that the limit is a minimizer, and no more."""
    found = flatcert("flow", "--dim", 2, "--depth", 3, "--scale", 0.5, "--max-steps", 34, "--json", "-").json
    end = found["destination"]
    assert (end["kind"], end["sharpness"]) == ("minimizer", None) and "linear-convergence" in end["reason"]


def test_an_ordinary_flow_names_the_initialization(flatcert: Any) -> None:
    found = flatcert("flow", "--dim", 2, "--depth", 2, "--json", "-").json
    assert unnamed(found) == [] and found["end_state"] is None
    assert {found[key]["start"] for key in ("limit", "theta", "ratio", "escape_time")} == {"initialization"}
    assert {found[key]["start"] for key in ("min_sharpness", "four_kappa")} == {"any"}


def test_the_time_is_bounded_and_what_takes_long_is_said_before(flatcert: Any, tmp_path: Path) -> None:
    """Sixty layers: half a minute of steps. No time at all is allowed, and still there is a report."""
    (tmp_path / "t.csv").write_text("x,y\n1,2\n-1,-2\n")
    np.savez(tmp_path / "w.npz", **{f"W{k}": np.ones((1, 1)) for k in range(1, 61)})
    arguments = ("flow", "--data", tmp_path / "t.csv", "--target", "y", "--weights", tmp_path / "w.npz", "--minutes", 0)
    result = flatcert(*arguments, "--json", "-")
    assert result.err.startswith("flatcert: This can take minutes")
    # Aligned weights: the limit is known all the same.
    assert result.json["limit"]["radius"] <= 1e-20
    result = flatcert("flow", "--dim", 2, "--depth", 3, "--minutes", 0, "--json", "-")
    assert result.code == 3 and "no end in the time allowed" in result.json["reason"]
    assert "can take minutes" not in result.err
