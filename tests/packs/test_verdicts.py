"""Every pack of one file: its proofs, its first instances, its page, and two routes to the numbers that it states."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_cli import run_flatcert

from flatcert.checks.authoring.references import load, packs, reference_of_text
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deciding.ways import certifiable
from flatcert.theory.library import Library

ROOT = Path(__file__).parents[2]
NAMES = [name for name in packs() if name != "matrix-networks"]
"""The other pack has tests of its own."""
CERTIFIED = {
    "quadratic-descent": {"exact", "simple"}, "scalar-sharpness": {"two", "chain"}, "kato-temple": {"two largest"},
    "entropy-bounds": None, "flow-vs-ridge": None, "leave-one-out": None, "optimism": None, "weight-noise": None,
    "dropout": None, "scale-invariance": None,
}
"""The claims that are not derived: which obligations, or None where there is no derivation at all."""


def library(name: str) -> Library:
    return load(reference_of_text(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_proofs_are_accepted_and_yield_the_claims(name: str) -> None:
    pack = library(name)
    for claim in pack:
        found = pack.derivation(claim.id)
        if found is None:
            assert CERTIFIED[claim.id] is None and "derivation needs" in claim.note
            continue
        assert [result.message for result in found.check(pack) if not result.ok] == []
        assert found.matches(claim, pack) == [] and set(found.partial) == (CERTIFIED.get(claim.id) or set())


@pytest.mark.parametrize("name", NAMES)
def test_no_first_instance_refutes_a_claim(name: str) -> None:
    """A short run of what the slow test runs in full."""
    for claim in library(name):
        for obligation in claim.obligations:
            way = certifiable(obligation)
            found = [way.decide(case).verdict for case in islice(way.cases(1), 8)]
            assert not {Verdict.REFUTED, Verdict.INCONCLUSIVE} & set(found), f"{claim.id}/{obligation.name}"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_pack_is_verified(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    done = run_flatcert(capsys, monkeypatch, "verify", name, "--json", "-")
    report: dict[str, Any] = json.loads(done.out)
    assert report["verdict"] in ("proved", "certified")
    for claim in report["claims"]:
        assert claim["instances"]["refuted"] == claim["instances"]["inconclusive"] == 0
        assert claim["mutants"]["survivors"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_each_claim_and_shows_a_picture(name: str) -> None:
    text = (ROOT / "docs" / "packs" / f"{name}.md").read_text(encoding="utf-8")
    assert [claim.id for claim in library(name) if f"`{claim.id}`" not in text] == []
    assert f"flatcert verify {name}" in text and (ROOT / "docs" / "images" / "packs" / f"{name}.png").is_file()


@pytest.mark.parametrize(("rate", "stable"), [(1.05, True), (1.2, True), (1.3, False)])
def test_the_orbit_of_period_two_attracts_where_the_pack_says(rate: float, stable: bool) -> None:
    """Descent in floating point, from beside the orbit of the closed form, with c = 1."""
    total, product = np.sqrt(1 + 3 / rate), 1 / rate
    x = (total + np.sqrt(total**2 - 4 * product)) / 2
    start, y = x, x + 1e-3
    for _ in range(2000):
        y -= rate * y * (y**2 - 1)
    nearest = min(abs(y - start), abs(y - product / start))
    assert (nearest < 1e-6) == stable


@pytest.mark.parametrize("steps", [1, 2, 3, 8])
def test_the_multipliers_of_drori_and_teboulle_leave_a_form_that_is_semidefinite(steps: int) -> None:
    """In floating point, from the Gram matrix of z, g_0, ..., g_N; also for more steps than the pack derives."""
    weights = [Fraction(i, 2 * steps + 1 - i) for i in range(1, steps + 1)]
    stars = [weights[0], *(b - a for a, b in pairwise(weights)), 1 - weights[-1]]
    unit = np.eye(steps + 2)
    place = [unit[0] - unit[1:1 + i].sum(axis=0) for i in range(steps + 1)]
    form = np.outer(unit[0], unit[0]) / (4 * steps + 2)
    for i, weight in enumerate(weights, 1):
        gap = unit[i] - unit[i + 1]
        form += float(weight) * (np.outer(unit[i + 1], unit[i]) + np.outer(gap, gap) / 2)
    for i, weight in enumerate(stars):
        form += float(weight) * (np.outer(unit[i + 1], unit[i + 1]) / 2 - np.outer(unit[i + 1], place[i]))
    assert np.linalg.eigvalsh((form + form.T) / 2).min() > -1e-12
