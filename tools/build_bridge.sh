#!/usr/bin/env bash
# build_bridge.sh TARGET_DIR PROFILE OUT: builds the bridge with cargo and puts the library and cxx's headers in OUT.
set -euo pipefail
target=$1 profile=$2 out=$3
bridge=$(cd "$(dirname "$0")/../bridge" && pwd)

CARGO_TARGET_DIR=$target CXX=${CXX:-clang++-19} CC=${CC:-clang-19} AR=${AR:-ar} \
  cargo build --locked --manifest-path "$bridge/Cargo.toml" --profile "$profile"

mkdir -p "$out/include/bridge" "$out/include/rust"
cp "$target/$profile/librockpool_bridge.a" "$out/librockpool_bridge.a"
cp -L "$target/cxxbridge/rockpool-bridge/src/lib.rs.h" "$out/include/bridge/bridge.h"
cp -L "$target/cxxbridge/rust/cxx.h" "$out/include/rust/cxx.h"
