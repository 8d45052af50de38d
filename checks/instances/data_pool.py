"""Instances of settings of one's own by family, seed and index, and as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, count
from weakref import WeakKeyDictionary

from ...theory.language.setting import Setting
from . import kinds
from .data import Data, NoInstance, make_data
from .family import Family
from .spelling import GIVEN, spelled
from .streams import generator, parse_name, stream

ANY = "any"
"""All families that the kinds of a setting bring."""
_OWN: WeakKeyDictionary[Setting, dict[str, Family[Data]]] = WeakKeyDictionary()
"""The families that theories add to a setting."""


def add(setting: Setting, one: Family[Data]) -> None:
    """Add a family of a theory. One of the same name takes the place of the earlier one."""
    _OWN.setdefault(setting, {})[one.name] = one
    instance.cache_clear()


def known(setting: Setting) -> dict[str, Family[Data]]:
    """All families of a setting by name: those that its kinds bring, then those of theories."""
    return {one.name: one for one in kinds.families(setting)} | _OWN.get(setting, {})


def families_of(setting: Setting, space: str) -> tuple[Family[Data], ...]:
    """The families of a space: names joined by ``+``, each of a family or ``any``. Raises ValueError with the names."""
    found = known(setting)

    def named(part: str) -> tuple[Family[Data], ...]:
        if part == ANY:
            return kinds.families(setting)
        if part not in found:
            raise ValueError(f"There is no family {part!r}: use one of {', '.join((ANY, *found))}.")
        return (found[part],)

    return tuple(dict.fromkeys(chain.from_iterable(map(named, space.split("+")))))


@lru_cache(maxsize=4096)
def instance(setting: Setting, family: str, seed: int, index: int) -> Data:
    """The instance of a family: a pure function, by a counter-based generator.

    Raises KeyError for an unknown family, IndexError past the end of a finite one.
    """
    found = known(setting)
    if family not in found:
        raise KeyError(f"no family {family!r}; there are {', '.join(found)}")
    one = found[family]
    if index < 0 or (one.count is not None and index >= one.count):
        raise IndexError(f"the family {family!r} has no instance {index}")
    return one.draw(generator(seed, stream(family), index), index).renamed(f"{family}:{seed}:{index}")


def pool(setting: Setting, space: str, seed: int) -> Iterator[Data]:
    """The instances of a space: all of its finite families, then its random families in turn, without end."""
    families = families_of(setting, space)
    for one in families:
        yield from (instance(setting, one.name, 0, index) for index in range(one.count or 0))
    random = [one.name for one in families if not one.finite]
    for index in count() if random else ():
        yield from (instance(setting, name, seed, index) for name in random)


@spelled.register
def _(case: Data, over: tuple[str, ...] = ()) -> str:
    """The JSON of an instance, from which :func:`named` makes it again."""
    return json.dumps({key: value for key, value in {**case.describe(), **case.sizes}.items() if key != "name"})


def named(setting: Setting, name: str) -> Data:
    """The instance of ``family:seed:index``, or the one that a JSON text spells out.

    Raises ValueError with a sentence, KeyError for an unknown family.
    """
    if not name.lstrip().startswith("{"):
        try:
            return instance(setting, *parse_name(name))
        except IndexError as error:
            raise ValueError(str(error)) from None
    return read(setting, name)


def read(setting: Setting, text: str) -> Data:
    """An instance from its JSON, or from the JSON of a counterexample that holds it. Decimals are read as written.

    Raises NoInstance with a sentence.
    """
    try:
        data = json.loads(text, parse_float=str, parse_constant=str)
        data = data.get("counterexample") or data
        data = dict(data.get("instance", data))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise NoInstance(f"an instance of {setting.name!r} is JSON with {', '.join(setting.data)}") from None
    return make_data(setting, {key: value for key, value in data.items() if key != "name"}, GIVEN)


def is_written_down(setting: Setting, name: str) -> bool:
    """Whether ``family:seed:index`` names an instance of a finite family."""
    found = known(setting).get(name.partition(":")[0])
    return found is not None and found.finite
