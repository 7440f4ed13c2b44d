# Every target is safe to repeat. `make help` prints this list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CARGO ?= cargo
# Arguments for the node, e.g. make run ARGS="--board square8 --players 3"
ARGS ?=

.PHONY: help run test verify fix build bench runtime clean

help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

runtime: ## Install ONNX Runtime's shared library (pinned, hash-checked) into .runtime/
	@bash onnx/runtime/install.sh

build: runtime ## Build rr-node and rr-admin, optimised
	$(CARGO) build --release -p rr-actors --bins

run: build ## Teach a network to play hex8 with two players, and show it (Ctrl-C stops, again resumes)
	@exec target/release/rr-node --role all $(ARGS)

test: runtime ## Run every test
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
	  $(CARGO) nextest run --workspace; \
	else \
	  $(CARGO) test --workspace --lib --bins --tests; \
	fi
	$(CARGO) test --workspace --doc -q

verify: ## Check format, lints, docs and licences; changes nothing
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps -q
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny check; \
	else echo "cargo-deny is not installed: licences and advisories not checked (cargo install cargo-deny)"; fi

fix: ## Format and apply the machine-applicable lints
	$(CARGO) fmt --all
	$(CARGO) clippy --workspace --all-targets --fix --allow-dirty --allow-staged

bench: runtime ## Measure rules, search, network and the whole of self-play, as ratios within one run
	$(CARGO) bench --workspace

clean: ## Remove what was built (the data folder and ONNX Runtime stay)
	$(CARGO) clean
