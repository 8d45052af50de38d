"""Scalars, rational matrices, balls and eigenvalues."""
