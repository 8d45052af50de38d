"""All rules of inference, by name."""

from __future__ import annotations

from ..rule import Rule
from . import (
    calculus as rules_calculus,
)
from . import (
    differential_equations as rules_solutions,
)
from . import (
    eigenvalues as rules_spectral,
)
from . import (
    generic_entries as generic,
)
from . import (
    gradient_flow as rules_flow,
)
from . import (
    gram_powers as rules_powers,
)
from . import (
    inequalities as rules_order,
)
from . import (
    infima as rules_extremal,
)
from . import (
    logic as rules_logic,
)
from . import (
    power_series as rules_series,
)
from . import (
    rank as rules_rank,
)
from . import (
    singular_vectors as rules_vectors,
)
from . import (
    spectral_norms as rules_norms,
)
from . import (
    sub_products as rules_residual,
)
from . import (
    sums as rules_sums,
)

RULES: dict[str, Rule] = {
    rule.name: rule
    for module in (rules_logic, rules_order, rules_sums, rules_calculus, rules_spectral,
                   rules_extremal, rules_norms, rules_powers, rules_vectors, rules_flow,
                   rules_solutions, rules_series, rules_residual, rules_rank, generic)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
}
"""The rules that a derivation may use; each is valid for all shapes and depths unless it says not."""
