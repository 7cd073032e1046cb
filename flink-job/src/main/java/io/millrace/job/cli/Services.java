package io.millrace.job.cli;

import io.millrace.job.local.LocalService;
import io.millrace.job.local.RunLabels;
import io.millrace.job.local.WarmEngine;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ServedModel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** What the commands with a running service have in common. */
final class Services {

    private static final Duration POLL = Duration.ofSeconds(1);

    private Services() {}

    /** Says where everything is. */
    static void announce(Terminal terminal, LocalService service) {
        terminal.note("Kafka:     " + service.kafka().cluster().bootstrapServers());
        terminal.note("Dashboard: " + service.dashboard());
    }

    /** Says how to use it, then waits until the process is asked to end or the job fails. */
    static void waitForInterruption(Terminal terminal, LocalService service)
            throws InterruptedException, ExecutionException {
        String brokers = service.kafka().cluster().bootstrapServers();
        terminal.note("Send a request, with Kafka's own tools:");
        terminal.line(
                ("echo '{\"id\":\"1\",\"messages\":[{\"role\":\"user\",\"content\":\"Why is the sky"
                                + " blue?\"}],\"max_tokens\":100}' |"
                                + " kafka-console-producer.sh --bootstrap-server %s --topic %s")
                        .formatted(brokers, service.kafka().topics().requests()));
        terminal.note("Read the results:");
        terminal.line(
                ("kafka-console-consumer.sh --bootstrap-server %s --topic %s --from-beginning"
                                + " --isolation-level read_committed")
                        .formatted(brokers, service.kafka().topics().results()));
        terminal.note("Running; Ctrl-C stops everything.");
        try (Interruption interruption = Interruption.during(() -> stop(terminal, service))) {
            while (!service.job().await(POLL)) {
                // An unbounded job ends only by failing, which throws.
            }
        }
    }

    static RunLabels labels(JobSettings settings, ServedModel model, WarmEngine engine) {
        return new RunLabels(
                settings.engine().policy(),
                settings.engine().speculation().description(),
                model.model().name(),
                engine.precision(),
                model.engines().device(),
                RunLabels.Limits.of(settings.engine()));
    }

    private static void stop(Terminal terminal, LocalService service) throws Exception {
        terminal.note("Stopping ...");
        service.close();
    }
}
