"""Certificates of decisions about networks: trees, spaces, witnesses."""
