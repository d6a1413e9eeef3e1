# The one program that a ./dev command runs in the foreground and has to end with itself: plexus, ctest, a load driver.

readonly child_stop_seconds=30
child=

# start_child COMMAND…: in a session of its own, so that a Ctrl-C reaches ./dev alone, which then stops things in order.
# Should ./dev be killed outright, the kernel sends the child a SIGTERM.
start_child() {
  env --default-signal=INT,QUIT setsid setpriv --pdeathsig TERM "$@" </dev/null 8>&- 9>&- &
  child=$!
}

# Returns the child's exit code.
wait_child() {
  local status=0
  wait "$child" || status=$?
  child=
  return "$status"
}

run_child() {
  start_child "$@"
  wait_child
}

# SIGTERM to all of the child's session, so that tests clean up behind themselves; SIGKILL if that takes too long.
stop_child() {
  [[ -n $child ]] || return 0
  local pid=$child
  child=
  kill -s TERM -- "-$pid" 2>/dev/null || kill -s TERM "$pid" 2>/dev/null || return 0
  wait_until "$child_stop_seconds" group_gone "$pid" && return 0
  say "process group $pid did not stop within $child_stop_seconds s, killing it"
  kill -s KILL -- "-$pid" 2>/dev/null || true
}

group_gone() { ! kill -s 0 -- "-$1" 2>/dev/null; }
