"""The instances of the handful, with values for the variables of proofs, and the results computed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import rational_array
from ....numeric.linalg.scalars import Array
from ...arithmetic.eigenvectors import is_singular
from ...arithmetic.exact import Exact
from ...arithmetic.ring import AnyRing
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import Undefined
from ..deciding.along_flow import EnclosedScope, state
from ..deciding.hypotheses import predicate
from ..evaluation.optimum import aligned_ratio
from ..instances.families.handful import HANDFUL
from ..instances.families.residual import radii
from ..instances.instance import Instance
from ..instances.pool import instance
from .proof_words import ProofScope

Choice = fmpq | Exact | Array | list[Array]
"""A value of a variable of a proof."""
PLANTED = [("planted-exhibits", 0, index) for index in (1, 3, 4)]
PATHS = [("exhibited-paths", 0, 2), ("exhibited-paths", 0, 6), ("residual-path-exhibits", 0, 0),
         ("residual-path-exhibits", 0, 6)]
"""Starts of gradient flow that are enclosed at a time."""


@dataclass(frozen=True, eq=False)
class Case:
    """An exact instance, and for each variable of a proof the exact values that it takes there in turn."""

    instance: Instance
    time: fmpq | None = None
    """The time at which the weights on the gradient flow from the instance are enclosed, or None."""
    _settings: dict[tuple[object, ...], Setting] = field(default_factory=dict)

    @cached_property
    def choices(self) -> dict[str, Sequence[Choice]]:
        """Values of the variables, except the learning rate and the radius: thresholds determine these."""
        d = self.instance.dimension
        vectors: list[Choice] = [rational_array([[fmpq(x)] for x in entries[:d]])
                                 for entries in ((2, -1, 3), (1, 3, -2))]
        return {
            "u": vectors,
            "z": [self.instance.values["u"].reshape(-1, 1)] if self.planted else vectors,
            "Xi": [_directions(self.instance)],
            "r": self._ratios(),
            "gamma": [fmpq(2), fmpq(1, 3)],
            "t": [fmpq(1, 3)],
            "s": [fmpq(2, 3)],
            "time": [self.time or fmpq(0)],
        }

    @cached_property
    def traits(self) -> tuple[tuple[object, ...], ...]:
        """Properties in which cases can differ, so that unlike cases come first."""
        case = self.instance
        off = case.network.regressor() - case.regressor
        rows, columns = case.weights[-1].shape
        q = case.network.backward()[-2]
        return (
            ("depth", case.depth), ("dimension", case.dimension), ("flow", self.time is not None),
            ("covariance", is_singular(case.covariance)), ("readout", case.readout_norm_squared == 1),
            ("minimizer", case.is_minimizer, bool(off.any())), ("shape", len(set(case.widths)) == 1, max(case.widths)),
            ("start", case.start is not None), ("energy", case.energy > 0), ("balance", _balance(case)),
            ("last layer", rows > columns, 4 * (q @ q) < case.readout_norm_squared),
            ("one number", max(case.widths) == 1 and len({layer[0, 0] for layer in case.weights}) == 1),  # ties
            ("weights", any(layer.any() for layer in case.weights)),
            ("regressor", case.energy > 0 and predicate("w* eigenvector", case)),
        )

    @property
    def planted(self) -> bool:
        return "c" in self.instance.values

    def _ratios(self) -> list[Choice]:
        if self.planted:
            return [aligned_ratio(self.instance, self.instance.values["c"])]
        q = self.instance.network.backward()[1]
        return [q @ q] if is_aligned(self.instance) else [fmpq(3, 2), fmpq(1, 5)]

    @cached_property
    def radii(self) -> list[Values]:
        """Values of ``rho``: the radii that the theory promises, and two other lengths."""
        case = self.instance
        square = len(set(case.widths)) == 1 and case.start is None and case.energy > 0
        promised = radii(case) if square else []
        return [{"rho": rho} for rho in (*promised, fmpq(1, 20), fmpq(1, 2))]

    def setting(self, turn: int, extra: Values) -> Setting:
        """The case with the values of a turn, and further ones."""
        key = (turn, *extra.items())
        if key not in self._settings:
            values = {name: found[turn % len(found)] for name, found in self.choices.items()} | extra
            self._settings[key] = Setting(self, values)
        return self._settings[key]


@dataclass(frozen=True, eq=False)
class Setting:
    """A case with values of all variables, and a memory of the scopes and decisions there."""

    case: Case
    values: Values
    known: dict[tuple[object, ...], bool] = field(default_factory=dict)
    _scopes: dict[AnyRing, ProofScope] = field(default_factory=dict)

    def scope(self, ring: AnyRing) -> ProofScope:
        """The scope of the setting in a ring."""
        if ring not in self._scopes:
            self._scopes[ring] = ProofScope(self.case.instance, ring, self.values, self._further())
        return self._scopes[ring]

    def _further(self) -> EnclosedScope | None:
        """The weights further along their flow."""
        if self.case.time is None:
            return None
        ball = state(self.case.instance, self.case.time)
        if ball is None:
            raise Undefined("the flow could not be enclosed")
        return EnclosedScope(self.case.instance, ball, self.values)


def _balance(case: Instance) -> str:
    """Where ``theta`` lies among the bounds of the theory on how unbalanced layers may be."""
    w, imbalance = case.network.regressor().astype(float), case.network.imbalance()
    if not w.any():
        return "no regressor"
    total = sum(float(np.linalg.norm(layer.astype(float), 2)) for layer in imbalance)
    theta = (case.depth - 1) * total / float(np.linalg.norm(w)) ** (2 / case.depth)
    return "balanced" if theta == 0 else "below 3/4" if theta < 0.75 else "below 1" if theta < 1 else "far"


def _directions(case: Instance) -> list[Array]:
    """Small integers, none of them equal to their neighbours."""
    return [rational_array([[fmpq((3 * row + 5 * column + 2 * k) % 7 - 3) for column in range(layer.shape[1])]
                            for row in range(layer.shape[0])]) for k, layer in enumerate(case.weights, 1)]


def is_aligned(case: Instance) -> bool:
    """Whether the weights are ``W_1 = u_1 w*^T/|q_1|`` and ``W_k = (|q_{k-1}|/|q_k|) u_k u_{k-1}^T``, exactly.

    ``u_k`` is ``q_k`` normalized; the norms of the ``q_k`` must be geometric.
    """
    if case.depth < 2 or case.energy == 0:
        return False
    q = case.network.backward()
    squares = [vector @ vector for vector in q]
    if any(square == 0 for square in squares[1:]):
        return False
    wanted = [q[1][:, None] * case.regressor[None, :] / squares[1]]
    wanted += [q[k][:, None] * q[k - 1][None, :] / squares[k] for k in range(2, case.depth + 1)]
    same = all(bool((x == y).all()) for x, y in zip(case.weights, wanted, strict=True))
    return same and all(squares[k - 1] * squares[k + 1] == squares[k] ** 2 for k in range(2, case.depth))


@cache
def handful() -> list[Case]:
    """The cases; every process makes them once."""
    made = [Case(instance("handful", 0, index)) for index in range(len(HANDFUL))]
    made += [Case(instance(*key)) for key in PLANTED]
    return made + [Case(instance(*key), time=fmpq(1, 2)) for key in PATHS]
