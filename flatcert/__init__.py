"""flatcert: a verifier for the theory of flat minima in deep linear networks.

The public names are loaded when they are first used, so that importing is quick.
"""

from __future__ import annotations

from importlib import import_module
from os.path import isfile
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if any(isfile(f"{folder}/theory") for folder in __path__):  # noqa: PTH113  pathlib would make the import slower
    raise ImportError("The symbolic links of flatcert/ are text files in this checkout: "
                      "run `git config core.symlinks true && git checkout -- flatcert`.")

if TYPE_CHECKING:
    from .checks.analysis.bounds import bounds
    from .checks.authoring.proving.auto import auto
    from .checks.authoring.theory import Theory
    from .checks.conjecture.answer import conjecture
    from .checks.conjecture.discovery.search import discover
    from .checks.data.table import read_table
    from .checks.deep_linear.authoring.declaring import instance
    from .checks.verifying.campaign.campaign import campaign
    from .checks.verifying.explain import explain, latex
    from .checks.verifying.replay import replay
    from .checks.verifying.verify import verify
    from .numeric.flow.gradient_flow import gradient_flow
    from .numeric.network.matrix_problem import MatrixProblem
    from .numeric.network.min_sharpness import min_sharpness
    from .numeric.network.network import DeepLinearNetwork
    from .numeric.network.problem import RegressionProblem
    from .numeric.network.sharpness import sharpness
    from .theory.language.obligation import Obligation
    from .theory.language.setting import Setting
    from .theory.library import BUILT_IN

    CLAIMS, claim, derivation = BUILT_IN.claims, BUILT_IN.claim, BUILT_IN.derivation

_OF_LIBRARY = {"CLAIMS": "claims", "claim": "claim", "derivation": "derivation"}
"""Names of attributes of the library of the paper."""
_HOMES = {
    "DeepLinearNetwork": "numeric.network.network",
    "MatrixProblem": "numeric.network.matrix_problem",
    "Obligation": "theory.language.obligation",
    "RegressionProblem": "numeric.network.problem",
    "Setting": "theory.language.setting",
    "Theory": "checks.authoring.theory",
    "auto": "checks.authoring.proving.auto",
    "bounds": "checks.analysis.bounds",
    "campaign": "checks.verifying.campaign.campaign",
    "conjecture": "checks.conjecture.answer",
    "discover": "checks.conjecture.discovery.search",
    "explain": "checks.verifying.explain",
    "gradient_flow": "numeric.flow.gradient_flow",
    "instance": "checks.deep_linear.authoring.declaring",
    "latex": "checks.verifying.explain",
    "min_sharpness": "numeric.network.min_sharpness",
    "read_table": "checks.data.table",
    "replay": "checks.verifying.replay",
    "sharpness": "numeric.network.sharpness",
    "verify": "checks.verifying.verify",
}
__all__ = [
    "CLAIMS",
    "DeepLinearNetwork",
    "MatrixProblem",
    "Obligation",
    "RegressionProblem",
    "Setting",
    "Theory",
    "__version__",
    "auto",
    "bounds",
    "campaign",
    "claim",
    "conjecture",
    "derivation",
    "discover",
    "explain",
    "gradient_flow",
    "instance",
    "latex",
    "min_sharpness",
    "read_table",
    "replay",
    "sharpness",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _OF_LIBRARY:
        return getattr(import_module(".theory.library", __name__).BUILT_IN, _OF_LIBRARY[name])
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
