package io.millrace.job.cli;

import io.millrace.job.local.ApiKeyText;
import io.millrace.job.local.LocalService;
import io.millrace.job.local.RunLabels;
import io.millrace.job.local.WarmEngine;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ServedModel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the commands with a running service have in common. */
final class Services {

    private static final Duration POLL = Duration.ofSeconds(1);

    private Services() {}

    /** Says where everything is. */
    static void announce(Terminal terminal, LocalService service, ApiKeyText key) {
        terminal.note("Kafka:     " + service.kafka().cluster().bootstrapServers());
        terminal.note("Dashboard: " + service.dashboard());
        terminal.note("Gateway:   " + service.gateway());
        if (key.fresh()) {
            terminal.note("API key:   " + key.value());
        }
    }

    /** The call that submits a batch, as a user would type it. */
    static String curl(LocalService service, String model, ApiKeyText key) {
        return ("curl %s/v1/messages/batches -H 'x-api-key: %s' -H 'anthropic-version: 2023-06-01'"
                        + " -H 'content-type: application/json' -d '{\"requests\":[{\"custom_id\":"
                        + "\"first\",\"params\":{\"model\":\"%s\",\"max_tokens\":100,\"messages\":"
                        + "[{\"role\":\"user\",\"content\":\"Why is the sky blue?\"}]}}]}'")
                .formatted(service.gateway(), key.fresh() ? key.value() : "KEY", model);
    }

    /** Says how to use it, then waits until the process is asked to end or the job fails. */
    static void waitForInterruption(
            Terminal terminal, LocalService service, String model, ApiKeyText key)
            throws InterruptedException, ExecutionException {
        terminal.note("Submit a batch:");
        terminal.line(curl(service, model, key));
        terminal.note("or a file of such entries, one a line:");
        terminal.line("millrace submit FILE --url " + service.gateway() + " --wait");
        terminal.note("Running; Ctrl-C stops everything.");
        AtomicBoolean stopping = new AtomicBoolean();
        try (Interruption interruption =
                Interruption.during(() -> stop(terminal, service, stopping))) {
            while (!service.job().await(POLL)) {
                // An unbounded job ends only by failing or by being stopped, which throws.
            }
        } catch (ExecutionException e) {
            if (!stopping.get()) {
                throw e;
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

    private static void stop(Terminal terminal, LocalService service, AtomicBoolean stopping)
            throws Exception {
        stopping.set(true);
        terminal.note("Stopping ...");
        service.close();
    }
}
