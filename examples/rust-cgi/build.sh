#!/bin/sh
# Builds greet.wasm into the folder given (default: here).
# Needs rustc with the library of a WASI target.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here}

# RUSTC_FLAGS is a list of words.
# shellcheck disable=SC2086
"${RUSTC:-rustc}" --edition 2021 -O -C strip=symbols \
  --target "${RUST_TARGET:-wasm32-wasip1}" ${RUSTC_FLAGS:-} "$here/greet.rs" -o "$output/greet.wasm"
