#!/bin/sh
# Builds sum.wasm into the folder given (default: here).
# Needs guestkit; wabt's wat2wasm does as well.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here}

"${GUESTKIT:-guestkit}" wat2wasm "$here/sum.wat" "$output/sum.wasm"
