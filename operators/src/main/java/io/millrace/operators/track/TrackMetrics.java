package io.millrace.operators.track;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What a subtask of {@code track} shows. Task thread only. */
@PublicEvolving
public final class TrackMetrics {

    /** Batches all of whose results are there. */
    public static final String BATCHES_ENDED = "batchesEnded";

    /** Batches whose results were removed in time. */
    public static final String BATCHES_ARCHIVED = "batchesArchived";

    /** Batches that were deleted. */
    public static final String BATCHES_DELETED = "batchesDeleted";

    /** Batches that had results but never a manifest, and were forgotten. */
    public static final String BATCHES_ABANDONED = "batchesAbandoned";

    /** Results that were dropped, since their batch had as many as it has requests. */
    public static final String RESULTS_BEYOND = "resultsBeyond";

    /** Removals of files that failed and are tried again. */
    public static final String REMOVALS_FAILED = "removalsFailed";

    /** Merges of files that failed and are tried again. */
    public static final String MERGES_FAILED = "mergesFailed";

    final Counter ended;
    final Counter archived;
    final Counter deleted;
    final Counter abandoned;
    final Counter resultsBeyond;
    final Counter removalsFailed;
    final Counter mergesFailed;

    TrackMetrics(MetricGroup group) {
        ended = group.counter(BATCHES_ENDED);
        archived = group.counter(BATCHES_ARCHIVED);
        deleted = group.counter(BATCHES_DELETED);
        abandoned = group.counter(BATCHES_ABANDONED);
        resultsBeyond = group.counter(RESULTS_BEYOND);
        removalsFailed = group.counter(REMOVALS_FAILED);
        mergesFailed = group.counter(MERGES_FAILED);
    }
}
