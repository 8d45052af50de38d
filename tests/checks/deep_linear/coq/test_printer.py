"""What the printer writes: each statement by its words, and nothing that it does not know."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from flatcert.checks.coq.statements import PROOFS
from flatcert.checks.deep_linear.coq.compiling import compiled, together
from flatcert.checks.deep_linear.coq.linking import controls, endings, header, links
from flatcert.checks.deep_linear.coq.needs import NotInCoq
from flatcert.checks.deep_linear.coq.printer import statement
from flatcert.checks.deep_linear.coq.terms import Terms
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Obligation, scaled, without
from flatcert.theory.language.hypotheses import HYPOTHESES
from flatcert.theory.language.nodes import Relation, dot
from flatcert.theory.library import BUILT_IN

FORMAL = [(claim, one) for claim in BUILT_IN for one in claim.obligations if one.formal]


def of(claim: str, name: str) -> Obligation:
    return BUILT_IN.claim(claim).obligation(name)


def test_a_statement_reads_as_the_claim_does() -> None:
    assert str(statement(of("kernel-agm", "all-weights"))).splitlines() == [
        "forall (R : realFieldType) (L : nat) (d : nat -> nat) (W : layers R d) (p : vecs R d) "
        "(Sigma : 'M[R]_(d 0%N)) (ws : 'cV[R]_(d 0%N)),",
        "  (0 < L)%N ->", "  symm Sigma ->", "  psd Sigma ->", "  forall (u : 'cV[R]_(d 0%N)),",
        "  L%:R ^+ L * dot u u * dot (reg L W p) u ^+ (2 * L.-1) * dot (p L) (p L) <= dot u (Ker L W p *m u) ^+ L"]


def test_a_root_is_given_by_its_power_and_the_sharpness_by_its_bounds() -> None:
    text = str(statement(of("sharpness-lower", "minimizers")))
    assert "root_norm_w ^+ L = dot ws ws ->" in text
    assert text.endswith("sharpness_le L Sigma ws W p s ->\n  2%:R * L%:R * (dot ws (Sigma *m ws) / dot ws ws) * "
                         "root_norm_p * root_norm_w ^+ L.-1 <= s")


def test_every_obligation_that_names_a_theorem_is_printed_and_so_are_its_mutants() -> None:
    linked = links(BUILT_IN)
    assert [(link.claim, link.obligation) for link in linked] == FORMAL
    mutants, left_out = controls(linked)
    assert len(left_out) == 1 and "second_singular has no translation" in left_out[0]
    assert {mutant.link.key for mutant in mutants} == {link.key for link in linked}
    assert set(endings()) <= {link.key for link in linked}


@pytest.mark.parametrize("claim, one", FORMAL, ids=lambda x: getattr(x, "id", getattr(x, "name", "")))
def test_a_mutant_is_another_statement(claim: object, one: Obligation) -> None:
    mutants = [mutant for mutant in one.mutants if mutant.label != "not squared"]
    texts = [str(statement(one)), *(str(statement(mutant.of(one), one)) for mutant in mutants)]
    assert len(set(texts)) == len(texts)


def test_a_dropped_hypothesis_reads_true_and_keeps_its_name() -> None:
    true, dropped = of("sharpness", "hessian"), without("minimizer").of(of("sharpness", "hessian"))
    assert statement(dropped, true).names == statement(true).names
    assert "  True ->" in str(statement(dropped, true)) and "  True ->" not in str(statement(true))


def test_a_word_is_printed_by_its_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement in the word *minimizer*, or *a*, changes with the meaning of the word."""
    before = str(statement(of("sharpness-lower", "minimizers")))
    word = Q.VOCABULARY["a"]
    monkeypatch.setitem(Q.VOCABULARY, "a", replace(word, definition=word.definition / 2))
    assert str(statement(of("sharpness-lower", "minimizers"))) != before
    monkeypatch.undo()
    hypothesis = HYPOTHESES["E > 0"]
    monkeypatch.setitem(HYPOTHESES, "E > 0", replace(hypothesis, relations=(Relation(Q.E, ">", 1),)))
    assert "1 < dot ws (Sigma *m ws) ->" in str(statement(of("sharpness-lower", "minimizers")))


@pytest.mark.parametrize("relation, unknown", [
    (Relation(Q.hessian_rank, "<=", Q.L), "the word hessian_rank has no translation"),
    (Relation(sp.exp(Q.E), "<=", Q.L), "exp has no translation"),
    (Relation(dot(Q.z, Q.z), "==", 1), "the word z has no translation"),
])
def test_what_the_printer_does_not_know_is_named(relation: Relation, unknown: str) -> None:
    with pytest.raises(NotInCoq, match=f"^{unknown}$"):
        statement(Obligation("new", relation))


def test_differences_of_natural_numbers_are_not_cut_off() -> None:
    """In Coq ``1 - 2`` is 0 among the natural numbers: only a difference that is not negative is one."""
    assert Terms(2).scalar(Q.L - 2) == "(L - 2)%:R"
    assert Terms(1).scalar(Q.L - 2) == "L%:R - 2%:R"
    with pytest.raises(NotInCoq, match="not known to be a natural number"):
        Terms(1).scalar(Q.E ** (Q.L - 2))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("coqc") is None, reason="needs Coq")
def test_coq_accepts_a_claim_and_refuses_an_edited_one_and_the_mutants(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("defs.v", "ineq.v", "check.sh", "links.txt"):
        shutil.copy(Path(str(PROOFS)) / name, tmp_path)
    (tmp_path / "_CoqProject").write_text("-Q . flatcert\ndefs.v\nineq.v\n")
    subprocess.run(["sh", "-c", "coq_makefile -f _CoqProject -o Makefile && make -s"], cwd=tmp_path, check=True,
                   capture_output=True)
    claim = BUILT_IN.claim("kernel-agm")

    def linked(change: Callable[[Obligation], Obligation]) -> list:  # type: ignore[type-arg]
        return links([replace(claim, obligations=tuple(change(one) for one in claim.obligations))], tmp_path)

    top = header(tmp_path)
    printed, failed = compiled(linked(lambda one: one), top, tmp_path, "claims")
    assert not failed and printed.count("Closed under the global context") == 1
    doubled = scaled("doubled", sp.Integer(2))
    _, failed = compiled(linked(lambda one: replace(one, relation=doubled.of(one).relation)), top, tmp_path, "edited")
    assert list(failed) == ["kernel-agm/all-weights"] and "kernel_AGM" in failed["kernel-agm/all-weights"]
    mutants, _ = controls(linked(lambda one: one))
    assert len(mutants) == 3 and not together(mutants, top, tmp_path, "mutants")
    assert list(together([replace(mutants[0], statement=mutants[0].link.statement)], top, tmp_path, "true"))
