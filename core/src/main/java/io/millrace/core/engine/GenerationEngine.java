package io.millrace.core.engine;

import io.millrace.core.request.QuantileShifts;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Generates for many tasks at once on a thread of its own.
 *
 * <p>All methods may be called from any one owner thread while the engine runs; none waits for a
 * step to end. A task that fails is reported as its result; only a broken engine is a failure.
 */
public interface GenerationEngine extends AutoCloseable {

    /** The model that it serves. */
    ModelInfo model();

    /** How weights and arithmetic are represented, for reports: for example {@code int8}. */
    String precision();

    /**
     * Hands over tasks without blocking; buffers in them are free again on return.
     *
     * @throws IllegalArgumentException if a key is already held, or a prompt is empty or exceeds
     *     the context
     */
    void submit(List<GenerationTask> tasks);

    /** Ends a task with {@code CANCELED} at the next step; unknown keys are ignored. */
    void cancel(String key);

    /** What it would take now. */
    EngineRoom room();

    /**
     * Progress of every task that it holds and has not reported, by key. Consistent per task; a few
     * microseconds per task.
     */
    Map<String, Progress> progress();

    /**
     * Goes on correcting a trained predictor's quantiles from there, as an earlier engine had
     * learned; nothing, where there is none or it does not learn.
     */
    default void correctPredictions(QuantileShifts shifts) {}

    /** Counters since the start. */
    EngineStatistics statistics();

    /** Stops after the current step and frees all native memory; unfinished tasks are dropped. */
    @Override
    void close();

    /** Starts engines where the job runs. */
    interface Factory extends Serializable {
        /**
         * Loads the model and starts the engine's thread.
         *
         * @throws IllegalStateException if the model cannot be loaded, naming file and reason
         */
        GenerationEngine start(EngineListener listener);
    }
}
