# build PRESET [TARGET…]: configures a preset of CMakePresets.json when that has not been done, and builds.

build() {
  local preset=$1 targets=()
  shift
  if (($#)); then targets=(--target "$@"); fi
  [[ ! -e build/$preset/build.ninja ]] && configure "$preset"
  nice cmake --build "build/$preset" --parallel "$(build_jobs)" "${targets[@]}"
}

configure() {
  local log=build/$1.configure.log
  mkdir -p build
  say "configuring build/$1"
  cmake --preset "$1" >"$log" 2>&1 || {
    rm -f "build/$1/build.ninja"
    die_with_log "cmake --preset $1 failed" "$log"
  }
}

# One compiler a core, fewer where memory is short: the largest translation units take 1.3 GB.
build_jobs() {
  local cores memory_kb jobs
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  jobs=$((memory_kb / 1500000))
  ((jobs < 1)) && jobs=1
  printf '%s\n' "${PLEXUS_JOBS:-$((jobs < cores ? jobs : cores))}"
}
