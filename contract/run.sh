#!/usr/bin/env bash
# Tests a Millrace with the official JavaScript clients of Anthropic and OpenAI: the one at MILLRACE_URL with
# MILLRACE_API_KEY, or one that this script starts. Exit status 75: not run, the line before says why.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
reports=$here/target/node-reports
log=$here/target/millrace.log
not_run=75

say() { printf 'contract: %s\n' "$*"; }

skip() {
  say "not run: $*"
  exit $not_run
}

command -v node >/dev/null 2>&1 || skip "Node.js is not installed"
command -v npm >/dev/null 2>&1 || skip "npm is not installed"
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
  || skip "Node.js $(node --version) (expected: 20.19 or later)"
mkdir -p "$here/target"

# What is installed is looked up in the lock file's own copy, so that a changed lock installs anew.
if ! cmp -s "$here/package-lock.json" "$here/node_modules/.locked"; then
  say "installing the clients ..."
  if ! (cd "$here" && timeout 180 npm ci --ignore-scripts --no-audit --no-fund --prefer-offline \
      --fetch-retries=1 --fetch-timeout=30000) >"$here/target/npm.log" 2>&1; then
    if grep -Eq 'EUSAGE|EINTEGRITY|EBADENGINE' "$here/target/npm.log"; then
      cat "$here/target/npm.log"
      exit 1
    fi
    skip "npm cannot install the clients here, see contract/target/npm.log"
  fi
  cp "$here/package-lock.json" "$here/node_modules/.locked"
fi

free_ports() {
  node -e '
    const { createServer } = require("node:net");
    const servers = [1, 2, 3].map(() => createServer().listen(0, "127.0.0.1"));
    Promise.all(servers.map((s) => new Promise((done) => s.on("listening", done)))).then(() => {
      console.log(servers.map((s) => s.address().port).join(" "));
      servers.forEach((s) => s.close());
    });'
}

ready() { node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$1/readyz"; }

service=
stop() {
  if [ -n "$service" ]; then
    kill "$service" 2>/dev/null || true
    wait "$service" 2>/dev/null || true
  fi
}

if [ -z "${MILLRACE_URL:-}" ]; then
  read -r gateway kafka dashboard < <(free_ports)
  MILLRACE_URL=http://127.0.0.1:$gateway
  MILLRACE_API_KEY=contract-$(node -p 'crypto.randomUUID()')
  say "starting ./millrace up, which logs to contract/target/millrace.log"
  trap stop EXIT
  "$root/millrace" up --gateway-port "$gateway" --kafka-port "$kafka" --dashboard-port "$dashboard" \
    --api-key "$MILLRACE_API_KEY" >"$log" 2>&1 &
  service=$!
  for ((second = 0; second < 120; second++)); do
    ready "$MILLRACE_URL" && break
    if ! kill -0 "$service" 2>/dev/null; then
      break
    fi
    sleep 1
  done
  if ! ready "$MILLRACE_URL"; then
    say "Millrace is not ready; its last lines:"
    tail -n 20 "$log"
    exit 1
  fi
  say "ready after $second s"
fi
export MILLRACE_URL MILLRACE_API_KEY

rm -rf "$reports"
mkdir -p "$reports"
cd "$here"
node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=junit --test-reporter-destination="$reports/TEST-contract.xml" "$@" \
  test/anthropic-1.test.js test/anthropic-0.test.js test/openai.test.js
