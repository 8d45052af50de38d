"""Many random networks with integer weights, and statements on all of them in float64 with proved error bounds.

Covariances are ``A A^T`` for a lower triangular integer ``A`` without a zero on its diagonal, so that they are
invertible, and the weights are a minimizer: ``w* = w``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from operator import add

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import rational_array
from ....theory.language.quantities import VOCABULARY
from ...arithmetic.bounded import Bounded, BoundedRing
from ...arithmetic.stacks import Rows
from ...evaluation.abstract_scope import Scope, UnknownNode, Value
from ...evaluation.evaluate import evaluate
from ...instances.building import Generator, Widths, pick, whole
from ...instances.spelling import GIVEN
from ..instances.instance import Instance, make

DIMENSIONS, DEPTHS, HIDDEN = (2, 5), (1, 6), (1, 5)
"""The least and the largest dimension, depth and width of a hidden layer."""
_SIZES = (1, 2, 3, 9)
"""The largest size of a weight: small ones make ties and layers of low rank. A single layer has the last one, because
its ties are too many otherwise."""


@dataclass(frozen=True, eq=False)
class IntegerNetworks:
    """``n`` networks of one shape: ``factor`` ``(n, d, d)``, ``weights[k-1]`` ``(n, d_k, d_{k-1})``, ``readout``
    ``(n, d_L, 1)``, all integers. Without a read-out ``p = 1``."""

    factor: Rows
    weights: tuple[Rows, ...]
    readout: Rows
    plain: bool

    @classmethod
    def drawn(cls, rng: Generator, count: int) -> IntegerNetworks:
        """Random networks; the shape is random, too.

        >>> IntegerNetworks.drawn(np.random.default_rng(1), 3).instance(0).is_minimizer
        True
        """
        d, depth, plain = whole(rng, DIMENSIONS[0], DIMENSIONS[1] + 1), whole(rng, *_up_to(DEPTHS)), rng.random() < 0.5
        widths: Widths = (d, *(whole(rng, *_up_to(HIDDEN)) for _ in range(depth)))
        widths = (*widths[:-1], 1) if plain else widths
        size = pick(rng, _SIZES) if depth > 1 else _SIZES[-1]
        factor = np.tril(_integers(rng, 4, (count, d, d)), -1)
        factor[:, range(d), range(d)] = rng.integers(1, 10, (count, d))
        weights = tuple(_integers(rng, size, (count, m, n)) for n, m in pairwise(widths))
        readout = np.ones((count, 1, 1)) if plain else _integers(rng, 3, (count, widths[-1], 1))
        readout[:, 0] += readout[:, 0] == 0
        return cls(factor, weights, readout, plain)

    @property
    def dimension(self) -> int:
        return int(self.factor.shape[-1])

    @property
    def depth(self) -> int:
        return len(self.weights)

    def instance(self, index: int) -> Instance:
        """One of the networks as an exact instance."""
        factor = rational_array(self.factor[index].astype(int))
        return make(GIVEN, factor @ factor.T, [layer[index].astype(int) for layer in self.weights],
                    readout=None if self.plain else self.readout[index, :, 0].astype(int))

    def top(self) -> tuple[Rows, Rows]:
        """The sharpness of each network by float64, and ``c`` of shape ``(n, d, 1)`` where it is attained.

        The largest eigenvalue is that of ``A^T M A``, the sum over layers of ``|q_k|^2 (P_{k-1} A)^T (P_{k-1} A)``.
        """
        forward, backward = [self.factor], [self.readout]
        for layer in self.weights[:-1]:
            forward.append(layer @ forward[-1])
        for layer in self.weights[:0:-1]:
            backward.insert(0, layer.mT @ backward[0])
        form = sum((q * q).sum(axis=1, keepdims=True) * (p.mT @ p) for q, p in zip(backward, forward, strict=True))
        values, vectors = np.linalg.eigh(form)
        return 2 * values[:, -1], vectors[:, :, -1:]


def _up_to(bounds: tuple[int, int]) -> tuple[int, int]:
    return bounds[0], bounds[1] + 1


def _integers(rng: Generator, size: int, shape: tuple[int, ...]) -> Rows:
    return rng.integers(-size, size + 1, shape).astype(float)


class IntegerScope(Scope):
    """The networks with the words that error bounds are proved for: those of the problem, and the weights' own.

    Raises UnknownNode for other words.
    """

    ring: BoundedRing

    def __init__(self, networks: IntegerNetworks) -> None:
        self.networks, self.ring = networks, BoundedRing()
        self.integers = {"L": networks.depth, "d": networks.dimension}
        self.memo: dict[str, Bounded] = {}

    def value(self, name: str) -> Value:
        if name not in self.memo:
            self.memo[name] = self._computed(name)
        return self.memo[name]

    def _computed(self, name: str) -> Bounded:
        if name in ("w", "w_star"):
            return self.backward[0]
        if name == "Sigma":
            return self.factor @ self.factor.T
        if name == "p":
            return self.backward[-1]
        if name in self.integers:
            return self.ring.number(fmpq(self.integers[name]))
        word = VOCABULARY.get(name)
        if word is None or word.definition is None or word.exists is not None:
            raise UnknownNode(f"no error bound is proved for {name}")
        found = evaluate(word.spelled, self)
        if not isinstance(found, Bounded):
            raise UnknownNode(f"no error bound is proved for {name}")
        return found

    def layer(self, family: str, index: int) -> Value:
        if family == "q" and 0 <= index <= self.networks.depth:
            return self.backward[index]
        if family == "W" and 1 <= index <= self.networks.depth:
            return Bounded(self.networks.weights[index - 1])
        raise UnknownNode(f"no error bound is proved for {family}")

    @cached_property
    def factor(self) -> Bounded:
        return Bounded(self.networks.factor)

    @cached_property
    def backward(self) -> list[Bounded]:
        """``q_0, ..., q_L`` as columns; ``q_0 = w``."""
        found = [Bounded(self.networks.readout)]
        for layer in reversed(self.networks.weights):
            found.insert(0, Bounded(layer).T @ found[0])
        return found

    def sharpness_at(self, direction: Bounded) -> Bounded:
        """``2 (A c)^T M (A c) / |c|^2 <= S`` for a column ``c``: the Rayleigh quotient of ``2 A^T M A`` at it.

        By claim ``sharpness``, ``S`` is the largest eigenvalue of that matrix at a minimizer.
        """
        forward, terms = self.factor @ direction, []
        for q, layer in zip(self.backward[1:], self.networks.weights, strict=True):
            terms.append((q * q).sum() * (forward * forward).sum())
            forward = Bounded(layer) @ forward
        return self.ring.number(fmpq(2)) * reduce(add, terms) / (direction * direction).sum()
