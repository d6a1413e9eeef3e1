#!/usr/bin/env bash
# compose.sh PLEXUS: docker-compose.yml is understood by whichever Compose there is, roles can be scaled, and the
# configuration that deploy/compose/init writes names the secrets that containers find.
source tests/deploy/check.sh

check_roles_scale() {
  local file=docker-compose.yml
  ! grep -nE '^(name|version):|container_name:' "$file" || fail "$file fixes a name or asks for a version"
  [[ $(grep -c 'ports:' "$file") == 1 ]] || fail "only gateways have a port outside"
}

# Every secret that the configuration reads is one that the compose file defines and gives to the roles.
check_secrets() {
  local name
  for name in $(grep -oE '/run/secrets/[a-z_]+' deploy/compose/plexus.yaml.in | sort -u | xargs -n 1 basename); do
    grep -qE "^  $name: \{file: " docker-compose.yml || fail "docker-compose.yml defines no secret $name"
    grep -qE "^  secrets: \[.*\b$name\b.*\]" docker-compose.yml || fail "roles do not get the secret $name"
  done
}

check_with() {
  "$@" --file docker-compose.yml config --quiet || fail "$* refuses docker-compose.yml"
}

check_roles_scale
check_secrets
compose=()
if docker compose version >/dev/null 2>&1; then check_with docker compose && compose+=(v2); fi
if command -v docker-compose >/dev/null; then check_with docker-compose && compose+=(v1); fi
printf 'read by Compose: %s\n' "${compose[*]:-none is installed}"
((${#compose[@]})) || exit 77
