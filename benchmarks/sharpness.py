"""Sharpness of a minimizer at d = 5, L = 10: the reduction against autodiff and against mpmath.

Run ``python benchmarks/sharpness.py``; ``--quick`` leaves out the dense mpmath Hessian. All
methods run side by side on one instance; compilation is not counted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from measuring import seconds, show, store

from flatcert.numeric.linalg.eigenvalues import top_eigenvalue
from flatcert.numeric.linalg.rational import rational
from flatcert.numeric.linalg.scalars import convert_array, to_mpf
from flatcert.numeric.network.hessian import hessian
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.sharpness import sharpness

DIMENSION, DEPTH, DIGITS = 5, 10, 50

Row = dict[str, Any]


def instances() -> dict[str, list[np.ndarray]]:
    """Gaussian weights (one eigenvalue stands out) and near-identity ones (they cluster)."""
    rng = np.random.default_rng(0)
    shapes = [(DIMENSION, DIMENSION)] * (DEPTH - 1) + [(1, DIMENSION)]
    gaussian = [rng.normal(size=shape) * 0.45 for shape in shapes]
    residual = [np.eye(*shape) + rng.normal(size=shape) * 0.02 for shape in shapes]
    return {"Gaussian": gaussian, "residual": residual}


def problem_for(weights: list[np.ndarray]) -> RegressionProblem:
    X = np.random.default_rng(1).normal(size=(50, DIMENSION))
    return RegressionProblem(X.T @ X / 50, DeepLinearNetwork(weights).regressor())


def row(weights: str, method: str, function: Callable[[], Any], truth: float, ours: float | None) -> Row:
    error = abs(float(function()) - truth) / truth
    time = seconds(function)
    ratio = time / (ours or time)
    return {"weights": weights, "method": method, "seconds": time, "ratio": ratio, "relative error": error}


def float_rows(name: str, weights: list[np.ndarray]) -> list[Row]:
    problem = problem_for(weights)
    truth = float(sharpness(problem.astype(rational), DeepLinearNetwork(weights), minimizer=True).value)

    def reduction() -> Any:
        return sharpness(problem, DeepLinearNetwork(weights)).value

    first = row(name, "flatcert, float64", reduction, truth, None)
    try:
        methods = autodiff(problem, weights)
    except ImportError:
        print("JAX is missing: install it with  pip install 'flatcert[bench]'", file=sys.stderr)
        return [first]
    return [first, *(row(name, method, call, truth, first["seconds"]) for method, call in methods.items())]


def autodiff(problem: RegressionProblem, weights: list[np.ndarray]) -> dict[str, Callable[[], float]]:
    """What one would write in JAX: power iteration on Hessian-vector products, dense Hessian."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    shapes = [weight.shape for weight in weights]
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    covariance, regressor = jnp.asarray(problem.covariance), jnp.asarray(problem.regressor)
    point = jnp.concatenate([jnp.ravel(weight) for weight in weights])
    start = jnp.asarray(np.random.default_rng(1).normal(size=point.shape))

    def risk(flat: Any) -> Any:
        w = jnp.ones(1)
        for part, shape in zip(reversed(jnp.split(flat, ends)), reversed(shapes), strict=True):
            w = part.reshape(shape).T @ w
        return (w - regressor) @ covariance @ (w - regressor)

    def product(flat: Any, vector: Any) -> Any:
        return jax.jvp(jax.grad(risk), (flat,), (vector,))[1]

    def step(flat: Any, vector: Any) -> tuple[Any, Any]:
        vector = vector / jnp.linalg.norm(vector)
        image = product(flat, vector)
        return image, vector @ image

    @jax.jit
    def twenty(flat: Any, vector: Any) -> Any:
        return jax.lax.fori_loop(0, 20, lambda _, state: step(flat, state[0]), (vector, 0.0))[1]

    @jax.jit
    def converged(flat: Any, vector: Any) -> Any:
        def going(state: Any) -> Any:
            count, _, value, old = state
            return (count < 100_000) & (jnp.abs(value - old) > 1e-14 * jnp.abs(value))

        def once(state: Any) -> Any:
            count, vector, value, _ = state
            return (count + 1, *step(flat, vector), value)

        return jax.lax.while_loop(going, once, (0, vector, 1.0, 0.0))[2]

    single = jax.jit(step)

    def twenty_from_python() -> float:
        vector, value = start, 0.0
        for _ in range(20):
            vector, value = single(point, vector)
        return float(value)

    dense = jax.jit(jax.hessian(risk))
    return {
        "JAX, 20 power iterations, Python loop": twenty_from_python,
        "JAX, 20 power iterations, one compiled loop": lambda: float(twenty(point, start)),
        "JAX, power iteration to convergence, compiled": lambda: float(converged(point, start)),
        "JAX, dense Hessian and LAPACK": lambda: float(np.linalg.eigvalsh(np.asarray(dense(point)))[-1]),
    }


def precise_rows(name: str, weights: list[np.ndarray], quick: bool) -> list[Row]:
    exact = DeepLinearNetwork(weights).astype(rational)
    # Exact weights define the regressor that they minimize for.
    covariance = convert_array(problem_for(weights).covariance, rational)
    problem = RegressionProblem(covariance, exact.regressor())
    truth = float(sharpness(problem, exact).value)
    with mpmath.workdps(DIGITS):
        mp_problem, mp_network = problem.astype(to_mpf), exact.astype(to_mpf)
        methods: dict[str, Callable[[], Any]] = {
            f"flatcert, mpmath at {DIGITS} digits": lambda: sharpness(mp_problem, mp_network).value,
            "flatcert, certified ball, 128 bits": lambda: sharpness(problem, exact).value,
        }
        if not quick:
            dense = f"mpmath, dense Hessian at {DIGITS} digits"
            methods[dense] = lambda: top_eigenvalue(hessian(mp_problem, mp_network))
        rows: list[Row] = []
        for method, call in methods.items():
            rows.append(row(name, method, call, truth, rows[0]["seconds"] if rows else None))
    return rows


def main() -> None:
    networks = instances()
    rows = [line for name, weights in networks.items() for line in float_rows(name, weights)]
    rows += precise_rows("Gaussian", networks["Gaussian"], "--quick" in sys.argv[1:])
    show(f"Sharpness of a minimizer, d = {DIMENSION}, L = {DEPTH}", rows)
    print("\nratio: to the first flatcert line of the group")
    print(f"stored: {store('sharpness', rows).name}")


if __name__ == "__main__":
    main()
