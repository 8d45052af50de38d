"""Executors: on a Dask cluster results are the same, a worker that is killed is replaced, and failures are said."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from distributed import LocalCluster

from flatcert.checks.output import DataError
from flatcert.checks.output.workers import at_work, on_dask, results
from flatcert.checks.verifying.campaign.campaign import campaign
from flatcert.checks.verifying.campaign.report import as_dict
from flatcert.checks.verifying.report import as_dict as run_as_dict
from flatcert.checks.verifying.verify import verify

TIGHT = "sharpness-lower-tight"


@contextmanager
def cluster(**options: Any) -> Iterator[Any]:
    with LocalCluster(dashboard_address=":0", silence_logs=50, **options) as made:
        yield made


def end(_: int) -> None:
    os._exit(1)


def test_a_worker_process_that_dies_is_said() -> None:
    with pytest.raises(DataError, match="A worker process was killed"), at_work(workers=1) as pool:
        list(results(end, [1], pool))


def test_no_cluster_at_an_address() -> None:
    with pytest.raises(DataError, match="No Dask scheduler answers at 'nonsense://x'"), on_dask("nonsense://x"):
        pass


INSIDE: list[int] = []
"""What the threads of this process compute at the moment."""


def alone(item: int) -> int:
    """How many threads are inside."""
    INSIDE.append(item)
    sleep(0.002)
    found = len(INSIDE)
    INSIDE.remove(item)
    return found


def test_a_dask_cluster_in_this_process(tmp_path: Path) -> None:
    """Two workers of two threads, of which one computes at a time: FLINT has one precision for the process."""
    here = campaign([TIGHT], instances=2000, out=tmp_path / "here", workers=0)
    with cluster(n_workers=2, threads_per_worker=2, processes=False) as made, on_dask(
            made.scheduler_address) as pool:
        assert isinstance(pool, Executor)
        there = campaign([TIGHT], instances=2000, out=tmp_path / "there", executor=pool)
        assert {inside for _, inside in results(alone, range(20), pool)} == {1}
    assert as_dict(there) == as_dict(here)


@pytest.mark.slow
def test_a_worker_of_a_cluster_is_killed_in_the_middle(tmp_path: Path) -> None:
    """Two processes share nothing with this one; the first is killed by SIGKILL, and its work is done elsewhere."""
    instances = 3 * 65536
    here = campaign([TIGHT], instances=instances, out=tmp_path / "here", workers=0)
    with cluster(n_workers=2, threads_per_worker=1) as made, on_dask(made.scheduler_address) as pool:
        victim = next(iter(made.workers.values())).pid

        def kill(done: int, total: int, at: str) -> None:
            if done == 1:
                os.kill(victim, signal.SIGKILL)

        there = campaign([TIGHT], instances=instances, out=tmp_path / "there", executor=pool, progress=kill)
        run = verify([TIGHT], executor=pool)
    assert as_dict(there) == as_dict(here)
    other = verify([TIGHT], workers=0)
    assert [{**claim, "seconds": 0} for claim in run_as_dict(run)["claims"]] == [
        {**claim, "seconds": 0} for claim in run_as_dict(other)["claims"]]
