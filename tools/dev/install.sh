# Puts the release build in place and takes it away again. Sourced by ./dev.

state_folder=/var/lib/rockpool
unit_file=/etc/systemd/system/rockpool.service

prefix=/usr/local
purge=no

read_install_options() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      --prefix) prefix=${2:?--prefix takes a folder} && shift 2 ;;
      --prefix=*) prefix=${1#*=} && shift ;;
      --purge) purge=yes && shift ;;
      *) die "unknown option $1" ;;
    esac
  done
  [[ $prefix == /* ]] || die "--prefix takes an absolute path"
}

systemd_runs() { [[ -d /run/systemd/system ]]; }

# Into a folder of the caller as the caller, into one of the system as root.
place() {
  local nearest=$prefix
  while [[ ! -e $nearest ]]; do nearest=$(dirname "$nearest"); done
  if [[ -w $nearest ]]; then "$@"; else as_root "$@"; fi
}

installed_files() {
  echo "$prefix/bin/rockpool"
  echo "$prefix/share/man/man1/rockpool.1"
  echo "$prefix/share/bash-completion/completions/rockpool"
  echo "$prefix/share/zsh/site-functions/_rockpool"
  echo "$prefix/share/fish/vendor_completions.d/rockpool.fish"
}

install_rockpool() {
  read_install_options "$@"
  ensure_toolchain
  build_preset release rockpool
  local made file
  made=$(mktemp -d)
  "$binary" man >"$made/rockpool.1"
  "$binary" completion bash >"$made/rockpool"
  "$binary" completion zsh >"$made/_rockpool"
  "$binary" completion fish >"$made/rockpool.fish"
  for file in $(installed_files); do
    case $file in
      */bin/rockpool) place install -D -m 755 "$binary" "$file" ;;
      *) place install -D -m 644 "$made/$(basename "$file")" "$file" ;;
    esac
    say "installed $file"
  done
  rm -r "$made"
  if systemd_runs; then install_unit; else say "systemd does not run here: no unit installed"; fi
}

install_unit() {
  local unit
  unit=$(sed "s|@PREFIX@|$prefix|" "$root/packaging/rockpool.service")
  echo "$unit" | as_root tee "$unit_file" >/dev/null
  as_root systemctl daemon-reload
  as_root systemctl enable rockpool.service
  as_root systemctl restart rockpool.service
  say "installed $unit_file; its log: journalctl -u rockpool"
}

uninstall_rockpool() {
  read_install_options "$@"
  local file
  if [[ -e $unit_file ]]; then
    if systemd_runs; then as_root systemctl disable --now rockpool.service; fi
    as_root rm -f "$unit_file"
    if systemd_runs; then as_root systemctl daemon-reload; fi
  fi
  for file in $(installed_files); do
    if [[ -e $file ]]; then place rm -f "$file" && say "removed $file"; fi
  done
  if [[ $purge == yes ]]; then
    # With DynamicUser the folder is a link into /var/lib/private.
    as_root rm -rf "$state_folder" "/var/lib/private/rockpool" /etc/rockpool
    say "removed $state_folder and /etc/rockpool"
  else
    say "kept $state_folder and /etc/rockpool; --purge removes them"
  fi
}
