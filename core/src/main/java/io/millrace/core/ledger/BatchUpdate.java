package io.millrace.core.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What the job has to say about a batch. Immutable.
 *
 * @param state as it is from now on; null: it was deleted
 */
public record BatchUpdate(String batch, @Nullable BatchState state) {

    /** A batch as it is from now on. */
    public static BatchUpdate of(BatchState state) {
        return new BatchUpdate(state.manifest().id(), state);
    }

    /** There is no such batch any more. */
    public static BatchUpdate deleted(String batch) {
        return new BatchUpdate(batch, null);
    }
}
