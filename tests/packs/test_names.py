"""Packs are theories that come with flatcert: found by name, listed, and written like a user's."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from flow_cli import run_flatcert

from flatcert.checks.authoring.references import load, packs, reference_of_text, shown_reference

ROOT = Path(__file__).parents[2]


@pytest.fixture
def flatcert(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """The command in this process, away from the repository."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_flatcert(capsys, monkeypatch, *arguments)


def test_every_pack_is_listed_with_its_claims(flatcert: Any) -> None:
    listed = json.loads(flatcert("claims", "--packs", "--json", "-").out)
    assert {claim["theory"] for claim in listed} == set(packs())
    assert set(packs()) == {path.stem.replace("_", "-") for path in (ROOT / "packs").glob("[a-z]*")}


@pytest.mark.parametrize("name", packs())
def test_a_pack_is_found_by_its_name(name: str, flatcert: Any) -> None:
    library = load(reference_of_text(name))
    assert library.about.name == name == shown_reference(library.reference)
    assert load(library.reference) is library
    assert all(claim.note for claim in library if claim.id != "assumptions"), "each claim says where it is from"
    first = next(iter(library))
    assert first.title in flatcert("explain", first.id, "--theory", name).out


def test_a_pack_that_does_not_exist_is_refused(flatcert: Any) -> None:
    assert flatcert("verify", "matrix-network").err == (
        "flatcert: There is no claim and no theory 'matrix-network': did you mean matrix-networks?\n")


@pytest.mark.parametrize("file", sorted((ROOT / "packs").rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_pack_imports_what_a_user_may_import(file: Path) -> None:
    """Import-linter sees modules; this sees names: only public ones, and a pack's own files."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flatcert"):
            assert node.module in {"flatcert", *(f"flatcert.{face.stem}" for face in (ROOT / "flatcert").glob("*.py"))}
            assert not [name.name for name in node.names if name.name.startswith("_")]
        if isinstance(node, ast.ImportFrom):
            assert node.level <= 1
