"""``flatcert inspect`` against NumPy's dense Hessian and SVD, and the files that it refuses."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_cli import DIABETES, holds, sentence, top_by_differences


def dense_hessian(weights: list[Any], sigma: Any, w: Any) -> Any:
    """Hessian of ``(v − w)ᵀΣ(v − w)``, ``v = (W_L ⋯ W_1)ᵀ``: complex steps give the gradient, differences the rest.

    Nothing of the package enters: no backward vectors, no kernel, no blocks.
    """
    shapes = [x.shape for x in weights]
    ends = np.cumsum([x.size for x in weights])[:-1]

    def risk(vector: Any) -> Any:
        total = np.eye(len(w))
        for part, shape in zip(np.split(vector, ends), shapes, strict=True):
            total = part.reshape(shape) @ total
        residual = total[0] - w
        return residual @ sigma @ residual

    def gradient(vector: Any) -> Any:
        return np.array([risk(vector + 1e-30j * e).imag for e in np.eye(len(vector))]) / 1e-30

    at = np.concatenate([x.ravel() for x in weights])
    columns = [(gradient(at + 1e-5 * e) - gradient(at - 1e-5 * e)) / 2e-5 for e in np.eye(len(at))]
    return np.array(columns)


def trained(sigma: Any, w: Any, widths: list[int], scale: float, steps: int) -> list[Any]:
    """Gradient descent on whole products, as a user would."""
    rng = np.random.default_rng(7)
    weights = [scale * rng.normal(size=(b, a)) for a, b in pairwise(widths)]
    for _ in range(steps):
        below = [np.eye(widths[0])]
        for x in weights:
            below.append(x @ below[-1])
        g = 2 * (below[-1][0] - w) @ sigma
        above = np.eye(1)
        moves = []
        for k in reversed(range(len(weights))):
            moves.append(above.T @ g[None, :] @ below[k].T)
            above = above @ weights[k]
        for x, move in zip(weights, reversed(moves), strict=True):
            x -= 0.003 * move
    return weights


def save(path: Path, weights: list[Any], **more: Any) -> Path:
    np.savez(path, **{f"W{k}": x for k, x in enumerate(weights, 1)}, **more)
    return path


@pytest.mark.parametrize("widths, scale, steps", [([3, 4, 1], 0.5, 0), ([3, 2, 2, 1], 0.3, 6000), ([3, 1], 0.5, 300)])
def test_against_the_dense_hessian_and_svd(
    flatcert: Any, table: Any, tmp_path: Path, widths: list[int], scale: float, steps: int
) -> None:
    path, sigma, w = table
    weights = trained(sigma, w, widths, scale, steps)
    result = flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", path, "--target", "y", "--json", "-")
    found = result.json
    assert result.code == 0, result.err
    top = float(np.linalg.eigvalsh(dense_hessian(weights, sigma, w))[-1])
    assert holds(found["on_data"]["sharpness"], top, 1e-7)
    total = np.eye(3)
    for x in weights:
        total = x @ total
    own = total[0]
    # At its own regressor the network is a minimizer: another risk, another Hessian.
    assert holds(found["as_minimizer"]["sharpness"],
                 float(np.linalg.eigvalsh(dense_hessian(weights, sigma, own))[-1]), 1e-7)
    residual = np.linalg.norm(dense_hessian(weights, sigma, w) - dense_hessian(weights, sigma, own), 2)
    assert residual <= found["on_data"]["residual_part"]["upper"] * (1 + 1e-6) + 1e-7
    gap = float((own - w) @ sigma @ (own - w))
    assert holds(found["risk_gap"], gap, 1e-7) or found["risk_gap"]["upper"] < 1e-27  # all rounding, in float64
    delta = sum(np.linalg.norm(a @ a.T - b.T @ b, 2) for a, b in pairwise(weights))
    assert holds(found["imbalance"], delta, 1e-12) or delta == 0
    assert holds(found["theta"], (len(weights) - 1) * delta / np.linalg.norm(own) ** (2 / len(weights)), 1e-12)
    for k, (a, b) in enumerate(pairwise(weights)):
        cosine = np.linalg.svd(a)[0][:, 0] @ np.linalg.svd(b)[2][0]
        assert holds(found["layers"]["alignments"][k], float(cosine**2), 1e-9)
        gap = float((np.linalg.svd(a, compute_uv=False)[1:] ** 2).sum())
        assert holds(found["layers"]["rank_one_gaps"][k], gap, 1e-9) or gap < 1e-12


def test_what_applies_to_which_reading(flatcert: Any, table: Any, tmp_path: Path) -> None:
    """A well-balanced trained network: no minimizer of the data, so only (b) has the bounds of minimizers."""
    path, sigma, w = table
    weights = trained(sigma, w, [3, 3, 1], 0.02, 12000)
    result = flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", path, "--target", "y", "--json", "-")
    found = result.json
    rows = {reading: {f"{row['claim']}/{row['part']}": row for row in found["theorems"][reading]}
            for reading in ("on_data", "as_minimizer")}
    assert found["risk_gap"]["lower"] > 0 and found["theta"]["upper"] < 0.75
    for name, row in rows["as_minimizer"].items():
        assert row["verdict"] == ("not applicable" if name.startswith("balanced") else "held"), row
        assert rows["on_data"][name]["verdict"] == "not applicable"
        assert "about minimizers" in rows["on_data"][name]["reason"]
    for name in ("near-rank-one/norms", "alignment/by-lower-layer", "norm-control/norm", "pl-inequality/kernel"):
        assert rows["on_data"][name]["verdict"] == "held"
    assert "S_min < S" in found["as_minimizer"]["order"] or "S_min ~ S" in found["as_minimizer"]["order"]
    width = found["on_data"]["sharpness"]["upper"] - found["on_data"]["sharpness"]["lower"]
    assert width <= 2 * found["on_data"]["residual_part"]["upper"] + 1e-9
    assert "(b) as the exact minimizer" in result.err


def test_theta_too_large_is_the_reason(flatcert: Any, table: Any, tmp_path: Path) -> None:
    weights = [np.array([[2.0, 0, 0], [0, 1, 0]]), np.array([[0.5, 0.5]])]
    found = flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", table[0], "--target", "y",
                     "--json", "-").json
    (row,) = (row for row in found["theorems"]["as_minimizer"] if row["part"] == "eight")
    assert row["verdict"] == "not applicable"
    assert row["reason"].startswith("theta = ") and row["reason"].endswith("is not <= 3/4")


def test_zero_weights_have_no_second_reading(flatcert: Any, table: Any, tmp_path: Path) -> None:
    """At ``W = 0``, ``L = 2``, the Hessian is all residual: its top eigenvalue is ``2‖Σw*‖``."""
    path, sigma, w = table
    weights = [np.zeros((2, 3)), np.zeros((1, 2))]
    result = flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", path, "--target", "y", "--json", "-")
    assert result.code == 0 and result.json["as_minimizer"] is None
    assert holds(result.json["on_data"]["sharpness"], 2 * float(np.linalg.norm(sigma @ w)))
    assert "the network's own regressor vanishes" in result.err


def test_many_weights_are_enclosed_by_the_reduced_hessian(flatcert: Any, table: Any, tmp_path: Path) -> None:
    """Beyond 400 weights too, and by the spectra of the layers, which NumPy's decompositions confirm."""
    path, sigma, w = table
    weights = trained(sigma, w, [3, 25, 13, 1], 0.25, 400)
    result = flatcert("inspect", save(tmp_path / "w.npz", weights), "--data", path, "--target", "y", "--json", "-")
    found = result.json
    assert result.code == 0 and found["inconclusive"] is None
    assert "reduced Hessian" in found["on_data"]["method"]
    at = np.concatenate([x.ravel() for x in weights])
    assert holds(found["on_data"]["sharpness"], top_by_differences(at, sigma, w, weights), 1e-7)
    pair = found["on_data"]["sharpness"]
    assert pair["upper"] - pair["lower"] < 1e-12 * pair["lower"]
    for k, (a, b) in enumerate(pairwise(weights)):
        assert holds(found["layers"]["imbalances"][k], float(np.linalg.norm(a @ a.T - b.T @ b, 2)))
        cosine = np.linalg.svd(a)[0][:, 0] @ np.linalg.svd(b)[2][0]
        assert holds(found["layers"]["alignments"][k], float(cosine**2), 1e-7)
    for k, a in enumerate(weights):
        assert holds(found["layers"]["squared_norms"][k], float(np.linalg.norm(a, 2) ** 2))


def test_centring_and_a_readout(flatcert: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weights = [0.3 * rng.normal(size=(4, 10)), 0.3 * rng.normal(size=(2, 4))]
    path = save(tmp_path / "w.npz", weights, p=np.array([3.0, 4.0]))
    result = flatcert("inspect", path, "--data", DIABETES, "--target", "target", "--standardize", "--json", "-")
    assert result.code == 0
    rows = {f"{row['claim']}/{row['part']}": row for row in result.json["theorems"]["as_minimizer"]}
    assert rows["sharpness-lower/minimizers"]["verdict"] == "held"
    assert rows["limit-sharpness/eight"]["reason"] == "there is a read-out p"
    assert "S_bal" not in result.json["as_minimizer"]["bounds"]


A, B = np.ones((2, 3)), np.ones((1, 2))
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no second layer": ({"W1": A, "W3": B}, "but not W2"),
    "another name": ({"W1": A, "bias": B}, "holds a bias 'bias'"),
    "no layer": ({"p": np.ones(1)}, "holds no layer"),
    "infinite": ({"W1": A * np.inf, "W2": B}, "not finite"),
    "nan": ({"W1": A, "W2": B * np.nan}, "not finite"),
    "objects": ({"W1": A.astype(object), "W2": B}, "Python objects"),
    "complex": ({"W1": A * 1j, "W2": B}, "complex128"),
    "text": ({"W1": np.array([["a"]])}, "save real numbers"),
    "large integer": ({"W1": np.array([[2**53 + 1, 0, 0]])}, "float64 does not hold"),
    "largest integer": ({"W1": np.array([[2**63 - 1, 0, 0]])}, "float64 does not hold"),
    "transposed": ({"W1": A.T, "W2": B.T}, "they chain when each is transposed, so save each W.T"),
    "one transposed": ({"W1": A.T, "W2": np.ones((1, 3))}, "give weights and data of the same problem"),
    "does not chain": ({"W1": A, "W2": np.ones((1, 5))}, "takes 5 inputs, but W1 gives 2"),
    "other data": ({"W1": np.ones((2, 4)), "W2": B}, "takes 4 inputs"),
    "vector": ({"W1": A, "W2": np.ones(2)}, "two axes"),
    "empty": ({"W1": np.ones((0, 3)), "W2": np.ones((1, 0))}, "two axes"),
    "no read-out": ({"W1": A, "W2": np.ones((2, 2))}, "there is no read-out"),
    "read-out of another size": ({"W1": A, "p": np.ones(3)}, "give it shape (2,)"),
    "read-out zero": ({"W1": A, "p": np.zeros(2)}, "is zero"),
}


@pytest.mark.parametrize("arrays, message", BAD.values(), ids=BAD.keys())
def test_bad_weights_get_one_sentence(
    flatcert: Any, table: Any, tmp_path: Path, arrays: dict[str, Any], message: str
) -> None:
    np.savez(tmp_path / "w.npz", **arrays)
    assert message in sentence(flatcert("inspect", tmp_path / "w.npz", "--data", table[0], "--target", "y"))


def test_bad_files_get_one_sentence(flatcert: Any, table: Any, tmp_path: Path) -> None:
    data = ("--data", table[0], "--target", "y")
    good = save(tmp_path / "w.npz", [A, B])
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "cut.npz").write_bytes(good.read_bytes()[:200])
    (tmp_path / "empty.npz").write_bytes(b"")
    np.save(tmp_path / "one.npy", A)
    for name, message in {"none.npz": "There is no file", "text.npz": "no .npz file", "cut.npz": "no .npz file",
                          "empty.npz": "no .npz file", "one.npy": "no arrays by name", ".": "is a directory"}.items():
        assert message in sentence(flatcert("inspect", tmp_path / name, *data))
    assert "names no column 'z'" in sentence(flatcert("inspect", good, "--data", table[0], "--target", "z"))
    assert "There is no directory" in sentence(flatcert("inspect", good, *data, "--json", "/nowhere/f.json"))


def test_the_results_never_replace_the_input(flatcert: Any, table: Any, tmp_path: Path) -> None:
    weights = save(tmp_path / "w.npz", [A, B])
    for place in (weights, table[0]):
        before = place.read_bytes()
        result = flatcert("inspect", weights, "--data", table[0], "--target", "y", "--json", place)
        assert "give each its own file" in sentence(result)
        assert place.read_bytes() == before


def test_the_order_of_numbers_beyond_float64(flatcert: Any, table: Any, tmp_path: Path) -> None:
    weights = save(tmp_path / "w.npz", [1.7e308 * A, 1.7e308 * B])
    report = flatcert("inspect", weights, "--data", table[0], "--target", "y", "--json", "-").json
    order = report["as_minimizer"]["order"]
    assert order.split().index("S_min") < order.split().index("S")


def test_what_does_not_apply_is_said_once_after_what_answers(flatcert: Any, tmp_path: Path) -> None:
    """A network trained to a risk gap of about 1e-31: nine theorems about minimizers need one line, not nine rows."""
    table = np.genfromtxt(DIABETES, delimiter=",", skip_header=1)
    table = (table - table.mean(0)) / table.std(0)
    w = np.linalg.lstsq(table[:, :-1], table[:, -1])[0]
    path = save(tmp_path / "w.npz", [w[None] / 2, np.array([[2.0]])])
    out = flatcert("inspect", path, "--data", DIABETES, "--target", "target", "--standardize").out
    assert "not applicable" not in out[:out.index("(b) not applicable")]
    assert out.index("(b) theorems about it") < out.index("(a) theorems about the network")
    (line,) = (line for line in out.splitlines() if "about minimizers" in line)
    assert line.startswith("(a) not applicable as it is about minimizers, and here R - R_min > 0 (at most ")
    assert len(line.split(": ")[1].split(", ")) == 9


def test_what_was_found_out_is_said_on_stderr(flatcert: Any, table: Any, tmp_path: Path) -> None:
    data = tmp_path / "semicolons.csv"
    data.write_text(table[0].read_text().replace(",", ";"))
    np.savez(tmp_path / "w.npz", **{"0.weight": A.astype(np.float32), "2.weight": B.astype(np.float32)})
    result = flatcert("inspect", tmp_path / "w.npz", "--data", data, "--target", "y", "--json", "-")
    named = flatcert("inspect", save(tmp_path / "v.npz", [A, B]), "--data", table[0], "--target", "y", "--json", "-")
    assert result.code == 0 and result.json == named.json
    told = [line for line in result.err.splitlines() if line.startswith("flatcert: ")]
    assert [part in line for part, line in zip(
        ("W1 = '0.weight' (2, 3), W2 = '2.weight' (1, 2).", "float32", "separated by ';'"), told, strict=True)] == [
            True, True, True]


def test_options_of_a_table_are_read_by_every_command(flatcert: Any, tmp_path: Path) -> None:
    data = tmp_path / "t.csv"
    data.write_bytes("größe^x^y^note\n1,5^2^3^a\n2^1,25^5^b\n^3^4^c\n7^9^1^d\n".encode("latin-1"))
    options = ("--sep", "^", "--decimal", ",", "--encoding", "latin-1", "--missing", "drop", "--columns", "größe,x")
    bounds = flatcert("bounds", data, "--target", "y", "--depth", 2, *options, "--json", "-")
    inspected = flatcert("inspect", save(tmp_path / "w.npz", [np.ones((1, 2))]), "--data", data, "--target", "y",
                         *options, "--json", "-")
    flown = flatcert("flow", "--data", data, "--target", "y", "--depth", 1, *options, "--json", "-")
    assert bounds.json["n"] == inspected.json["n"] == 3 and flown.code == 0
    for result in (bounds, inspected, flown):
        assert "1 of 4 rows of" in result.err and "row 3 (line 4)" in result.err
    assert "Options of a table are given, but no table" in sentence(flatcert("flow", "--dim", 2, "--depth", 2,
                                                                             "--sep", ";"))
