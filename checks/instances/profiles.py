"""Hypothesis profiles: how many examples, and whether they are the same every time.

``FLATCERT_PROFILE`` chooses; without it, the profile is ``ci`` where the variable ``CI`` is set, and
``dev`` elsewhere. The time of an exact computation varies widely, so no profile limits the time of an example.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, settings

PROFILES: dict[str, dict[str, Any]] = {
    "dev": {"max_examples": 20},
    "ci": {"max_examples": 60, "derandomize": True, "database": None},
    "nightly": {"max_examples": 2000},
}
"""Only ``ci`` draws the same examples each time, so that a failure there can be repeated."""


def chosen(environment: Mapping[str, str]) -> str:
    """The name of the profile that the environment asks for. Raises KeyError for an unknown one.

    >>> chosen({}), chosen({"CI": "true"}), chosen({"CI": "true", "FLATCERT_PROFILE": "nightly"})
    ('dev', 'ci', 'nightly')
    """
    name = environment.get("FLATCERT_PROFILE") or ("ci" if environment.get("CI") else "dev")
    if name not in PROFILES:
        raise KeyError(f"FLATCERT_PROFILE is {name!r}; use one of {', '.join(PROFILES)}")
    return name


def load() -> str:
    """Register all profiles, load the chosen one and return its name.

    The parent is named because under ``CI`` the settings in force are derandomized, without a
    database: a profile that inherited from them would replay one fixed corpus for ever.
    """
    name = chosen(os.environ)
    parent = settings.get_profile("default")
    for profile, options in PROFILES.items():
        settings.register_profile(
            profile, parent=parent, deadline=None, print_blob=True,
            suppress_health_check=[HealthCheck.too_slow], **options)
    settings.load_profile(name)
    return name
