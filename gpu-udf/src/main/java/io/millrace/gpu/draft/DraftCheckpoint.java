package io.millrace.gpu.draft;

import io.millrace.gpu.decode.TargetFeatures;

/** A drafter's files, opened and found to fit the model: what it takes to make the drafter. */
public interface DraftCheckpoint {

    /** What the decoder has to store for it. */
    TargetFeatures features();

    /**
     * Loads it onto the model's device, for use by the calling thread.
     *
     * @return the caller closes it
     */
    Drafter load(DraftContext context);
}
