package io.millrace.job.local;

import io.millrace.operators.report.Report;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job on a small Flink cluster inside this process; the cluster ends with the job. Its figures
 * can be read while it runs. Safe for any thread; methods may block for a moment.
 */
public final class LocalJob implements AutoCloseable {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final JobClient client;
    private final CompletableFuture<JobExecutionResult> result;
    private volatile Report last = Report.of(Map.of());

    private LocalJob(JobClient client) {
        this.client = client;
        this.result = client.getJobExecutionResult();
    }

    /** Adds sources, operators and sinks to an environment. */
    @FunctionalInterface
    public interface Graph {
        void addTo(StreamExecutionEnvironment environment) throws Exception;
    }

    /**
     * Starts a cluster and a job on it.
     *
     * @param configuration see {@link LocalConfiguration}
     * @throws Exception if the graph cannot be built or the cluster does not start
     */
    public static LocalJob start(Configuration configuration, String name, Graph graph)
            throws Exception {
        FileSystems.register(configuration);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(configuration);
        graph.addTo(environment);
        return new LocalJob(environment.executeAsync(name));
    }

    /**
     * Waits for the job to end.
     *
     * @return whether it ended within that time
     * @throws ExecutionException if it failed or was canceled
     */
    public boolean await(Duration duration) throws InterruptedException, ExecutionException {
        try {
            last =
                    Report.of(
                            result.get(duration.toMillis(), TimeUnit.MILLISECONDS)
                                    .getAllAccumulatorResults());
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Whether all operators of the job run: models are loaded, requests are read. */
    public boolean isRunning() throws InterruptedException {
        try {
            return client.getJobStatus().get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    == JobStatus.RUNNING;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** What it has done so far: at most half a second old; the whole once it has ended. */
    public Report report() throws InterruptedException {
        if (!result.isDone()) {
            try {
                last =
                        Report.of(
                                client.getAccumulators()
                                        .get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException | TimeoutException | IllegalStateException e) {
                // The job is between states or ending: what was known last is still true.
                return last;
            }
        }
        return last;
    }

    /** Stops it where it is; returns when it has ended. */
    @Override
    public void close() throws InterruptedException {
        if (result.isDone()) {
            return;
        }
        try {
            client.cancel().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            result.handle((done, failure) -> true)
                    .get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // It is gone, or stuck beyond what a local process should wait for.
            return;
        }
    }
}
