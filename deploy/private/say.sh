# Messages of ./dev, on stderr so that a command's own output stays clean.

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}
