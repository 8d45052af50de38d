"""Certificates of theories in files: compared with the file that the user names, which alone is ever run."""

import copy

import pytest
from certified.own_certificates import EXAMPLES, library_of, of_every_node
from certified.own_certificates import theory as theory_of_every_node
from typer.testing import CliRunner

from flatcert.checks import checker
from flatcert.checks.certificates.format import sealed
from flatcert.checks.cli.main import app
from flatcert.checks.verifying.certificates import certify_unit, recheck, write
from flatcert.checks.verifying.verify import verify

TEXT = '''
from flatcert import Obligation, Setting, Theory
from flatcert.kinds import real
from flatcert.language import log

NUMBERS = Setting("numbers", x=real(), y=real())
x, y = NUMBERS["x"], NUMBERS["y"]
theory = Theory("squares", setting=NUMBERS)
square = theory.quantity("square", x**2, latex="x^2", meaning="the square of x")
theory.claim("means", "Two squares", Obligation("any", (2 * x * y, "<=", square + y**2), tight=True))
theory.claim("false", "No theorem", Obligation("any", (x * y, "<=", 1)))
theory.claim("logarithm", "A logarithm", Obligation("any", (log(1 + x**2), "<=", x**2)))
'''


@pytest.fixture
def theory(tmp_path):
    file = tmp_path / "squares.py"
    file.write_text(TEXT)
    return file


def certificate_in(folder, file, claim_id="means"):
    """A certificate of a claim, and the file that holds it."""
    folder.mkdir(exist_ok=True)
    library = library_of(file)
    made = certify_unit(library.reference, claim_id, "any", "mixed:0:0" if claim_id == "means" else "huge:0:0", 0)[0]
    return made.certificate, write(folder, made.certificate)


def test_a_certificate_names_its_theory(theory, tmp_path):
    data, file = certificate_in(tmp_path / "c", theory)
    assert data["theory"] == library_of(theory).reference and str(theory) in data["theory"]
    assert data["package"].startswith("flatcert ") and data["statement"]["setting"] == "numbers"
    assert checker.check(data) == "held: means/any"
    found = recheck(file, library_of(theory))
    assert (found.answer, found.about, found.reason) == ("accepted", "claim", "")


def test_a_theory_that_nobody_names_is_not_run(theory, tmp_path):
    _, file = certificate_in(tmp_path / "c", theory)
    theory.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n" + TEXT)
    found = recheck(file)
    assert (found.answer, found.proved) == ("undecided", "held") and f"pass --theory {theory}" in found.reason
    run = CliRunner().invoke(app, ["check", str(tmp_path / "c")])
    assert run.exit_code == 3 and "--theory" in run.output
    assert not (tmp_path / "ran").exists()


def test_what_is_false_is_rejected_without_the_theory(theory, tmp_path):
    data, _ = certificate_in(tmp_path / "c", theory)
    assert recheck(write(tmp_path, sealed({**data, "verdict": "refuted"}))).answer == "rejected"


def test_a_file_that_has_changed_is_said_to_have_changed(theory, tmp_path):
    _, file = certificate_in(tmp_path / "c", theory)
    theory.write_text(TEXT + "\n# a remark\n")
    found = recheck(file, library_of(theory))
    assert found.answer == "accepted"
    assert found.reason == f"the file {theory} has changed since the certificate was written"
    theory.write_text(TEXT.replace("x**2, latex", "2 * x**2, latex"))
    found = recheck(file, library_of(theory))
    assert found.answer == "rejected" and "its right side is not that of 'means/any'; the file" in found.reason
    theory.write_text(TEXT.replace("x=real()", "x=positive()").replace("import real", "import positive, real"))
    assert "its list of data is not that of" in recheck(file, library_of(theory)).reason


def test_the_command_compares_with_the_file_that_it_is_given(theory, tmp_path):
    def check():
        return CliRunner().invoke(app, ["check", str(tmp_path / "c"), "--theory", str(theory)])

    certificate_in(tmp_path / "c", theory)
    found = check()
    assert found.exit_code == 0 and "1 accepted" in found.output and "changed" not in found.output
    theory.write_text(TEXT + "\n# a remark\n")
    found = check()
    assert found.exit_code == 0 and "has changed since the certificate was written" in found.output
    theory.write_text(TEXT.replace("x**2, latex", "2 * x**2, latex"))
    found = check()
    assert found.exit_code == 1 and "its right side is not that of" in found.output and "has changed" in found.output


def test_a_theory_in_no_file_has_certificates_too(tmp_path):
    made = next(one.certificate for one in of_every_node() if one.certificate)
    file = write(tmp_path, sealed({**made, "theory": "process:7"}))
    found = recheck(file)
    assert found.answer == "undecided" and "save that of process:7 in a file" in found.reason
    found = recheck(file, theory_of_every_node.library)
    assert (found.answer, found.reason) == ("accepted", "")


def test_a_file_may_have_been_moved(theory, tmp_path):
    _, file = certificate_in(tmp_path / "c", theory)
    (tmp_path / "elsewhere").mkdir()
    moved = theory.rename(tmp_path / "elsewhere" / "other.py")
    assert (found := recheck(file, library_of(moved))).answer == "accepted" and not found.reason


def test_another_theory_knows_no_such_claim(theory, tmp_path):
    _, file = certificate_in(tmp_path / "c", theory)
    found = recheck(file, library_of(EXAMPLES / "factorization.py"))
    assert found.answer == "rejected" and "There is no claim 'means'" in found.reason


def test_a_refutation_of_a_claim_is_decided_twice(theory, tmp_path):
    data, file = certificate_in(tmp_path / "c", theory, "false")
    found = recheck(file, library_of(theory))
    assert (found.answer, found.alarming) == ("accepted", True)
    assert found.reason == "it refutes the claim false/any, and the engine agrees: the claim is false"
    small = copy.deepcopy(data)
    small["instance"]["data"] |= {"x": "1", "y": "1"}
    assert recheck(write(tmp_path, sealed({**small, "verdict": "held"})), library_of(theory)).proved == "held"


def test_what_the_checker_does_not_know_has_no_certificate(theory):
    made = certify_unit(library_of(theory).reference, "logarithm", "any", "", 0)
    assert [one.reason for one in made] == ["the node log is not in the format"]


def test_a_run_writes_certificates_of_every_refutation(theory):
    run = verify(["false"], library=library_of(theory), workers=0, certificates=True)
    made = [one.certificate for one in run.reports["false"].certificates]
    assert "refuted" in {data["verdict"] for data in made} and all(checker.check(data) for data in made)
