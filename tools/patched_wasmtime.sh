#!/usr/bin/env bash
# patched_wasmtime.sh CACHE: prints the folder of the pinned Wasmtime crate with the patches of bridge/patches applied.
# The copy is made in CACHE/crates when it is missing; its name changes with the version and the patches.
set -euo pipefail
cache=$1
bridge=$(cd "$(dirname "$0")/../bridge" && pwd)
checksum=$(cat "$bridge/patches/wasmtime.checksum")
version=$(sed -n '/^name = "wasmtime"$/{n;s/^version = "\(.*\)"$/\1/p}' "$bridge/Cargo.lock")
patches=$(cat "$bridge"/patches/wasmtime*.patch | sha256sum | cut -c1-12)
folder=$cache/crates/wasmtime-$version-$patches

# Fetches the crate as published. bridge/Cargo.lock has no checksum of a patched crate: a copy gets it back, and cargo
# verifies it. Prints the folder of the sources.
fetch_crate() {
  local project=$1
  mkdir -p "$project/src"
  touch "$project/src/lib.rs"
  cp "$bridge/Cargo.toml" "$project/"
  sed "/^name = \"wasmtime\"\$/{n;a source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"$checksum\"
}" "$bridge/Cargo.lock" > "$project/Cargo.lock"
  cargo fetch --locked --quiet --manifest-path "$project/Cargo.toml" >&2
  cargo metadata --locked --offline --format-version 1 --manifest-path "$project/Cargo.toml" | python3 -c '
import json, os, sys
crates = [crate for crate in json.load(sys.stdin)["packages"] if crate["name"] == "wasmtime"]
print(os.path.dirname(crates[0]["manifest_path"]))'
}

make_copy() {
  local published
  work=$(mktemp -d "$cache/crates/.making-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  published=$(fetch_crate "$work/project")
  cp -R "$published" "$work/crate"
  for patch in "$bridge"/patches/wasmtime*.patch; do
    patch --directory="$work/crate" --strip=1 --fuzz=0 --no-backup-if-mismatch --quiet < "$patch" >&2
  done
  mv -T "$work/crate" "$folder"
}

mkdir -p "$cache/crates"
# One at a time: two builds may start together.
exec 9> "$cache/crates/lock"
flock 9
[[ -d $folder ]] || make_copy
echo "$folder"
