package io.millrace.gateway.intake;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How the gateway's producers are configured. Stateless. */
final class Producers {

    static final Duration CLOSE = Duration.ofSeconds(5);

    private static final int OVERHEAD_BYTES = 1 << 15;
    private static final int BATCH_BYTES = 1 << 18;
    private static final int MIN_BUFFER_BYTES = 16 << 20;

    private Producers() {}

    /** Durable, and silent brokers are noticed within seconds: a client waits for the answer. */
    static Map<String, Object> properties(int maxRecordBytes, Map<String, Object> more) {
        int maxRequestBytes = maxRecordBytes + OVERHEAD_BYTES;
        Map<String, Object> all = new HashMap<>();
        all.put("acks", "all");
        all.put("enable.idempotence", "true");
        all.put("compression.type", "lz4");
        all.put("batch.size", BATCH_BYTES);
        all.put("linger.ms", 2);
        all.put("buffer.memory", (long) Math.max(MIN_BUFFER_BYTES, 2 * maxRequestBytes));
        all.put("max.request.size", maxRequestBytes);
        all.put("max.block.ms", 5_000);
        all.put("request.timeout.ms", 5_000);
        all.put("delivery.timeout.ms", 20_000);
        all.putAll(more);
        return all;
    }
}
