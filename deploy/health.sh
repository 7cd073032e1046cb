#!/usr/bin/env bash
# health.sh PORT PATH WORD: true if what this container serves there says WORD. Needs bash only: the images have no curl.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
# Not "grep -q", which would close the connection in the middle of an answer.
grep -- "$3" <&3 >/dev/null
