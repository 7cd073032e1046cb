#!/usr/bin/env bash
# Builds and runs the JMH benchmarks; arguments are JMH's, for example a filter: bench.sh LengthBuckets -f 1
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

mvn -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip -Dcheckstyle.skip \
  -Dmillrace.job-jar.skip=true -pl benchmarks -am package

exec java \
  --add-opens=java.base/java.nio=ALL-UNNAMED \
  --enable-native-access=ALL-UNNAMED \
  -Dai.djl.offline=true \
  -cp "benchmarks/target/classes:benchmarks/target/lib/*:flink-job/target/millrace/lib/*" \
  org.openjdk.jmh.Main "$@"
