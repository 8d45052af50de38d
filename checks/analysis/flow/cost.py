"""A rough estimate of how long a validated flow will take."""

from __future__ import annotations

import numpy as np

from ....numeric.flow.series import estimated_order
from ....numeric.linalg.scalars import convert_array
from ...data import Setup

# The measured seconds of a step at order 1 for every layer and for every weight, and the seconds that count as slow.
_LAYER, _WEIGHT, _SLOW = 1e-5, 3e-7, 20.0
# The steps of a flow that is not stiff. A stiff one follows the slow direction at the pace of the fast one.
_STEPS, _PER_CONDITION = 100, 0.2


def slow_flow(setup: Setup, radius: float, max_steps: int, minutes: float) -> str:
    """Return a sentence for the user if the flow may take minutes, else the empty string.

    >>> from ...data import set_up
    >>> slow_flow(set_up(2, 2, 0.35, 0, 50, None, None), 1e-20, 20_000, 20.0)
    ''
    >>> slow_flow(set_up(400, 2, 0.35, 0, 50, None, None), 1e-20, 20_000, 20.0)[:56]
    'This can take minutes: 100 steps of about 3 s or more ar'
    """
    values = np.linalg.eigvalsh(convert_array(setup.problem.covariance, float))
    positive = values[values > len(values) * np.finfo(np.float64).eps * values[-1]]
    condition = float(positive[-1] / positive[0]) if positive.size else 1.0
    steps = min(max_steps, _STEPS + round(_PER_CONDITION * condition))
    order = estimated_order(radius * 1e-8)
    step = order**2 * (_LAYER * setup.network.depth + _WEIGHT * setup.network.weight_count)
    if steps * step < _SLOW:
        return ""
    return (f"This can take minutes: {steps} steps of about {step:.1g} s or more are expected "
            f"(--max-steps, --minutes: it gives up after {minutes:g}).")
