package io.millrace.connectors.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.arrow.ArrowRequestReader;
import io.millrace.connectors.arrow.ArrowSettings;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Unreadable;
import io.millrace.core.request.RequestReader.Valid;
import io.millrace.core.request.SamplingDefaults;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over files of pyarrow that have two batches, of rows a and b, and of row c. */
class ArrowCutterTest {

    private static final FileLimits LIMITS = new FileLimits(1 << 20, 1 << 20);

    @ParameterizedTest
    @ValueSource(strings = {"pyarrow-zstd.arrows", "pyarrow-lz4.arrow"})
    void everyBatchIsARecordOfItsOwn(String name) throws IOException {
        List<RecordCutter.Cut> cuts = all(resource(name), 0);

        assertThat(cuts).hasSize(2);
        assertThat(ids(cuts.get(0))).containsExactly("a", "b");
        assertThat(ids(cuts.get(1))).containsExactly("c");
        assertThat(cuts.get(1).offset()).isGreaterThan(cuts.get(0).offset());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pyarrow-zstd.arrows", "pyarrow-lz4.arrow"})
    void cuttingGoesOnBehindAnyRecord(String name) throws IOException {
        byte[] bytes = resource(name);
        try (RecordCutter cutter = cutter(bytes, 0, LIMITS)) {
            cutter.next();
            List<RecordCutter.Cut> rest = all(bytes, cutter.position());
            assertThat(rest).hasSize(1);
            assertThat(ids(rest.get(0))).containsExactly("c");

            cutter.next();
            assertThat(all(bytes, cutter.position())).isEmpty();
        }
    }

    @Test
    void fileThatEndsWithinABatchHasThatAsItsLastRecord() throws IOException {
        byte[] bytes = resource("pyarrow-zstd.arrows");
        long second = all(bytes, 0).get(1).offset();

        List<RecordCutter.Cut> cuts = all(Arrays.copyOf(bytes, (int) second + 300), 0);

        assertThat(cuts).hasSize(2);
        assertThat(ids(cuts.get(0))).containsExactly("a", "b");
        assertThat(read(cuts.get(1))).singleElement().isInstanceOf(Unreadable.class);
    }

    @Test
    void brokenFramingHandsOnTheRestAsOneRecordAndEnds() throws IOException {
        byte[] bytes = resource("pyarrow-zstd.arrows");
        int second = (int) all(bytes, 0).get(1).offset();
        bytes[second] = 7;

        List<RecordCutter.Cut> cuts = all(bytes, 0);

        assertThat(cuts).hasSize(2);
        assertThat(cuts.get(1).offset()).isEqualTo(second);
        assertThat(read(cuts.get(1))).singleElement().isInstanceOf(Unreadable.class);
        try (RecordCutter cutter = cutter(bytes, 0, LIMITS)) {
            cutter.next();
            cutter.next();
            assertThat(all(bytes, cutter.position())).as("restored behind it").isEmpty();
        }
    }

    @Test
    void batchAboveTheLimitIsHandedOnInPartAndTheNextBegins() throws IOException {
        byte[] bytes = twoBatchesOf(100_000);
        FileLimits tight = new FileLimits(1 << 20, 50_000);

        try (RecordCutter cutter = cutter(bytes, 0, tight)) {
            RecordCutter.Cut first = requireNonNull(cutter.next());
            assertThat(first.bytes()).hasSizeBetween(50_000, 52_000);
            assertThat(read(first)).singleElement().isInstanceOf(Unreadable.class);
            RecordCutter.Cut second = requireNonNull(cutter.next());
            assertThat(second.offset() - first.offset()).isBetween(100_000L, 102_000L);
            assertThat(cutter.next()).isNull();
        }
        assertThat(ids(all(bytes, 0).get(1))).as("within the limit").containsExactly("a");
    }

    private static byte[] twoBatchesOf(int textBytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                VarCharVector id = new VarCharVector("id", allocator);
                VarCharVector prompt = new VarCharVector("prompt", allocator);
                VectorSchemaRoot root = VectorSchemaRoot.of(id, prompt);
                ArrowStreamWriter writer =
                        new ArrowStreamWriter(
                                root, new DictionaryProvider.MapDictionaryProvider(), out)) {
            id.setSafe(0, "a".getBytes(UTF_8));
            prompt.setSafe(0, "x".repeat(textBytes).getBytes(UTF_8));
            root.setRowCount(1);
            writer.writeBatch();
            writer.writeBatch();
            writer.end();
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":\"a\"}", "ARROW", "", "ARROW1 is text"})
    void textIsCutIntoLines(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);

        try (RecordCutter cutter = cutter(bytes, 0, LIMITS)) {
            assertThat(cutter).isInstanceOf(LineCutter.class);
        }
    }

    private static RecordCutter cutter(byte[] bytes, long offset, FileLimits limits)
            throws IOException {
        return RecordCutter.of(FileBytes.of(new ByteArrayInputStream(bytes)), limits, offset);
    }

    private static List<RecordCutter.Cut> all(byte[] bytes, long offset) throws IOException {
        List<RecordCutter.Cut> cuts = new ArrayList<>();
        try (RecordCutter cutter = cutter(bytes, offset, LIMITS)) {
            for (var cut = cutter.next(); cut != null; cut = cutter.next()) {
                cuts.add(cut);
            }
        }
        return cuts;
    }

    private static List<String> ids(RecordCutter.Cut cut) {
        return read(cut).stream().map(row -> ((Valid) row).request().id()).toList();
    }

    private static List<Parsed> read(RecordCutter.Cut cut) {
        List<Parsed> parsed = new ArrayList<>();
        new ArrowRequestReader(ArrowSettings.DEFAULT, SamplingDefaults.NONE)
                .read(new InputRecord("f@" + cut.offset(), cut.bytes(), 1), parsed::add);
        return parsed;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                requireNonNull(
                        ArrowCutterTest.class.getResourceAsStream(
                                "/io/millrace/connectors/arrow/" + name))) {
            return in.readAllBytes();
        }
    }
}
