"""A library is what a derivation may cite: the one that checks it decides, never one that its author brings along."""

from __future__ import annotations

import pytest
import sympy as sp
from accepting import anything

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language.claim import Claim, Obligation
from flatcert.theory.language.nodes import Relation, dot
from flatcert.theory.language.quantities import u
from flatcert.theory.library import BUILT_IN, Library
from flatcert.theory.proof.builder import Proof, Theorem
from flatcert.theory.proof.citable import Citable
from flatcert.theory.proof.derivation import Derivation
from flatcert.theory.proof.rule import Refused, Step
from flatcert.theory.proof.rules.inequalities import sign
from flatcert.theory.proof.rules.table import RULES
from flatcert.theory.proof.supposing import supposed

NOT_NEGATIVE = Relation(dot(u, u), ">=", 0)
FALSE = Relation(dot(u, u), "<=", -1)


def claim(name: str, says: Relation, *requires: str) -> Claim:
    return Claim(name, name, (Obligation("x", says),), requires)


def square(proof: Proof) -> dict[str, int]:
    return {"x": proof.step(sign, NOT_NEGATIVE)}


def square_again(proof: Proof) -> dict[str, int]:
    return {"x": proof.cite("square", "x")}


SQUARE: Theorem = (claim("square", NOT_NEGATIVE), square)
CITING: Theorem = (claim("citing", NOT_NEGATIVE, "square"), square_again)


def derivation(library: Library, name: str) -> Derivation:
    found = library.derivation(name)
    assert found is not None
    return found


def test_a_library_builds_a_derivation_once_and_keeps_its_claims_in_order() -> None:
    library = Library([SQUARE, CITING])
    assert [x.id for x in library] == ["square", "citing"]
    assert library.derivation("citing") is library.derivation("citing")
    assert Library([SQUARE]).derivation("square") is not library.derivation("square")
    assert derivation(library, "citing").matches(library.claim("citing"), library) == []


def test_an_unknown_claim_is_answered_with_the_nearest_one_and_a_second_one_is_refused() -> None:
    library = Library([SQUARE])
    with pytest.raises(KeyError, match="did you mean square"):
        library.claim("squares")
    with pytest.raises(KeyError, match="the claims are square"):
        library.derivation("kernel")
    with pytest.raises(ValueError, match="two claims 'square'"):
        Library([SQUARE, SQUARE])


class Trusted(Derivation):
    """A forged derivation: it has no steps, and says of itself that it was checked."""

    def conclusion(self, obligation: str, library: Citable) -> Judgment:
        return Judgment(FALSE)


class Forged(Library):
    """A library whose derivation of ``square`` is forged."""

    def derivation(self, claim_id: str) -> Derivation | None:
        step = Step(FALSE, sign)
        return Trusted("square", (step,), {"x": 0}) if claim_id == "square" else super().derivation(claim_id)


def test_what_is_cited_is_looked_up_in_the_library_that_checks() -> None:
    """The author's library says that a falsehood is derived; in the checker's library the claim says something else."""
    forged, honest = Forged([SQUARE, CITING]), Library([SQUARE, CITING])
    found = derivation(forged, "citing")
    assert found.steps[0].statement == FALSE
    assert found.ok(forged)  # whoever checks with the forged library trusts it
    (result,) = found.check(honest)
    assert not result.ok and "square (x) yields" in result.message
    assert found.judgments(honest) == [None]
    assert "was refused" in found.matches(claim("citing", FALSE, "square"), honest)[0]
    with pytest.raises(Refused):
        found.conclusion("x", honest)


def test_a_check_by_one_library_says_nothing_for_another() -> None:
    """What was accepted with one library is checked anew with the next, in either order."""
    forged, honest = Forged([SQUARE, CITING]), Library([SQUARE, CITING])
    found, true = derivation(forged, "citing"), derivation(honest, "citing")
    assert [found.ok(x) for x in (honest, forged, honest)] == [False, True, False]
    assert [true.ok(x) for x in (honest, forged, honest)] == [True, False, True]


def test_false_steps_of_a_cited_derivation_are_refused() -> None:
    """A library of one's own cannot bring a rule of its own, nor a derivation whose steps fail."""

    def falsehood(proof: Proof) -> dict[str, int]:
        return {"x": proof.step(anything, FALSE)}

    library = Library([(claim("square", FALSE), falsehood), CITING])
    (result,) = derivation(library, "citing").check(library)
    assert not result.ok and "the derivation of 'square' (x) fails" in result.message


def test_only_what_the_checking_library_requires_may_be_cited() -> None:
    """The author's library has the citing claim require the other one; that of the checker does not."""
    alone: Theorem = (claim("citing", NOT_NEGATIVE), square_again)
    (result,) = derivation(Library([SQUARE, CITING]), "citing").check(Library([SQUARE, alone]))
    assert not result.ok and "does not require" in result.message


def test_claims_that_require_each_other_prove_nothing() -> None:
    """Each cites the other: neither may be derived from itself."""
    circle = Library([CITING, (claim("square", NOT_NEGATIVE, "citing"), square)])
    (result,) = derivation(circle, "citing").check(circle)
    assert not result.ok and "requires itself" in result.message


def test_a_second_route_and_a_reason_are_part_of_the_derivation() -> None:
    proof = Proof("square", BUILT_IN)
    proof.again("x", proof.step(sign, NOT_NEGATIVE))
    proof.partial("y", "not carried out")
    found = proof.done({"x": 0})
    assert (found.yields, found.again, found.partial) == ({"x": 0}, {"x": 0}, {"y": "not carried out"})


@pytest.mark.parametrize("data", [None, "square", ("square",), ("square", "x", "x"), ("square", sp.Integer(1))],
                         ids=str)
def test_a_citation_is_of_a_claim_and_an_obligation_by_their_names(data: object) -> None:
    library = Library([SQUARE, CITING])
    (result,) = Derivation("citing", (Step(NOT_NEGATIVE, RULES["claim"], data=data),), {"x": 0}).check(library)
    assert not result.ok and "by their names" in result.message


@pytest.mark.parametrize("name", ["gradient", "kernel-agm", "sharpness-lower", "order-of-constants"])
def test_the_hypotheses_that_steps_say_are_those_that_the_check_finds(name: str) -> None:
    """A proof that cites a claim reads its hypotheses off the steps; the kernel finds the same when it checks them."""
    derivation = BUILT_IN.derivation(name)
    assert derivation is not None
    for part in list(derivation.yields)[:4]:
        assert supposed(name, part, BUILT_IN) == derivation.conclusion(part, BUILT_IN).facts


def test_writing_a_proof_checks_nothing_of_what_it_cites() -> None:
    """What cites a derivation that fails can be written; the check refuses it."""
    def wrong(proof: Proof) -> dict[str, int]:
        return {"x": proof.step(sign, FALSE)}

    library = Library([(claim("square", FALSE), wrong), (claim("citing", FALSE, "square"), square_again)])
    written = library.derivation("citing")
    assert written is not None and not written.ok(library)
