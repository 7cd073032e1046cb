package io.millrace.job.catalog;

import java.io.IOException;
import java.nio.file.Path;

/** One place that models can be fetched from. Implementations block the calling thread. */
public interface ModelSource {

    /** How the place is called in messages. */
    String name();

    /**
     * Fetches the model's file; a file left by an interrupted attempt is continued where the source
     * can do that. The caller checks the content.
     *
     * @param target where the file shall be; its folder exists and is the source's to use
     * @throws IOException with one sentence on why the place cannot serve it
     * @throws InterruptedException if the calling thread was interrupted
     */
    void fetch(KnownModel model, Path target, Transfer transfer)
            throws IOException, InterruptedException;

    /** Told how far a transfer has come, on the calling thread. */
    interface Transfer {
        /** Bytes present so far, those of earlier attempts included. */
        void progress(long bytes);
    }
}
