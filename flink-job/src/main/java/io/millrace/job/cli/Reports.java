package io.millrace.job.cli;

import io.millrace.job.local.RunReport;
import io.millrace.job.report.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints and writes what a run did. */
final class Reports {

    private Reports() {}

    static void show(Terminal terminal, RunReport report) {
        terminal.note(
                "%d requests (%d succeeded, %d errored) in %.1f s, %s %s on %s"
                        .formatted(
                                report.requests(),
                                report.succeeded(),
                                report.errored(),
                                report.wallSeconds(),
                                report.model(),
                                report.dtype(),
                                report.device()));
        terminal.note(
                "%d tokens read, %d written: %.0f tokens/s in all, %.0f of them written"
                        .formatted(
                                report.inputTokens(),
                                report.outputTokens(),
                                report.totalTokensPerSecond(),
                                report.outputTokensPerSecond()));
        terminal.note(
                "%d steps with %.1f sequences on average, engine busy %.0f %% of the time"
                        .formatted(
                                report.steps(),
                                report.meanBatch(),
                                100
                                        * report.engineSeconds()
                                        / Math.max(1e-9, report.wallSeconds())));
        if (report.draftedTokens() > 0) {
            terminal.note(speculation(report));
        }
    }

    private static String speculation(RunReport report) {
        String byDepth =
                report.acceptanceByDepth().stream()
                        .map("%.2f"::formatted)
                        .collect(Collectors.joining(" "));
        return "speculation by %s in %d of the steps %s: %.2f tokens per sequence and step, accepted by depth %s, drafting took %.0f %% of the time"
                .formatted(
                        report.speculation(),
                        report.speculatingSteps(),
                        report.stepsByDrafter(),
                        report.meanAcceptedPerStep(),
                        byDepth,
                        100 * report.draftSeconds() / Math.max(1e-9, report.engineSeconds()));
    }

    /**
     * Writes the report where one was asked for.
     *
     * @throws IOException naming the file that cannot be written
     */
    static void save(Record report, @Nullable Path file) throws IOException {
        if (file != null) {
            JsonReport.write(report, file);
        }
    }
}
