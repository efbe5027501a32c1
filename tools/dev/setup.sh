# Makes a Debian machine ready to build: packages, a Rust toolchain, caches. Sourced by ./dev.

cache="${XDG_CACHE_HOME:-$HOME/.cache}/rockpool"
export CCACHE_DIR="$cache/ccache"
# What one checkout has compiled serves another.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=yes
# For the precompiled headers; see cmake/precompiled.cmake.
export CCACHE_PCH_EXTSUM=yes CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

say() { printf 'dev: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "need root for: $* (no sudo here)"
  fi
}

# The packages of list files that this machine needs: a program named beside one may stand in for it.
wanted_packages() {
  local package program
  grep -hv '^#' "$@" | while read -r package program; do
    if [[ -z $program ]] || ! command -v "$program" >/dev/null; then echo "$package"; fi
  done | sort -u
}

missing_packages() {
  local wanted installed
  wanted=$(wanted_packages "$@")
  # shellcheck disable=SC2086 # one word for each package
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
    sed -n 's/^installed //p' | sort -u)
  comm -23 <(echo "$wanted") <(echo "$installed")
}

install_packages() {
  say "installing with apt: $*"
  as_root apt-get update -qq
  # A package of the machine's owner is never removed to make room.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove "$@"
}

ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "no dpkg on this system: taking the packages of ${*##*/} as installed"
    return
  fi
  local missing
  missing=$(missing_packages "$@")
  # shellcheck disable=SC2086 # one word for each package
  if [[ -n $missing ]]; then install_packages $missing; fi
}

# True if the cargo and rustc of a folder are at least 1.95, which Wasmtime 48 needs.
rust_is_recent() {
  local program version
  for program in cargo rustc; do
    version=$("$1/$program" --version 2>/dev/null | cut -d' ' -f2) || return 1
    [[ $(printf '1.95.0\n%s\n' "$version" | sort -V | head -n1) == 1.95.0 ]] || return 1
  done
}

# Puts a recent cargo first on PATH; installs Debian's if there is none.
ensure_rust() {
  local folder
  for folder in "$(dirname "$(command -v cargo || echo none)")" "$HOME/.cargo/bin" /usr/bin; do
    if rust_is_recent "$folder"; then
      export PATH="$folder:$PATH"
      return
    fi
  done
  say "no cargo >= 1.95 found"
  install_packages cargo-web rustc-web
  rust_is_recent /usr/bin || die "the cargo that apt installed is older than 1.95"
  export PATH="/usr/bin:$PATH"
}

ensure_toolchain() {
  ensure_packages "$root/tools/dev/packages.txt"
  ensure_rust
}
