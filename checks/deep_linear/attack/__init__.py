"""What the adversary knows of deep linear networks."""
