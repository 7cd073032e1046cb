package io.millrace.gpu.train;

/** Told how far a training has come; called on the thread that trains. */
public interface TrainingObserver {

    /** So many prompts or answers cannot be used: too long for a step, or too short. */
    void leftOut(int count);

    /** So many prompts are answered. */
    void answered(long done, long of);

    /** The hidden states of so many tokens are recorded. */
    void recorded(long tokens, long of);

    /**
     * A step was learnt.
     *
     * @param entropy cross-entropy of the first guess, in nats
     */
    void learnt(int step, int of, double entropy);

    /** What the heads are worth after a step. */
    void measured(int step, HeldOut heldOut);
}
