package io.millrace.gateway.openai;

import io.millrace.gateway.http.Ids;
import io.millrace.gateway.intake.BatchIntake;
import io.millrace.gateway.intake.BatchLookup;
import io.millrace.gateway.intake.RequestLimits;
import io.millrace.gateway.results.ResultsService;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/** Files and batches as OpenAI's API has them. Safe for any thread. */
public final class OpenAiApi {

    private final FileEndpoints files;
    private final BatchEndpoints batches;
    private final UploadStore store;

    private OpenAiApi(FileEndpoints files, BatchEndpoints batches, UploadStore store) {
        this.files = files;
        this.batches = batches;
        this.store = store;
    }

    /** {@code /v1/files}. */
    public FileEndpoints files() {
        return files;
    }

    /** {@code /v1/batches}. */
    public BatchEndpoints batches() {
        return batches;
    }

    /**
     * Wires it.
     *
     * @param uploads folder of uploaded files
     * @param permits for bodies that arrive at once
     */
    public static OpenAiApi create(
            BatchIntake intake,
            BatchLookup lookup,
            ResultsService results,
            RequestLimits limits,
            Path uploads,
            Path spool,
            Ids ids,
            InstantSource clock,
            Semaphore permits) {
        UploadStore store = new UploadStore(uploads, clock);
        return new OpenAiApi(
                new FileEndpoints(
                        store, new OutputFiles(lookup, results), limits, ids, clock, permits),
                new BatchEndpoints(intake, lookup, store, limits, spool),
                store);
    }

    /**
     * Removes uploaded files whose time is over, and what uploads left that broke off. It blocks.
     *
     * @param before an upload that was written last before that arrives no more
     * @return how many files there were
     */
    public int removeExpired(Instant before) {
        return store.removeExpired(before);
    }
}
