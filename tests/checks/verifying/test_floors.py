"""What is missing from a pool, by the classes of instances that an obligation allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding import identities, quantifiers
from flatcert.checks.deep_linear.instances import spaces
from flatcert.checks.deep_linear.instances.classes import LAYERS
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.instances import building
from flatcert.checks.instances.family import Family
from flatcert.checks.verifying.floors import Floor, floors
from flatcert.checks.verifying.report import as_dict
from flatcert.checks.verifying.run import ClaimReport, Run
from flatcert.checks.verifying.tallies import DerivationResult
from flatcert.checks.verifying.units import decide_unit
from flatcert.checks.verifying.verify import PROFILES
from flatcert.theory.language.claim import Obligation
from flatcert.theory.language.hypotheses import HYPOTHESES
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import E, L, w, w_star
from flatcert.theory.library import BUILT_IN

OBLIGATIONS = [(claim.id, o) for claim in BUILT_IN for o in claim.obligations]
WITH_INSTANCES = [(name, o) for name, o in OBLIGATIONS if o.decide != "estimated" and o.space != "solution"]


@pytest.mark.parametrize("claim_id, obligation", WITH_INSTANCES, ids=lambda x: x if isinstance(x, str) else x.name)
def test_every_obligation_has_classes(claim_id: str, obligation: Obligation) -> None:
    allowed = decider(obligation).classes_allowed()
    assert {"depth 1", "depth 2", "depth 4 or more"} & set(allowed)
    assert ("a read-out" in allowed) <= ("plain" not in obligation.given)
    assert (LAYERS[0] in allowed) == (LAYERS[1] in allowed) == bool({"k", "k < L", "j <= k"} & set(obligation.over))
    assert floors(obligation, {}, 8) == [], "a run of a few instances is not held to it"
    least = {floor.wanted for floor in floors(obligation, {}, 1000)}
    assert least == {{"identity": 50, "enclosed": 1}.get(obligation.decide, 10)}


@pytest.mark.parametrize("floor, sentence", [
    (Floor("depth 1", 1, 3), "one drawn instance with depth 1 was decided; at least 3 are wanted"),
    (Floor("the last layer", 2, 3, "shape"), "2 shapes with the last layer were decided; at least 3 are wanted"),
    (Floor("a read-out", 0, 1, "trajectory"), "no trajectory with a read-out was decided; at least 1 is wanted"),
], ids=str)
def test_sentences(floor: Floor, sentence: str) -> None:
    assert floor.sentence == sentence


def report(claim: str, name: str, wanted: int = 320) -> ClaimReport:
    """One obligation decided, as if the derivation held."""
    one = replace(BUILT_IN.claims[claim], obligations=(BUILT_IN.claims[claim].obligation(name),))
    instance.cache_clear()
    tally = decide_unit("flatcert", claim, name, 0, wanted)
    return ClaimReport(one, {name: tally}, derivation=DerivationResult(1, 1, exists=True))


def test_what_is_above_its_floors_is_proved() -> None:
    found = report("sharpness-lower", "minimizers")
    assert (found.verdict, found.shortfalls) == ("proved", [])
    assert all(floor.wanted == 3 <= floor.decided for floor in found.floors("minimizers"))
    made = as_dict(Run("quick", 0, {"sharpness-lower": found}))["claims"][0]["floors"]["minimizers"]
    assert made["singular covariance"]["wanted"] == 3 <= made["singular covariance"]["decided"]


def plain(generator: Any, widths: tuple[int, ...]) -> tuple[tuple[int, ...], None]:
    return (*widths[:-1], 1), None


def families_of(*names: str) -> tuple[Family, ...]:
    return tuple(spaces.FAMILIES[name] for name in names)


def few(layers: range) -> list[dict[str, Any]]:
    """Both ends of a range of layers: there are networks of a thousand."""
    return [{"k": k} for k in layers if k < layers.start + 3 or k > layers.stop - 4]


FAULTS: dict[str, tuple[str, str, str, Any]] = {
    "no singular covariance": ("sharpness-lower", "minimizers", "singular covariance", lambda patch: patch.setitem(
        spaces.SPACES, "weights", families_of("classics", "gaussian", "deep", "wild", "residual"))),
    "minimizers are w*": ("sharpness-lower", "minimizers", "a minimizer off w*", lambda patch: patch.setitem(
        HYPOTHESES, "minimizer", replace(HYPOTHESES["minimizer"], relations=(Relation(w, "==", w_star),)))),
    "no read-out": ("sharpness-lower", "minimizers", "a read-out", lambda patch: (
        patch.setattr(building, "readout", plain),
        patch.setitem(spaces.SPACES, "weights", families_of("small", "gaussian")))),
    "no depth 1": ("sharpness-lower", "minimizers", "depth 1", lambda patch: patch.setitem(
        spaces.SPACES, "weights", families_of("classics", "aligned", "deep", "singular", "wild"))
        or patch.setitem(HYPOTHESES, "E > 0", replace(
            HYPOTHESES["E > 0"], relations=(Relation(E, ">", 0), Relation(L, ">", 1))))),
    "without the last pair": ("alignment", "by-lower-layer", "the last layer", lambda patch: patch.setitem(
        quantifiers._EXPAND, "k < L", lambda o, i, values: few(range(1, i.depth - 1)))),
    "without the first layer": ("near-rank-one", "norms", "the first layer", lambda patch: patch.setitem(
        quantifiers._EXPAND, "k", lambda o, i, values: few(range(2, i.depth + 1)))),
    "only minimizers": ("pl-inequality", "kernel", "singular covariance off the minimum", lambda patch: patch.setitem(
        spaces.SPACES, "starts", families_of("exhibits", "classics", "scalars", "singular"))),
    "an identity without the last layer": ("gradient", "layer", "the last layer", lambda patch: patch.setattr(
        "flatcert.checks.deep_linear.deciding.identities.layers_of", lambda o, depth: range(1, depth))),
}


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_narrower_pool_is_inconclusive(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is decided holds, and still nothing is called proved; the report says what is missing."""
    claim, name, missing, plant = FAULTS[fault]
    plant(monkeypatch)
    found = report(claim, name, 60 if claim == "gradient" else 120)
    tally = found.tallies[name]
    assert tally.held and not tally.refuted and not tally.inconclusive
    assert found.verdict == "inconclusive"
    assert Run("quick", 0, {claim: found}).exit_code in (1, 3)  # 1 where equality is no longer reached either
    kind = "shape" if claim == "gradient" else "drawn instance"
    assert any(sentence.startswith(f"{claim}/{name}: no {kind} with {missing} was decided") for sentence in
               found.shortfalls)


def test_the_layers_of_an_identity_are_those_that_are_decided() -> None:
    relation = BUILT_IN.claim("gradient").obligations[0].relation
    for over, last in (("k", 4), ("k < L", 3)):
        assert list(identities.layers_of(Obligation("x", relation, over=(over,)), 4)) == list(range(1, last + 1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("claim_id, obligation", WITH_INSTANCES, ids=lambda x: x if isinstance(x, str) else x.name)
def test_the_quick_profile_is_above_all_floors(claim_id: str, obligation: Obligation, seed: int) -> None:
    tally = decide_unit("flatcert", claim_id, obligation.name, seed, PROFILES["quick"].wanted(obligation))
    assert [x for x in floors(obligation, tally.classes, tally.wanted) if x.decided < x.wanted] == []
