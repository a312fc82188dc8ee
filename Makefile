# The two commands of the README are `make run` and `make test`; CI calls these same targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Passed to the program: make run ARGS="--port-offset 1000"
ARGS ?=

.PHONY: help run test k8s-test cluster-test lint queries bench openapi sqlx images compose compose-test rehearsal compose-down prerequisites-run prerequisites-test prerequisites-cluster

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: prerequisites-run ## Run the whole shop on this machine
	cargo run --release --locked -p garnitur -- $(ARGS)

test: prerequisites-test ## Run every test, the browser's and those that kill processes among them
	cargo build --workspace --locked --bins
	target/debug/with-postgres -- cargo test --workspace --locked
	scripts/k8s-test

k8s-test: prerequisites-test ## Render every stand and test the manifests, without a cluster
	cargo build --locked --bins -p garnitur-release -p catalog-server -p orders-server -p backoffice-server -p storefront -p portal
	scripts/k8s-test $(ARGS)

cluster-test: prerequisites-cluster ## Drive releases through a real control plane; the first run builds Kubernetes
	cargo build --locked --bins -p garnitur-release
	scripts/cluster-test $(ARGS)

lint: ## Check formatting and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

queries: prerequisites-run ## Check every SQL query against freshly migrated databases
	scripts/queries check

sqlx: prerequisites-run ## Write the committed query data (.sqlx) anew
	scripts/queries write

openapi: ## Write docs/openapi and docs/graphql anew
	scripts/openapi

bench: prerequisites-run ## Measure the hot paths; docs/PERFORMANCE.md explains the numbers
	scripts/bench $(ARGS)

images: ## Build every container image; BUILD=prebuilt compiles the services with this machine's Rust
	scripts/docker-engine
	deploy/images/build

compose: ## Run the whole shop in containers, with the real parts and two sites; OBSERVE=1 adds Prometheus
	scripts/docker-engine
	deploy/images/build
	scripts/compose up

compose-test: ## Test the shop of make compose: a whole order, also in Chromium, faults under load, who reaches whom
	scripts/compose-isolation
	GARNITUR_CA=$(CURDIR)/deploy/compose/secrets/ca.pem cargo test --locked --workspace --test compose -- --ignored --nocapture --test-threads 1 --skip rehearsal::

rehearsal: ## Rehearse a rollout in the shop of make compose: two versions under orders, and a rollback
	scripts/rehearsal

compose-down: ## Stop it and take everything away: containers, data, secrets
	scripts/compose down

prerequisites-run:
	@scripts/prerequisites run

prerequisites-test:
	@scripts/prerequisites test

prerequisites-cluster:
	@scripts/prerequisites cluster
