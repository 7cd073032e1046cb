package io.millrace.connectors.kafka;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;

/** How often a record that was written is seen when the job fails and starts again. Immutable. */
@PublicEvolving
public sealed interface Delivery extends Serializable {

    /** At once, and perhaps again after a failure. */
    record AtLeastOnce() implements Delivery {}

    /**
     * Once, when the checkpoint is complete, by consumers that read committed records.
     *
     * @param transactionalIdPrefix different for each job on the same brokers, the same when a job
     *     starts again
     * @param transactionTimeout after which a broker gives up a transaction, and its records with
     *     it; at most the brokers' {@code transaction.max.timeout.ms}, 15 minutes by default
     */
    record ExactlyOnce(String transactionalIdPrefix, Duration transactionTimeout)
            implements Delivery {

        public ExactlyOnce {
            if (transactionalIdPrefix.isBlank()) {
                throw new IllegalArgumentException(
                        "kafka.transactional-id-prefix: \"%s\" (expected: a name of this job)"
                                .formatted(transactionalIdPrefix));
            }
        }

        /**
         * Checks that a transaction lives until its checkpoint is complete: it opens with one
         * checkpoint and is committed when the next is complete.
         *
         * @throws IllegalArgumentException if it may not
         */
        public void checkAgainst(Duration checkpointInterval, Duration checkpointTimeout) {
            Duration needed = checkpointInterval.plus(checkpointTimeout);
            if (transactionTimeout.compareTo(needed) < 0) {
                throw new IllegalArgumentException(
                        ("transaction timeout: %s (expected: at least execution.checkpointing"
                                        + ".interval and execution.checkpointing.timeout together,"
                                        + " %s, or results of a slow checkpoint are lost)")
                                .formatted(transactionTimeout, needed));
            }
        }

        /**
         * Checks that the brokers allow transactions to live so long; where they do not tell, the
         * first transaction will.
         *
         * @throws IllegalArgumentException if they do not allow it
         */
        public void checkAgainst(KafkaCluster cluster) throws KafkaCluster.Unreachable {
            cluster.brokerSetting("transaction.max.timeout.ms")
                    .map(Long::parseLong)
                    .filter(maxMs -> transactionTimeout.toMillis() > maxMs)
                    .ifPresent(
                            maxMs -> {
                                throw new IllegalArgumentException(
                                        ("transaction timeout: %s (expected: at most the brokers'"
                                                        + " transaction.max.timeout.ms, %s)")
                                                .formatted(
                                                        transactionTimeout,
                                                        Duration.ofMillis(maxMs)));
                            });
        }
    }
}
