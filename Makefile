# `make run` and `make test` are all that a fresh machine needs; `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run demo test lint types layers unit bench bench-schedule clean lock schema screenshots

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 16

run: $(VENV)/.run        ## aggregate config/aggregator.yaml: page and feed on http://127.0.0.1:8080
	@exec $(BIN)/aggregator run

demo: $(VENV)/.run       ## the same on a simulated newsroom on loopback, for a machine without internet
	@exec $(BIN)/aggregator demo

test: lint types layers unit  ## every check and every test

lint: $(VENV)/.dev       ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev      ## types
	$(BIN)/mypy

layers: $(VENV)/.dev     ## imports run downwards only
	$(BIN)/lint-imports

unit: $(VENV)/.dev       ## the tests, with coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist worksteal
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

bench: $(VENV)/.bench    ## every measurement, into bench/results.json
	$(BIN)/python -m bench

bench-schedule: $(VENV)/.bench  ## delay against requests of rules of polling, and docs/schedule.svg
	$(BIN)/python -m bench.schedule

screenshots: $(VENV)/.dev  ## pictures of the running demo into docs/pictures (needs a Chromium)
	$(BIN)/python tests/page/screenshots.py

schema: $(VENV)/.run     ## config/schema.json from the model
	$(BIN)/aggregator schema > config/schema.json

lock: $(VENV)/.dev       ## pins every dependency with its hashes (needs uv)
	@sh config/lock.sh

clean:           ## removes what was installed and what the embedded Redis kept
	rm -rf $(VENV) .aggregator .cache

$(VENV)/.run: requirements.lock pyproject.toml config/install.sh
	@sh config/install.sh $(VENV) requirements.lock

$(VENV)/.dev: requirements-dev.lock pyproject.toml config/install.sh
	@sh config/install.sh $(VENV) requirements-dev.lock
	@touch $(VENV)/.run

$(VENV)/.bench: requirements-bench.lock pyproject.toml config/install.sh
	@sh config/install.sh $(VENV) requirements-bench.lock
	@touch $(VENV)/.run $(VENV)/.dev
