"""A hypothesis that follows from others is discharged, and derivations of no claim grow step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sympy as sp

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Claim, Given, Obligation
from flatcert.theory.language.nodes import Relation, dot
from flatcert.theory.library import BUILT_IN, Library
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.derivation import NO_CLAIM, Derivation
from flatcert.theory.proof.refusal import Refused
from flatcert.theory.proof.rule import Step
from flatcert.theory.proof.rules.inequalities import power, scale, sign
from flatcert.theory.proof.rules.infima import balanced_minimizers, infimum
from flatcert.theory.proof.rules.logic import chain, cut, hypothesis, identity, rewrite
from flatcert.theory.setting.flow import INVERTIBLE

HALF, THREE_QUARTERS = sp.Rational(1, 2), sp.Rational(3, 4)
WEAK, STRONG = Relation(Q.theta, "<=", THREE_QUARTERS), Relation(Q.theta, "<=", HALF)
UNBALANCED = Relation(Q.Delta, "==", 0)


def free() -> Proof:
    """A proof of no claim, which may cite all."""
    return Proof(NO_CLAIM, BUILT_IN)


def last(p: Proof) -> tuple[str, frozenset[Given]]:
    """What the last step says, once all steps are checked."""
    found = p.done({}).judgments(BUILT_IN)
    assert None not in found, [x.message for x in p.done({}).check(BUILT_IN) if not x.ok]
    judgment = found[-1]
    assert judgment is not None
    return str(judgment.relation), judgment.facts


def refusal(p: Proof) -> str:
    """Why the last step is refused."""
    result = p.done({}).check(BUILT_IN)[-1]
    assert not result.ok
    return result.message


def follows(p: Proof) -> int:
    """``theta <= 3/4`` follows from ``theta <= 1/2``."""
    return chain(p, hypothesis(p, STRONG), sign(p, (HALF, "<=", THREE_QUARTERS)))


def test_a_weaker_hypothesis_is_discharged_by_a_stronger_one() -> None:
    p = free()
    cut(p, p.cite("limit-sharpness", "eight"), follows(p), WEAK)
    said, facts = last(p)
    assert "S <=" in said and WEAK not in facts and STRONG in facts
    assert facts == {STRONG, "minimizer", "w == w*", "plain", "E > 0"}


def test_a_hypothesis_by_name_is_discharged_by_what_it_says() -> None:
    p = free()
    cut(p, hypothesis(p, "balanced"), hypothesis(p, UNBALANCED), "balanced")
    assert last(p)[1] == {UNBALANCED}
    cut(p, hypothesis(p, UNBALANCED), hypothesis(p, "balanced"), UNBALANCED)
    assert last(p)[1] == {"balanced"}
    minimizer = identity(p, (Q.Sigma * Q.w, "==", Q.Sigma * Q.w_star), hypothesis(p, "w == w*"))
    cut(p, p.cite("sharpness-lower", "minimizers"), minimizer, "minimizer")
    assert last(p)[1] == {"w == w*", "E > 0"}
    deep = chain(p, hypothesis(p, "L >= 3"), sign(p, (3, ">=", 2)))
    cut(p, hypothesis(p, "L >= 2"), deep, "L >= 2")
    assert last(p)[1] == {"L >= 3"}


def test_what_is_defined_under_a_hypothesis_is_defined_where_that_follows() -> None:
    """``(1 - theta)^(1/L - 1)`` means something where ``theta < 1`` follows."""
    p, below = free(), Relation(Q.theta, "<", 1)
    cut(p, p.cite("limit-sharpness", "target"), chain(p, hypothesis(p, STRONG), sign(p, (HALF, "<", 1))), below)
    said, facts = last(p)
    assert "(1 - theta)" in said and STRONG in facts and below not in facts


@pytest.mark.parametrize(("write", "because"), [
    (lambda p: cut(p, hypothesis(p, WEAK), hypothesis(p, STRONG), WEAK), "is not theta <= 3/4"),
    (lambda p: cut(p, hypothesis(p, STRONG), follows(p), STRONG), "by supposing it"),
    (lambda p: cut(p, hypothesis(p, STRONG), follows(p), WEAK), "does not suppose"),
    (lambda p: cut(p, hypothesis(p, WEAK), hypothesis(p, WEAK), WEAK), "by supposing it"),
    (lambda p: cut(p, hypothesis(p, WEAK), scale(p, follows(p), 2), WEAK), "is not theta <= 3/4"),
    (lambda p: cut(p, hypothesis(p, "plain"), hypothesis(p, Relation(Q.norm_p, "==", 1)), "plain"), "is not plain"),
    (lambda p: cut(p, hypothesis(p, "w* eigenvector"),
                   hypothesis(p, Relation(Q.Sigma * Q.w_star, "==", Q.e * Q.w_star)), "w* eigenvector"),
     "from no one relation"),
    (lambda p: cut(p, p.define("aligned first"), hypothesis(p, UNBALANCED), "aligned"), "from no one relation"),
    (lambda p: cut(p, hypothesis(p, "minimizer"), hypothesis(p, UNBALANCED), "very sharp"), "does not suppose"),
])
def test_no_other_hypothesis_is_discharged(write: Callable[[Proof], int], because: str) -> None:
    p = free()
    try:
        write(p)
        message = refusal(p)
    except Refused as refused:
        message = str(refused)
    assert because in message


@pytest.mark.parametrize("data", [None, 1, (WEAK,), "theta <= 3/4", sp.Symbol("x"), Relation(Q.theta, "<", HALF)])
def test_odd_data_discharge_nothing(data: object) -> None:
    p = free()
    main, shown = hypothesis(p, WEAK), follows(p)
    p.add(Step(WEAK, cut, (main, shown), data=data))
    assert refusal(p)


def test_a_bound_for_some_minimizers_gives_no_infimum() -> None:
    """``minimizer`` is discharged by ``w == w*``, which is about fewer weights."""
    p = free()
    minimizer = identity(p, (Q.Sigma * Q.w, "==", Q.Sigma * Q.w_star), hypothesis(p, "w == w*"))
    bound = cut(p, p.cite("sharpness-lower", "minimizers"), minimizer, "minimizer")
    with pytest.raises(Refused, match="not about minimizers"):
        infimum(p, bound)


def test_a_hypothesis_about_a_layer_stays() -> None:
    p, near = free().at((Q.k, 1, Q.L)), Relation(Q.k, "<=", 2)
    first, second = hypothesis(p, near), hypothesis(p, Relation(Q.k, "<=", 1))
    shown = chain(p, second, sign(p, (1, "<=", 2)))
    with pytest.raises(Refused, match="about a layer"):
        cut(p, first, shown, near)


def test_an_invertible_covariance_leaves_one_regressor() -> None:
    p = free()
    shown = BUILT_IN.derivation("order-of-constants")
    assert shown is not None
    number = next(n for n, step in enumerate(shown.steps) if str(step.statement) == "w == w_star"
                  and step.rule.name == "zero vector")
    target = p.cite("order-of-constants", f"step {number + 1}")
    cut(p, p.cite("limit-sharpness", "eight"), target, "w == w*")
    assert {INVERTIBLE, "minimizer"} <= last(p)[1] and "w == w*" not in last(p)[1]


def test_an_exponent_may_be_zero_where_nothing_is_strict() -> None:
    p = free()
    weak, strict = hypothesis(p, Relation(Q.a, "<=", Q.b)), hypothesis(p, Relation(Q.a, "<", Q.b))
    assert str(p[power(p, weak, 1 - 1 / Q.L)]) == "a**(1 - 1/L) <= b**(1 - 1/L)" and last(p)
    with pytest.raises(Refused, match="must be positive"):
        power(p, strict, 1 - 1 / Q.L)
    assert str(p[power(p.given("L >= 2"), strict, 1 - 1 / Q.L)]) == "a**(1 - 1/L) < b**(1 - 1/L)"
    for exponent in (1 / Q.L - 1, 1 - 2 / Q.L, Q.S, -sp.S.One):
        with pytest.raises(Refused, match="must be positive"):
            power(p, weak, exponent)
    with pytest.raises(Refused, match="not known to be nonnegative"):
        power(p, hypothesis(p, Relation(Q.S, "<=", Q.b)), 1 - 1 / Q.L)


def test_what_is_said_of_balanced_minimizers_holds_of_their_sharpness() -> None:
    p = free()
    value = chain(p, p.define("S_balanced"), p.cite("balanced-sharpness", "condition"))
    balanced_minimizers(p, value)
    assert last(p) == ("S_balanced <= S_min*(1 + (kappa - 1)/L)", frozenset[Given]({"plain", "E > 0", INVERTIBLE}))


@pytest.mark.parametrize(("write", "because"), [
    (lambda p: p.cite("balanced-sharpness", "sharpness"), "depends on the weights"),
    (lambda p: rewrite(p, (Q.S_balanced, "==", Q.S), p.define("S_balanced")), "depends on the weights"),
    (lambda p: p.cite("min-sharpness-bracket", "below"), "no such weights"),
    (lambda p: sign(p.given("E > 0"), (dot(Q.w_star, Q.w_star) / Q.E, ">=", 0)), "no such weights"),
    (lambda p: chain(p, p.cite("limit-sharpness", "condition"), p.define("S_balanced"),
                     to=(Q.S_balanced, "<=", 4 * Q.kappa * Q.S_min)), "is about some weights only"),
])
def test_what_may_not_hold_of_balanced_minimizers_is_refused(write: Callable[[Proof], int], because: str) -> None:
    p = free()
    with pytest.raises(Refused, match=because):
        balanced_minimizers(p, write(p))


def test_a_derivation_of_no_claim_cites_every_claim_and_step() -> None:
    p = free()
    for claim in ("sharpness-lower", "residual-kernel", "order-of-constants"):
        obligation = BUILT_IN.claim(claim).obligations[0].name
        p.cite(claim, obligation)
    assert last(p)
    assert p[p.cite("sharpness-lower", "step 1")] == p.steps[-1].statement and last(p)
    (result,) = Derivation("gradient", (p.steps[0],), {}).check(BUILT_IN)
    assert "does not require" in result.message


@pytest.mark.parametrize("part", ["step 0", "step 9999", "step -1", "step x", "step ", "nothing"])
def test_a_step_that_is_not_there_is_not_cited(part: str) -> None:
    found = BUILT_IN.derivation("kernel-agm")
    assert found is not None
    with pytest.raises(Refused, match=r"there is no step|does not yield"):
        found.conclusion(part, BUILT_IN)


class Circle(Library):
    """A library that gives a derivation of no claim for a claim."""

    def derivation(self, claim_id: str) -> Derivation | None:
        found = super().derivation(claim_id)
        return None if found is None else replace(found, claim=NO_CLAIM)


def test_nothing_cites_a_derivation_of_no_claim() -> None:
    said = Relation(dot(Q.u, Q.u), ">=", 0)
    claim = Claim("square", "Square", (Obligation("x", said),))
    library = Circle([(claim, lambda p: {"x": sign(p, said)})])
    p = Proof(NO_CLAIM, library)
    p.cite("square", "x")
    (result,) = p.done({}).check(library)
    assert not result.ok and "is that of ''" in result.message
    with pytest.raises(ValueError, match="needs an id"):
        replace(claim, id=NO_CLAIM)


def test_a_theory_cites_the_claims_on_which_it_is_built_without_mention() -> None:
    said = BUILT_IN.claim("sharpness-lower").obligation("minimizers")
    own = Claim("mine", "Mine", (replace(said, mutants=(), formal=""),))
    other = replace(own, id="yours")
    library = Library([(own, lambda p: {"minimizers": p.cite("sharpness-lower", "minimizers")}),
                       (other, lambda p: {"minimizers": p.cite("mine", "minimizers")})], bases=(BUILT_IN,))
    mine, yours = library.derivation("mine"), library.derivation("yours")
    assert mine is not None and mine.ok(library) and mine.matches(own, library) == []
    assert yours is not None and "does not require" in yours.check(library)[0].message


def test_a_longer_derivation_is_checked_where_it_is_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    p = free()
    follows(p)
    checked: list[int] = []
    infer = Derivation._infer

    def counted(self: Derivation, index: int, *rest: object) -> Judgment:
        checked.append(index)
        return infer(self, index, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Derivation, "_infer", counted)
    grown = Derivation(NO_CLAIM, (), {})
    for step in p.steps:
        grown = grown.then(step)
        assert grown.ok(BUILT_IN)
    false = grown.then(Step(Relation(Q.theta, "<=", 0), sign))
    assert not false.ok(BUILT_IN) and grown.ok(BUILT_IN)
    assert checked == [*range(len(p.steps)), len(p.steps)]
    assert grown.judgments(BUILT_IN) == Derivation(NO_CLAIM, tuple(p.steps), {}).judgments(BUILT_IN)


def test_a_conclusion_is_checked_with_what_it_rests_on_only() -> None:
    """A step beside the way counts where the whole is checked; one on the way counts always."""
    p = Proof(NO_CLAIM, BUILT_IN)
    given = hypothesis(p, Relation(Q.theta, "<=", 1))
    good = scale(p, given, 2)
    steps = (*p.steps, replace(p.steps[good], statement=Relation(Q.theta, "<=", 0)))
    beside = Derivation(NO_CLAIM, steps, {"good": good, "bad": good + 1})
    assert beside.conclusion("good", BUILT_IN).relation == Relation(2 * Q.theta, "<=", 2)
    assert not beside.ok(BUILT_IN)
    with pytest.raises(Refused, match="fails"):
        beside.conclusion("bad", BUILT_IN)
    resting = (steps[0], replace(steps[1], statement=Relation(Q.theta, "<=", 0)), replace(steps[1], using=(1,)))
    with pytest.raises(Refused, match="fails"):
        Derivation(NO_CLAIM, resting, {"last": 2}).conclusion("last", BUILT_IN)
    with pytest.raises(Refused, match="fails"):
        Derivation(NO_CLAIM, (replace(steps[1], using=(7, -1)),), {"odd": 0}).conclusion("odd", BUILT_IN)
