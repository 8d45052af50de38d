"""The plugin of pytest: ``pytest --flatcert`` checks theories. Without the option nothing else is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("flatcert").addoption(
        "--flatcert", action="store_true",
        help="check theories of flatcert: those of pyproject.toml, or the files that are named")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--flatcert"):
        from .checks.verifying.pytest_items import Theories

        config.pluginmanager.register(Theories(config), "flatcert-theories")
