"""The theory of the paper: each file states a theorem and proves it."""
