"""Exact random numbers, vectors and matrices, for families of instances."""

from .checks.instances.building import (
    covariance,
    diagonal,
    fraction,
    identity,
    integers,
    nonzero,
    pick,
    rotation,
    whole,
)

__all__ = ["covariance", "diagonal", "fraction", "identity", "integers", "nonzero", "pick", "rotation", "whole"]
