"""These theorems are about gradient flow: what it conserves, how layers align, how it converges, closed forms."""
