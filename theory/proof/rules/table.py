"""All rules of inference, by name."""

from __future__ import annotations

from ..rule import Rule
from . import (
    calculus,
    differential_equations,
    eigenvalues,
    extremes,
    generic_entries,
    gradient_flow,
    gram_powers,
    inequalities,
    infima,
    logic,
    power_series,
    rank,
    singular_vectors,
    spectral_norms,
    sub_products,
    sums,
)

_SUBJECTS = (logic, inequalities, extremes, sums, calculus, eigenvalues, infima, spectral_norms,
             gram_powers, singular_vectors, gradient_flow, differential_equations, power_series, sub_products, rank,
             generic_entries)
RULES: dict[str, Rule[...]] = {
    x.name: x for subject in _SUBJECTS for x in vars(subject).values() if isinstance(x, Rule)}
"""The rules that a derivation may use; each is valid for all shapes and depths unless it says not."""
