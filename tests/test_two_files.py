"""A claim with a quantity, a hypothesis and a family of its own takes two files, and no change of any other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

ROOT = Path(__file__).resolve().parents[1]
CLAIM = '''
"""Weights that overshoot by a factor of two have the risk of zero weights."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.hypotheses import hypothesis
from ...language.nodes import Relation, dot
from ...language.quantities import E, Sigma, norm_w, quantity, risk_gap, w, w_star
from ...proof.builder import Proof
from ...proof.rules import logic

E_net = quantity("E_net", sp.Symbol("E_net", nonnegative=True), r"E_{\\mathrm{net}}",
                 "energy of the network w^T Sigma w", "weights", dot(w, Sigma * w))
TWICE = Relation(Sigma * w, "==", 2 * Sigma * w_star)
DOUBLED = hypothesis("doubled", TWICE, latex=r"\\Sigma w = 2\\,\\Sigma w^{*}")

CLAIM = Claim(
    id="overshoot",
    title="Weights that overshoot by a factor of two",
    kind="identity",
    origins=("ours",),
    obligations=(
        Obligation("energy", Relation(E_net, "==", 4 * E), space="doubled-regressors", given=("E > 0", DOUBLED),
                   mutants=(without(DOUBLED), scaled("4 -> 2", sp.Rational(1, 2)))),
        Obligation("risk", Relation(risk_gap, "==", E), space="doubled-regressors", given=("E > 0", DOUBLED),
                   mutants=(without(DOUBLED), swapped("E -> |w*|^2", {E: norm_w**2}))),
    ),
)


def proof(p: Proof) -> dict[str, int]:
    twice, signal = logic.hypothesis(p, DOUBLED), p.define("E")
    mixed = logic.identity(p, (dot(w_star, Sigma * w), "==", 2 * E), twice, signal)
    whole = logic.identity(p, (dot(w, Sigma * w), "==", 2 * dot(w_star, Sigma * w)), twice)
    energy = logic.rewrite(p, (E_net, "==", 4 * E), whole, mixed, p.define("E_net"))
    risk = logic.identity(p, (risk_gap, "==", E), twice, p.define("risk_gap"), signal)
    return {"energy": energy, "risk": risk}


THEOREMS = ((CLAIM, proof),)
'''
FAMILY = '''
"""Weights of which most overshoot by a factor of two."""

from __future__ import annotations

from dataclasses import replace

from .....numeric.linalg.rational import project_on_range, rational_array
from ....instances.building import Generator
from ..instance import Instance
from .family import family
from .network import gaussian, singular, small


@family("doubled-regressors")
def doubled(rng: Generator, index: int) -> Instance:
    """The regressor is half of that of the network, or a third of it (every fifth time)."""
    case = (small, gaussian, singular)[index % 3].draw(rng, index)
    reached = rational_array(project_on_range(case.covariance, case.network.regressor()))
    return replace(case, stated=reached / (2 if index % 5 else 3))
'''
COMMANDS = """
import json, sys
from typer.testing import CliRunner
from flatcert.checks.cli.main import app
found = {}
for command in json.loads(sys.argv[1]):
    result = CliRunner().invoke(app, command)
    found[command[0]] = [result.exit_code, result.output]
print(json.dumps(found))
"""


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def extend(folder: Path) -> None:
    """Copy the package into the folder, and add two files."""
    copytree(ROOT / "flatcert", folder / "flatcert", ignore=ignore_patterns("__pycache__", "*.vo*", "*.glob"))
    new = {"theory/deep_linear/network/overshoot.py": CLAIM, "checks/deep_linear/instances/families/doubled.py": FAMILY}
    for name, text in new.items():
        file = folder / "flatcert" / name
        assert not file.exists()
        file.write_text(text.lstrip(), encoding="utf-8")


def test_a_claim_with_words_and_a_family_of_its_own_takes_two_files(tmp_path: Path) -> None:
    """Spawned workers find both files, too. The checker runs alone, on the certificates that it is given."""
    extend(tmp_path)
    commands = [["verify", "overshoot", "--workers", "1", "--json", "run.json", "--certificates", "made"], ["claims"],
                ["latex", "overshoot", "--document"], ["explain", "overshoot"], ["check", "made"]]
    found = json.loads(run(tmp_path, "-c", COMMANDS, json.dumps(commands)))
    assert {name: code for name, (code, _) in found.items()} == dict.fromkeys(found, 0), found
    (claim,) = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["claims"]
    assert claim["verdict"] == "proved" and claim["failures"] == []
    assert claim["mutants"]["refuted"] == claim["mutants"]["total"] == 4
    assert claim["instances"]["decided"] >= 600
    assert claim["derivation"]["checked"] == claim["derivation"]["steps"] == 8
    assert "overshoot" in found["claims"][1]
    assert r"E_{\mathrm{net}} = 4 E" in found["latex"][1] and r"\Sigma w = 2\,\Sigma w^{*}" in found["latex"][1]
    assert "E_net == 4*E" in found["explain"][1] and "REFUSED" not in found["explain"][1]
    certificates = sorted((tmp_path / "made").glob("*.json"))
    assert len(certificates) >= 8
    checked = run(tmp_path, "flatcert/checks/checker.py", *map(str, certificates))
    assert f"{len(certificates)} certificates, {len(certificates)} accepted" in checked
