package io.millrace.operators.batch;

import io.millrace.core.control.ControlMessage.CancelBatch;
import io.millrace.core.ledger.BatchManifest;
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
 *
 * <p>A canceled batch is remembered until it expires, since its requests may wait in Kafka until
 * then. Its manifest says when; without one, the window of single requests holds.
 */
final class Cancellations {

    private static final MapStateDescriptor<String, Long> STATE =
            new MapStateDescriptor<>("cancellations", Types.STRING, Types.LONG);
    private static final MapStateDescriptor<String, Long> EXPIRIES =
            new MapStateDescriptor<>("batch-expiries", Types.STRING, Types.LONG);
    private static final MapStateDescriptor<String, Long> BATCHES =
            new MapStateDescriptor<>("canceled-batches", Types.STRING, Types.LONG);
    private static final long SWEEP_INTERVAL_MS = 60_000;

    private final BroadcastState<String, Long> canceledAtMs;
    private final BroadcastState<String, Long> batchExpiresMs;
    private final BroadcastState<String, Long> batchForgottenMs;
    private final long windowMs;
    private long sweptMs;

    Cancellations(OperatorStateStore store, long windowMs) throws Exception {
        this.canceledAtMs = store.getBroadcastState(STATE);
        this.batchExpiresMs = store.getBroadcastState(EXPIRIES);
        this.batchForgottenMs = store.getBroadcastState(BATCHES);
        this.windowMs = windowMs;
    }

    void add(String id, long nowMs) throws Exception {
        sweep(nowMs);
        if (windowMs > 0) {
            canceledAtMs.put(id, nowMs);
        }
    }

    /** A batch exists; it may have been canceled already. */
    void created(BatchManifest manifest, long nowMs) throws Exception {
        sweep(nowMs);
        if (batchForgottenMs.contains(manifest.id())) {
            batchForgottenMs.put(manifest.id(), manifest.expiresMs());
        } else if (manifest.expiresMs() > nowMs) {
            batchExpiresMs.put(manifest.id(), manifest.expiresMs());
        }
    }

    void add(CancelBatch canceled, long nowMs) throws Exception {
        sweep(nowMs);
        Long expiresMs = batchExpiresMs.get(canceled.batch());
        batchExpiresMs.remove(canceled.batch());
        if (!batchForgottenMs.contains(canceled.batch())) {
            batchForgottenMs.put(
                    canceled.batch(), expiresMs == null ? nowMs + windowMs : expiresMs);
        }
    }

    /**
     * Whether a cancellation that is still remembered means the request: one of its batch, or one
     * of its id that was sent after it.
     */
    boolean covers(InferenceRequest request, long nowMs) throws Exception {
        return coversBatch(request, nowMs) || coversId(request, nowMs);
    }

    private boolean coversBatch(InferenceRequest request, long nowMs) throws Exception {
        Long forgottenMs = request.batch() == null ? null : batchForgottenMs.get(request.batch());
        return forgottenMs != null && nowMs < forgottenMs;
    }

    private boolean coversId(InferenceRequest request, long nowMs) throws Exception {
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
        removeBefore(canceledAtMs, nowMs - windowMs);
        removeBefore(batchExpiresMs, nowMs);
        removeBefore(batchForgottenMs, nowMs);
    }

    private static void removeBefore(BroadcastState<String, Long> times, long ms) throws Exception {
        Iterator<Map.Entry<String, Long>> entries = times.iterator();
        while (entries.hasNext()) {
            if (entries.next().getValue() <= ms) {
                entries.remove();
            }
        }
    }
}
