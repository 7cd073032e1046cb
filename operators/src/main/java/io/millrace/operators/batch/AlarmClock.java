package io.millrace.operators.batch;

import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.jspecify.annotations.Nullable;

/** Rings once, at the earliest of the times that it was last set to. Task thread only. */
@Internal
public final class AlarmClock {

    private final ProcessingTimeService timers;
    private final Action action;
    private @Nullable ScheduledFuture<?> pending;
    private long pendingMs = Long.MAX_VALUE;

    public AlarmClock(ProcessingTimeService timers, Action action) {
        this.timers = timers;
        this.action = action;
    }

    /** Rings at that time instead of the one that it was set to before; empty: not at all. */
    public void set(OptionalLong timeMs) {
        long wantedMs = timeMs.orElse(Long.MAX_VALUE);
        if (wantedMs == pendingMs) {
            return;
        }
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
        pendingMs = wantedMs;
        if (timeMs.isPresent()) {
            pending = timers.registerTimer(wantedMs, time -> ring());
        }
    }

    private void ring() throws Exception {
        pending = null;
        pendingMs = Long.MAX_VALUE;
        action.run();
    }

    /** What happens when it rings. */
    public interface Action {
        void run() throws Exception;
    }
}
