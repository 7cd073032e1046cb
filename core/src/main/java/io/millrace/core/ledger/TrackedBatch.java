package io.millrace.core.ledger;

import io.millrace.core.request.Completion;
import io.millrace.core.schedule.WaitingTime;
import org.jspecify.annotations.Nullable;

/**
 * What the job knows of a batch: its results so far and what was asked for it, in whatever order
 * that came. Immutable.
 *
 * @param manifest null while only results or messages of it have come
 * @param seenMs epoch milliseconds at which the job first heard of it
 * @param firstResultMs epoch milliseconds; null before its first result
 * @param next what happens to it once a checkpoint holds this
 */
public record TrackedBatch(
        @Nullable BatchManifest manifest,
        BatchCounts counts,
        @Nullable Long cancelInitiatedMs,
        @Nullable Long endedMs,
        @Nullable Long archivedMs,
        long seenMs,
        @Nullable Long firstResultMs,
        Step next) {

    private static final double SECOND_MS = 1000;

    /** What must wait for a checkpoint, so that it is not done for something that never was. */
    public enum Step {
        NONE,
        END,
        MERGE,
        ARCHIVE,
        DELETE
    }

    /** A batch that was first heard of at that time. */
    public static TrackedBatch seen(long nowMs) {
        return new TrackedBatch(null, BatchCounts.NONE, null, null, null, nowMs, null, Step.NONE);
    }

    /** With its manifest; the first one counts. */
    public TrackedBatch created(BatchManifest created) {
        return manifest != null
                ? this
                : new TrackedBatch(
                                created,
                                counts,
                                cancelInitiatedMs,
                                endedMs,
                                archivedMs,
                                seenMs,
                                firstResultMs,
                                next)
                        .endIfComplete();
    }

    /** Whether anything has happened to it since it was created. */
    public boolean hasNews() {
        return counts.finished() > 0 || cancelInitiatedMs != null;
    }

    /** Whether all its results are there: what comes now is not its own. */
    public boolean isComplete() {
        return manifest != null && counts.finished() >= manifest.requests();
    }

    /** With one more result, unless it is complete. */
    public TrackedBatch counted(Completion result, long nowMs) {
        return isComplete()
                ? this
                : new TrackedBatch(
                                manifest,
                                counts.plus(result.status(), result.usage()),
                                cancelInitiatedMs,
                                endedMs,
                                archivedMs,
                                seenMs,
                                firstResultMs == null ? (Long) nowMs : firstResultMs,
                                next)
                        .endIfComplete();
    }

    /** Canceled; the first time counts, and none once it has ended. */
    public TrackedBatch canceledAt(long atMs) {
        return cancelInitiatedMs != null || endedMs != null
                ? this
                : new TrackedBatch(
                        manifest, counts, atMs, null, archivedMs, seenMs, firstResultMs, next);
    }

    /** To be deleted, if it has ended. */
    public TrackedBatch deleted() {
        return endedMs == null ? this : with(Step.DELETE);
    }

    /** To be forgotten with whatever was written of it, if it never got a manifest. */
    public TrackedBatch abandoned() {
        return manifest != null ? this : with(Step.DELETE);
    }

    /** To be archived if its time has come and nothing else is to be done first. */
    public TrackedBatch archivedIfDue(long nowMs) {
        boolean due =
                manifest != null
                        && endedMs != null
                        && archivedMs == null
                        && (next == Step.NONE || next == Step.MERGE)
                        && nowMs >= manifest.archivedMs();
        return due ? with(Step.ARCHIVE) : this;
    }

    /** Ended; the files of its results are to be merged. */
    public TrackedBatch endedAt(long nowMs) {
        return new TrackedBatch(
                manifest,
                counts,
                cancelInitiatedMs,
                nowMs,
                archivedMs,
                seenMs,
                firstResultMs,
                Step.MERGE);
    }

    /** The files of its results are one, unless something else is to be done by now. */
    public TrackedBatch merged() {
        return next == Step.MERGE ? with(Step.NONE) : this;
    }

    /** Archived: its results are gone. */
    public TrackedBatch archivedAt(long nowMs) {
        return new TrackedBatch(
                manifest,
                counts,
                cancelInitiatedMs,
                endedMs,
                nowMs,
                seenMs,
                firstResultMs,
                Step.NONE);
    }

    /**
     * As clients see it.
     *
     * @throws IllegalStateException without a manifest
     */
    public BatchState state(long nowMs) {
        if (manifest == null) {
            throw new IllegalStateException("manifest: none (expected: a batch that was created)");
        }
        return new BatchState(
                manifest,
                counts,
                cancelInitiatedMs,
                endedMs,
                archivedMs,
                endedMs == null ? estimatedEndMs(manifest, nowMs) : null);
    }

    /**
     * By the waiting time behind its own requests that have no result yet (QLM, see {@link
     * WaitingTime}), served as fast as those since its first result were; when it expires at the
     * latest. Null before two results with tokens tell a speed.
     */
    private @Nullable Long estimatedEndMs(BatchManifest created, long nowMs) {
        if (firstResultMs == null || nowMs <= firstResultMs || counts.outputTokens() == 0) {
            return null;
        }
        double meanTokens = (double) counts.outputTokens() / counts.finished();
        double seconds = (nowMs - firstResultMs) / SECOND_MS;
        double tokensPerSecond = meanTokens * (counts.finished() - 1) / seconds;
        if (tokensPerSecond <= 0) {
            return null;
        }
        long remaining = Math.max(0, created.requests() - counts.finished());
        WaitingTime rest = WaitingTime.behind(remaining, meanTokens, 0, tokensPerSecond);
        return Math.min(nowMs + Math.round(rest.meanMs()), Math.max(nowMs, created.expiresMs()));
    }

    private TrackedBatch endIfComplete() {
        return isComplete() && endedMs == null ? with(Step.END) : this;
    }

    private TrackedBatch with(Step step) {
        return new TrackedBatch(
                manifest,
                counts,
                cancelInitiatedMs,
                endedMs,
                archivedMs,
                seenMs,
                firstResultMs,
                step);
    }
}
