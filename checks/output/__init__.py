"""Balls as text, proportions, and files written whole."""
