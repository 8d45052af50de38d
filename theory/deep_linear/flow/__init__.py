"""Claims about gradient flow: conservation, alignment, convergence, closed forms."""
