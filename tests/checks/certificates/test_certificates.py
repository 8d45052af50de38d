"""Certificates: every one is accepted, and a changed one is caught, or true."""

import copy
import json

import pytest
from certified.tree_floats import contradiction
from corpus import certificates, held, of, refuted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tampering import changed, well_formed
from typer.testing import CliRunner

from flatcert.checks import checker
from flatcert.checks.certificates.format import sealed
from flatcert.checks.checker import Rejected, Undecided
from flatcert.checks.cli.main import app
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deep_linear.certificates.trees import statement
from flatcert.checks.deep_linear.deciding.on_instances import OnInstances
from flatcert.checks.verifying.certificates import recheck, write
from flatcert.checks.verifying.replay import named_obligation
from flatcert.checks.verifying.verify import verify
from flatcert.theory.library import BUILT_IN


def test_every_decision_in_the_format_has_an_accepted_certificate():
    assert len(certificates()) > 120
    for data in certificates():
        assert checker.check(data)
    assert not [one.name for one in (*held(), *refuted()) if one.disputed]
    left = {one.reason for one in (*held(), *refuted()) if one.certificate is None}
    assert all("not in the format" in reason or "undecided" in reason for reason in left), left


def test_certificates_are_a_pure_function():
    assert of("min-sharpness-bracket", "above") == of("min-sharpness-bracket", "above")
    json.dumps(certificates(), allow_nan=False)


@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_digest_catches_every_change(data):
    original = data.draw(st.sampled_from(certificates()))
    altered, _ = changed(data.draw, original)
    if altered != original:
        with pytest.raises(Rejected, match=r"digest|malformed"):
            checker.check(altered)


def only_true_things_pass(data):
    original = data.draw(st.sampled_from(certificates()))
    altered, path = changed(data.draw, original)
    altered = sealed(altered)
    try:
        checker.check(altered)
    except (Rejected, Undecided):
        return
    assert well_formed(altered), (altered["id"], path)
    assert contradiction(altered) is None, (altered["id"], path)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_with_the_digest_recomputed_only_true_things_pass(data):
    only_true_things_pass(data)


@pytest.mark.fuzz
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_same_on_many_more(data):
    only_true_things_pass(data)


@pytest.mark.parametrize("key", ["id", "statement"])
def test_the_registry_is_compared(tmp_path, key):
    data = copy.deepcopy(of("sharpness-lower", "minimizers"))
    if key == "id":
        data["id"] = "sharpness-lower-tight/minimizers"
    else:
        data["statement"]["rhs"] = ["rational", "0"]
    data = sealed(data)
    assert checker.check(data)  # true of the file, but not what the claim says
    found = recheck(write(tmp_path, data))
    assert found.answer == "rejected" and "is not that of" in found.reason
    data["id"] = "no-such/claim"
    assert "There is no claim" in recheck(write(tmp_path, sealed(data))).reason


def test_a_decision_that_the_checker_disputes_fails_the_run(monkeypatch):
    monkeypatch.setattr(OnInstances, "with_choices", lambda *_: (Verdict.REFUTED, [{}]))
    run = verify(["kernel-agm"], workers=0, certificates=True)
    assert run.exit_code == 1
    assert any("the checker rejects it" in failure for failure in run.reports["kernel-agm"].failures)


def test_statements_of_edited_obligations_differ():
    obligation = named_obligation(BUILT_IN, "sharpness-lower", "minimizers")
    texts = [json.dumps(statement(o)) for o in (obligation, *(m.of(obligation) for m in obligation.mutants))]
    assert len(set(texts)) == len(texts)


def test_the_commands(tmp_path):
    directory = tmp_path / "certificates"
    run = CliRunner().invoke(app, ["verify", "kernel-agm", "--workers", "0", "--certificates", str(directory)])
    assert run.exit_code == 0 and "certificates:" in run.output
    assert CliRunner().invoke(app, ["verify", "kernel-agm", "--certificates", str(directory)]).exit_code == 2
    found = CliRunner().invoke(app, ["check", str(directory), "--json", str(tmp_path / "f.json")])
    assert found.exit_code == 0 and "0 rejected, 0 undecided" in found.output
    answers = json.loads((tmp_path / "f.json").read_text())
    assert {answer["proved"] for answer in answers} == {"held", "refuted"}
    file = next(directory.glob("*.json"))
    file.write_text(file.read_text().replace('"format": 2', '"format": 1'))
    assert CliRunner().invoke(app, ["check", str(directory)]).exit_code == 1


def test_bad_places_get_a_sentence(tmp_path):
    for directory in (tmp_path, tmp_path / "nothing"):
        found = CliRunner().invoke(app, ["check", str(directory)])
        assert found.exit_code == 2 and found.output.startswith("flatcert: There is no")
    (tmp_path / "file").write_text("")
    found = CliRunner().invoke(app, ["verify", "kernel-agm", "--certificates", str(tmp_path / "file")])
    assert found.exit_code == 2 and "cannot be made a directory" in found.output


@pytest.mark.slow
def test_trajectories_are_certified_given_the_enclosure():
    data = of("limit-sharpness", "limit-eight")
    assert checker.check(data).startswith("given the enclosure, held")
