"""The spaces that obligations draw from: families of instances, by name."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules

from ...instances.family import Family
from . import families
from .families import flow, handful, network, optimal, paths, residual, singled_out
from .instance import Instance

_ANY = (network.classics, network.small, network.gaussian, network.singular, network.repeated, network.eigenvector,
        optimal.aligned, network.tiny, network.huge, network.wild, network.residual, network.deep)
SPACES: dict[str, tuple[Family[Instance], ...]] = {
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
"""The families of each space. The order decides in which order instances are drawn.

``weights`` are weights with a problem, ``dense`` ones few enough for an exact dense Hessian; ``problem`` is for
statements about a problem and a depth, ``eigenvector`` mostly has a regressor that is an eigenvector. ``aligned`` are
aligned minimizers with their ``r``; ``planted`` problems are built from their optimal ``(r, z)``. ``layers`` have
nearly balanced ones among them, ``starts`` are mostly no minimizers, ``balanced`` are (nearly) balanced.
``trajectory`` are moved by gradient flow for a time, ``limit`` to the limit, ``residual-paths`` with square layers.
``products`` are for products of layers, mostly square ones, ``product-starts`` the same away from the minimum;
``pairs`` are two weights of the same shapes, of which one is called the initialization. The others serve conjectures:
wide layers whose singular values are all equal, and special cases of problems, layers and read-outs combined."""



def _found() -> Iterator[Family[Instance]]:
    """Every family of every file in the folder ``families``."""
    for file in iter_modules(families.__path__):
        found = vars(import_module(f"{families.__name__}.{file.name}")).values()
        yield from (one for one in found if isinstance(one, Family))


def _by_name() -> dict[str, Family[Instance]]:
    """Families by name: first those of the spaces, in order. Raises ValueError when two have one name."""
    known: dict[str, Family[Instance]] = {}
    for one in (*chain.from_iterable(SPACES.values()), handful.handful, *_found()):
        if known.setdefault(one.name, one) is not one:
            raise ValueError(f"there are two families {one.name!r}")
    return known


FAMILIES: dict[str, Family[Instance]] = _by_name()
"""Every family by its name. The name decides the random numbers: renamed, a family has other instances."""

BUILT_IN_FAMILIES = tuple(FAMILIES)
"""The names of the families that come with the package; theories add others."""


def families_of(space: str) -> tuple[Family[Instance], ...]:
    """The families of a space, or the family of that name alone; of several, joined by ``+``.

    Raises ValueError for a name that is neither.

    >>> [one.name for one in families_of("singular")]
    ['singular']
    """
    if "+" in space:
        return tuple(dict.fromkeys(chain.from_iterable(map(families_of, space.split("+")))))
    if space in SPACES:
        return SPACES[space]
    if not is_family(space):
        raise ValueError(f"There is no space or family of instances {space!r}: use one of "
                         f"{', '.join(dict.fromkeys((*SPACES, *FAMILIES)))}.")
    return (FAMILIES[space],)


def add(one: Family[Instance]) -> None:
    """Add a family of a theory of one's own. One of the same name takes the place of the earlier one.

    Raises ValueError for a name that is built in.
    """
    if one.name in SPACES or one.name in BUILT_IN_FAMILIES:
        raise ValueError(f"there is a family {one.name!r} already: give yours another name")
    FAMILIES[one.name] = one


def is_family(space: str) -> bool:
    """Whether instances are drawn from a single family, by its name, and not from a space."""
    return space in FAMILIES and space not in SPACES


def is_listed(name: str) -> bool:
    """Whether ``family:seed:index`` names an instance of a finite family, written down by hand."""
    family = FAMILIES.get(name.partition(":")[0])
    return family is not None and family.finite
