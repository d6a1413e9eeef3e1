# install_packages GROUP…: installs what is missing of the named groups of deploy/packages.txt, asking apt once.

install_packages() {
  local missing log=var/packages.log
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  mkdir -p var
  as_root bash deploy/private/install_packages.sh "${missing[@]}" >"$log" 2>&1 ||
    die_with_log "the installation failed" "$log"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "no sudo here; as root, run: $*"
  fi
}

# The packages of the given groups, one a line.
packages_of() {
  local groups=" $* "
  awk -v groups="$groups" '
    /^#:/ { wanted = index(groups, " " $2 " ") > 0; next }
    /^#/ || NF == 0 { next }
    wanted { print $1 }' deploy/packages.txt
}

missing_packages() {
  comm -23 <(packages_of "$@" | without_present_node | sort -u) <(installed_packages "$@")
}

installed_packages() {
  local wanted
  mapfile -t wanted < <(packages_of "$@")
  dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
    awk '$2 == "installed" { print $1 }' | sort -u
}

# Debian's npm is some 400 packages: a Node that came from elsewhere and brings its own npm serves as well.
without_present_node() {
  if have_node; then grep -vxE 'nodejs|npm' || true; else cat; fi
}

have_node() {
  local version
  command -v npm >/dev/null && version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  ((${version%%.*} >= 18))
}
