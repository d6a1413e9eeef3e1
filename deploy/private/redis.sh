# The private Redis of the instance in use (see instance.sh): no TCP, nothing kept on disk.

readonly redis_start_seconds=15
readonly redis_stop_seconds=10

redis_start() {
  if ! redis_pid >/dev/null; then
    rm -f "$socket_dir/redis.pid" "$(redis_socket)"
    as_service_user mkdir -p "$data_dir/redis"
    as_service_user redis-server --port 0 --unixsocket "$(redis_socket)" --unixsocketperm 700 --daemonize yes \
      --pidfile "$socket_dir/redis.pid" --dir "$data_dir/redis" --logfile "$data_dir/redis.log" \
      --save '' --appendonly no || die_with_log "Redis did not start" "$data_dir/redis.log"
  fi
  wait_until "$redis_start_seconds" redis_answers || die_with_log "Redis does not answer" "$data_dir/redis.log"
}

redis_stop() {
  local pid
  if pid=$(redis_pid); then stop_process "$pid" TERM "$redis_stop_seconds" KILL; fi
}

redis_socket() { printf '%s/redis.sock\n' "$socket_dir"; }

redis_pid() { process_in "$data_dir/redis" "$socket_dir/redis.pid"; }

redis_answers() { [[ $(as_service_user redis-cli -s "$(redis_socket)" ping 2>/dev/null) == PONG ]]; }
