package io.millrace.operators.batch;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Failure;
import io.millrace.core.request.QueuedRequest;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** What {@code batch} may ask of the {@code generate} that it is chained to. Task thread only. */
@Internal
public interface EnginePort {

    /** The model that the engine runs. */
    ModelInfo model();

    /** What the engine would take now. */
    EngineRoom room();

    /** How far a request had come when the job was interrupted. */
    Progress progressOf(QueuedRequest request) throws Exception;

    /** Tokens so far of each answer that the engine works on, by key. */
    Map<String, Integer> answerTokens();

    /** Emits a failed result for a request that the engine does not hold, and forgets it. */
    void reject(QueuedRequest request, Failure failure) throws Exception;

    /** Stops a request that the engine holds; its result will carry this failure. */
    void stop(String key, Failure reason);
}
