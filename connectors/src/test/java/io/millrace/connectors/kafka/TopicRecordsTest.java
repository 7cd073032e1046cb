package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.codec.InputRecordCodec;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InputRecord;
import io.millrace.operators.codec.CodecTypeInfo;
import io.millrace.wire.BatchStates;
import io.millrace.wire.RecordHeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicRecordsTest {

    private static final TopicLimits TOPIC = new TopicLimits("results", 1, 2000);

    @Test
    void requestCarriesItsPlaceItsBytesAndItsTimestamp() {
        InputRecord input = deserialise(new byte[] {1, -1}, 77);

        assertThat(input.key()).isEqualTo("requests-3@42");
        assertThat(input.value()).containsExactly(1, -1);
        assertThat(input.arrivalMs()).isEqualTo(77);
    }

    @Test
    void requestWithoutValueOrTimestampIsEmptyAndFromTheEpoch() {
        InputRecord input = deserialise(null, -1);

        assertThat(input.value()).isEmpty();
        assertThat(input.arrivalMs()).isZero();
    }

    @Test
    void resultIsKeyedByTheClientsIdAndNamesItsStatus() {
        ProducerRecord<byte[], byte[]> produced =
                serialise(
                        new ResultTopicSink.Serializer(TOPIC, Completions::line),
                        Completions.succeeded("requests-3@42", "größe", "yes"));

        assertThat(produced.topic()).isEqualTo("results");
        assertThat(produced.key()).isEqualTo("größe".getBytes(UTF_8));
        assertThat(produced.value()).isEqualTo("größe=yes".getBytes(UTF_8));
        assertThat(header(produced, RecordHeaderNames.STATUS)).contains("succeeded");
        assertThat(header(produced, RecordHeaderNames.ORIGIN)).contains("requests-3@42");
        assertThat(header(produced, RecordHeaderNames.CODE)).isEmpty();
    }

    @Test
    void failedResultNamesItsCode() {
        ProducerRecord<byte[], byte[]> produced =
                serialise(
                        new ResultTopicSink.Serializer(TOPIC, Completions::line),
                        Completions.failed("k", "id", FailureCode.EXPIRED));

        assertThat(header(produced, RecordHeaderNames.STATUS)).contains("expired");
        assertThat(header(produced, RecordHeaderNames.CODE)).contains("expired");
    }

    @Test
    void resultThatTheTopicWouldNotTakeBecomesAnError() {
        ProducerRecord<byte[], byte[]> produced =
                serialise(
                        new ResultTopicSink.Serializer(TOPIC, Completions::line),
                        Completions.succeeded("k", "id", "a".repeat(2000)));

        assertThat(header(produced, RecordHeaderNames.CODE)).contains("engine_error");
        assertThat(new String(produced.value(), UTF_8))
                .startsWith("id=result: 2003 bytes (expected: at most ")
                .contains("max.message.bytes of topic results");
    }

    @Test
    void batchIsKeyedByItsIdAndADeletedOneIsATombstone() {
        BatchState state =
                BatchState.created(new BatchManifest("b1", "w", "native", 3, 1, 2, 3, Map.of()));
        BatchTopicSink.Serializer batches = new BatchTopicSink.Serializer("batches");

        ProducerRecord<byte[], byte[]> live = serialise(batches, BatchUpdate.of(state));
        ProducerRecord<byte[], byte[]> deleted = serialise(batches, BatchUpdate.deleted("b1"));

        assertThat(live.topic()).isEqualTo("batches");
        assertThat(live.key()).isEqualTo("b1".getBytes(UTF_8));
        assertThat(BatchStates.parse(live.value())).isEqualTo(state);
        assertThat(deleted.key()).isEqualTo(live.key());
        assertThat(deleted.value()).isNull();
    }

    @Test
    void deadLetterKeepsEveryByteAndSaysWhy() {
        byte[] original = {0, -1, 10, 13};

        ProducerRecord<byte[], byte[]> produced =
                serialise(new DeadLetterSink.Serializer(TOPIC), letter("requests-0@7", original));

        assertThat(produced.value()).isEqualTo(original);
        assertThat(produced.key()).isEqualTo("requests-0@7".getBytes(UTF_8));
        assertThat(header(produced, RecordHeaderNames.ORIGIN)).contains("requests-0@7");
        assertThat(header(produced, RecordHeaderNames.CODE)).contains("unreadable");
        assertThat(header(produced, RecordHeaderNames.MESSAGE)).contains("not JSON");
        assertThat(header(produced, RecordHeaderNames.TRUNCATED_FROM)).isEmpty();
    }

    @Test
    void deadLetterThatTheTopicWouldNotTakeIsCutAndSaysSo() {
        ProducerRecord<byte[], byte[]> produced =
                serialise(new DeadLetterSink.Serializer(TOPIC), letter("k", new byte[3000]));

        assertThat(produced.value()).hasSizeBetween(1000, 2000);
        assertThat(header(produced, RecordHeaderNames.TRUNCATED_FROM)).contains("3000");
    }

    private static DeadLetter letter(String key, byte[] value) {
        return new DeadLetter(key, value, new Failure(FailureCode.UNREADABLE, "not JSON"), 5);
    }

    private static InputRecord deserialise(byte @Nullable [] value, long timestamp) {
        List<InputRecord> output = new ArrayList<>();
        new RequestTopicSource.Deserializer(CodecTypeInfo.of(new InputRecordCodec()))
                .deserialize(consumed(value, timestamp), new ListCollector<>(output));
        assertThat(output).hasSize(1);
        return output.get(0);
    }

    @SuppressWarnings("NullAway") // A tombstone: Kafka's constructor is not annotated for it.
    private static ConsumerRecord<byte[], byte[]> consumed(
            byte @Nullable [] value, long timestamp) {
        return new ConsumerRecord<>(
                "requests",
                3,
                42,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    @SuppressWarnings("NullAway") // The serialisers ask neither for a context nor for a time.
    private static <T> ProducerRecord<byte[], byte[]> serialise(
            KafkaRecordSerializationSchema<T> serializer, T value) {
        return requireNonNull(serializer.serialize(value, null, null));
    }

    private static Optional<String> header(ProducerRecord<byte[], byte[]> produced, String name) {
        Header header = produced.headers().lastHeader(name);
        return header == null ? Optional.empty() : Optional.of(new String(header.value(), UTF_8));
    }
}
