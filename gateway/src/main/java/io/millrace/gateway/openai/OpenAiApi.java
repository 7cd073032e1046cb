package io.millrace.gateway.openai;

import io.millrace.gateway.http.Ids;
import io.millrace.gateway.intake.BatchIntake;
import io.millrace.gateway.intake.BatchLookup;
import io.millrace.gateway.intake.RequestLimits;
import io.millrace.gateway.results.ResultsService;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/** Files and batches as OpenAI's API has them. Safe for any thread. */
public record OpenAiApi(FileEndpoints files, BatchEndpoints batches) {

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
                new BatchEndpoints(intake, lookup, store, limits, spool));
    }
}
