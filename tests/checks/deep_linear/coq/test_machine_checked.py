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
import sympy as sp
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
from flatcert.checks.deep_linear.coq.comparison import problems
from flatcert.checks.verifying.explain import explanation
from flatcert.checks.verifying.report import as_dict
from flatcert.checks.verifying.terminal import print_run
from flatcert.checks.verifying.verify import ClaimReport, Run
from flatcert.theory import library as registry
from flatcert.theory.language.claim import Claim, scaled
from flatcert.theory.language.hypotheses import HYPOTHESES
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantifiers import QUANTIFIERS
from flatcert.theory.language.quantities import VOCABULARY
from flatcert.theory.setting.residual import DEFINED
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


def with_obligation(claim: Claim, name: str, **changes: object) -> Claim:
    changed = tuple(replace(o, **changes) if o.name == name else o for o in claim.obligations)  # type: ignore[arg-type]
    return replace(claim, obligations=changed)


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
    ("statements.txt", "L%:R ^+ L * (dot (p L) (p L) *", "(dot (p L) (p L) *", "kernel-agm/all-weights: not as it"),
    ("defs.v", "W k *m (W k)^T - (W k.+1)^T", "W k *m (W k)^T + (W k.+1)^T", "norm-control/norm: not as it"),
    ("taylor.v", "C := (map_mx (@polyC R))", "C := (map_mx (fun x : R => 'X * x%:P))", "gradient/layer: not as it"),
    ("hessian.v", "C := (map_mx (@polyC R))", "C := (map_mx (fun x : R => 'X * x%:P))", "hessian/first: not as it"),
    ("compared.txt", "q[k]*h[k - 1].T", "h[k - 1]*q[k].T", "gradient/layer: not as it"),
])
def test_a_planted_falsehood_is_found(copy: Path, file: str, old: str, new: str, complaint: str) -> None:
    assert problems(CLAIMS, copy) == []
    edit(copy / file, old, new)
    assert any(complaint in line for line in problems(CLAIMS, copy)), problems(CLAIMS, copy)


def test_a_claim_that_outgrows_its_theorem_is_found() -> None:
    """The theorem stays what it was, and would be the weaker of the two."""
    stronger = altered("sharpness-lower", "minimizers",
                       lambda o: replace(o, relation=scaled("x 2", sp.Integer(2)).of(o).relation))
    wider = altered("norm-control", "norm", lambda o: replace(o, given=()))
    other = altered("norm-control", "norm", lambda o: replace(o, formal="singular.singular_values"))
    for claims, name in ((stronger, "sharpness-lower/minimizers"), (wider, "norm-control/norm"),
                         (other, "norm-control/norm")):
        assert any(line.startswith(name) for line in problems(claims)), name


@pytest.mark.parametrize("plant, entry", [
    (lambda c: replace(c, statement=Relation(c.statement.lhs, "==", 1000 * c.statement.rhs)), "min-sharpness"),
    (lambda c: replace(c, note="For L >= 2, and for all weights."), "min-sharpness"),
    (lambda c: replace(c, beyond_coq=""), "min-sharpness"),
    (lambda c: with_obligation(c, "attained", decide="ordered", space="weights"), "min-sharpness/attained"),
    (lambda c: with_obligation(c, "depth-one", direct=False), "min-sharpness/depth-one"),
])
def test_what_is_printed_or_what_it_is_about_is_compared(plant: Callable[[Claim], Claim], entry: str) -> None:
    chosen = registry.BUILT_IN.claim("min-sharpness")
    found = problems([plant(c) if c is chosen else c for c in CLAIMS])
    assert found and {line.split(":")[0] for line in found} == {entry}


def test_what_a_word_means_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    weaker = {"hypothesis minimizer": (HYPOTHESES, "minimizer", replace(HYPOTHESES["minimizer"], latex="w = w^{*}")),
              "quantifier r": (QUANTIFIERS, "r", replace(QUANTIFIERS["r"], latex="r \\ge 1")),
              "symbol S": (VOCABULARY, "S", replace(VOCABULARY["S"], meaning="trace of the Hessian")),
              "stipulated b": (DEFINED, "b", replace(DEFINED["b"], relation=DEFINED["a"].relation))}
    for entry, (table_, name, meaning) in weaker.items():
        with monkeypatch.context() as patch:
            patch.setitem(table_, name, meaning)  # type: ignore[arg-type]
            assert {line.split(":")[0] for line in problems(CLAIMS)} == {entry}


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
