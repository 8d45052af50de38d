"""These theorems are about residual networks."""
