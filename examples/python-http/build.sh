#!/bin/sh
# Builds app.wasm into the folder given (default: here).
# Needs componentize-py: pip install -r requirements.txt
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=$(cd "${1:-$here}" && pwd)
wit=$(cd "${ROCKPOOL_WIT:-$here/../../wit}" && pwd)

cd "$here"
componentize-py --wit-path "$wit" --world http componentize app --output "$output/app.wasm"
