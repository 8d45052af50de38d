"""Each family has the property that its name promises, exactly; and makes it again from its number."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from flatcert.checks.arithmetic.exact import exact
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.deep_linear.evaluation.dense import floats, root
from flatcert.checks.deep_linear.evaluation.scope import RealScope
from flatcert.checks.deep_linear.instances.families.network import EXAMPLES
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.deep_linear.instances.spaces import BUILT_IN_FAMILIES, FAMILIES, SPACES, families_of
from flatcert.checks.instances.streams import parse_name
from flatcert.numeric.linalg.rational import charpoly, is_psd
from flatcert.theory.library import BUILT_IN

COUNT = 40
NOT_ONLY_MINIMIZERS = ("classics", "stray", "exhibits", "balanced", "near-balanced", "starts", "scalars",
                       "exhibited-paths", "paths", "product-start-exhibits", "near-identity", "residual-path-exhibits",
                       "residual-paths", "handful", "singled-out-starts")


def members(family: str, seed: int = 3) -> list[Instance]:
    return [instance(family, seed, i) for i in range(FAMILIES[family].count or COUNT)]


def rank(matrix: Any) -> int:
    return int(fmpq_mat(matrix.tolist()).rank())


def eigenvalues(case: Instance) -> list[tuple[int, int]]:
    """Degree and multiplicity of the factors of the characteristic polynomial."""
    return [(factor.degree(), times) for factor, times in charpoly(case.covariance).factor()[1]]


def entries(case: Instance) -> list[fmpq]:
    return [x for layer in case.weights for x in layer.flat]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_instance_is_well_formed(family: str) -> None:
    """Shapes chain; the covariance is PSD; ``w*`` lies in its range; the read-out is not zero."""
    for case in members(family):
        d = case.dimension
        assert (case.covariance == case.covariance.T).all()
        assert is_psd(case.covariance)
        assert case.weights[0].shape[1] == d
        assert all(w.shape[1] == before.shape[0]
                   for before, w in zip(case.weights, case.weights[1:], strict=False))
        assert case.widths[-1] == (1 if case.readout is None else len(case.readout))
        assert case.readout_norm_squared > 0
        stacked = np.column_stack([case.covariance, case.regressor])
        assert rank(stacked) == rank(case.covariance)
        assert case.values["gamma"] > 0
        assert case.is_minimizer or family in NOT_ONLY_MINIMIZERS


@pytest.mark.parametrize("family", FAMILIES)
def test_an_instance_is_a_pure_function_of_its_number(family: str) -> None:
    """Drawn again in another order, without the cache; other seeds and indices give others."""
    numbers = range(min(12, FAMILIES[family].count or 12))
    first = [instance(family, 5, i).describe() for i in numbers]
    instance.cache_clear()
    assert [instance(family, 5, i).describe() for i in reversed(numbers)] == first[::-1]
    if not FAMILIES[family].finite:
        different = {str({**instance(family, seed, i).describe(), "name": ""})
                     for seed in (5, 6, -1, -2, 2**64 - 3) for i in numbers}
        assert len(different) > 40


def test_families_draw_what_they_always_drew() -> None:
    """Replay tokens name instances: a change of this digest makes every token that is in use name another instance."""
    made = sha256()
    for name in sorted(BUILT_IN_FAMILIES):
        for case in members(name, 7)[:6]:
            shown = {**case.describe(), "values": {key: str(value) for key, value in sorted(case.values.items())}}
            made.update(repr(sorted(shown.items())).encode())
    assert made.hexdigest()[:16] == "7f5a6f932a4f84cb"


def test_every_space_of_instances_that_claims_may_name_is_there() -> None:
    """Problems with an initial value and ensembles of draws are no instances."""
    named = {obligation.space for claim in BUILT_IN for obligation in claim.obligations} - {"solution", "ensemble"}
    assert all(families_of(space) for space in named)
    with pytest.raises(ValueError, match=r"^There is no space or family of instances 'none': use one of weights, "):
        families_of("none")


def test_a_name_makes_the_instance_again() -> None:
    for space in SPACES:
        for key in islice(pool(space, 9), 60):
            case = instance(*key)
            assert instance(*parse_name(case.name)) is case


@pytest.mark.parametrize("name", ["small:1", "small:a:2", "small:1:2:3", "small:1:-2", "small:1:²", ""])
def test_bad_names(name: str) -> None:
    with pytest.raises(ValueError, match="write family:seed:index"):
        parse_name(name)


def test_unknown_and_finished_families() -> None:
    with pytest.raises(KeyError, match="no family 'none'; there are classics"):
        instance("none", 0, 0)
    for index in (len(EXAMPLES), -1):
        with pytest.raises(IndexError, match=f"the family 'classics' has no instance {index}"):
            instance("classics", 0, index)


@pytest.mark.parametrize("space", SPACES)
def test_the_pool_holds_all_classics_and_every_family(space: str) -> None:
    keys = list(islice(pool(space, 7), 150))
    assert len(set(keys)) == 150
    assert {family for family, _, _ in keys} == {family.name for family in SPACES[space]}
    if FAMILIES["classics"] in SPACES[space]:
        assert [index for family, _, index in keys if family == "classics"] == list(range(len(EXAMPLES)))


def test_small_has_ties_zeros_and_low_ranks() -> None:
    cases = members("small")
    assert all((2 * x).q == 1 for case in cases for x in entries(case))
    assert any(case.energy == 0 for case in cases)
    assert any(rank(case.covariance) < case.dimension for case in cases)
    assert {case.depth for case in cases} == {1, 2, 3, 4}


@pytest.mark.parametrize("family", ["gaussian", "wild"])
def test_gaussian_entries_are_float64_read_exactly(family: str) -> None:
    for case in members(family):
        layers = case.weights if family == "gaussian" else case.weights[2:]
        assert all(x == fmpq(*(int(x.p) / int(x.q)).as_integer_ratio())
                   for layer in layers for x in layer.flat)
        assert rank(case.covariance) == case.dimension
    assert any(max(case.widths[1:-1], default=0) > case.dimension for case in members(family))
    assert any(min(case.widths[1:-1], default=9) < case.dimension for case in members(family))


def test_wild_layers_are_unbalanced() -> None:
    """The norms of two neighbours differ by more than any Gaussian draw makes them."""
    ratios = [np.linalg.norm(floats(c.weights[1])) / np.linalg.norm(floats(c.weights[0]))
              for c in members("wild") if c.depth > 1]
    assert max(ratios) > 1000
    assert min(ratios) < 1 / 100


def test_compact_is_within_reach_of_the_dense_hessian() -> None:
    assert max(len(entries(case)) for case in members("compact")) <= 36
    assert all((16 * x).q == 1 for case in members("compact") for x in entries(case))


def test_singular_is_singular() -> None:
    assert all(rank(case.covariance) < case.dimension for case in members("singular"))
    assert any(case.energy > 0 for case in members("singular"))
    assert any(rank(case.covariance) == 0 for case in members("singular"))


def test_repeated_has_at_most_two_eigenvalues() -> None:
    for index, case in enumerate(members("repeated")):
        factors = eigenvalues(case)
        assert all(degree == 1 for degree, _ in factors)
        assert len(factors) <= (1 if index % 2 else 2)
    assert any(len(eigenvalues(case)) == 2 for case in members("repeated"))


def test_eigenvector_is_one_on_both_sides_of_the_kink() -> None:
    """Exactly; a read-out on a single layer leaves nothing to solve for, so those are exempt."""
    below = above = 0
    for case in members("eigenvector"):
        assert all(degree == 1 for degree, _ in eigenvalues(case))
        if case.depth == 1 and case.readout is not None and case.dimension > 1:
            continue
        image, w = case.covariance @ case.regressor, case.regressor
        e = case.energy / (w @ w)
        assert (image == e * w).all()
        top = max(np.linalg.eigvalsh(floats(case.covariance)))
        below += float(case.depth * e) < top - 1e-9
        above += float(case.depth * e) > top + 1e-9
    assert min(below, above) >= 3


@pytest.mark.parametrize("family, sign", [("tiny", -1), ("huge", 1)])
def test_extreme_scales(family: str, sign: int) -> None:
    """Sizes that float64 loses in products are there, in the covariance and in the weights."""
    logs = [np.log2(float(np.trace(floats(case.covariance)))) for case in members(family)]
    assert max(sign * x for x in logs) > 150
    products = [sum(np.log2(np.linalg.norm(floats(w))) for w in case.weights) for case in members(family)]
    assert max(sign * x for x in products) > 300


def test_residual_starts_near_the_identity() -> None:
    for case in members("residual"):
        d = case.dimension
        assert case.widths == (d,) * (case.depth + 1)
        assert case.readout is not None
        assert all(np.linalg.norm(floats(w) - np.eye(d)) < 2 for w in case.weights)


def test_deep_reaches_a_thousand_layers() -> None:
    depths = [case.depth for case in members("deep")]
    assert depths[0] == 1000
    assert all(8 <= depth < 60 for depth in depths[1:])
    assert all(case.energy > 0 for case in members("deep"))


def test_stray_is_mostly_no_minimizer() -> None:
    assert sum(not case.is_minimizer for case in members("stray")) > COUNT // 2


def test_aligned_ratio_and_geometric_norms() -> None:
    """Exact: ``|q_1|^2`` is the ratio, ``|q_k|^2`` is geometric and the layers have rank one."""
    for case in (*members("aligned-exhibits"), *members("aligned")):
        norms = [fmpq(q @ q) for q in case.network.backward()[1:]]
        assert norms[0] == case.values["r"]
        assert len({b / a for a, b in pairwise(norms)}) == 1
        assert norms[-1] == case.readout_norm_squared
        assert all(rank(w) == 1 for w in case.weights)
        assert case.is_minimizer
        assert case.energy > 0
    assert any(case.readout is not None for case in members("aligned"))
    assert any(rank(case.covariance) < case.dimension for case in members("aligned"))


def test_planted_direction_is_the_top_eigenvector_where_the_derivative_vanishes() -> None:
    """Float64 with the square root of Sigma, which the construction never forms."""
    for case in (*members("planted-exhibits"), *members("planted")):
        depth, half, energy = case.depth, root(case), float(case.energy)
        v = half @ floats(case.regressor)
        c = float(case.values["c"])
        z = half @ floats(case.values["u"])
        z /= np.linalg.norm(z)
        matrix = floats(case.covariance) + (depth - 1) * c / energy * np.outer(v, v)
        top = np.linalg.eigvalsh(matrix)[-1]
        np.testing.assert_allclose(matrix @ z, top * z, atol=1e-9 * top)
        np.testing.assert_allclose(c, energy * (z @ floats(case.covariance) @ z) / (z @ v) ** 2, rtol=1e-9)

        def value(r: float, case: Instance = case, v: Any = v) -> float:
            power = r ** (-1 / (case.depth - 1))
            return float(np.linalg.eigvalsh(
                r * floats(case.covariance) + (case.depth - 1) * power * np.outer(v, v))[-1])

        best = (energy / c) ** (1 - 1 / depth)
        assert min(value(best * t) for t in (0.9, 0.99, 1.01, 1.1)) >= value(best) * (1 - 1e-12)


@pytest.mark.parametrize("seed, index", [(104, 85), (117, 36), (117, 291)])
def test_planted_ends_when_its_direction_misses_the_top_eigenspace(seed: int, index: int) -> None:
    """Powers of Sigma alone never reach an eigenspace that the drawn vector is orthogonal to."""
    assert instance("planted", seed, index).values.get("c") is not None


def test_a_regressor_that_is_not_given_is_the_projection() -> None:
    """``Sigma = (1,1)(1,1)^T`` projects on ``(1,1)``: by hand, ``(1, 3)`` goes to ``(2, 2)``."""
    made = make("by hand", [[1, 1], [1, 1]], [[[1, 3]]])
    assert [int(x.p) for x in made.regressor] == [2, 2]
    assert made.is_minimizer


def floats_of_imbalance(case: Instance) -> float:
    """``Delta`` by NumPy."""
    layers = [floats(w) for w in case.weights]
    return float(sum(np.linalg.norm(a @ a.T - b.T @ b, 2) for a, b in pairwise(layers)))


def test_balanced_is_balanced_and_of_rank_one() -> None:
    cases = members("balanced")
    assert all(floats_of_imbalance(case) < 1e-12 for case in cases)
    assert all(rank(layer) == 1 for case in cases for layer in case.weights)
    assert {case.is_minimizer for case in cases} == {True, False}
    assert any(rank(case.covariance) < case.dimension for case in cases)


def test_near_balanced_reaches_both_sides_of_the_conditions() -> None:
    thetas = []
    for case in members("near-balanced"):
        w = floats(case.network.regressor())
        thetas.append((case.depth - 1) * floats_of_imbalance(case) / np.linalg.norm(w) ** (2 / case.depth))
    assert all(theta > 0 for theta in thetas)
    for low, high in ((0, 0.5), (0.5, 0.75), (0.75, 1), (1, 100)):
        assert any(low < theta < high for theta in thetas)


def test_starts_are_no_minimizers_and_of_many_scales() -> None:
    cases = members("starts")
    assert not any(case.is_minimizer for case in cases)
    sizes = [max(abs(float(x)) for x in entries(case)) for case in cases]
    assert min(sizes) < 0.1 < 1 < max(sizes)


def test_exhibits_hold_the_boundaries_of_limit_sharpness() -> None:
    """``theta`` is 3/4 and 1, exactly: ``Delta`` at ``|w| = 1`` and ``L = 2``."""
    found = []
    for case in members("exhibits"):
        w = case.network.regressor()
        if case.depth == 2 and case.readout is None and w @ w == 1:
            found.append(RealScope(case, ExactRing()).value("theta"))
    assert all(any(theta.compare(exact(boundary)) == 0 for theta in found) for boundary in (fmpq(3, 4), fmpq(1)))
