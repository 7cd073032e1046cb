package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.codec.ControlMessageCodec;
import io.millrace.core.codec.DeadLetterCodec;
import io.millrace.core.codec.InputRecordCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InputRecord;
import io.millrace.operators.codec.CodecTypeInfo;
import io.millrace.wire.ControlMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaJobITCase {

    private static final int REQUESTS = 500;
    private static final int NEVER = -1;
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final CodecTypeInfo<InputRecord> INPUT =
            CodecTypeInfo.of(new InputRecordCodec());

    @RegisterExtension static final TestKafka KAFKA = new TestKafka();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @BeforeEach
    void forgetEarlierTests() {
        Answering.seen.set(0);
        Answering.failAt.set(NEVER);
        Cancellations.received.clear();
    }

    @Test
    void eachRequestIsAnsweredOnceAlthoughTheJobFails() throws Exception {
        TopicLimits requests = KAFKA.create("once.requests", 3);
        TopicLimits results = KAFKA.create("once.results", 2);
        JobClient job = answer(requests, results, exactlyOnce("once"));

        KAFKA.produce(messages(requests, 0, REQUESTS / 2));
        awaitResults(results, REQUESTS / 2);
        Answering.failAt.set(REQUESTS * 3 / 4);
        KAFKA.produce(messages(requests, REQUESTS / 2, REQUESTS));
        awaitResults(results, REQUESTS);
        job.cancel().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(Answering.seen.get()).as("requests were read again").isGreaterThan(REQUESTS);
        assertThat(KAFKA.committed(results.name()))
                .extracting(result -> new String(result.key(), UTF_8))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, REQUESTS).mapToObj(i -> "id-" + i).toList());
    }

    @Test
    void recordsOfATransactionThatWasAbortedAreNotRead() throws Exception {
        TopicLimits requests = KAFKA.create("aborted.requests", 1);
        TopicLimits results = KAFKA.create("aborted.results", 1);
        try (KafkaProducer<byte[], byte[]> producer =
                KAFKA.producer(Map.of("transactional.id", "batch"))) {
            producer.initTransactions();
            producer.beginTransaction();
            TestKafka.send(producer, message(requests, 0, "withdrawn"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            TestKafka.send(producer, message(requests, 0, "meant"));
            producer.commitTransaction();
        }

        JobClient job = answer(requests, results, new Delivery.AtLeastOnce());

        awaitResults(results, 1);
        job.cancel().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(KAFKA.committed(results.name()))
                .extracting(result -> new String(result.key(), UTF_8))
                .containsExactly("meant");
    }

    @Test
    void deadLettersCarryTheBytesThatCame() throws Exception {
        TopicLimits requests = KAFKA.create("dead.requests", 1);
        TopicLimits letters = KAFKA.create("dead.letters", 1);
        List<byte[]> originals =
                List.of(new byte[] {0, -1, -2, 10, 13}, "{\"id\":".getBytes(UTF_8), new byte[0]);
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        originals.forEach(bytes -> messages.add(new ProducerRecord<>(requests.name(), bytes)));
        KAFKA.produce(messages);
        StreamExecutionEnvironment env = environment("none");

        env.fromSource(
                        RequestTopicSource.bounded(KAFKA.cluster(), requests.name(), "dead", INPUT),
                        WatermarkStrategy.noWatermarks(),
                        "requests")
                .map(KafkaJobITCase::letter)
                .returns(CodecTypeInfo.of(new DeadLetterCodec()))
                .sinkTo(DeadLetterSink.of(KAFKA.cluster(), letters, exactlyOnce("dead")));
        env.execute();

        List<ConsumerRecord<byte[], byte[]>> written = KAFKA.committed(letters.name());
        assertThat(written).extracting(ConsumerRecord::value).containsExactlyElementsOf(originals);
        assertThat(written)
                .extracting(letter -> new String(letter.key(), UTF_8))
                .containsExactly("dead.requests-0@0", "dead.requests-0@1", "dead.requests-0@2");
    }

    @Test
    void controlMessagesArriveAndOthersAreSkipped() throws Exception {
        TopicLimits control = KAFKA.create("control", 1);
        KAFKA.produce(
                List.of(
                        new ProducerRecord<>(control.name(), "junk".getBytes(UTF_8)),
                        new ProducerRecord<>(
                                control.name(),
                                ControlMessages.toBytes(new ControlMessage.Cancel("x")))));
        StreamExecutionEnvironment env = environment("none");

        env.fromSource(
                        ControlTopicSource.unbounded(
                                KAFKA.cluster(),
                                control.name(),
                                "control",
                                CodecTypeInfo.of(new ControlMessageCodec())),
                        WatermarkStrategy.noWatermarks(),
                        "control")
                .map(new Cancellations())
                .returns(CodecTypeInfo.of(new ControlMessageCodec()))
                .sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync();

        await().atMost(BOUND)
                .untilAsserted(
                        () ->
                                assertThat(Cancellations.received)
                                        .containsExactly(new ControlMessage.Cancel("x")));
        job.cancel().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    private static JobClient answer(TopicLimits requests, TopicLimits results, Delivery delivery)
            throws Exception {
        StreamExecutionEnvironment env = environment("fixed-delay");
        DataStream<Completion> answers =
                env.fromSource(
                                RequestTopicSource.unbounded(
                                        KAFKA.cluster(), requests.name(), results.name(), INPUT),
                                WatermarkStrategy.noWatermarks(),
                                "requests")
                        .map(new Answering())
                        .returns(CodecTypeInfo.of(new CompletionCodec()));
        Sink<Completion> sink =
                ResultTopicSink.of(KAFKA.cluster(), results, delivery, Completions::line);
        answers.rebalance().sinkTo(sink);
        return env.executeAsync();
    }

    private static StreamExecutionEnvironment environment(String restartStrategy) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, restartStrategy);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        env.enableCheckpointing(200);
        return env;
    }

    private static Delivery exactlyOnce(String prefix) {
        return new Delivery.ExactlyOnce(prefix, Duration.ofMinutes(10));
    }

    private static ProducerRecord<byte[], byte[]> message(
            TopicLimits topic, int partition, String id) {
        return new ProducerRecord<>(topic.name(), partition, new byte[0], id.getBytes(UTF_8));
    }

    private static DeadLetter letter(InputRecord input) {
        return new DeadLetter(
                input.key(),
                input.value(),
                new Failure(FailureCode.UNREADABLE, "record: (expected: a JSON object)"),
                input.arrivalMs());
    }

    private static List<ProducerRecord<byte[], byte[]>> messages(
            TopicLimits topic, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> message(topic, i % 3, "id-" + i)).toList();
    }

    private static void awaitResults(TopicLimits topic, int count) {
        await().atMost(BOUND).until(() -> KAFKA.committed(topic.name()).size() >= count);
    }

    /** Answers each request with itself; fails when it has seen so many. */
    private static final class Answering implements MapFunction<InputRecord, Completion> {

        private static final long serialVersionUID = 1L;

        static final AtomicInteger seen = new AtomicInteger();
        static final AtomicInteger failAt = new AtomicInteger();

        @Override
        public Completion map(InputRecord input) {
            if (seen.incrementAndGet() == failAt.get()) {
                throw new IllegalStateException("asked to fail");
            }
            return Completions.succeeded(input.key(), new String(input.value(), UTF_8), "yes");
        }
    }

    private static final class Cancellations
            implements MapFunction<ControlMessage, ControlMessage> {

        private static final long serialVersionUID = 1L;

        static final Set<ControlMessage> received = ConcurrentHashMap.newKeySet();

        @Override
        public ControlMessage map(ControlMessage message) {
            received.add(message);
            return message;
        }
    }
}
