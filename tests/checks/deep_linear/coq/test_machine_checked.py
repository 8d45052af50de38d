"""What may be called machine-checked, as far as it is seen without Coq; and what Coq says where it is installed.

Each falsehood is planted in a copy of ``proofs/`` or in a claim, and must be found.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flatcert.checks.cli.main import app
from flatcert.checks.coq.statements import (
    MEANING,
    PROOFS,
    comments,
    definitions,
    modules,
    rests_on,
    statements,
)
from flatcert.checks.deep_linear.coq.inspection import problems
from flatcert.checks.verifying.explain import explanation
from flatcert.checks.verifying.report import as_dict
from flatcert.checks.verifying.terminal import print_run
from flatcert.checks.verifying.verify import ClaimReport, Run
from flatcert.theory import library as registry
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim
from flatcert.theory.language.nodes import Relation
from flatcert.theory.typeset.document import article

HERE = Path(str(PROOFS))
CLAIMS = list(registry.BUILT_IN)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for file in HERE.iterdir():
        if file.suffix in (".v", ".txt", ".sh") or file.name == "_CoqProject":
            shutil.copy(file, tmp_path)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def altered(claim_id: str, obligation: str, change: Callable[..., object]) -> list[Claim]:
    claim = registry.BUILT_IN.claim(claim_id)
    changed = tuple(change(o) if o.name == obligation else o for o in claim.obligations)
    return [replace(claim, obligations=changed) if c is claim else c for c in CLAIMS]  # type: ignore[arg-type]


def test_nothing_forbids_what_the_claims_say_of_themselves() -> None:
    assert problems(CLAIMS) == []
    assert sum(len(claim.theorems) for claim in CLAIMS) >= 35


def test_every_theorem_is_a_claim_s_or_attains_one() -> None:
    named = {name for claim in CLAIMS for name in claim.theorems.values()}
    for name, said in comments().items():
        assert name in named or "attained" in said, f"{name}: {said}"
    assert list(statements()) == list(comments())


@pytest.mark.parametrize("file, old, new, complaint", [
    ("ineq.v", "exact: layer_cauchy.\nQed.", "Admitted.", "ineq.v contains 'Admitted'"),
    ("ineq.v", "Lemma layer_cauchy", "Axiom more : False.\nLemma layer_cauchy", "ineq.v contains 'Axiom'"),
    ("tight.v", "Proof. by rewrite /reg q1. Qed.", "", "tight.v states"),
    ("lower.v", "2%:R * L%:R * x <= smax", "L%:R * x <= smax", "statements.txt is not of these .v files"),
    ("lower.v", "Theorem sharpness_lower x", "Theorem sharpness_low x",
     "sharpness-lower/minimizers names lower.sharpness_lower, but"),
    ("ineq.v", "(* `kernel-agm`", "(* `kernel`", "whose comment does not name kernel-agm"),
    ("links.txt", "hessian.hessian.", "hessian_first.", "hessian/risk names hessian.hessian, which its proof"),
])
def test_a_planted_falsehood_is_found(copy: Path, file: str, old: str, new: str, complaint: str) -> None:
    assert problems(CLAIMS, copy) == []
    edit(copy / file, old, new)
    assert any(complaint in line for line in problems(CLAIMS, copy)), problems(CLAIMS, copy)


def test_an_obligation_that_is_not_printed_may_not_name_a_theorem() -> None:
    rank = Relation(Q.norm_w_net, "<=", Q.hessian_rank)
    unknown = altered("norm-control", "norm", lambda o: replace(o, relation=rank))
    assert problems(unknown) == ["norm-control/norm names a theorem in Coq, but is not printed: "
                                 "the word hessian_rank has no translation."]
    other = altered("norm-control", "norm", lambda o: replace(o, formal="singular.singular_values"))
    assert any("norm-control/norm names singular.singular_values, which its proof" in line for line in problems(other))


def test_a_mutant_names_no_theorem() -> None:
    for claim in CLAIMS:
        for obligation in claim.obligations:
            assert not any(mutant.of(obligation).formal for mutant in obligation.mutants)


def test_the_table_of_the_readme_is_the_claims() -> None:
    rows = {tuple(cell.strip(" `") for cell in line.strip("|").split("|")[:3])
            for line in (HERE / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")}
    assert rows == {(claim.id, obligation, name) for claim in CLAIMS for obligation, name in claim.theorems.items()}


def test_the_readme_counts_them() -> None:
    whole = sum(claim.machine_checked == "statement" for claim in CLAIMS)
    for file in ("README.md", "CHANGELOG.md"):
        text = (Path(__file__).parents[4] / file).read_text(encoding="utf-8")
        assert f"{whole} of the claims are theorems" in text or f"{whole} claims stated and proved in Coq" in text


def test_definitions_are_found_to_their_roots() -> None:
    found = "\n".join(rests_on(statements()["lower.sharpness_lower"], definitions()))
    for name in ("sharpness_le", "curvature", "risk_path", "path", "risk", "reg", "bwd", "layers", "psd"):
        assert f" {name} " in found
    assert "imbalance" not in found
    assert "Local Notation C := (map_mx (@polyC R))." in found and "Local Notation i0" not in found
    assert "Local Notation i0 := (ord0 : 'I_2)." in definitions()["first"]
    names = [line.split()[1] for text in modules().values() for line in text.splitlines()
             if line.startswith(("Definition ", "Fixpoint "))]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ["norm-control", "limit-sharpness", "planar-flow-2"])
def test_explain_prints_the_statement_as_coq_does(name: str) -> None:
    claim = registry.BUILT_IN.claim(name)
    text = explanation(claim, registry.BUILT_IN)
    for found in claim.theorems.values():
        assert all(line in text for line in statements()[found].splitlines())
    assert (MEANING in text) == bool(claim.theorems)
    assert text.count("machine-checked statement: none") == len(claim.obligations) - len(claim.theorems)


def test_the_verdict_stands_beside_it() -> None:
    chosen = {name: ClaimReport(registry.BUILT_IN.claim(name)) for name in ("kernel-agm", "sharpness", "planar-flow-2")}
    run = Run(profile="quick", seed=0, reports=chosen)
    screen = Console(file=io.StringIO(), width=200)
    print_run(run, screen)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    for report in chosen.values():
        assert any(report.claim.id in line and report.claim.machine_checked in line for line in shown.splitlines())
    made = {claim["id"]: claim["machine_checked"] for claim in as_dict(run)["claims"]}
    assert made["kernel-agm"] == {"statement": True, "theorems": {"all-weights": "ineq.kernel_AGM"}, "beyond": ""}
    assert made["planar-flow-2"] == {"statement": False, "theorems": {}, "beyond": ""}
    assert r"machine-checked in Coq (\texttt{ineq.kernel\_AGM})" in in_full("kernel-agm")
    assert "in Coq" not in in_full("planar-flow-2")


def in_full(name: str) -> str:
    return article([registry.BUILT_IN.claim(name)], registry.BUILT_IN, full=True)


def test_a_statement_beyond_its_theorems_is_not_called_machine_checked() -> None:
    claim = registry.BUILT_IN.claim("min-sharpness")
    assert claim.machine_checked == "3 of 3, not all"
    assert claim.machine_checked_json()["statement"] is False
    text = explanation(claim, registry.BUILT_IN)
    assert "machine-checked: 3 of 3, not all: not that the minimum over r is attained, nor" in text
    assert "Not stated in Coq: that the minimum over" in in_full(claim.id)


def test_claims_lists_it() -> None:
    done = CliRunner().invoke(app, ["claims", "--json", "-"])
    listed = {claim["id"]: claim["machine_checked"] for claim in json.loads(done.stdout)}
    assert listed["norm-control"]["statement"] and not listed["linear-convergence"]["statement"]


def test_without_coq_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(app, ["proofs"])
    assert done.exit_code == 2
    assert done.output.count("\n") == 1 and "install Coq" in done.output


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
@pytest.mark.parametrize("options", [["--kernel"], [""], ["--quick", "--update"]])
def test_the_script_refuses_other_options(options: list[str]) -> None:
    done = subprocess.run(["sh", str(HERE / "check.sh"), *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("check.sh takes nothing, --quick or --update")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("coqc") is None, reason="needs Coq")
def test_coq_refuses_an_axiom_and_a_changed_statement(copy: Path) -> None:
    """The script of ``flatcert proofs`` on two planted falsehoods, in files that few others need."""
    keep = ("defs", "ineq", "pl")
    (copy / "_CoqProject").write_text("-Q . flatcert\n" + "".join(f"{name}.v\n" for name in keep))
    for file in copy.glob("*.v"):
        if file.stem not in keep:
            file.unlink()

    def script(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", str(copy / "check.sh"), *arguments], capture_output=True, text=True, check=False)

    assert script("--update").returncode == 0
    edit(copy / "pl.v", "Theorem pl_inequality lam : 0 <= lam ->", "Theorem pl_inequality lam : 0 < lam -> 0 <= lam ->")
    edit(copy / "pl.v", "Proof.\nmove=> lam0 geS; rewrite grad_norm", "Proof.\nmove=> _ lam0 geS; rewrite grad_norm")
    done = script("--quick")
    assert done.returncode == 1 and "statements.txt is not what Coq prints" in done.stderr
    shutil.copy(HERE / "pl.v", copy)
    edit(copy / "pl.v", "Section PL.", "Variable free : nat -> nat.\nSection PL.")
    edit(copy / "pl.v", "move=> lam0 geS; rewrite grad_norm", "move=> lam0 geS; have e := free; rewrite grad_norm")
    done = script("--update")
    assert done.returncode == 1 and "rests on an axiom" in done.stderr


def test_the_length_of_what_must_be_trusted_is_told() -> None:
    root = Path(__file__).parents[4]
    printer = root / "checks" / "deep_linear" / "coq"
    lines = sum(len((printer / f"{name}.py").read_text(encoding="utf-8").splitlines())
                for name in ("needs", "terms", "words", "printer"))
    for page in ("README.md", "docs/coq.md", "proofs/README.md"):
        assert f"{round(lines, -1)} lines" in (root / page).read_text(encoding="utf-8"), page
