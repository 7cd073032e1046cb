#!/usr/bin/env bash
# Times the gateway at MILLRACE_URL (default http://localhost:8080) with the key in MILLRACE_API_KEY:
#   gateway.sh create REQUESTS BYTES   creates a batch of so many requests, each with so many bytes of text
#   gateway.sh results ID              downloads the results of a batch that has ended
set -euo pipefail

url=${MILLRACE_URL:-http://localhost:8080}
key=${MILLRACE_API_KEY:?the key that "millrace up" prints}

usage() {
  sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

# Entries of the Message Batches API, as one body.
body() {
  awk -v requests="$1" -v bytes="$2" 'BEGIN {
    text = sprintf("%" bytes "s", ""); gsub(/ /, "x", text)
    printf "{\"requests\":["
    for (i = 0; i < requests; i++) {
      printf "%s{\"custom_id\":\"r-%d\",\"params\":{\"model\":\"tiny-chat\",\"max_tokens\":1,", (i ? "," : ""), i
      printf "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}", text
    }
    print "]}"
  }'
}

case "${1:-}" in
  create)
    [ $# -eq 3 ] || usage
    file=$(mktemp)
    trap 'rm -f "$file"' EXIT
    body "$2" "$3" >"$file"
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
  *) usage ;;
esac
