"""The rules of section 3 refuse what they must: falsehoods that a careless rule would let through."""

from __future__ import annotations

from typing import Any

import sympy as sp
from accepting import accepts

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import Relation, dot, norm_squared
from flatcert.theory.language.norms import GramPower, second_singular, spectral
from flatcert.theory.proof.rules import gram_powers as powers
from flatcert.theory.proof.rules import singular_vectors as vectors
from flatcert.theory.proof.rules import spectral_norms as norms
from flatcert.theory.setting.flow import DEFINED, D, left
from flatcert.theory.setting.network import W, q

Delta, L, j, k, sigma_max, u = Q.Delta, Q.L, Q.j, Q.k, Q.sigma_max, Q.u
ADJACENT = ((k, 1, L - 1),)
POSITIVE = Judgment(Relation(sigma_max, ">", 0), frozenset({Relation(sigma_max, ">", 0)}))


def stipulated(name: str) -> Judgment:
    return Judgment(DEFINED[name].relation, frozenset(), DEFINED[name].ranges)


def judgment(statement: tuple[Any, str, Any], *facts: Given, **ranges: Any) -> Judgment:
    return Judgment(Relation(*statement), frozenset(facts), {getattr(Q, x): y for x, y in ranges.items()})


def test_weyl_is_about_squares() -> None:
    data = (spectral, W(k), W(k + 1))
    for power, accepted in ((2, True), (1, False)):
        statement = (spectral(W(k)) ** power, "<=", spectral(W(k + 1)) ** power + spectral(D(k)))
        assert accepts(norms.gram_difference, statement, stipulated("D"), data=data, scope=ADJACENT) == accepted
    wrong = (spectral, W(k + 1), W(k))
    statement = (spectral(W(k)) ** 2, "<=", spectral(W(k + 1)) ** 2 + spectral(D(k)))
    assert not accepts(norms.gram_difference, statement, stipulated("D"), data=wrong, scope=ADJACENT)


def test_only_the_last_layer_of_the_plain_model_is_a_single_row() -> None:
    last = (spectral(W(L)) ** 2, "==", norm_squared(W(L)))
    assert accepts(norms.single_row, last, data=W(L), given=("plain",))
    assert not accepts(norms.single_row, last, data=W(L))
    first = (spectral(W(1)) ** 2, "==", norm_squared(W(1)))
    assert not accepts(norms.single_row, first, data=W(1), given=("plain",))


def test_vectors_of_dimension_one_belong_to_the_last_layer() -> None:
    for index, accepted in ((L, True), (sp.S.One, False)):
        x = q(index)
        statement = (dot(x, left(index)) ** 2, "==", dot(x, x) * dot(left(index), left(index)))
        assert accepts(norms.dimension_one, statement, data=(x, left(index)), given=("plain",)) == accepted


def test_a_part_of_a_sum_is_a_part_and_its_terms_are_not_negative() -> None:
    def part(term: sp.Expr, low: Any, high: Any) -> bool:
        statement = (sp.Sum(term, (j, low, high)), "<=", sp.Sum(term, (j, 1, L - 1)))
        return accepts(powers.part_of_sum, statement, data=(term, (j, low, high), (1, L - 1)), scope=((k, 1, L),))

    assert part(spectral(D(j)), k, L - 1)
    assert not part(spectral(D(j)), k, L)
    assert not part(spectral(D(j)), k - 1, L - 1)
    assert not part(sp.Trace(D(j)), k, L - 1)


def test_growth_counts_its_steps() -> None:
    start = judgment((dot(q(L), q(L)), "==", 1))
    square, before = dot(q(k), q(k)), dot(q(k - 1), q(k - 1))
    recursion = judgment((before, "<=", sigma_max**2 * square), k=(sp.S.One, L))
    data = (square, sigma_max**2, k, 0, L, False)
    for exponent, accepted in ((2 * (L - k), True), (2 * (L - k + 1), False), (L - k, False)):
        statement = (square, "<=", sigma_max**exponent)
        assert accepts(powers.growth, statement, start, recursion, POSITIVE, data=data,
                       scope=((k, 0, L),)) == accepted
    short = judgment((before, "<=", sigma_max**2 * square), k=(sp.Integer(2), L))
    statement = (square, "<=", sigma_max ** (2 * (L - k)))
    assert not accepts(powers.growth, statement, start, short, POSITIVE, data=data, scope=((k, 0, L),))
    negative = (square, -sp.S.One, k, 0, L, False)
    falling = judgment((before, "<=", -square), k=(sp.S.One, L))
    assert not accepts(powers.growth, (square, "<=", (-1) ** (L - k)), start, falling, data=negative,
                       scope=((k, 0, L),))


def test_powers_of_gram_matrices_have_nonnegative_exponents() -> None:
    def power(exponent: Any) -> bool:
        wanted = W(k) * GramPower("G", k, exponent - 1) * W(k).T
        return accepts(powers.gram_power, (GramPower("H", k, exponent), "==", wanted), data=("H", k, exponent),
                       scope=((k, 1, L),))

    assert power(k) and power(L - k + 1)
    assert not power(k - 1) and not power(L - k)


def test_a_difference_of_powers_needs_all_its_terms() -> None:
    form = dot(q(k), GramPower("G", k + 1, k) * q(k)) - dot(q(k), GramPower("H", k, k) * q(k))
    for count, accepted in ((k, True), (L - 1, True), (k - 1, False), (sp.S.One, False)):
        size = count * sigma_max ** (2 * k - 2) * spectral(D(k)) * dot(q(k), q(k))
        assert accepts(powers.power_difference, (form, "<=", size), stipulated("D"), stipulated("largest norm"),
                       data=(k, count, q(k), "up"), scope=ADJACENT) == accepted


def test_the_largest_layer_needs_every_layer() -> None:
    statement = (sigma_max, "<=", Delta)
    assert accepts(powers.largest, statement, judgment((spectral(W(k)), "<=", Delta), k=(sp.S.One, L)), data=k)
    assert not accepts(powers.largest, statement, judgment((spectral(W(k)), "<=", Delta), k=(sp.Integer(2), L)),
                       data=k)
    mixed = judgment((spectral(W(k)), "<=", norm_squared(W(k))), k=(sp.S.One, L))
    assert not accepts(powers.largest, (sigma_max, "<=", norm_squared(W(k))), mixed, data=k, scope=((k, 1, L),))


def test_the_cases_of_vanishing_layers_are_both_needed() -> None:
    goal = (sigma_max, "<=", Delta)
    zero, other = judgment(goal, "W == 0"), judgment(goal, "W != 0")
    assert accepts(powers.zero_or_not, goal, zero, other)
    assert not accepts(powers.zero_or_not, goal, other, other)
    assert not accepts(powers.zero_or_not, goal, other)


def test_the_largest_root_of_the_trinomial() -> None:
    x, c, y = sigma_max**2, (L - 1) * Delta, Q.norm_w_net**2
    premise = judgment((x**L - c * x ** (L - 1), "<=", y))
    assert accepts(powers.largest_root, (x, "<=", y ** (1 / L) + c), premise, data=(x, c, y, L))
    assert not accepts(powers.largest_root, (x, "<=", y ** (1 / L) + c / 2), premise, data=(x, c, y, L))
    assert not accepts(powers.largest_root, (x, "<=", y ** (1 / L)), premise, data=(x, c, y, L))


def test_a_rank_one_identity_needs_rank_one() -> None:
    x, y = q(1), u
    image, back = W(1) * y, W(1).T * x
    statement = (dot(image, image) * dot(back, back), "==", spectral(W(1)) ** 2 * dot(x, image) ** 2)
    one = judgment((second_singular(W(1)), "==", 0))
    two = judgment((second_singular(W(1)), "<=", Delta))
    assert accepts(norms.rank_one_layer, statement, one, data=(W(1), x, y))
    assert not accepts(norms.rank_one_layer, statement, two, data=(W(1), x, y))


def test_the_split_along_the_top_vector_is_not_reversed() -> None:
    x = left(k)
    image = dot(W(k).T * x, W(k).T * x)
    part, rest = dot(x, x) ** 2, dot(x, x) - dot(x, x) ** 2
    top, second = spectral(W(k)) ** 2, second_singular(W(k)) ** 2
    premises = stipulated("left unit"), stipulated("left")
    for op, first, other, accepted in (("<=", top, second, True), (">=", top, second, False),
                                       ("<=", second, top, False)):
        assert accepts(vectors.spectral_split, (image, op, first * part + other * rest), *premises, data=(k, x),
                       scope=((k, 1, L),)) == accepted
