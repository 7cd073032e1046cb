package io.millrace.operators.track;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/** The files of batches' results, as far as {@code track} is concerned. Safe for any thread. */
@PublicEvolving
public interface ResultFiles extends Serializable {

    /**
     * Makes one file of all that were written of a batch, which has ended; readers see the same
     * before, meanwhile and after. It may be asked again, whatever came of it. May block.
     */
    void merge(String batch) throws IOException;

    /** Removes all that was written of a batch; none is fine. May block. */
    void remove(String batch) throws IOException;
}
