"""Experiments of the same names and kinds as the paper's, small enough for tests."""

from __future__ import annotations

from flatcert.checks.figures.experiments import Experiment, Run

SMALL = {
    "plain": Experiment("plain", "plain", 3, 2, 10, 1.0, (0.5, 2.5), (Run(0.02, 1500, 9), Run(0.2, 200, 9))),
    "residual": Experiment("residual", "residual", 3, 2, 10, 1.0, (0.0, 3.0), (Run(0.02, 1500, 9), Run(0.3, 200, 9))),
    **{f"L{depth}": Experiment(f"L{depth}", "residual", depth, 2, 10, 1.0, (0.25,),
                               tuple(Run(rate, 600, 5) for rate in (0.02, 0.08, 0.4, 1.5)))
       for depth in (5, 10, 20, 40)},
    "rank": Experiment("rank", "plain", 3, 2, 1, 1.0, (0.4, 0.8), (Run(0.01, 2000, 12), Run(0.05, 500, 4))),
    "gelu": Experiment("gelu", "gelu", 3, 2, 6, 0.0, (0.7, 1.0), (Run(0.1, 4000, 8),)),
}
