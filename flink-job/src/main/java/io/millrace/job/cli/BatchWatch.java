package io.millrace.job.cli;

import io.millrace.job.client.BatchClient;
import io.millrace.job.client.BatchStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Shows how far a batch is until it has ended. */
final class BatchWatch {

    private static final Duration POLL = Duration.ofSeconds(1);

    private BatchWatch() {}

    static BatchStatus untilEnded(Terminal terminal, BatchClient client, BatchStatus start)
            throws IOException, InterruptedException {
        BatchStatus status = start;
        try (Progress progress =
                Progress.of(terminal, "batch", status.requests(), Progress.Unit.REQUESTS)) {
            while (!status.hasEnded()) {
                progress.update(status.finished(), detail(status));
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                status = client.status(status.id());
            }
            progress.update(status.finished(), detail(status));
        }
        terminal.note(status.summary());
        return status;
    }

    private static String detail(BatchStatus status) {
        return status.status().equals("canceling") ? "canceling" : status.errored() + " errored";
    }
}
