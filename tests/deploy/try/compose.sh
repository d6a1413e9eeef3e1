#!/usr/bin/env bash
# Brings docker-compose.yml up with several copies of roles, lets two users talk, takes a copy away while they do, and
# takes everything down again. Needs a Docker engine and the images; uses deploy/compose/local, made if it is not there.
# COMPOSE="docker compose" chooses Compose v2; KEEP=1 leaves everything running.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
source tests/deploy/try/matrix.sh
read -ra compose <<<"${COMPOSE:-docker-compose} --project-name plexus-try"

clean_up() { [[ -n ${KEEP:-} ]] || "${compose[@]}" down --volumes --timeout 20 >/dev/null 2>&1; }

containers_of() { "${compose[@]}" ps -q "$1"; }

all_healthy() {
  local id
  for id in $("${compose[@]}" ps -q gateway account event_persister room sync); do
    [[ $(docker inspect --format '{{.State.Health.Status}}' "$id") == healthy ]] || return 1
  done
}

health() { "${compose[@]}" exec -T gateway plexusctl health --config=/etc/plexus/plexus.yaml; }

register() {
  "${compose[@]}" exec -T account plexusctl users register "$1" --password="$2" --config=/etc/plexus/plexus.yaml
}

main() {
  local gateway alice bob room since gone server_name
  trap clean_up EXIT
  deploy/compose/init localhost
  server_name=$(sed -n 's/.*server_name: "\(.*\)"/\1/p' deploy/compose/local/plexus.yaml)
  "${compose[@]}" up -d --scale sync=3 --scale event_persister=2 --scale gateway=2
  wait_until 120 all_healthy || fail "not every container is healthy"
  say "all healthy"
  health
  gateway=$(containers_of gateway | head -n 1)
  url=http://$(docker port "$gateway" 8008/tcp | head -n 1)
  register alice "secret of alice"
  register bob "secret of bob"
  alice=$(log_in alice "secret of alice")
  bob=$(log_in bob "secret of bob")
  room=$(talk "$alice" "$bob" "@bob:$server_name" "all copies there")
  say "alice and bob talk in $room by $url"

  gone=$(containers_of sync | tail -n 1)
  since=$(matrix GET v3/sync "$bob" | value next_batch)
  docker stop "$gone" >/dev/null
  say_in_room "$alice" "$room" "one copy stopped"
  hears "$bob" "$since" "one copy stopped"
  say "a copy of sync stopped with exit code $(docker inspect --format '{{.State.ExitCode}}' "$gone"), and they still talk"
  health
  "${compose[@]}" ps
}

main "$@"
