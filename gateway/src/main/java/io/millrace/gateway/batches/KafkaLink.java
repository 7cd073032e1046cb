package io.millrace.gateway.batches;

import java.util.HashMap;
import java.util.Map;

/**
 * Which brokers, and what the topics are called. Immutable.
 *
 * @param bootstrapServers {@code host:port}, several with commas between
 * @param properties for every client, for example {@code security.protocol}
 */
public record KafkaLink(
        String bootstrapServers,
        Map<String, String> properties,
        String requestsTopic,
        String controlTopic,
        String batchesTopic,
        String resultsTopic) {

    public KafkaLink {
        properties = Map.copyOf(properties);
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException(
                    "kafka.bootstrap-servers: \"\" (expected: host:port, with commas between)");
        }
    }

    /** Brokers that need no further properties, and topics under their usual names. */
    public static KafkaLink of(String bootstrapServers) {
        return new KafkaLink(
                bootstrapServers,
                Map.of(),
                "millrace.requests",
                "millrace.control",
                "millrace.batches",
                "millrace.results");
    }

    /** What a client is configured with: these properties over the link's own. */
    public Map<String, Object> client(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("bootstrap.servers", bootstrapServers);
        all.putAll(more);
        return all;
    }
}
