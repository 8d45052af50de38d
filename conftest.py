"""Says in one sentence what to run where pytest could not import what it is asked to collect."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
ROOMS = [ROOT / room for room in ("theory", "numeric", "checks", "packs")]


def pytest_plugin_registered(plugin, manager):
    """Look at the arguments as soon as this file is loaded: before pytest loads the next conftest.py, which imports."""
    if getattr(plugin, "__file__", None) != __file__:
        return
    try:
        import flatcert  # noqa: F401
    except ImportError as error:
        raise pytest.UsageError(str(error)) from None
    config = manager.get_plugin("pytestconfig")
    here = config.invocation_params.dir
    for name in ["", *config.known_args_namespace.file_or_dir]:
        path = Path(os.path.abspath(here / name.partition("::")[0]))  # noqa: PTH100  resolve() would follow the links
        if path.exists() and any(path.is_relative_to(room) for room in ROOMS):
            raise pytest.UsageError("These modules belong to the package flatcert: run "
                                    f"`pytest flatcert/{path.relative_to(ROOT)}` in {ROOT}.")
