"""The rules of inference, a file a subject."""
