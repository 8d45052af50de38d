"""A conjecture: parsed, read, answered, sharpened."""
