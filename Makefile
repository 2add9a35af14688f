# SPDX-License-Identifier: Apache-2.0
#
# The front door: each command is a script of scripts/, which can be called without make, too.
.DEFAULT_GOAL := help
.PHONY: help run build test test-all test-fresh install package wheel bench lint format generate clean

PRESET ?= dev
PREFIX ?= /usr/local
export PORT DATA JOBS

help: ## shows this list
	@echo "Millrace: MLflow, natively. The commands:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## builds what is needed and starts the server on http://localhost:5000 (PORT=5001, DATA=FOLDER)
	@scripts/run

build: ## builds into build/dev (PRESET=release, asan, tsan, fuzz)
	@scripts/install-deps build test
	@scripts/build $(PRESET)

test: ## the test suite, at most 15 minutes on two cores
	@scripts/test

test-all: ## the test suite, then the sanitizers, the torture and the long fuzzing
	@scripts/test-all

test-fresh: ## proves 'make run' and 'make test' in a bare Debian 12 (needs root)
	@scripts/test-fresh

install: ## installs into PREFIX=/usr/local (DESTDIR= is honoured)
	@scripts/install-deps build
	@scripts/build release product
	@cmake --install build/release --prefix "$(PREFIX)"

package: ## makes Debian packages in build/packages
	@scripts/package

wheel: ## makes the Python wheel in build/wheel
	@scripts/wheel

bench: ## measures, and compares with what the README says
	@scripts/install-deps build test
	@scripts/build release product bench
	@bench/run

lint: ## layers, licence lines, READMEs, sizes, format
	@scripts/lint

format: ## brings the C sources that you changed into the house's form
	@scripts/format

generate: ## makes the code that src/api/*.api describes
	@scripts/install-deps build
	@scripts/build dev generate

clean: ## removes build/
	rm -rf build
