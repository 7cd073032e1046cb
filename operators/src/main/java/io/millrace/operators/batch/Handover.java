package io.millrace.operators.batch;

import org.apache.flink.annotation.Internal;

/**
 * What {@code batch} passes to the {@code generate} that it is chained to. It never leaves the
 * task: it is handed over by reference and cannot be serialised.
 */
@Internal
public sealed interface Handover {

    /** The first of all: who holds the requests. {@code generate} attaches its engine to it. */
    record Introduction(BatchPort batch) implements Handover {}

    /** Requests for the engine; the receiver closes it. */
    record Work(TokenBatch tokens) implements Handover {}
}
