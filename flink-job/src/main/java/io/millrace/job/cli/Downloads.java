package io.millrace.job.cli;

import io.millrace.connectors.parquet.ParquetResults;
import io.millrace.job.client.BatchClient;
import io.millrace.job.client.ResultsDownload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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

    /** As columns, where the job writes them: from the beginning each time. */
    static void columns(
            Terminal terminal, BatchClient client, String id, FileFormat format, Path output)
            throws IOException, InterruptedException {
        try (InputStream arrow = client.arrowResults(id)) {
            if (format == FileFormat.PARQUET) {
                ParquetResults.write(arrow, output);
            } else {
                Path partial = output.resolveSibling(output.getFileName() + ".partial");
                Files.copy(arrow, partial, StandardCopyOption.REPLACE_EXISTING);
                Files.move(partial, output, StandardCopyOption.REPLACE_EXISTING);
            }
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
