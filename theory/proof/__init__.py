"""What makes a step valid: its rule, its form, its definedness; and derivations."""
