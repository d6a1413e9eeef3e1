#!/usr/bin/env bash
# ./dev services where it is awkward: a long path, root in a directory that only root can enter, another user, processes
# that were killed, pid files that name somebody else. Run as root it also tries all of it as an ordinary user.
set -euo pipefail

source_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
long_name=long-$(printf 'x%.0s' {1..195})
readonly source_root long_name
scratch=$(mktemp -d)
checkout=
as=()

main() {
  trap clean_up EXIT
  test_in "$scratch/$long_name"
  if ((EUID == 0)); then
    test_data_of_an_earlier_checkout_are_dropped
    clean_up
    scratch=$(mktemp -d)
    chmod 755 "$scratch"
    as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    test_in "$scratch/$long_name"
    test_foreign_socket_directory_is_refused
  fi
  echo "all passed"
}

# Every test in one small checkout, in order.
test_in() {
  checkout=$1
  mkdir -p "$checkout/deploy"
  cp "$source_root/dev" "$checkout/"
  cp -r "$source_root/deploy/private" "$source_root/deploy/packages.txt" "$checkout/deploy/"
  if ((${#as[@]})); then chown -R nobody:nogroup "$checkout"; fi

  test_serves_on_short_sockets_only
  test_second_up_changes_nothing
  test_instances_live_side_by_side
  test_heals_after_sigkill
  test_ignores_pid_files_of_others
  test_failure_shows_the_log
  test_down_leaves_nothing
}

test_serves_on_short_sockets_only() {
  services up a
  expect_serving a
  expect 'SHOW listen_addresses' ''
  expect "SELECT datcollate || ' ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'plexus'" 'C UTF8'
  [[ $(redis_cli config get port | tail -n 1) == 0 ]] || fail "Redis listens on TCP"
  ((${#PLEXUS_TEST_REDIS} < 90)) || fail "the path of a socket is long: $PLEXUS_TEST_REDIS"
  [[ $(stat --format=%a "$(dirname "$PLEXUS_TEST_REDIS")") == 700 ]] || fail "others can enter the socket directory"
}

test_second_up_changes_nothing() {
  local before
  before=$(start_time)
  services up a
  [[ $(start_time) == "$before" ]] || fail "a second up restarted Postgres"
}

test_instances_live_side_by_side() {
  services up b
  expect_serving b
  expect_serving a
  services down b
  expect_serving a
}

test_heals_after_sigkill() {
  redis_cli set key value >/dev/null
  kill -KILL "$(postgres_pid)" "$(redis_pid)"
  services up a
  expect_serving a
  [[ -z $(redis_cli get key) ]] || fail "Redis was not restarted"
}

test_ignores_pid_files_of_others() {
  local pid_file=$checkout/var/a/data/postgres/postmaster.pid redis_pid_file stranger
  redis_pid_file=$(dirname "$PLEXUS_TEST_REDIS")/redis.pid
  cp "$pid_file" "$scratch/postmaster.pid"
  services down a
  "${as[@]}" sleep 60 &
  stranger=$!
  mkdir -p "$(dirname "$redis_pid_file")"
  if ((EUID == 0)); then chown -R --reference="$checkout/var/a/data/" "$(dirname "$(dirname "$redis_pid_file")")"; fi
  chmod 700 "$(dirname "$redis_pid_file")" "$(dirname "$(dirname "$redis_pid_file")")"
  sed "1s/.*/$stranger/" "$scratch/postmaster.pid" >"$pid_file"
  echo "$stranger" >"$redis_pid_file"
  services up a
  expect_serving a
  kill "$stranger" || fail "the stranger was killed"
  wait "$stranger" || true
}

test_failure_shows_the_log() {
  local output
  services down a
  echo 'no_such_setting = 1' >>"$checkout/var/a/data/postgres/postgresql.conf"
  if output=$(services up a 2>&1); then fail "up succeeded with a broken configuration"; fi
  grep -q no_such_setting <<<"$output" || fail "the log's tail is not shown: $output"
  sed -i '/no_such_setting/d' "$checkout/var/a/data/postgres/postgresql.conf"
  services up a
  expect_serving a
}

test_down_leaves_nothing() {
  local postgres redis
  postgres=$(postgres_pid)
  redis=$(redis_pid)
  services down a
  ! grep -qs '^State:.[RSDT]' "/proc/$postgres/status" "/proc/$redis/status" || fail "processes are left"
  [[ ! -e $(dirname "$(dirname "$PLEXUS_TEST_REDIS")") ]] || fail "sockets are left"
  services down a
}

test_data_of_an_earlier_checkout_are_dropped() {
  services up a
  query 'CREATE TABLE old ()'
  rm -r "${checkout:?}/var"
  services up a
  expect_serving a
  expect "SELECT count(*) FROM pg_class WHERE relname = 'old'" 0
}

test_foreign_socket_directory_is_refused() {
  local parent
  parent=$(dirname "$(dirname "$PLEXUS_TEST_REDIS")")
  services down a
  mkdir -m 777 "$parent"
  if services up a 2>/dev/null; then fail "used a socket directory of another user"; fi
  rmdir "$parent"
}

services() { "${as[@]}" "$checkout/dev" services "$@"; }

# Sets PLEXUS_TEST_PG and PLEXUS_TEST_REDIS for the queries that follow.
expect_serving() {
  eval "$(services env "$1")"
  expect 'SELECT current_database()' plexus
  [[ $(redis_cli ping) == PONG ]] || fail "Redis of $1 does not answer"
}

expect() {
  local found
  found=$(query "$1")
  [[ $found == "$2" ]] || fail "$1: '$found' instead of '$2'"
}

query() { psql --no-psqlrc --quiet --tuples-only --no-align --command="$1" "$PLEXUS_TEST_PG"; }
redis_cli() { redis-cli -s "$PLEXUS_TEST_REDIS" "$@"; }
start_time() { query 'SELECT pg_postmaster_start_time()'; }
postgres_pid() { head -n 1 "$checkout/var/a/data/postgres/postmaster.pid"; }
redis_pid() { cat "$(dirname "$PLEXUS_TEST_REDIS")/redis.pid"; }

fail() {
  printf 'FAILED: %s in %s as %s: %s\n' "${FUNCNAME[1]}" "$checkout" "${as[*]:-$(id -un)}" "$*" >&2
  exit 1
}

clean_up() {
  local name data
  for name in a b; do
    [[ -d $checkout/var/$name ]] || continue
    data=$(readlink "$checkout/var/$name/data" || true)
    services down "$name" || true
    if [[ -n $data ]]; then rm -rf "$(dirname "$data")"; fi
  done
  rm -rf "$scratch"
}

main
