"""Claims about residual networks."""
