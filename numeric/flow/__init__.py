"""Gradient flow: in floats, by Taylor series, validated, and its limit."""
