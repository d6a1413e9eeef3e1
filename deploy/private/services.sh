# ./dev services up|down|env NAME, and the same for the commands that need services for as long as they run.

services_command() {
  (($# == 2)) || die "usage: ./dev services up|down|env NAME"
  case $1 in
    up) services_up "$2" ;;
    down) services_down "$2" ;;
    env) services_env "$2" ;;
    *) die "usage: ./dev services up|down|env NAME" ;;
  esac
}

# Starts what is not running. Nothing is printed on stdout.
services_up() {
  use_instance "$1"
  lock_instance
  postgres_start
  redis_start
  unlock_instance
}

# Stops what is running and removes the sockets; the data stay.
services_down() {
  use_instance "$1"
  lock_instance
  stop_instance
  unlock_instance
}

services_env() {
  use_instance "$1"
  printf "export PLEXUS_TEST_PG='%s'\n" "$(postgres_uri)"
  printf "export PLEXUS_TEST_REDIS='%s'\n" "$(redis_socket)"
}

# The instance for this ./dev alone, until it exits: a second ./dev of the same kind would stop it under our hands.
services_for_this_command() {
  use_instance "$1"
  exec 9>"$instance_dir/session.lock"
  flock --nonblock 9 || die "another ./dev uses var/$1; wait until it has finished"
  trap 'stop_child; services_down "$instance"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  services_up "$1"
}

stop_instance() {
  redis_stop
  postgres_stop
  rm -rf "$socket_dir"
  rmdir --ignore-fail-on-non-empty "$(dirname "$socket_dir")" 2>/dev/null || true
}

lock_instance() {
  exec 8>"$instance_dir/services.lock"
  flock --timeout 120 8 || die "another ./dev is starting or stopping var/$instance"
}

unlock_instance() { exec 8>&-; }
