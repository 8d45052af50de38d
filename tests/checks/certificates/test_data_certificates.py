"""Certificates of settings of one's own: all nodes, kinds that the checker verifies, and changes that it catches."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from certified.data_floats import DataFloats, of_its_kinds
from certified.own_certificates import CLAIM, SETTING, STATEMENTS, X, Y, certificates, k, of_every_node, of_examples
from certified.tree_floats import Floats, disagreement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tampering import changed, well_formed

from flatcert import Obligation
from flatcert.checks import checker
from flatcert.checks.certificates.data_trees import data_statement
from flatcert.checks.certificates.format import sealed
from flatcert.checks.certificates.nodes import NoTree
from flatcert.checks.checker import Rejected, Undecided
from flatcert.checks.verifying.second_look import decided_again
from flatcert.language import matrix_sum, norm_squared


def contradiction(data):
    """What floats find wrong with a certificate; the example about deep linear networks has one of those."""
    return disagreement((DataFloats if "data" in data["statement"] else Floats)(data), data)


def is_well_formed(data):
    return of_its_kinds(data) if "data" in data["statement"] else well_formed(data)


def of(name):
    """The first certificate of a statement."""
    return copy.deepcopy(next(one.certificate for one in of_every_node()
                              if one.certificate and one.certificate["id"] == f"nodes/{name}"))


def test_every_decision_has_a_certificate_that_floats_agree_with():
    made = (*of_every_node(), *of_examples())
    assert not [one.name for one in made if one.disputed]
    assert {one.reason for one in made if one.certificate is None} == {"not applicable"}
    assert {one.certificate["id"] for one in of_every_node() if one.certificate} == {f"nodes/{x}" for x in STATEMENTS}
    for data in certificates():
        assert is_well_formed(data) and contradiction(data) is None, data["id"]


def test_the_checker_needs_nothing_of_ours(tmp_path):
    for index, data in enumerate(certificates()[::7]):
        (tmp_path / f"{index}.json").write_text(json.dumps(data))
    found = subprocess.run([sys.executable, "-S", "-I", str(Path(checker.__file__)), str(tmp_path)],
                           capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_no_verdict_can_be_turned_round():
    for data in certificates():
        turned = sealed({**data, "verdict": "refuted" if data["verdict"] == "held" else "held"})
        with pytest.raises(Rejected, match="the statement is not"):
            checker.check(turned)


def test_the_engine_decides_again_what_the_file_says():
    for data in (one.certificate for one in of_every_node() if one.certificate):
        obligation = CLAIM.obligation(data["id"].partition("/")[2])
        assert decided_again(obligation, data) == data["verdict"], data["id"]


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_digest_catches_every_change(data):
    original = data.draw(st.sampled_from(certificates()))
    altered, _ = changed(data.draw, original)
    if altered != original:
        with pytest.raises(Rejected, match=r"digest|malformed"):
            checker.check(altered)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_with_the_digest_recomputed_only_true_things_pass(data):
    original = data.draw(st.sampled_from(certificates()))
    altered, path = changed(data.draw, original)
    altered = sealed(altered)
    try:
        checker.check(altered)
    except (Rejected, Undecided):
        return
    assert is_well_formed(altered), (altered["id"], path)
    assert contradiction(altered) is None, (altered["id"], path)


@pytest.mark.parametrize(("name", "value"), [
    ("A", [["-1"]]), ("A", [["1", "2"], ["2", "1"]]), ("A", [["1", "1"]]), ("A", []), ("A", "1"), ("A", [["1e3"]]),
    ("B", [["1", "2"], ["3", "1"]]), ("s", [["2"]]), ("s", [["1"], ["1"], ["1"]]), ("c", "0"), ("c", "-1"),
    ("e", "-1"), ("i", "1/2"), ("x", ["0"]), ("x", []), ("x", "1"), ("Y", [[["1"]]]), ("n", "0"), ("n", "2/3"),
    ("n", "7"), ("m", "7"), ("n", {"root": 2, "of": "4"}), ("v", None),
])
def test_data_of_another_kind_are_refused(name, value):
    data = of("trace")
    data["instance"]["data"][name] = value
    with pytest.raises(Rejected):
        checker.check(sealed(data))


@pytest.mark.parametrize(("name", "key", "value"), [
    ("A", "structure", "orthogonal"), ("A", "entries", "complex"), ("A", "shape", [["given", "nothing"]]),
    ("A", "shape", []), ("x", "range", []), ("x", "range", [["rational", "0"], ["given", "m"]]),
    ("v", "structure", "symmetric"), ("n", "entries", "real"),
])
def test_kinds_that_the_data_do_not_have_are_refused(name, key, value):
    data = next(one for one in certificates() if one["id"] == "nodes/trace" and one["instance"]["data"]["n"] != "1")
    data = copy.deepcopy(data)
    data["statement"]["data"][name][key] = value
    with pytest.raises(Rejected):
        checker.check(sealed(data))


def test_names_mean_one_thing():
    data = of("trace")
    for other in ({"values": {"A": [["1"]]}}, {"values": {"more": "1"}},
                  {"instance": {"name": "", "data": {**data["instance"]["data"], "x[1]": "5"}}}):
        with pytest.raises(Rejected, match=r"other data|quantified"):
            checker.check(sealed({**data, **other}))
    data["statement"]["data"]["x[1]"] = data["statement"]["data"]["c"]
    data["instance"]["data"]["x[1]"] = "5"
    with pytest.raises(Rejected, match="other data"):
        checker.check(sealed(data))


ZERO, V, A, B = ["rational", "0"], ["given", "v"], ["given", "A"], ["given", "B"]
SINGULAR = ["zero", ["given", "n"], ["given", "n"]]
SLOPE = ["gradient", ["norm_squared", V], V]


@pytest.mark.parametrize(("tree", "error"), [
    (["determinant", ["inverse", SINGULAR]], Rejected),
    (["norm_squared", ["solve", SINGULAR, V]], Rejected),
    (["determinant", V], Rejected),
    (["largest_eigenvalue", ["add", B, ["mul", V, ["transpose", ["gradient", ["trace", B], V]]],
                             ["mul", V, ["transpose", ["hadamard", V, V]]]]], Rejected),
    (["singular_value", B, ZERO], Rejected),
    (["norm_squared", ["member", "Y", ["rational", "3"]]], Rejected),
    (["norm_squared", ["gradient", ["norm_squared", V], V, A, A]], Rejected),
    (["trace", ["hessian", ["norm_squared", V], V, V]], Rejected),
    (["rows", ["hessian", ["norm_squared", V]]], Rejected),
    (["norm_squared", ["gradient", V, V]], Rejected),
    (["norm_squared", ["gradient", ["dot", SLOPE, V], V]], Undecided),
    (["norm_squared", ["gradient", ["spectral", ["mul", V, ["transpose", V]]], V]], Undecided),
    (["norm_squared", ["gradient", ["max", ["dot", V, V], ["norm_squared", V]], V]], Undecided),
    (["norm_squared", ["hadamard", V, ["transpose", V]]], Rejected),
    (["norm_squared", ["hadamard", B, V]], Rejected),
    (["trace", ["identity", ["rational", "99999"]]], Undecided),
    (["expectation", ["rational", "1"], "s", ["rational", "99999"]], Undecided),
    (["expectation", ["rational", "1"], "s", ["rational", "-1"]], Rejected),
    (["S"], Rejected), (["W", ["rational", "1"]], Rejected), (["hessian"], Rejected), (["state", V], Rejected),
], ids=lambda x: str(x)[:40])
def test_what_is_not_defined_is_refused(tree, error):
    data = next(one for one in certificates() if one["id"] == "nodes/inverse" and one["instance"]["data"]["n"] != "1"
                and len({*map(str, one["instance"]["data"]["v"])}) > 1)
    data = copy.deepcopy(data)
    data["statement"] |= {"lhs": tree, "op": ">=", "rhs": ["rational", "-1000000000000000000000000000"]}
    with pytest.raises(error):
        checker.check(sealed(data))


def test_a_sum_of_matrices_that_are_not_square_has_no_tree() -> None:
    """Without terms it is the number 0 for the checker; times an identity it is a matrix, but a square one."""
    columns = matrix_sum(Y(k) * X, (k, 0, 2))
    with pytest.raises(NoTree, match="not square"):
        data_statement(Obligation("columns", (norm_squared(columns), ">=", 0), setting=SETTING))
