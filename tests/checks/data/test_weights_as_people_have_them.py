"""Networks under other names, in safetensors files and in smaller types; and what is no network of linear layers."""

from __future__ import annotations

import json
import zipfile
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from flatcert.checks.data.layer_order import order_of
from flatcert.checks.data.weights import read_weights
from flatcert.checks.output import DataError
from flatcert.numeric.network.network import DeepLinearNetwork

ONE, TWO, THREE = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([[1.0, -1], [0, 2], [3, 4], [5, 6]]), np.ones((1, 4))
LAYERS = [ONE, TWO, THREE]
Told = list[str]


def read(path: Path) -> tuple[DeepLinearNetwork, Told]:
    told: Told = []
    return read_weights(path, told.append), told


NAMES: dict[str, tuple[str, str, str]] = {
    "state dict": ("0.weight", "1.weight", "2.weight"),
    "nested": ("net.layers.2.weight", "net.layers.10.weight", "net.layers.11.weight"),
    "words": ("inner", "middle", "outer"),
    "words, not in order": ("zebra", "yak", "ant"),
    "W01": ("W01", "W02", "W03"),
    "W0": ("W0", "W1", "W2"),
    "in folders": ("net/W1", "net/W2", "net/W3"),
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES.keys())
@pytest.mark.parametrize("kind", ["npz", "safetensors"])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_layers_of_any_names_in_any_order(
    tmp_path: Path, names: tuple[str, ...], kind: str, order: tuple[int, ...]
) -> None:
    path = tmp_path / f"w.{kind}"
    arrays = {names[k]: LAYERS[k] for k in order}
    if kind == "npz":
        np.savez(path, **arrays)
    else:
        save_file(arrays, path)
    network, told = read(path)
    assert all(np.array_equal(a, b) for a, b in zip(network.weights, LAYERS, strict=True))
    assert told == [f"{str(path)!r} is read as " + ", ".join(
        f"W{k} = {key!r} {layer.shape}" for k, (key, layer) in enumerate(zip(names, LAYERS, strict=True), 1)) + "."]


def test_the_usual_names_are_not_told(tmp_path: Path) -> None:
    save_file({"W1": ONE, "W2": TWO, "p": np.ones(4)}, tmp_path / "w.safetensors")
    network, told = read(tmp_path / "w.safetensors")
    assert network.has_readout and network.widths == (3, 2, 4) and not told


def test_a_readout_of_another_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", **{"0.weight": ONE, "head.readout": np.array([3.0, 4.0])})
    network, (told,) = read(tmp_path / "w.npz")
    assert network.readout.tolist() == [3, 4] and told.endswith(", with the read-out 'head.readout'.")


@pytest.mark.parametrize("dtype", ["F16", "F32", "BF16"])
def test_smaller_floats_are_dyadic_numbers_and_that_is_said(tmp_path: Path, dtype: str) -> None:
    exact = np.array([[0.5, -3.0, 2.0**-10]])
    if dtype == "BF16":  # the upper halves of float32, written by hand
        content = (exact.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()
        head = json.dumps({"W1": {"dtype": "BF16", "shape": [1, 3], "data_offsets": [0, 6]}}).encode()
        (tmp_path / "w.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + content)
    else:
        save_file({"W1": exact.astype({"F16": np.float16, "F32": np.float32}[dtype])}, tmp_path / "w.safetensors")
    network, (told,) = read(tmp_path / "w.safetensors")
    assert network.weights[0].tolist() == exact.tolist() and "is read as the dyadic number that it is" in told


R = {"0.weight": ONE, "1.weight": TWO, "2.weight": THREE}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "reversed": ({"W1": THREE, "W2": TWO, "W3": ONE}, "they chain from the last to the first, so name them from"),
    "transposed": ({"W1": ONE.T, "W2": TWO.T, "W3": THREE.T}, "they chain when each is transposed, so save each W.T"),
    "transposed, other names": ({key: value.T for key, value in R.items()}, "they chain when each is transposed"),
    "reversed or transposed": ({"W1": np.ones((1, 3)), "W2": np.ones((3, 2)), "W3": np.ones((2, 1))},
                               "they chain from the last to the first, and when each is transposed"),
    "neither": ({"W1": np.ones((1, 3)), "W2": np.ones((5, 4)), "W3": np.ones((4, 1))}, "each layer has shape"),
    "one transposed": ({"W1": ONE, "W2": np.ones((1, 3))}, "each layer has shape (outputs, inputs)"),
    "bias": ({**R, "2.bias": np.ones(1)}, "holds a bias '2.bias', which the theory does not know"),
    "bias by number": ({"W1": ONE, "W2": np.ones((1, 2)), "b1": np.ones(2)}, "holds a bias 'b1'"),
    "batch normalization": ({**R, "1.bias": np.ones(2), "1.running_mean": np.ones(2)}, "of a batch normalization"),
    "convolution": ({"conv.weight": np.ones((4, 3, 3, 3)), "fc.weight": np.ones((1, 4))}, "weights of a convolution"),
    "a vector": ({**R, "norm.weight": np.ones(3)}, "give it two axes, (outputs, inputs), or call a read-out 'p'."),
    "a number": ({**R, "step": np.array(3)}, "has shape (): give it two axes, (outputs, inputs)."),
    "no order": ({"a": ONE, "c": np.ones((1, 5))}, "chain in no order to 1 output"),
    "no read-out": ({"a": ONE}, "The last layer 'a'"),
    "several orders": ({"a": np.ones((1, 2)), "z": np.ones((2, 1)), "y": np.ones((1, 1)), "b": np.ones((1, 1)),
                        "x": np.ones((2, 2))}, "chain in several orders"),
}


@pytest.mark.parametrize("arrays, message", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_such_network_gets_its_own_sentence(
    tmp_path: Path, arrays: dict[str, Any], message: str
) -> None:
    np.savez(tmp_path / "w.npz", **arrays)
    save_file(arrays, tmp_path / "w.safetensors")
    for path in (tmp_path / "w.npz", tmp_path / "w.safetensors"):
        with pytest.raises(DataError) as caught:
            read(path)
        sentence = str(caught.value)
        assert message in sentence and sentence.endswith(".") and "\n" not in sentence, sentence


def test_a_pickle_is_not_read_and_two_lines_convert_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "net.pt", "w") as made:
        made.writestr("net/data.pkl", b"\x80\x02}q\x00.")
    (tmp_path / "old.pt").write_bytes(b"\x80\x02}q\x00.")
    for path in (tmp_path / "net.pt", tmp_path / "old.pt"):
        with pytest.raises(DataError) as caught:
            read(path)
        sentence, *lines = str(caught.value).splitlines()
        assert "runs any code" in sentence and sentence.endswith(".") and len(lines) == 2
        compile("\n".join(lines), "lines", "exec")
        assert "weights_only=True" in lines[1] and repr(str(path.with_suffix(".safetensors"))) in lines[1]


def test_damaged_safetensors_files(tmp_path: Path) -> None:
    save_file(R, tmp_path / "w.safetensors")
    content = (tmp_path / "w.safetensors").read_bytes()
    for broken in (content[:-8], content[:40], b"", b"hello", bytes(8) + b"{"):
        (tmp_path / "w.safetensors").write_bytes(broken)
        with pytest.raises(DataError, match="is a damaged safetensors file: save it again"):
            read(tmp_path / "w.safetensors")
    save_file({"W1": np.array([[True]])}, tmp_path / "w.safetensors")
    with pytest.raises(DataError, match="type BOOL: save real numbers"):
        read(tmp_path / "w.safetensors")
    save_file({"W1": np.ones((1, 2**23), np.float32)}, tmp_path / "w.safetensors")
    with pytest.raises(DataError, match="at most 10\\^6 weights"):
        read(tmp_path / "w.safetensors")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_whatever_is_found_chains(widths: list[int], random: Any) -> None:
    """Shuffled layers of arbitrary widths: every order that is returned chains to one output, and there is one."""
    sizes = [*widths, 1]
    shapes = [(b, a) for a, b in pairwise(sizes)]
    random.shuffle(shapes)
    try:
        order = order_of({f"layer{k}": shape for k, shape in enumerate(shapes)}, "w").layers
    except DataError as error:
        assert "several orders" in str(error)
        return
    found = [shapes[int(key.removeprefix("layer"))] for key in order]
    assert sorted(found) == sorted(shapes) and found[-1][0] == 1
    assert all(upper[1] == lower[0] for lower, upper in pairwise(found))


class Tensor:
    """What a tensor of PyTorch does."""

    def __init__(self, values: Any, hidden: bool = False) -> None:
        self.values, self.hidden, self.attached = values, hidden, True

    def detach(self) -> Tensor:
        self.attached = False
        return self

    def cpu(self) -> Tensor:
        return self

    def double(self) -> Tensor:
        return Tensor(self.values).detach()

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if self.attached or self.hidden:
            raise TypeError("Got unsupported ScalarType BFloat16")
        return np.asarray(self.values, dtype)


def test_tensors_are_weights_in_python() -> None:
    network = DeepLinearNetwork([Tensor(ONE), Tensor(np.ones((1, 2), np.float32)), Tensor([[2.0]], hidden=True)])
    assert network.regressor().tolist() == [10, 14, 18]
