# An instance is one private Postgres with one private Redis, named by what it is for: run, test, load.
#
#   var/NAME/        what belongs to the instance and to the checkout: configuration, keys
#   var/NAME/data/   the cluster, the logs. As root a symlink: Postgres refuses to run as root, and the user postgres
#                    cannot enter a checkout under /root, so the data are in /var/lib/plexus-dev
#   socket_dir       the sockets, in a short path (a socket's path has at most 107 bytes), open to one user only
#
# use_instance NAME sets instance, instance_dir, data_dir, socket_dir and service_user, and makes the directories.

readonly root_data=/var/lib/plexus-dev

use_instance() {
  [[ ${1:-} =~ ^[a-z][a-z0-9_-]{0,15}$ ]] || die "an instance's name is 1 to 16 of a-z 0-9 _ -, not '${1:-}'"
  local checkout_hash
  checkout_hash=$(printf '%s' "$root" | sha256sum | cut -c1-12)
  instance=$1
  instance_dir=$root/var/$1
  mkdir -p "$instance_dir" 2>/dev/null && [[ -w $instance_dir ]] ||
    die "cannot write $instance_dir; was ./dev run here as another user?"

  if ((EUID == 0)); then
    service_user=postgres
    id -u postgres >/dev/null 2>&1 || die "there is no user postgres: install the package postgresql-15"
    socket_dir=/run/plexus-$checkout_hash/$1
    use_root_data "$root_data/$checkout_hash"
  else
    service_user=$(id -un)
    socket_dir=/tmp/plexus-$EUID-$checkout_hash/$1
    data_dir=$instance_dir/data
    [[ ! -L $data_dir ]] || die "$instance_dir was made by root: run ./dev as root, or remove it"
    make_private_dir "$data_dir"
  fi
  make_private_dir "$(dirname "$socket_dir")"
  make_private_dir "$socket_dir"
}

# Sets data_dir to HOME_DIR/<instance>. The symlink var/NAME/data records that the data belong to this checkout: without
# it they are what an earlier checkout in the same place left behind.
use_root_data() {
  local home_dir=$1 link=$instance_dir/data
  data_dir=$home_dir/$instance
  if [[ -d $data_dir && $(readlink "$link") != "$data_dir" ]]; then
    say "removing the data of an earlier checkout, $data_dir"
    stop_instance
    rm -rf "$data_dir"
  fi
  mkdir -p "$root_data"
  make_private_dir "$home_dir"
  make_private_dir "$data_dir"
  ln -sfn "$data_dir" "$link"
}

# A directory that only service_user (and root) can enter. One that another user has put in its place is refused.
make_private_dir() {
  local dir=$1 owner
  if mkdir -m 700 "$dir" 2>/dev/null && ((EUID == 0)); then chown "$service_user:" "$dir"; fi
  owner=$(stat --format='%F %U %a' "$dir") || die "cannot make $dir"
  [[ $owner == "directory $service_user 700" ]] ||
    die "$dir is '$owner', not a directory of $service_user with mode 700: remove it"
}

# Runs a program as service_user, without the caller's PG* variables, locks (descriptors 8 and 9) and input.
as_service_user() {
  local prefix=()
  if ((EUID == 0)); then
    prefix=(setpriv --reuid="$service_user" --regid="$service_user" --init-groups --inh-caps=-all)
  fi
  (cd / && exec env -i PATH="$PATH" HOME="$data_dir" LC_ALL=C TZ=UTC "${prefix[@]}" "$@" </dev/null 8>&- 9>&-)
}
