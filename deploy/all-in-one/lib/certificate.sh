# The certificate of the listener on 8448. Where the image is for tests and there is a CA to sign with, that CA signs one
# at every start and is trusted; otherwise it is self-signed, and kept.

readonly tls=$data/tls days=90 renew_seconds=$((30 * 86400))

write_certificate() {
  install -d -o root -g plexus -m 750 "$tls"
  if [[ -e $profile/trusts-complement-ca && -r $ca/ca.crt && -r $ca/ca.key ]]; then
    trust_ca
    sign_with_ca
  elif ! fitting_certificate; then
    sign_with_itself
  fi
  chown root:plexus "$tls"/server.*
  chmod 640 "$tls"/server.*
}

trust_ca() {
  cmp -s "$ca/ca.crt" /usr/local/share/ca-certificates/complement.crt && return 0
  cp "$ca/ca.crt" /usr/local/share/ca-certificates/complement.crt
  update-ca-certificates >/dev/null 2>&1
}

sign_with_ca() {
  new_certificate -CA "$ca/ca.crt" -CAkey "$ca/ca.key"
}

sign_with_itself() { new_certificate; }

# new_certificate [OPTION…]: `openssl req -x509` signs with the new key itself, or with -CA and -CAkey.
new_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$days" \
    -subj "/O=Plexus/CN=$(common_name)" -addext "subjectAltName=$(alternative_name)" \
    -addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=serverAuth,clientAuth" \
    -keyout "$tls/server.key" -out "$tls/server.crt" "$@" 2>"$run/openssl.log" ||
    die "no certificate: $(<"$run/openssl.log")"
}

# Whether the one that is there is for this name and lasts.
fitting_certificate() {
  [[ -s $tls/server.key && -s $tls/server.crt ]] || return 1
  openssl x509 -in "$tls/server.crt" -noout -checkend "$renew_seconds" >/dev/null || return 1
  # One that a CA signed is of an earlier start that had it.
  [[ $(openssl x509 -in "$tls/server.crt" -noout -issuer) == *"$(common_name)" ]] || return 1
  [[ $(openssl x509 -in "$tls/server.crt" -noout -ext subjectAltName) == *"$(host_name)"* ]]
}

# The server name without its port, an IPv6 address without brackets.
host_name() {
  local host=$server_name
  [[ $host == *]* ]] && host=${host%%]*} || host=${host%:*}
  printf '%s\n' "${host#[}"
}

# A common name has at most 64 characters.
common_name() { host_name | cut -c1-64; }

alternative_name() {
  local host
  host=$(host_name)
  if [[ $host == *:* || $host =~ ^[0-9.]+$ ]]; then printf 'IP:%s\n' "$host"; else printf 'DNS:%s\n' "$host"; fi
}
