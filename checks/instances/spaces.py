"""All families of instances by name, and the spaces that obligations draw from."""

from __future__ import annotations

from collections.abc import Callable

from .families import (
    flow as families_flow,
)
from .families import (
    handful as families_handful,
)
from .families import (
    network as families,
)
from .families import (
    optimal as families_optimal,
)
from .families import (
    paths as families_paths,
)
from .families import (
    residual as families_residual,
)
from .families import (
    singled_out as families_singled_out,
)
from .families.network import Generator
from .instance import Instance

FAMILIES: dict[str, Callable[[str, Generator, int], Instance]] = {
    "classics": families.classics,
    "small": families.small,
    "gaussian": families.gaussian,
    "compact": families.compact,
    "singular": families.singular,
    "repeated": families.repeated,
    "eigenvector": families.eigenvector,
    "tiny": families.extreme(-200),
    "huge": families.extreme(200),
    "wild": families.wild,
    "residual": families.residual,
    "deep": families.deep,
    "stray": families.stray,
    "aligned-exhibits": families_optimal.aligned_exhibit,
    "aligned": families_optimal.aligned,
    "planted-exhibits": families_optimal.planted_exhibit,
    "planted": families_optimal.planted,
    "exhibits": families_flow.exhibits,
    "balanced": families_flow.balanced,
    "near-balanced": families_flow.near_balanced,
    "starts": families_flow.start,
    "scalars": families_flow.scalars,
    "isometries": families_flow.isometries,
    "exhibited-paths": families_paths.exhibited_path,
    "paths": families_paths.path,
    "product-exhibits": families_residual.products,
    "near-identity-minimizers": families_residual.near_identity_minimizer,
    "product-start-exhibits": families_residual.starts,
    "near-identity": families_residual.near_identity,
    "pair-exhibits": families_residual.pairs_exhibited,
    "pairs": families_residual.pair,
    "residual-path-exhibits": families_residual.paths_exhibited,
    "residual-paths": families_residual.path,
    "handful": families_handful.handful,
    "singled-out": families_singled_out.minimizer,
    "singled-out-readouts": families_singled_out.with_readout,
    "singled-out-starts": families_singled_out.start,
}
CLASSICS: dict[str, int] = {"classics": len(families.EXAMPLES), "exhibits": len(families_flow.EXHIBITS),
                            "aligned-exhibits": len(families_optimal.ALIGNED),
                            "planted-exhibits": len(families_optimal.PLANTED),
                            "exhibited-paths": len(families_paths.PATHS),
                            "product-exhibits": len(families_residual.PRODUCTS),
                            "product-start-exhibits": len(families_residual.STARTS),
                            "pair-exhibits": len(families_residual.PAIRS),
                            "residual-path-exhibits": len(families_residual.PATHS),
                            "handful": len(families_handful.HANDFUL)}
"""Finite families and how many instances they have."""

_ANY = ("classics", "small", "gaussian", "singular", "repeated", "eigenvector", "aligned", "tiny", "huge",
        "wild", "residual", "deep", "stray")
SPACES: dict[str, tuple[str, ...]] = {
    "weights": _ANY,
    "problem": tuple(family for family in _ANY if family != "stray"),
    "dense": ("classics", "small", "compact", "stray"),
    "eigenvector": ("classics", "eigenvector", "repeated"),
    "aligned": ("aligned-exhibits", "aligned"),
    "planted": ("planted-exhibits", "planted"),
    "layers": ("exhibits", "classics", "small", "gaussian", "near-balanced", "scalars", "starts", "balanced", "wild",
               "deep", "tiny", "huge"),
    "starts": ("exhibits", "classics", "stray", "starts", "scalars", "balanced"),
    "balanced": ("exhibits", "classics", "balanced", "near-balanced"),
    "isometries": ("isometries",),
    "trajectory": ("exhibited-paths", "paths"),
    "limit": ("paths",),
    "products": ("product-exhibits", "classics", "small", "near-identity-minimizers", "residual"),
    "product-starts": ("product-start-exhibits", "classics", "near-identity", "starts"),
    "pairs": ("pair-exhibits", "pairs"),
    "residual-paths": ("residual-path-exhibits", "residual-paths"),
    "singled-out": ("singled-out",),
    "singled-out-readouts": ("singled-out-readouts",),
    "singled-out-starts": ("singled-out-starts",),
}
"""The families that an obligation's space draws from."""
