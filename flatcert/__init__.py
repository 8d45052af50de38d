"""flatcert: a verifier for the theory of flat minima in deep linear networks.

The public names are loaded when they are first used, so that importing is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .checks.bounds import bounds
    from .checks.conjecture import conjecture
    from .checks.data import read_table
    from .checks.replay import replay
    from .checks.verify import verify
    from .numeric.flow import gradient_flow
    from .numeric.min_sharpness import min_sharpness
    from .numeric.network import DeepLinearNetwork
    from .numeric.problem import RegressionProblem
    from .numeric.sharpness import sharpness
    from .theory.registry import CLAIMS, claim, derivation

_HOMES = {
    "CLAIMS": "theory.registry",
    "DeepLinearNetwork": "numeric.network",
    "RegressionProblem": "numeric.problem",
    "bounds": "checks.bounds",
    "claim": "theory.registry",
    "conjecture": "checks.conjecture",
    "derivation": "theory.registry",
    "gradient_flow": "numeric.flow",
    "min_sharpness": "numeric.min_sharpness",
    "read_table": "checks.data",
    "replay": "checks.replay",
    "sharpness": "numeric.sharpness",
    "verify": "checks.verify",
}
__all__ = [
    "CLAIMS",
    "DeepLinearNetwork",
    "RegressionProblem",
    "__version__",
    "bounds",
    "claim",
    "conjecture",
    "derivation",
    "gradient_flow",
    "min_sharpness",
    "read_table",
    "replay",
    "sharpness",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
