#!/usr/bin/env bash
# Installs the command line from this action's own checkout, from locks with hashes.
set -euo pipefail

here=${GITHUB_ACTION_PATH:?}
rooms=${RUNNER_TEMP:?}/solvet
"${PYTHON:?}" -m venv "$rooms"
"$rooms/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
  --requirement "$here/requirements/cli.lock"
"$rooms/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$here"
echo "$rooms/bin" >> "${GITHUB_PATH:?}"
