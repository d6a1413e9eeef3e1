# Matrix by curl, for the scripts beside this file. Variables of theirs: url.

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# value KEY: of the JSON object on the input.
value() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# matrix METHOD PATH [TOKEN [BODY]]: prints the answer, fails unless it is a success.
matrix() {
  local options=(--silent --show-error --fail-with-body --max-time 30 --request "$1")
  [[ -z ${3:-} ]] || options+=(--header "Authorization: Bearer $3")
  [[ -z ${4:-} ]] || options+=(--data "$4")
  curl "${options[@]}" "$url/_matrix/client/$2"
}

log_in() {
  matrix POST v3/login "" \
    '{"type":"m.login.password","identifier":{"type":"m.id.user","user":"'"$1"'"},"password":"'"$2"'"}' |
    value access_token
}

# talk TOKEN_A TOKEN_B USER_B TEXT: A makes a room, B joins it, A sends and B's sync brings it. Prints the room's id.
talk() {
  local room since
  room=$(matrix POST v3/createRoom "$1" '{"invite":["'"$3"'"]}' | value room_id)
  matrix POST "v3/join/$room" "$2" '{}' >/dev/null
  since=$(matrix GET v3/sync "$2" | value next_batch)
  say_in_room "$1" "$room" "$4"
  hears "$2" "$since" "$4"
  printf '%s\n' "$room"
}

say_in_room() {
  matrix PUT "v3/rooms/$2/send/m.room.message/$RANDOM$RANDOM" "$1" '{"msgtype":"m.text","body":"'"$3"'"}' >/dev/null
}

# hears TOKEN SINCE TEXT: within ten seconds.
hears() {
  local since=$2 answer deadline=$((SECONDS + 10))
  until answer=$(matrix GET "v3/sync?timeout=2000&since=$since" "$1") && [[ $answer == *"$3"* ]]; do
    ((SECONDS < deadline)) || fail "'$3' did not arrive"
    since=$(value next_batch <<<"$answer")
  done
}

wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

answers() { matrix GET versions >/dev/null 2>&1; }
