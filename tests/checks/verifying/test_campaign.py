"""Campaigns: killed at any moment they go on to the same bits, in any order, and refuse what is not theirs."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.authoring.references import file_reference, load
from flatcert.checks.output import DataError
from flatcert.checks.verifying.campaign import campaign as campaigns
from flatcert.checks.verifying.campaign import work
from flatcert.checks.verifying.campaign.campaign import Campaign, campaign, read_campaign
from flatcert.checks.verifying.campaign.report import as_dict
from flatcert.checks.verifying.campaign.totals import Key, Totals, bins, merged, over_shapes
from flatcert.checks.verifying.replay import replay

TIGHT, LOWER = "sharpness-lower-tight", "sharpness-lower"
THEORY = Path(__file__).parents[3] / "examples" / "theories" / "estimates.py"


TWO_CHUNKS = 65536 + 4096


def begun(out: Path, instances: int = TWO_CHUNKS, ids: tuple[str, ...] = (TIGHT,), **options: Any) -> Campaign:
    return campaign(ids, instances=instances, out=out, **{"workers": 0, **options})


def shown(made: Campaign) -> dict[str, Any]:
    return {name: value for name, value in as_dict(made).items() if name not in ("chunks",)}


tokens = st.sampled_from("pqrstuvwxyz")
totals = st.builds(
    Totals, *[st.integers(0, 99)] * 6, slacks=st.dictionaries(st.integers(0, 20), st.integers(1, 9)).map(Counter),
    tightest=st.sets(st.tuples(st.floats(1, 9), tokens), max_size=5).map(lambda x: tuple(sorted(x))),
    undecided=st.sets(tokens, max_size=5).map(lambda x: tuple(sorted(x))),
    counterexamples=st.sets(tokens, max_size=5).map(lambda x: tuple(sorted(x))))
summaries = st.dictionaries(st.builds(Key, st.just("c"), st.sampled_from("ab"), st.sampled_from("st")), totals)


@given(totals, totals, totals)
def test_totals_add_in_any_order(x: Totals, y: Totals, z: Totals) -> None:
    assert x + y == y + x
    assert (x + y) + z == x + (y + z)
    assert x + Totals() == x


@given(st.lists(summaries, max_size=5), st.randoms())
def test_summaries_merge_in_any_order_and_grouping(parts: list[dict[Key, Totals]], random: Random) -> None:
    whole = merged(parts)
    mixed = random.sample(parts, len(parts))
    cut = random.randint(0, len(parts))
    assert list(merged([merged(mixed[:cut]), merged(mixed[cut:])]).items()) == list(whole.items())
    by_obligation = over_shapes(whole)
    assert sum(found.held for found in by_obligation.values()) == sum(x.held for part in parts for x in part.values())


@given(st.lists(st.floats(1, 1e20), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_not_exceeded_by_its_share(ratios: list[float], share: float) -> None:
    import numpy as np

    found = Totals(slacks=bins(np.array(ratios))).quantile(share)
    assert found is not None
    assert sum(ratio - 1 <= found for ratio in ratios) >= share * len(ratios)


def test_a_campaign_decides_every_instance(tmp_path: Path) -> None:
    """All are counted, the tightest are replayed, and none is undecided."""
    made = begun(tmp_path / "out", 5000)
    (total,) = over_shapes(made.summary).values()
    assert total.instances == 5000 and total.held + total.not_applicable == 5000
    assert 0.8 * 5000 < total.by_floats <= total.held and total.slacks.total() == total.held
    assert made.exit_code == 0 and made.complete
    for ratio, token in total.tightest:
        assert str(replay(token).verdict) == "held" and ratio < 1.5


def test_an_executor_and_an_order_change_nothing(tmp_path: Path) -> None:
    """In this process, in two others, on threads, and last chunk first."""

    class Backwards(Executor):
        def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            waiting.append((Future(), function, args))
            if len(waiting) == 2:
                for future, run, arguments in reversed(waiting):
                    future.set_result(run(*arguments))
            return waiting[-1][0]

    waiting: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []
    here = begun(tmp_path / "here")
    with ThreadPoolExecutor(3) as threads:
        others = [begun(tmp_path / "two", workers=2), begun(tmp_path / "threads", executor=threads),
                  begun(tmp_path / "backwards", executor=Backwards())]
    for made in others:
        assert shown(made) == shown(here)
    assert shown(read_campaign(tmp_path / "two")) == shown(here)


def test_killed_at_any_moment_it_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    """Killed by SIGKILL when some parts are there, at random moments; what is left is complete."""
    theory, out, instances = load(file_reference(THEORY)), tmp_path / "killed", 4 * 1024
    whole = begun(tmp_path / "whole", instances, ("means",), library=theory)
    command = [sys.executable, "-m", "flatcert", "campaign", str(THEORY), "means", "--instances", str(instances),
               "--out", str(out), "--workers", "0"]
    random, killed = Random(7), 0
    for wanted in (0, 2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(list(out.glob("parts/*.parquet"))) < wanted and process.poll() is None:
            time.sleep(0.005)
        time.sleep(random.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed
    resumed = begun(out, instances, ("means",), library=theory)
    assert shown(resumed) == shown(whole)
    assert sorted(file.name for file in out.iterdir()) == ["campaign.json", "parts"]
    assert len(list(out.glob("parts/*"))) == 4


def test_an_interrupted_campaign_keeps_what_is_done(tmp_path: Path) -> None:
    """Ctrl-C after a chunk: its file is there, the numbers so far are given, and the rest is done later."""
    theory, out, instances = load(file_reference(THEORY)), tmp_path / "out", 3 * 1024

    def interrupt(done: int, total: int, at: str) -> None:
        if done == 1:
            raise KeyboardInterrupt

    made = begun(out, instances, ("means",), library=theory, progress=interrupt)
    assert made.interrupted and not made.complete and made.exit_code == 3
    assert shown(made) | {"wanted": 0} == shown(read_campaign(out)) | {"wanted": 0}
    assert sum(found.instances for found in made.summary.values()) == 1024
    whole = begun(tmp_path / "whole", instances, ("means",), library=theory)
    assert shown(begun(out, instances, ("means",), library=theory)) == shown(whole)


def test_other_settings_and_other_sources_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    begun(out, 500)
    with pytest.raises(DataError, match=r"other settings \(instances: 500, not 501\)"):
        begun(out, 501)
    with pytest.raises(DataError, match=r"other settings \(seed: 0, not 1\)"):
        begun(out, 500, seed=1)
    with pytest.raises(DataError, match=r"other settings \(claims: sharpness-lower-tight, not sharpness-lower\)"):
        begun(out, 500, (LOWER,))
    monkeypatch.setattr(campaigns, "sources_digest", lambda: "0" * 16)
    with pytest.raises(DataError, match="begun with other sources of flatcert"):
        begun(out, 500)
    with pytest.raises(DataError, match="A worker has another version of flatcert"):
        begun(tmp_path / "other", 500)
    monkeypatch.setattr(work, "sources_digest", lambda: "0" * 16)
    assert begun(tmp_path / "other", 500).complete


def test_a_folder_in_other_use_and_a_damaged_part_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="is not empty, and holds no campaign"):
        begun(tmp_path, 500)
    with pytest.raises(DataError, match="holds no campaign"):
        read_campaign(tmp_path)
    out = tmp_path / "out"
    whole = begun(out, 500)
    (part,) = out.glob("parts/*.parquet")
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(DataError, match="is damaged: delete it"):
        begun(out, 500)
    part.unlink()
    assert shown(begun(out, 500)) == shown(whole)


FALSE = '''
from flatcert import Obligation, Setting, Theory
from flatcert.kinds import positive

NUMBERS = Setting("numbers", x=positive(), y=positive())
x, y = NUMBERS["x"], NUMBERS["y"]
theory = Theory("false", setting=NUMBERS)
theory.claim("small", "Small numbers", Obligation("any", (x, "<=", y + 3)))
theory.claim("square", "Square", Obligation("any", (2 * x * y, "<=", x**2 + y**2)))
'''


def test_a_theory_in_a_file(tmp_path: Path) -> None:
    """A false claim is refuted, with tokens; a changed file is other settings."""
    file = tmp_path / "false.py"
    file.write_text(FALSE)
    library = load(file_reference(file))
    made = begun(tmp_path / "out", 3000, (), library=library)
    totals = over_shapes(made.summary)
    assert made.exit_code == 1 and made.wanted == 6
    assert totals["square", "any"].held == 3000 and totals["square", "any"].ties
    false = totals["small", "any"]
    assert false.refuted > 100 and len(false.counterexamples) == 5 and false.instances == 3000
    assert str(replay(false.counterexamples[0], library).verdict) == "refuted"
    file.write_text(FALSE + "\n")
    with pytest.raises(DataError, match="other settings"):
        begun(tmp_path / "out", 3000, (), library=load(file_reference(file)))


def test_work_is_handed_out_as_it_is_needed() -> None:
    """Memory does not grow with the number of chunks: only so many wait at a time."""
    from flatcert.checks.output.workers import WAITING, results

    taken = 0

    def items() -> Any:
        nonlocal taken
        for number in range(10 * WAITING):
            taken += 1
            yield -number

    with ThreadPoolExecutor(1) as pool:
        for done, (item, result) in enumerate(results(abs, items(), pool), 1):
            assert result == -item and taken <= done + WAITING
    assert taken == done == 10 * WAITING
