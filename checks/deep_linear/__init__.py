"""What is particular to the deep linear networks, the setting that flatcert comes with; it mirrors the engine's rooms.

It holds families of networks, primitives and shortcuts, and guides of the search. The engine imports nothing from here
(the contract ``engine`` of import-linter): modules register what the setting answers in its own way, see
:mod:`..authoring.rooms`, and the engine imports such a module when it first asks.
"""
