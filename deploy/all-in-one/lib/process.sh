# The three programs, each as a user of its own: starting them, and ending all when one ends.

stopping=0
ended=
declare -A pids=()
readonly stop_order=(plexus redis postgres)

say() { printf 'all-in-one: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# start NAME USER COMMAND…: without the lock of the data directory, which is this shell's.
start() {
  local name=$1 user=$2
  shift 2
  exec_as "$user" "$@" 8>&- &
  pids[$name]=$!
}

exec_as() {
  local user=$1
  shift
  exec setpriv --reuid="$user" --regid="$user" --init-groups --inh-caps=-all "$@"
}

as_user() (exec_as "$@")

start_plexus() { start plexus plexus plexus serve --config="$config"; }

running() { kill -0 "${pids[$1]}" 2>/dev/null; }

# wait_until SECONDS NAME COMMAND…: until the command succeeds; fails when NAME ends or it takes too long.
wait_until() {
  local deadline=$((SECONDS + $1)) name=$2
  shift 2
  until "$@"; do
    running "$name" || die "$name ended by itself"
    ((SECONDS < deadline)) || die "$name is not ready"
    ((!stopping)) || finish_early
    sleep 0.05
  done
}

finish_early() {
  stop_all
  exit 0
}

# Returns when a program ended, whose name is then in `ended`, or when the container is to stop.
wait_for_one_to_end() {
  local name
  while ((!stopping)); do
    wait -n || true
    for name in "${!pids[@]}"; do
      running "$name" || ended=$name
    done
    [[ -z $ended ]] || return 0
  done
}

# Plexus first: it finishes its requests, which need the other two. Postgres ends fast on SIGINT.
stop_all() {
  local name
  for name in "${stop_order[@]}"; do
    [[ -n ${pids[$name]:-} ]] || continue
    if [[ $name == postgres ]]; then kill -s INT "${pids[$name]}" 2>/dev/null || true; fi
    kill -s TERM "${pids[$name]}" 2>/dev/null || true
    # A signal to this shell ends a wait early.
    while running "$name"; do wait "${pids[$name]}" || true; done
  done
}
