# ./dev run: a whole Plexus for a developer, in the foreground until Ctrl-C.

readonly plexus=$root/build/release/plexus/plexus
readonly run_start_seconds=60

run_plexus() {
  local config=$root/var/run/plexus.yaml bind status=0
  services_for_this_command run
  [[ -e $config ]] || write_config "$config"
  [[ $(written_for "$config") == "$root" ]] || die "$config was written for another checkout; remove it to get a new one"
  start_child "$plexus" migrate --config="$config"
  wait_child || die "the migration failed"

  bind=$(http_bind "$config")
  ! accepts "$bind" || die "another program listens on $bind already; choose another address in $config"

  rm -f "$(rpc_socket)"
  trap 'exit 0' INT TERM
  start_child "$plexus" serve --config="$config"
  wait_until "$run_start_seconds" accepts_or_gone "$bind" || die "plexus does not answer on $bind"
  if ! process_gone "$child"; then greet "$bind"; fi
  wait_child || status=$?
  say "plexus ended by itself, with exit code $status"
  ((status == 0)) || exit "$status"
}

# Written once; from then on it is the developer's to edit.
write_config() (
  umask 077
  local dir
  dir=$(dirname "$1")
  [[ -s $dir/registration.secret ]] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$dir/registration.secret"
  "$plexus" keygen --out="$dir/signing.key"
  cat >"$1" <<CONFIG
# Written by ./dev run, once. Edit as you like; remove it to get a fresh one.
# Checkout: $root
process: {roles: [gateway, account, event_persister, room, sync], threads: 0}
database: {uri: "$(postgres_uri)", max_connections: 8}
redis: {socket: "$(redis_socket)"}
listeners:
  http: [{bind: "127.0.0.1:8008"}]
  rpc: [{unix: "$(rpc_socket)"}]
tenants:
  - server_name: localhost
    signing_key_file: "$dir/signing.key"
    registration: {enabled: true, shared_secret_file: "$dir/registration.secret"}
CONFIG
)

# For operators' commands, such as plexus register-user.
rpc_socket() { printf '%s/rpc.sock\n' "$socket_dir"; }

# The checkout whose paths are in a configuration; ours if it does not say.
written_for() {
  local checkout
  checkout=$(sed -n 's/^# Checkout: //p' "$1")
  printf '%s\n' "${checkout:-$root}"
}

# HOST:PORT of the first TCP listener for HTTP.
http_bind() { sed -n '/^ *http:/s/.*bind: *"\{0,1\}\([^",}]*\).*/\1/p' "$1" | head -n 1; }

accepts_or_gone() { process_gone "$child" || accepts "$1"; }

# accepts HOST:PORT: something listens there.
accepts() {
  local host=${1%:*}
  host=${host#[}
  { : <"/dev/tcp/${host%]}/${1##*:}"; } 2>/dev/null
}

greet() {
  local url=http://$1
  cat <<GREETING

Plexus is ready. Point a Matrix client at  $url

To register:  ${plexus#"$root"/} register-user --config=var/run/plexus.yaml --user=alice
or:           curl -X POST $url/_matrix/client/v3/register \\
                -d '{"username": "alice", "password": "SECRET", "auth": {"type": "m.login.dummy"}}'

Configuration: var/run/plexus.yaml    Logs of Postgres and Redis: var/run/data/*.log    Stop: Ctrl-C

GREETING
}
