package io.millrace.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.gateway.access.RateLimiter;
import io.millrace.gateway.anthropic.CreateMessageBatch;
import io.millrace.gateway.anthropic.MessageBatches;
import io.millrace.gateway.batches.BatchTopics;
import io.millrace.gateway.console.ConsoleBatches;
import io.millrace.gateway.http.Authenticator;
import io.millrace.gateway.http.Ids;
import io.millrace.gateway.http.PublicUrl;
import io.millrace.gateway.intake.BatchIntake;
import io.millrace.gateway.intake.BatchLookup;
import io.millrace.gateway.intake.BatchPublisher;
import io.millrace.gateway.intake.Outbox;
import io.millrace.gateway.intake.Quotas;
import io.millrace.gateway.results.LocalResultFiles;
import io.millrace.gateway.results.ResultsService;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/** The parts of a gateway, wired. Safe for any thread. */
record Components(
        PrometheusMeterRegistry metrics,
        Ids ids,
        Authenticator authenticator,
        BatchTopics topics,
        Outbox outbox,
        BatchPublisher publisher,
        CreateMessageBatch createMessageBatch,
        MessageBatches messageBatches,
        ConsoleBatches consoleBatches)
        implements AutoCloseable {

    static Components create(GatewaySettings settings, InstantSource clock) {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Ids ids = new Ids(clock, new SecureRandom());
        int maxRecordBytes = settings.limits().maxRecordBytes();
        BatchTopics topics = BatchTopics.follow(settings.kafka(), clock);
        Outbox outbox = new Outbox(settings.kafka(), maxRecordBytes);
        BatchPublisher publisher =
                new BatchPublisher(
                        settings.kafka(),
                        settings.instance(),
                        maxRecordBytes,
                        topics.index(),
                        clock);
        BatchIntake intake =
                new BatchIntake(
                        topics,
                        publisher,
                        new Quotas(topics.index(), clock),
                        settings.rules(),
                        ids,
                        clock);
        MessageBatches messageBatches =
                new MessageBatches(
                        new BatchLookup(topics, outbox, clock),
                        new ResultsService(new LocalResultFiles(settings.folders().results())),
                        new PublicUrl(settings.listen().publicUrl()));
        observe(metrics, topics);
        return new Components(
                metrics,
                ids,
                new Authenticator(settings.keys(), new RateLimiter(clock)),
                topics,
                outbox,
                publisher,
                new CreateMessageBatch(
                        intake,
                        messageBatches,
                        settings.limits(),
                        settings.folders().spool(),
                        new Semaphore(settings.limits().maxIntakes())),
                messageBatches,
                new ConsoleBatches(topics.index(), clock, settings.models(), settings.dashboard()));
    }

    private static void observe(PrometheusMeterRegistry metrics, BatchTopics topics) {
        Gauge.builder("millrace.gateway.batches", topics, t -> t.index().size())
                .description("Batches that the gateway knows")
                .register(metrics);
        Gauge.builder("millrace.gateway.ready", topics, t -> isReady(t) ? 1 : 0)
                .description("1 while the topics are read and Kafka answers")
                .register(metrics);
    }

    boolean ready() {
        return isReady(topics);
    }

    private static boolean isReady(BatchTopics topics) {
        return topics.caughtUp() && topics.reachable();
    }

    @Override
    public void close() {
        topics.close();
        outbox.close();
        publisher.close();
        metrics.close();
    }
}
