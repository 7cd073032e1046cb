package io.millrace.core.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A batch as it stands on the compacted topic, under its id: written by the gateway that created
 * it, then by the job alone. Later ones replace earlier ones. Immutable.
 *
 * @param counts live while the batch is in progress
 * @param cancelInitiatedMs epoch milliseconds; null unless it was canceled
 * @param endedMs epoch milliseconds; null until all results are there and readable
 * @param archivedMs epoch milliseconds; null until its results were removed
 * @param estimatedEndMs epoch milliseconds at which the job expects it to end; null if it cannot
 *     tell
 */
public record BatchState(
        BatchManifest manifest,
        BatchCounts counts,
        @Nullable Long cancelInitiatedMs,
        @Nullable Long endedMs,
        @Nullable Long archivedMs,
        @Nullable Long estimatedEndMs) {

    /** How far it is. */
    public enum Status {
        IN_PROGRESS,
        CANCELING,
        ENDED
    }

    /** A batch without any result. */
    public static BatchState created(BatchManifest manifest) {
        return new BatchState(manifest, BatchCounts.NONE, null, null, null, null);
    }

    /** How far it is. */
    public Status status() {
        if (endedMs != null) {
            return Status.ENDED;
        }
        return cancelInitiatedMs == null ? Status.IN_PROGRESS : Status.CANCELING;
    }

    /** The same with a cancellation; the first one counts, and none does once it has ended. */
    public BatchState canceledAt(long atMs) {
        return cancelInitiatedMs != null || endedMs != null
                ? this
                : new BatchState(manifest, counts, atMs, null, archivedMs, estimatedEndMs);
    }
}
