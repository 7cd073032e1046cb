package io.millrace.gateway.console;

import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batches of one workspace in every state that the console shows, as the job would publish them.
 */
final class SampleBatches {

    static final String RUNNING = "msgbatch_0VxD3kQ1r8TnWm5Yb2Hc7LpZ";
    static final String WAITING = "msgbatch_0VxD4aB9s2KfRj6Ue3Gd8MqX";
    static final String CANCELED = "msgbatch_0VxD2bN7t4PhSk1Vf9Jz5CwY";
    static final String ENDED = "msgbatch_0VxC8mE5w6QgTz3Xd1Ra4BvK";
    static final String OPENAI = "batch_0VxC1pF2y7SjUa4Ze6Tb9DnM";

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final String workspace;
    private final long nowMs;

    SampleBatches(String workspace, long nowMs) {
        this.workspace = workspace;
        this.nowMs = nowMs;
    }

    BatchState waiting() {
        return batch(WAITING, "anthropic", 5000, BatchCounts.NONE, 4000, null, null);
    }

    BatchState running(long finished) {
        long errored = 212;
        BatchCounts counts =
                new BatchCounts(
                        finished - errored,
                        errored,
                        0,
                        0,
                        finished * 131,
                        finished * 47,
                        finished * 60,
                        finished * 80,
                        finished * 31);
        long leftMs = 7 * MINUTE + MINUTE / 2;
        return batch(RUNNING, "anthropic", 100_000, counts, 5 * MINUTE, null, leftMs);
    }

    BatchState canceled() {
        BatchCounts counts = new BatchCounts(1310, 0, 90, 0, 98_250, 40_110, 0);
        return batch(CANCELED, "anthropic", 2400, counts, 15 * MINUTE, null, null)
                .canceledAt(nowMs);
    }

    /** Its results are {@link #resultLines}. */
    BatchState ended() {
        BatchCounts counts = new BatchCounts(1187, 9, 0, 4, 161_000, 57_210, 0, 96_400, 37_600);
        return batch(ENDED, "anthropic", 1200, counts, 120 * MINUTE, 5 * MINUTE, null);
    }

    BatchState openAi() {
        BatchCounts counts = new BatchCounts(320, 0, 0, 0, 41_000, 15_210, 0);
        return batch(OPENAI, "openai", 320, counts, 25 * 60 * MINUTE, 16 * MINUTE, null);
    }

    private BatchState batch(
            String id,
            String dialect,
            long requests,
            BatchCounts counts,
            long ageMs,
            @Nullable Long tookMs,
            @Nullable Long leftMs) {
        long createdMs = nowMs - ageMs;
        long expiresMs = createdMs + Duration.ofHours(24).toMillis();
        long archivedMs = createdMs + Duration.ofDays(29).toMillis();
        BatchManifest manifest =
                new BatchManifest(
                        id,
                        workspace,
                        dialect,
                        requests,
                        createdMs,
                        expiresMs,
                        archivedMs,
                        Map.of());
        Long endedMs = tookMs == null ? null : (Long) (createdMs + tookMs);
        Long estimatedEndMs = leftMs == null ? null : (Long) (nowMs + leftMs);
        return new BatchState(manifest, counts, null, endedMs, null, estimatedEndMs);
    }

    /** 5 invalid requests, 4 of an unknown model, 4 expired, 1187 answered. */
    static List<String> resultLines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            lines.add("{\"custom_id\":\"question-%04d\",\"result\":%s}".formatted(i, result(i)));
        }
        return lines;
    }

    private static String result(int index) {
        if (index < 5) {
            return error("invalid_request_error", "max_tokens: 0 (expected: at least 1)");
        }
        if (index < 9) {
            return error("not_found_error", "model: no-such-model (expected: tiny-chat)");
        }
        if (index < 13) {
            return "{\"type\":\"expired\"}";
        }
        return """
        {"type":"succeeded","message":{"content":[{"type":"text",\
        "text":"The capital of France is Paris, on the Seine."}],"stop_reason":"end_turn",\
        "usage":{"input_tokens":134,"output_tokens":%d,"cache_read_input_tokens":0}}}"""
                .formatted(30 + index % 40);
    }

    private static String error(String type, String message) {
        return """
        {"type":"errored","error":{"type":"error","error":{"type":"%s","message":"%s"},\
        "request_id":null}}"""
                .formatted(type, message);
    }

    /** Entries of a batch to create. */
    static List<String> requestLines(int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(
                    """
                    {"custom_id":"q-%d","params":{"model":"tiny-chat","max_tokens":5,\
                    "messages":[{"role":"user","content":"Hi"}]}}"""
                            .formatted(i));
        }
        return lines;
    }
}
