#!/usr/bin/env bash
# Installs the harness of this very revision, with the versions that it is locked to, into an
# environment of its own: the services' environments are left as they are.
set -euo pipefail

home="$RUNNER_TEMP/contract-harness"

if ! "$INPUT_PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "::error title=contract-harness::expected Python 3.11 or later, saw $("$INPUT_PYTHON" --version 2>&1): run actions/setup-python before, or name another one in the input python"
  exit 2
fi

"$INPUT_PYTHON" -m venv "$home"
"$home/bin/python" -m pip install --quiet --disable-pip-version-check \
  --constraint "$GITHUB_ACTION_PATH/requirements.lock" "${GITHUB_ACTION_PATH}[gate]"
"$home/bin/harness" --version
