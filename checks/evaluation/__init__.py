"""An expression, evaluated on one instance or on many. A word is evaluated by its definition."""
