# How the artifacts of Lambda are made. The Makefiles beside the sources include this file, and
# `sam build` calls their targets with ARTIFACTS_DIR. Neither Docker nor the target's Python is
# needed. A machine like this one can be the target too:
#   LAMBDA_PLATFORM=x86_64-manylinux2014 LAMBDA_PYTHON=3.11 make build

LAMBDA_PLATFORM ?= aarch64-manylinux2014
LAMBDA_PYTHON ?= 3.13

root := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))..)
venv := $(root)/.venv/bin

# $(call install,NAME,DIRECTORY): what requirements/NAME.lock lists, without what requirements/NAME.unused
# lists.
define install
	@test -x "$(venv)/uv" || { echo "uv is missing: run 'make setup' first" >&2; exit 1; }
	"$(venv)/uv" pip install --quiet --require-hashes --no-deps --only-binary :all: \
		--python "$(venv)/python" --python-platform "$(LAMBDA_PLATFORM)" \
		--python-version "$(LAMBDA_PYTHON)" --link-mode copy \
		--target "$(2)" --requirement "$(root)/requirements/$(1).lock"
	"$(venv)/python" "$(root)/scripts/slim.py" "$(2)" $(wildcard $(root)/requirements/$(1).unused)
endef

# $(call compile,DIRECTORY,PREFIX): byte code by the target's own version; PREFIX is where Lambda
# unpacks it. Its hash is not checked at run time, and so the files' dates do not matter.
define compile
	@if python=$$("$(venv)/python" "$(root)/scripts/pythons.py" "$(LAMBDA_PYTHON)"); then \
		"$$python" -m compileall -q --invalidation-mode unchecked-hash -s "$(1)" -p "$(2)" "$(1)"; \
	else \
		echo "no Python $(LAMBDA_PYTHON) is here: no byte code, cold starts will take longer" >&2; \
	fi
endef

# $(call function,HANDLER): one handler and, where it has a lock, what it imports beyond its layers.
define function
	mkdir -p "$(ARTIFACTS_DIR)"
	cp "$(root)/functions/$(1).py" "$(ARTIFACTS_DIR)/"
	$(if $(wildcard $(root)/requirements/$(notdir $(1)).lock),\
		$(call install,$(notdir $(1)),$(ARTIFACTS_DIR)))
	$(call compile,$(ARTIFACTS_DIR),/var/task)
endef
