"""What a theory may declare beside expressions: functions, assumptions, published theorems, other theories."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from theory_files import MEANS, written

from flatcert import Obligation, Setting, Theory, explain, replay, verify
from flatcert.checks.authoring.mistakes import BadTheory
from flatcert.checks.verifying.property_checks import Fails, checks_of
from flatcert.checks.verifying.run import Run, Standing
from flatcert.deep_linear import W, norm_q1
from flatcert.kinds import real, size, vector
from flatcert.language import dot, norm_squared, sqrt
from flatcert.theory.library import BUILT_IN


def numbers() -> tuple[Theory, Any, Any]:
    setting = Setting("numbers", x=real(), y=real())
    return Theory("numbers", setting), setting["x"], setting["y"]


def verdicts(run: Run) -> dict[str, Standing]:
    return {name: report.verdict for name, report in run.reports.items()}


def test_a_word_may_be_a_function_of_an_instance() -> None:
    """The number of entries that are not zero, for which the language has no expression."""
    setting = Setting("vectors", x=vector(size("n")))
    theory, x = Theory("sparse", setting), setting["x"]
    nonzero = theory.quantity("nonzero", lambda data: sum(entry != 0 for entry in data["x"].flat), depends=("x",))
    total = theory.quantity("total", lambda data: sum(map(abs, data["x"].flat)), depends=("x",))
    theory.claim("sparse", "A sparse vector", Obligation("any", (total**2, "<=", nonzero * dot(x, x)), tight=True))
    theory.claim("false", "Too sharp", Obligation("any", (2 * total**2, "<=", nonzero * dot(x, x))))
    run = verify(theory)
    assert verdicts(run) == {"sparse": Standing.CERTIFIED, "false": Standing.REFUTED}
    assert replay(run.reports["false"].counterexamples[0].token, theory).verdict == "refuted"
    assert "nonzero = a function" in explain(theory, "sparse")


def test_a_function_that_divides_by_zero_is_not_defined_there() -> None:
    theory, x, _ = numbers()
    inverse = theory.quantity("inverse", lambda data: Fraction(1) / Fraction(str(data["x"])), depends=("x",))
    theory.claim("inverse", "Inverse", Obligation("any", (inverse * x, "==", 1), tight=True))
    (report,) = verify(theory).reports.values()
    tally = report.tallies["any"]
    assert report.verdict == Standing.CERTIFIED and tally.undefined == tally.not_applicable > 0


def test_an_assumption_that_the_definition_does_not_show_is_checked_and_enters_no_proof() -> None:
    theory, x, y = numbers()
    theory.quantity("shown", x**2 + y**2, nonnegative=True)
    true = theory.quantity("true", x**2 + x * y + y**2, nonnegative=True)
    false = theory.quantity("false", x**2 + 3 * x * y + y**2, nonnegative=True)
    theory.claim("trivial", "Trivial", Obligation("any", (true, "<=", true + x**2)))
    assert true.is_nonnegative is None and false.is_nonnegative is None
    run = verify(theory)
    assert run.exit_code == 1 and set(run.reports) == {"trivial", "assumptions"}
    report = run.reports["assumptions"]
    assert list(report.tallies) == ["true is nonnegative", "false is nonnegative"]
    assert report.tallies["true is nonnegative"].refuted == 0 < report.tallies["false is nonnegative"].refuted
    assert replay(report.counterexamples[0].token, theory).verdict == "refuted"


def decay() -> tuple[Theory, Any, Any]:
    """A theory about networks with a theorem that is taken as it is."""
    theory, first = Theory("cited"), norm_squared(W(1))
    theory.cite("means", (first + norm_q1**2, ">=", 2 * sqrt(first) * norm_q1), reference="Cauchy 1821")
    return theory, first, norm_q1


def test_what_rests_on_a_published_theorem_is_proved_given_it(capsys: pytest.CaptureFixture[str]) -> None:
    theory, first, norm = decay()
    stated = Obligation("any", (first + norm**2, ">=", 2 * sqrt(first) * norm))
    direct = theory.claim("direct", "Cites it", stated, requires=("means",))
    theory.proof(direct)(lambda p: {"any": p.cite("means")})
    indirect = theory.claim("indirect", "Cites what cites it", stated, requires=("direct",))
    theory.proof(indirect)(lambda p: {"any": p.cite("direct", "any")})
    unrequired = theory.claim("unrequired", "Does not say so", stated)
    theory.proof(unrequired)(lambda p: {"any": p.cite("means")})
    run = verify(theory)
    assert verdicts(run) == {"means": "certified", "direct": "proved", "indirect": "proved", "unrequired": "certified"}
    assert run.reports["indirect"].derivation.taken == ("means (Cauchy 1821)",)
    assert run.reports["unrequired"].failures == ["derivation: step 1: claim: 'unrequired' does not require 'means'",
                                                  "derivation: any: step 1 was refused"]


def test_a_published_theorem_has_a_reference_and_is_decided_like_a_claim() -> None:
    theory, first, norm = decay()
    with pytest.raises(BadTheory, match=r"^The theorem 'nameless' has no reference: say where it is published\.$"):
        theory.cite("nameless", (first, ">=", 0))
    theory.cite("wrong", (first, ">=", norm), reference="Nobody 1900")
    run = verify(["wrong"], library=theory)
    assert run.exit_code == 1 and verdicts(run) == {"wrong": Standing.REFUTED}


def test_theories_extend_theories_that_extend_theories() -> None:
    setting = Setting("numbers", x=real())
    x = setting["x"]
    first = Theory("first", setting)
    square = first.quantity("square", x**2)
    claim = first.claim("square", "Square", Obligation("any", (square, ">=", 0)))
    second = Theory("second", setting, extends=(first,))
    third = Theory("third", setting, extends=second)
    third.claim("shifted", "Shifted", Obligation("any", (square + 1, ">", 0)), requires=("square",))
    assert third.library.claim("square") is claim
    assert third.library.home("square") is first.library
    assert list(third.library) == [third.library.claim("shifted")]
    assert verify(third).exit_code == 0


def test_the_checks_of_a_theory_fail_where_it_is_wrong() -> None:
    theory, x, y = numbers()
    theory.claim("false", "False", Obligation("any", (x, "<=", y)))
    (check,) = checks_of(theory.library)
    with pytest.raises(Fails, match=r"^refuted: x <= y at {.*}") as caught:
        check.run()
    assert len(str(caught.value)) < 100


def test_a_library_is_checked_by_obligations_mutants_and_derivations() -> None:
    names = [check.name for check in checks_of(BUILT_IN) if check.claim == "sharpness-lower"]
    assert names[-1] == "derivation" and any(name.startswith("minimizers: mutant ") for name in names)


def test_a_theory_is_imported_by_the_file_of_another(flatcert: Any, tmp_path: Path) -> None:
    """A file may import the files beside it, wherever the command is run."""
    written(tmp_path, MEANS, "base_of_squares.py")
    path = written(tmp_path, """
        from base_of_squares import NUMBERS, theory as base
        theory = Theory("extending", NUMBERS, extends=base)
        u, v = NUMBERS["x"], NUMBERS["y"]
        theory.claim("more", "More", Obligation("any", (u * v, "<=", u**2 + v**2)), requires=("means",))
        """)
    result = flatcert("verify", path, "--workers", 0)
    assert result.code == 0 and "more" in result.out and "extending" in result.out
    assert flatcert("explain", "means", "--theory", path).out.startswith("means: Two squares")


def test_any_over_the_networks_means_all_weights_and_a_refutation_ends_the_count_of_classes() -> None:
    theory = Theory("networks")
    theory.claim("true", "True", Obligation("any", (norm_q1, ">=", 0), on=("any",)))
    theory.claim("false", "False", Obligation("any", (norm_squared(W(1)), "<=", norm_q1), on=("any",)))
    assert {claim.obligations[0].space for claim in theory.library} == {"weights"}
    run = verify(theory)
    assert verdicts(run)["false"] == Standing.REFUTED and not run.reports["false"].shortfalls
