"""The pack on multi-output networks: its verdicts, its exact instances, and what becomes of it with one output."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from flint import ctx

from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deciding.ways import certifiable
from flatcert.checks.deep_linear.evaluation.scope import RealScope
from flatcert.checks.deep_linear.instances.instance import make
from flatcert.checks.evaluation.data_scope import DataScope
from flatcert.checks.evaluation.evaluate import evaluate
from flatcert.checks.instances.data import make_data
from flatcert.deep_linear import S, trace
from flatcert.theory.library import Library

PROVED = ("two-layer-imbalance", "two-layer-balanced", "two-layer-kernel-agm")
SECONDS = 120
"""Of both cores together, on a machine that does nothing else in about half the time on the wall."""


@pytest.fixture(scope="module")
def pack() -> Library:
    return load(reference_of_text("matrix-networks"))


@pytest.mark.slow
def test_the_pack_is_verified_in_a_minute(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "flatcert", "verify", "matrix-networks", "--json", str(tmp_path / "run.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done
    claims = json.loads((tmp_path / "run.json").read_text())["claims"]
    assert {claim["id"] for claim in claims if claim["verdict"] == "proved"} == set(PROVED)
    for claim in claims:
        assert claim["verdict"] in ("proved", "certified") and claim["failures"] == []
        assert claim["mutants"]["refuted"] == claim["mutants"]["total"] > 0
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS


@pytest.mark.parametrize("claim", PROVED)
def test_the_derivations_are_accepted(claim: str, pack: Library) -> None:
    derivation = pack.derivation(claim)
    assert derivation is not None and not derivation.partial
    assert all(step.ok for step in derivation.check(pack))


def test_the_instance_with_a_kink_has_the_least_sharpness_ten(pack: Library) -> None:
    """Sigma = diag(1, 4), W* = diag(2, 1/2), two layers; the witness is W_1 = W*, W_2 = I."""
    case = make_data(pack.setting, {
        "X": [[1, 0], [0, 2]], "T": [[2, 0], [0, "1/2"]], "W_1": [[2, 0], [0, "1/2"]], "W": [], "W_L": [[1, 0], [0, 1]],
        "a": [1, 1], "z": [1, 1], "t": 1, "H": 1})
    assert evaluate(pack.setting.words["S"].symbol, DataScope(case, ExactRing())).rational() == 10
    claim = pack.claim("matrix-min-sharpness")
    for name in ("lower", "attained", "optimal"):
        outcome = certifiable(claim.obligation(name)).decide(case)
        assert outcome.verdict is Verdict.HELD and outcome.ratio == pytest.approx(1)


@pytest.mark.parametrize("hidden", [1, 3])
def test_one_output_is_a_network_of_the_built_in_theory(hidden: int, pack: Library) -> None:
    """Sharpness and trace of the same weights, as this pack and as the built-in theory compute them."""
    case = next(case for case in certifiable(pack.claim("matrix-min-trace").obligation("lower")).cases(0)
                if case.sizes["H"] == hidden and case.sizes["m"] == 1 and any(x != 0 for x in case["T"].flat)
                and case.sizes["d"] > 1)
    covariance = case["X"] @ case["X"].T
    network = make("same", covariance, [case["W_1"], *case.parts("W"), case["W_L"]])
    ours, built_in = DataScope(case, BallRing(128)), RealScope(network, BallRing(128))
    for name, word in (("S", S), ("trace", trace)):
        with ctx.workprec(128):
            first, second = evaluate(pack.setting.words[name].symbol, ours), evaluate(word, built_in)
            assert first.overlaps(second) and float((first - second).abs_upper()) < 1e-30


@pytest.mark.parametrize("claim", ["matrix-gradient", "matrix-end-to-end", "schatten-factorization"])
def test_claims_hold_on_first_instances(claim: str, pack: Library) -> None:
    """A short run of what the slow test runs in full."""
    for obligation in pack.claim(claim).obligations:
        way = certifiable(obligation)
        found = {way.decide(case).verdict for case in islice(way.cases(1), 12)}
        assert found <= {Verdict.HELD, Verdict.NOT_APPLICABLE}


def test_every_claim_says_where_it_is_from_and_what_the_loss_is(pack: Library) -> None:
    for claim in pack:
        assert claim.note.startswith(("Known", "Own", "Folklore", "For Sigma = I known type"))
        assert "factor 1/2" in claim.note
        assert ("A derivation needs" in " ".join(claim.note.split())) == (claim.id not in PROVED)


def test_no_section_is_long() -> None:
    folder = Path(__file__).parents[2] / "packs" / "matrix_networks"
    assert all(len(file.read_text().splitlines()) <= 400 for file in folder.glob("*.py"))
