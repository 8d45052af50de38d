"""The run: order-free merging, exit codes, planted falsehoods, seeds, interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.attack.adversary import Attack, Refutation
from flatcert.checks.conjecture.reading import read_conjecture
from flatcert.checks.deciding import decider as deciding
from flatcert.checks.deciding.verdicts import Outcome, Route, Verdict
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.on_instances import OnInstances
from flatcert.checks.verifying import verify as verifying
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.report import as_dict
from flatcert.checks.verifying.run import ClaimReport, Run
from flatcert.checks.verifying.tallies import Counterexample, DerivationResult, Tally
from flatcert.checks.verifying.units import decide_unit
from flatcert.checks.verifying.verify import Profile, verify
from flatcert.theory import library as registry
from flatcert.theory.language.claim import Claim, Obligation, operator, scaled
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import E, S, lambda_max

LOWER = registry.BUILT_IN.claims["sharpness-lower"]
eighths = st.integers(0, 10**6).map(lambda x: x / 8)  # their sums are exact in float64


@pytest.fixture(autouse=True)
def small_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verifying.PROFILES, "small", Profile(40, 8, 2))
    monkeypatch.setitem(verifying.PROFILES, "batches", Profile(40, 8, 2, 2))


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derivations have tests of their own: here every one of them fits."""
    monkeypatch.setattr(verifying, "derivation_unit", lambda reference, claim_id: DerivationResult(1, 1, exists=True))


def planted(monkeypatch: pytest.MonkeyPatch, claim: Claim, obligation: Obligation) -> None:
    """The registry with one obligation of a claim exchanged for another of that name."""
    changed = tuple(obligation if o.name == obligation.name else o for o in claim.obligations)
    monkeypatch.setitem(registry.BUILT_IN.claims, claim.id, replace(claim, obligations=changed))


def alone(monkeypatch: pytest.MonkeyPatch, obligation: Obligation) -> None:
    """The claim ``sharpness-lower`` with that obligation only."""
    monkeypatch.setitem(registry.BUILT_IN.claims, LOWER.id, replace(LOWER, obligations=(obligation,)))


counterexamples = st.builds(
    lambda name: Counterexample("c", "o", "s", name, {"name": name}, {}), st.sampled_from("abcdefghij"))
tallies = st.builds(
    Tally, *[st.integers(0, 99)] * 6, error=eighths, ratio=st.none() | st.floats(1, 9), at=st.sampled_from("abc"),
    undecided=st.lists(st.sampled_from("pqrstuvw"), max_size=5).map(lambda x: tuple(sorted(x))),
    counterexamples=st.lists(counterexamples, max_size=3).map(
        lambda x: tuple(sorted(x, key=lambda c: c.token))),
    seconds=eighths)


@given(tallies, tallies, tallies)
def test_tallies_add_in_any_order(x: Tally, y: Tally, z: Tally) -> None:
    """Units end in any order and are merged in pairs: the laws of a commutative monoid."""
    assert x + y == y + x
    assert (x + y) + z == x + (y + z)
    assert (x + Tally()) == replace(x, at=x.at if x.ratio is not None else (x + Tally()).at)
    assert (x + y).decided == x.decided + y.decided


def test_workers_do_not_change_the_result() -> None:
    """In this process, and in two spawned ones that share nothing with it."""
    ids = ["gradient"]

    def content(run: Run) -> Any:
        made = as_dict(run)
        for claim in made["claims"]:
            claim.pop("seconds")
        return made["claims"]

    assert content(verify(ids, profile="small", workers=2)) == content(verify(ids, profile="small", workers=0))


attacks = st.builds(
    lambda ratio, at, decided, undecided, example: Attack(
        ratio, None if ratio is None else at, None, None if ratio is None else at, decided, len(undecided), 2 * decided,
        example, tuple(sorted(undecided)), 0.0),
    st.none() | st.floats(1, 9), st.sampled_from("abc"), st.integers(0, 99),
    st.lists(st.sampled_from("pqrstuvw"), max_size=5),
    st.none() | st.builds(lambda text: Refutation("s", {}, {}, None, None, 64, "balls", "x", text), st.text("yz")))


@given(attacks, attacks, attacks)
def test_attacks_add_in_any_order(x: Attack, y: Attack, z: Attack) -> None:
    assert x + y == y + x
    assert (x + y) + z == x + (y + z)
    assert x + Attack() == x
    assert ((x + y).counterexample is None) == (x.counterexample is None and y.counterexample is None)


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["one of a kind", "every"])
def test_units_are_pure_functions(every: bool) -> None:
    """Decided here, where caches are warm, and in fresh processes: every obligation, or one of each kind.

    A kind is a way of deciding, a space, a choice of quantifiers, and whether formulas may stand for quantities.
    """
    everything = [(o, ("flatcert", c.id, o.name, 3, 10)) for c in registry.BUILT_IN for o in c.obligations]
    kinds = {(type(decider(o)), o.space, o.over, o.direct): unit for o, unit in everything}
    units = [unit for _, unit in everything] if every else [*kinds.values()]
    assert len(units) > (130 if every else 35)
    here = [replace(decide_unit(*unit), seconds=0.0) for unit in units]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        there = [replace(tally, seconds=0.0) for tally in pool.map(decide_unit, *zip(*units, strict=True))]
    assert here == there
    assert min(tally.held for tally in here) >= 6  # ensembles are few


class Backwards(Executor):
    """Carries units out when they are waited for, the last one first."""

    def __init__(self) -> None:
        self.units: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.units.append((future, function, args))
        if len(self.units) == 6:  # sharpness-lower in two batches: derivation, mutants, words, attacks, two decisions
            for waiting, run, arguments in reversed(self.units):
                waiting.set_result(run(*arguments))
        return future


def test_any_executor_in_any_order() -> None:
    executor = Backwards()
    backwards = verify(["sharpness-lower"], profile="batches", executor=executor)
    forwards = verify(["sharpness-lower"], profile="batches", workers=0)
    assert len(executor.units) == 6
    tally, other = (run.reports["sharpness-lower"].tallies["minimizers"] for run in (backwards, forwards))
    assert replace(tally, seconds=0) == replace(other, seconds=0)
    assert tally.decided == 80


@pytest.mark.usefixtures("derived")
def test_exit_0_when_all_holds() -> None:
    run = verify(["sharpness-lower", "kernel"], profile="small", workers=0)
    assert (run.exit_code, run.verdict) == (0, "proved")
    assert run.reports["sharpness-lower"].failures == []


@pytest.mark.parametrize(
    "name, mutant",
    [("sharpness-lower", scaled("x 1.01", sp.Rational(101, 100))),
     ("min-sharpness-upper", scaled("x 0.99", sp.Rational(99, 100))),
     ("kernel", scaled("sign", -1)),
     ("min-sharpness-kink", operator("!=", "!="))],
    ids=lambda x: x if isinstance(x, str) else x.label,
)
@pytest.mark.usefixtures("derived")
def test_a_planted_falsehood_is_refuted_with_a_replay(
    monkeypatch: pytest.MonkeyPatch, name: str, mutant: Any
) -> None:
    """The derivation is made to fit, so that the counterexample alone must fail the run."""
    claim = registry.BUILT_IN.claims[name]
    true = claim.obligations[0]
    planted(monkeypatch, claim, replace(mutant.of(true), name=true.name, mutants=true.mutants))
    run = verify([name], profile="small", workers=0)
    assert (run.exit_code, run.verdict) == (1, "refuted")
    found = run.reports[name].tallies[true.name].counterexamples
    assert found
    for counterexample in found:
        assert replay(counterexample.token).verdict == "refuted"
    monkeypatch.undo()
    assert replay(found[0].token).verdict in ("held", "not applicable")


@pytest.mark.slow
@pytest.mark.usefixtures("derived")
def test_a_falsehood_that_no_instance_of_the_pool_shows_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """``1 + theta/4`` bounds all layers of width 1 at depth 2; the adversary's optimizer leaves them."""
    claim = registry.BUILT_IN.claims["limit-sharpness"]
    false = read_conjecture("S <= 2*L*lambda_max*norm_w_net**(2 - 2/L)*(1 + theta/4)", "theta < 1").obligation
    planted(monkeypatch, claim, replace(false, name="every-minimizer", space="balanced"))
    monkeypatch.setitem(registry.BUILT_IN.claims, claim.id, replace(
        registry.BUILT_IN.claims[claim.id], obligations=registry.BUILT_IN.claims[claim.id].obligations[:1]))
    monkeypatch.setitem(verifying.PROFILES, "small", Profile(40, 8, 2, effort="ci"))
    run = verify([claim.id], profile="small", workers=0)
    report = run.reports[claim.id]
    assert report.tallies["every-minimizer"].refuted == 0
    assert (run.exit_code, run.verdict) == (1, "refuted")
    (found,) = report.counterexamples
    assert replay(found.token).verdict == "refuted"
    assert max(len(layer) for layer in found.instance["weights"]) <= 3


def test_a_weaker_true_statement_breaks_the_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    """``S >= 0.99 x`` the bound is true, so no counterexample: what fails is the derivation."""
    true = LOWER.obligations[0]
    weaker = scaled("x 0.99", sp.Rational(99, 100)).of(true)
    planted(monkeypatch, LOWER, replace(weaker, name=true.name, tight=False, mutants=()))
    run = verify([LOWER.id], profile="small", workers=0)
    assert run.exit_code == 1
    assert run.verdict != "refuted"
    assert any("derived is" in problem for problem in run.reports[LOWER.id].derivation.problems)


@pytest.mark.usefixtures("derived")
def test_exit_1_when_a_mutant_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    true = LOWER.obligations[0]
    planted(monkeypatch, LOWER, replace(true, mutants=(scaled("half, which is true", sp.Rational(1, 2)),)))
    run = verify([LOWER.id], profile="small", workers=0)
    assert run.exit_code == 1
    assert run.verdict == "proved"
    assert run.reports[LOWER.id].survivors == ["minimizers: half, which is true"]


@pytest.mark.usefixtures("derived")
def test_exit_1_when_equality_is_claimed_and_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    weaker = scaled("x 0.99", sp.Rational(99, 100)).of(LOWER.obligations[0])
    alone(monkeypatch, replace(weaker, name="minimizers", tight=True))
    run = verify([LOWER.id], profile="small", workers=0)
    assert run.exit_code == 1
    assert "declared tight" in run.reports[LOWER.id].failures[0]


def test_a_space_that_nobody_knows_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch, replace(LOWER.obligation("minimizers"), space="none"))
    tally = decide_unit("flatcert", LOWER.id, "minimizers", 0, 5)
    assert (tally.held, tally.inconclusive) == (0, 1)
    assert "There is no space or family of instances 'none': use one of weights, " in tally.undecided[0]


def test_exit_1_without_a_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.BUILT_IN, "derivation", lambda claim_id: None)
    run = verify([LOWER.id], profile="small", workers=0)
    assert (run.exit_code, run.verdict) == (1, "certified")


@pytest.mark.usefixtures("derived")
def test_exit_3_when_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A true equality of logarithms, which neither balls nor algebraic numbers decide."""
    equal = Relation(sp.log(E) + sp.log(E + 1), "==", sp.log(E * (E + 1)))
    obligation = Obligation("logarithms", equal, given=("E > 0",))
    alone(monkeypatch, obligation)
    monkeypatch.setattr(deciding, "DRAWS_PER_DECISION", 1)
    run = verify([LOWER.id], profile="small", workers=0)
    assert (run.exit_code, run.verdict) == (3, "inconclusive")
    (tally,) = run.reports[LOWER.id].tallies.values()
    assert tally.undecided[0].startswith("flatcert replay 'sharpness-lower/logarithms@")


@pytest.mark.usefixtures("derived")
def test_exit_3_when_nothing_is_applicable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contradiction among the hypotheses is never a pass."""
    alone(monkeypatch, Obligation("never", Relation(S, ">", 9 * lambda_max), given=("L == 1", "L >= 2")))
    run = verify([LOWER.id], profile="small", workers=0)
    assert (run.exit_code, run.verdict) == (3, "not applicable")


@pytest.mark.usefixtures("derived")
def test_the_worst_verdict_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    true = LOWER.obligations[0]
    false = replace(scaled("x 2", 2).of(true), name="false")
    monkeypatch.setitem(registry.BUILT_IN.claims, LOWER.id, replace(LOWER, obligations=(true, false)))
    run = verify([LOWER.id, "kernel"], profile="small", workers=0)
    assert [report.verdict for report in run.reports.values()] == ["refuted", "proved"]
    assert run.verdict == "refuted"


def test_seeds_choose_the_random_instances(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every random instance of a run carries its seed; the classics carry none of it."""
    names: list[str] = []

    def recording(decides: OnInstances, cases: list[Any]) -> list[Outcome]:
        names.extend(case.name for case in cases)
        return [Outcome(Verdict.HELD, 64, Route.BALLS, 1.5)] * len(cases)

    monkeypatch.setattr(OnInstances, "decide_all", recording)
    decide_unit("flatcert", "sharpness-lower", "minimizers", 41, 120)
    first, names = names, []
    decide_unit("flatcert", "sharpness-lower", "minimizers", 42, 120)
    assert len(first) == len(names) == 120
    assert {name.split(":")[1] for name in first if not name.startswith("classics")} == {"41"}
    assert set(first) & set(names) == {name for name in first if name.startswith("classics")}


def test_batches_take_fresh_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ``minutes`` more batches than the profile has are carried out until time is up, with attacks of their own."""
    seeds: list[int] = []

    def attacked(reference: str, claim_id: str, seed: int, effort: str) -> dict[str, Attack]:
        seeds.append(seed)
        return {"minimizers": Attack(decided=1)}

    monkeypatch.setattr(verifying, "adversary_unit", attacked)
    run = verify(["kernel-agm"], profile="small", workers=0, minutes=0.1, seed=5)
    assert run.seconds >= 6
    assert seeds == list(range(5, 5 + len(seeds))) and len(seeds) >= 2
    assert run.reports["kernel-agm"].tallies["all-weights"].decided == 40 * len(seeds)
    assert run.reports["kernel-agm"].attacks["minimizers"].decided == len(seeds)


def test_an_interrupted_run_reports_what_it_has() -> None:
    def stop(done: int, total: int, at: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    run = verify(["gradient", "kernel"], profile="small", workers=0, progress=stop)
    assert run.interrupted
    assert run.exit_code in (1, 3)
    assert run.reports


def test_an_attack_that_comes_to_no_decision_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "adversary_unit",
                        lambda *_: {"minimizers": Attack(inconclusive=1, undecided=('{"covariance": [["1"]]}',))})
    run = verify([LOWER.id], profile="small", workers=0)
    assert (run.exit_code, run.verdict) == (3, "inconclusive")
    assert run.reports[LOWER.id].undecided[0].startswith("flatcert replay 'sharpness-lower/minimizers@{")


def test_the_adversary_makes_a_claim_tight() -> None:
    """Of what the pool and the adversary found, the tighter one is reported, and where it is."""
    report = ClaimReport(LOWER, {"minimizers": Tally(held=1, ratio=1.5, at="pool")},
                         attacks={"minimizers": Attack(1.0, "descent")})
    assert report.tightness == (1.0, "descent")
    assert report.verdict == "certified"
    report.attacks["minimizers"] = Attack(1.75, "descent")
    assert report.tightness == (1.5, "pool")
    assert "declared tight" in report.failures[0]


def test_unknown_names_are_errors() -> None:
    with pytest.raises(KeyError, match="did you mean sharpness-lower"):
        verify(["sharpness-lowr"], workers=0)
    with pytest.raises(KeyError, match="no profile 'fast'; there are quick, ci, deep"):
        verify(["gradient"], profile="fast", workers=0)


@pytest.mark.parametrize(
    "token, sentence",
    [("nonsense", "is not a token"), ("kernel/none@classics:0:0", "no obligation or mutant 'none'"),
     ("kernel/matrix@classics:0", "write family:seed:index"), ("none/x@classics:0:0", "no claim 'none'"),
     ("sharpness-lower/minimizers@classics:0:999", "no instance 999"),
     ("kernel/matrix@classics:0:999", "no instance 999"),
     ("kernel/matrix@field:0:-1", "write family:seed:index"),
     ("sharpness-lower/minimizers@martian:0:0", "no family 'martian'"),
     ("sharpness-lower/minimizers@field:0:0", "no family 'field'"),
     ('sharpness-lower/minimizers@{"covariance": 1}', "An instance is JSON")],
)
def test_tokens_that_name_nothing(token: str, sentence: str) -> None:
    with pytest.raises((KeyError, ValueError), match=sentence):
        replay(token)


@pytest.mark.parametrize("token", ["kernel/matrix@field:3:4", "kernel/matrix@compact:3:4",
                                   "sharpness-lower/minimizers@wild:3:4",
                                   'sharpness-lower/minimizers@{"covariance": [["4"]], "weights": [[["1/2"]]]}',
                                   'gradient/layer@{"covariance": [["4"]], "weights": [[["1/2"]], [["3"]]]}'])
def test_replay_repeats_a_decision(token: str) -> None:
    assert replay(token) == replay(token)
    assert replay(token).verdict == "held"


RUNNING = """
from flatcert.checks.verifying.verify import verify
verify(["gradient"], profile="ci", workers=1, progress=lambda done, *_: done and print("working", flush=True))
"""


def test_no_worker_outlives_a_signal() -> None:
    """The worker inherits the pipe, so that it ends only when the worker has ended."""
    with subprocess.Popen([sys.executable, "-c", RUNNING], stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "working\n"
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert process.returncode == 128 + signal.SIGTERM
