"""Files made to harm: what would run for ever is given up, two readings are refused, no wrong enclosure serves."""

import copy
import json
import time
from fractions import Fraction
from itertools import islice

import pytest
from corpus import of

from flatcert.checks import checker
from flatcert.checks.certificates.format import sealed
from flatcert.checks.checker import Rejected, Undecided
from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.verifying.certificates import certified, recheck, write
from flatcert.checks.verifying.replay import named_obligation
from flatcert.theory.library import BUILT_IN

ONE = ["rational", "1"]


def number(text):
    return ["rational", text]


def with_right_side(tree):
    data = copy.deepcopy(of("sharpness-lower", "minimizers"))
    data["statement"]["rhs"] = tree
    return sealed(data)


def nested(name, times, tree=ONE, last="99999"):
    for i in range(times):
        tree = [name, tree, f"i{i}", ONE, number(last)]
    return tree


@pytest.mark.parametrize("tree", [
    ["pow", ["pow", number("3"), number("1000000")], number("1000000")],
    ["pow", ["pow", ["pow", number("3"), number("1000")], number("1000")], number("1000")],
    ["pow", ["pow", number("1/3"), number("1000000")], number("1000000")],
    ["exp", ["exp", ["exp", number("10")]]],
], ids=lambda tree: str(tree)[:40])
def test_numbers_stay_small(tree):
    started = time.process_time()
    with pytest.raises((Rejected, Undecided), match=r"too large|small rational"):
        checker.check(with_right_side(tree))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("tree", [
    nested("sum", 3), nested("largest", 3), nested("sum", 1, ["trace", ["hessian"]]),
    nested("sum", 2, ["pow", ["add", number("2"), ["pow", number("3"), number("1/997")]], number("1/991")]),
    nested("sum", 1, ["pow", ["given", "i0"], number("-1")]),
], ids=["sums", "largest", "hessians", "roots", "denominators"])
def test_work_is_bounded(tree, monkeypatch):
    """With a hundredth of the work that is allowed, so that the test is quick."""
    monkeypatch.setattr(checker, "WORK", checker.WORK // 100)
    started = time.process_time()
    with pytest.raises(Undecided, match="more work"):
        checker.check(with_right_side(tree))
    assert time.process_time() - started < 10


def test_genuine_certificates_need_a_tenth_of_the_work_that_is_allowed(monkeypatch):
    monkeypatch.setattr(checker, "WORK", checker.WORK // 10)
    assert checker.check(of("residual-convergence", "rate", 3))


@pytest.mark.parametrize("tree", ["S", ["mul", "S"], {"0": "S"}, [], [[]], None, 1, ["S", []], ["rational", 1],
                                  ["rational", True], ["rational", "1e3"], ["rational", "1_0"], ["rational", "+1"],
                                  ["rational", "1.0"], ["rational", " 1"], ["rational", "1\n"], ["rational", "1/0"],
                                  ["rational", "0x1"], ["rational", "inf"], ["given", "S"], ["state"], ["sum", ONE]],
                         ids=str)
def test_what_is_no_tree_is_refused(tree):
    with pytest.raises(Rejected):
        checker.check(with_right_side(tree))


@pytest.mark.parametrize(("path", "value"), [
    (("values",), [["u", "1"], ["u", "2"]]), (("values",), []), (("values",), None),
    (("statement", "given"), {}), (("statement", "given"), ""), (("statement", "given"), [[]]),
    (("statement", "given"), [None]), (("statement", "direct"), "no"), (("statement", "direct"), 1),
    (("statement", "direct"), None), (("verdict",), True), (("verdict",), "Held"), (("verdict",), ["held"]),
    (("enclosure",), {}), (("enclosure",), False), (("enclosure",), "time"),
    (("statement", "space"), "pairs"), (("statement", "decide"), "enclosed"), (("instance",), []),
])
def test_what_has_another_shape_is_refused(path, value):
    data = copy.deepcopy(of("sharpness-lower", "minimizers"))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Rejected):
        checker.check(sealed(data))


@pytest.mark.parametrize(("old", "new"), [
    ('"format": 2', '"format": 2.0'), ('"format": 2', '"format": 2e0'), ('"format": 2', '"format": NaN'),
    ('"format": 2', '"format": Infinity'), ('"package"', '"package": 1, "package"'),
    ('"op": ', '"op": "<", "op": '), ('"format": 2', '"format": ' + "9" * 5000),
    ('"format": 2', '"format": {"a": 0.5}'),
], ids=lambda x: x[:30])
def test_a_file_has_one_reading(tmp_path, old, new):
    text = json.dumps(of("sharpness-lower", "minimizers"))
    (tmp_path / "a.json").write_text(text)
    assert checker.main([str(tmp_path)]) == 0
    assert old in text
    (tmp_path / "a.json").write_text(text.replace(old, new, 1))
    assert checker.main([str(tmp_path)]) == 1
    assert recheck(tmp_path / "a.json").answer == "rejected"


@pytest.mark.parametrize("value", [0.5, float("nan"), float("inf")])
def test_a_decimal_is_refused_even_where_nobody_reads_it(tmp_path, value):
    data = sealed({**of("sharpness-lower", "minimizers"), "package": value})
    assert checker.check(data)
    (tmp_path / "a.json").write_text(json.dumps(data))
    assert checker.main([str(tmp_path)]) == 1
    assert "none of the format" in recheck(tmp_path / "a.json").reason


def test_deep_nesting_is_refused(tmp_path):
    deep = ["rational", "1"]
    for _ in range(600):
        deep = ["abs", deep]
    with pytest.raises(Rejected, match="RecursionError"):
        checker.check(with_right_side(deep))
    (tmp_path / "a.json").write_text('{"a":' * 20_000 + "1" + "}" * 20_000)
    assert checker.main([str(tmp_path)]) == 1
    assert recheck(tmp_path / "a.json").answer == "rejected"


def test_memory_that_runs_out_decides_nothing(monkeypatch):
    data = of("sharpness-lower", "minimizers")

    def full(_):
        raise MemoryError

    monkeypatch.setattr(checker, "scope", full)
    with pytest.raises(Undecided, match="memory"):
        checker.check(data)


@pytest.fixture(scope="module")
def at_a_time():
    return of("linear-convergence", "decay")


@pytest.fixture(scope="module")
def at_the_limit():
    return of("limit-sharpness", "limit-eight")


def enclosed(data, **changes):
    data = copy.deepcopy(data)
    data["enclosure"].update(changes)
    return data


def both_refused(data, match):
    for verdict in ("held", "refuted"):
        with pytest.raises(Rejected, match=match):
            checker.check(sealed({**data, "verdict": verdict}))


def test_an_enclosure_has_the_kind_of_the_statement(at_a_time, at_the_limit):
    for data in (at_a_time, at_the_limit):
        assert checker.check(data).startswith("given the enclosure, held")
        for kind in {"time", "limit", "pair", "", None} - {data["enclosure"]["kind"]}:
            both_refused(enclosed(data, kind=kind), "another kind")
    both_refused(enclosed(at_a_time, radius="-1"), "none of these weights")


def scaled(layers, *factors):
    return [[[str(Fraction(x) * factor) for x in row] for row in layer]
            for layer, factor in zip(layers, factors, strict=True)]


def test_no_flow_changes_the_imbalance(at_a_time, at_the_limit):
    for data in (at_a_time, at_the_limit):
        centre = data["enclosure"]["centre"]
        for factors in ((Fraction(1, 2), *[2] * (len(centre) > 1)), (3,)):
            factors = (*factors, *[1] * len(centre))[:len(centre)]
            if len(centre) > 1:
                both_refused(enclosed(data, centre=scaled(centre, *factors)), "no gradient flow")


def test_no_flow_raises_the_risk_or_moves_faster_than_its_gradient(at_a_time):
    """At depth one no imbalance is conserved."""
    assert len(at_a_time["enclosure"]["centre"]) == 1
    for factor in (-1, 100, Fraction(1, 100)):
        both_refused(enclosed(at_a_time, centre=scaled(at_a_time["enclosure"]["centre"], factor)), "no gradient flow")
    soon = {**at_a_time, "values": {**at_a_time["values"], "time": "1/1000000"}}
    both_refused(soon, "no gradient flow")


def test_a_limit_is_a_minimizer(at_the_limit):
    """The start itself has the imbalance and the risk of the start."""
    start = at_the_limit["instance"]["weights"]
    both_refused(enclosed(at_the_limit, centre=start, radius="0"), "no gradient flow")


def test_an_enclosure_that_may_be_reached_is_taken_for_granted_by_the_checker_only(at_a_time, tmp_path):
    """The weights at the start, said to be those of later: the engine, which integrates, does not agree."""
    false = sealed({**enclosed(at_a_time, centre=at_a_time["instance"]["weights"], radius="0"), "verdict": "refuted"})
    assert checker.check(false).startswith("given the enclosure, refuted")
    found = recheck(write(tmp_path, false))
    assert found.answer == "rejected" and "the engine does not agree: it says held" in found.reason
    assert recheck(write(tmp_path, at_a_time)).answer == "accepted"


def test_what_is_given_the_enclosure_is_decided_twice_of_mutants_too(tmp_path):
    mutants = named_obligation(BUILT_IN, "linear-convergence", "decay").mutants
    held = [made.certificate for mutant in mutants for key in islice(pool("trajectory", 0), 12) if (
        made := certified("linear-convergence",
                          named_obligation(BUILT_IN, "linear-convergence", f"decay~{mutant.label}"),
                          instance(*key))).certificate is not None and made.certificate["verdict"] == "held"]
    assert held
    disputed = 0
    for data in held:
        assert recheck(write(tmp_path, data)).about == "mutant"
        false = sealed({**enclosed(data, centre=data["instance"]["weights"], radius="0"), "verdict": "refuted"})
        try:
            assert checker.check(false).startswith("given the enclosure, refuted")
        except Rejected:
            continue  # so early that the start itself is within the bound
        assert "the engine does not agree" in recheck(write(tmp_path, false)).reason
        disputed += 1
    assert disputed
