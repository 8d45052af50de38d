"""These theorems are about minimizers: bounds on the sharpness, the least sharpness, stability."""
