package io.millrace.core.engine;

/**
 * How much more an engine would take now. More may be submitted; it then waits inside the engine,
 * where no policy of the job sees it any longer.
 *
 * @param sequences further tasks
 * @param tokens KV slots that are free and not promised to tasks already held
 */
public record EngineRoom(int sequences, long tokens) {

    /** Nothing fits. */
    public static final EngineRoom NONE = new EngineRoom(0, 0);

    /** Whether at least one task of that many tokens fits. */
    public boolean fits(long taskTokens) {
        return sequences > 0 && taskTokens <= tokens;
    }
}
