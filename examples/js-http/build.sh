#!/bin/sh
# Builds hello.wasm into the folder given (default: here). Needs node >= 18 with npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here}

cd "$here"
[ -d node_modules ] || npm ci --no-audit --no-fund
node componentize.js hello.js "${ROCKPOOL_WIT:-../../wit}" "$output/hello.wasm"
