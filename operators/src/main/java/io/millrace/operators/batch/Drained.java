package io.millrace.operators.batch;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/** Tells the coordinator that a subtask's input ended and every request has its result. */
enum Drained implements OperatorEvent {
    INSTANCE
}
