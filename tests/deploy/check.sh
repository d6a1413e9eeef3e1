# Sourced by the checks: a scratch directory that goes when the check ends, and how to fail and to skip.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# needs PROGRAM: skips the check where there is none.
needs() {
  command -v "$1" >/dev/null || {
    printf 'skipped: %s is not installed\n' "$1"
    exit 77
  }
}
