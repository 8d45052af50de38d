"""A run as a page of HTML: one file that needs no other one and asks no server for anything."""

from .page import page

__all__ = ["page"]
