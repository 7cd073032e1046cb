package io.millrace.operators.track;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/** The files of batches' results, as far as {@code track} is concerned. Safe for any thread. */
@PublicEvolving
@FunctionalInterface
public interface ResultFiles extends Serializable {

    /** Removes all that was written of a batch; none is fine. May block. */
    void remove(String batch) throws IOException;
}
