"""The spaces that obligations draw from: families of instances, by name."""

from __future__ import annotations

from .families import flow, handful, network, optimal, paths, residual, singled_out
from .families.family import Family

_ANY = (network.classics, network.small, network.gaussian, network.singular, network.repeated, network.eigenvector,
        optimal.aligned, network.tiny, network.huge, network.wild, network.residual, network.deep)
SPACES: dict[str, tuple[Family, ...]] = {
    "weights": (*_ANY, network.stray),
    "problem": _ANY,
    "dense": (network.classics, network.small, network.compact, network.stray),
    "eigenvector": (network.classics, network.eigenvector, network.repeated),
    "aligned": (optimal.aligned_exhibits, optimal.aligned),
    "planted": (optimal.planted_exhibits, optimal.planted),
    "layers": (flow.flow_exhibits, network.classics, network.small, network.gaussian, flow.near_balanced, flow.scalars,
               flow.starts, flow.balanced, network.wild, network.deep, network.tiny, network.huge),
    "starts": (flow.flow_exhibits, network.classics, network.stray, flow.starts, flow.scalars, flow.balanced),
    "balanced": (flow.flow_exhibits, network.classics, flow.balanced, flow.near_balanced),
    "isometries": (flow.isometries,),
    "trajectory": (paths.exhibited_paths, paths.paths),
    "limit": (paths.paths,),
    "products": (residual.product_exhibits, network.classics, network.small, residual.near_identity_minimizers,
                 network.residual),
    "product-starts": (residual.start_exhibits, network.classics, residual.near_identity, flow.starts),
    "pairs": (residual.pair_exhibits, residual.pairs),
    "residual-paths": (residual.path_exhibits, residual.paths),
    "singled-out": (singled_out.minimizers,),
    "singled-out-readouts": (singled_out.with_readouts,),
    "singled-out-starts": (singled_out.starts,),
}
"""The families of each space. The order decides in which order instances are drawn."""

FAMILIES: dict[str, Family] = {
    family.name: family for family in (*(family for space in SPACES.values() for family in space), handful.handful)}
"""Every family by its name. The name decides the random numbers: renamed, a family has other instances."""


def is_listed(name: str) -> bool:
    """Whether ``family:seed:index`` names an instance of a finite family, written down by hand."""
    family = FAMILIES.get(name.partition(":")[0])
    return family is not None and family.finite
