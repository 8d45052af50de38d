"""Experiments: the paper's sizes, units that cover them, numbers that depend on nothing but settings and seed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_experiments import SMALL

from flatcert.checks.data.gaussian import gaussian_regression
from flatcert.checks.figures import runs as experiment_runs
from flatcert.checks.figures.experiments import FIGURES, SINGLE_RUNS, SingleRun, all_experiments
from flatcert.checks.figures.lines import lines
from flatcert.checks.figures.runs import run_experiments
from flatcert.checks.figures.statements import within_bounds
from flatcert.checks.figures.units import Unit, carry_out, carry_out_single, measure, units
from flatcert.numeric.descent.descent import Descent
from flatcert.numeric.descent.gelu import Samples
from flatcert.numeric.network.hessian import gradient
from flatcert.numeric.network.min_sharpness import min_sharpness
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.sharpness import sharpness

FULL, REDUCED = all_experiments(reduced=False), all_experiments(reduced=True)


def goes_on(cost):
    return True


def equal(first, second):
    return first.keys() == second.keys() and all(
        np.array_equal(first[name], second[name], equal_nan=first[name].dtype.kind == "f") for name in first)


def test_the_sizes_are_those_of_the_paper():
    """61 million steps of linear networks, 35 million of GELU networks (theory, section 5)."""
    steps = {name: sum(experiment.size(run) * run.steps for run in experiment.runs)
             for name, experiment in FULL.items()}
    assert steps.pop("gelu") == 34_560_000
    assert sum(steps.values()) == 13_200_000 + 4_000_000 + 4 * 1_250_000 + 38_520_000
    assert {name for names in FIGURES.values() for name in names} == set(FULL) == set(REDUCED)
    assert all(single.experiment in FULL for singles in SINGLE_RUNS.values() for single in singles)
    assert [len(FULL[name].scales) for name in ("plain", "residual", "L5", "rank", "gelu")] == [10, 10, 1, 9, 8]


@pytest.mark.parametrize("experiment", [*FULL.values(), *REDUCED.values()], ids=lambda e: e.name)
def test_units_cover_every_network_once(experiment):
    for run in experiment.runs:
        spans = [(unit.first, unit.last) for unit in units(experiment) if unit.run == run]
        assert [first for first, _ in spans] == [0, *(last for _, last in spans[:-1])]
        assert spans[-1][1] == experiment.size(run)


def test_starts_are_a_pure_function_of_name_and_seed():
    experiment = FULL["residual"]
    run = experiment.runs[1]
    batch = experiment.starts(run, 10, 40, 3)
    for index in (10, 25, 39):
        alone = experiment.starts(run, index, index + 1, 3)
        assert all((a[0] == b[index - 10]).all() for a, b in zip(alone.weights, batch.weights, strict=True))
    assert not (batch.weights[0] == experiment.starts(run, 10, 40, 4).weights[0])[15:].any(axis=(1, 2)).all()
    assert not np.allclose(batch.weights[0][25], experiment.starts(experiment.runs[2], 10, 40, 3).weights[0][25])
    assert np.linalg.norm(experiment.readout(3)) == pytest.approx(1, rel=1e-15)
    spread = (batch.weights[0][-20:] - np.eye(5)).std() / experiment.scale(run, 30) * np.sqrt(50)
    assert 0.85 < spread < 1.15


@pytest.mark.parametrize("name", ["plain", "residual", "gelu", "rank"])
def test_how_a_run_is_cut_changes_no_bit(name):
    experiment = SMALL[name]
    run = experiment.runs[0]
    whole = carry_out(Unit(experiment, run, 0, 16), 1, goes_on)
    parts = [carry_out(Unit(experiment, run, first, last), 1, goes_on) for first, last in ((0, 5), (5, 16))]
    assert equal(whole, {column: np.concatenate([part[column] for part in parts]) for column in whole})


def test_a_row_is_what_plain_numpy_finds():
    experiment = SMALL["plain"]
    run = experiment.runs[0]
    row = carry_out(Unit(experiment, run, 3, 4), 5, goes_on)
    data, problem = experiment.data(5), experiment.problem(5)
    weights = experiment.starts(run, 3, 4, 5).weights
    assert row["initial_sharpness"][0] == pytest.approx(
        sharpness(problem, DeepLinearNetwork(weights), minimizer=False).value[0], rel=1e-8)
    for _ in range(run.steps):
        slopes = gradient(problem, DeepLinearNetwork(weights))
        weights = [w - run.rate * slope for w, slope in zip(weights, slopes, strict=True)]
    end = DeepLinearNetwork([w[0] for w in weights])
    w = end.regressor()
    assert row["final_distance"][0] == pytest.approx(np.mean((w - problem.regressor) ** 2), abs=1e-20)
    assert row["final_minimizer"][0]
    assert row["final_sharpness"][0] == pytest.approx(sharpness(problem, end).value, rel=1e-8)
    risk = np.mean((data.target - data.features @ w) ** 2)
    rng = np.random.default_rng(0)
    fresh = rng.normal(size=(400_000, 2))
    y = fresh @ data.truth + data.noise * rng.normal(size=400_000)
    assert row["generalization_gap"][0] == pytest.approx(np.mean((y - fresh @ w) ** 2) - risk, abs=0.02)


def test_what_is_measured_of_batches_of_all_sorts():
    """Diverged networks give nan, minimizers the kernel's value, others Lanczos's with its error."""
    problem = RegressionProblem.from_data(np.eye(3)[:2], np.array([1.0, 2.0]))
    minimizer = [np.diag([1.0, 2.0, 5.0]), np.array([[1.0, 1.0, 0.0]])]
    other = [np.ones((3, 3)), np.array([[1.0, -2.0, 0.5]])]
    weights = [np.stack([a, b, np.full_like(a, np.nan)]) for a, b in zip(minimizer, other, strict=True)]
    found = measure(problem, DeepLinearNetwork(weights))
    assert found.minimizer.tolist() == [True, False, False]
    assert np.isnan([found.gap[2], found.distance[2], found.sharpness[2]]).all()
    for index, layers in enumerate((minimizer, other)):
        assert found.sharpness[index] == pytest.approx(sharpness(problem, DeepLinearNetwork(layers)).value, rel=1e-9)
    assert found.error[0] == 0 and found.error[1] < 1e-8
    everywhere = measure(problem, DeepLinearNetwork([w[2:] for w in weights]))
    assert np.isnan(everywhere.sharpness).all()


def test_a_gelu_network_at_rest_is_a_minimizer():
    """Dead units: the output, and so the gradient, is zero to the last bit where the target is zero."""
    samples = Samples(np.array([[1.0], [2.0]]), np.zeros(2))
    found = measure(samples, DeepLinearNetwork([np.array([[[1.0]], [[1.0]]]), np.array([[[0.0]], [[1.0]]])]))
    assert found.minimizer.tolist() == [True, False]
    assert found.sharpness[0] > 0


def test_a_single_run_passes_through_every_step():
    single = SingleRun("plain", 0.02, 0.35, 30)
    found = carry_out_single(single, FULL["plain"], 2)
    again = carry_out_single(replace(single, steps=10), FULL["plain"], 2)
    assert found["step"].tolist() == list(range(31))
    assert (found["gap"][:11] == again["gap"]).all()


def test_lines_are_the_theory_s():
    found = lines(FULL["L20"], 2)
    problem = FULL["L20"].problem(2)
    assert found.paper == pytest.approx(1 / (20 * problem.rayleigh), rel=1e-9)
    assert found.lower == pytest.approx(40 * problem.rayleigh, rel=1e-9)
    assert found.eight == pytest.approx(160 * problem.eigenvalue_range[1], rel=1e-9)
    least = min_sharpness(problem, 20)
    assert found.least == pytest.approx(least.upper, rel=1e-9) and found.exact == pytest.approx(2 / least.lower)
    assert found.energy == pytest.approx(problem.energy)


def test_the_noise_of_the_data():
    calm = gaussian_regression(np.random.default_rng(0), 9, 3, 0.0)
    assert calm.noise == 0
    np.testing.assert_allclose(calm.features @ calm.truth, calm.target, atol=1e-14)
    assert calm.population_risk(calm.truth) == 0


CHOSEN = [SMALL["plain"], SMALL["rank"]]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """One thread, few units."""
    return run_experiments(CHOSEN, tmp_path_factory.mktemp("reference"), seed=7, workers=1)


@pytest.fixture(autouse=True)
def small_units(monkeypatch):
    from flatcert.checks.figures import units as experiment_units

    monkeypatch.setattr(experiment_units, "_WORK", 2e5)
    monkeypatch.setattr(experiment_units, "_CHUNK", 1e5)


@pytest.mark.parametrize("workers", [2, 5])
def test_the_number_of_threads_changes_no_bit(reference, tmp_path, workers):
    found = run_experiments(CHOSEN, tmp_path, seed=7, workers=workers)
    assert found.units > 5 and found.resumed == 0
    assert all(equal(found.columns[name], reference.columns[name]) for name in ("plain", "rank"))


def test_an_executor_changes_no_bit(reference, tmp_path):
    """Any executor: here threads of the test, which write nothing themselves."""
    progress = []
    with ThreadPoolExecutor(2) as executor:
        found = run_experiments(CHOSEN, tmp_path, seed=7, executor=executor,
                                progress=lambda done, total: progress.append(done / total))
    assert len(progress) == found.units and progress == sorted(progress)
    assert progress[-1] == pytest.approx(1)
    assert all(equal(found.columns[name], reference.columns[name]) for name in ("plain", "rank"))
    assert run_experiments(CHOSEN, tmp_path, seed=7).resumed == found.units


def test_an_interrupted_run_goes_on(reference, tmp_path):
    """Interrupted again and again, after every unit or so; damage and other seeds are not taken for results."""
    runs = 0

    def interrupt(done, total):
        if done > kept + 1:
            raise KeyboardInterrupt

    while True:
        kept = sum(unit.cost for e in CHOSEN for unit in units(e) if list(tmp_path.glob(f"{unit.name}-*.npz")))
        outcome = run_experiments(CHOSEN, tmp_path, seed=7, workers=2, progress=interrupt)
        runs += 1
        if not outcome.interrupted:
            break
        assert runs < 200
    assert runs > 1 and outcome.resumed > 0
    assert all(equal(outcome.columns[name], reference.columns[name]) for name in ("plain", "rank"))
    assert not list(tmp_path.glob("*.part"))
    (first, *_) = sorted(tmp_path.glob("*.npz"))
    first.write_bytes(first.read_bytes()[:100])
    again = run_experiments(CHOSEN, tmp_path, seed=7)
    assert again.resumed == again.units - 1
    assert equal(again.columns["rank"], reference.columns["rank"])
    assert run_experiments(CHOSEN, tmp_path, seed=8).resumed == 0


def test_other_code_does_not_take_the_old_numbers(tmp_path, monkeypatch):
    run_experiments([SMALL["rank"]], tmp_path)
    monkeypatch.setattr(experiment_runs, "code_digest", lambda: "other")
    assert run_experiments([SMALL["rank"]], tmp_path).resumed == 0


def test_an_error_of_a_thread_is_not_lost(tmp_path, monkeypatch):
    def broken(unit, seed, advanced):
        raise ZeroDivisionError

    monkeypatch.setattr(experiment_runs, "carry_out", broken)
    with pytest.raises(ZeroDivisionError):
        run_experiments([SMALL["rank"]], Path(tmp_path))


def test_settings_are_those_of_the_paper():
    """The table of section 5 once more: network, data, scales, and learning rates x steps x repetitions."""
    gaussian = {"L": 10, "d": 5, "n": 50, "noise": 1.0}
    plain = [(0.005, 40000, 20), (0.02, 10000, 20), (0.07, 4000, 20), (0.1, 4000, 20), (0.2, 2000, 80)]
    depths = {f"L{L}": ("residual", gaussian | {"L": L}, (0.25, 0.25, 1), [
        (10 ** (-2 + 1.7 * i / 24), 1000, 50) for i in range(25)]) for L in (5, 10, 20, 40)}
    paper = {
        "plain": ("plain", gaussian, (0.25, 0.6, 10), plain),
        "residual": ("residual", gaussian, (0.0, 1.7, 10), [(x, 4000, 20) for x in (0.005, 0.02, 0.07, 0.1, 0.2)]),
        "rank": ("plain", {"L": 5, "d": 20, "n": 15, "noise": 1.0}, (0.1, 0.36, 9),
                 [(0.001, 40000, 100), (0.004, 10000, 20), (0.01, 4000, 20)]),
        "gelu": ("gelu", gaussian | {"noise": 0.0}, (0.428, 0.7, 8),
                 [(0.005, 160000, 20), (0.02, 40000, 20), (0.07, 16000, 20)]),
        **depths}
    assert set(FULL) == set(paper)
    for name, (kind, sizes, (low, high, number), runs) in paper.items():
        made = FULL[name]
        assert made.kind == kind
        assert {"L": made.depth, "d": made.dimension, "n": made.samples, "noise": made.noise} == sizes
        np.testing.assert_allclose(made.scales, np.linspace(low, high, number), atol=1e-6)
        np.testing.assert_allclose([(r.rate, r.steps, r.repetitions) for r in made.runs], runs, rtol=1e-12)
    assert [(x.rate, x.scale, x.steps) for x in SINGLE_RUNS[1]] == [(0.02, 0.35, 450), (0.1, 0.35, 450)]


def test_divergence_in_the_last_step_is_divergence():
    """A run that is cut right after the step in which it diverges records the same step as a longer one."""
    experiment = FULL["L10"]
    start, problem = experiment.starts(experiment.runs[-1], 0, 8, 2), experiment.problem(2)
    long = Descent(start, experiment.runs[-1].rate, problem)
    long.advance(50)
    assert (long.diverged > 0).any()
    for steps in set(long.diverged[long.diverged > 0].tolist()):
        cut = Descent(start, experiment.runs[-1].rate, problem)
        cut.advance(int(steps))
        assert (cut.diverged[long.diverged == steps] == steps).all()
        assert np.isnan(cut.network().weights[0][long.diverged == steps]).all()


def test_networks_of_scale_zero_are_no_draws():
    """All repetitions are one network: neither counted where descent converged, nor the smallest scale."""
    experiment = FULL["residual"]
    start = experiment.starts(experiment.runs[0], 0, 3, 2)
    assert all((layer[0] == layer[1]).all() for layer in start.weights)
    columns = {"rate": np.full(6, 0.1), "steps": np.full(6, 1000), "scale": np.array([0, 0, 0, 0.5, 0.5, 0.5]),
               "diverged_after": np.full(6, -1), "final_minimizer": np.full(6, True),
               "final_sharpness": np.full(6, 19.0)}
    assert within_bounds(4, columns, lines(experiment, 2)).counts == (3, 3)
