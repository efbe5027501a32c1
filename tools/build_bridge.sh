#!/usr/bin/env bash
# build_bridge.sh CACHE TARGET_DIR PROFILE OUT: puts the bridge's library and cxx's headers in OUT, built with cargo. What
# some checkout built of the same sources before is taken from TARGET_DIR/built: the fat LTO alone takes minutes.
set -euo pipefail
cache=$1 target=$2 profile=$3 out=$4
root=$(cd "$(dirname "$0")/.." && pwd)
export CARGO_TARGET_DIR=$target CXX=${CXX:-clang++-19} CC=${CC:-clang-19} AR=${AR:-ar}
kept_builds=8

# Names a build by everything that goes into it.
key() {
  cd "$root"
  { echo "$profile ${RUSTFLAGS:-}"
    rustc --version
    "$CXX" --version
    find bridge src/engine/run/call_hooks.h tools/patched_wasmtime.sh -type f -not -path 'bridge/target/*' -print0 | sort -z | xargs -0 sha256sum
  } | sha256sum | cut -c1-16
}

build() {
  # Cargo tells checkouts apart by the times of their files alone: without this an older checkout would get the newer's.
  find "$root/bridge/src" "$root/bridge/build.rs" -type f -exec touch {} +
  local wasmtime made
  wasmtime=$("$root/tools/patched_wasmtime.sh" "$cache")
  cargo build --locked --config "patch.crates-io.wasmtime.path='$wasmtime'" \
    --manifest-path "$root/bridge/Cargo.toml" --profile "$profile"
  made=$(mktemp -d "$target/built/.making-XXXXXX")
  mkdir -p "$made/include/bridge" "$made/include/rust"
  cp "$target/$profile/librockpool_bridge.a" "$made/"
  cp -L "$target/cxxbridge/rockpool-bridge/src/lib.rs.h" "$made/include/bridge/bridge.h"
  cp -L "$target/cxxbridge/rust/cxx.h" "$made/include/rust/cxx.h"
  mv -T "$made" "$1"
}

built=$target/built/$(key)
mkdir -p "$target/built" "$out"
# One at a time: what cargo builds has one place for all checkouts.
exec 9> "$target/built/lock"
flock 9
if [[ -d $built ]]; then
  touch "$built"
else
  build "$built"
fi
cp -r "$built/." "$out/"
find "$target/built" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | tail -n +$((kept_builds + 1)) |
  cut -d' ' -f2- | xargs -r rm -rf
