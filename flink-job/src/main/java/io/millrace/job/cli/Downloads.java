package io.millrace.job.cli;

import io.millrace.job.client.BatchClient;
import io.millrace.job.client.ResultsDownload;
import java.io.IOException;
import java.nio.file.Path;

/** Downloads with progress. */
final class Downloads {

    private Downloads() {}

    /** In the order in which results came. */
    static void asTheyCame(Terminal terminal, BatchClient client, String id, Path output)
            throws IOException, InterruptedException {
        try (Progress progress = Progress.of(terminal, "results", 0, Progress.Unit.MEGABYTES)) {
            new ResultsDownload(client, id).to(output, bytes -> progress.update(bytes, ""));
        }
        terminal.note("Results: " + output);
    }

    /** In the order of the requests. */
    static void inOrderOf(
            Terminal terminal, BatchClient client, String id, Path requests, Path output)
            throws IOException, InterruptedException {
        try (Progress progress = Progress.of(terminal, "results", 0, Progress.Unit.MEGABYTES)) {
            new ResultsDownload(client, id)
                    .inOrderOf(requests, output, bytes -> progress.update(bytes, ""));
        }
        terminal.note("Results: " + output);
    }
}
