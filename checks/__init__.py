"""Does it hold? Theory and numbers bound together; the command line."""
