# Serves in the foreground with the built-in samples deployed. Sourced by ./dev.

samples=(hello echo form sum)

# The line that calls a sample, given its URL.
curl_line() {
  case $1 in
    hello) echo "curl $2" ;;
    echo) echo "curl -d 'ping' $2" ;;
    form) echo "curl -d 'name=Ada' $2" ;;
    sum) echo "curl -d '[12,43]' $2" ;;
  esac
}

deploy_samples() {
  local url name ingress=$1
  for name in "${samples[@]}"; do
    # Samples of an earlier run are kept as they are, settings and versions included.
    url="$ingress/$name"
    if ! "$binary" show "$name" >/dev/null 2>&1; then
      url=$("$binary" deploy "@$name") || return 1
    fi
    printf '%-8s %-36s %s\n' "$name" "$url" "$(curl_line "$name" "$url")"
  done
}

# Passes the server's own lines on; sets `ingress` and ROCKPOOL_SERVER; fails if it ends before it is ready.
wait_until_ready() {
  local word value
  while read -r word value; do
    case $word in
      ingress) ingress=$value ;;
      control) export ROCKPOOL_SERVER=$value ;;
      ready) return 0 ;;
    esac
  done
  return 1
}

run_server() {
  local server_pid ingress output
  mkdir -p "$root/build/data"
  # In a session of its own, so that Ctrl-C reaches the server once, through the trap below.
  exec {output}< <(exec setsid "$binary" serve --data "$root/build/data" "$@")
  server_pid=$!
  trap 'kill -TERM "$server_pid" 2>/dev/null' INT TERM HUP
  if ! wait_until_ready <&"$output"; then
    wait "$server_pid" || exit $?
    die "the server ended before it was ready"
  fi
  if ! deploy_samples "$ingress"; then
    kill -TERM "$server_pid"
    die "could not deploy the samples"
  fi
  say "serving; the control API is at $ROCKPOOL_SERVER; Ctrl-C stops"
  # `wait` returns early for each signal; the server decides when it is over.
  local status=0
  while kill -0 "$server_pid" 2>/dev/null; do wait "$server_pid" || status=$?; done
  return "$status"
}
