"""The ways of deciding that networks have: on instances, identities, trajectories, initial values, draws."""
