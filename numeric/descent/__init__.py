"""Gradient descent, compiled."""
