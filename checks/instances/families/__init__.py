"""The families that instances are drawn from."""
