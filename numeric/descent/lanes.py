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
from functools import wraps
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
    """The Numba type of eight float64, which lives inside compiled code only."""

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


def _emitted(signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that makes an intrinsic of a function which emits code with a builder for its arguments."""

    def made(emit: Callable[..., Any]) -> Any:
        @wraps(emit)  # Numba reads the names of the arguments off the signature
        def typed(typing: Any, *types: Any) -> Any:
            return signature, lambda context, builder, signature, args: emit(builder, *args)

        return intrinsic(typed)

    return made


@_emitted(LANES(types.float64))
def fill(builder: Any, number: Any) -> Any:
    """``fill(x)``: the number in every lane."""
    return _filled(builder, number)


@_emitted(LANES(LANES, LANES, LANES))
def multiply_add(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """``multiply_add(a, b, c)``: ``a b + c``."""
    return _call(builder, "fmuladd", [a, b, c])


@_emitted(LANES(LANES, LANES, LANES))
def multiply_subtract(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """``multiply_subtract(a, b, c)``: ``c - a b``."""
    return _call(builder, "fmuladd", [builder.fneg(a), b, c])


@_emitted(LANES(LANES))
def magnitude(builder: Any, a: Any) -> Any:
    """``magnitude(a)``: the absolute value in each lane."""
    return _call(builder, "fabs", [a])


@_emitted(LANES(LANES, LANES, LANES))
def where_negative(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """``where_negative(a, b, c)``: in each lane ``b`` where ``a < 0``, ``c`` elsewhere."""
    return builder.select(builder.fcmp_ordered("<", a, _constant(0.0)), b, c)


@_emitted(LANES(LANES, types.float64))
def at_least(builder: Any, a: Any, bound: Any) -> Any:
    """``at_least(a, x)``: in each lane the larger of ``a`` and the number ``x``, and ``x`` for nan."""
    bounds = _filled(builder, bound)
    return builder.select(builder.fcmp_ordered(">", a, bounds), a, bounds)


@_emitted(types.boolean(LANES, types.float64))
def any_beyond(builder: Any, a: Any, bound: Any) -> Any:
    """``any_beyond(a, x)``: whether some lane is beyond ``x``, or nan."""
    mask = builder.bitcast(builder.fcmp_unordered(">", a, _filled(builder, bound)), ir.IntType(WIDTH))
    return builder.icmp_unsigned("!=", mask, ir.Constant(ir.IntType(WIDTH), 0))


@_emitted(LANES(LANES))
def round_lanes(builder: Any, a: Any) -> Any:
    """``round_lanes(a)``: the nearest integer in each lane, for magnitudes below ``2^51``."""
    return builder.fsub(builder.fadd(a, _constant(_ROUNDING)), _constant(_ROUNDING))


@_emitted(LANES(LANES, LANES))
def times_power_of_two(builder: Any, a: Any, exponent: Any) -> Any:
    """``times_power_of_two(a, n)``: ``a 2^n`` by the bits, where both are normal numbers and ``n`` is integral."""
    integral = builder.bitcast(builder.fadd(exponent, _constant(_ROUNDING)), _WORDS)
    shifted = builder.shl(integral, ir.Constant(_WORDS, [52] * WIDTH))
    return builder.bitcast(builder.add(builder.bitcast(a, _WORDS), shifted), _DOUBLES)


def _overload(function: Callable[[Any, Any], Any], instruction: str) -> None:
    operation = _emitted(LANES(LANES, LANES))(lambda builder, a, b: getattr(builder, instruction)(a, b))

    @extending.overload(function)
    def on_lanes(a: Any, b: Any) -> Any:
        def implementation(a: Any, b: Any) -> Any:  # annotated as above, or Numba refuses it
            return operation(a, b)

        return implementation if isinstance(a, Lanes) and isinstance(b, Lanes) else None


for _function, _instruction in ((operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul"),
                                (operator.truediv, "fdiv")):
    _overload(_function, _instruction)
