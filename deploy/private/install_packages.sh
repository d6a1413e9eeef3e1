#!/usr/bin/env bash
# install_packages.sh PACKAGE…: (as root) installs Debian packages without letting a new daemon run on the machine.
# Postgres, Redis and nginx packages start and enable a system service; Plexus wants only their programs. Services that
# the machine had before are neither stopped nor changed.
set -euo pipefail

readonly policy=/usr/sbin/policy-rc.d
readonly cluster_conf=/etc/postgresql-common/createcluster.d/plexus-dev.conf
readonly mark='# Written by Plexus ./dev for the time of one installation.'
readonly daemons=(redis-server nginx)

# Whoever has a policy already keeps it.
deny_service_starts() {
  [[ ! -e $policy ]] || grep -qF "$mark" "$policy" || return 0
  cat >"$policy" <<POLICY
#!/bin/sh
$mark
case "\$1" in postgresql* | redis-server* | nginx*) exit 101 ;; esac
exit 0
POLICY
  chmod 755 "$policy"
}

deny_main_cluster() {
  mkdir -p "$(dirname "$cluster_conf")"
  printf '%s\ncreate_main_cluster = false\n' "$mark" >"$cluster_conf"
}

clean_up() {
  rm -f "$cluster_conf"
  if [[ -e $policy ]] && grep -qF "$mark" "$policy"; then rm -f "$policy"; fi
}

has_service() { [[ -e /etc/init.d/$1 || -e /lib/systemd/system/$1.service ]]; }

main() {
  local new=() daemon
  for daemon in "${daemons[@]}"; do
    has_service "$daemon" || new+=("$daemon")
  done

  trap clean_up EXIT
  deny_service_starts
  deny_main_cluster
  export DEBIAN_FRONTEND=noninteractive
  local apt=(apt-get --quiet --quiet -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
  "${apt[@]}" update </dev/null
  "${apt[@]}" install --yes --no-install-recommends "$@" </dev/null

  # What this installation brought must not come up at the next boot either.
  for daemon in "${new[@]}"; do
    if has_service "$daemon"; then update-rc.d "$daemon" disable; fi
  done
}

main "$@"
