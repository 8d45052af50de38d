"""``python -m flatcert`` is the command ``flatcert``."""

from .checks.cli.main import main

if __name__ == "__main__":
    main()
