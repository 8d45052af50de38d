"""Many instances seen in float64 at once: the names of the vocabulary, and layers, as stacks.

Named scalars are computed for all instances together, by the bindings that serve one instance, and are
then remembered with each: no other statement, and no mutant, computes or converts them again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

import numpy as np

from ....numeric.linalg.scalars import Array
from ....numeric.network.network import DeepLinearNetwork
from ...arithmetic import eigenvectors
from ...arithmetic.rings import FloatRing, singular_values
from ...arithmetic.stacks import Ragged, Rows, Stack, StackRing, floats_of, rows_of
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import Value
from ..instances.instance import Instance
from . import layers
from .scope import RealScope

T = TypeVar("T")

STACKED = frozenset({
    "trace_Sigma", "E", "a", "b", "e", "norm_w", "norm_p", "norm_q1", "lambda_max", "S", "trace", "norm_w_net",
    "sigma_max", "sigma_min", "frob", "Delta"})
"""Scalars that are computed of stacks, and which are then remembered with each instance."""
AFRESH = frozenset({"L", "Sigma", "p", "w_star", "w", "M", "alpha", "tau"})
"""Names that are computed of every stack anew: matrices, filled up with zeros, and words that read the quantifiers.

All other names, and top singular vectors, are computed one instance at a time: they rest on exact arithmetic
(gradients, determinants, enclosures, rescaled weights, products of layers) that no batch speeds up.
"""
FLOATS = FloatRing()
FAILURES = (ArithmeticError, ValueError, TypeError)
"""Errors where float64 has no answer: overflow, a quantity that an instance lacks, eigenvalues that do not converge."""


class Unanswered(Exception):
    """float64 has no answer on these instances. The other instances can be evaluated without them."""

    def __init__(self, instances: set[Instance]) -> None:
        self.instances = instances


class _Common:
    """What the instances of a stack have in common. A binding that asks for more fails loudly."""

    problem_depth = 0

    def __init__(self, instances: Sequence[Instance]) -> None:
        self.depth = instances[0].depth
        self.dimension = max(instance.dimension for instance in instances)
        self._minimizers = {instance.is_minimizer for instance in instances}

    @property
    def is_minimizer(self) -> bool:
        if len(self._minimizers) > 1:
            raise Ragged
        return next(iter(self._minimizers))


class _StackedNetwork:
    """Networks of one depth whose vectors and matrices are stacks."""

    def __init__(self, scope: StackScope) -> None:
        readouts = [np.ones(1) if one.instance.readout is None else one.readout for one in scope.scopes]
        self.readout = Stack.of(readouts)
        weights = [scope.layer("W", k).rows for k in range(1, scope.instance.depth + 1)]
        self._networks = DeepLinearNetwork(weights, self.readout.rows)
        self._inside = np.arange(weights[0].shape[-1]) < np.array(scope.ring.dimensions)[:, None]

    def regressor(self) -> Stack:
        return Stack(self._networks.regressor())

    def kernel(self) -> Stack:
        """Zero outside of ``(d, d)``, where the identity in it would be felt."""
        return Stack(self._networks.kernel() * self._inside[:, :, None] * self._inside[:, None, :])

    def backward(self) -> list[Stack]:
        return [Stack(rows) for rows in self._networks.backward()]


def grouped(items: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """The items by their keys, in order.

    >>> grouped([1, 2, 3, 4], lambda x: x % 2)
    [[1, 3], [2, 4]]
    """
    groups: dict[Hashable, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.values())


class StackScope(RealScope):
    """Instances of one depth, each with its values of the quantified names, in float64 at once.

    Raises:
        Ragged: zeros that fill up the matrices would change what is asked for.
        Unanswered: some of the instances lack what is asked for.
    """

    ring: StackRing

    def __init__(self, scopes: Sequence[RealScope]) -> None:
        self.scopes, self.direct = scopes, scopes[0].direct
        instances = [scope.instance for scope in scopes]
        dimensions = tuple(instance.dimension for instance in instances)
        self.ring = StackRing(dimensions, len({instance.widths for instance in instances}) == 1)
        self.integers = dict(scopes[0].integers)
        if len(set(dimensions)) > 1:
            del self.integers["d"]
        self.instance = cast(Instance, _Common(instances))
        self.memo = {}
        self._parts: dict[tuple[RealScope, ...], StackScope] = {}

    def value(self, name: str) -> Value:
        return self.remembered(name, lambda: self._value(name))

    def _value(self, name: str) -> Value:
        if name in self.scopes[0].values or name not in STACKED | AFRESH:
            return self._each(lambda scope: scope.value(name))
        if name in AFRESH:
            return self.computed(name)
        missing = {scope.instance: scope for scope in self.scopes if name not in scope.memo}
        if missing:
            self._compute(name, tuple(missing.values()))
        return self._each(lambda scope: scope.value(name))

    def _compute(self, name: str, scopes: tuple[RealScope, ...]) -> None:
        """Compute a scalar for some of the instances together, and remember it with each.

        Instances where the batch fails are skipped here. They are evaluated one at a time later, and then succeed or
        raise their own error.
        """
        if scopes not in self._parts:
            self._parts[scopes] = self if len(scopes) == len(self.scopes) else StackScope(scopes)
        try:
            rows = np.broadcast_to(rows_of(self._parts[scopes].computed(name)), len(scopes))
        except Ragged:
            groups = grouped(scopes, lambda scope: scope.instance.is_minimizer)
            for group in groups if len(groups) > 1 else []:
                self._compute(name, tuple(group))
        except Unanswered as without:
            if rest := tuple(scope for scope in scopes if scope.instance not in without.instances):
                self._compute(name, rest)
        except FAILURES:
            pass
        else:
            for scope, row in zip(scopes, rows, strict=True):
                scope.memo[name] = row

    def _each(self, read: Callable[[RealScope], Value]) -> Stack:
        """The stack of the values that are read of one instance after the other."""
        found, failed = [], set()
        for scope in self.scopes:
            try:
                found.append(read(scope))
            except FAILURES:
                failed.add(scope.instance)
        if failed:
            raise Unanswered(failed)
        return Stack.of(found) if isinstance(found[0], np.ndarray) else Stack(np.array(found, dtype=float))

    def layer(self, family: str, index: int) -> Value:
        if family in ("left", "right", "P"):
            return self._each(lambda scope: scope.layer(family, index))
        return super().layer(family, index)

    def function(self, name: str, indices: list[int]) -> Stack:
        return self._each(lambda scope: scope.function(name, indices))

    def exactly(self, array: Callable[[Instance], Array]) -> Stack:
        return self._each(lambda scope: scope.exactly(array))

    def converted(self, key: str, array: Callable[[Instance], Array]) -> Value:
        return self.remembered(key, lambda: self._converted(key, array))

    def _converted(self, key: str, array: Callable[[Instance], Array]) -> Stack:
        for memo, floats in self._floats(key, array):
            memo[key] = floats
        return self._each(lambda scope: scope.converted(key, array))

    def _floats(self, key: str, array: Callable[[Instance], Array]) -> list[tuple[Values, Rows]]:
        """The memo of each instance that lacks the key, with its rational array as floats, all converted together.

        Instances where the array cannot be computed are skipped. Evaluated one at a time, they raise their own error.
        """
        found = []
        for scope in {scope.instance: scope for scope in self.scopes if key not in scope.memo}.values():
            with suppress(*FAILURES):
                found.append((scope.memo, array(scope.instance)))
        with suppress(OverflowError):
            return list(zip((memo for memo, _ in found), floats_of([rational for _, rational in found]), strict=True))
        return []

    def spectral(self, family: str, index: int) -> Stack:
        self._decompose(family, index)
        return self._each(lambda scope: scope.spectral(family, index))

    def second_singular(self, family: str, index: int) -> Stack:
        self._decompose(family, index)
        return self._each(lambda scope: scope.second_singular(family, index))

    def _decompose(self, family: str, index: int) -> None:
        """The two largest singular values of a layer, for all layers of a size together."""
        grams = self._floats(f"norm {family}_{index}", lambda instance: layers.gram(instance, family, index))
        for group in grouped(grams, lambda pair: len(pair[1])):
            roots = singular_values(np.array([gram for _, gram in group]))
            for (memo, _), row in zip(group, roots, strict=True):
                memo[f"norm {family}_{index}"] = row[-1]
                memo[f"second {family}_{index}"] = row[-2] if len(row) > 1 else np.float64(0)

    def weighted_bottom(self, matrix: Value) -> Stack:
        singular = [eigenvectors.is_singular(scope.instance.covariance) for scope in self.scopes]
        return Stack(np.where(singular, 0.0, -self.weighted_top(-matrix).rows))

    @property
    def network(self) -> Any:
        return self.remembered("network", lambda: _StackedNetwork(self))

    @property
    def w_star(self) -> Value:
        return self.remembered("regressor", self._regressors)

    def _regressors(self) -> Stack:
        """From the networks in float64 where no projection is needed, as for one instance."""
        missing = [i for i, scope in enumerate(self.scopes)
                   if "regressor" not in scope.memo and scope.instance.regressor_is_end_to_end]
        if missing:
            rows = self.network.regressor().rows
            for i in missing:
                self.scopes[i].memo["regressor"] = rows[i, : self.ring.dimensions[i]]
        return self._each(lambda scope: scope.w_star)
