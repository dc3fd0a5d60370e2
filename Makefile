# Everything is installed into .venv, .venv-sam, .venv-audit and .venv-publish of this folder, from locks
# with hashes.
# A stamp beside each says which lock it holds, so that a second run installs nothing.

PYTHON ?= python3
ARGS ?=
ENV ?= dev
PARAMETERS ?=
CONFIRM ?=

venv := .venv
uv := $(venv)/bin/uv
python := $(venv)/bin/python
sam_venv := .venv-sam
audit_venv := .venv-audit
publish_venv := .venv-publish
# The template is checked without an account: neither profile, credentials nor instance are asked.
sam := env -u AWS_PROFILE AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true \
	SAM_CLI_TELEMETRY=0 $(sam_venv)/bin/sam
install = $(uv) pip install --quiet --require-hashes --python $(1)/bin/python --requirement $(2)
mkdocs = NO_MKDOCS_2_WARNING=1 $(publish_venv)/bin/mkdocs build --quiet --strict
fail = { echo "$(strip $(1))" >&2; exit 1; }

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo local check lint format types imports template secrets audit test coverage \
	build-check browser contract build deploy destroy permissions docs bench storm storm-check pictures lock clean workflows dist site \
	site-check

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- for everybody ----

demo: $(venv)/.run ## Review a sample pull request (ARGS=... to `solvet demo`)
	@$(venv)/bin/solvet demo $(ARGS)

local: $(venv)/.run ## Run the App here, for the GitHub that the environment names
	@$(venv)/bin/solvet local $(ARGS)

check: lint types imports template workflows secrets site-check test storm-check build-check audit ## All that CI checks, but for `make contract`
	@$(MAKE) --no-print-directory permissions

setup: $(venv)/.dev $(sam_venv)/.sam $(audit_venv)/.audit $(publish_venv)/.publish ## Install the tools of `make check`

# ---- one check at a time ----

lint: $(venv)/.dev ## Style and format
	$(venv)/bin/ruff check .
	$(venv)/bin/ruff format --check .

format: $(venv)/.dev ## Mend style and format
	$(venv)/bin/ruff check --fix .
	$(venv)/bin/ruff format .

types: $(venv)/.dev ## Types, strictly
	$(venv)/bin/mypy

imports: $(venv)/.dev ## Which room may import which
	$(venv)/bin/lint-imports

template: $(sam_venv)/.sam $(audit_venv)/.audit ## The templates, by cfn-lint, SAM and checkov; no AWS account
	$(sam_venv)/bin/cfn-lint template.yaml key.yaml
	$(sam) validate --lint
	$(audit_venv)/bin/checkov --config-file .checkov.yaml

workflows: $(audit_venv)/.audit ## GitHub's workflows and actions, and the Containerfile
	$(audit_venv)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(audit_venv)/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(audit_venv)/bin/zizmor --quiet --offline --persona pedantic .github action.yml
	$(audit_venv)/bin/hadolint Containerfile

secrets: $(venv)/.dev ## Strings that look like secrets
	$(python) scripts/leaks.py $(venv)/bin/detect-secrets

# Where the service cannot be asked (3), that is told; AUDIT=required, as on GitHub, is red then.
audit: $(venv)/.dev $(audit_venv)/.audit ## Known vulnerabilities in what the locks name
	$(python) scripts/audit.py $(audit_venv)/bin/pip-audit || \
		{ code=$$?; test $$code -eq 3 && test "$(AUDIT)" != required && echo "make audit: NOT DONE" >&2; }

browser: $(venv)/.dev ## Chromium for the tests of pages, from Debian's packages
	@$(python) scripts/browser.py || { code=$$?; test $$code -eq 3 && \
		echo "make browser: NOT DONE, the setup page is not tried in a browser" >&2; }

# What functions call is whole only when every test was run, and went well.
test: $(venv)/.dev browser ## The tests (ARGS=... goes to pytest)
	rm -rf build/calls && mkdir -p build/calls
	SOLVET_CALLS=build/calls $(python) -m pytest -m "not packaging and not contract and not storm and not permissions" \
		-p tests.permissions.tap -n auto --dist loadfile --durations=10 --durations-min=10 $(measured) $(ARGS)
	$(if $(ARGS),,touch build/calls/whole)

coverage: ## What the tests do not reach, line by line
	$(MAKE) test measured="--cov --cov-report=term"

permissions: $(venv)/.dev ## What roles allow and no test used in the last `make test`
	@if test -e build/calls/whole; then $(python) -m pytest -m permissions tests/permissions; else \
		echo "make permissions: NOT DONE. It needs the calls that a whole \`make test\` (without ARGS)" \
			"writes down: run that first." >&2; fi

build-check: $(venv)/.dev $(sam_venv)/.sam ## Build the artifacts and import every handler from them
	$(python) -m pytest -m packaging tests/packaging

# The tests that drive all of the GitHub adapter, and all of the simulated GitHub.
talks = $(wildcard tests/adapters/test_github_*.py) tests/simulated_github \
	tests/services/test_plan.py tests/story/test_road.py

contract: $(venv)/.dev ## Requests and events against GitHub's description; needs npm
	$(python) tests/contract/packages.py build/contract
	$(python) -m pytest -p tests.contract.tap -n auto --dist loadfile $(talks)
	$(python) -m pytest -m contract tests/contract

# ---- what is made ----

build: $(venv)/.tools $(sam_venv)/.sam ## The artifacts for Lambda, in .aws-sam/build
	$(sam) build --parallel

deployment = SAM="$(abspath $(sam_venv)/bin/sam)" PARAMETERS="$(PARAMETERS)" CONFIRM="$(CONFIRM)" \
	$(python) -m scripts.deploy
# Nothing that is installed for a build sees credentials.
without_credentials = env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN

deploy: $(venv)/.run $(sam_venv)/.sam ## To AWS (ENV=dev, staging, prod; PARAMETERS="Name=value ...")
	@$(deployment) check $(ENV)
	$(without_credentials) $(MAKE) build
	$(sam) validate --lint
	@$(deployment) deploy $(ENV)

destroy: $(venv)/.run $(sam_venv)/.sam ## Delete the stack of ENV; asks, says what is lost and kept
	@$(deployment) destroy $(ENV)

dist: build $(publish_venv)/.publish ## Everything that a release has, in dist
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(uv) build --quiet --no-build-isolation \
		--python $(python) --no-create-gitignore --out-dir dist
	$(python) scripts/release.py pack dist

# The diagrams are drawn by a script that npm brings once; without it they are shown as text.
site: $(publish_venv)/.publish ## The pages of the documentation, in build/site; needs npm
	$(publish_venv)/bin/python scripts/site_scripts.py build/site-scripts
	$(mkdocs)

site-check: $(publish_venv)/.publish ## The same without npm: a link that leads nowhere is an error
	$(mkdocs) --site-dir build/site-check

docs: $(venv)/.run ## Write the detectors' pages and the schemas anew
	$(python) -m solvet.detectors.pages docs/detectors
	$(python) -m solvet.policyfile.schema schemas
	$(python) -m solvet.services.announcing.schema schemas
	$(python) -m solvet.services.analyses.description schemas

bench: $(venv)/.run ## Measure speed and detection (ARGS=... goes to the benchmark)
	$(python) benchmarks/run.py $(ARGS)

storm-check: $(venv)/.dev ## A small storm, as a test
	$(python) -m pytest -m storm tests/benchmarks

pictures: $(venv)/.dev ## The screenshots in docs/images
	$(python) -m scripts.pictures

storm: $(venv)/.run ## The pipeline while all around it fails (ARGS=--help: more)
	$(python) -m benchmarks.storm $(ARGS)

clean: ## Remove what was built and installed
	rm -rf $(venv) $(sam_venv) $(audit_venv) $(publish_venv) .aws-sam dist .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis .coverage build/contract \
		build/site build/site-check build/site-scripts

# ---- locks ----

pin = $(uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-annotate $(if $(UPGRADE),--upgrade)
# A function leaves out what its layers bring.
in_layers = $$(sed -n 's/^\([^= ]*\)==.*/--no-emit-package \1/p' $(foreach layer,$(1),requirements/$(layer).lock))
# Gemini's SDK signs with these for service accounts; we have a key. They weigh 16 MB.
unused := cryptography cffi pycparser pyasn1 pyasn1-modules

lock: $(venv)/.tools ## Pin what pyproject.toml and requirements ask (UPGRADE=1)
	$(pin) pyproject.toml --all-extras -o requirements/run.lock
	$(pin) pyproject.toml -c requirements/run.lock -o requirements/cli.lock
	$(pin) pyproject.toml --all-extras --group dev -c requirements/run.lock -o requirements/dev.lock
	$(pin) requirements/bootstrap.in -c requirements/dev.lock -o requirements/bootstrap.lock
	$(pin) requirements/sam.in -o requirements/sam.lock
	$(pin) requirements/audit.in -o requirements/audit.lock
	$(pin) requirements/publish.in -o requirements/publish.lock
	$(pin) requirements/layer.in -c requirements/run.lock -o requirements/layer.lock
	$(pin) requirements/github.in -c requirements/run.lock $(call in_layers,layer) \
		-o requirements/github.lock
	$(pin) requirements/plan.in -c requirements/run.lock $(call in_layers,layer github) \
		-o requirements/plan.lock
	$(pin) requirements/setup.in -c requirements/run.lock $(call in_layers,layer github) \
		-o requirements/setup.lock
	$(pin) requirements/openai.in -c requirements/run.lock $(call in_layers,layer github) \
		-o requirements/openai.lock
	$(pin) requirements/model.in -c requirements/run.lock $(call in_layers,layer openai) \
		$(addprefix --no-emit-package ,$(unused)) -o requirements/model.lock

# ---- what is installed ----

$(venv)/.tools: requirements/bootstrap.lock
	@command -v git >/dev/null || $(call fail,git is missing: please install it)
	@command -v $(PYTHON) >/dev/null || $(call fail,$(PYTHON) is missing: please install Python 3.11 or later)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || $(call fail,\
		Python 3.11 or later is needed and $(PYTHON) is older: name another with make PYTHON=python3.12 ...)
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call fail,\
		$(PYTHON) cannot make environments: please install its venv module (Debian: python3-venv))
	$(PYTHON) -m venv $(venv)
	$(python) -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(venv)/.run: requirements/run.lock pyproject.toml $(venv)/.tools
	$(call install,$(venv),$<)
	$(uv) pip install --quiet --python $(python) --no-deps --no-build-isolation --editable .
	@touch $@

$(venv)/.dev: requirements/dev.lock $(venv)/.run
	$(call install,$(venv),$<)
	@touch $@

$(sam_venv)/.sam: requirements/sam.lock $(venv)/.tools
	$(PYTHON) -m venv --without-pip $(sam_venv)
	$(call install,$(sam_venv),$<)
	@touch $@

$(audit_venv)/.audit: requirements/audit.lock $(venv)/.tools
	$(PYTHON) -m venv --without-pip $(audit_venv)
	$(call install,$(audit_venv),$<)
	@touch $@

$(publish_venv)/.publish: requirements/publish.lock $(venv)/.tools
	$(PYTHON) -m venv --without-pip $(publish_venv)
	$(call install,$(publish_venv),$<)
	@touch $@
