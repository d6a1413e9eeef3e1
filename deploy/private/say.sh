# Messages of ./dev, on stderr so that a command's own output stays clean.

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# die_with_log MESSAGE FILE: shows the end of the log first.
die_with_log() {
  tail -n 20 "$2" >&2 || true
  die "$1; its log is $2"
}
