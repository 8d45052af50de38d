"""Tables, weights and setups of the user's."""
