"""The smallest sharpness of a minimizer for d from 5 to 1000: time and primal-dual gap.

Run ``python benchmarks/min_sharpness.py``. Rigorous enclosures up to d = 60, float64 beyond;
the kink (``w*`` an eigenvector) is the hard case.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from measuring import seconds, show, store

from flatcert.numeric.network.min_sharpness import min_sharpness
from flatcert.numeric.network.problem import RegressionProblem

DIMENSIONS, DEPTH = (5, 20, 60, 200, 1000), 10


def rows_of(d: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(d)
    X = rng.normal(size=(2 * d, d))
    covariance = X.T @ X / (2 * d)
    vectors = np.linalg.eigh(covariance)[1]
    cases = {"generic": (rng.normal(size=d), DEPTH), "kink": (vectors[:, 0], 2)}
    eigh = seconds(lambda: np.linalg.eigh(covariance))
    rows = []
    for name, (regressor, depth) in cases.items():

        def run(regressor: np.ndarray = regressor, depth: int = depth) -> Any:
            # A fresh problem each time: nothing is cached between calls.
            return min_sharpness(RegressionProblem(covariance, regressor), depth)

        time, result = seconds(run), run()
        rows.append(
            {
                "d": d,
                "case": name,
                "depth": depth,
                "seconds": time,
                "over one eigh": time / eigh,
                "gap": result.gap,
                "rigorous": result.rigorous,
                "lower": result.lower,
                "upper": result.upper,
            }
        )
    return rows


def main() -> None:
    rows = [row for d in DIMENSIONS for row in rows_of(d)]
    show("S_min: primal and dual certificates", rows)
    print(f"\nstored: {store('min_sharpness', rows).name}")


if __name__ == "__main__":
    main()
