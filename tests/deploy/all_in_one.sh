#!/usr/bin/env bash
# all_in_one.sh PLEXUS: the parts of the all-in-one image's entrypoint that need no container: its configurations are
# valid, only the one for tests opens anything, and certificates are for the right name by the right signer.
source tests/deploy/check.sh
needs openssl
readonly plexus=$1 image=$PWD/deploy/all-in-one
profile=$scratch/profile data=$scratch/data run=$scratch/run ca=$scratch/ca
mkdir -p "$profile" "$data/tls" "$run" "$ca"

# Owners and the machine's own list of authorities are left alone here.
install() { :; }
chown() { :; }
update-ca-certificates() { :; }
cp() { :; }
die() { fail "$*"; }

source "$image/lib/certificate.sh"

expect() { [[ $1 == "$2" ]] || fail "'$1' instead of '$2'"; }

use_profile() {
  rm -rf "$profile"
  command cp -r "$image/$1" "$profile"
  command cp "$image/plexus.yaml" "$profile"
}

check_names() {
  local server_name wanted
  while read -r server_name wanted; do
    expect "$(alternative_name)" "$wanted"
  done <<'NAMES'
example.org DNS:example.org
hs1:8448 DNS:hs1
192.0.2.7:8448 IP:192.0.2.7
[2001:db8::1] IP:2001:db8::1
[2001:db8::1]:8448 IP:2001:db8::1
NAMES
}

issuer() { openssl x509 -in "$tls/server.crt" -noout -issuer; }
serial() { openssl x509 -in "$tls/server.crt" -noout -serial; }

make_ca() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout "$ca/ca.key" -out "$ca/ca.crt" 2>/dev/null
}

check_self_signed() {
  local server_name=example.org before
  write_certificate
  before=$(serial)
  openssl verify -CAfile "$tls/server.crt" -verify_hostname example.org "$tls/server.crt" >/dev/null ||
    fail "the certificate is not for example.org"
  write_certificate
  expect "$(serial)" "$before"
  server_name=other.example
  write_certificate
  [[ $(serial) != "$before" ]] || fail "the certificate of another name is kept"
}

check_signed_by_ca() {
  local server_name=hs1:8448 before
  write_certificate
  openssl verify -CAfile "$ca/ca.crt" -verify_hostname hs1 "$tls/server.crt" >/dev/null || fail "the CA did not sign"
  before=$(serial)
  write_certificate
  [[ $(serial) != "$before" ]] || fail "not signed anew at every start"
  rm "$ca/ca.key"
  write_certificate
  [[ $(issuer) != *authority* ]] || fail "kept without the CA"
}

# What plexus says of the whole configuration, whose database is out of reach.
verdict() {
  "$plexus" keygen --out="$scratch/key" >/dev/null
  printf 'secret' >"$scratch/secret"
  sed -e "s#@SERVER_NAME@#example.org#; s#@SIGNING_KEY@#$scratch/key#; s#@REGISTRATION_SECRET@#$scratch/secret#" \
    -e "s#/var/lib/plexus/tls#$tls#; s#host=/run/postgresql#host=$scratch/nowhere#" \
    "$profile/plexus.yaml" "$profile/tenant.yaml" >"$scratch/plexus.yaml"
  "$plexus" migrate --config="$scratch/plexus.yaml" 2>&1 || true
}

check_configuration() {
  local said
  said=$(verdict)
  [[ $said == *"$scratch/nowhere"* ]] || fail "the configuration is refused: $said"
}

check_production_is_closed() {
  ! grep -nE 'enabled: true|per_second: 0|cheap_password_hashes|shared_secret:|/complement' "$profile"/*.yaml ||
    fail "the production image opens something"
  ! grep -nE 'fsync|synchronous_commit|full_page_writes' "$profile/postgres.conf" | grep off || fail "not durable"
}

check_names
use_profile test
check_self_signed
make_ca
check_signed_by_ca
check_configuration
use_profile production
make_ca
server_name=hs2 write_certificate
[[ $(issuer) != *authority* ]] || fail "the production image uses /complement/ca"
check_configuration
check_production_is_closed
