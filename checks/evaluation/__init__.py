"""An expression, evaluated on one instance or on many."""
