#!/bin/sh
# Builds primes.wasm into the folder given (default: here).
# Needs clang with lld, wasi-libc and libc++ for wasm32.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here}

"${CLANGXX:-clang++-19}" --target=wasm32-wasi -std=c++20 -stdlib=libc++ -fno-exceptions -O2 \
  -Wl,--strip-debug "$here/primes.cc" -o "$output/primes.wasm"
