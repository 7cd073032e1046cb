#!/usr/bin/env bash
# Times the gateway at MILLRACE_URL (default http://localhost:8080) with the key in MILLRACE_API_KEY:
#   gateway.sh create REQUESTS BYTES   creates a batch of so many requests, each with so many bytes of text
#   gateway.sh results ID              downloads the results of a batch that has ended
#   gateway.sh poll REQUESTS TOKENS CLIENTS ROUNDS
#       runs batches of so many requests, each answered with so many tokens, in turns without and with so many clients that
#       ask for the batch every second; prints what the job answers per second, and the ratio of watched to alone
set -euo pipefail

url=${MILLRACE_URL:-http://localhost:8080}
key=${MILLRACE_API_KEY:?the key that "millrace up" prints}

usage() {
  sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

# Entries of the Message Batches API, as one body: so many requests of so many bytes, for so many tokens.
body() {
  awk -v requests="$1" -v bytes="$2" -v tokens="$3" 'BEGIN {
    text = sprintf("%" bytes "s", ""); gsub(/ /, "x", text)
    printf "{\"requests\":["
    for (i = 0; i < requests; i++) {
      printf "%s{\"custom_id\":\"r-%d\",\"params\":{\"model\":\"tiny-chat\",\"max_tokens\":%d,", (i ? "," : ""), i, tokens
      printf "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}", text
    }
    print "]}"
  }'
}

# Runs a batch to its end and prints its id and how many milliseconds that took, by the gateway's own clock.
run() {
  local id times
  id=$(curl -sS --fail -H "x-api-key: $key" -H 'content-type: application/json' -H 'x-stainless-retry-count: 0' \
    --data-binary "@$1" "$url/v1/messages/batches" | field id)
  if [ "$2" -gt 0 ]; then
    watch_batch "$id" "$2" &
    watchers=$!
  fi
  while ! times=$(ended "$id"); do
    sleep 1
  done
  if [ -n "$watchers" ]; then
    kill "$watchers"
    wait "$watchers" 2>/dev/null || true
    watchers=
  fi
  printf '%s %s\n' "$id" "$times"
}

# The first text of that name in a JSON object.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

ended() {
  local batch begin end
  batch=$(curl -sS --fail -H "x-api-key: $key" "$url/v1/messages/batches/$1")
  end=$(field ended_at <<<"$batch")
  [ -n "$end" ] || return 1
  begin=$(field created_at <<<"$batch")
  echo $(($(date -d "$end" +%s%3N) - $(date -d "$begin" +%s%3N)))
}

# So many clients at once, each of which asks again a second after its answer; one process, so that it is the gateway
# that is measured and not the start of processes.
watch_batch() {
  while :; do
    curl -sS --parallel --parallel-immediate --parallel-max "$2" -H "x-api-key: $key" -o /dev/null \
      -w '%{http_code}\n' "$url/v1/messages/batches/$1?client=[1-$2]" >>"$polls"
    sleep 1
  done
}

poll() {
  local requests=$1 tokens=$2 clients=$3 rounds=$4 round alone watched id
  body "$requests" 50 "$tokens" >"$file"
  for ((round = 1; round <= rounds; round++)); do
    read -r id alone < <(run "$file" 0)
    read -r id watched < <(run "$file" "$clients")
    awk -v round="$round" -v alone="$alone" -v watched="$watched" -v requests="$requests" 'BEGIN {
      printf "round %d: %.1f requests/s alone, %.1f watched, ratio %.3f\n",
        round, requests * 1000 / alone, requests * 1000 / watched, alone / watched
    }'
  done
  sort "$polls" | uniq -c | awk '{ printf "%d polls with status %s\n", $1, $2 }'
}

case "${1:-}" in
  create)
    [ $# -eq 3 ] || usage
    file=$(mktemp)
    trap 'rm -f "$file"' EXIT
    body "$2" "$3" 1 >"$file"
    curl -sS -H "x-api-key: $key" -H 'content-type: application/json' -H 'x-stainless-retry-count: 0' \
      --data-binary "@$file" -w '\n%{size_upload} bytes, status %{http_code}, %{time_total} s\n' \
      "$url/v1/messages/batches"
    ;;
  results)
    [ $# -eq 2 ] || usage
    curl -sS -H "x-api-key: $key" -o /dev/null \
      -w '%{size_download} bytes, status %{http_code}, %{time_total} s, %{speed_download} bytes/s\n' \
      "$url/v1/messages/batches/$2/results"
    ;;
  poll)
    [ $# -eq 5 ] || usage
    file=$(mktemp)
    polls=$(mktemp)
    watchers=
    trap 'rm -f "$file" "$polls"' EXIT
    poll "${@:2}"
    ;;
  *) usage ;;
esac
