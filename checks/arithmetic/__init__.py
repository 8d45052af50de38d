"""The kinds of number that decide: floats, balls, exact numbers, prime fields, stacks."""
