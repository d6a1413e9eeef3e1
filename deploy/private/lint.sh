# ./dev format and ./dev lint.

readonly cxx_files=('*.cc' '*.h')
readonly shell_files=(dev .ci/run '*.sh' deploy/container deploy/compose/init deploy/compose/local-images/build
  deploy/compose/local-images/postgres/entrypoint deploy/all-in-one/entrypoint)
readonly buf='@bufbuild/buf@1.75.0'

# format_files fix|check changed|all
format_files() {
  local files options=(-i)
  [[ $1 == fix ]] || options=(--dry-run -Werror)
  mapfile -t files < <("$2_files" "${cxx_files[@]}")
  ((${#files[@]})) || return 0
  printf '%s\0' "${files[@]}" | xargs -0 clang-format-14 --style=file "${options[@]}" ||
    die "not formatted; run ./dev format"
}

# lint_files changed|all: every check runs even if an earlier one failed.
lint_files() {
  local failed=()
  lint_layers || failed+=(layers)
  lint_shell "$1" || failed+=(shellcheck)
  lint_protos || failed+=(buf)
  lint_cxx "$1" || failed+=(clang-tidy)
  ((${#failed[@]} == 0)) || die "failed: ${failed[*]}"
}

lint_layers() { python3 tests/checks/layers.py; }

lint_shell() {
  local files
  mapfile -t files < <("$1_files" "${shell_files[@]}")
  ((${#files[@]} == 0)) || shellcheck "${files[@]}"
}

# STANDARD rules, and no break against the last release (a tag v…).
lint_protos() {
  [[ -n $(all_files 'protos/*.proto') ]] || return 0
  local release
  npx --yes "$buf" lint || return 1
  release=$(repo_git describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || return 0
  npx --yes "$buf" breaking --against ".git#tag=$release"
}

# clang-tidy on sources, at most $PLEXUS_LINT_FILES of them: it takes seconds a file. The rest are named as not checked.
lint_cxx() {
  local files limit=${PLEXUS_LINT_FILES:-0}
  mapfile -t files < <("$1_files" '*.cc' | compiled_files)
  ((${#files[@]})) || return 0
  if ((limit > 0 && ${#files[@]} > limit)); then
    say "clang-tidy reads $limit of ${#files[@]} changed files (PLEXUS_LINT_FILES); not: ${files[*]:limit}"
    files=("${files[@]:0:limit}")
  fi
  tidy_database
  printf '%s\0' "${files[@]}" |
    xargs -0 -n 1 -P "$(build_jobs)" nice clang-tidy-14 -p build/dev/tidy --quiet --extra-arg=-Wno-everything
}

# g++'s compile commands without what clang does not know, and without sanitizers, whose headers are in a package of
# their own.
tidy_database() {
  mkdir -p build/dev/tidy
  sed -E 's/ -fcoroutines / /; s/ -f(no-)?sanitize[^ "]*//g' build/dev/compile_commands.json \
    >build/dev/tidy/compile_commands.json
}

# Of the files on the input, those that the dev preset compiles.
compiled_files() {
  local file
  while read -r file; do
    if grep -qF "\"$root/$file\"" build/dev/compile_commands.json; then printf '%s\n' "$file"; fi
  done
}
