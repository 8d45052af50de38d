"""What a claim is about is a hypothesis of its certificates: no instance of another kind counts against it."""

import copy
from dataclasses import replace

import pytest
from corpus import held, of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tampering import elsewhere

from flatcert.checks import checker
from flatcert.checks.certificates.format import sealed
from flatcert.checks.checker import Rejected, Undecided
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.certificates.spaces import SUPPOSED
from flatcert.checks.deep_linear.certificates.trees import NoTree, statement
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.checks.deep_linear.instances.spaces import BUILT_IN_FAMILIES, FAMILIES, SPACES
from flatcert.checks.verifying.certificates import recheck, write
from flatcert.checks.verifying.replay import named_obligation
from flatcert.theory.language.quantifiers import QUANTIFIERS
from flatcert.theory.library import BUILT_IN

NO_CERTIFICATES = {"solution", "ensemble", "isometries"}
NOTHING_MORE = {space for space, relations in SUPPOSED.items() if not relations}
ABOUT_ONE_KIND = [("min-sharpness", "attained"), ("min-trace", "attained"), ("min-sharpness-dual", "attained")]


def changed(data, path, new):
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return data


def test_every_space_says_what_it_supposes():
    assert {*SPACES, "solution", "ensemble"} == {*SUPPOSED, *NO_CERTIFICATES}
    found = {(claim.id, o.name) for claim in BUILT_IN for o in claim.obligations
             if o.space in SUPPOSED and o.space not in NOTHING_MORE}
    assert found == set(ABOUT_ONE_KIND)
    obligation = named_obligation(BUILT_IN, "kernel-agm", "all-weights")
    assert statement(obligation)
    for space in NO_CERTIFICATES:
        with pytest.raises(NoTree, match="the space"):
            statement(replace(obligation, space=space))


@pytest.mark.parametrize(("claim_id", "name"), ABOUT_ONE_KIND)
@pytest.mark.parametrize(("path", "new"), [
    (("values", "r"), "7"), (("values", "r"), "1/1000"), (("values", "r"), {"root": 3, "of": "5"}),
    (("instance", "weights", 0, 0, 0), "17/3"), (("instance", "weights", 1, 0, 0), "3"),
    (("instance", "readout"), ["3"]), (("instance", "covariance", 0, 0), "29"),
], ids=str)
def test_an_instance_that_leaves_the_space_refutes_nothing(claim_id, name, path, new):
    for at in (4, 7, 12):
        genuine = of(claim_id, name, at)
        assert checker.check(genuine).startswith("held")
        tampered = changed(genuine, path, new)
        if len(tampered["instance"]["weights"][-1]) > 1 and path[-1] == "readout":
            continue  # the read-out has another length
        with pytest.raises(Rejected, match=r"the hypothesis '(aligned|planted|minimizer)'|the statement is not"):
            checker.check(sealed({**tampered, "verdict": "refuted"}))


@pytest.mark.parametrize("weights", [
    [[["1"]], [["2"]], [["1/2"]]],  # the norms of q_1, q_2, q_3 are 1, 1/2, 1
    [[["1"], ["5"]], [["1", "0"]]],  # the first layer is not along q_1
])
def test_weights_of_the_right_ratio_need_not_be_aligned(weights):
    for name in ("min-sharpness", "min-trace"):
        data = of(name, "attained")
        data = {**data, "values": {"r": "1"}, "verdict": "refuted", "instance": {
            "name": "given", "covariance": [["1"]], "regressor": ["1"], "weights": weights, "readout": ["1"]}}
        with pytest.raises(Rejected, match="the hypothesis 'aligned'"):
            checker.check(sealed(data))


def test_where_every_direction_is_optimal_the_ratio_need_not_be():
    data = of("min-sharpness-dual", "attained")
    assert len(data["instance"]["covariance"]) == 1
    for r in ("3", "1/7"):
        with pytest.raises(Rejected, match="the hypothesis 'planted'"):
            checker.check(sealed({**data, "values": {**data["values"], "r": r}, "verdict": "refuted"}))


def test_the_direction_of_a_planted_problem_is_its_own():
    data = of("min-sharpness-dual", "attained", 3)
    for z in (["1", "-1"], ["0", "1"], ["5", "1/7"]):
        with pytest.raises(Rejected, match="the hypothesis 'planted'"):
            checker.check(sealed({**data, "values": {**data["values"], "direction": z}, "verdict": "refuted"}))
    with pytest.raises(Rejected, match="the hypothesis"):
        checker.check(sealed({**data, "values": {**data["values"], "direction": ["0", "0"]}, "verdict": "refuted"}))


@pytest.mark.parametrize(("claim_id", "name", "value", "new"), [
    ("near-rank-one", "norms", "k", "0"),
    ("near-rank-one", "norms", "k", "-1"),
    ("near-rank-one", "norms", "k", "1/2"),
    ("near-rank-one", "norms", "k", "1000"),
    ("singular-values", "layers", "j", "1000"),
    ("alignment", "by-lower-layer", "k", "1000"),
    ("min-sharpness", "attained", "r", "-1"),
    ("min-sharpness", "attained", "r", "0"),
    ("min-sharpness", "attained", "r", ["1"]),
    ("sharpness-unbounded", "grows", "gamma", "0"),
    ("sharpness-unbounded", "grows", "gamma", "-2"),
    ("learning-rate", "tight", "eta", "-1"),
    ("min-sharpness-dual", "every-direction", "direction", ["0"]),
    ("min-sharpness-dual", "every-direction", "direction", "1"),
    ("kernel-agm", "all-weights", "u", "1"),
    ("kernel-agm", "all-weights", "u", [["1"]]),
])
def test_a_value_out_of_its_range_decides_nothing(claim_id, name, value, new):
    data = of(claim_id, name)
    assert value in data["values"]
    for verdict in ("held", "refuted"):
        with pytest.raises(Rejected):
            checker.check(sealed({**data, "values": {**data["values"], value: new}, "verdict": verdict}))


def test_a_hypothesis_that_is_missing_is_another_statement(tmp_path):
    """The checker alone decides what the file says; ``flatcert check`` knows what the claim says."""
    data = of("min-sharpness", "attained")
    for index in range(len(data["statement"]["given"])):
        left = [g for i, g in enumerate(data["statement"]["given"]) if i != index]
        fewer = sealed({**data, "statement": {**data["statement"], "given": left}})
        assert checker.check(fewer).startswith("held")
        found = recheck(write(tmp_path, fewer))
        assert found.answer == "rejected" and "its list of hypotheses is not that of" in found.reason


OF_CLAIMS = {obligation.space for claim in BUILT_IN for obligation in claim.obligations}


@pytest.mark.parametrize("space", sorted(
    (NOTHING_MORE & OF_CLAIMS) - {"pairs", "trajectory", "limit", "residual-paths"}))
def test_a_space_that_supposes_nothing_more_needs_nothing_more(space):
    """Instances of all families, whatever the space draws from, refute none of its claims."""
    cases = [instance(family, 0, index) for family in BUILT_IN_FAMILIES
             for index in range(min(2, FAMILIES[family].count or 2))
             if not family.startswith(("deep", "pair", "residual-path"))]
    decided = 0
    for claim in BUILT_IN:
        for obligation in claim.obligations:
            if obligation.space == space and obligation.decide == "ordered":
                verdicts = [decider(obligation).decide(case).verdict for case in cases
                            if not obligation.direct or sum(layer.size for layer in case.weights) < 8]
                assert "refuted" not in verdicts, (claim.id, obligation.name)
                decided += verdicts.count("held")
    assert decided > 10


def refutes_nothing(data):
    genuine = [one.certificate for one in held() if one.certificate is not None]
    small = [c for c in genuine if len(str(c["instance"])) < 1500 and c["id"] != "residual-convergence/rate"]
    tampered = sealed(elsewhere(data.draw, data.draw(st.sampled_from(small))))
    try:
        found = checker.check(tampered)
    except (Rejected, Undecided):
        return
    raise AssertionError(f"{found}: {tampered['instance']}, {tampered['values']}")


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_other_numbers_refute_a_registered_claim(data):
    refutes_nothing(data)


@pytest.mark.fuzz
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_nor_do_many_more(data):
    refutes_nothing(data)


def test_the_ranges_are_those_of_quantifiers():
    in_range_by_construction = {"W", "Xi", "u", "top vectors", "r", "gamma", "eta", "rho"}
    ranged = {name for name, quantifier in QUANTIFIERS.items() if quantifier.within}
    assert {*ranged, *in_range_by_construction} == {*QUANTIFIERS}
    for name in ranged:
        used = [o for claim in BUILT_IN for o in claim.obligations if name in o.over and o.space in SUPPOSED]
        assert used
        for obligation in used:
            try:
                stated = statement(obligation)
            except NoTree:
                continue
            assert name in {g["name"] for g in stated["given"]}
