#!/usr/bin/env bash
# topics.sh BROKER:PORT: makes the topics that are missing. Partitions bound how many engines can read at once.
set -euo pipefail

brokers=$1
partitions=${MILLRACE_PARTITIONS:-8}
replication=${MILLRACE_REPLICATION:-1}
kafka=${KAFKA_HOME:-/opt/kafka}/bin/kafka-topics.sh
# A request of 8 MiB and what belongs to it.
record=$((8 * 1024 * 1024 + 64 * 1024))

make() {
  local topic=$1 count=$2
  shift 2
  "$kafka" --bootstrap-server "$brokers" --create --if-not-exists --topic "millrace.$topic" \
    --partitions "$count" --replication-factor "$replication" "$@"
}

make requests "$partitions" --config max.message.bytes=$record
make results "$partitions" --config max.message.bytes=$record
make deadletter 1 --config max.message.bytes=$record
# Read from the beginning by gateways: one partition keeps its order, and no batch is older than 29 days.
make control 1 --config retention.ms=$((30 * 24 * 3600 * 1000))
make batches 1 --config cleanup.policy=compact
