"""The command line: `main` is its entry point, `app` has what the commands share, and each other file has its commands.

Heavy imports stand inside of the commands, so that ``--help`` is quick.
"""
