"""Stops a build that would leave modules out; everything else about the build stands in pyproject.toml.

The rooms below flatcert/ are symbolic links in a checkout and folders in a source distribution. From a checkout without
symbolic links setuptools would make a wheel with one module, and it leaves out every folder without an ``__init__.py``.
"""

import sys
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))
try:
    import flatcert  # noqa: F401  it says what to do where links are text files
except ImportError as error:
    sys.exit(str(error))

rooms = [ROOT / "flatcert" / room for room in ("theory", "numeric", "checks", "packs")]
folders = {*rooms, *(file.parent for room in rooms for file in room.rglob("*.py"))}
missing = {".".join(folder.relative_to(ROOT).parts) for folder in folders} - set(find_packages(str(ROOT)))
if missing:
    sys.exit(f"The wheel would lack {', '.join(sorted(missing))}: each must be a folder with an __init__.py.")

setup()
