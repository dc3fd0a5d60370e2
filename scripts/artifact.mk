# How the artifacts of Lambda are made. The Makefiles beside the sources include this file, and
# `sam build` calls their targets with ARTIFACTS_DIR. Neither Docker nor the target's Python is
# needed. A machine like this one can be the target too:
#   LAMBDA_PLATFORM=x86_64-manylinux2014 LAMBDA_PYTHON=3.11 make build

LAMBDA_PLATFORM ?= aarch64-manylinux2014
LAMBDA_PYTHON ?= 3.13

root := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))..)
venv := $(root)/.venv/bin

# $(call install,NAME,DIRECTORY): what requirements/NAME.lock lists.
define install
	@test -x "$(venv)/uv" || { echo "uv is missing: run 'make setup' first" >&2; exit 1; }
	"$(venv)/uv" pip install --quiet --require-hashes --no-deps --only-binary :all: \
		--python "$(venv)/python" --python-platform "$(LAMBDA_PLATFORM)" \
		--python-version "$(LAMBDA_PYTHON)" --link-mode copy \
		--target "$(2)" --requirement "$(root)/requirements/$(1).lock"
endef

# $(call prune,DIRECTORY): off goes what nothing reads at run time. Metadata and licences stay.
define prune
	rm -rf "$(1)/bin" "$(1)/.lock"
	find "$(1)" -depth -type d \( -name __pycache__ -o -name tests \) -exec rm -rf {} +
	find "$(1)" -type f \( -name '*.pyi' -o -name '*.c' -o -name '*.h' -o -name RECORD \) -delete
endef

# $(call compile,DIRECTORY,PREFIX): byte code by the target's own version; PREFIX is where Lambda
# unpacks it. Its hash is not checked at run time, and so the files' dates do not matter.
define compile
	@if python$(LAMBDA_PYTHON) -c '' 2>/dev/null; then \
		python$(LAMBDA_PYTHON) -m compileall -q -j 0 --invalidation-mode unchecked-hash \
			-s "$(1)" -p "$(2)" "$(1)"; \
	else \
		echo "python$(LAMBDA_PYTHON) is not here: no byte code, cold starts will take longer" >&2; \
	fi
endef

# $(call function,HANDLER): one handler and, where it has a lock, what it imports.
define function
	mkdir -p "$(ARTIFACTS_DIR)"
	cp "$(root)/functions/$(1).py" "$(ARTIFACTS_DIR)/"
	$(if $(wildcard $(root)/requirements/$(notdir $(1)).lock),\
		$(call install,$(notdir $(1)),$(ARTIFACTS_DIR)))
	$(call prune,$(ARTIFACTS_DIR))
	$(call compile,$(ARTIFACTS_DIR),/var/task)
endef
