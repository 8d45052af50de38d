"""What ``flatcert residual`` finds does not depend on where it is computed."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

from flatcert.checks.analysis.residual import residual_report
from flatcert.checks.output.workers import SpawnWithoutMain


def test_processes_change_no_bit() -> None:
    """Draws and measured starts, in this process and in another one on an executor of the caller's."""
    here = residual_report(0.25, 2, 5, 20, 1).as_dict()
    with ProcessPoolExecutor(1, mp_context=SpawnWithoutMain()) as executor:
        steps: list[int] = []
        there = residual_report(0.25, 2, 5, 20, 1, progress=lambda done, total: steps.append(total - done),
                                executor=executor).as_dict()
    assert there == here and steps == [3, 2, 1, 0]
