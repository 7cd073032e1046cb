package io.millrace.operators.batch;

import java.util.OptionalInt;
import org.apache.flink.annotation.Internal;

/**
 * What {@code generate} tells the {@code batch} that it is chained to. All calls are made on the
 * task's thread, inside the turn of the mailbox in which the thing happened.
 */
@Internal
public interface BatchPort {

    /** Here is an engine; called once, before anything else. May hand out work at once. */
    void attach(EnginePort engine) throws Exception;

    /** The engine may take more now. */
    void roomGrew() throws Exception;

    /**
     * A request's result was emitted: forget it.
     *
     * @param answerTokens the length of an answer that ended by itself or at its limit; empty if
     *     there is nothing to learn from it
     */
    void finished(String key, OptionalInt answerTokens) throws Exception;
}
