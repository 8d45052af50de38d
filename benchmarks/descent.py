"""Network steps per second of gradient descent, in every setting of the figures, beside JAX on the CPU in the same run.

Run ``python benchmarks/descent.py``. JAX does what one writes first: the risk over the samples, ``vmap`` over samples
and networks, ``grad``, the steps in one compiled loop, in float32 (its default) and in float64. All
processors, many networks at once, rates so small that nothing diverges; compilation is not counted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from measuring import seconds, show, store

from flatcert.checks.figures.experiments import Experiment, Run, all_experiments
from flatcert.numeric.descent.descent import Descent
from flatcert.numeric.network.network import DeepLinearNetwork

SETTINGS = ("plain", "residual", "L5", "L20", "L40", "rank", "gelu")
NETWORKS = 512
RATE, SEED = 1e-4, 2

Row = dict[str, Any]


def starts(experiment: Experiment) -> DeepLinearNetwork:
    """From the smallest scale, where no network diverges."""
    run = Run(RATE, 1, NETWORKS)
    alone = Experiment(experiment.name, experiment.kind, experiment.depth, experiment.dimension, experiment.samples,
                       experiment.noise, experiment.scales[:1], (run,))
    return alone.starts(run, 0, NETWORKS, SEED)


def ours(experiment: Experiment, steps: int) -> Callable[[], Any]:
    """All processors, a thread each, as in ``flatcert figures``."""
    network, problem, cores = starts(experiment), experiment.problem(SEED), os.cpu_count() or 1
    readout = network.readout if network.has_readout else None
    parts = [Descent(DeepLinearNetwork([w[part] for w in network.weights], readout), RATE, problem)
             for part in np.array_split(np.arange(NETWORKS), cores)]
    pool = ThreadPoolExecutor(cores)
    return lambda: list(pool.map(lambda descent: descent.advance(steps), parts))


def with_jax(experiment: Experiment, steps: int, double: bool) -> Callable[[], Any]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", double)
    data, network = experiment.data(SEED), starts(experiment)
    X, y = jnp.asarray(data.features), jnp.asarray(data.target)
    weights = [jnp.asarray(np.broadcast_to(w, (NETWORKS, *w.shape[1:]))) for w in network.weights]
    readout = jnp.asarray(network.readout)

    def output(layers: Any, x: Any) -> Any:
        for k, layer in enumerate(layers):
            x = layer @ x
            if experiment.kind == "gelu" and k < len(layers) - 1:
                x = jax.nn.gelu(x, approximate=False)
        return readout @ x

    def risk(layers: Any) -> Any:
        return jnp.mean((jax.vmap(lambda x: output(layers, x))(X) - y) ** 2)

    def step(_: int, batch: Any) -> Any:
        slopes = jax.vmap(jax.grad(risk))(batch)
        return [layer - RATE * slope for layer, slope in zip(batch, slopes, strict=True)]

    many = jax.jit(lambda batch: jax.lax.fori_loop(0, steps, step, batch))
    return lambda: jax.block_until_ready(many(weights))


def rows(experiment: Experiment) -> list[Row]:
    work = experiment.weight_count * (experiment.samples if experiment.kind == "gelu" else 1)
    many, few = max(20, int(2e6 / work)), max(5, int(4e4 / work))
    made = [row(experiment, "flatcert, float64", ours(experiment, many), many, None)]
    try:
        for double in (False, True):  # one after the other: the width of numbers is global to JAX
            made.append(row(experiment, f"JAX, float{64 if double else 32}", with_jax(experiment, few, double), few,
                            made[0]))
    except ImportError:
        print("JAX is missing: install it with  pip install 'flatcert[bench]'", file=sys.stderr)
    return made


def row(experiment: Experiment, method: str, call: Callable[[], Any], steps: int, first: Row | None) -> Row:
    call()  # compiles
    speed = NETWORKS * steps / seconds(call, budget=3.0)
    return {"setting": experiment.name, "d": experiment.dimension, "L": experiment.depth, "n": experiment.samples,
            "method": method, "network steps per second": speed,
            "flatcert is faster by": first["network steps per second"] / speed if first else 1.0}


def main() -> None:
    found = [row for name in SETTINGS for row in rows(all_experiments(reduced=False)[name])]
    show(f"Gradient descent, {NETWORKS} networks at once", found)
    print(f"\nstored: {store('descent', found).name}")


if __name__ == "__main__":
    main()
