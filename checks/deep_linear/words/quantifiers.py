"""Quantifiers: the values that are tried, compared with the range that a quantifier states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

import numpy as np
from flint import fmpq

from ....theory.language import quantities as Q
from ....theory.language.claim import Given, Obligation
from ....theory.language.nodes import LayerMatrix, Relation, norm_squared
from ...evaluation.abstract_scope import Values
from ...verifying.words import Comparison
from ..deciding.identities import holds_at
from ..deciding.quantifiers import MANY_LAYERS, expansions
from ..evaluation.dense import floats, root
from ..instances.instance import Instance, make
from .comparison import numbers, said
from .definitions import DEFINITIONS, is_defined, least_sharpness
from .definitions_exact import SCALARS
from .field import points
from .instances import compared, token

DEPTHS = (1, 2, 3, 5, MANY_LAYERS, MANY_LAYERS + 1, 20)
TRUE = Relation(Q.L, "==", Q.L)


def quantifier(name: str) -> Iterator[Comparison]:
    yield from _CHECKS[name](f"quantifier {name}")


def _expanded(case: Instance, *over: str, given: tuple[Given, ...] = (), space: str = "weights") -> list[Values]:
    return list(expansions(Obligation("any", TRUE, space=space, over=over, given=given), case))


def _chain(depth: int) -> Instance:
    """Scalar layers ``1, 2, 3, ...``: no two have the same norm."""
    return make("chain", [[1]], [[[k + 1]] for k in range(depth)])


def _stated_layers(last: int) -> set[int]:
    """All layers, or where there are many, both ends with their neighbours. The decider must try these."""
    return set(range(1, last + 1)) if last <= MANY_LAYERS else {1, 2, last - 1, last}


def _layers(over: str, short: int, word: str) -> Iterator[Comparison]:
    """The layers tried. An identity that fails at one layer only is false if the layer is in the range, or else true.

    ``short`` says how many layers short of ``L`` the range ends.
    """
    for depth in DEPTHS:
        case, last = _chain(depth), depth - short
        tried = {values["k"] for values in _expanded(case, over)}
        stated = _stated_layers(last) | (tried & set(range(1, last + 1)))
        yield said(word, token(case), sorted(tried), sorted(stated))
    vanishes = Relation(norm_squared(LayerMatrix("W", Q.k)), "==", 0)
    obligation = Obligation("probe", vanishes, over=(over,), decide="identity")
    for depth in range(1, 6):
        for layer in range(1, depth + 1):
            case = make("probe", [[1]], [[[int(k == layer)]] for k in range(1, depth + 1)])
            holds = None if depth == short else not 1 <= layer <= depth - short
            yield said(word, token(case), holds_at(obligation, points(case)[0]), holds)


def _pairs(word: str) -> Iterator[Comparison]:
    for depth in DEPTHS:
        for case in (_chain(depth), make("chain", [[1]], [[[depth - k]] for k in range(depth)]),
                     make("chain", [[1]], [[[1 + (k * k) % 7]] for k in range(depth)])):
            tried = {(values["j"], values["k"]) for values in _expanded(case, "j <= k")}
            norms = [abs(layer[0, 0]) for layer in case.weights]
            apart = max(abs(norms[k] - norms[j]) for k in range(depth) for j in range(k + 1))
            yield said(word, token(case), {(1, depth), (1, min(2, depth))} - tried, set())
            yield said(word, token(case), max(abs(norms[k - 1] - norms[j - 1]) for j, k in tried), apart)
            yield said(word, token(case), all(1 <= j <= k <= depth for j, k in tried), True)


def _top_vectors(word: str) -> Iterator[Comparison]:
    """Of each top eigenspace two independent vectors are tried, or as many as there are.

    The vectors themselves are compared as ``left`` and ``right``.
    """
    for case in compared():
        for k in range(1, len(case.weights)):
            chosen = [values for values in _expanded(case, "k < L", "top vectors") if values["k"] == k]
            for side, layer in (("left", floats(case.weights[k - 1]).T), ("right", floats(case.weights[k]))):
                values = np.linalg.eigvalsh(layer.T @ layer)
                space = int((values >= values[-1] - 1e-9).sum())
                spanned = np.linalg.matrix_rank(np.array([floats(x[side]) for x in chosen]))
                wanted = min(space, 2)
                yield said(word, token(case), *(f"{count} independent {side} vectors" for count in (
                    min(int(spanned), wanted), wanted)))


def _vectors(word: str) -> Iterator[Comparison]:
    """The vector of the instance, ``w*`` and ``Sigma w*`` are tried where they are not zero."""
    for case in compared():
        tried = [x["u"].ravel().tolist() for x in _expanded(case, "u")]
        target = case.regressor
        for vector in (case.values["u"], target, case.covariance @ target):
            if vector.any():
                yield said(word, token(case), *(f"{vector.tolist() if there else 'not'} among the vectors tried"
                                                for there in (vector.tolist() in tried, True)))


def _directions(word: str) -> Iterator[Comparison]:
    """The best of the directions tried attains ``S_min``, by the dual; none is in the null space of ``Sigma``."""
    for case in compared():
        half = root(case)
        tried = [half @ floats(x["direction"]).ravel() for x in _expanded(case, "z")]
        yield _sides(word, case, {"not zero": all(np.linalg.norm(z) > 1e-9 for z in tried)})
        if is_defined("S_min", case) and len(case.weights) > 1:  # at depth 1 no dual optimum is looked for
            v, depth = half @ DEFINITIONS["w_star"](case).ravel(), len(case.weights)
            sigma, size = floats(case.covariance), DEFINITIONS["norm_p"](case)
            units = [z / np.linalg.norm(z) for z in tried]
            best = max((z @ sigma @ z) ** (1 / depth) * ((z @ v) ** 2) ** (1 - 1 / depth) for z in units)
            yield numbers(word, token(case), 2 * depth * size ** (2 / depth) * best, least_sharpness(case), 1e-6)


def _factors(word: str) -> Iterator[Comparison]:
    for case in compared():
        tried = [Fraction(str(x["gamma"])) for x in _expanded(case.with_values(gamma=fmpq(7, 3)), "gamma")]
        yield _sides(word, case, {"positive": min(tried) > 0, "below 1": min(tried) < 1, "1": 1 in tried,
                                  "above 1": max(tried) > 1})


def _learning_rates(word: str) -> Iterator[Comparison]:
    """Rates just below and just above the threshold in a hypothesis are tried."""
    for case in compared():
        if not is_defined("a", case):
            continue
        threshold = 1 / DEFINITIONS["a"](case)
        tried = [float(Fraction(str(x["eta"]))) * threshold**-1 - 1 for x in _expanded(
            case, "eta", given=(Relation(Q.eta, ">", 1 / Q.a),))]
        free = _expanded(case, "eta")
        yield _sides(word, case, {"just below the threshold": any(-1e-9 < x < 0 for x in tried),
                                  "just above it": any(0 < x < 1e-9 for x in tried),
                                  "positive without one": bool(free) and all(x["eta"] > 0 for x in free)})


def _ratios(word: str) -> Iterator[Comparison]:
    """On an aligned minimizer, which comes with its ``r``, this ``r`` is tried, and it is ``|q_1|^2``."""
    for depth, scale in ((2, 1), (3, 2), (4, 3)):
        weights = [[[1, 0]], *[[[scale]]] * (depth - 1)]
        case = make("aligned", [[1, 0], [0, 4]], weights, r=fmpq(scale) ** (2 * depth - 2))
        stated = DEFINITIONS["norm_q1"](case) ** 2
        yield numbers(word, token(case), [float(Fraction(str(x["r"]))) for x in _expanded(case, "r")], [stated])


def _times(word: str) -> Iterator[Comparison]:
    """Early times are tried, at which the risk has hardly changed, and late ones, at which the flow is over."""
    for space in ("trajectory", "residual-paths"):
        case = make("time", [[2]], [[[1]], [[1]]], readout=[2] if space == "residual-paths" else None, regressor=[3])
        rate = float(abs(SCALARS["M"](case)[0, 0])) * 2
        tried = [float(Fraction(str(x["time"]))) * rate for x in _expanded(case, "t", space=space)]
        yield _sides(word, case, {"positive": min(tried) > 0, "early": min(tried) < 1, "late": max(tried) > 5})


def _radii(word: str) -> Iterator[Comparison]:
    case = make("radii", [[2]], [[[1]], [[1]]], readout=[1], regressor=[fmpq(101, 100)])
    tried = [x["rho"] for x in _expanded(case, "rho", space="residual-paths")]
    yield _sides(word, case, {"some": bool(tried), "positive": all(x > 0 for x in tried)})


def _sides(word: str, case: Instance, wanted: dict[str, bool]) -> Comparison:
    """The properties that the values tried have, compared with those that they must have."""
    return said(word, token(case), ", ".join(name for name, met in wanted.items() if met), ", ".join(wanted))


_CHECKS: dict[str, Callable[[str], Iterator[Comparison]]] = {
    "k": partial(_layers, "k", 0),
    "k < L": partial(_layers, "k < L", 1),
    "j <= k": _pairs,
    "top vectors": _top_vectors,
    "u": _vectors,
    "z": _directions,
    "r": _ratios,
    "gamma": _factors,
    "eta": _learning_rates,
    "t": _times,
    "rho": _radii,
}
QUANTIFIED = tuple(_CHECKS)
