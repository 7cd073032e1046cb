package io.millrace.job.local;

import io.millrace.connectors.file.ExistingOutput;
import io.millrace.connectors.file.RequestFileSource;
import io.millrace.connectors.file.ResultFileSink;
import io.millrace.connectors.file.UnusableFileException;
import io.millrace.job.catalog.Folders;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.FileEndpoints;
import io.millrace.job.topology.JobGraphs;
import io.millrace.job.topology.Model;
import io.millrace.job.topology.ResultFormat;
import io.millrace.operators.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * File in, file out, through the same job as a service. For one thread; {@link #stop} for any.
 * Ended by {@link #close}, which leaves state behind only if there is something to resume.
 */
public final class BatchRun implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(250);

    private final Path deadLetters;
    private final @Nullable RunState state;
    private final Path checkpoints;
    private final LocalJob job;
    private final boolean resumed;

    private BatchRun(
            Path deadLetters,
            @Nullable RunState state,
            Path checkpoints,
            LocalJob job,
            boolean resumed) {
        this.deadLetters = deadLetters;
        this.state = state;
        this.checkpoints = checkpoints;
        this.job = job;
        this.resumed = resumed;
    }

    /**
     * What to run.
     *
     * @param stateFolder where the run keeps what it needs to go on after an interruption; null for
     *     a run that starts over
     */
    public record Plan(
            Path input,
            Path output,
            ResultFormat format,
            ExistingOutput existing,
            @Nullable Path stateFolder) {}

    /**
     * Starts the run, or goes on with one that was interrupted.
     *
     * @throws ConfigurationException if a file cannot be used
     */
    public static BatchRun start(Plan files, Configuration user, JobSettings settings, Model model)
            throws Exception {
        check(files);
        RunState state =
                files.stateFolder() == null
                        ? null
                        : RunState.open(files.stateFolder(), identity(files, settings));
        Optional<Path> checkpoint = state == null ? Optional.empty() : state.latestCheckpoint();
        String run = state == null ? UUID.randomUUID().toString() : state.name();
        Path checkpoints =
                state == null ? Files.createTempDirectory("millrace-run") : state.checkpoints();
        LocalConfiguration local = new LocalConfiguration(user, checkpoints).withoutRestarts();
        if (state != null) {
            local.keepCheckpoints();
        }
        checkpoint.ifPresent(local::resumeFrom);
        FileEndpoints endpoints =
                new FileEndpoints(
                        files.input().toAbsolutePath(),
                        settings.requests().maxRecordBytes(),
                        files.output().toAbsolutePath(),
                        files.format(),
                        deadLettersOf(files.output()),
                        files.existing(),
                        run);
        LocalJob job =
                LocalJob.start(
                        local.toConfiguration(),
                        "run-batch " + files.input().getFileName(),
                        environment -> JobGraphs.build(environment, settings, model, endpoints));
        return new BatchRun(
                endpoints.deadLetters(), state, checkpoints, job, checkpoint.isPresent());
    }

    /** Whether it goes on from a checkpoint of an earlier attempt. */
    public boolean isResumed() {
        return resumed;
    }

    /**
     * Waits until all requests have their results.
     *
     * @param watcher told a few times per second how far the run has come
     * @throws ExecutionException if the run failed or was stopped
     */
    public Report await(Consumer<Report> watcher) throws InterruptedException, ExecutionException {
        while (!job.await(POLL)) {
            watcher.accept(job.report());
        }
        return job.report();
    }

    /** Ends the run where it is. */
    public void stop() throws InterruptedException {
        job.close();
    }

    /** Where requests are that nobody could read, if there were any. */
    public Optional<Path> deadLetters() throws IOException {
        return Files.exists(deadLetters) && Files.size(deadLetters) > 0
                ? Optional.of(deadLetters)
                : Optional.empty();
    }

    /** The run is complete: forgets what it would have needed to go on. */
    public void finish() throws IOException {
        if (deadLetters().isEmpty()) {
            Files.deleteIfExists(deadLetters);
        }
        if (state != null) {
            state.delete();
        }
    }

    @Override
    public void close() throws Exception {
        job.close();
        if (state == null) {
            Folders.delete(checkpoints);
        }
    }

    /**
     * Looks whether the files can be used.
     *
     * @throws ConfigurationException naming the file and the rule if not
     */
    public static void check(Plan files) throws IOException {
        Path input = files.input();
        if (Files.exists(input)
                && Files.exists(files.output())
                && Files.isSameFile(input, files.output())) {
            throw new ConfigurationException(
                    "output: %s (expected: another file than the input)".formatted(files.output()));
        }
        try {
            RequestFileSource.requireReadable(new org.apache.flink.core.fs.Path(input.toUri()));
            if (files.stateFolder() == null) {
                ResultFileSink.requireWritable(files.output(), files.existing());
                ResultFileSink.requireWritable(deadLettersOf(files.output()), files.existing());
            }
        } catch (IllegalArgumentException | UnusableFileException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Path deadLettersOf(Path output) {
        return output.toAbsolutePath().resolveSibling(output.getFileName() + ".deadletter.jsonl");
    }

    private static String identity(Plan files, JobSettings settings) throws IOException {
        return "input %s (%d bytes)%noutput %s%nmodel %s%n"
                .formatted(
                        files.input().toAbsolutePath(),
                        Files.size(files.input()),
                        files.output().toAbsolutePath(),
                        settings.engine().model());
    }
}
