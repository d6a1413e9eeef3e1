#!/usr/bin/env bash
# The figures of docs/performance.md, measured: `./dev load [--seconds=N] [STEP…]`, which starts Postgres and Redis and
# names them in the environment. Ends what it starts.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
for name in PLEXUS_BUILD PLEXUS_BIN PLEXUS_TEST_PG PLEXUS_TEST_REDIS; do
  [[ -n ${!name:-} ]] || { echo "run.sh: $name is not set; use ./dev load" >&2 && exit 2; }
done
exec python3 -B "$here/measure/main.py" "$@"
