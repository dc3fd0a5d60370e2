#!/usr/bin/env bash
# Reviews the workspace: a page of the job for people, SARIF for code scanning, and an exit code.
# Whatever comes from the event arrives in variables and is never part of a command's text.
set -uo pipefail

none=0000000000000000000000000000000000000000
base=${SOLVET_BASE:-}
read -ra paths <<< "${SOLVET_PATHS:-.}"

if [[ $base == "$none" ]]; then base=; fi
if [[ -n $base ]]; then
  # A shallow checkout knows neither the base nor where the head left it.
  if [[ $(git rev-parse --is-shallow-repository 2>/dev/null) == true ]]; then
    git fetch --quiet --unshallow --no-tags origin ||
      echo "::warning title=Solvet::The history could not be fetched; check out with fetch-depth: 0"
  fi
  git cat-file -e "$base^{commit}" 2>/dev/null || git fetch --quiet --no-tags origin "$base" || true
fi

options=()
if [[ -n ${SOLVET_FAIL_ON:-} ]]; then options+=(--fail-on "$SOLVET_FAIL_ON"); fi
if [[ -n $base ]]; then options+=(--base "$base"); fi

solvet scan "${options[@]}" --format sarif --output "${SOLVET_SARIF:?}" -- "${paths[@]}"
code=$?
page=${RUNNER_TEMP:?}/solvet.md
if solvet scan "${options[@]}" --format markdown --output "$page" -- "${paths[@]}" || (( $? == 1 )); then
  # GitHub drops a page of more than 1 MiB whole.
  head -c 1000000 "$page" >> "${GITHUB_STEP_SUMMARY:?}"
fi

if [[ -f $SOLVET_SARIF ]]; then echo "sarif=$SOLVET_SARIF" >> "${GITHUB_OUTPUT:?}"; fi
echo "exit-code=$code" >> "${GITHUB_OUTPUT:?}"
case $code in
  0) ;;
  1) echo "::error title=Solvet::This change introduces findings at or above ${SOLVET_FAIL_ON:-the severity that fails}; they are on the job's page." ;;
  *) echo "::error title=Solvet::Not everything could be reviewed; the log above says why." ;;
esac
exit "$code"
