package io.millrace.connectors.arrow;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.RequestReader.Invalid;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Unreadable;
import io.millrace.core.request.RequestReader.Valid;
import io.millrace.core.request.SamplingDefaults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowRequestReaderTest {

    private static final ArrowSettings SETTINGS = new ArrowSettings(10_000, 64 << 20);

    private final BufferAllocator root = new RootAllocator();
    private final ArrowStreams columns = new ArrowStreams(root);
    private final ArrowRequestReader reader =
            new ArrowRequestReader(SETTINGS, SamplingDefaults.NONE, this::allocator);

    private final List<ScratchAllocator> used = new ArrayList<>();

    private ScratchAllocator allocator(long limitBytes) {
        ScratchAllocator allocator = new ScratchAllocator(limitBytes);
        used.add(allocator);
        return allocator;
    }

    @AfterEach
    void nothingIsLeftInTheAllocator() {
        columns.close();
        assertThat(root.getAllocatedMemory()).isZero();
        root.close();
        assertThat(used).allMatch(allocator -> allocator.getAllocatedMemory() == 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = CodecType.class,
            names = {"LZ4_FRAME", "ZSTD"})
    void rowsOfAllBatchesAreRequestsUnderTheirNumber(CodecType compression) {
        byte[] stream =
                columns.texts("id", "a", "b")
                        .tokens("token_ids", new int[] {1, 2}, new int[] {3})
                        .compressed(2, compression);

        List<Parsed> parsed = read(stream);

        assertThat(parsed)
                .extracting(row -> request(row).key())
                .containsExactly("t-0@5#0", "t-0@5#1", "t-0@5#2", "t-0@5#3");
        assertThat(request(parsed.get(0)).prompt()).isEqualTo(new Prompt.Tokens(new int[] {1, 2}));
        assertThat(request(parsed.get(3)).prompt()).isEqualTo(new Prompt.Tokens(new int[] {3}));
        assertThat(request(parsed.get(3)).id()).isEqualTo("b");
        assertThat(request(parsed.get(3)).arrivalMs()).isEqualTo(77);
    }

    @Test
    void rowIsReadLikeTheSameLineOfJson() {
        byte[] stream =
                columns
                        .texts("prompt", "p")
                        .texts("id", "a")
                        .integers("max_tokens", 9)
                        .floats("temperature", 0.7f)
                        .longs("seed", Long.MAX_VALUE)
                        .texts("stop", "END")
                        .stream();
        String line =
                "{\"id\":\"a\",\"prompt\":\"p\",\"max_tokens\":9,\"temperature\":0.7,"
                        + "\"seed\":9223372036854775807,\"stop\":\"END\"}";
        List<Parsed> json = new ArrayList<>();

        Dialects.reader(DialectSettings.DEFAULT)
                .read(
                        new InputRecord("t-0@5#0", line.getBytes(StandardCharsets.UTF_8), 77),
                        json::add);

        assertThat(read(stream)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pyarrow-zstd.arrows", "pyarrow-lz4.arrow"})
    void recordsOfPyarrowAreUnderstood(String name) throws IOException {
        List<Parsed> parsed = read(resource(name));

        assertThat(parsed).hasSize(3);
        InferenceRequest first = request(parsed.get(0));
        assertThat(first.prompt()).isEqualTo(new Prompt.Text("Grüße"));
        assertThat(first.maxTokens()).isEqualTo(16);
        assertThat(first.sampling().temperature()).isEqualTo(0.5f);
        assertThat(first.sampling().seed()).isEqualTo(7);
        assertThat(first.stop().strings()).containsExactly("\n", "END");
        assertThat(first.service().tenant()).isEqualTo("red");
        assertThat(first.service().deadlineMs()).isEqualTo(1_893_456_000_000L);
        assertThat(request(parsed.get(1)).prompt())
                .isEqualTo(new Prompt.Chat(List.of(new Message("user", "Hi"))));
        assertThat(request(parsed.get(1)).service().tenant()).isEqualTo("blue");
        assertThat(request(parsed.get(2)).prompt())
                .isEqualTo(new Prompt.Tokens(new int[] {1, 2, 49_151}));
    }

    @Test
    void rowThatBreaksARuleIsAnsweredAndTheOthersGoOn() {
        byte[] stream =
                columns
                        .texts("id", "a", "b", "c")
                        .texts("prompt", "p", "q", null)
                        .texts("model", null, "m", null)
                        .integers("max_tokens", null, -1, null)
                        .stream();

        List<Parsed> parsed = read(stream);

        assertThat(parsed.get(0)).isInstanceOf(Valid.class);
        Invalid second = (Invalid) parsed.get(1);
        assertThat(second.key()).isEqualTo("t-0@5#1");
        assertThat(second.id()).isEqualTo("b");
        assertThat(second.model()).isEqualTo("m");
        assertThat(second.failure().message()).contains("max_tokens: -1");
        assertThat(((Invalid) parsed.get(2)).failure().message()).contains("messages: missing");
    }

    @Test
    void rowWithoutAUsableIdIsAnsweredUnderItsKey() {
        byte[] stream = columns.texts("id", null, "", "c").texts("prompt", "p", "p", "p").stream();

        List<Parsed> parsed = read(stream);

        assertThat(((Invalid) parsed.get(0)).id()).isEqualTo("t-0@5#0");
        assertThat(((Invalid) parsed.get(0)).failure().code())
                .isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(((Invalid) parsed.get(1)).id()).isEqualTo("t-0@5#1");
        assertThat(parsed.get(2)).isInstanceOf(Valid.class);
    }

    @Test
    void textThatIsNotUtf8IsInvalidAndNamesItsColumn() {
        byte[] stream = columns.bytes("prompt", new byte[] {(byte) 0xff}).texts("id", "a").stream();

        Invalid invalid = (Invalid) read(stream).get(0);

        assertThat(invalid.id()).isEqualTo("a");
        assertThat(invalid.failure().code()).isEqualTo(FailureCode.INVALID_TEXT);
        assertThat(invalid.failure().message()).startsWith("prompt: bytes that are no text");
    }

    @Test
    void rowThatIsTooLargeIsRefused() {
        byte[] stream =
                columns
                        .texts("id", "a", "b")
                        .tokens("token_ids", new int[2501], new int[2400])
                        .stream();

        List<Parsed> parsed = read(stream);

        Invalid invalid = (Invalid) parsed.get(0);
        assertThat(invalid.id()).isEqualTo("a");
        assertThat(invalid.failure().code()).isEqualTo(FailureCode.REQUEST_TOO_LARGE);
        assertThat(parsed.get(1)).isInstanceOf(Valid.class);
    }

    @Test
    void columnsOfTheWrongTypeAreNamed() {
        assertThat(unreadable(columns.texts("id", "a").floats("prompt", 1f).stream()))
                .contains("column prompt: type FloatingPoint(SINGLE) (expected: a string)");
    }

    @Test
    void unknownColumnsAreNamed() {
        assertThat(unreadable(columns.texts("id", "a").texts("promt", "p").stream()))
                .contains("column promt: unknown (expected: one of id, model, prompt,");
    }

    @Test
    void missingAndRepeatedColumnsAreNamed() {
        assertThat(unreadable(columns.texts("prompt", "p").stream()))
                .contains("column id: missing (expected: a string)");
        assertThat(unreadable(columns.texts("prompt", "p").stream()))
                .contains("column prompt: twice (expected: a column once)");
    }

    @Test
    void indexOfPandasIsIgnored() {
        byte[] stream =
                columns
                        .texts("id", "a")
                        .texts("prompt", "p")
                        .longs("__index_level_0__", 7)
                        .stream();

        assertThat(read(stream)).singleElement().isInstanceOf(Valid.class);
    }

    @Test
    void damageBehindTheFirstBatchLeavesItsRowsAnswered() {
        byte[] one = columns.texts("id", "a").texts("prompt", "p").stream();
        byte[] two = columns.stream(2);
        // The second batch's row count, in its metadata, no longer fits its buffers.
        byte[] damaged = two.clone();
        for (int i = one.length; i < two.length; i++) {
            if (damaged[i] == 1) {
                damaged[i] = 100;
            }
        }

        List<Parsed> parsed = read(damaged);

        assertThat(parsed.get(0)).isInstanceOf(Valid.class);
        assertThat(((Unreadable) parsed.get(1)).input().key()).isEqualTo("t-0@5#1");
    }

    @Test
    void recordThatNeedsTooMuchMemoryIsUnreadable() {
        byte[] stream = columns.texts("id", "a").texts("prompt", "x".repeat(9000)).stream();
        ArrowRequestReader poor =
                new ArrowRequestReader(SETTINGS, SamplingDefaults.NONE, limit -> allocator(1000));
        List<Parsed> parsed = new ArrayList<>();

        poor.read(new InputRecord("t-0@5", stream, 77), parsed::add);

        assertThat(((Unreadable) parsed.get(0)).failure().message())
                .contains("needs more memory than the job allows (expected: at most 1000");
    }

    @ParameterizedTest
    @EnumSource(
            value = CodecType.class,
            names = {"LZ4_FRAME", "ZSTD"})
    void fewBytesThatDecompressToManyAreUnreadable(CodecType compression) {
        byte[] stream =
                columns.texts("id", "a")
                        .texts("prompt", "x".repeat(1 << 20))
                        .compressed(1, compression);
        ArrowRequestReader tight =
                new ArrowRequestReader(
                        new ArrowSettings(10_000, 1 << 17), SamplingDefaults.NONE, this::allocator);
        List<Parsed> parsed = new ArrayList<>();

        tight.read(new InputRecord("t-0@5", stream, 77), parsed::add);

        assertThat(stream.length).isLessThan(1 << 15);
        assertThat(((Unreadable) parsed.get(0)).failure().message())
                .contains("needs more memory than the job allows (expected: at most 131072");
    }

    @Test
    void failureOfTheConsumerIsNoneOfTheRecords() {
        byte[] stream = columns.texts("id", "a").texts("prompt", "p").stream();

        assertThatThrownBy(
                        () ->
                                reader.read(
                                        new InputRecord("t-0@5", stream, 77),
                                        row -> {
                                            throw new IllegalStateException("downstream");
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("downstream");
    }

    @Test
    void everyTruncationIsUnreadableOrHasItsWholeBatches() {
        byte[] stream = columns.texts("id", "a").texts("prompt", "p").compressed(2, CodecType.ZSTD);

        for (int length = 4; length < stream.length; length++) {
            List<Parsed> parsed = read(Arrays.copyOf(stream, length));
            assertThat(parsed.size()).as("length %d", length).isLessThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pyarrow-zstd.arrows", "pyarrow-lz4.arrow"})
    void damagedBytesNeverThrow(String name) throws IOException {
        byte[] original = resource(name);
        for (long seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] damaged = original.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                read(damaged);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(name + ", seed " + seed, e);
            }
            assertThat(used.get(0).getAllocatedMemory()).as("%s, seed %d", name, seed).isZero();
            used.clear();
        }
    }

    @Test
    void oneTopicMayCarryArrowAndJson() {
        byte[] stream = columns.texts("id", "a").texts("prompt", "p").stream();
        byte[] file = columns.file(1);
        byte[] line = "{\"id\":\"j\",\"prompt\":\"p\"}".getBytes(StandardCharsets.UTF_8);
        RequestReader mixed =
                new MixedRequestReader(reader, Dialects.reader(DialectSettings.DEFAULT));
        List<Parsed> parsed = new ArrayList<>();

        for (byte[] value : List.of(stream, line, file, new byte[0])) {
            mixed.read(new InputRecord("t-0@5", value, 77), parsed::add);
        }

        assertThat(parsed.subList(0, 3))
                .extracting(row -> request(row).id())
                .containsExactly("a", "j", "a");
        assertThat(parsed.get(3)).isInstanceOf(Unreadable.class);
    }

    @Test
    void rowsThatSayNothingAreSampledAsTheModelRecommends() {
        byte[] stream = columns.texts("id", "a").texts("prompt", "x").stream();
        SamplingDefaults recommended = new SamplingDefaults(null, 0.5f, 20, null, null);
        List<Parsed> parsed = new ArrayList<>();

        MixedRequestReader.of(new DialectSettings(1024, recommended))
                .read(new InputRecord("t-0@5", stream, 77), parsed::add);

        assertThat(request(parsed.get(0)).sampling().temperature()).isEqualTo(0.5f);
        assertThat(request(parsed.get(0)).sampling().topK()).isEqualTo(20);
    }

    @Test
    void limitOfTheDialectsHoldsForRowsToo() {
        byte[] stream = columns.texts("id", "a").texts("prompt", "x".repeat(2000)).stream();
        List<Parsed> parsed = new ArrayList<>();

        MixedRequestReader.of(new DialectSettings(1024))
                .read(new InputRecord("t-0@5", stream, 77), parsed::add);

        assertThat(((Invalid) parsed.get(0)).failure().code())
                .isEqualTo(FailureCode.REQUEST_TOO_LARGE);
    }

    private List<Parsed> read(byte[] value) {
        List<Parsed> parsed = new ArrayList<>();
        reader.read(new InputRecord("t-0@5", value, 77), parsed::add);
        if (parsed.stream().noneMatch(Unreadable.class::isInstance)) {
            assertThat(used).allMatch(allocator -> allocator.forgotten() == 0);
        }
        return parsed;
    }

    private String unreadable(byte[] value) {
        List<Parsed> parsed = read(value);
        assertThat(parsed).hasSize(1);
        Unreadable unreadable = (Unreadable) parsed.get(0);
        assertThat(unreadable.input().key()).isEqualTo("t-0@5");
        assertThat(unreadable.input().value()).isEqualTo(value);
        return unreadable.failure().message();
    }

    private static InferenceRequest request(Parsed parsed) {
        assertThat(parsed).isInstanceOf(Valid.class);
        return ((Valid) parsed).request();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                requireNonNull(ArrowRequestReaderTest.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }
}
