"""The named arguments of a rule: how a call becomes the fields of a step, and a step a call again."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import get_args, get_type_hints

import sympy as sp

from ...language.claim import Given
from ...language.nodes import Relation
from ..refusal import require
from ..well_defined import Data, Part, every_part
from .common import Kind, stated

_REST = inspect.Parameter.VAR_POSITIONAL
_NAMED = inspect.Parameter.VAR_KEYWORD
_DATA = (Kind.PLAIN, Kind.TERM, Kind.LIMITS, Kind.IMPLIED)


@dataclass
class Fields:
    """The fields of a step that the arguments of a call fill."""

    using: list[int] = field(default_factory=list)
    data: Data = None
    given: list[Given] = field(default_factory=list)
    to: Relation | None = None


@dataclass(frozen=True, eq=False)
class Arguments:
    """The parameters of a rule. Each argument is kept in one field of a step, so no two fields can disagree.

    Premises are kept in ``using``, in the order of the parameters; the target is the statement; what is supposed is
    among the hypotheses; the rest is ``data``: nothing, the one argument, or a tuple. ``values`` are the symbols that
    a parameter ``**values`` takes, by name.
    """

    signature: inspect.Signature
    kinds: Mapping[str, Kind]
    texts: frozenset[str]
    values: Mapping[str, sp.Symbol]

    @classmethod
    def of(cls, conclude: Callable[..., Relation], values: Mapping[str, sp.Symbol]) -> Arguments:
        """The parameters of a function after the first one."""
        _at, *rest = inspect.signature(conclude).parameters.values()
        hints = get_type_hints(conclude, include_extras=True)
        texts = frozenset(x.name for x in rest if hints[x.name] is str)
        return cls(inspect.Signature(rest), {x.name: _kind(hints[x.name]) for x in rest}, texts, values)

    def fields(self, *args: object, **kwargs: object) -> Fields:
        """The fields of the step that a call adds."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        found, data = Fields(), []
        for name, value in bound.arguments.items():
            kind, parameter = self.kinds[name], self.signature.parameters[name]
            if kind is Kind.PREMISE:
                found.using += value if parameter.kind is _REST else [value]
            elif kind is Kind.TARGET:
                found.to = None if value is None else stated(value)
            elif kind is Kind.SUPPOSED:
                found.given.append(value)
            elif parameter.kind is _NAMED:
                unknown = sorted(set(value) - set(self.values))
                require(not unknown, "{} is not universally quantified", ", ".join(unknown))
                data.append(tuple((self.values[x], _exact(y)) for x, y in value.items()))
            else:
                data.append(_exact(value))
        found.data = None if not data else data[0] if len(data) == 1 else tuple(data)
        return found

    def call(self, fields: Fields) -> inspect.BoundArguments:
        """The call that the fields record. Raises Refused where they do not fit the parameters."""
        using, given, data = list(fields.using), list(fields.given), self._named(fields.data)
        found: OrderedDict[str, object] = OrderedDict()
        for name, parameter in self.signature.parameters.items():
            kind = self.kinds[name]
            if kind is Kind.PREMISE and parameter.kind is _REST:
                found[name], using = tuple(using), []
            elif kind is Kind.PREMISE:
                require(bool(using), "a premise is missing: {}", name)
                found[name] = using.pop(0)
            elif kind is Kind.TARGET:
                found[name] = fields.to
            elif kind is Kind.SUPPOSED:
                require(bool(given), "nothing is supposed")
                found[name] = given.pop(0)
            else:
                found[name] = data[name]
        require(not using, "the rule does not use step {}", *(n + 1 for n in using[:1]))
        return inspect.BoundArguments(self.signature, found)

    def parts(self, data: Data) -> tuple[Part, ...]:
        """The expressions among the arguments, each with the range of the index that the limits bind there."""
        named = self._named(data)
        inside = {x[0]: x[1:] for name, x in named.items() if self.kinds[name] is Kind.LIMITS}
        found: list[Part] = []
        for name, value in named.items():
            if self.kinds[name] is Kind.LIMITS:
                found += every_part(value[1:])
            elif self.kinds[name] is Kind.TERM:
                found += [(part, inside) for part, _nowhere in every_part(value)]
            else:
                found += every_part(tuple(value.values()) if type(value) is dict else value)
        return tuple(found)

    def implied(self, data: Data) -> frozenset[Given]:
        """The hypotheses that follow from the other ones, by the data. Raises Refused where the data do not fit."""
        names = [name for name, kind in self.kinds.items() if kind is Kind.IMPLIED]
        return frozenset(map(self._named(data).__getitem__, names)) if names else frozenset()

    def _named(self, data: Data) -> dict[str, Data]:
        """The arguments that ``data`` records, by name."""
        names = [x for x, kind in self.kinds.items() if kind in _DATA]
        if len(names) < 2:
            require(bool(names) or data is None, "the rule takes no data")
            each = (data,) * len(names)
        else:
            require(type(data) is tuple and len(data) == len(names), "the data are {}", ", ".join(names))
            each = data
        found = {name: _exact(value) for name, value in zip(names, each, strict=True)}
        for name, value in found.items():
            fits = (type(value) in (str, Relation) if self.kinds[name] is Kind.IMPLIED else
                    type(value) is str if name in self.texts else not _is_odd(value))
            require(fits, "{} is of another kind", name)
        for name, parameter in self.signature.parameters.items():
            if parameter.kind is _NAMED:
                found[name] = self._by_symbol(found[name])
            elif self.kinds[name] is Kind.LIMITS:
                require(type(found[name]) is tuple and len(found[name]) == 3, "limits are an index and two ends")
        return found

    def _by_symbol(self, pairs: Data) -> dict[str, Data]:
        """The values of ``**values``. The symbols must be the very ones: others may bear their names."""
        found = {}
        for symbol, value in pairs:
            require(self.values.get(str(symbol)) == symbol, "{} is not universally quantified", symbol)
            require(str(symbol) not in found, "{} has two values", symbol)
            found[str(symbol)] = _exact(value)
            require(isinstance(found[str(symbol)], sp.Basic), "{} is of another kind", value)
        return found


def _kind(hint: object) -> Kind:
    """The kind in an annotation, ``X`` or ``X | None``."""
    marks = (mark for x in (hint, *get_args(hint)) for mark in getattr(x, "__metadata__", ()))
    return next((mark for mark in marks if isinstance(mark, Kind)), Kind.PLAIN)


def _exact(value: Data) -> Data:
    """The value with whole numbers as SymPy's. Texts stay: SymPy would run them."""
    if type(value) is tuple:
        return tuple(_exact(x) for x in value)
    return sp.Integer(value) if type(value) is int else value


def _is_odd(value: Data) -> bool:
    """Whether a text is hidden in what should be no text, or SymPy's tuple stands for an expression."""
    return any(_is_odd(x) for x in value) if type(value) is tuple else isinstance(value, str | sp.Tuple)
