#!/bin/sh
# Builds form.wasm into the folder given (default: here). Needs clang with lld and wasi-libc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here}

"${CLANG:-clang-19}" --target=wasm32-wasi -O2 -Wl,--strip-debug \
  "$here/form.c" -o "$output/form.wasm"
