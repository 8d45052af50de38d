"""The search for the instance with the least slack."""
