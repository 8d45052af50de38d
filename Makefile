# Every target but proofs sets up .venv by itself; all it needs is Python 3.11 or newer. verify installs what it runs
# with, the others also the tools of development. proofs needs Coq, says where to get it, and installs nothing.
# Name another interpreter with `make PYTHON=python3.12 verify`.
PYTHON ?= python3
RUN := .venv/run
READY := .venv/ready
PIP := .venv/bin/python -m pip install -qq --disable-pip-version-check --editable

.PHONY: verify test lint docs proofs clean

verify: $(RUN)
	.venv/bin/flatcert verify

test: $(READY)
	.venv/bin/pytest -n auto -m 'not slow and not fuzz'

lint: $(READY)
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict --quiet
	@echo "The site is in build/site: open build/site/index.html"

proofs:
	sh proofs/check.sh

$(RUN): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON) here: install Python 3.11 or newer, or name one with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "flatcert needs Python 3.11 or newer, and $(PYTHON) is older: name another with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) .
	@touch $@

$(READY): $(RUN)
	$(PIP) '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
