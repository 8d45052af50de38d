"""``bounds --theory`` and ``inspect --theory``: a theory's words and claims on one's data, against NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_cli import holds, sentence

THEORY = '''
"""Flatness in words of one's own, with a claim that is false."""
from flatcert import Obligation, Theory
from flatcert.deep_linear import E, L, S, S_min, W, a, b, norm_q1, norm_w, norm_w_net
from flatcert.language import Rational, norm_squared

theory = Theory("flatness")
spread = theory.quantity("spread", b / a, latex="b/a", meaning="spread of the spectrum at w*")
nowhere = theory.quantity("nowhere", 1 / (spread - b / a), meaning="a quotient by zero")
decay = theory.quantity("decay", norm_squared(W(1)) + norm_q1**2, nonnegative=True, meaning="two factors")
narrow = theory.hypothesis("narrow", (spread, "<=", 1))
theory.claim("spread-one", "The spread is at least one", Obligation("any", (spread, ">=", 1), given=("E > 0",)))
theory.claim(
    "rough", "Rough bounds", Obligation("least", (L * a * norm_w ** (2 - 2 / L), "<=", S),
                                        given=("minimizer", "plain", "E > 0")),
    Obligation("narrow", (S, ">=", E), given=("minimizer", narrow)))
theory.claim("decay", "Weight decay", Obligation("any", (decay, ">=", 2 * norm_w_net)))
FALSE
'''
FALSE = 'theory.claim("false", "A false one", Obligation("any", (decay, "<=", norm_w_net)))'


@pytest.fixture
def theory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flatness.py").write_text(THEORY.replace("FALSE", ""))
    return tmp_path / "flatness.py"


def constants(sigma: Any, w: Any) -> tuple[float, float]:
    """``a`` and ``b``."""
    image = sigma @ w
    return float(w @ image / (w @ w)), float(image @ image / (w @ image))


def test_bounds_of_a_theory(flatcert: Any, table: Any, theory: Path) -> None:
    path, sigma, w = table
    result = flatcert("bounds", path, "--target", "y", "--depth", 3, "--theory", theory, "--json", "-")
    plain = flatcert("bounds", path, "--target", "y", "--depth", 3, "--json", "-").json
    assert result.code == 0 and {key: result.json[key] for key in plain} == plain
    said, (a, b) = result.json["theories"]["flatness"], constants(sigma, w)
    words = {word["name"]: word for word in said["words"]}
    assert set(words) == {"spread", "nowhere"} and words["nowhere"]["value"] is None and words["nowhere"]["reason"]
    assert holds(words["spread"]["value"], b / a)
    rows = {f"{row['claim']}/{row['part']}": row for row in said["bounds"]}
    assert set(rows) == {"rough/least", "rough/narrow"}
    least = rows["rough/least"]
    assert (least["quantity"], least["op"], least["given"]) == ("S", ">=", ["minimizer"])
    assert holds(least["value"], 3 * a * float(np.linalg.norm(w)) ** (4 / 3))
    assert rows["rough/narrow"]["value"] is None and rows["rough/narrow"]["reason"] == "it needs narrow"
    (decided,) = said["theorems"]["on_problem"]
    assert (decided["claim"], decided["verdict"]) == ("spread-one", "held")
    assert "bounds of flatness" in result.err and "flatcert verify decides whether they hold" in result.err


def test_claims_of_a_theory_on_a_network(flatcert: Any, table: Any, theory: Path, tmp_path: Path) -> None:
    weights = [np.array([[0.5, 0.25, 0.0], [0.0, 1.0, -1.0]]), np.array([[1.0, 2.0]])]
    np.savez(tmp_path / "w.npz", W1=weights[0], W2=weights[1])
    inspect = ("inspect", tmp_path / "w.npz", "--data", table[0], "--target", "y", "--theory", theory, "--json", "-")
    result = flatcert(*inspect)
    said = result.json["theories"]["flatness"]
    q = weights[1][0] @ weights[0]
    words = {word["name"]: word["value"] for word in said["words"]}
    assert holds(words["decay"], float((weights[0] ** 2).sum() + weights[1][0] @ weights[1][0]))
    rows = {reading: {f"{row['claim']}/{row['part']}": row for row in said["theorems"][reading]}
            for reading in ("on_data", "as_minimizer")}
    assert rows["on_data"]["decay/any"]["verdict"] == "held"
    assert holds(rows["on_data"]["decay/any"]["rhs"], 2 * float(np.linalg.norm(q)))
    assert rows["on_data"]["rough/least"]["verdict"] == "not applicable"
    assert set(rows["as_minimizer"]) == {"rough/least", "rough/narrow"}
    assert rows["as_minimizer"]["rough/least"]["verdict"] == "held" and result.code == 0
    theory.write_text(THEORY.replace("FALSE", FALSE))
    result = flatcert(*inspect)
    (row,) = (row for row in result.json["theories"]["flatness"]["theorems"]["on_data"] if row["claim"] == "false")
    assert row["verdict"] == "refuted" and result.code == 1


def test_large_networks_are_decided_by_balls(flatcert: Any, table: Any, theory: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "w.npz", W1=rng.normal(size=(20, 3)), W2=rng.normal(size=(1, 20)))
    result = flatcert("inspect", tmp_path / "w.npz", "--data", table[0], "--target", "y", "--theory", theory,
                      "--json", "-")
    rows = {row["claim"]: row["verdict"] for row in result.json["theories"]["flatness"]["theorems"]["on_data"]}
    assert result.code == 0 and rows["decay"] == rows["spread-one"] == "held"


def test_a_theory_of_another_setting_gets_one_sentence(flatcert: Any, table: Any, tmp_path: Path) -> None:
    examples = Path(__file__).parents[3] / "examples" / "theories"
    said = sentence(flatcert("bounds", table[0], "--target", "y", "--depth", 2, "--theory",
                             examples / "steepest_descent.py"))
    assert "is about quadratic, not about the deep linear networks" in said
    assert "no.py" in sentence(flatcert("bounds", table[0], "--target", "y", "--depth", 2, "--theory", "no.py"))
    built_in = flatcert("bounds", table[0], "--target", "y", "--depth", 2, "--theory", "flatcert", "--json", "-")
    assert built_in.code == 0 and "theories" not in built_in.json
