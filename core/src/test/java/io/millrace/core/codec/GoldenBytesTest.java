package io.millrace.core.codec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.ledger.TrackedBatch;
import io.millrace.core.request.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * State and topics hold these bytes for as long as anybody keeps them: whoever must change a line
 * of the golden file raises the codec's version and keeps reading the old one.
 */
class GoldenBytesTest {

    static Stream<Arguments> values() {
        Prompt tokens = new Prompt.Tokens(new int[] {5, -1});
        InferenceRequestCodec requests = new InferenceRequestCodec();
        return Stream.of(
                Arguments.of("request-with-messages", requests, Samples.request(Samples.chat())),
                Arguments.of("request-with-token-ids", requests, Samples.request(tokens)),
                Arguments.of("queued-request", new QueuedRequestCodec(), Samples.queued()),
                Arguments.of("progress", new ProgressCodec(), Samples.progress()),
                Arguments.of("input-record", new InputRecordCodec(), Samples.input()),
                Arguments.of("dead-letter", new DeadLetterCodec(), Samples.deadLetter()),
                Arguments.of("success", new CompletionCodec(), Samples.succeeded()),
                Arguments.of("failure", new CompletionCodec(), Samples.failed()),
                Arguments.of("cancel", new ControlMessageCodec(), Samples.cancel()),
                Arguments.of("create-batch", new ControlMessageCodec(), Samples.createBatch()),
                Arguments.of("cancel-batch", new ControlMessageCodec(), Samples.cancelBatch()),
                Arguments.of("delete-batch", new ControlMessageCodec(), Samples.deleteBatch()),
                Arguments.of("batch", new BatchStateCodec(), Samples.batch()),
                Arguments.of(
                        "batch-update", new BatchUpdateCodec(), BatchUpdate.of(Samples.batch())),
                Arguments.of("batch-deleted", new BatchUpdateCodec(), BatchUpdate.deleted("b")),
                Arguments.of("tracked", new TrackedBatchCodec(), Samples.tracked()),
                Arguments.of("tracked-seen", new TrackedBatchCodec(), TrackedBatch.seen(5)),
                Arguments.of("histogram", new HistogramStateCodec(), Samples.histogram()),
                Arguments.of("quantile-shifts", new QuantileShiftsCodec(), Samples.shifts()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    <T> void bytesStay(String name, Codec<T> codec, T value) throws IOException {
        String golden = golden("golden.properties", name);

        assertThat(HexFormat.of().formatHex(Codecs.toBytes(codec, value))).isEqualTo(golden);
        assertThat(Codecs.fromBytes(codec, HexFormat.of().parseHex(golden)))
                .usingRecursiveComparison()
                .isEqualTo(value);
    }

    static Stream<Arguments> valuesOfVersionOne() {
        Prompt tokens = new Prompt.Tokens(new int[] {5, -1});
        InferenceRequestCodec requests = new InferenceRequestCodec();
        return Stream.of(
                Arguments.of("request-with-messages", requests, Samples.v1(Samples.chat())),
                Arguments.of("request-with-token-ids", requests, Samples.v1(tokens)),
                Arguments.of("queued-request", new QueuedRequestCodec(), Samples.queuedV1()),
                Arguments.of("input-record", new InputRecordCodec(), Samples.inputV1()),
                Arguments.of("success", new CompletionCodec(), Samples.succeededV1()),
                Arguments.of("batch", new BatchStateCodec(), Samples.batchV1()),
                Arguments.of("tracked", new TrackedBatchCodec(), Samples.trackedV1()));
    }

    @Test
    void resultsOfVersionTwoAreRead() throws IOException {
        byte[] old = HexFormat.of().parseHex(golden("golden-v2.properties", "success"));

        assertThat(Codecs.fromBytes(new CompletionCodec(), old))
                .usingRecursiveComparison()
                .isEqualTo(Samples.succeededV2());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valuesOfVersionOne")
    <T> void bytesOfVersionOneAreRead(String name, Codec<T> codec, T value) throws IOException {
        byte[] old = HexFormat.of().parseHex(golden("golden-v1.properties", name));

        assertThat(Codecs.fromBytes(codec, old)).usingRecursiveComparison().isEqualTo(value);
    }

    static Stream<Arguments> valuesOfVersionTwo() {
        Prompt tokens = new Prompt.Tokens(new int[] {5, -1});
        InferenceRequestCodec requests = new InferenceRequestCodec();
        return Stream.of(
                Arguments.of("request-with-messages", requests, Samples.v2(Samples.chat())),
                Arguments.of("request-with-token-ids", requests, Samples.v2(tokens)),
                Arguments.of("queued-request", new QueuedRequestCodec(), Samples.queuedV2()),
                Arguments.of("input-record", new InputRecordCodec(), Samples.inputV2()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valuesOfVersionTwo")
    <T> void bytesOfVersionTwoAreRead(String name, Codec<T> codec, T value) throws IOException {
        byte[] old = HexFormat.of().parseHex(golden("golden-v2.properties", name));

        assertThat(Codecs.fromBytes(codec, old)).usingRecursiveComparison().isEqualTo(value);
    }

    private static String golden(String file, String name) throws IOException {
        Properties lines = new Properties();
        try (InputStream in = GoldenBytesTest.class.getResourceAsStream(file)) {
            lines.load(requireNonNull(in));
        }
        return requireNonNull(lines.getProperty(name), name);
    }
}
