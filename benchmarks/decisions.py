"""Certified decisions of ``sharpness-lower`` at ``d = L = 5``, a second and a core.

Beside a bare loop over Arb that knows only this one inequality: no hypotheses, no
expression tree, no fall-back, and no answer when its balls overlap.
Run with ``python benchmarks/decisions.py``.
"""

from __future__ import annotations

from functools import partial
from time import process_time
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx, fmpq
from measuring import seconds, show, store

from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deep_linear.deciding.on_instances import OnInstances
from flatcert.checks.deep_linear.instances.instance import make
from flatcert.theory.library import BUILT_IN

COUNT, SIZE, DEPTH = 200, 5, 5
AIM = 5000
"""Decisions a second and core through the product: four tenths of the bare loop."""
DECIDER = OnInstances(BUILT_IN.claim("sharpness-lower").obligation("minimizers"))


def draws() -> list[tuple[np.ndarray[Any, Any], list[np.ndarray[Any, Any]]]]:
    """A covariance of small rationals and Gaussian float64 layers, each."""
    generator = np.random.default_rng(0)
    made = []
    for _ in range(COUNT):
        a = generator.integers(-3, 4, (SIZE + 2, SIZE))
        layers = [generator.standard_normal((SIZE if k < DEPTH - 1 else 1, SIZE)) for k in range(DEPTH)]
        made.append((a.T @ a + np.eye(SIZE, dtype=int), layers))
    return made


def ours(cases: list[Any]) -> int:
    """Instances made, hypotheses decided, the inequality decided, and measured how tight it looks."""
    outcomes = DECIDER.decide_all([make("benchmark", sigma, layers) for sigma, layers in cases])
    return sum(outcome.verdict is Verdict.HELD for outcome in outcomes)


def bare(cases: list[Any]) -> int:
    """The Rayleigh quotient at ``w*`` against ``2 L |w|^{2-2/L} a``, in balls of 64 bits."""
    held = 0
    with ctx.workprec(64):
        for sigma, layers in cases:
            weights = [arb_mat(w.shape[0], w.shape[1], w.ravel().tolist()) for w in layers]
            covariance = arb_mat(SIZE, SIZE, [int(x) for x in sigma.ravel()])
            q = [arb_mat([[1]])]
            for w in reversed(weights):
                q.append(w.transpose() * q[-1])
            q.reverse()
            h = covariance * q[0]
            energy, square = (h.transpose() * q[0])[0, 0], (q[0].transpose() * q[0])[0, 0]
            total = arb(0)
            for k in range(DEPTH):
                total += (q[k + 1].transpose() * q[k + 1])[0, 0] * (h.transpose() * h)[0, 0]
                h = weights[k] * h
            bound = 2 * DEPTH * square ** arb(fmpq(DEPTH - 1, DEPTH)) * energy / square
            held += bool(2 * total / energy > bound)
    return held


def main() -> None:
    cases = draws()
    assert ours(cases) == bare(cases) == COUNT
    mine, loop = (seconds(partial(decide, cases), 4.0, 5, process_time) for decide in (ours, bare))
    rows = [
        {"method": "flatcert, instance to decision", "decisions_per_second": COUNT / mine, "of_bare": loop / mine,
         "aim": AIM},
        {"method": "bare loop over Arb", "decisions_per_second": COUNT / loop, "of_bare": 1.0, "aim": None},
    ]
    show("certified decisions of sharpness-lower, d = L = 5, one core", rows)
    store("decisions", rows)


if __name__ == "__main__":
    main()
