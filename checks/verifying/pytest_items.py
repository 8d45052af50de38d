"""The checks of theories as tests of pytest: as one parametrized test, and as items that ``--flatcert`` collects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ...theory.library import Library
from ..authoring.project import project_theories
from ..authoring.references import installed, load, reference_of_text
from ..authoring.theory import Theory, library_of
from ..output import DataError
from .property_checks import Check, Fails, checks_of

Record = Callable[[str, object], None]


def property_tests(theory: Theory | Library, *, derivations: bool = True) -> Callable[..., None]:
    """A test of pytest with a case for each obligation, each mutant and each derivation of a theory.

    Assign it to a name that begins with ``test``: ``test_theory = property_tests(theory)``.
    """
    listed = list(checks_of(library_of(theory), derivations=derivations))

    @pytest.mark.parametrize("check", listed, ids=str)
    def test(check: Check, record_property: Record) -> None:
        _run(check, record_property)

    return test


def _run(check: Check, record: Record) -> None:
    """Run a check, and record claim, verdict and bits, which JUnit files show."""
    record("claim", check.claim)
    try:
        found = check.run()
    except Fails as error:
        record("verdict", error.verdict)
        raise
    record("verdict", str(found.verdict))
    record("bits", found.bits)


class TheoryItem(pytest.Item):
    """One check of a theory."""

    def __init__(self, *, check: Check, **rest: Any) -> None:
        super().__init__(**rest)
        self.check = check

    def runtest(self) -> None:
        _run(self.check, lambda name, value: self.user_properties.append((name, value)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Fails | DataError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


class TheoryFile(pytest.File):
    """A file that holds a theory. A file that cannot be loaded is an error of one sentence."""

    def collect(self) -> Iterator[TheoryItem]:
        try:
            library = load(reference_of_text(str(self.path)))
        except DataError as error:
            raise self.CollectError(str(error)) from None
        for check in checks_of(library):
            yield TheoryItem.from_parent(self, name=str(check), check=check)


class Theories:
    """Collects the theories of pyproject.toml, or the files that are named and no tests by their names."""

    def __init__(self, config: pytest.Config) -> None:
        self.files = set[Path]()
        if config.args_source is pytest.Config.ArgsSource.ARGS:
            self.files = {Path(arg).resolve() for arg in config.args if Path(arg).is_file()}
            patterns = config.getini("python_files")
            self.files = {file for file in self.files if not any(file.match(pattern) for pattern in patterns)}
        else:
            self.files = {_file(text) for text in project_theories(config.rootpath)}
            config.args += sorted(map(str, self.files))

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> TheoryFile | None:
        """A file that is found in a folder. One that is named is a module to pytest first, see below."""
        if file_path.resolve() not in self.files or parent.session.isinitpath(file_path):
            return None
        return TheoryFile.from_parent(parent, path=file_path)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> TheoryFile | None:
        """In the place of a module that is named, so that the file is not collected twice."""
        if module_path.resolve() not in self.files:
            return None
        return TheoryFile.from_parent(parent, path=module_path)


def _file(text: str) -> Path:
    """The file of a theory that pyproject.toml names. Raises UsageError with a sentence where there is none."""
    spec = None if text.endswith(".py") else find_spec(installed().get(text, text))
    place = text if spec is None else spec.origin
    if place is None or not Path(place).is_file():
        raise pytest.UsageError(f"There is no theory {text}, which pyproject.toml names.")
    return Path(place).resolve()
