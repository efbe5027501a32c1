#!/bin/sh
# Builds hello.wasm and echo.wasm into the folder given (default: here).
# Needs clang with lld, wasi-libc, and guestkit.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here}
bindings=$output/bindings

"${GUESTKIT:-guestkit}" c-bindings "${ROCKPOOL_WIT:-$here/../../wit}" http "$bindings"
for name in hello echo; do
  "${CLANG:-clang-19}" --target=wasm32-wasi -O2 -mexec-model=reactor -ffunction-sections \
    -Wl,--gc-sections,--strip-debug -I"$bindings" "$here/$name.c" "$bindings/http.c" \
    "$bindings/http_component_type.o" -o "$output/$name.core.wasm"
  "${GUESTKIT:-guestkit}" component "$output/$name.core.wasm" "$output/$name.wasm" --adapter reactor
done
