"""What a planted fault leaves in the memory of the second line, and that tests which plant one forget it."""

from __future__ import annotations

import pytest
import sympy as sp
from forgetting import forget_everything

from flatcert.checks.deep_linear.evaluation import scope
from flatcert.checks.deep_linear.second_line.judging import decided
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import LayerMatrix, Relation
from flatcert.theory.language.norms import spectral

IMBALANCE = sp.Sum(spectral(LayerMatrix("D", Q.k)), (Q.k, 1, Q.L - 1))


@pytest.mark.usefixtures("forgotten")
def test_a_planted_word_is_remembered_until_it_is_forgotten() -> None:
    """Its value stays with the handful of instances, so another judgment that is true seems false."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(scope.BINDINGS, "Delta", lambda at: at.value("lambda_max") + at.value("L"))
        assert decided(Judgment(Relation(Q.Delta, "==", IMBALANCE))).contradiction
    again = Judgment(Relation(2 * Q.Delta, "==", 2 * IMBALANCE))
    assert decided(again).contradiction
    forget_everything()
    assert decided(again).contradiction is None and decided(again).agreed
