# Every verb sets up what it needs. On Debian 12 as root (or with sudo) packages come by apt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
ARGS ?=
# Most tests wait more than they work; the ones marked "alone" have the machine to themselves.
TWO_AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: demo test test-fast bench mutants soak package lint types setup lock audit clean

demo: setup
	$(BIN)/nhipcau demo $(ARGS)

test: setup test-tools lint types
	node --test tests/dashboards/*.test.mjs
	$(BIN)/python -m pytest $(TWO_AT_ONCE) $(ARGS)

# The suite without browsers and whole-system runs: for the inner loop.
test-fast: setup
	$(BIN)/python -m pytest -m "not demo and not browser" $(ARGS)

# What this machine makes of it, beside aiortc and Debian's Janus; some minutes.
bench: setup
	sh .ci/need janus iproute2:ip
	$(BIN)/python -m tests.bench $(ARGS)

# Takes the safety lines away one at a time: a named test must notice. Five minutes; docs/mutants.md.
mutants: setup
	$(BIN)/python -m tests.mutants $(ARGS)

# The fault suite in its long version: hundreds of kills, thousands of power cuts.
soak: setup test-tools
	$(BIN)/python -m pytest --soak tests/faults $(ARGS)

# One archive in dist/ that installs without internet, tried at once.
package: setup
	$(BIN)/python config/deploy/package/build.py dist
	$(BIN)/python -m pytest tests/config/prove_package.py $(ARGS)

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	sh .ci/need python3-venv:venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $(STAMP)

.PHONY: test-tools
test-tools: node_modules/.stamp
	sh .ci/need chromium redis-server prometheus:promtool nodejs:node npm coturn:turnserver \
	  simple-whip-client:whip-client gcc:cc systemd:systemd-analyze nginx-light:nginx faketime

node_modules/.stamp: package.json package-lock.json
	sh .ci/need nodejs:node npm
	npm ci --silent --no-audit --no-fund --ignore-scripts
	touch node_modules/.stamp

# Pins every dependency with its hashes; no index address is written.
lock:
	uv pip compile --python-version 3.11 --universal --all-extras --group dev --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -o requirements.lock pyproject.toml

# Asks PyPI and npm for known weaknesses of what is pinned; needs the internet, and fails if a
# package could not be asked about.
audit: test-tools
	$(PYTHON) -m venv .audit
	.audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	.audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock
	npm audit

clean:
	rm -rf $(VENV) .audit node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
