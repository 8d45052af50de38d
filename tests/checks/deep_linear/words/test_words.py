"""Words are what their definitions say; ``verify`` notices a word that means less, and a pool that is narrower."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb, fmpq
from forgetting import forget_everything

from flatcert.checks.deep_linear.deciding import along_flow as enclosures
from flatcert.checks.deep_linear.deciding import identities, quantifiers, residual_init
from flatcert.checks.deep_linear.evaluation import scope
from flatcert.checks.deep_linear.instances import spaces
from flatcert.checks.deep_linear.instances.families import network as families
from flatcert.checks.deep_linear.words import bound as words_bound
from flatcert.checks.deep_linear.words import comparison
from flatcert.checks.deep_linear.words import field as words_field
from flatcert.checks.deep_linear.words import hypotheses as words_hypotheses
from flatcert.checks.deep_linear.words import instances as words_instances
from flatcert.checks.deep_linear.words.comparison import numbers
from flatcert.checks.deep_linear.words.definitions_exact import HYPOTHESES
from flatcert.checks.deep_linear.words.table import WORDS as words
from flatcert.checks.evaluation import evaluate
from flatcert.checks.instances import building
from flatcert.checks.verifying import verify as verifying
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.report import as_dict
from flatcert.checks.verifying.verify import Profile, verify
from flatcert.checks.verifying.words import Words
from flatcert.numeric.linalg.rational import small_gram
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.hypotheses import HYPOTHESES as NAMED
from flatcert.theory.language.hypotheses import stated
from flatcert.theory.language.nodes import LayerMatrix, Relation, dot, width
from flatcert.theory.language.norms import spectral
from flatcert.theory.language.quantifiers import QUANTIFIERS
from flatcert.theory.library import BUILT_IN


@pytest.fixture(autouse=True)
def small_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verifying.PROFILES, "small", Profile(40, 8, 2))


@pytest.mark.parametrize("word", words.comparisons)
def test_every_word_is_what_its_definition_says(word: str) -> None:
    found = words.compare(word)
    assert found.disagreements == ()
    assert found.instances >= (10 if word.partition(" ")[0] not in ("flow", "draw", "quantifier", "family") else 1)


@pytest.mark.slow
@pytest.mark.usefixtures("forgotten")
def test_the_margin_is_a_thousand_times_what_float64_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a thousandth of the margin everything still agrees, so nothing is flagged for a rounding error."""
    def strict(word: str, at: str, found: Any, stated: Any, margin: float = 0.0, least: float = 1.0) -> Any:
        return numbers(word, at, found, stated, comparison.MARGIN / 1000, least)

    monkeypatch.setattr("flatcert.checks.deep_linear.words.bound.numbers", strict)
    loose = [word for word in words.comparisons if words.compare(word).disagreements]
    assert set(loose) <= {"S_min", "S_flat"}  # which are found by a search, and have a margin of their own


def test_what_claims_read_is_compared() -> None:
    """Every hypothesis, quantifier and random family; of names all that are computed."""
    read = {word for claim in BUILT_IN for o in claim.obligations for word in words.read(o)}
    assert {f"hypothesis {name}" for name in stated()} <= set(words.comparisons)
    assert {f"quantifier {name}" for name in QUANTIFIERS if name not in ("W", "Xi")} <= set(words.comparisons)
    assert {f"family {name}" for name, made in spaces.FAMILIES.items() if not made.finite} <= set(words.comparisons)
    named = {word for word in read if " " not in word} | {word for word in read if word.startswith("polynomial ")}
    quantified = set(QUANTIFIERS) | {"j", "time"}
    left_out = named - set(words.comparisons)
    assert {word for word in left_out if word.rpartition(" ")[2] not in quantified} <= {"polynomial L"}
    assert len(words.vocabulary(words.comparisons)) >= 73


def test_words_are_shared_out_once() -> None:
    shared = words.assigned(BUILT_IN, BUILT_IN)
    every = [word for part in shared.values() for word in part]
    assert sorted(every) == sorted(words.comparisons)
    one = BUILT_IN.claims["conservation"]
    assert words.assigned([one], BUILT_IN) == {one.id: tuple(sorted(words.words_of(one)))}


@pytest.mark.parametrize("name", HYPOTHESES)
def test_hypotheses_are_compared_where_they_hold_and_where_they_fail(name: str) -> None:
    answers = [HYPOTHESES[name](case) for case in words_instances.compared()]
    assert answers.count(True) >= 1 and answers.count(False) >= 1


def test_results_add_in_any_order() -> None:
    x, y = words.compare("a"), words.compare("b")
    assert x + y == y + x
    assert (x + y).compared == {"a", "b"} and x + Words() == x


Plant = Callable[[pytest.MonkeyPatch], None]


def _bound(name: str, function: Callable[[Any], Any]) -> Plant:
    return lambda patch: patch.setitem(scope.BINDINGS, name, function)


def _scaled(name: str, factor: fmpq) -> Plant:
    true = scope.BINDINGS[name]
    return _bound(name, lambda s: true(s) * s.ring.number(factor))


def _hypothesis(name: str, *relations: tuple[Any, str, Any]) -> Plant:
    """Another meaning of a hypothesis."""
    meant = replace(NAMED[name], relations=tuple(Relation(*relation) for relation in relations))
    return lambda patch: patch.setitem(NAMED, name, meant)


def _definition(name: str, definition: Any) -> Plant:
    """Another definition of a quantity."""
    meant = replace(Q.VOCABULARY[name], definition=definition, initially="")
    return lambda patch: patch.setitem(Q.VOCABULARY, name, meant)


def _expands(name: str, function: Callable[..., Any]) -> Plant:
    return lambda patch: patch.setitem(quantifiers._EXPAND, name, function)


def _family(name: str, made: Any) -> Plant:
    return lambda patch: patch.setitem(spaces.FAMILIES, name, made)


def _attribute(target: object, name: str, value: Any) -> Plant:
    return lambda patch: patch.setattr(target, name, value)


def _frobenius_imbalance(s: Any) -> Any:
    squares = [(s.layer("D", k) * s.layer("D", k)).sum() for k in range(1, s.instance.depth)]
    return sum((s.root(x) for x in squares), s.ring.number(fmpq(0)))


def _difference_of_norms(s: Any) -> Any:
    squares = [(s.layer("W", k) * s.layer("W", k)).sum() for k in range(1, s.instance.depth + 1)]
    return sum((abs(x - y) for x, y in pairwise(squares)), s.ring.number(fmpq(0)))


def _layers_up_to(short: int, first: int = 1) -> Callable[..., Any]:
    """Both ends of the range: there are networks of a thousand layers."""
    def layers(obligation: Any, case: Any, values: Any) -> list[dict[str, int]]:
        last = case.depth - short
        return [{"k": k} for k in range(first, last + 1) if k < first + 3 or k > last - 3]

    return layers


SIX: dict[str, tuple[str, str, Plant]] = {
    "b := a": ("sharpness-lower-tight", "b", _bound("b", lambda s: s.value("a"))),
    "lambda_pos := lambda_min": ("pl-inequality", "lambda_pos", _bound("lambda_pos", lambda s: s.value("lambda_min"))),
    "Delta by Frobenius norms": ("norm-control", "Delta", _bound("Delta", _frobenius_imbalance)),
    "minimizer := w == w*": ("sharpness-lower", "hypothesis minimizer", _hypothesis(
        "minimizer", (Q.w, "==", Q.w_star))),
    "k < L without the last pair": ("alignment", "quantifier k < L", _expands("k < L", _layers_up_to(2))),
    "singular is never singular": ("sharpness-lower", "family singular", _family("singular", families.gaussian)),
}


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("fault", [next(iter(SIX)), *(pytest.param(x, marks=pytest.mark.slow) for x in list(SIX)[1:])])
def test_what_weakens_a_statement_fails_the_run(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these left ``verify`` green once: no instance refutes a weaker statement."""
    claim, word, plant = SIX[fault]
    words_hypotheses.drawn()  # as it should be, whatever is planted
    plant(monkeypatch)
    run = verify([claim], profile="small", workers=0)
    (sentence,) = [x for x in run.reports[claim].failures if x.startswith(f"{word}: ")]
    assert (run.exit_code, run.verdict) == (1, "inconclusive")
    assert "by its definition; flatcert replay" in sentence
    assert word in {found["word"] for found in as_dict(run)["words"]["disagreements"]}
    again = replay(run.words.disagreements[0].token)
    assert again.verdict == "refuted" and again.values["found"] != again.values["by its definition"]


def _identity_layers(first: int, short: int) -> Callable[..., Any]:
    return lambda obligation, depth: range(first, depth + 1 - short) if obligation.over else (0,)


def _without_the_last_term(node: sp.Sum, compiled: Any) -> Any:
    ((index, low, high),) = node.limits
    return TRUE_SUM(sp.Sum(node.function, (index, low, high - 1)), compiled)


TRUE_SUM, TRUE_SHAPE, TRUE_VECTORS = evaluate._PRINTERS[sp.Sum], building.shape, quantifiers.top_vectors
TRUE_PRODUCTS = residual_init.sub_product_bounds
TRUE_KERNEL = identities._VALUES["M"]


def _deep_shape(generator: Any, dimension: int = 5, depth: int = 6, width: int = 6) -> tuple[int, ...]:
    made = TRUE_SHAPE(generator, dimension, depth, width)
    return made if len(made) > 2 else (*made, made[-1])


WIDTH_ONE = (sp.Sum((width(Q.k) - 1) ** 2 + (width(Q.k - 1) - 1) ** 2, (Q.k, 1, Q.L)), "==", 0)
BROTHERS: dict[str, tuple[str, Plant]] = {
    "Delta of squared norms": ("Delta", _bound("Delta", _difference_of_norms)),
    "Delta of one pair": ("Delta", _bound("Delta", lambda s: s.ring.largest(
        [s.ring.number(fmpq(0)), *(s.spectral("D", k) for k in range(1, s.instance.depth))]))),
    "S_min a thousandth less": ("S_min", _scaled("S_min", fmpq(999, 1000))),
    "S_flat a thousandth less": ("S_flat", _scaled("S_flat", fmpq(999, 1000))),
    "S a millionth more": ("S", _scaled("S", fmpq(10**6 + 1, 10**6))),
    "a witness a millionth more": ("witness S", _attribute(
        words_bound, "rayleigh_at_regressor",
        lambda s: arb(2 * s.network.kernel_form(s.image) / s.value("E")) * (1 + arb(10) ** -6))),
    "alpha_sub := 0": ("alpha_sub", _bound("alpha_sub", lambda s: s.ring.number(fmpq(0)))),
    "alpha_sub of single layers": ("alpha_sub", _bound("alpha_sub", lambda s: -s.ring.largest(
        [s.ring.number(fmpq(-1)), *(-s.ring.root_of_bottom(x.T @ x) for x in s.instance.weights)]))),
    "beta_sub of single layers": ("beta_sub", _bound("beta_sub", lambda s: s.ring.largest(
        [s.ring.number(fmpq(1)), *(s.ring.root_of_top(x.T @ x) for x in s.instance.weights)]))),
    "sigma_max of the first layer": ("sigma_max", _bound("sigma_max", lambda s: s.spectral("W", 1))),
    "lambda_max := trace": ("lambda_max", _bound("lambda_max", lambda s: s.value("trace_Sigma"))),
    "norm_q1 := norm_w_net": ("norm_q1", _bound("norm_q1", lambda s: s.value("norm_w_net"))),
    "risk_gap := 0": ("risk_gap", _bound("risk_gap", lambda s: s.ring.number(fmpq(0)))),
    "theta := Delta": ("theta", _bound("theta", lambda s: s.value("Delta"))),
    "second_singular := 0": ("function second_singular", _attribute(
        scope.RealScope, "second_singular", lambda self, family, index: self.ring.number(fmpq(0)))),
    "spectral of the first layer": ("function spectral", _attribute(
        scope.RealScope, "spectral", lambda self, family, index: self.ring.root_of_top(
            small_gram(scope.layers.exact(self.instance, family, 1))))),
    "weighted_bottom := 0": ("function weighted_bottom", _attribute(
        scope.RealScope, "weighted_bottom", lambda self, matrix: self.ring.number(fmpq(0)))),
    "minimizer := anything": ("hypothesis minimizer", _hypothesis("minimizer", (Q.L, ">", 0))),
    "w == w* := minimizer": ("hypothesis w == w*", _hypothesis("w == w*", (Q.Sigma * Q.w, "==", Q.Sigma * Q.w_star))),
    "w along w* := w == w*": ("hypothesis w along w*", _hypothesis("w along w*", (Q.w, "==", Q.w_star))),
    "w along w* either way": ("hypothesis w along w*", _hypothesis("w along w*", (
        dot(Q.w, Q.w_star) ** 2, "==", dot(Q.w, Q.w) * dot(Q.w_star, Q.w_star)))),
    "E > 0 := E > 1": ("hypothesis E > 0", _hypothesis("E > 0", (Q.E, ">", 1))),
    "plain := |p| = 1": ("hypothesis plain", _hypothesis("plain", (Q.norm_p, "==", 1))),
    "plain := d_L = 1": ("hypothesis plain", _hypothesis("plain", (width(Q.L), "==", 1))),
    "balanced := width one": ("hypothesis balanced", _hypothesis("balanced", WIDTH_ONE)),
    "square := d = 1": ("hypothesis square", _hypothesis("square", WIDTH_ONE)),
    "L >= 2 := L >= 3": ("hypothesis L >= 2", _hypothesis("L >= 2", (Q.L, ">=", 3))),
    "q_1 != 0 := q_1 large": ("hypothesis q_1 != 0", _hypothesis("q_1 != 0", (Q.norm_q1**2, ">", 4))),
    "eigenvector of 1": ("hypothesis w* eigenvector", _hypothesis(
        "w* eigenvector", (Q.E, ">", 0), (Q.Sigma * Q.w_star, "==", Q.w_star))),
    "w == w* at every limit": ("flow w == w*", lambda patch: patch.setitem(
        enclosures.PREDICATES_AT_LIMIT, "w == w*", lambda case: True)),
    "b := a": ("b", _definition("b", Q.a)),
    "norm_w squared": ("norm_w", _definition("norm_w", dot(Q.w_star, Q.w_star))),
    "Delta without the last pair": ("Delta", _definition("Delta", sp.Sum(spectral(LayerMatrix("D", Q.k)), (
        Q.k, 1, Q.L - 2)))),
    "risk_gap_0 of the weights": ("risk_gap_0", _definition("risk_gap_0", Q.risk_gap)),
    "Delta of the start, doubled": ("flow Delta", lambda patch: patch.setitem(
        enclosures.AT_LIMIT, "Delta", lambda s: 2 * s.ball.imbalance)),
    "k without the first": ("quantifier k", _expands("k", _layers_up_to(0, 2))),
    "k without the last": ("quantifier k", _expands("k", _layers_up_to(1))),
    "k < L without the first": ("quantifier k < L", _expands("k < L", _layers_up_to(1, 2))),
    "identities without the last": ("quantifier k", _attribute(identities, "layers_of", _identity_layers(1, 1))),
    "identities without the last pair": ("quantifier k < L", _attribute(
        identities, "layers_of", _identity_layers(1, 2))),
    "neighbours only": ("quantifier j <= k", _expands(
        "j <= k", lambda obligation, case, values: [{"j": k, "k": k} for k in range(1, case.depth + 1)])),
    "gamma := 1": ("quantifier gamma", _expands("gamma", lambda obligation, case, values: [{"gamma": fmpq(1)}])),
    "eta far above": ("quantifier eta", _expands("eta", lambda obligation, case, values: [{"eta": fmpq(100)}])),
    "one top vector": ("quantifier top vectors", _attribute(
        quantifiers, "top_vectors", lambda case, k: list(islice(TRUE_VECTORS(case, k), 1)))),
    "one vector u": ("quantifier u", _expands(
        "u", lambda obligation, case, values: [{"u": case.values["u"].reshape(-1, 1)}])),
    "sums without the last term": ("function Sum", lambda patch: (
        patch.setitem(evaluate._PRINTERS, sp.Sum, _without_the_last_term), evaluate.compiled.cache_clear())[0]),
    "no depth 1": ("family gaussian", _attribute(building, "shape", _deep_shape)),
    "no read-outs": ("family small", _attribute(
        building, "readout", lambda generator, widths: ((*widths[:-1], 1), None))),
    "stray minimizers": ("family stray", _family("stray", families.compact)),
    "balanced by name only": ("family balanced", _family("balanced", spaces.FAMILIES["near-balanced"])),
    "a kernel without its read-out": ("polynomial M", lambda patch: patch.setitem(
        identities._VALUES, "M", lambda point: 2 * TRUE_KERNEL(point))),
    "sigma_min of the first layer": ("sigma_min", _definition("sigma_min", spectral(LayerMatrix("W", sp.S.One)))),
    "directions of zeros": ("polynomial points", _attribute(
        words_field, "field_point", lambda *what: _still(identities.field_point(*what)))),
    "one depth of initial value problems": ("parameters", _attribute(
        words_field.Case, "depth", property(lambda self: 3))),
    "draws of the last product": ("draw beta_sub_0", _attribute(
        residual_init, "sub_product_bounds", lambda network: replace(TRUE_PRODUCTS(network), beta=1.0))),
}


def _still(point: Any) -> Any:
    point.directions = [0 * layer for layer in point.directions]
    return point


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("fault", BROTHERS)
def test_a_word_that_means_something_else_disagrees(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    word, plant = BROTHERS[fault]
    plant(monkeypatch)
    try:
        assert words.compare(word).disagreements
    finally:
        monkeypatch.undo()
        evaluate.compiled.cache_clear()


@pytest.mark.usefixtures("forgotten")
def test_a_word_without_a_value_disagrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ball that says nothing, and an error, are no agreement."""
    _bound("b", lambda s: s.ring.number(fmpq(0)) * arb("nan"))(monkeypatch)
    assert words.compare("b").disagreements
    forget_everything()
    _bound("b", lambda s: np.array([1])[2])(monkeypatch)
    (found,) = words.compare("b").disagreements
    assert found.found.startswith("IndexError")


def test_tokens_of_words_that_name_nothing() -> None:
    for token, sentence in (("words/nonsense@classics:0:1", "no word 'nonsense'"),
                            ("words/b@classics:0:1", "'b' is not compared at classics:0:1")):
        with pytest.raises(ValueError, match=sentence):
            replay(token)
    assert replay("words/family singular@singular:0:1").verdict == "held"
