"""A checkout without symbolic links says what to do, no wheel lacks modules, and pytest names paths it can import."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("theory", "numeric", "checks", "packs")
SENTENCE = ("The symbolic links of flatcert/ are text files in this checkout: "
            "run `git config core.symlinks true && git checkout -- flatcert`.")
BUILD = ["-c", "from setuptools import build_meta; build_meta.build_wheel('dist')"]


def small_copy(folder, rooms):
    """The repository with one module a room, the rooms in the given folder."""
    for name in ("flatcert/__init__.py", "pyproject.toml", "setup.py", "conftest.py", "README.md", "LICENSE"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for room in ROOMS:
        (rooms / room / "inner").mkdir(parents=True)
        for name in ("__init__.py", "inner/__init__.py", "inner/module.py"):
            (rooms / room / name).touch()
    return folder


@pytest.fixture
def checkout(tmp_path):
    small_copy(tmp_path, tmp_path)
    for room in ROOMS:
        (tmp_path / "flatcert" / room).symlink_to(f"../{room}")
    return tmp_path


@pytest.fixture
def source_distribution(tmp_path):
    return small_copy(tmp_path, tmp_path / "flatcert")


def python(folder, *arguments):
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})


@pytest.mark.parametrize("arguments", [["-c", "import flatcert"], BUILD, ["-m", "pytest"]],
                         ids=["import", "build", "pytest"])
def test_text_files_in_place_of_links_are_refused_in_one_sentence(checkout, arguments):
    for room in ROOMS:  # as Git writes them where core.symlinks is false
        (checkout / "flatcert" / room).unlink()
        (checkout / "flatcert" / room).write_text(f"../{room}")
    found = python(checkout, *arguments)
    assert found.returncode != 0
    assert found.stderr.strip().splitlines()[-1].removeprefix("ERROR: ").removeprefix("ImportError: ") == SENTENCE
    assert not list(checkout.rglob("*.whl"))


@pytest.mark.parametrize("tree", ["checkout", "source_distribution"])
def test_a_wheel_has_every_module(tree, request):
    folder = request.getfixturevalue(tree)
    assert python(folder, *BUILD).returncode == 0
    (wheel,) = folder.glob("dist/*.whl")
    assert {f"flatcert/{room}/inner/module.py" for room in ROOMS} < set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize(("tree", "lost"), [
    ("checkout", "flatcert/checks"),
    ("checkout", "numeric/inner/__init__.py"),
    ("source_distribution", "flatcert/theory/__init__.py"),
])
def test_a_wheel_that_would_lack_modules_is_not_built(tree, lost, request):
    folder = request.getfixturevalue(tree)
    (folder / lost).unlink()
    found = python(folder, *BUILD)
    assert found.returncode != 0
    package = ".".join(Path(lost).parts).removesuffix(".__init__.py").removeprefix("flatcert.")
    assert found.stderr.splitlines()[-1].startswith(f"The wheel would lack flatcert.{package}")
    assert not list(folder.rglob("*.whl"))


@pytest.mark.parametrize("argument", ["checks", "theory/inner/module.py::name", "numeric/inner"])
def test_pytest_names_the_path_that_it_can_import(checkout, argument):
    found = python(checkout, "-m", "pytest", argument)
    assert found.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"run `pytest flatcert/{argument.partition('::')[0]}` in {checkout}." in found.stderr


def test_pytest_collects_what_is_named_by_its_links(checkout):
    found = python(checkout, "-m", "pytest", "-k", "theory", "flatcert/checks")
    assert found.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
