"""Eight float64 lanes as one value inside Numba: the vector register that the descent kernels are written in.

A kernel treats eight networks at once. LLVM does not find that by itself in loops over arrays, because it cannot
exclude that the arrays overlap; with a vector as the number that the kernel computes with there is nothing to find
(ten times as fast, and compiled in half a second). LLVM maps eight lanes to what the processor has: two registers of
AVX2, one of AVX-512, four of NEON. Lanes never mix, so what happens to a network does not depend on its neighbours.

Numbers are IEEE but for one freedom: `multiply_add` rounds once where the processor can and twice where it cannot.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core.datamodel import models

WIDTH = 8
_DOUBLES = ir.VectorType(ir.DoubleType(), WIDTH)
_WORDS = ir.VectorType(ir.IntType(64), WIDTH)
# Adding it rounds to an integer, which is then in the low bits.
_ROUNDING = 1.5 * 2.0**52
# Numba's own annotations do not know that the first parameter of an intrinsic is not an argument of its calls.
intrinsic: Callable[[Callable[..., Any]], Any] = extending.intrinsic


class Lanes(types.Type):
    """The Numba type of eight float64; it lives inside compiled code only."""

    def __init__(self) -> None:
        super().__init__(f"Lanes({WIDTH})")


LANES = Lanes()


@extending.register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _DOUBLES)  # type: ignore[no-untyped-call]


def _place(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _DOUBLES.as_pointer())


@intrinsic
def load(typing: Any, array: Any, index: Any) -> Any:
    """``load(a, i)``: the lanes ``a[i : i + 8]`` of a flat contiguous float64 array. Bounds are not checked."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, signature.args[0], args[0], args[1]), align=8)

    return LANES(array, types.intp), emit


@intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """``store(a, i, v)``: write the lanes to ``a[i : i + 8]``. Bounds are not checked."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _place(context, builder, signature.args[0], args[0], args[1]), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, LANES), emit


def _filled(builder: Any, number: Any) -> Any:
    alone = builder.insert_element(ir.Constant(_DOUBLES, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(alone, ir.Constant(_DOUBLES, ir.Undefined), zeros)


def _constant(value: float) -> Any:
    return ir.Constant(_DOUBLES, [value] * WIDTH)


def _call(builder: Any, name: str, args: list[Any]) -> Any:
    full = f"llvm.{name}.v{WIDTH}f64"
    known = builder.module.globals
    function = known[full] if full in known else ir.Function(
        builder.module, ir.FunctionType(_DOUBLES, [_DOUBLES] * len(args)), full)
    return builder.call(function, args)


@intrinsic
def fill(typing: Any, number: Any) -> Any:
    """``fill(x)``: the number in every lane."""
    return LANES(types.float64), lambda context, builder, signature, args: _filled(builder, args[0])


@intrinsic
def multiply_add(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """``multiply_add(a, b, c)``: ``a b + c``."""
    return LANES(LANES, LANES, LANES), lambda context, builder, signature, args: _call(builder, "fmuladd", args)


@intrinsic
def multiply_subtract(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """``multiply_subtract(a, b, c)``: ``c - a b``."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _call(builder, "fmuladd", [builder.fneg(args[0]), args[1], args[2]])

    return LANES(LANES, LANES, LANES), emit


@intrinsic
def magnitude(typing: Any, a: Any) -> Any:
    """``magnitude(a)``: the absolute value in each lane."""
    return LANES(LANES), lambda context, builder, signature, args: _call(builder, "fabs", args)


@intrinsic
def where_negative(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """``where_negative(a, b, c)``: in each lane ``b`` where ``a < 0``, ``c`` elsewhere."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered("<", args[0], _constant(0.0)), args[1], args[2])

    return LANES(LANES, LANES, LANES), emit


@intrinsic
def at_least(typing: Any, a: Any, bound: Any) -> Any:
    """``at_least(a, x)``: in each lane the larger of ``a`` and the number ``x``; ``x`` for nan."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bounds = _filled(builder, args[1])
        return builder.select(builder.fcmp_ordered(">", args[0], bounds), args[0], bounds)

    return LANES(LANES, types.float64), emit


@intrinsic
def any_beyond(typing: Any, a: Any, bound: Any) -> Any:
    """``any_beyond(a, x)``: whether some lane is not at most ``x``; nan is not."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        beyond = builder.fcmp_unordered(">", args[0], _filled(builder, args[1]))
        mask = builder.bitcast(beyond, ir.IntType(WIDTH))
        return builder.icmp_unsigned("!=", mask, ir.Constant(ir.IntType(WIDTH), 0))

    return types.boolean(LANES, types.float64), emit


@intrinsic
def round_lanes(typing: Any, a: Any) -> Any:
    """``round_lanes(a)``: the nearest integer in each lane, for magnitudes below ``2^51``."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fsub(builder.fadd(args[0], _constant(_ROUNDING)), _constant(_ROUNDING))

    return LANES(LANES), emit


@intrinsic
def times_power_of_two(typing: Any, a: Any, exponent: Any) -> Any:
    """``times_power_of_two(a, n)``: ``a 2^n`` by the bits, where both are normal numbers and ``n`` is integral."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        integral = builder.bitcast(builder.fadd(args[1], _constant(_ROUNDING)), _WORDS)
        shifted = builder.shl(integral, ir.Constant(_WORDS, [52] * WIDTH))
        return builder.bitcast(builder.add(builder.bitcast(args[0], _WORDS), shifted), _DOUBLES)

    return LANES(LANES, LANES), emit


def _operation(instruction: str) -> Any:
    @intrinsic
    def operation(typing: Any, a: Any, b: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return getattr(builder, instruction)(args[0], args[1])

        return LANES(LANES, LANES), emit

    return operation


def _overload(function: Callable[[Any, Any], Any], instruction: str) -> None:
    operation = _operation(instruction)

    @extending.overload(function)
    def on_lanes(a: Any, b: Any) -> Any:
        def implementation(a: Any, b: Any) -> Any:  # annotated as above, or Numba refuses it
            return operation(a, b)

        return implementation if isinstance(a, Lanes) and isinstance(b, Lanes) else None


for _function, _instruction in ((operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul"),
                                (operator.truediv, "fdiv")):
    _overload(_function, _instruction)
