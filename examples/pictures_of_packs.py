"""The pictures of docs/packs: ``python examples/pictures_of_packs.py [FOLDER]`` draws them, one a pack."""
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt


def quadratic_optimization(axes):
    spectrum = np.linspace(0.01, 1, 200)
    x, start = np.ones(200), np.ones(200)
    values, steps = [], np.arange(1, 41)
    for _ in steps:
        x = (1 - spectrum) * x
        values.append(spectrum @ x**2 / 2 / (start @ start))
    axes.loglog(steps, values, label="200 eigenvalues, equal weights")
    worst = (2 * steps / (2 * steps + 1)) ** (2 * steps) / (2 * steps + 1) / 2
    axes.loglog(steps, worst, "k--", label="worst quadratic")
    axes.loglog(steps, 1 / (4 * steps + 2), "k:", label="worst convex function")
    axes.set(xlabel="steps N of size 1/M", ylabel="f(x_N) / (M |x_0|^2)")


def convex_optimization(axes):
    for n in (1, 2, 3):
        t = np.linspace(0, 2 * n + 1, 200)
        axes.plot(t, np.where(t < 1, t**2 / 2, t - 0.5), "k", lw=1)
        points = 2 * n + 1 - np.arange(n + 1)
        axes.plot(points, points - 0.5, "o-", label=f"N = {n}: ends at {n + 1} - 1/2")
    axes.set(xlabel="x", ylabel="Huber's function")


def edge_of_stability(axes):
    for rate in np.linspace(0.8, 1.5, 700):
        x = 1.05
        tail = []
        for k in range(600):
            x -= rate * x * (x**2 - 1)
            tail += [x] if k > 560 else []
        axes.plot([rate] * len(tail), tail, ",", color="C0")
    rate = np.linspace(1, 5**0.5 - 1, 100)
    total, product = np.sqrt(1 + 3 / rate), 1 / rate
    gap = np.sqrt(np.maximum(total**2 - 4 * product, 0))
    axes.plot(rate, (total + gap) / 2, "k--", label="orbit of period two, in closed form")
    axes.plot(rate, (total - gap) / 2, "k--")
    axes.set(xlabel="eta c, at c = 1", ylabel="x = y after many steps")


def stochastic_stability(axes):
    rng = np.random.default_rng(0)
    a = rng.standard_normal((40, 4))
    rates = np.linspace(0.01, 0.5, 60)
    grown = []
    for rate in rates:
        maps = [np.eye(4) - rate * np.outer(v, v) for v in a]
        grown.append(np.abs(np.linalg.eigvals(np.mean([np.kron(m, m) for m in maps], axis=0))).max())
    axes.plot(rates, grown, label="growth of the second moments")
    axes.axhline(1, color="k", lw=0.5)
    squared = (a**2).sum(axis=1)
    for rate, name in ((2 / squared.max(), "2 / max |a|^2"), (2 * squared.mean() / (squared**2).mean(), "necessary")):
        axes.axvline(rate, ls="--", color="k" if name == "necessary" else "C1", label=name)
    axes.set(xlabel="eta", ylabel="growth a step")


def diagonal_networks(axes):
    z = np.logspace(-2, 3, 200)
    axes.loglog(z, 2 - np.sqrt(4 + z**2) + z * np.arcsinh(z / 2), label="q(z)")
    axes.loglog(z, z**2 / 4, "k--", label="z^2/4: the kernel regime")
    axes.loglog(z, z * np.log(1 + z), "k:", label="z log(1 + z): the rich regime")
    axes.set(xlabel="z = beta / alpha^2", ylabel="potential")


def least_squares(axes):
    x = np.logspace(-2, 2, 300)
    axes.semilogx(x, ((1 - np.exp(-x)) * (1 + x) / x) ** 2, label="gradient flow")
    for k in (1, 2, 5):
        u = x[x <= k] / k
        axes.semilogx(k * u, ((1 - (1 - u) ** k) * (1 + k * u) / (k * u)) ** 2, label=f"{k} steps of descent")
    axes.axhline(1.69, color="k", ls="--", label="1.69")
    axes.set(xlabel="s / lambda", ylabel="variance over that of ridge regression")


def noise(axes):
    rng = np.random.default_rng(0)
    sizes = np.linspace(0, 1.5, 25)
    u, v = np.array([1.0, 2.0]), np.array([1.0, -1.0, 0.5])
    means = [np.mean([np.sum((np.outer(u + r * rng.choice((-1, 1), 2), v + r * rng.choice((-1, 1), 3))
                              - np.outer(u, v)) ** 2) for _ in range(2000)]) for r in sizes]
    axes.plot(sizes, means, ".", label="mean of 2000 draws")
    axes.plot(sizes, sizes**2 * (3 * u @ u + 2 * v @ v) + 6 * sizes**4, "k", label="expectation")
    axes.set(xlabel="rho", ylabel="loss at an exact factorization")


def scale_invariance(axes):
    matrix = np.diag([2.0, 1.0, 0.5])
    for decay in (0, 0.02, 0.1):
        w, norms = np.array([0.5, 1.0, 1.0]), []
        for _ in range(200):
            f = w @ matrix @ w / (w @ w)
            w = (1 - 0.5 * decay) * w - 0.5 * 2 / (w @ w) * (matrix @ w - f * w)
            norms.append(w @ w)
        axes.plot(norms, label=f"decay {decay}")
    axes.set(xlabel="steps", ylabel="|w|^2")


def spectral(axes):
    eigenvalues = np.array([2.0, 1.0, 0.3])
    x, errors, bounds = np.ones(3) / 3**0.5, [], []
    for _ in range(15):
        r = eigenvalues @ x**2
        if r > 1:
            errors.append(2 - r)
            bounds.append((eigenvalues**2 @ x**2 - r**2) / (r - 1))
        x = eigenvalues * x / np.linalg.norm(eigenvalues * x)
    axes.semilogy(errors, "o-", label="error of the Rayleigh quotient")
    axes.semilogy(bounds, "k--", label="Kato and Temple")
    axes.set(xlabel="power iterations", ylabel="largest eigenvalue")


def riccati(axes):
    t = np.linspace(0, 4, 200)
    for a in (1, 2, 3):
        square = 0.01
        growth = np.exp(2 * a * t)
        axes.plot(t, a * growth * square / (a + (growth - 1) * square), label=f"a = {a}")
    axes.set(xlabel="t", ylabel="a mode of U U^T")


PICTURES = (quadratic_optimization, convex_optimization, edge_of_stability, stochastic_stability, diagonal_networks,
            least_squares, noise, scale_invariance, spectral, riccati)

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images/packs")
    folder.mkdir(parents=True, exist_ok=True)
    for draw in PICTURES:
        figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
        draw(axes)
        axes.legend(fontsize=8)
        figure.savefig(folder / f"{draw.__name__.replace('_', '-')}.png", dpi=100)
        plt.close(figure)
