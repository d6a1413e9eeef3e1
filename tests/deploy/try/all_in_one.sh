#!/usr/bin/env bash
# Starts the all-in-one image for tests, registers a user, stops it, commits it, starts what was committed, and logs in
# there; once more after SIGKILL, which leaves pid files behind. Then sees that the production image does not open
# registration whatever its environment. Needs a Docker engine and the images; removes what it makes.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
source tests/deploy/try/matrix.sh
readonly name=plexus-try-one test_image=plexus-all-in-one-test:dev image=plexus-all-in-one:dev
scratch=$(mktemp -d)

clean_up() {
  docker rm -f "$name" >/dev/null 2>&1 || true
  docker rmi "$name:committed" >/dev/null 2>&1 || true
  rm -rf "$scratch"
}

make_complement_files() {
  mkdir -p "$scratch/ca" "$scratch/appservice"
  chmod 755 "$scratch"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=try -keyout "$scratch/ca/ca.key" \
    -out "$scratch/ca/ca.crt" 2>/dev/null
  cat >"$scratch/appservice/bridge.yaml" <<'YAML'
{id: bridge, url: null, as_token: a, hs_token: h, sender_localpart: bridge, namespaces: {users: []}}
YAML
}

# start IMAGE [OPTION…]: and says how long it took until it answers.
start() {
  local from=$EPOCHREALTIME
  docker run -d --name "$name" -p 127.0.0.1::8008 -p 127.0.0.1::8448 "${@:2}" "$1" >/dev/null
  url=http://$(docker port "$name" 8008/tcp | head -n 1)
  wait_until 60 answers || fail "$(docker logs "$name" 2>&1 | tail -n 20)"
  say "$1 answers after $(python3 -c "print(round($EPOCHREALTIME - $from, 1))") s"
}

tls_with_ca() {
  local port
  port=$(docker port "$name" 8448/tcp | head -n 1)
  curl --silent --fail --cacert "$scratch/ca/ca.crt" --connect-to "hs1:8448:$port" https://hs1:8448/_matrix/client/versions \
    >/dev/null || fail "the certificate on 8448 is not one of the CA for hs1"
  say "8448 has a certificate of the CA"
}

signing_key() { docker exec "$name" sh -c 'sha256sum /var/lib/plexus/keys/*.signing.key' | cut -c1-12; }

commit_and_restart() {
  docker commit "$name" "$name:committed" >/dev/null
  docker rm "$name" >/dev/null
  start "$name:committed" --volume "$scratch:/complement:ro"
}

main() {
  local key
  trap clean_up EXIT
  make_complement_files
  start "$test_image" -e SERVER_NAME=hs1 --volume "$scratch:/complement:ro"
  tls_with_ca
  matrix POST v3/register "" '{"username":"alice","password":"secret of alice","auth":{"type":"m.login.dummy"}}' >/dev/null
  key=$(signing_key)
  docker stop "$name" >/dev/null
  say "stopped with exit code $(docker inspect --format '{{.State.ExitCode}}' "$name")"
  commit_and_restart
  log_in alice "secret of alice" >/dev/null
  docker kill "$name" >/dev/null
  commit_and_restart
  log_in alice "secret of alice" >/dev/null
  [[ $(signing_key) == "$key" ]] || fail "the signing key changed"
  say "alice logs in after each, with the same signing key"
  docker exec "$name" sh -c 'kill $(pidof redis-server)'
  [[ $(docker wait "$name") == 1 ]] || fail "the container outlives Redis"
  say "it ends with Redis"
  docker rm "$name" >/dev/null

  start "$image" -e SERVER_NAME=hs1 -e PLEXUS_PROFILE=test --volume "$scratch:/complement:ro"
  ! matrix POST v3/register "" '{"username":"eve","password":"eve","auth":{"type":"m.login.dummy"}}' >/dev/null 2>&1 ||
    fail "the production image lets anybody register"
  say "the production image does not let anybody register"
}

main "$@"
