"""Falsehoods by words that somebody declares, and by forged arguments: all were accepted once, or ran a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sympy as sp

from flatcert.rules import identity, rewrite, sign
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim
from flatcert.theory.language.hypotheses import HYPOTHESES, hypothesis
from flatcert.theory.language.nodes import Relation, dot, norm_squared
from flatcert.theory.language.quantities import VOCABULARY, quantity
from flatcert.theory.language.setting import Setting
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.citable import Citable, Cited
from flatcert.theory.proof.derivation import Derivation, Step
from flatcert.theory.proof.rules.eigenvalues import rayleigh
from flatcert.theory.proof.rules.gram_powers import part_of_sum, split_sum
from flatcert.theory.proof.rules.inequalities import means
from flatcert.theory.proof.rules.logic import claim as claim_rule
from flatcert.theory.proof.rules.logic import definition as definition_rule
from flatcert.theory.proof.rules.logic import identity as identity_rule
from flatcert.theory.setting.flow import margin
from flatcert.theory.setting.initial_value import SERIES_INDEX
from flatcert.theory.setting.network import W, q, q_dot, risk
from flatcert.theory.setting.residual import move

W2 = dot(Q.w, Q.w)


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    """Words of which nothing remains: the vocabulary is one object everywhere."""
    before, names = dict(VOCABULARY), dict(Q.SYMBOL_NAMES)
    yield
    VOCABULARY.clear()
    VOCABULARY.update(before)
    Q.SYMBOL_NAMES.clear()
    Q.SYMBOL_NAMES.update(names)


def word(name: str, definition: sp.Basic | None, **assumptions: bool) -> sp.Symbol:
    return quantity(name, sp.Symbol(name, **assumptions), name, name, "weights", definition)


def refusals(p: Proof) -> list[str]:
    """Why the last step is refused; no reason when it is accepted."""
    results = Derivation("kernel-agm", tuple(p.steps), {}).check(BUILT_IN)
    return [result.message for result in results if not result.ok] if not results[-1].ok else []


def _positive(p: Proof) -> str:
    new = word("new", W2, positive=True)
    rewrite(p, (W2, ">", 0), sign(p, (new, ">", 0)), p.define("new"))
    return "is assumed to be what its definition"


def _positive_if(p: Proof) -> str:
    sign(p, (word("new", 2 * Q.E, positive=True), ">", 0))
    return "is assumed to be what its definition"


def _whole(p: Proof) -> str:
    new = word("new", Q.d / 2, positive=True, integer=True)
    rewrite(p, (Q.d / 2, ">=", 1), sign(p, (new, ">=", 1)), p.define("new"))
    return "is assumed to be what its definition"


def _not_zero(p: Proof) -> str:
    word("new", Q.lambda_min, real=True, zero=False)
    p.define("new")
    return "is assumed to be what its definition"


def _root(p: Proof) -> str:
    word("new", sp.sqrt(Q.lambda_min - 1), nonnegative=True)
    p.define("new")
    return "could be negative"


def _quotient(p: Proof) -> str:
    word("new", 1 / Q.lambda_min, real=True)
    p.define("new")
    return "the denominator lambda_min"


def _imaginary(p: Proof) -> str:
    sign(p, (-word("new", None, imaginary=True) ** 2, ">", 0))
    return "could be no real number"


def _of_proofs(p: Proof) -> str:
    word("risk", Q.lambda_max, real=True)
    p.step(definition_rule, (risk, "==", Q.lambda_max), data="risk", given=("E > 0",))
    return "is no word of the theory"


def _of_flow(p: Proof) -> str:
    word("margin", None, positive=True)
    sign(p, (margin, ">", 0))
    return "is no word of the theory"


def _of_series(p: Proof) -> str:
    new = word("n", None, integer=True, nonnegative=True)
    assert new == SERIES_INDEX
    sign(p, (new, ">=", 0))
    return "is no word of the theory"


def _family(p: Proof) -> str:
    quantity("q_dot", q_dot(Q.k), "q", "twice q_k", "layer", 2 * q(Q.k))
    p.define("q_dot L")  # that q_dot(L) is zero
    return "is a word with two meanings"


@pytest.mark.parametrize("build", [
    _positive, _positive_if, _whole, _not_zero, _root, _quotient, _imaginary, _of_proofs, _of_flow, _of_series,
    _family])
def test_a_new_word_brings_nothing_that_its_definition_does_not_show(build: Callable[[Proof], str]) -> None:
    p = Proof("kernel-agm", BUILT_IN)
    reason = build(p)
    assert reason in refusals(p)[0]


def test_a_new_word_is_used_where_its_definition_shows_its_sign() -> None:
    p = Proof("kernel-agm", BUILT_IN)
    new, ratio = word("new", W2, nonnegative=True), word("ratio", W2 / Q.E, nonnegative=True)
    rewrite(p, (W2, ">=", 0), sign(p, (new, ">=", 0)), p.define("new"))
    p.define("ratio")
    p.given("E > 0").step(identity_rule, (ratio * Q.E, "==", W2), p.define("ratio"))
    assert not refusals(p)


@pytest.mark.parametrize("assumption", ["nonnegative", "positive"])
def test_no_word_is_the_depth_less_one_by_its_name(assumption: str) -> None:
    for given in ((), ("L >= 2",)):
        for name in ("m", "L_1"):
            p = Proof("kernel-agm", BUILT_IN)
            VOCABULARY.pop(name, None)
            identity(p.given(*given), (Q.L, "==", word(name, None, integer=True, **{assumption: True}) + 1))
            assert "different normal forms" in refusals(p)[-1]


def test_what_is_no_declaration() -> None:
    with pytest.raises(ValueError, match="bears the name of its symbol"):
        quantity("other", Q.E, "E", "twice the largest eigenvalue", "problem", 2 * Q.lambda_max)
    for name in ("L - 1", "_0"):  # names of the algebra
        with pytest.raises(ValueError, match="bears the name of its symbol"):
            word(name, None, integer=True)
    with pytest.raises(ValueError, match="two definitions"):
        quantity("new", sp.Symbol("new", nonnegative=True), "n", "constant?", "initialization", sp.sqrt(W2),
                 initially="norm_w_net")
    with pytest.raises(ValueError, match="is not declared"):  # it depends on the weights unseen
        word("new", move(1), nonnegative=True)


def test_a_hypothesis_by_name_is_about_no_single_layer() -> None:
    unit = Relation(norm_squared(W(Q.k)), "==", 1)  # from which the sum over all layers followed
    before = dict(HYPOTHESES)
    with pytest.raises(ValueError, match="about one layer only"):
        hypothesis("unit layer", unit, latex="u")
    with pytest.raises(ValueError, match="is not declared"):
        hypothesis("small risk", Relation(risk, "<", 1), latex="r")
    assert before == HYPOTHESES
    try:
        assert hypothesis("unit layers", Relation(sp.Sum(unit.lhs, (Q.k, 1, Q.L)), "==", Q.L), latex="u") in HYPOTHESES
    finally:
        HYPOTHESES.pop("unit layers")


def test_texts_are_not_run(tmp_path: Path) -> None:
    run = f"open({str(tmp_path / 'ran')!r}, 'w').close()"
    same = Relation(Q.E, "==", Q.E)
    for step in (Step(same, rayleigh, data=("covariance", None, run)),
                 Step(same, identity_rule, scope=((Q.k, run, Q.L),)),
                 Step(same, identity_rule, scope=((Q.k, sp.S.One, run),)),  # type: ignore[arg-type]
                 Step(same, means, data=(Q.E, (Q.k, run, Q.L), "power")),
                 Step(same, part_of_sum, data=(Q.E, (Q.k, sp.S.One, Q.L), (run, Q.L))),
                 Step(same, split_sum, data=(Q.E, Q.k, run, sp.S.One, Q.L))):
        assert not Derivation("kernel-agm", (step,), {}).ok(BUILT_IN)
    assert not list(tmp_path.iterdir())


def test_a_library_that_equals_another_one_answers_for_itself_only() -> None:
    wrong = Relation(Q.L, "==", 1)

    class Says:
        """Concludes anything."""

        steps: tuple[Step, ...] = ()
        claim: str = ""

        def place(self, part: str) -> int:
            return 0

        def conclusion(self, obligation: str, library: Citable) -> Judgment:
            return Judgment(wrong)

    class Double:
        """Has the claims of the library that it says it equals, and other conclusions."""

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return hash(BUILT_IN)

        @property
        def setting(self) -> Setting:
            return BUILT_IN.setting

        def claim(self, name: str) -> Claim:
            return BUILT_IN.claim(name)

        def is_borrowed(self, name: str, by: str) -> bool:
            return False

        def published(self, claim_id: str) -> None:
            return None

        def derivation(self, claim_id: str) -> Cited | None:
            says = Says()
            says.claim = claim_id
            return says

    name = next(claim for claim in BUILT_IN if claim.requires)
    derivation = Derivation(name.id, (Step(wrong, claim_rule, data=(name.requires[0], "any")),), {})
    assert derivation.ok(Double()) and not derivation.ok(BUILT_IN)
