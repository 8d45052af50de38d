"""Exact instances of any setting: random and written down, by name, and as text.

An instance has a family, a seed and an index. ``data_strategies`` and ``profiles`` serve property-based tests.
"""
