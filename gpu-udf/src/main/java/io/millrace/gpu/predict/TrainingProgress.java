package io.millrace.gpu.predict;

/** Is told how far a training has come. Called on the training thread. */
public interface TrainingProgress {

    /**
     * So much of a stage is done.
     *
     * @param stage for example {@code encoding}
     * @param detail what to show beside it; may be empty
     */
    void update(String stage, long done, long total, String detail);
}
