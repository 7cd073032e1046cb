package io.millrace.job.local;

import io.millrace.gateway.GatewayServer;
import io.millrace.gateway.GatewaySettings;
import io.millrace.gateway.GatewaySettings.Folders;
import io.millrace.gateway.GatewaySettings.Listen;
import io.millrace.gateway.access.KeyRing;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.results.LocalResultFiles;
import io.millrace.gateway.results.ResultFiles;
import io.millrace.job.options.BatchesOptions;
import io.millrace.job.options.BatchesSettings;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.KafkaSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A gateway in this process, in front of a job on the same brokers. Safe for any thread. */
public final class LocalGateway implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);

    private final GatewayServer server;
    private final @Nullable PromptCounter counter;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalGateway(GatewayServer server, @Nullable PromptCounter counter) {
        this.server = server;
        this.counter = counter;
    }

    /**
     * What a gateway is told.
     *
     * @param data for uploads, and for what is still arriving
     * @param models names of what the job serves
     * @param dashboard Flink's, for a link in the console; null for none
     * @param counter closed with the gateway; null for one that knows no tokenizer
     */
    public record Front(
            Listen listen,
            Path data,
            KeyRing keys,
            List<String> models,
            @Nullable URI dashboard,
            @Nullable PromptCounter counter) {}

    /**
     * Starts one; returns when it listens.
     *
     * @throws IOException if the port cannot be used, naming it
     * @throws ConfigurationException if results are not where this machine can read them
     */
    public static LocalGateway start(KafkaSettings kafka, BatchesSettings batches, Front front)
            throws IOException {
        Path data = front.data();
        GatewaySettings settings =
                GatewaySettings.of(
                        front.listen(),
                        link(kafka, batches),
                        new Folders(
                                results(batches), data.resolve("uploads"), data.resolve("spool")),
                        front.keys(),
                        front.models(),
                        front.dashboard());
        PromptCounter counter = front.counter();
        InstantSource clock = InstantSource.system();
        if (counter == null) {
            return new LocalGateway(GatewayServer.start(settings, clock), null);
        }
        try {
            return new LocalGateway(GatewayServer.start(settings, counter, clock), counter);
        } catch (IOException | RuntimeException e) {
            counter.close();
            throw e;
        }
    }

    /** Where it listens. */
    public URI address() {
        return server.address();
    }

    /** Waits until it knows every batch, or for so long. */
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!server.ready() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        return server.ready();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.close();
            if (counter != null) {
                counter.close();
            }
        }
    }

    private static KafkaLink link(KafkaSettings kafka, BatchesSettings batches) {
        return new KafkaLink(
                kafka.cluster().bootstrapServers(),
                kafka.cluster().properties(),
                kafka.topics().requests(),
                kafka.topics().control(),
                batches.topic(),
                kafka.topics().results());
    }

    /** Through Flink only where it must be: a folder of this machine is read without it. */
    private static ResultFiles results(BatchesSettings batches) {
        org.apache.flink.core.fs.Path folder =
                new org.apache.flink.core.fs.Path(batches.results().uri());
        try {
            if (folder.toUri().getScheme().equals("file")) {
                return new LocalResultFiles(Path.of(folder.toUri()));
            }
            folder.getFileSystem();
            return new FlinkResultFiles(folder);
        } catch (IllegalArgumentException | IOException e) {
            throw new ConfigurationException(
                    ("%s: %s (expected: a folder of this machine, or of a file system whose plugin"
                                    + " is in FLINK_PLUGINS_DIR): %s")
                            .formatted(
                                    BatchesOptions.RESULTS_DIR.key(),
                                    batches.results().uri(),
                                    e.getMessage()),
                    e);
        }
    }
}
