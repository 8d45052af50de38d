"""All rules of inference, by name."""

from __future__ import annotations

from . import (
    generic,
    rules_calculus,
    rules_extremal,
    rules_flow,
    rules_logic,
    rules_norms,
    rules_order,
    rules_powers,
    rules_rank,
    rules_residual,
    rules_series,
    rules_solutions,
    rules_spectral,
    rules_sums,
    rules_vectors,
)
from .derivations import Rule

RULES: dict[str, Rule] = {
    rule.name: rule
    for module in (rules_logic, rules_order, rules_sums, rules_calculus, rules_spectral,
                   rules_extremal, rules_norms, rules_powers, rules_vectors, rules_flow,
                   rules_solutions, rules_series, rules_residual, rules_rank, generic)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
}
"""The rules that a derivation may use; each is valid for all shapes and depths unless it says not."""
