"""The rules of the house that import-linter does not see; its contracts, on the order of rooms, are in pyproject.toml.

Imports below ``if TYPE_CHECKING`` count like all others: a type that points up is an arrow up.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("theory", "numeric", "checks", "packs")
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
LONGEST = {"checks/checker.py": 1020}

# By design: the compiled kernels need numba, which is optional. They are imported when a descent asks for them.
OPTIONAL = {("flatcert.numeric.descent.descent", f"flatcert.numeric.descent.{file}")
            for file in ("lanes", "linear", "gelu_descent")}


class Import(NamedTuple):
    """One module imports another, inside a function or (``function`` is empty) at the top of the file."""

    source: str
    target: str
    function: str


def imports(root: Path, files: list[Path]) -> list[Import]:
    """All imports, relative or absolute, among these files of ``flatcert``; its folders are in ``root``."""
    names = {file: ("flatcert", *file.relative_to(root).with_suffix("").parts) for file in files}
    modules = {"flatcert", *(".".join(parts).removesuffix(".__init__") for parts in names.values())}

    def targets(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = ".".join([*package[:len(package) + 1 - node.level] * bool(node.level), *filter(None, [node.module])])
            inner = {f"{base}.{alias.name}" for alias in node.names}
            yield from inner & modules or {base}

    def found(node: ast.AST, parts: tuple[str, ...], function: str) -> Iterator[Import]:
        source = ".".join(parts).removesuffix(".__init__")
        yield from (Import(source, target, function) for target in targets(node, parts[:-1]) if target in modules)
        inside = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr):  # an expression contains no import
                yield from found(child, parts, inside)

    return [one for file, parts in names.items() for one in found(ast.parse(file.read_text("utf-8")), parts, "")]


def for_a_notebook(arrow: Import) -> bool:
    """Whether the import stands in a method like ``_repr_latex_``, by which a notebook asks an object for its formula.

    By design: formulas are made by ``typeset``, far above most objects that have one.
    """
    return bool(re.fullmatch("_repr_[a-z]+_", arrow.function))


def circle(arrows: list[Import]) -> list[str]:
    """One circle of files that import each other, empty if there is none."""
    graph: dict[str, set[str]] = {}
    for arrow in arrows:
        if not for_a_notebook(arrow):
            graph.setdefault(arrow.source, set()).add(arrow.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def inner(arrows: list[Import]) -> list[Import]:
    """The imports inside functions that are not allowed. Commands may have them, for a quick ``--help``."""
    return [arrow for arrow in arrows if arrow.function
            and not arrow.source.startswith("flatcert.checks.cli.")
            and not for_a_notebook(arrow)
            and (arrow.source, arrow.target) not in OPTIONAL]


@pytest.fixture(scope="module")
def house():
    return imports(ROOT, FILES)


def test_no_files_import_each_other_in_a_circle(house):
    assert circle(house) == []


def test_imports_stand_at_the_top_of_a_file(house):
    assert inner(house) == []


@pytest.mark.parametrize(("first", "second"), [
    ("from . import b", "from .a import x"),
    ("from .b import x", "import flatcert.theory.a"),
    ("from ..theory.b import x", "def f():\n    from flatcert.theory.a import x"),
    ("from .b import x", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import x"),
])
def test_a_planted_circle_is_found(tmp_path, first, second):
    folder = tmp_path / "theory"
    folder.mkdir()
    for name, text in {"__init__": "", "a": first, "b": second, "c": "from . import a"}.items():
        (folder / f"{name}.py").write_text(text)
    arrows = imports(tmp_path, sorted(folder.glob("*.py")))
    assert set(circle(arrows)) == {"flatcert.theory.a", "flatcert.theory.b"}
    assert circle([arrow for arrow in arrows if arrow.source.endswith((".a", ".c"))]) == []
    assert bool(inner(arrows)) == second.startswith("def")


@pytest.mark.parametrize(("method", "allowed"), [("_repr_latex_", True), ("latex", False)])
def test_only_what_a_notebook_asks_for_may_import_upwards(tmp_path, method, allowed):
    (tmp_path / "a.py").write_text("from .b import x")
    (tmp_path / "b.py").write_text(f"class C:\n    def {method}(self):\n        from . import a")
    arrows = imports(tmp_path, sorted(tmp_path.glob("*.py")))
    assert (circle(arrows) == [], inner(arrows) == []) == (allowed, allowed)


def test_every_folder_says_what_it_is_for():
    for folder in {file.parent for file in FILES}:
        docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
        assert docstring, f"{folder.relative_to(ROOT)}/__init__.py has no docstring"


def test_no_folder_shows_more_than_twenty_names():
    for folder in {file.parent for top in (*ROOMS, "tests") for file in (ROOT / top).rglob("*.py")}:
        shown = [entry.name for entry in folder.iterdir() if entry.name != "__pycache__"]
        assert len(shown) <= 20, f"{folder.relative_to(ROOT)} shows {len(shown)} names"


def test_files_are_short():
    lengths = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST.get(name, 400)} == {}
    assert statistics.median(lengths.values()) < 150


def test_the_checker_stands_alone():
    """It imports the standard library only, and nothing beside it is taken for a part of that library.

    ``python checks/checker.py`` puts its folder on the path, before the library's.
    """
    tree = ast.parse((ROOT / "checks" / "checker.py").read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {"." * node.level + (node.module or "") for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert not {entry.stem for entry in (ROOT / "checks").iterdir()} & sys.stdlib_module_names
