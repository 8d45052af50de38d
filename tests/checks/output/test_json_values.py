"""Reports as JSON: what becomes of balls, of numbers beyond float64, and of parts with an object of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import pytest
from flint import arb

from flatcert.checks.output.json_values import JsonObject, json_object, json_text, json_value


class Pair(NamedTuple):
    first: float
    second: arb


@dataclass(frozen=True)
class Part:
    names: tuple[str, ...]
    pair: Pair
    missing: arb | None = None


@dataclass(frozen=True)
class Own:
    hidden: int

    def as_dict(self) -> JsonObject:
        return {"shown": True}


def test_a_ball_is_rounded_outward() -> None:
    found = json_object({"third": arb(1) / 3})["third"]
    assert isinstance(found, dict) and Fraction(found["lower"]) < Fraction(1, 3) < Fraction(found["upper"])


def test_parts_are_written_by_their_fields_or_as_they_say_themselves() -> None:
    assert json_object(Part(("a", "b"), Pair(1.5, arb(2)))) == {
        "names": ["a", "b"], "pair": {"first": 1.5, "second": {"lower": 2.0, "upper": 2.0}}, "missing": None}
    assert json_value([Own(1), {"own": Own(2)}]) == [{"shown": True}, {"own": {"shown": True}}]


@pytest.mark.parametrize("part", [float("inf"), float("nan"), arb("nan"), arb("inf"), arb((1, 2000))])
def test_what_leaves_float64_is_null(part: object) -> None:
    assert json.loads(json_text(json_object({"part": part}))) == {"part": None}


def test_what_has_no_names_is_refused() -> None:
    with pytest.raises(TypeError, match="made of names and parts, not of complex"):
        json_object({"part": 1j})
