"""The workflows are well formed and run what exists; nothing else here reads them."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_is_well_formed_and_runs_targets_that_exist(file):
    workflow = yaml.safe_load(file.read_text("utf-8"))
    assert {"name", True, "permissions", "jobs"} == set(workflow)  # YAML 1.1 reads the key "on" as true
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for job in workflow["jobs"].values():
        assert {"runs-on", "timeout-minutes", "steps"} <= set(job)
        assert all(len({"uses", "run"} & set(step)) == 1 for step in job["steps"])
        commands = "\n".join(step.get("run", "") for step in job["steps"])
        assert set(re.findall(r"^make ([a-z]+)$", commands, re.MULTILINE)) <= set(targets)
        assert all((ROOT / script).exists() for script in re.findall(r"python3 (\S+)", commands))
