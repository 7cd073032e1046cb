package io.millrace.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.gateway.access.KeyRing;
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
import io.millrace.gateway.intake.BodyLimits;
import io.millrace.gateway.intake.EntrySpool;
import io.millrace.gateway.intake.Outbox;
import io.millrace.gateway.intake.Quotas;
import io.millrace.gateway.intake.RequestLimits;
import io.millrace.gateway.openai.OpenAiApi;
import io.millrace.gateway.results.ResultsService;
import io.millrace.gateway.single.AnswerTopic;
import io.millrace.gateway.single.CountTokens;
import io.millrace.gateway.single.Models;
import io.millrace.gateway.single.SingleRequests;
import io.millrace.gateway.single.TokenCounter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The parts of a gateway, wired. Safe for any thread. */
record Components(
        PrometheusMeterRegistry metrics,
        Ids ids,
        Authenticator authenticator,
        BatchTopics topics,
        Outbox outbox,
        BatchPublisher publisher,
        AnswerTopic answers,
        CreateMessageBatch createMessageBatch,
        MessageBatches messageBatches,
        OpenAiApi openAi,
        SingleRequests single,
        CountTokens countTokens,
        Models models,
        ConsoleBatches consoleBatches,
        Upkeep upkeep)
        implements AutoCloseable {

    private static final Duration KEYS_PAUSE = Duration.ofSeconds(2);
    private static final Duration FILES_PAUSE = Duration.ofMinutes(10);
    private static final Duration SPARE = Duration.ofMinutes(5);

    static Components create(
            GatewaySettings settings, @Nullable TokenCounter tokenCounter, InstantSource clock) {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Ids ids = new Ids(clock, new SecureRandom());
        RequestLimits limits = settings.limits();
        BatchTopics topics = BatchTopics.follow(settings.kafka(), clock);
        AnswerTopic answers = AnswerTopic.follow(settings.kafka());
        Outbox outbox = new Outbox(settings.kafka(), limits.maxRecordBytes());
        BatchPublisher publisher =
                new BatchPublisher(
                        settings.kafka(),
                        settings.instance(),
                        limits.maxRecordBytes(),
                        topics.index(),
                        clock);
        Quotas quotas = new Quotas(topics.index(), clock);
        BatchIntake intake =
                new BatchIntake(topics, publisher, quotas, settings.rules(), ids, clock);
        BatchLookup lookup = new BatchLookup(topics, outbox, clock);
        ResultsService results = new ResultsService(settings.folders().results());
        MessageBatches messageBatches =
                new MessageBatches(lookup, results, new PublicUrl(settings.listen().publicUrl()));
        Semaphore permits = new Semaphore(limits.maxIntakes());
        Path spool = settings.folders().spool();
        OpenAiApi openAi =
                OpenAiApi.create(
                        intake,
                        lookup,
                        results,
                        limits,
                        settings.folders().uploads(),
                        spool,
                        ids,
                        clock,
                        permits);
        observe(metrics, topics, settings.keys());
        return new Components(
                metrics,
                ids,
                new Authenticator(settings.keys(), new RateLimiter(clock)),
                topics,
                outbox,
                publisher,
                answers,
                new CreateMessageBatch(intake, messageBatches, limits, spool, permits),
                messageBatches,
                openAi,
                new SingleRequests(
                        intake, outbox, answers, limits, settings.kafka().requestsTopic(), clock),
                new CountTokens(
                        tokenCounter,
                        new BodyLimits(limits.maxRecordBytes(), limits.idleTimeout())),
                new Models(settings.models(), clock.instant()),
                new ConsoleBatches(topics.index(), clock, settings.models(), settings.dashboard()),
                upkeep(settings, openAi, metrics, clock));
    }

    private static void observe(PrometheusMeterRegistry metrics, BatchTopics topics, KeyRing keys) {
        FunctionCounter.builder("millrace.gateway.keys.refused", keys, KeyRing::refusals)
                .description("Changes of the keys file that were not understood")
                .register(metrics);
        Gauge.builder("millrace.gateway.keys.stale", keys, k -> k.fault() == null ? 0 : 1)
                .description("1 while the keys file is not understood and older keys are good")
                .register(metrics);
        Gauge.builder("millrace.gateway.batches", topics, t -> t.index().size())
                .description("Batches that the gateway knows")
                .register(metrics);
        Gauge.builder("millrace.gateway.ready", topics, t -> isReady(t) ? 1 : 0)
                .description("1 while the topics are read and Kafka answers")
                .register(metrics);
    }

    /** A call is over when its time is; what it leaves then is a leftover. */
    private static Upkeep upkeep(
            GatewaySettings settings,
            OpenAiApi openAi,
            PrometheusMeterRegistry metrics,
            InstantSource clock) {
        Counter removed =
                Counter.builder("millrace.gateway.uploads.removed")
                        .description("Uploaded files that have expired, and parts of broken ones")
                        .register(metrics);
        Duration life = settings.limits().callTimeout().plus(SPARE);
        Upkeep upkeep = new Upkeep();
        upkeep.every(KEYS_PAUSE, "reading the keys file", settings.keys()::refresh);
        upkeep.every(
                FILES_PAUSE,
                "removing files",
                () -> {
                    Instant before = clock.instant().minus(life);
                    EntrySpool.removeLeftovers(settings.folders().spool(), before);
                    removed.increment(openAi.removeExpired(before));
                });
        return upkeep;
    }

    boolean ready() {
        return isReady(topics);
    }

    private static boolean isReady(BatchTopics topics) {
        return topics.caughtUp() && topics.reachable();
    }

    @Override
    public void close() {
        upkeep.close();
        topics.close();
        answers.close();
        outbox.close();
        publisher.close();
        metrics.close();
    }
}
