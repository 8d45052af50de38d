"""The engine answers for every setting; what a setting has of its own, its room registers when it is asked."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from flatcert import Setting
from flatcert.checks.attack.grounds import GROUNDS
from flatcert.checks.authoring.declaring import TABLES
from flatcert.checks.authoring.rooms import Own
from flatcert.checks.certificates.format import FORMS
from flatcert.checks.conjecture.language import LANGUAGES
from flatcert.checks.deciding.ways import WAYS
from flatcert.checks.second_line.steps import JUDGES
from flatcert.checks.verifying.words import DICTIONARIES
from flatcert.kinds import real
from flatcert.theory.language.setting import DEEP_LINEAR

ASKED: list[Own[Any]] = [TABLES, WAYS, GROUNDS, JUDGES, FORMS, LANGUAGES, DICTIONARIES]
PREFIX = "flatcert.checks.deep_linear"


@pytest.mark.parametrize("own", ASKED, ids=lambda own: own.part)
def test_the_networks_answer_and_all_other_settings_share_one_answer(own: Own[Any]) -> None:
    numbers, pairs = Setting("numbers", x=real()), Setting("pairs", x=real(), y=real())
    assert own.of(numbers) is own.of(pairs) is own.general
    assert own.of(DEEP_LINEAR) is own.of(DEEP_LINEAR) is not own.general


def test_a_room_that_registers_nothing_is_no_general_answer() -> None:
    """A slip of the room must not let the networks be decided as data."""
    with pytest.raises(KeyError):
        Own("instances.instance", "general").of(DEEP_LINEAR)
    with pytest.raises(ModuleNotFoundError):
        Own("nowhere", "general").of(DEEP_LINEAR)


OWN_THEORY = """
from flatcert import Obligation, Setting, Theory, conjecture, replay, verify
from flatcert.kinds import real

numbers = Setting("numbers", x=real(), y=real())
x, y = numbers["x"], numbers["y"]
theory = Theory("means", numbers)
means = theory.claim("means", "Two squares", Obligation("any", (2 * x * y, "<=", x**2 + y**2)))
run = verify(theory, workers=0, certificates=True)
assert run.verdict == "certified" and run.reports["means"].certificates
assert conjecture("x <= y", theory=theory, effort="quick").answer == "refuted"
assert replay("means/any@" + run.reports["means"].tallies["any"].at, theory).verdict == "held"
"""
NETWORKS = """
from flatcert.checks.deciding.ways import decider
from flatcert.theory.library import BUILT_IN

decider(BUILT_IN.claim("gradient").obligation("layer"))
"""


@pytest.mark.parametrize("code, asked", [(OWN_THEORY, False), (NETWORKS, True)], ids=["own", "networks"])
def test_the_room_is_imported_when_its_setting_is_asked_for(code: str, asked: bool) -> None:
    """A theory over a setting of one's own is verified, attacked, certified and replayed without the networks."""
    code += f"import sys; print(any(name.startswith('{PREFIX}.') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{asked}\n"
