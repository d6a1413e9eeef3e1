#!/usr/bin/env bash
# systemd.sh PLEXUS: systemd finds nothing wrong with the unit, as it would be for the instance plexus@sync.
source tests/deploy/check.sh
needs systemd-analyze

unit=$scratch/plexus@.service
sed "s#^ExecStart=/usr/local/bin/plexus#ExecStart=$1#" deploy/systemd/plexus@.service >"$unit"
ln -s "$unit" "$scratch/plexus@sync.service"

check() { SYSTEMD_UNIT_PATH=$scratch: systemd-analyze verify --man=no "$scratch/plexus@sync.service" 2>&1; }

# It reports what other units of this machine are missing, too.
found=$(check | grep -F "plexus@" || true)
[[ -z $found ]] || fail "$found"
echo 'NoSuchDirective=yes' >>"$unit"
[[ $(check) == *NoSuchDirective* ]] || fail "systemd-analyze does not read the unit, so this check sees nothing"
