# The database, on a UNIX socket only; Plexus enters as the user of its process.

readonly postgres_bin=/usr/lib/postgresql/15/bin cluster=$data/postgres sockets=/run/postgresql

start_postgres() {
  local settings=()
  install -d -o postgres -g postgres -m 750 "$sockets"
  [[ -s $cluster/PG_VERSION ]] || make_cluster
  # Of a container that was killed, perhaps before it became an image. take_data made sure that nobody runs on it.
  rm -f "$cluster/postmaster.pid" "$sockets"/.s.PGSQL.*
  mapfile -t settings < <(sed -n 's/^[a-z].*/--&/p' "$profile/postgres.conf")
  start postgres postgres "$postgres_bin/postgres" -D "$cluster" -k "$sockets" --listen_addresses= "${settings[@]}"
  wait_until 60 postgres as_user postgres pg_isready --quiet --host="$sockets" --dbname=postgres
  has_database || make_database
}

# Beside its place first: one that was begun and not finished is made anew.
make_cluster() {
  rm -rf "$cluster.new"
  install -d -o postgres -g postgres -m 700 "$cluster.new"
  as_user postgres "$postgres_bin/initdb" --pgdata="$cluster.new" --auth=peer --encoding=UTF8 --locale=C --no-sync \
    >/dev/null
  sync -f "$cluster.new"
  mv "$cluster.new" "$cluster"
}

sql() { as_user postgres psql -XAtq --host="$sockets" --dbname=postgres --command="$1"; }

has_database() { [[ $(sql "SELECT 1 FROM pg_database WHERE datname = 'plexus'") == 1 ]]; }

make_database() {
  sql "CREATE ROLE plexus LOGIN" 2>/dev/null || true
  sql "CREATE DATABASE plexus OWNER plexus"
}
