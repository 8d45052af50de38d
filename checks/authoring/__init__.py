"""Theories of one's own: what a user's file needs beyond the language, and how such a file is loaded."""
