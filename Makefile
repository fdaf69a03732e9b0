# make demo              builds the sample notes, or NOTES=folder, and serves them
# make test              everything that has to pass before a commit
# make quality           how well notes are read and questions answered, on labelled ones
# make screenshots       the pictures in docs/screenshots, taken anew
# make clean             forgets the environments and the databases

NOTES  ?= data/notes
PYTHON ?= python3
BIN    := .venv/bin
LINKS  := $(addprefix .venv/src/talkdex/,schema ingest datasette_plugins data)

.PHONY: demo test lint pytest pytest-alpha quality-gate quality screenshots clean

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

clean:
	rm -rf .venv .venv-alpha talkdex.db talkdex.egg-info

# An environment is made once, and installed into again when the dependencies change.

.venv/bin/python .venv-alpha/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Talkdex needs Python 3.11 or newer: $(PYTHON) is not (choose one with PYTHON=python3.x)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(@:/bin/python=)

.venv/.installed: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
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
