# Names, keys, secrets, and the configuration, which is written at every start from the profile's.

check_server_name() {
  [[ $server_name =~ ^[][A-Za-z0-9.:-]+$ ]] || die "SERVER_NAME is '$server_name'; allowed: a name such as example.org"
}

# The data directory is this container's alone: a second one that mounts the same waits for nothing and ends.
take_data() {
  install -d -o root -g root -m 755 "$data"
  install -d -o plexus -g plexus -m 750 "$run"
  exec 8>>"$data/lock"
  flock --nonblock 8 || die "another container uses $data"
  install -d -o plexus -g plexus -m 700 "$data/keys"
}

write_configuration() {
  local secret=$data/keys/registration_secret key=$data/keys/$server_name.signing.key text
  as_user plexus plexus keygen --out="$key" >/dev/null
  if [[ ! -s $secret ]]; then
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$secret.new"
    chown plexus:plexus "$secret.new"
    chmod 600 "$secret.new"
    mv "$secret.new" "$secret"
  fi
  text=$(cat "$profile/plexus.yaml" "$profile/tenant.yaml")
  text=${text//@SERVER_NAME@/"$server_name"}
  text=${text//@SIGNING_KEY@/"$key"}
  text=${text//@REGISTRATION_SECRET@/"$secret"}
  printf '%s\n' "$text" >"$config"
}
