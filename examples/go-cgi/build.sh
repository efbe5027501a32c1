#!/bin/sh
# Builds words.wasm into the folder given (default: here). Needs Go >= 1.21.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$(cd "${1:-$here}" && pwd)

cd "$here"
GOOS=wasip1 GOARCH=wasm go build -trimpath -ldflags "-s -w" -o "$output/words.wasm" .
