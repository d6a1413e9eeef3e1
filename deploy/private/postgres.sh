# The private Postgres of the instance in use (see instance.sh). Collation C, encoding UTF-8, user and database "plexus",
# no TCP. Whoever can enter socket_dir is trusted: that is its owner and root.

readonly postgres_start_seconds=60
readonly postgres_stop_seconds=30

postgres_start() {
  local bin
  [[ -d $data_dir/postgres ]] || postgres_create
  bin=$(postgres_bin)
  if ! postgres_pid >/dev/null; then
    postgres_forget_dead
    postgres_configure
    as_service_user "$bin/pg_ctl" start --silent --wait --timeout="$postgres_start_seconds" \
      --pgdata="$data_dir/postgres" --log="$data_dir/postgres.log" >/dev/null ||
      die_with_log "Postgres did not start" "$data_dir/postgres.log"
  fi
  wait_until "$postgres_start_seconds" postgres_answers || die_with_log "Postgres does not answer" "$data_dir/postgres.log"
  postgres_has_database || as_service_user "$bin/createdb" --host="$socket_dir" --username=plexus plexus
}

postgres_stop() {
  local pid
  if pid=$(postgres_pid); then stop_process "$pid" INT "$postgres_stop_seconds" QUIT; fi
}

# libpq's connection string, for programs and tests.
postgres_uri() { printf 'host=%s port=5432 user=plexus dbname=plexus\n' "$socket_dir"; }

# The socket's lock file names the server even after somebody removed the data directory.
postgres_pid() {
  process_in "$data_dir/postgres" "$data_dir/postgres/postmaster.pid" "$socket_dir/.s.PGSQL.5432.lock"
}

# A postmaster that was killed leaves its files, and for a moment children that still hold its shared memory.
postgres_forget_dead() {
  wait_until "$postgres_stop_seconds" nobody_works_in "$data_dir/postgres" ||
    die "processes of a dead Postgres still work in $data_dir/postgres"
  rm -f "$data_dir/postgres/postmaster.pid" "$socket_dir"/.s.PGSQL.5432{,.lock}
}

# In a directory of another name first: an interrupted initdb leaves nothing that looks like a cluster.
postgres_create() {
  local bin
  bin=$(postgres_bin)
  say "creating a private Postgres cluster in $data_dir/postgres"
  rm -rf "$data_dir/postgres.new"
  as_service_user "$bin/initdb" --pgdata="$data_dir/postgres.new" --locale=C --encoding=UTF8 --username=plexus \
    --auth-local=trust --auth-host=reject >"$data_dir/initdb.log" 2>&1 ||
    die_with_log "initdb failed" "$data_dir/initdb.log"
  echo "include 'plexus.conf'" >>"$data_dir/postgres.new/postgresql.conf"
  mv "$data_dir/postgres.new" "$data_dir/postgres"
}

# Written before every start: a checkout that was moved has its sockets elsewhere.
postgres_configure() {
  cat >"$data_dir/postgres/plexus.conf" <<CONF
listen_addresses = ''
port = 5432
unix_socket_directories = '$socket_dir'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
CONF
}

# The programs of the cluster's own version, or of the newest one that is installed.
postgres_bin() {
  local version=
  if [[ -s $data_dir/postgres/PG_VERSION ]]; then
    version=$(<"$data_dir/postgres/PG_VERSION")
  else
    version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -n 1)
  fi
  [[ -n $version && -x /usr/lib/postgresql/$version/bin/postgres ]] ||
    die "Postgres ${version:-15} is not installed under /usr/lib/postgresql (needed for $data_dir/postgres)"
  printf '/usr/lib/postgresql/%s/bin\n' "$version"
}

postgres_query() {
  as_service_user "$(postgres_bin)/psql" --no-psqlrc --tuples-only --no-align --host="$socket_dir" --username=plexus \
    --dbname=postgres --command="$1"
}

postgres_answers() { postgres_query 'SELECT 1' >/dev/null 2>&1; }

postgres_has_database() { [[ $(postgres_query "SELECT 1 FROM pg_database WHERE datname = 'plexus'") == 1 ]]; }
