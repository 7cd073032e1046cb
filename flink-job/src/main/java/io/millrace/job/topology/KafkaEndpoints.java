package io.millrace.job.topology;

import io.millrace.connectors.dialect.CompletionWriter;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.connectors.kafka.ControlTopicSource;
import io.millrace.connectors.kafka.DeadLetterSink;
import io.millrace.connectors.kafka.Delivery;
import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.connectors.kafka.RequestTopicSource;
import io.millrace.connectors.kafka.ResultTopicSink;
import io.millrace.connectors.kafka.TopicLimits;
import io.millrace.connectors.kafka.Topics;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.InputRecord;
import io.millrace.job.options.BatchesSettings;
import io.millrace.job.options.JobSettings;
import io.millrace.job.options.KafkaSettings;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Requests from a topic, results to topics, for ever. */
public final class KafkaEndpoints implements Endpoints {

    private final KafkaSettings settings;
    private final TopicLimits results;
    private final TopicLimits deadLetters;
    private final @Nullable Batches batches;

    private KafkaEndpoints(
            KafkaSettings settings,
            TopicLimits results,
            TopicLimits deadLetters,
            @Nullable Batches batches) {
        this.settings = settings;
        this.results = results;
        this.deadLetters = deadLetters;
        this.batches = batches;
    }

    /**
     * Looks all topics up, and whether the brokers allow the transactions that are asked for.
     *
     * @throws KafkaCluster.Unreachable if no broker answers
     * @throws IllegalArgumentException if something is not as it must be, naming it
     */
    public static KafkaEndpoints of(JobSettings job) throws KafkaCluster.Unreachable {
        KafkaSettings settings = job.kafka();
        KafkaCluster cluster = settings.cluster();
        if (settings.delivery() instanceof Delivery.ExactlyOnce exactlyOnce) {
            exactlyOnce.checkAgainst(cluster);
        }
        Topics.require(cluster, settings.topics().requests());
        Topics.require(cluster, settings.topics().control());
        return new KafkaEndpoints(
                settings,
                Topics.require(cluster, settings.topics().results()),
                Topics.require(cluster, settings.topics().deadLetters()),
                batches(settings, job.batches()));
    }

    private static @Nullable Batches batches(
            KafkaSettings settings, @Nullable BatchesSettings batches)
            throws KafkaCluster.Unreachable {
        if (batches == null) {
            return null;
        }
        KafkaCluster cluster = settings.cluster();
        TopicLimits topic = Topics.require(cluster, batches.topic());
        return new KafkaBatches(cluster, topic, settings.delivery(), batches);
    }

    @Override
    public DataStream<InputRecord> requests(StreamExecutionEnvironment environment) {
        return environment
                .fromSource(
                        RequestTopicSource.unbounded(
                                settings.cluster(),
                                settings.topics().requests(),
                                settings.groupId(),
                                WireTypes.INPUT),
                        WatermarkStrategy.noWatermarks(),
                        "requests",
                        WireTypes.INPUT)
                .uid("requests");
    }

    @Override
    public DataStream<ControlMessage> control(StreamExecutionEnvironment environment, String job) {
        return environment
                .fromSource(
                        ControlTopicSource.unbounded(
                                settings.cluster(),
                                settings.topics().control(),
                                settings.groupId(),
                                WireTypes.CONTROL),
                        WatermarkStrategy.noWatermarks(),
                        "control",
                        WireTypes.CONTROL)
                .uid("control")
                .setParallelism(1);
    }

    @Override
    public void results(DataStream<Completion> stream) {
        CompletionWriter writer = Dialects.writer();
        stream.sinkTo(
                        ResultTopicSink.of(
                                settings.cluster(), results, settings.delivery(), writer::write))
                .name("results")
                .uid("results");
    }

    @Override
    public void deadLetters(DataStream<DeadLetter> letters) {
        Delivery delivery = settings.delivery();
        letters.sinkTo(DeadLetterSink.of(settings.cluster(), deadLetters, delivery))
                .name("dead-letters")
                .uid("dead-letters");
    }

    @Override
    public Optional<Batches> batches() {
        return Optional.ofNullable(batches);
    }
}
