"""The ways of deciding: on instances, by identity, along the flow, from an initial value, by draws."""
