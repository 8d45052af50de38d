"""What a certificate says of a claim is at stake: the engine decides it again, and who is refuted is named."""

import json
from dataclasses import replace

import pytest
from corpus import certificates, of
from typer.testing import CliRunner

from flatcert.checks.certificates.format import sealed
from flatcert.checks.cli.main import app
from flatcert.checks.conjecture.answer import conjecture
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.verifying.certificates import certified, recheck, write
from flatcert.checks.verifying.replay import named_obligation
from flatcert.checks.verifying.second_look import decided_again
from flatcert.theory.library import BUILT_IN


def test_the_engine_agrees_with_every_certificate():
    """What the file holds is all that the engine needs: instance, values, verdict."""
    for data in certificates():
        claim_id, _, name = data["id"].partition("/")
        assert decided_again(named_obligation(BUILT_IN, claim_id, name), data) == data["verdict"], data["id"]


def false_claim(monkeypatch, claim_id, name, label):
    """A mutant put in the place of the statement, and the certificate of a counterexample to it."""
    claim = BUILT_IN.claims[claim_id]
    mutant = named_obligation(BUILT_IN, claim_id, f"{name}~{label}")
    false = [replace(mutant, name=name) if o.name == name else o for o in claim.obligations]
    monkeypatch.setitem(BUILT_IN.claims, claim_id, replace(claim, obligations=tuple(false)))
    obligation = named_obligation(BUILT_IN, claim_id, name)
    space = "dense" if obligation.decide == "identity" else obligation.space
    for _, key in zip(range(60), pool(space, 0), strict=False):
        made = certified(claim_id, obligation, instance(*key)).certificate
        if made is not None and made["verdict"] == "refuted":
            return made
    raise AssertionError


FALSE = [("sharpness-lower", "minimizers"), ("hessian", "second"), ("min-sharpness", "attained"),
         ("min-sharpness-dual", "attained"), ("kernel-agm", "all-weights"), ("learning-rate", "tight"),
         ("alignment", "by-lower-layer"), ("residual-convergence", "perturbation-above"), ("conservation", "layers")]


@pytest.mark.parametrize(("claim_id", "name"), FALSE)
def test_a_refutation_of_a_claim_is_decided_twice_and_named(monkeypatch, tmp_path, claim_id, name):
    mutants = named_obligation(BUILT_IN, claim_id, name).mutants
    data = false_claim(monkeypatch, claim_id, name, mutants[0].label)
    assert data["id"] == f"{claim_id}/{name}"
    file = write(tmp_path, data)
    found = recheck(file)
    assert (found.answer, found.proved, found.about, found.alarming) == ("accepted", "refuted", "claim", True)
    assert f"it refutes the registered claim {claim_id}/{name}, and the engine agrees" in found.reason
    assert "please report" in found.reason
    run = CliRunner().invoke(app, ["check", str(tmp_path), "--json", str(tmp_path / "answers")])
    assert run.exit_code == 1 and f"{file.name}: accepted, it refutes the registered claim" in run.output
    assert json.loads((tmp_path / "answers").read_text())[0]["reason"] == found.reason


@pytest.mark.parametrize(("engine", "answer", "code"), [
    ("held", "rejected", 1), ("not applicable", "rejected", 1), ("inconclusive", "undecided", 3)])
def test_the_engine_need_not_agree(monkeypatch, tmp_path, engine, answer, code):
    data = false_claim(monkeypatch, "sharpness-lower", "minimizers", "2L -> 2.1L")
    monkeypatch.setattr("flatcert.checks.verifying.certificates.decided_again", lambda *_: Verdict(engine))
    found = recheck(write(tmp_path, data))
    assert (found.answer, found.alarming) == (answer, False)
    assert "the checker says refuted" in found.reason and "the engine" in found.reason
    run = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert run.exit_code == code and f"1 {answer}" in run.output


def test_mutants_and_conjectures_are_called_that(tmp_path):
    mutant = next(data for data in certificates() if "~" in data["id"] and data["verdict"] == "refuted")
    made = conjecture("b <= a", effort="quick").certificate.certificate
    files = {about: write(tmp_path, data) for about, data in (
        ("claim", of("sharpness-lower", "minimizers")), ("mutant", mutant), ("conjecture", made))}
    for about, file in files.items():
        found = recheck(file)
        assert (found.answer, found.about, found.reason) == ("accepted", about, "")
        assert found.proved == ("held" if about == "claim" else "refuted") and not found.alarming
    run = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert run.exit_code == 0 and all(about in run.output for about in files)


@pytest.mark.parametrize(("key", "new", "words"), [
    ("op", "<=", "operator"), ("lhs", ["rational", "1"], "left side"), ("rhs", ["rational", "0"], "right side"),
    ("given", [], "list of hypotheses"), ("space", "aligned", "entry 'space'"), ("direct", True, "entry 'direct'"),
    ("more", 1, "entry 'more'"),
])
def test_what_differs_from_the_claim_is_said(tmp_path, key, new, words):
    data = of("sharpness-lower", "minimizers")
    other = sealed({**data, "statement": {**data["statement"], key: new}})
    assert recheck(write(tmp_path, other)).reason == f"its {words} is not that of 'sharpness-lower/minimizers'"


def test_one_is_no_true(tmp_path):
    """JSON tells 1 from true, though Python takes them for equal."""
    data = of("sharpness", "eigenvalue")
    assert data["statement"]["direct"] is True
    other = sealed({**data, "statement": {**data["statement"], "direct": 1}})
    assert recheck(write(tmp_path, other)).answer == "rejected"
