"""What authors write: shapes that do not fit are refused with one sentence, signs are known, LaTeX is the field's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp

from flatcert import language as fl
from flatcert.theory.algebra.normal_form import Normalizer
from flatcert.theory.language import quantities as words
from flatcert.theory.language.matrix_order import between_numbers
from flatcert.theory.language.relation import Relation
from flatcert.theory.typeset.formulas import formula, statement

m, n, r = sp.symbols("m n r", integer=True, positive=True)
U, V, Y = sp.MatrixSymbol("U", m, r), sp.MatrixSymbol("V", n, r), sp.MatrixSymbol("Y", m, n)
Q, x, s = sp.MatrixSymbol("Q", n, n), sp.MatrixSymbol("x", n, 1), sp.MatrixSymbol("s", n, 1)
K = sp.Symbol("k", integer=True)
LOSS = fl.norm_squared(U * V.T - Y) / 2

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "dot": (lambda: fl.dot(U, V), r"U has the shape \(m, r\), V the shape \(n, r\)"),
    "sum": (lambda: fl.norm_squared(U + V), r"U has the shape \(m, r\), V the shape \(n, r\)"),
    "product": (lambda: fl.norm_squared(U * V), r"U has the shape \(m, r\), V the shape \(n, r\)"),
    "determinant": (lambda: fl.determinant(U), r"square matrix, and U has the shape \(m, r\)"),
    "trace": (lambda: fl.trace(U), r"square matrix, and U has the shape \(m, r\)"),
    "Inverse": (lambda: fl.Inverse(U), r"square matrix, and U has the shape \(m, r\)"),
    "eigenvalue": (lambda: fl.largest_eigenvalue(U), r"square matrix, and U has the shape \(m, r\)"),
    "solve": (lambda: fl.solve(Q, U), r"Q has the shape \(n, n\), U the shape \(m, r\)"),
    "hadamard": (lambda: fl.hadamard(U, V), r"U has the shape \(m, r\), V the shape \(n, r\)"),
    "psd": (lambda: between_numbers(Relation(Q, "psd<=", U)), r"Q has the shape \(n, n\), U the shape \(m, r\)"),
    "number": (lambda: fl.norm_squared(2), "norm_squared is for matrices, and 2 is none"),
    "kronecker": (lambda: fl.kronecker(U, n), "for matrices, and n is none"),
    "Hessian of a matrix": (lambda: fl.Hessian(U, U), "U is a matrix"),
    "in a product": (lambda: fl.Gradient(LOSS, U * V.T), r"not in U\*V\.T"),
    "in nothing": (lambda: fl.Hessian(LOSS), "not in nothing"),
    "twice": (lambda: fl.Hessian(LOSS, U, U), "each matrix once"),
    "signs": (lambda: fl.Expectation(LOSS, U), r"column of signs, and U has the shape \(m, r\)"),
    "place": (lambda: fl.singular_value(U, 0), "number 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_in_one_sentence(case: str) -> None:
    make, sentence = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=sentence) as caught:
        make()
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_shapes() -> None:
    assert fl.Hessian(LOSS, U, V).shape == (m * r + n * r, m * r + n * r)
    assert fl.Gradient(LOSS, V).shape == (n, r)
    assert fl.solve(Q, V).shape == (n, r)
    assert fl.kronecker(U, V).shape == (m * n, r**2)


def test_signs() -> None:
    for norm in (fl.norm_squared(U), fl.spectral_norm(U), fl.nuclear_norm(U), fl.singular_value(U, 2)):
        assert norm.is_extended_nonnegative
    assert fl.determinant(Q).is_extended_real and fl.determinant(Q).is_extended_nonnegative is None
    assert fl.Expectation(fl.dot(s, s), s).is_extended_nonnegative
    assert fl.Expectation(fl.dot(s, x), s).is_extended_nonnegative is None


def test_sympy_may_look_for_signs_inside() -> None:
    """It writes ``-(A - B)`` as a product of numbers on the way."""
    for number in (fl.dot(x - s, s), fl.trace(Q - Q.T), fl.determinant(Q - Q.T), fl.dot(fl.Inverse(Q - Q.T) * x, s)):
        assert fl.Abs(number).args[0].free_symbols == number.free_symbols


def test_an_inverse_is_not_cancelled() -> None:
    assert (fl.Inverse(Q) * Q).doit() != sp.Identity(n)


def test_an_expectation_binds_its_signs() -> None:
    assert fl.Expectation(fl.dot(s, Q * s), s).free_symbols == {Q, n}


LATEX = {
    fl.spectral_norm(U) ** 2: r"\lVert U \rVert_2^{2}",
    fl.nuclear_norm(U): r"\lVert U \rVert_{*}",
    fl.smallest_eigenvalue(Q): r"\lambda_{\min}\!\left(Q\right)",
    fl.determinant(Q) ** 2: r"\left(\det\!\left(Q\right)\right)^{2}",
    fl.Inverse(Q) * x: r"Q^{-1} x",
    fl.solve(Q + sp.Identity(n), x): r"\left(I + Q\right)^{-1} x",
    fl.hadamard(U, U): r"U \circ U",
    fl.kronecker(U, V): r"U \otimes V",
    fl.matrix_sum(K * U + 2 * U.T.T, (K, 1, n)): r"\sum_{k=1}^{n} \left(\left(k + 2\right) U\right)",
    U.T * fl.matrix_sum(U, (K, 1, n)): r"U^{\top} \left(\sum_{k=1}^{n} U\right)",
    fl.matrix_product(K * Q, (K, 2, 4)): r"\left(4 Q\right) \cdots \left(2 Q\right)",
    Q * fl.matrix_product(Q, (K, 2, 4)).T: r"Q \left(Q \cdots Q\right)^{\top}",
    fl.hadamard(U, U).T * fl.hadamard(U, U + U): r"\left(U \circ U\right)^{\top} \left(U \circ \left(2 U\right)\right)",
    fl.Hessian(fl.norm_squared(U), U): r"\nabla^2_{U} \left(\lVert U \rVert_F^2\right)",
    fl.Gradient(fl.norm_squared(U), U): r"\nabla_{U} \left(\lVert U \rVert_F^2\right)",
    fl.Expectation(fl.dot(s, x), s): r"\mathbb{E}_{s}\left[\langle s,\, x \rangle\right]",
}


@pytest.mark.parametrize("node", LATEX, ids=str)
def test_latex(node: sp.Basic) -> None:
    assert formula(node) == LATEX[node]


def test_the_order_of_matrices() -> None:
    below = Relation(Q, "psd<=", 2 * Q)
    assert statement(below) == r"Q \preceq 2 Q"
    assert below.flipped().op == "psd>=" and between_numbers(below.flipped()) == between_numbers(below)
    assert between_numbers(below) == Relation(fl.smallest_eigenvalue(Q), ">=", 0)


def test_equal_matrices() -> None:
    """As a number that vanishes; the widths of a network may differ on an instance, which then decides."""
    assert between_numbers(Relation(U * V.T, "==", Y)) == Relation(fl.norm_squared(U * V.T - Y), "==", 0)
    layers = Relation(words.w, "==", words.w_star)
    assert between_numbers(layers) == layers
    with pytest.raises(ValueError, match="psd<= or by =="):
        between_numbers(Relation(U, "<=", U))


def test_the_algebra_takes_unknown_matrices_for_atoms() -> None:
    """``x^T Q^{-1} x`` twice is twice the same number; an inverse is no other matrix."""
    normal = Normalizer()
    form = fl.dot(x, fl.Inverse(Q) * x)
    assert normal.equal(form + fl.dot(fl.Inverse(Q).T * x, x), 2 * form)
    assert not normal.equal(form, fl.dot(x, Q * x))
    assert normal.equal(fl.norm_squared(fl.hadamard(U, U)), fl.trace(fl.hadamard(U, U).T * fl.hadamard(U, U)))
    assert normal.equal(2 * fl.nuclear_norm(U) - fl.nuclear_norm(U), fl.nuclear_norm(U))
