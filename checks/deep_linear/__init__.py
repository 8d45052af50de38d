"""What is particular to the deep linear networks, the setting that flatcert comes with; it mirrors the engine's rooms.

It holds families of networks, primitives and shortcuts, and guides of the search. The contract ``engine`` of
import-linter lists the files of the engine that still import from here.
"""
