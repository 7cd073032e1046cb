package io.millrace.core.engine;

/**
 * Told what happens in an engine. Every method runs on the engine's thread between two steps, so it
 * must return at once: post to a mailbox and go.
 */
public interface EngineListener {

    /** A task ended; called exactly once per task, after which the engine has forgotten it. */
    void onResult(GenerationResult result);

    /** Room grew: a sequence ended or blocks were freed. Not called after every step. */
    void onRoom();

    /**
     * The engine cannot go on (out of native memory, device lost). It holds its tasks but will not
     * step again; the owner must fail, so that the job restarts from its last checkpoint.
     */
    void onFailure(Throwable cause);
}
