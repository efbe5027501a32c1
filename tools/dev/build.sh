# Configures and builds a CMake preset. Sourced by ./dev.

configured() {
  local preset_folder=$1
  # CMake renews build.ninja by itself, but not what presets put into its cache.
  [[ -f $preset_folder/build.ninja && ! $root/CMakePresets.json -nt $preset_folder/.preset ]]
}

# build_preset PRESET [TARGET…]
build_preset() {
  local preset=$1
  shift
  if ! configured "$root/build/$preset"; then
    (cd "$root" && cmake --preset "$preset" >"$root/build/$preset.configure.log" 2>&1) || {
      cat "$root/build/$preset.configure.log" >&2
      die "cmake --preset $preset failed"
    }
    touch "$root/build/$preset/.preset"
  fi
  local build=(ninja -C "$root/build/$preset" -j "${ROCKPOOL_JOBS:-$(nproc)}")
  if [[ -t 2 ]]; then
    "${build[@]}" "$@" >&2
  else
    "${build[@]}" --quiet "$@" 2>&1 | sed -u '/^ninja: no work to do/d' >&2
  fi
}
