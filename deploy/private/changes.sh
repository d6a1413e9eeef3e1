# Which files the change at hand touches, for the checks that run on what changed.

readonly change_commits=20

# changed_files PATTERN…: tracked and new files that differ from change_base, one a line.
changed_files() {
  {
    repo_git diff --name-only --diff-filter=d "$(change_base)" -- "$@"
    repo_git ls-files --others --exclude-standard -- "$@"
  } | sort -u
}

all_files() { repo_git ls-files --cached --others --exclude-standard -- "$@" | while_present | sort -u; }

while_present() {
  local file
  while read -r file; do [[ -e $file ]] && printf '%s\n' "$file" || true; done
}

# $PLEXUS_BASE; else where this branch left origin/main; on main itself the last 20 commits, or everything if fewer.
change_base() {
  local base=${PLEXUS_BASE:-} head
  head=$(repo_git rev-parse --verify --quiet HEAD || true)
  [[ -n $base ]] || base=$(repo_git merge-base HEAD origin/main 2>/dev/null || true)
  [[ -n $base && $base != "$head" ]] || base=$(repo_git rev-parse --verify --quiet "HEAD~$change_commits" || true)
  [[ -n $base ]] || base=$(repo_git hash-object -t tree /dev/null)
  printf '%s\n' "$base"
}

# Root may work in a checkout of another user.
repo_git() { git -C "$root" -c safe.directory="$root" "$@"; }
