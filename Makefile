# Everything works from a fresh clone with Python >= 3.11, pip and make: each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Of 20,000 modules most are never imported: Python compiles those that are, when they are, and keeps that. Where the environment forbids keeping it,
# each of the many processes of a run would compile them anew, for seconds.
export PYTHONDONTWRITEBYTECODE :=
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
# tiny tensors and pictures are several times slower when every library starts threads of its own
export OMP_NUM_THREADS := 1

.PHONY: help setup run ui test lint bench crash hostile test-backends browser lock clean

help:
	@echo "make run    the sample delivery from texts to gallery (sets up first, once)"
	@echo "make ui     the Dagster UI for data/home on http://127.0.0.1:3000"
	@echo "make test   all tests      make lint   ruff, layers, mypy      make bench   benchmarks"
	@echo "make crash  kills 200 runs and compares      make hostile  177 deliveries that mean harm"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make PYTHON=python3.12 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) -r requirements.lock
	$(INSTALL) --no-deps -e .
	$(BIN)/python -c 'import nkd_pipeline.definitions, nkd_pipeline.cli.app, dagster_webserver, torch, open_clip'
	@touch $(READY)

run: $(READY)
	$(BIN)/nkd run data/deliveries/sample_catalog.xlsx

ui: $(READY)
	$(BIN)/nkd ui

# The browser tests drive a real Chromium, one test reads pictures with exiftool, some run a real Postgres; all come from the system's packages.
SYSTEM := chromium chromium-driver libimage-exiftool-perl postgresql
browser:
	@{ command -v chromium && command -v chromedriver && command -v exiftool && { command -v postgres || ls /usr/lib/postgresql/*/bin/postgres; }; } >/dev/null 2>&1 \
	|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq $(SYSTEM) >/dev/null; } \
	|| { echo "The tests need chromium, chromedriver, exiftool and postgres. Debian/Ubuntu: sudo apt-get install $(SYSTEM)"; exit 1; }

# three at a time on two cores: browsers, daemons and clusters wait more than they compute
test: $(READY) browser
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

# the catalog's tests on each place where tables and records may lie, and on each engine
CATALOG_SUITE := $(addprefix nkd_pipeline_tests/,assets automation cli/test_commands.py cli/test_waiving.py execution/test_ingest.py execution/test_regeneration.py report/test_release.py)
test-backends: $(READY) browser
	for backend in local postgres-s3 ray; do $(BIN)/python -m pytest --backend $$backend $(CATALOG_SUITE) || exit 1; done
	$(BIN)/python -m pytest nkd_pipeline_tests/backends/two_machines.py

# the long forms of what `make test` does in short
crash: $(READY)
	$(BIN)/python -m nkd_pipeline_tests.crash --kills 200

hostile: $(READY)
	$(BIN)/python -m nkd_pipeline_tests.hostile

bench: $(READY)
	$(BIN)/python -m benchmarks

# Pins of everything that is installed, from the ranges in pyproject.toml
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check -e '.[dev]'
	{ echo "# Made by 'make lock'. What make installs, to the version."; build/lock/bin/pip freeze --exclude-editable | sed 's/+c[pu][u0-9]*$$//'; } > requirements.lock

clean:
	rm -rf $(VENV) build .pytest_cache .ruff_cache .mypy_cache
