package io.millrace.gpu.draft;

import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.program.TorchType;

/** A drafter's files, opened and found to fit the model: what it takes to make the drafter. */
public interface DraftCheckpoint {

    /** What the decoder has to store for it. */
    TargetFeatures features();

    /** Bytes of its own keys and values for each block of the model's pool. */
    default long bytesPerBlock(int blockTokens, TorchType type) {
        return 0;
    }

    /**
     * Loads it onto the model's device, for use by the calling thread.
     *
     * @return the caller closes it
     */
    Drafter load(DraftContext context);
}
