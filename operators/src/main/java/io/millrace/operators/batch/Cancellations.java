package io.millrace.operators.batch;

import io.millrace.core.request.InferenceRequest;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Ids that were canceled lately, so that a request that was sent before its cancellation is
 * canceled although it arrives after it: control messages overtake requests that wait in Kafka. An
 * id that is used again later is another request and goes ahead. The same on every subtask.
 */
final class Cancellations {

    private static final MapStateDescriptor<String, Long> STATE =
            new MapStateDescriptor<>("cancellations", Types.STRING, Types.LONG);
    private static final long SWEEP_INTERVAL_MS = 60_000;

    private final BroadcastState<String, Long> canceledAtMs;
    private final long windowMs;
    private long sweptMs;

    Cancellations(OperatorStateStore store, long windowMs) throws Exception {
        this.canceledAtMs = store.getBroadcastState(STATE);
        this.windowMs = windowMs;
    }

    void add(String id, long nowMs) throws Exception {
        sweep(nowMs);
        if (windowMs > 0) {
            canceledAtMs.put(id, nowMs);
        }
    }

    /** Whether the request was sent before a cancellation of its id that is still remembered. */
    boolean covers(InferenceRequest request, long nowMs) throws Exception {
        Long canceledMs = canceledAtMs.get(request.id());
        return canceledMs != null
                && nowMs < canceledMs + windowMs
                && request.arrivalMs() <= canceledMs;
    }

    private void sweep(long nowMs) throws Exception {
        if (nowMs < sweptMs + SWEEP_INTERVAL_MS) {
            return;
        }
        sweptMs = nowMs;
        Iterator<Map.Entry<String, Long>> entries = canceledAtMs.iterator();
        while (entries.hasNext()) {
            if (nowMs >= entries.next().getValue() + windowMs) {
                entries.remove();
            }
        }
    }
}
