"""Where gradient flow ends from aligned weights: at which minimizer or saddle, decided exactly, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from ..linalg.eigenvalues import ball_matrix
from ..linalg.norm_bounds import radius_above
from ..linalg.rational import rational, rational_matrix
from ..linalg.scalars import is_zero
from ..network.hessian import gradient
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from .series import network_of
from .weight_ball import Limit, WeightBall

_NEWTON_STEPS = 500


def exact_limit(problem: RegressionProblem, network: DeepLinearNetwork, bits: int = 128) -> WeightBall | None:
    """A ball around the limit of the flow, where exact arithmetic on its start decides which limit that is.

    A start is decided if its gradient vanishes, or if its weights are *aligned*: ``w*`` is an eigenvector of ``Σ``
    with eigenvalue ``c > 0``, and there are vectors ``u_0 = w*, u_1, …, u_L`` (here of norm 1), ``u_L`` along ``p``,
    with ``W_k u_{k−1} = x_k u_k`` and ``W_kᵀ u_k = x_k u_{k−1}``. All networks of width one are aligned.

    *Proof.* Let the layers be ``W_k + t_k u_k u_{k−1}ᵀ``. Then ``q_k`` is along ``u_k``, so ``w`` and ``g`` are along
    ``w*`` and ``h_{k−1}`` along ``u_{k−1}``: the gradient ``q_k h_{k−1}ᵀ`` is along ``u_k u_{k−1}ᵀ``, and the flow
    changes nothing but the ``x_k``. With ``y = wᵀu_0 = ±‖p‖ Π x_k`` they follow ``ẋ_k = −2c (y − ‖w*‖) y/x_k``, so all
    ``x_k²`` change at one rate ``−4c (y − ‖w*‖) y``: ``x_k² = x_k(0)² + τ``. If ``y > 0``, then ``y`` tends to
    ``‖w*‖`` monotonically: the limit is the minimizer with ``‖p‖² Π (x_k(0)² + τ) = ‖w*‖²``. If ``y < 0``, then ``τ``
    falls, until the least ``x_k²`` is used up. If one layer alone has it, ``|y|`` vanishes like the root of what is
    left: in finite time that layer passes through zero and changes its sign, and ``y > 0`` from there on. So it does
    from ``y = 0`` with one ``x_k = 0``, where ``ẏ > 0``. If two layers share the least ``x_k²``, ``|y|`` is at most a
    multiple of what is left: zero is approached and never reached, and the limit is the saddle with
    ``τ = −min x_k(0)²``.

    Args:
        problem: exact, with ``E > 0``.
        network: one network of exact entries, float64 among them.
        bits: precision of the ball.

    Returns:
        A `Limit` if the flow ends at a minimizer, a `WeightBall` if it ends at a saddle (radius 0 if the flow stays
        where it is), None if that is not decided here.

    >>> from ..linalg.rational import rational_array
    >>> problem = RegressionProblem.from_covariance(rational_array([[1]]), rational_array([2]))
    >>> exact_limit(problem, DeepLinearNetwork([[[1.0]], [[-1.0]]])).centre.weights  # the saddle at zero
    (array([[0]], dtype=object), array([[0]], dtype=object))
    >>> [type(exact_limit(problem, DeepLinearNetwork([[[1.0]], [[x]]]))).__name__ for x in (1.0, -1.5)]
    ['Limit', 'Limit']
    """
    problem, network = problem.astype(rational), network.astype(rational)
    if problem.risk_gap(network.regressor()) != 0 and all(is_zero(layer) for layer in gradient(problem, network)):
        return _around(network, [ball_matrix(layer) for layer in network.weights], bits, None)
    chain = _chain(problem, network)
    if chain is None:
        return None
    factors = _factors_of_limit(chain, bits)
    if factors is None:
        return None
    with ctx.workprec(bits):
        layers = []
        for k, (layer, factor) in enumerate(zip(network.weights, factors, strict=True)):
            lower, upper = chain.vectors[k], chain.vectors[k + 1]
            moved = rational_matrix(layer) - upper * lower.transpose() * (chain.factors[k] / _square(lower))
            layers.append(arb_mat(upper * lower.transpose()) * factor + arb_mat(moved))
    return _around(network, layers, bits, None if chain.ends_at_saddle else problem)


@dataclass(frozen=True)
class _Chain:
    """Vectors ``u_k`` of any length, ``L + 1`` of shape ``(d_k, 1)``, with ``W_k u_{k−1} = factors[k−1] u_k``.

    ``squares`` are the ``x_k²``, ``goal`` is ``‖w*‖²/‖p‖²`` and ``orientation`` the sign of ``u_Lᵀp``.
    """

    vectors: list[fmpq_mat]
    factors: list[fmpq]
    squares: list[fmpq]
    goal: fmpq
    orientation: int

    @property
    def sign(self) -> int:
        """The sign of ``wᵀw*``."""
        return self.orientation * prod(map(_sign, self.factors))

    @property
    def ends_at_saddle(self) -> bool:
        return self.sign < 0 and self.squares.count(min(self.squares)) > 1


def _chain(problem: RegressionProblem, network: DeepLinearNetwork) -> _Chain | None:
    """The chain of aligned weights, or None if there is none. At most one layer is zero on it."""
    target, readout = rational_matrix(problem.regressor[:, None]), rational_matrix(network.readout[:, None])
    image = rational_matrix(problem.covariance) * target
    if _ratio(image, target) is None or _is_zero(image):
        return None
    layers = [rational_matrix(layer) for layer in network.weights]
    backward = [readout]
    for layer in reversed(layers):
        backward.append(_shortened(layer.transpose() * backward[-1]))
    vectors, factors, squares = [target], [], []
    for layer, below in zip(layers, reversed(backward[:-1]), strict=True):
        forward = _shortened(layer * vectors[-1])
        upper = below if _is_zero(forward) else forward
        if _is_zero(upper):
            return None
        up, down = _ratio(layer * vectors[-1], upper), _ratio(layer.transpose() * upper, vectors[-1])
        if up is None or down is None:
            return None
        vectors.append(upper)
        factors.append(up)
        squares.append(up * down)
    along = _ratio(readout, vectors[-1])
    if along is None or squares.count(fmpq(0)) > 1:
        return None
    return _Chain(vectors, factors, squares, _square(target) / _square(readout), _sign(along))


def _factors_of_limit(chain: _Chain, bits: int) -> list[arb] | None:
    """The ``x_k(∞)/(‖u_k‖‖u_{k−1}‖)`` in front of ``u_k u_{k−1}ᵀ``."""
    least = min(chain.squares)
    left = [square - least for square in chain.squares]
    signs = [_sign(factor) for factor in chain.factors]
    if chain.ends_at_saddle:
        grown: arb | None = arb(0)
    else:
        grown = _root(left, chain.goal, bits)
        if chain.sign <= 0:
            turning = chain.squares.index(least)
            signs[turning] = chain.orientation * prod(sign for k, sign in enumerate(signs) if k != turning)
    if grown is None:
        return None
    lengths = [_square(vector) for vector in chain.vectors]
    with ctx.workprec(2 * bits):
        return [sign * ((arb(a) + grown) / arb(lengths[k] * lengths[k + 1])).sqrt()
                for k, (a, sign) in enumerate(zip(left, signs, strict=True))]


def _root(left: list[fmpq], goal: fmpq, bits: int) -> arb | None:
    """The ``y > 0`` with ``Π (a_k + y) = goal``, where the least ``a_k`` is zero.

    In ``s = log y`` the logarithm of the product is increasing and convex with slope at least 1, so Newton's method
    comes down from ``s = log(goal)/L``. Signs on both sides of where it ends prove the enclosure.
    """
    with ctx.workprec(2 * bits):
        terms, wanted = [arb(a) for a in left], arb(goal).log()

        def excess(s: arb) -> arb:
            return sum(((a + s.exp()).log() for a in terms), -wanted)

        s, width = (wanted / len(terms)).mid(), arb((1, -bits))
        for _ in range(_NEWTON_STEPS):
            step = (excess(s) / sum((s.exp() / (a + s.exp()) for a in terms), arb(0))).mid()
            s = (s - step).mid()
            if abs(step) < width / 4:
                break
        if excess(s - width) < 0 and excess(s + width) > 0:
            return (s + arb(0, width)).exp()
    return None


def _around(
    network: DeepLinearNetwork, layers: list[arb_mat], bits: int, minimizer_of: RegressionProblem | None
) -> WeightBall:
    """The ball around the midpoints of balls for the entries."""
    centre, radius = network_of([layer.mid() for layer in layers], network), radius_above(layers)
    if minimizer_of is None:
        return WeightBall(centre, radius, bits)
    return Limit(centre, radius, bits, problem=minimizer_of)


def _shortened(column: fmpq_mat) -> fmpq_mat:
    """The positive multiple whose first nonzero entry is 1 or −1, so that products do not grow with the depth."""
    first = next((x for x in column.entries() if x != 0), None)
    return column if first is None else column * (1 / abs(first))


def _ratio(column: fmpq_mat, other: fmpq_mat) -> fmpq | None:
    """The number ``r`` with ``column = r · other``, or None if there is none. ``other`` is not zero."""
    index = next(i for i, x in enumerate(other.entries()) if x != 0)
    ratio = column.entries()[index] / other.entries()[index]
    return ratio if column == other * ratio else None


def _square(column: fmpq_mat) -> fmpq:
    return sum((x * x for x in column.entries()), fmpq(0))


def _is_zero(column: fmpq_mat) -> bool:
    return all(x == 0 for x in column.entries())


def _sign(value: fmpq) -> int:
    return (value > 0) - (value < 0)
