"""Formulas, theorems and documents in LaTeX."""
