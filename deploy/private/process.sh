# Processes known by a pid file. A pid may be stale, and may be another process's by now: a daemon of ours is recognised
# by its working directory, which both Postgres and Redis move to their data.

# process_in DIR PIDFILE…: prints the pid on the first line of the first file whose process works in DIR; fails if none.
process_in() {
  local dir=$1 file pid cwd
  shift
  for file in "$@"; do
    [[ -s $file ]] && read -r pid <"$file" || continue
    [[ $pid =~ ^[0-9]+$ ]] && cwd=$(readlink "/proc/$pid/cwd") || continue
    if [[ ${cwd% (deleted)} == "$dir" ]]; then
      printf '%s\n' "$pid"
      return 0
    fi
  done
  return 1
}

# No process that this user can see has DIR as its working directory.
nobody_works_in() {
  local cwd
  for cwd in /proc/[0-9]*/cwd; do
    [[ $(readlink "$cwd" 2>/dev/null) != "$1" ]] || return 1
  done
}

# stop_process PID SIGNAL SECONDS LAST_SIGNAL: asks with SIGNAL, waits, insists with LAST_SIGNAL, waits as long again.
stop_process() {
  kill -s "$2" "$1" 2>/dev/null || return 0
  wait_until "$3" process_gone "$1" && return 0
  say "process $1 did not stop within $3 s, sending $4"
  kill -s "$4" "$1" 2>/dev/null || return 0
  wait_until "$3" process_gone "$1"
}

# A zombie has stopped, whoever has yet to reap it.
process_gone() { ! grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }

# wait_until SECONDS COMMAND…: repeats the command until it succeeds; fails after SECONDS.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}
