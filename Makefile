# make demo              builds the sample notes, or NOTES=folder, and serves them
# make test              everything that has to pass before a commit
# make quality           how well notes are read and questions answered, on labelled ones
# make screenshots       the pictures in docs/screenshots, taken anew
# make lock              the versions that the demo and the image install (constraints.txt), taken anew
# make audit             whether faults are known of these versions; asks the advisory service of PyPI
# make clean             forgets the environments and the databases

NOTES  ?= data/notes
PYTHON ?= python3
# The versions that the demo and the image were tried with; CONSTRAINTS= takes the newest instead.
CONSTRAINTS ?= constraints.txt
BIN    := .venv/bin
LINKS  := $(addprefix .venv/src/talkdex/,schema ingest datasette_plugins data)

.PHONY: demo test lint pytest pytest-alpha quality-gate quality screenshots lock audit clean

demo: .venv/.installed
	$(BIN)/talkdex build $(NOTES) -o talkdex.db
	$(BIN)/talkdex serve talkdex.db

test: lint pytest pytest-alpha quality-gate

lint: .venv/.installed-dev $(LINKS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# loadfile: the tests of one file share a database and a server
pytest: .venv/.installed-dev
	$(BIN)/pytest -n auto --dist loadfile --ignore tests/test_quality.py

pytest-alpha: .venv-alpha/.installed-dev
	.venv-alpha/bin/pytest -n auto --dist loadfile tests/datasette_plugins

quality-gate: .venv/.installed-dev
	$(BIN)/pytest -s tests/test_quality.py

quality: .venv/.installed-train
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/quality.py
	$(BIN)/python benchmarks/search_quality.py

screenshots: .venv/.installed-dev
	$(BIN)/python tests/browser/screenshots.py

lock: .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --dry-run --ignore-installed --report .venv/lock.json '.[mcp]'
	$(BIN)/python -c 'import json; found = json.load(open(".venv/lock.json"))["install"]; \
		named = sorted((p["metadata"]["name"].lower(), p["metadata"]["version"]) for p in found); \
		print(*(f"{name}=={version}" for name, version in named if name not in {"talkdex", "pip", "setuptools"}), \
		sep="\n")' > constraints.txt

audit: .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip

clean:
	rm -rf .venv .venv-alpha talkdex.db talkdex.egg-info

# An environment is made once, and installed into again when the dependencies change.

.venv/bin/python .venv-alpha/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Talkdex needs Python 3.11 or newer: $(PYTHON) is not (choose one with PYTHON=python3.x)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(@:/bin/python=)

.venv/.installed: .venv/bin/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable . $(addprefix --constraint ,$(CONSTRAINTS)) || \
		{ echo "The newest versions may work here instead: make $(MAKECMDGOALS) CONSTRAINTS=" >&2; exit 1; }
	@touch $@

.venv/.installed-dev: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.installed

.venv/.installed-train: .venv/.installed-dev
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[train]'
	@touch $@

# The lower bound names an alpha, so pip takes the newest one: everything must work there as on the stable version.
.venv-alpha/.installed-dev: .venv-alpha/bin/python pyproject.toml
	.venv-alpha/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]' 'datasette>=1.0a41'
	@touch $@

# mypy does not follow an editable install that renames folders; it finds the package through these links.
$(LINKS):
	@mkdir -p $(@D)
	@ln -sfn ../../../$(@F) $@
