package io.millrace.core.control;

import io.millrace.core.ledger.BatchManifest;

/** What an operator of the job, human or gateway, tells a running job; sent to every subtask. */
public sealed interface ControlMessage {

    /**
     * End a request without an answer; ids that are not held are ignored.
     *
     * @param id the client's id; every request that carries it is canceled
     */
    record Cancel(String id) implements ControlMessage {}

    /** What concerns one batch. */
    sealed interface OfBatch extends ControlMessage {
        /** The batch's id. */
        String batch();
    }

    /** A batch exists: its requests were written in the same transaction. */
    record CreateBatch(BatchManifest manifest) implements OfBatch {
        @Override
        public String batch() {
            return manifest.id();
        }
    }

    /**
     * End all requests of a batch that have no result yet, those that are still on their way
     * included.
     *
     * @param atMs epoch milliseconds at which the client asked for it
     */
    record CancelBatch(String batch, long atMs) implements OfBatch {}

    /** Forget a batch that has ended, with its results; one that has not is left as it is. */
    record DeleteBatch(String batch) implements OfBatch {}
}
