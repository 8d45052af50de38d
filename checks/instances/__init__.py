"""Exact instances: their spaces, text and Hypothesis strategies."""
