"""Campaigns: millions of instances in chunks that are kept on disk, so that a killed campaign goes on."""
